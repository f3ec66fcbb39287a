/* Inside sim/explore only: what space.c and moves.c share. */
#ifndef EXPLORE_INSIDE_H
#define EXPLORE_INSIDE_H
#include "sim/explore/space.h"

uint32_t own_piece(struct space *, const struct world *, proc_id);
uint32_t shared_piece(struct space *, struct world *);          /* tidies the world */
void info_add(struct space *, const struct world *, proc_id);   /* of the piece that was added last */
void bag_take(struct global_state *, uint32_t piece);
void bag_put(struct global_state *, uint32_t piece);
/* p moves, and goes on to its next action; dirty_list: whose own parts have changed. false: it can't. */
bool step_with_names(struct space *, struct world *, proc_id, int64_t choice, struct event *);
/* The world of space_world was changed by that: what it holds is looked up again. */
void forget_dirty(struct space *);
/* Go on with actions that no other process can tell from not yet done, as long as there are such; and with the default
 * main, if some process has ended, unless that is to be seen. The space's log says by whom, but for the default main.
 * false: there were too many, and it stopped before the last. */
bool chain(struct space *, struct global_state *, bool lives_changed);
/* The next action of this part, if it is such a one; the part becomes *after. */
bool take_safe_of(struct space *, struct global_state *, uint32_t piece, uint32_t *after);
/* The default main moves as long as it can, and nothing of that is to be seen: how many actions. */
uint32_t let_main_move(struct space *, struct global_state *);
#endif
