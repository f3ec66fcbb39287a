/* Keys that change what is shown: moving, panels, cards, the screen. */
#include "ui/dashboard/card.h"
#include "ui/dashboard/key_functions.h"

/* ---- moving ---- */

/* In lists of processes the selection moves; other panels scroll: the story and the output from their end. */
void panel_move(struct show *s, enum panel_id id, int rows)
{
	switch (id) {
	case PANEL_PROCESSES: case PANEL_TIMELINE:
		if (id == PANEL_PROCESSES)
			folding_select(s, rows);
		else
			s->selected = neighbour(s, s->selected, rows), s->on_crowd = false;
		s->follows = false;
		s->top[PANEL_PROGRAM] = 0;
		break;
	case PANEL_OBJECTS:
		thing_select(s, rows);
		break;
	case PANEL_STILL:
		still_select(s, rows);
		break;
	case PANEL_STORY: case PANEL_OUTPUT:
		s->top[id] -= rows;
		break;
	default:
		s->top[id] += rows;
		break;
	}
}

static void move(struct show *s, int rows)
{
	panel_move(s, s->focus, rows);
}

enum { FAR = 1 << 20 };
static int page(const struct show *s)
{
	return s->page > 2 ? s->page - 1 : 1;
}

#define MOVES(id, rows) \
	struct wish key_##id(struct show *s, int press) { (void)press; move(s, rows); return nothing; }
MOVES(up, -1)
MOVES(down, 1)
MOVES(page_up, -page(s))
MOVES(page_down, page(s))
#undef MOVES

struct wish key_home(struct show *s, int press)
{
	(void)press;
	if (s->focus == PANEL_TIMELINE)
		return (struct wish){ WISH_GO, 0, 0 };
	move(s, -FAR);
	return nothing;
}

struct wish key_end(struct show *s, int press)
{
	(void)press;
	if (s->focus == PANEL_TIMELINE)
		return (struct wish){ WISH_NOW, 0, 0 };
	move(s, FAR);
	return nothing;
}

/* Further than there are lines is put right when the card is drawn. */
#define SCROLLS(name, lines) \
	struct wish key_card_##name(struct show *s, int press) \
	{ \
		(void)press; \
		s->cover_top += lines; \
		return nothing; \
	}
SCROLLS(up, -1)
SCROLLS(down, 1)
SCROLLS(k, -1)
SCROLLS(j, 1)
SCROLLS(page_up, -(s->cover_rows > 2 ? s->cover_rows - 1 : 1))
SCROLLS(page_down, s->cover_rows > 2 ? s->cover_rows - 1 : 1)
SCROLLS(home, -FAR)
SCROLLS(end, FAR)

struct wish key_left(struct show *s, int press)
{
	(void)press;
	return s->focus == PANEL_TIMELINE ? (struct wish){ WISH_BACK, 1, 0 } : nothing;
}

struct wish key_right(struct show *s, int press)
{
	(void)press;
	return s->focus == PANEL_TIMELINE && is_past(s) ? (struct wish){ WISH_STEP, 1, 0 } : nothing;
}

/* ---- panels and cards ---- */

/* A panel that shares its place is put there. */
static void focus_on(struct show *s, int id)
{
	s->focus = (enum panel_id)id;
	s->lab = id == PANEL_CPU;
	if (id < ARRANGED)
		s->arranged.hidden[id] = false;
	if (id == PANEL_PROGRAM || id == PANEL_TIMELINE || id == PANEL_OUTPUT)
		s->beside = (enum panel_id)id;
}

/* What can still happen is the last one, if it is there. */
static int panels_open(const struct show *s)
{
	return s->still.open ? PANEL_COUNT : PANEL_STILL;
}

/* Hidden ones are left out. */
static struct wish focus_further(struct show *s, int step)
{
	int all = panels_open(s), id = s->focus;

	do
		id = (id + all + step) % all;
	while (id < ARRANGED && s->arranged.hidden[id]);
	focus_on(s, id);
	return nothing;
}

struct wish key_next_panel(struct show *s, int press)
{
	(void)press;
	return focus_further(s, 1);
}

struct wish key_last_panel(struct show *s, int press)
{
	(void)press;
	return focus_further(s, -1);
}

struct wish key_panel(struct show *s, int press)
{
	focus_on(s, press - '1');
	return nothing;
}

struct wish key_zoom(struct show *s, int press)
{
	(void)press;
	s->zoomed = !s->zoomed;
	return nothing;
}

struct wish key_unzoom(struct show *s, int press)
{
	return key_zoom(s, press);
}

bool has_privates(const struct show *s)
{
	const char *name[PRIVATES];

	return private_names(s->g, name) > 0;
}

struct wish key_variables(struct show *s, int press)
{
	(void)press;
	s->variables = !s->variables && has_privates(s);
	if (s->variables && (s->lab || s->zoomed))
		focus_on(s, PANEL_PROCESSES);   /* where they are listed */
	return nothing;
}

struct wish open_card(struct show *s, enum cover cover)
{
	s->cover = cover;
	s->cover_top = 0;
	return nothing;
}

struct wish key_lesson(struct show *s, int press)  { (void)press; return open_card(s, COVER_LESSON); }
struct wish key_branches(struct show *s, int press) { (void)press; return open_card(s, COVER_BRANCHES); }

/* Where the shared things have the keys, the selected one is meant. */
static struct wish open_thing(struct show *s)
{
	struct subject of = subject_selected(s);

	if (!has_things(s)) {
		text_put(&s->notice, say(s, *s->filter[PANEL_OBJECTS] ? WORD_NO_LINE_FOUND : WORD_NOTHING_SHARED));
		return nothing;
	}
	open_card(s, COVER_THING);
	return (struct wish){ WISH_STORY, of.kind, of.n };
}

struct wish key_details(struct show *s, int press)
{
	(void)press;
	if (s->focus == PANEL_OBJECTS)
		return open_thing(s);
	if (s->focus == PANEL_PROCESSES && s->on_crowd) {
		folding_toggle(s);
		return nothing;
	}
	open_card(s, COVER_PROCESS);
	return (struct wish){ WISH_STORY, SUBJECT_PROCESS, s->selected };
}

struct wish key_why(struct show *s, int press)
{
	(void)press;
	if (s->focus == PANEL_OBJECTS && has_things(s))
		return open_thing(s);
	open_card(s, COVER_WHY);
	return nothing;
}

struct wish key_why_ended(struct show *s, int press)
{
	return key_why(s, press);
}

struct wish key_follow(struct show *s, int press)
{
	(void)press;
	s->follows = true;
	s->filter[s->focus][0] = '\0';
	for (int i = 0; i < PANEL_COUNT; i++)
		s->top[i] = 0;
	return nothing;
}

/* ---- the screen ---- */

struct wish key_theme(struct show *s, int press)
{
	(void)press;
	s->theme = (enum theme_id)((s->theme + 1) % THEME_COUNT);
	return (struct wish){ WISH_THEME, 0, 0 };
}

struct wish key_projector(struct show *s, int press)
{
	(void)press;
	s->projector = !s->projector;
	if (s->projector)
		s->usual_theme = s->theme;
	s->theme = s->projector ? THEME_CONTRAST : s->usual_theme;
	if (s->projector)
		text_put(&s->notice, say(s, WORD_PROJECTOR_ON));
	return (struct wish){ WISH_THEME, 0, 0 };
}

struct wish key_redraw(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_REDRAW, 0, 0 };
}

struct wish key_quit(struct show *s, int press)
{
	(void)press;
	if (!s->zoomed)
		return (struct wish){ WISH_QUIT, 0, 0 };
	s->zoomed = false;
	return nothing;
}

struct wish key_quit_now(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_QUIT, 0, 0 };
}

struct wish key_copy(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_COPY, 0, 0 };
}
