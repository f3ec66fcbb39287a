/* What keys do, from inside: the function of each row, and what they share.
 *
 *   keys.c       the table, and which row is meant      keys_run.c      what is asked of the run
 *   keys_panels.c  what is shown, and how               keys_typing.c   what is typed
 *   choosing.c   under manual */
#ifndef DASHBOARD_KEY_FUNCTIONS_H
#define DASHBOARD_KEY_FUNCTIONS_H
#include "ui/dashboard/keys.h"

#define KEY(id, ...) struct wish key_##id(struct show *, int press);
#include "ui/dashboard/keys.def"
#undef KEY

static const struct wish nothing = { WISH_NOTHING, 0, 0 };

enum { SLOWEST_PARTS = 8, FASTEST = 1024 };     /* speeds: an eighth of an action a second, and so many */

struct wish ask(struct show *, enum question);
struct wish open_card(struct show *, enum cover);
void put_card_away(struct show *);              /* for a key that acts without it; a run that has not begun is paused then */
struct wish close_card(struct show *, int press);       /* Space lets the run go on, if nothing else holds it */
void say_choose(struct show *);          /* which keys choose who moves */
bool has_privates(const struct show *);
bool can_be_filtered(enum panel_id);
bool can_be_arranged(const struct show *);      /* the panel that has the keys: hidden, and made higher or lower */

/* In lists of processes and things the selection moves; other panels scroll. */
void panel_move(struct show *, enum panel_id, int rows);

/* ---- choosing (choosing.c) ---- */

struct wish choose_process(struct show *, proc_id);     /* if it is to draw, the viewer is asked what */

/* ---- what is typed (keys_typing.c) ---- */

struct wish type_step(struct show *, int press);
struct wish type_draw(struct show *, int press);
struct wish type_filter(struct show *, int press);     /* filter.c */
struct wish palette_press(struct show *, int press);   /* palette.c */
struct wish type_prediction(struct show *, int press);
int narrow(int press);                          /* the letter that is meant by a full-width one */
void count_digit(struct show *, int digit);     /* of a number before a key */
#endif
