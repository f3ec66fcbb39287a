/* The table of roles, and what a cell looks like when everything about it is taken together. */
#include <stdlib.h>
#include <string.h>
#include "ui/dashboard/theme.h"

/* One way of showing a role. */
struct dress { int16_t ink, ground; uint8_t look; };

struct role_row {
	const char *name;
	struct dress dark, light, contrast, mono, eight;
};

/* The table's own short words. */
enum { __ = -1, o = 0 };
enum { B = LOOK_BOLD >> 8, D = LOOK_DIM >> 8, R = LOOK_REVERSE >> 8, U = LOOK_UNDERLINE >> 8 };
enum { RED = 1, GREEN = 2, YELLOW = 3, MAGENTA = 5, CYAN = 6 };

static const struct role_row rows[ROLE_COUNT] = {
#define ROLE(id, name, di, dg, dl, li, lg, ll, ci, cg, cl, ml, ei, el, meaning) \
	{ name, { di, dg, dl }, { li, lg, ll }, { ci, cg, cl }, { __, __, ml }, { ei, __, el } },
#include "ui/dashboard/roles.def"
#undef ROLE
};

static const char *const names[THEME_COUNT] = { "auto", "dark", "light", "contrast", "mono", "colorblind" };

/* All themes use Okabe and Ito's colours, which most colour-blind viewers can tell apart. Here what matters differs in lightness, too: it
 * can be told apart in grey. The rest is as where contrast is wanted. */
static const struct { enum role role; struct dress dress; } in_steps[] = {
	{ ROLE_RUNNING, { 227, __, B } }, { ROLE_READY, { 153, __, o } }, { ROLE_BLOCKED, { 214, __, B } }, { ROLE_SLEEPING, { 176, __, o } },
	{ ROLE_ZOMBIE, { 202, __, B } }, { ROLE_STOPPED, { 246, __, U } }, { ROLE_ENDED, { 244, __, o } }, { ROLE_NEW, { 244, __, o } },
	{ ROLE_GOOD, { 43, __, B } }, { ROLE_WARNING, { 214, __, B } }, { ROLE_ERROR, { 208, __, B + R } }, { ROLE_CHANGED, { 16, 227, B } },
};

static enum { GROUND_UNKNOWN, GROUND_DARK, GROUND_LIGHT } ground_answered;

bool theme_ground(bool known, bool light)
{
	bool news = known && ground_answered != (light ? GROUND_LIGHT : GROUND_DARK);

	if (known)
		ground_answered = light ? GROUND_LIGHT : GROUND_DARK;
	return news;
}

/* Some terminals tell in COLORFGBG "letters;ground" which of the sixteen old colours they start with. */
static bool terminal_is_light(void)
{
	const char *told = getenv("COLORFGBG");
	const char *ground = told ? strrchr(told, ';') : NULL;

	if (ground_answered)
		return ground_answered == GROUND_LIGHT;
	return ground && (!strcmp(ground, ";7") || !strcmp(ground, ";15"));
}

static struct dress in_steps_of(const struct role_row *row)
{
	for (size_t i = 0; i < sizeof in_steps / sizeof *in_steps; i++)
		if (&rows[in_steps[i].role] == row)
			return in_steps[i].dress;
	return row->contrast;
}

static struct dress dress_of(const struct role_row *row, const struct theme *t, int colours)
{
	if (colours < 8 || t->id == THEME_MONO)
		return row->mono;
	if (colours < 256)
		return row->eight;
	if (t->id == THEME_COLORBLIND)
		return in_steps_of(row);
	if (t->id == THEME_CONTRAST)
		return row->contrast;
	return t->light ? row->light : row->dark;
}

void theme_make(struct theme *t, enum theme_id id, int colours)
{
	static const struct paint screens[THEME_COUNT] = {
		{ __, __, o }, { 253, 234, o }, { 235, 231, o }, { 231, 16, o }, { __, __, o }, { 231, 16, o },
	};

	memset(t, 0, sizeof *t);
	t->id = id;
	t->light = id == THEME_LIGHT || (id == THEME_AUTO && terminal_is_light());
	t->screen = colours >= 256 ? screens[id] : screens[THEME_MONO];
	for (int i = 0; i < ROLE_COUNT; i++) {
		struct dress d = dress_of(&rows[i], t, colours);
		t->role[i] = (struct paint){ d.ink, d.ground, d.look };
	}
}

struct paint theme_paint(const struct theme *t, const struct cell *s)
{
	struct paint p = t->role[s->role], under = t->role[s->ground];

	p.look ^= s->look & R;          /* reversed twice is not reversed, but still to be told apart */
	p.look |= s->look & (uint8_t)~R;
	if (s->ground) {
		if (under.look & R) {   /* one colour for the whole row, whatever stands in it */
			p.ink = p.ground = -1;
			p.look &= (uint8_t)~D;
		}
		p.look ^= under.look & R;
		p.look |= under.look & (uint8_t)~R;
		if (p.ground < 0)
			p.ground = under.ground;
		if (p.ink < 0)
			p.ink = under.ink;
	}
	if (t->id == THEME_CONTRAST)
		p.look &= (uint8_t)~D;
	if (p.ink < 0)
		p.ink = t->screen.ink;
	if (p.ground < 0)
		p.ground = t->screen.ground;
	return p;
}

int theme_find(const char *name)
{
	for (int i = 0; i < THEME_COUNT; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

const char *theme_name(enum theme_id id)
{
	return names[id];
}

const char *role_name(enum role r)
{
	return rows[r].name;
}

uint32_t theme_rgb(int colour)
{
	static const uint32_t old[16] = {
		0x000000, 0xcd3131, 0x0dbc79, 0xe5e510, 0x2472c8, 0xbc3fbc, 0x11a8cd, 0xe5e5e5,
		0x666666, 0xf14c4c, 0x23d18b, 0xf5f543, 0x3b8eea, 0xd670d6, 0x29b8db, 0xffffff,
	};
	uint32_t n = (uint32_t)colour, grey, rgb = 0;

	if (n < 16)
		return old[n];
	if (n >= 232) {
		grey = 8 + 10 * (n - 232);
		return grey << 16 | grey << 8 | grey;
	}
	for (uint32_t part = 36; part; part /= 6) {     /* a cube of 6 x 6 x 6 */
		uint32_t step = (n - 16) / part % 6;
		rgb = rgb << 8 | (step ? 55 + 40 * step : 0);
	}
	return rgb;
}

bool colour_wanted(enum when when)
{
	const char *no = getenv("NO_COLOR");

	return when == WHEN_ALWAYS || (when == WHEN_AUTO && !(no && *no));
}
