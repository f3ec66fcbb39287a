/* The private memory of a process since its fork: what is still its parent's, and what was written since. */
#ifndef DASHBOARD_PAGES_H
#define DASHBOARD_PAGES_H
#include "sim/schedule/play.h"

/* Of a variable: the first write since the fork, by the child or its parent; n 0: there was none. */
struct page_written { uint64_t n; proc_id who; };
/* parent 0: it was not forked, as far as is known. */
struct forked { uint64_t n; proc_id parent; struct page_written *page; };

/* Of the news of a run, from its beginning. */
void forked_hear(struct forked *, proc_id child, const struct play *, const struct news *);
#endif
