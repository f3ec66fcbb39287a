/* Which panel gets which room. Two ways to share it: bands, one below the other; where it is wide, two columns.
 * What finds no room can be called by its key and then stands in the program's place, or fills the screen. */
#include <stdio.h>
#include <string.h>
#include "ui/dashboard/mouse.h"
#include "ui/dashboard/show.h"
#include "sim/report/phrases.h"

enum { LEAST_WIDTH = 60, LEAST_HEIGHT = 10, LOW = 12, COLUMNS_FROM = 150, TALL = 34, AIRY = 36, BETWEEN = 2 };

/* ---- the first line ---- */

static enum role role_of(enum ruling r)
{
	return ruling_is_loud(r) ? ROLE_ERROR : r == RULING_FINISHED || r == RULING_AS_EXPECTED ? ROLE_GOOD : ROLE_WARNING;
}

/* How it ended. */
static void put_ruling(const struct show *s, struct strip *t)
{
	enum ruling r = ruling_of(s->y);
	struct text word = { 0 };
	if (ruling_is_loud(r))
		ruling_headline(&word, r, s->zh);
	else
		text_put(&word, ruling_word(r, s->zh));
	strip_print(t, role_of(r) | LOOK_BOLD | LOOK_REVERSE, " %s ", text_is(&word));
	text_free(&word);
}

static void put_state(const struct show *s, const struct canvas *c, struct strip *t)
{
	if (is_past(s)) {
		strip_put(t, ROLE_PAST | LOOK_BOLD | LOOK_REVERSE, " ");
		put_filled(&t->text, s->zh, WORD_PAST_STEP, (int64_t)s->y->at->steps, (int64_t)s->now->at->steps);
		text_char(&t->text, ' ');
	} else if (s->repeats) {
		strip_filled(t, ROLE_PAST | LOOK_BOLD, s->zh, WORD_REPEATS, (int64_t)s->repeats);
	} else if (s->y->at->verdict) {
		put_ruling(s, t);
	} else if (is_asked(s)) {
		strip_glyph(t, c, ROLE_WARNING | LOOK_BOLD, GLYPH_HERE);
		strip_put(t, ROLE_WARNING | LOOK_BOLD, " ");
		if (s->y->settings.cpus > 1)
			strip_filled(t, ROLE_WARNING | LOOK_BOLD, s->zh, s->branched ? WORD_BRANCH_ASKING_FOR : WORD_ASKING_FOR, manual_asks_for(s->moment) - 1);
		else
			strip_put(t, ROLE_WARNING | LOOK_BOLD, say(s, s->branched ? WORD_BRANCH_ASKING : WORD_ASKING));
	} else if (s->running && !s->cover) {
		strip_glyph(t, c, ROLE_RUNNING, GLYPH_PLAYING);
		strip_print(t, ROLE_RUNNING, " %s", say(s, WORD_PLAYING));
	} else {
		strip_glyph(t, c, ROLE_WARNING | LOOK_BOLD, GLYPH_PAUSED);
		strip_print(t, ROLE_WARNING | LOOK_BOLD, " %s", say(s, WORD_PAUSED));
	}
}

static void put_speed(const struct show *s, struct text *t)
{
	struct text n = { 0 };

	text_print(&n, "%g", s->speed);
	if (s->y->settings.policy == POLICY_HOST)
		text_put(t, say(s, WORD_REAL_TIME));
	else if (s->speed > 0)
		put_filled(t, s->zh, s->speed == 1 ? WORD_ONE_PER_SECOND : WORD_PER_SECOND, text_is(&n));
	else
		text_put(t, say(s, WORD_FULL_SPEED));
	text_free(&n);
}

/* What is shown of a run beside its state, in the order in which it stands there. */
enum fact { FACT_STEP, FACT_TIME, FACT_BRANCH, FACT_QUESTIONS, FACT_SEED, FACT_SPEED, FACT_POLICY, FACT_CPUS, FACT_MODEL, FACTS };

/* Is it what one does not expect? Then it is said before anything else; of the others the first ones are most needed. */
static bool is_unusual(const struct show *s, enum fact which)
{
	const struct settings *set = &s->y->settings;

	return which == FACT_BRANCH || which == FACT_QUESTIONS || (which == FACT_POLICY && set->policy != s->g->cpu.policy) ||
	       (which == FACT_CPUS && set->cpus != s->g->cpu.count);
}

static const char *seed_text(const struct settings *set, char *room)
{
	sprintf(room, "%llu", (unsigned long long)set->seed);
	return room;
}

static void put_fact(const struct show *s, enum fact which, struct text *t)
{
	const struct settings *set = &s->y->settings;
	const struct policy_row *policy = &policy_rows[set->policy];

	switch (which) {
	case FACT_BRANCH: if (s->branches && s->branches->here && !(is_asked(s) && s->branched)) put_filled(t, s->zh, WORD_BRANCH, s->branches->here + 1); break;
	case FACT_QUESTIONS: if (s->predict && s->predict->on) text_put(t, say(s, WORD_QUESTIONS_ON)); break;
	case FACT_STEP: put_filled(t, s->zh, WORD_STEP, (int64_t)s->y->at->steps); break;
	case FACT_TIME: story_clock(t, s->y->at->verdict ? s->y->at->now : view_time(s->v, s->moment->at->now)); break;
	case FACT_SEED: put_filled(t, s->zh, WORD_SEED, seed_text(set, (char[24]){ 0 })); break;
	case FACT_SPEED: put_speed(s, t); break;
	case FACT_POLICY: text_put(t, s->zh ? policy->title_zh : policy->title); break;
	case FACT_CPUS: put_filled(t, s->zh, set->cpus == 1 ? WORD_CPU : WORD_CPUS, (int64_t)set->cpus); break;
	case FACT_MODEL: if (s->model) text_put(t, say(s, WORD_MODEL)); break;
	default: break;
	}
}

/* The name of the first expectation that was broken, if there is room. */
static void put_broken(const struct show *s, const struct canvas *c, struct strip *t, int room)
{
	struct text name = { 0 };
	uint32_t more = 0;

	for (uint32_t k = 0; k < s->g->expects; k++) {
		if (s->y->standing[k].broken && name.length)
			more++;
		else if (s->y->standing[k].broken)
			text_put(&name, s->g->expect[k].name);
	}
	if (more)
		text_print(&name, " +%u", more);
	if (name.length && strip_cells(t, c) + 1 + canvas_cells(c, name.at) <= room)
		strip_print(t, ROLE_ERROR, " %s", name.at);
	text_free(&name);
}

/* Those that there is room for. */
static void choose_facts(const struct show *s, const struct canvas *c, int room, bool *said)
{
	struct text fact = { 0 };

	for (int i = 0; i < 2 * FACTS; i++) {
		enum fact f = (enum fact)(i % FACTS);
		text_clear(&fact);
		if (said[f] || is_unusual(s, f) != (i < FACTS) || (f == FACT_STEP && is_past(s)))       /* the step has been said then */
			continue;
		put_fact(s, f, &fact);
		if (!fact.length || 3 + canvas_cells(c, fact.at) > room)
			continue;
		room -= 3 + canvas_cells(c, fact.at);
		said[f] = true;
	}
	text_free(&fact);
}

static void put_facts(const struct show *s, const struct canvas *c, struct strip *t, int room)
{
	struct text fact = { 0 };
	bool said[FACTS] = { false };

	if (!is_past(s) && s->y->at->verdict)
		put_broken(s, c, t, room);
	choose_facts(s, c, room - strip_cells(t, c), said);
	for (enum fact f = 0; f < FACTS; f++) {
		if (!said[f])
			continue;
		text_clear(&fact);
		put_fact(s, f, &fact);
		strip_put(t, ROLE_FAINT, "   ");
		strip_put(t, f <= FACT_BRANCH ? ROLE_TITLE : ROLE_TEXT, fact.at);
	}
	text_free(&fact);
}

void show_state(const struct show *s, const struct canvas *c, struct strip *t)
{
	put_state(s, c, t);
	if (!is_past(s) && s->y->at->verdict)
		put_broken(s, c, t, AREA_REST);
}

/* What the file is called stands there too, where nothing that changes is left out for it; and on many columns the parameters. */
static void draw_header(struct area a, const struct show *s)
{
	struct strip t = { 0 };
	struct text params = { 0 };
	const char *title = s->g->title ? s->g->title : s->g->name;
	int x, width, room;

	canvas_ground(a, ROLE_BAR);
	x = canvas_put(a, 1, 0, ROLE_ACCENT | LOOK_BOLD, "forklore");
	width = canvas_cells(a.canvas, title);
	if (width > a.width / 3)
		width = a.width / 3;
	x = canvas_fit(a, x + 2, 0, width, ROLE_TITLE, title);
	room = a.width - x - 3;
	if (a.width >= 140 && s->g->params) {
		phrase_params(&params, s->g);
		room -= 2 + a.width / 5;
	}
	put_state(s, a.canvas, &t);
	put_facts(s, a.canvas, &t, room);
	width = strip_cells(&t, a.canvas);
	if (a.width >= 110 && strcmp(title, s->g->name) && width + 2 + canvas_cells(a.canvas, s->g->name) <= room)
		x = canvas_print(a, x + 2, 0, ROLE_FAINT, "%s", s->g->name);
	if (params.length)
		canvas_fit(a, x + 2, 0, a.width / 5, ROLE_FAINT, text_is(&params));
	strip_draw(&t, a, a.width - 1 - width, 0, width);
	strip_free(&t);
	text_free(&params);
}

/* ---- panels ---- */

void panel_draw(struct area a, struct show *s, enum panel_id id)
{
	const struct panel *p = panels[id];
	struct text note = { 0 }, title = { 0 };
	struct frame f = { .title = say(s, p->name), .key = p->key, .focus = s->focus == id, .past = is_past(s) };

	if (a.height < 1 || a.width < 10)
		return;
	if (id == PANEL_STILL && s->still.search) {
		still_title(&title, &s->still);
		f.title = text_is(&title);
	}
	if (*s->filter[id]) {
		text_print(&title, "%s / %s", f.title, s->filter[id]);
		f.title = text_is(&title);
	}
	s->seen |= 1u << id;
	area_spot(a, 0, 0, AREA_REST, AREA_REST, SPOT_PANEL, id);
	p->draw(area_part(a, 0, 1, AREA_REST, AREA_REST), s);   /* first: it may find that it can't be scrolled so far */
	if (p->note)
		p->note(s, a.canvas, &note);
	f.note = note.length ? note.at : NULL;
	canvas_head(a, &f);
	if (p->tint)
		p->tint(area_part(a, 0, 0, AREA_REST, 1));
	text_free(&note);
	text_free(&title);
}

/* A band: one panel, or two side by side. more: rows that the viewer gave it, or took. */
#define ALONE PANEL_COUNT
struct band { enum panel_id id, beside; int least, wish, height, more; };

static bool is_hidden(const struct show *s, enum panel_id id)
{
	return (int)id < ARRANGED && s->arranged.hidden[id];
}

static int more_of(const struct show *s, enum panel_id id)
{
	return (int)id < ARRANGED ? s->arranged.more[id] : 0;
}

/* Without those that are hidden, and as large as the viewer wishes. */
static int arrange(const struct show *s, struct band *b, int count)
{
	enum { LEAST_ROWS = 2 };
	int kept = 0;

	for (int i = 0; i < count; i++) {
		struct band one = b[i];
		if (is_hidden(s, one.beside))
			one.beside = ALONE;
		if (is_hidden(s, one.id)) {
			one.id = one.beside;
			one.beside = ALONE;
		}
		if (one.id == ALONE)
			continue;
		one.more = more_of(s, one.id) + more_of(s, one.beside);
		one.least = one.least + one.more > LEAST_ROWS ? one.least + one.more : LEAST_ROWS;
		one.wish = one.wish + one.more > one.least ? one.wish + one.more : one.least;
		b[kept++] = one;
	}
	return kept;
}

/* The one that grows beyond its wish: the panel meant, or else one that the viewer has not made smaller. */
static int growing(const struct band *b, int count, enum panel_id id)
{
	int last = count - 1;

	for (int i = 0; i < count; i++)
		if (b[i].id == id && b[i].more >= 0)
			return i;
	while (last > 0 && b[last].more < 0)
		last--;
	return last;
}

static int total(const struct band *b, int count)
{
	int sum = 0;

	for (int i = 0; i < count; i++)
		sum += b[i].height;
	return sum;
}

/* Each gets the least; then the one that misses most gets a row, until none is left. One that misses nothing
 * may still grow if grows is its number. */
static void share(struct band *b, int count, int rows, int grows)
{
	for (int i = 0; i < count; i++)
		b[i].height = b[i].least;
	while (total(b, count) > rows) {
		int most = 0;
		for (int i = 1; i < count; i++)
			most = b[i].height - b[i].more >= b[most].height - b[most].more ? i : most;
		b[most].height--;
	}
	for (int left = rows - total(b, count); left > 0; left--) {
		int next = grows;
		for (int i = 0; i < count; i++)
			if (b[i].height < b[i].wish && (b[next].height >= b[next].wish ||
			                                b[i].height < b[next].height))
				next = i;
		b[next].height++;
	}
}

/* Pictures need all of their rows: it gets them if the others can have their least. */
static void grant_wish(struct band *b, int count, int which, int rows)
{
	int sum = b[which].wish - b[which].least;

	for (int i = 0; i < count; i++)
		sum += b[i].least;
	if (sum <= rows && b[which].wish > b[which].least)
		b[which].least = b[which].wish;
}

static int least_of(int a, int b)
{
	return a < b ? a : b;
}

static struct band band_of(const struct show *s, enum panel_id id, int width, int least, int most)
{
	int wish = panels[id]->wish(s, width) + 1;

	wish = least_of(wish, most > least ? most : least);
	return (struct band){ id, ALONE, least, wish, 0, 0 };
}

static struct area below(struct area *a, int height, int gap)
{
	struct area top = area_part(*a, 0, 0, AREA_REST, height - gap);

	*a = area_part(*a, 0, height, AREA_REST, AREA_REST);
	return top;
}

static void draw_pair(struct area a, struct show *s, enum panel_id left, enum panel_id right, int width)
{
	panel_draw(area_part(a, 0, 0, width, AREA_REST), s, left);
	panel_draw(area_part(a, width + BETWEEN, 0, AREA_REST, AREA_REST), s, right);
}

/* Where not all pictures find room, there are none. */
static void note_room(struct show *s, int width, int most)
{
	s->roomy &= panels[PANEL_OBJECTS]->wish(s, width) + 1 <= most;
}

/* Between bands, so many blank rows. wide: where the second panel of a pair begins. */
static void draw_stack(struct area a, struct show *s, const struct band *b, int count, int gap, int left)
{
	for (int i = 0; i < count; i++) {
		struct area band = below(&a, b[i].height, i < count - 1 ? gap : 0);
		if (b[i].beside == ALONE)
			panel_draw(band, s, b[i].id);
		else
			draw_pair(band, s, b[i].id, b[i].beside, b[i].id == PANEL_STORY ? a.width * 6 / 10 : left);
	}
}

/* ---- one below the other ---- */

static void draw_bands(struct area a, struct show *s)
{
	note_room(s, a.width * 9 / 20, a.height * 2 / 5);
	int gap = a.height >= AIRY, n = (int)s->g->processes - 1, count = 4;
	int shared = objects_wish(s, a.width * 9 / 20) + 1, objects = least_of(shared > 6 ? shared : 6, a.height * 2 / 5);
	struct band b[4] = {
		band_of(s, PANEL_PROCESSES, a.width, 2 + least_of(n, 9) + gap, a.height * 2 / 5 + gap),
		band_of(s, PANEL_OBJECTS, a.width * 9 / 20, objects + gap, a.height * 2 / 5 + gap),
		band_of(s, PANEL_STORY, a.width, 4, a.height / 3),
		band_of(s, PANEL_TIMELINE, a.width, least_of(n, 4) + 1 + gap, a.height * 2 / 5 + gap),
	};
	enum panel_id beside = s->beside;
	bool wide = a.width >= 110;
	int left = wide ? a.width * 9 / 20 : a.width / 2 - 1;

	int lines = b[3].wish - 1 + gap;        /* with all of a few processes, where there is room for them */
	if (lines <= 8 + gap && b[0].least + b[1].least + b[2].least + lines <= a.height)
		b[3].least = lines;
	b[0].wish += gap, b[3].wish += gap;
	b[1].wish = b[1].wish < 9 + gap ? 9 + gap : b[1].wish + gap;
	if (b[0].least + b[1].least + b[2].least + b[3].least > a.height)
		count = 3;
	else if (beside == PANEL_TIMELINE)
		beside = PANEL_PROGRAM;
	if (wide && beside == PANEL_OUTPUT)
		beside = PANEL_PROGRAM;
	if (s->roomy)
		grant_wish(b, count, 1, a.height);
	b[1].beside = beside;
	b[2].beside = wide ? PANEL_OUTPUT : ALONE;
	count = arrange(s, b, count);
	share(b, count, a.height, growing(b, count, PANEL_OBJECTS));
	for (int i = 0; i + 1 < count; i++)
		if (b[i].id == PANEL_STORY || b[i].id == PANEL_OUTPUT) {        /* comes last */
			struct band story = b[i];
			b[i] = b[i + 1];
			b[i + 1] = story;
		}
	draw_stack(a, s, b, count, gap, left);
}

/* The processes, and one other panel: what happened, or the one that has the keys. */
static void draw_low(struct area a, struct show *s)
{
	int n = (int)s->g->processes - 1;
	bool other = s->focus != PANEL_PROCESSES && s->focus != PANEL_CPU;
	enum panel_id below_it = other ? s->focus : PANEL_STORY;
	struct band b[2] = {
		band_of(s, PANEL_PROCESSES, a.width, 2 + least_of(n, 4), a.height / 2),
		band_of(s, below_it, a.width, 4, a.height),
	};

	share(b, 2, a.height, 1);
	panel_draw(below(&a, b[0].height, 0), s, PANEL_PROCESSES);
	panel_draw(a, s, below_it);
}

/* ---- two columns ---- */

/* Enough for one more: what the others leave beyond all they wish. */
static int rows_to_spare(const struct band *b, int count, int rows)
{
	enum { ENOUGH = 9, MOST = 16 };

	for (int i = 0; i < count; i++)
		rows -= b[i].wish > b[i].least ? b[i].wish : b[i].least;
	return rows < ENOUGH ? 0 : least_of(rows, MOST);
}

static void draw_columns(struct area a, struct show *s)
{
	note_room(s, a.width * 11 / 20, a.height / 2);
	int gap = a.height >= AIRY, left = a.width * 11 / 20, n = (int)s->g->processes - 1;
	struct area l = area_part(a, 0, 0, left, AREA_REST);
	struct area r = area_part(a, left + BETWEEN + 1, 0, AREA_REST, AREA_REST);
	struct band lb[4] = {
		band_of(s, PANEL_PROCESSES, l.width, 2 + least_of(n, 8) + gap, a.height / 2),
		band_of(s, PANEL_OBJECTS, l.width, 4 + gap, a.height / 2),
		band_of(s, PANEL_TIMELINE, l.width, 4 + gap, a.height / 2),
		band_of(s, PANEL_OUTPUT, l.width, 4, a.height / 5),
	};
	struct band rb[3] = {
		band_of(s, PANEL_PROGRAM, r.width, 10 + gap, a.height * 3 / 5),
		band_of(s, PANEL_STORY, r.width, 5 + gap, a.height),
		band_of(s, PANEL_OUTPUT, r.width, 4, a.height / 4),
	};

	for (int i = 0; i < 3; i++)
		lb[i].wish += gap + 1, rb[i].wish += gap;
	lb[1].wish += 2;                /* blank rows between what is unlike */
	/* The output stands where there are rows to spare: then the story has more of them, too. */
	bool spare = lb[0].wish + lb[1].wish + lb[2].wish + lb[3].least <= a.height;
	int lefts = spare ? 4 : 3, rights = spare ? 2 : 3;
	lb[2].wish += spare ? n : 0;    /* and the time line, blank rows between its own */
	grant_wish(lb, lefts, 1, a.height);
	enum panel_id last = lb[lefts - 1].id;
	lefts = arrange(s, lb, lefts);
	rights = arrange(s, rb, rights);
	int waits = rows_to_spare(lb, lefts, a.height);
	if (waits && rights) {          /* what none of them needs */
		l = area_part(l, 0, 0, AREA_REST, a.height - waits);
		if (s->cover != COVER_WHY)      /* whose card says the same */
			waits_draw(area_part(a, 0, a.height - waits + 1, left, AREA_REST), s);
	}
	share(lb, lefts, l.height, growing(lb, lefts, last));
	share(rb, rights, a.height, growing(rb, rights, PANEL_STORY));
	draw_stack(rights ? l : a, s, lb, lefts, gap, 0);
	draw_stack(lefts ? r : a, s, rb, rights, gap, 0);
}

/* ---- the laboratory ---- */

/* All of the screen, or, where it is wide, the left of it; then the program and what happened stand beside it. */
static void draw_lab(struct area a, struct show *s)
{
	int left = a.width * 3 / 5;
	struct area r = area_part(a, left + BETWEEN + 1, 0, AREA_REST, AREA_REST);
	struct band b[2] = { band_of(s, PANEL_PROGRAM, r.width, 8, a.height / 2), band_of(s, PANEL_STORY, r.width, 6, a.height) };

	if (a.width < COLUMNS_FROM) {
		panel_draw(a, s, PANEL_CPU);
		return;
	}
	share(b, 2, a.height, 1);
	panel_draw(area_part(a, 0, 0, left, AREA_REST), s, PANEL_CPU);
	panel_draw(below(&r, b[0].height, 0), s, PANEL_PROGRAM);
	panel_draw(r, s, PANEL_STORY);
}

/* ---- what can still happen ---- */

/* It stands below the processes, and where it is high, the shared things; where it is wide, beside these and the time line, above what
 * happened. Another panel that has the keys, and would not be seen, takes its place. */
static enum panel_id in_place_of_search(const struct show *s, bool wide, bool high)
{
	switch (s->focus) {
	case PANEL_PROCESSES: case PANEL_CPU: return PANEL_STILL;
	case PANEL_OBJECTS:  return high ? PANEL_STILL : PANEL_OBJECTS;
	case PANEL_TIMELINE: case PANEL_STORY: return wide ? PANEL_STILL : s->focus;
	default:             return s->focus;
	}
}

static void draw_below_processes(struct area a, struct show *s)
{
	int gap = a.height >= AIRY, n = (int)s->g->processes - 1;
	bool high = a.height >= TALL - 4;
	struct band b[3] = {
		band_of(s, PANEL_PROCESSES, a.width, 2 + least_of(n, 4) + gap, a.height * 2 / 5),
		band_of(s, in_place_of_search(s, false, high), a.width, least_of(10, a.height * 3 / 5), a.height),
		band_of(s, PANEL_OBJECTS, a.width, 5 + gap, a.height / 3),
	};

	b[0].wish += gap, b[2].wish += gap;
	share(b, high ? 3 : 2, a.height, 1);
	panel_draw(below(&a, b[0].height, gap), s, PANEL_PROCESSES);
	if (high)
		panel_draw(below(&a, b[2].height, gap), s, PANEL_OBJECTS);
	panel_draw(a, s, b[1].id);
}

static void draw_beside_search(struct area a, struct show *s)
{
	int gap = a.height >= AIRY, left = a.width * 11 / 20, n = (int)s->g->processes - 1;
	struct area l = area_part(a, 0, 0, left, AREA_REST), r = area_part(a, left + BETWEEN + 1, 0, AREA_REST, AREA_REST);
	struct band lb[3] = {
		band_of(s, PANEL_PROCESSES, l.width, 2 + least_of(n, 4) + gap, a.height * 2 / 5),
		band_of(s, PANEL_OBJECTS, l.width, 5 + gap, a.height / 3),
		band_of(s, PANEL_TIMELINE, l.width, 4 + gap, a.height / 2),
	};
	struct band rb[2] = {
		band_of(s, in_place_of_search(s, true, true), r.width, a.height / 2, a.height),
		band_of(s, PANEL_STORY, r.width, 8, a.height),
	};

	lb[0].wish += gap + 1, lb[1].wish += gap + 2;
	share(lb, 3, a.height, 1);
	share(rb, 2, a.height, 1);
	for (int i = 0; i < 3; i++)
		panel_draw(below(&l, lb[i].height, i < 2 ? gap : 0), s, lb[i].id);
	for (int i = 0; i < 2; i++)
		panel_draw(below(&r, rb[i].height, i < 1 ? gap : 0), s, rb[i].id);
}

/* ---- the screen ---- */

static void draw_too_small(struct area a, const struct show *s)
{
	int y = a.height > 2 ? a.height / 2 - 1 : 0;

	canvas_center(a, 0, y, a.width, ROLE_WARNING | LOOK_BOLD, say(s, WORD_TOO_SMALL));
	canvas_center(a, 0, y + 1, a.width, ROLE_WARNING, say(s, WORD_NEEDS));
	if (a.height > 2)
		canvas_center(a, 0, y + 2, a.width, ROLE_FAINT, s->now->at->verdict ? ruling_word(ruling_of(s->now), s->zh) :
		              say(s, s->running ? WORD_PLAYING : WORD_PAUSED));
}

static void draw_panels(struct area room, struct show *s)
{
	if (s->zoomed)
		panel_draw(room, s, s->focus);
	else if (s->lab)
		draw_lab(room, s);
	else if (s->projector && !s->still.open)
		projector_draw(room, s);
	else if (s->still.open && room.width >= COLUMNS_FROM)
		draw_beside_search(room, s);
	else if (s->still.open)
		draw_below_processes(room, s);
	else if (room.canvas->width >= COLUMNS_FROM && room.canvas->height >= TALL)
		draw_columns(room, s);
	else if (room.height < LOW)
		draw_low(room, s);
	else
		draw_bands(room, s);
}

/* As many processes as have a row of their own; if there are more, those that are alike share one. */
static int room_for_processes(const struct canvas *c, const struct show *s)
{
	int height = c->height - (c->height >= TALL ? 3 : 2), bands = height * 2 / 5;

	if (s->zoomed)
		return height - 2;
	if (s->projector)
		return height / 3;
	if (c->width >= COLUMNS_FROM && c->height >= TALL)
		return height / 2 - 2;
	return height < LOW ? 4 : bands - 2 > 9 ? bands - 2 : 9;
}

/* To find it takes a moment: only when it may be asked for. */
static void note_next_lesson(struct show *s)
{
	if (s->asked_for_next || !s->type || !s->type->next || !s->now->at->verdict)
		return;
	s->next_lesson = s->type->next(s->type->arg);
	s->asked_for_next = true;
}

void show_draw(struct canvas *c, struct show *s)
{
	struct area a = canvas_area(c), room;

	canvas_clear(c);
	s->seen = 0;
	s->waits_shown = false;
	view_settle(s->v, s->y);
	note_next_lesson(s);
	*s->rested->why = 0;
	s->y = play_rested(s->spare, s->moment);
	s->list_room = room_for_processes(c, s);
	s->roomy = c->height >= AIRY || s->projector || (s->zoomed && s->focus == PANEL_OBJECTS);
	show_gather(s);
	if (c->width < LEAST_WIDTH || c->height < LEAST_HEIGHT) {
		draw_too_small(a, s);
	} else {
		draw_header(area_part(a, 0, 0, AREA_REST, 1), s);
		room = area_part(a, 0, c->height >= TALL ? 2 : 1, AREA_REST, -1);
		room = area_part(room, 0, challenge_draw(room, s), AREA_REST, AREA_REST);
		room = area_part(room, 0, predict_draw(room, s), AREA_REST, AREA_REST);
		draw_panels(room, s);
		if (s->cover)
			cover_draw(room, s);
		int lines = footer_lines(c, s);
		footer_draw(area_part(a, 0, c->height - lines, AREA_REST, lines), s);
	}
	s->y = s->moment;
}

void show_draw_part(struct canvas *c, struct show *s, enum panel_id id)
{
	canvas_clear(c);
	view_settle(s->v, s->y);
	*s->rested->why = 0;
	s->y = play_rested(s->spare, s->moment);
	show_gather(s);
	if (id < PANEL_COUNT)
		panels[id]->draw(canvas_area(c), s);
	else
		cover_draw(canvas_area(c), s);
	s->y = s->moment;
}
