/* News as sentences: who did what to what, and why somebody waits. In Chinese, if the scenario's texts are; what an exception
 * says is a value of the language, and stays English. */
#ifndef REPORT_STORY_H
#define REPORT_STORY_H
#include <stdio.h>
#include "sim/schedule/play.h"

/* What an action was: "buyer.1 reads tickets: 1". Empty for an action that has no sentence of its own. */
void story_step(struct text *, const struct play *, const struct event *);
/* What a change was: "buyer.1's n is now 1"; "ValueError in buyer.1: ..". */
void story_change(struct text *, const struct play *, proc_id, const struct change *);
/* What came from outside: "buyer.1 was killed from outside (SIGKILL)". */
void story_signal(struct text *, const struct play *, const struct news *);
/* Why a process waits: "waits for door, which buyer.2 holds". Empty if it does not wait. */
void story_wait(struct text *, const struct play *, proc_id);
/* Who waits for what, and who holds it: one sentence each, with this before it. */
void story_waits(struct text *, const struct play *, const char *before);
/* How the run ended; a deadlock by name: who waits for what, and who holds it. May be several lines. */
void story_end(struct text *, const struct play *);
/* "0.412s", "3s", "50us". */
void story_time(struct text *, int64_t micros);

/* A listener that prints one sentence per event. */
struct plain {
	struct listener listener;
	FILE *out;
	struct text line;
	bool numbers;                   /* the closing table, too */
};
void plain_init(struct plain *, FILE *out);
void plain_free(struct plain *);
#endif
