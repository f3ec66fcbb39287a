/* `?`: what the keys do, as a menu of the panel that has them. The rows are those of the table of keys: first those that act here and now, then,
 * faint, the others. Enter does what the selected row's key does. */
#include <string.h>
#include "ui/dashboard/card.h"
#include "ui/dashboard/key_functions.h"
#include "ui/dashboard/mouse.h"

enum { MOST = 128, KEY_CELLS = 10, WIDE = 70 };

/* The rows as they are listed, as numbers of the table's rows. */
struct menu { int row[MOST], count, acting; };

static void add_rows(struct menu *m, const struct show *s, bool acting)
{
	for (int i = 0; i < key_count && m->count < MOST; i++)
		if (*key_rows[i].meaning && key_acts_here(s, &key_rows[i]) == acting)
			m->row[m->count++] = i;
}

static struct menu menu_of(const struct show *s)
{
	struct menu m = { .count = 0 };

	add_rows(&m, s, true);
	m.acting = m.count;
	add_rows(&m, s, false);
	return m;
}

static int place_of(const struct menu *m, int row)
{
	for (int i = 0; i < m->count; i++)
		if (m->row[i] == row)
			return i;
	return 0;
}

/* ---- drawing ---- */

/* In two columns, or one where it is narrow. */
static int columns_of(struct area a)
{
	return a.width >= WIDE ? 2 : 1;
}

static int lines_of(const struct menu *m, struct area a)
{
	return (m->count + columns_of(a) - 1) / columns_of(a);
}

int menu_lines(struct area a, const struct show *s)
{
	struct menu m = menu_of(s);

	return lines_of(&m, a);
}

int menu_line(struct area a, const struct show *s)
{
	struct menu m = menu_of(s);

	return place_of(&m, s->picked) % lines_of(&m, a);
}

static void draw_row(struct area a, int y, const struct show *s, int row, bool acts)
{
	const struct key_row *k = &key_rows[row];
	bool picked = s->picked == row;

	area_spot(a, 0, y, AREA_REST, 1, SPOT_COMMAND, row);
	if (picked)
		canvas_glyph(a, 0, y, ROLE_ACCENT, GLYPH_HERE);
	int x = canvas_put(a, 1, y, acts ? ROLE_KEY : ROLE_FAINT, key_called(s, k->name)) + 1;
	x = x < KEY_CELLS ? KEY_CELLS : x;
	canvas_fit(a, x, y, a.width - x, !acts ? ROLE_FAINT : picked ? ROLE_TITLE : ROLE_TEXT, s->zh ? k->meaning_zh : k->meaning);
}

void menu_draw(struct area a, struct show *s)
{
	struct menu m = menu_of(s);
	int lines = lines_of(&m, a), width = a.width / columns_of(a);

	for (int i = 0; i < m.count; i++) {
		int y = i % lines - s->cover_top;
		if (y >= 0 && y < a.height)
			draw_row(area_part(a, i / lines * width, 0, width - 1, AREA_REST), y, s, m.row[i], i < m.acting);
	}
	s->menu_lines = lines;
}

/* ---- keys ---- */

struct wish key_help(struct show *s, int press)
{
	struct menu m;

	(void)press;
	open_card(s, COVER_HELP);
	m = menu_of(s);
	s->picked = m.row[0];
	return nothing;
}

static struct wish move(struct show *s, int rows)
{
	struct menu m = menu_of(s);
	int to = place_of(&m, s->picked) + rows;

	s->picked = m.row[to < 0 ? 0 : to >= m.count ? m.count - 1 : to];
	return nothing;
}

/* A column further, where there is one. */
static struct wish move_aside(struct show *s, int columns)
{
	struct menu m = menu_of(s);
	int to = place_of(&m, s->picked) + columns * s->menu_lines;

	if (to >= 0 && to < m.count)
		s->picked = m.row[to];
	return nothing;
}

#define MOVES(id, rows) \
	struct wish key_##id(struct show *s, int press) { (void)press; return move(s, rows); }
MOVES(menu_up, -1)
MOVES(menu_down, 1)
MOVES(menu_page_up, -(s->cover_rows > 2 ? s->cover_rows / 2 : 1))
MOVES(menu_page_down, s->cover_rows > 2 ? s->cover_rows / 2 : 1)
MOVES(menu_home, -MOST)
MOVES(menu_end, MOST)
#undef MOVES

struct wish key_menu_left(struct show *s, int press)  { (void)press; return move_aside(s, -1); }
struct wish key_menu_right(struct show *s, int press) { (void)press; return move_aside(s, 1); }
struct wish key_no_menu(struct show *s, int press)    { return close_card(s, press); }

/* As if its key were pressed. */
struct wish key_menu_do(struct show *s, int press)
{
	const struct key_row *k = &key_rows[s->picked];
	int meant = key_pointed_at(k);

	(void)press;
	if (meant == PRESS_NONE) {
		put_filled(&s->notice, s->zh, WORD_PRESS_ITSELF, key_called(s, k->name));
		return nothing;
	}
	put_card_away(s);
	return key_press(s, meant);
}
