/* Cards that say why: who waits for what, and who holds it, a circle in reverse video; where a value comes from; the story of a
 * process or an object from the beginning. */
#include <stdlib.h>
#include <string.h>
#include "ui/dashboard/card.h"

static void put_message(struct card *c, unsigned ink, struct message m)
{
	struct text t = { 0 };

	text_say(&t, m);
	put_line(c, ink, text_is(&t));
	text_free(&t);
}

/* ---- who waits for whom ---- */

static uint32_t waited_object(const struct show *s, proc_id p)
{
	value on = s->y->actor[p].on;
	uint32_t o = value_tag(on) == TAG_OBJECT ? value_object(on) : 0;

	return notified_of(s, p) ? s->g->object[o].lock : o;
}

static bool waits(const struct show *s, proc_id p)
{
	return s->y->actor[p].state == STATE_BLOCKED && s->y->actor[p].on != ON_CLOCK;
}

static proc_id holder_of(const struct show *s, uint32_t o)
{
	enum kind kind = s->g->object[o].kind;
	int unit = kind == KIND_SEMAPHORE ? view_unit(s->v, -1, o) : -1;

	if (kind == KIND_LOCK || kind == KIND_RLOCK)
		return ((const struct lock_cells *)(s->y->world.shared + s->g->object[o].at))->owner;
	return unit >= 0 && view_unit(s->v, unit, o) < 0 ? s->v->unit[unit].who : 0;
}

/* Of those whose end it waits for, the first that is alive. */
static proc_id joined(const struct show *s, value on)
{
	const struct group *group = group_named(s->g, on);

	for (uint32_t k = 0; group && k < group->count; k++)
		if (!has_ended(s, group->first + k))
			return group->first + k;
	return group || value_tag(on) != TAG_PROCESS ? 0 : value_payload(on);
}

/* The process that has to do something before p can go on; 0: it may be any. */
static proc_id waited_for(const struct show *s, proc_id p)
{
	uint32_t o = waited_object(s, p);

	if (!waits(s, p))
		return 0;
	return o ? holder_of(s, o) : joined(s, s->y->actor[p].on);
}

/* ---- circles ---- */

enum { UNSEEN, SEEN, IN_CIRCLE };

/* From each process to the one that it waits for: a process that is met twice on one way is in a circle. */
static void find_circles(const struct show *s, uint8_t *mark)
{
	proc_id *way = must_have(calloc(s->g->processes, sizeof *way));

	for (proc_id p = MAIN; p < s->g->processes; p++) {
		uint32_t n = 0;
		proc_id q = p, circle = 0;
		for (; q && mark[q] == UNSEEN; q = waited_for(s, q)) {
			mark[q] = SEEN;
			way[n++] = q;
		}
		for (uint32_t k = 0; k < n && q; k++) {
			circle = way[k] == q ? q : circle;
			if (circle)
				mark[way[k]] = IN_CIRCLE;
		}
	}
	free(way);
}

static const char *thing_name(const struct show *s, proc_id p)
{
	uint32_t o = waited_object(s, p);
	const char *word = o ? s->g->object[o].name : on_word(s->g, s->y->actor[p].on);

	return word ? word : "";
}

/* Of a semaphore with several units: any of them may give one back. */
static void put_holders(const struct card *c, const struct show *s, struct text *t, uint32_t o)
{
	enum { MOST = 16 };
	const char *name[MOST];
	struct text names = { 0 };
	int count = 0;

	for (int i = view_unit(s->v, -1, o); i >= 0; i = view_unit(s->v, i, o))
		if (count++ < MOST)
			name[count - 1] = title_of(s->g, s->v->unit[i].who);
	if (count) {
		put_fitting(&names, c->a.canvas, name, MOST, count, c->a.width / 3);
		text_print(t, " %s %s", glyph_text(c->a.canvas->ascii, GLYPH_TO), text_is(&names));
	}
	text_free(&names);
}

/* "a → door → b"; who: names. */
static void put_edge(struct card *c, const struct show *s, unsigned ink, const char *who, proc_id p)
{
	const char *to = glyph_text(c->a.canvas->ascii, GLYPH_TO);
	proc_id owner = waited_for(s, p);
	bool is_process = !waited_object(s, p);         /* to whose end it waits */
	struct text t = { 0 }, noted = { 0 };

	text_print(&t, " %s %s ", who, to);
	if (is_process && owner)
		put_filled(&t, s->zh, WORD_TO_END, title_of(s->g, owner));
	else
		text_put(&t, thing_name(s, p));
	if (is_process)
		;
	else if (owner)
		text_print(&t, " %s %s", to, title_of(s->g, owner));
	else if (waited_object(s, p))
		put_holders(c, s, &t, waited_object(s, p));
	if (owner && !waits(s, owner))
		text_say(&noted, SAY(IS_NOTED, text_is(&t), shown_word(s, shown_state(s, owner))));
	text_char(noted.length ? &noted : &t, ' ');
	put_line(c, ink, noted.length ? noted.at : t.at);
	text_free(&t);
	text_free(&noted);
}

static void put_circle(struct card *c, const struct show *s, uint8_t *mark, proc_id first)
{
	bool timed = false;
	int n = 0;

	for (proc_id p = first; n == 0 || p != first; p = waited_for(s, p), n++)
		timed |= ends_by_timeout(s->g, &s->y->actor[p], play_own(s->y, p), p);
	put_message(c, ROLE_ERROR | LOOK_BOLD, n == 1 ? SAY(WHY_SELF, title_of(s->g, first)) : timed ? SAY(WHY_CYCLE_TIMED, n) : SAY(WHY_CYCLE, n));
	for (proc_id p = first; mark[p] == IN_CIRCLE; p = waited_for(s, p)) {
		put_edge(c, s, ROLE_RED | LOOK_BOLD | LOOK_REVERSE, title_of(s->g, p), p);
		mark[p] = SEEN;
	}
	c->y++;
}

/* ---- the others ---- */

static bool is_alike(const struct show *s, proc_id p, proc_id q)
{
	return s->y->actor[p].on == s->y->actor[q].on && waited_object(s, p) == waited_object(s, q);
}

/* All who wait for the same, in one line; where nobody holds it, what is missing. */
static void put_alike(struct card *c, const struct show *s, uint8_t *done, proc_id first)
{
	enum { MOST = 16 };
	const char *name[MOST];
	struct text names = { 0 }, why = { 0 };
	const struct situation now = situation_of(s->y);
	int count = 0;

	for (proc_id p = first; p < s->g->processes; p++)
		if (!done[p] && waits(s, p) && is_alike(s, first, p)) {
			done[p] = true;
			if (count++ < MOST)
				name[count - 1] = title_of(s->g, p);
		}
	put_fitting(&names, c->a.canvas, name, MOST, count, c->a.width / 2);
	put_edge(c, s, ROLE_TEXT, text_is(&names), first);
	if (!waited_for(s, first)) {
		text_put(&why, "    ");
		story_wait(&why, &now, first);
		put_line(c, ROLE_FAINT, text_is(&why));
	}
	text_free(&names);
	text_free(&why);
}

bool is_broken(const struct show *s)
{
	bool broken = false;

	for (uint32_t k = 0; k < s->g->expects; k++)
		broken |= s->moment->standing[k].broken;
	return broken;
}

bool reads_writes(const struct show *s)
{
	return (s->cover == COVER_WHY || s->waits_shown) && is_broken(s);
}

static bool put_lost(struct card *, const struct show *);

bool why_is_of_writes(const struct show *s)
{
	bool some_wait = false;

	for (proc_id p = MAIN; p < s->g->processes; p++)
		some_wait |= waits(s, p);
	return !some_wait && is_broken(s);
}

void put_why(struct card *c, const struct show *s)
{
	uint8_t *mark = must_have(calloc(s->g->processes, sizeof *mark)), *done = must_have(calloc(s->g->processes, sizeof *done));
	bool circles = false, others = false;

	find_circles(s, mark);
	for (proc_id p = MAIN; p < s->g->processes; p++)
		done[p] = mark[p] == IN_CIRCLE;
	for (proc_id p = MAIN; p < s->g->processes; p++)
		if (mark[p] == IN_CIRCLE) {
			put_circle(c, s, mark, p);
			circles = true;
		}
	for (proc_id p = MAIN; p < s->g->processes; p++) {
		if (done[p] || !waits(s, p))
			continue;
		if (circles && !others)
			put_message(c, ROLE_HEADING, SAY(WHY_OTHERS));
		others = true;
		put_alike(c, s, done, p);
	}
	c->y += others && is_broken(s);
	if (!(is_broken(s) && put_lost(c, s)) && !circles && !others)
		put_message(c, ROLE_TEXT, is_broken(s) ? SAY(WHY_BROKEN) : SAY(WHY_NOBODY));
	free(mark);
	free(done);
}

/* ---- stories ---- */

/* A number, then a sentence, the lines below indented. */
static void put_numbered(struct card *c, uint64_t n, unsigned ink, const char *words)
{
	enum { INDENT = 8 };
	struct text t = { 0 };
	struct span span[2] = { { ROLE_NUMBER, NULL }, { ink, words } };

	if (n)
		text_print(&t, "%6llu  ", (unsigned long long)n);
	else
		text_put(&t, "        ");
	span[0].text = t.at;
	put_paragraph(c, INDENT, span, 2);
	text_free(&t);
}

static bool is_of(const struct show *s, struct subject of)
{
	return s->chronicle && s->chronicle->of.kind == of.kind && s->chronicle->of.n == of.n;
}

static void put_reading(struct card *c, const struct chronicle *h)
{
	if (!chronicle_is_over(h))
		put_message(c, ROLE_WARNING, SAY(STORY_READING, h->play->at->steps, h->to));
}

static void put_left_out(struct card *c, const struct chronicle *h)
{
	if (h->left_out)
		put_message(c, ROLE_FAINT, SAY(STORY_LEFT_OUT, h->left_out));
}

void put_chronicle(struct card *c, const struct show *s, struct subject of)
{
	const struct chronicle *h = s->chronicle;
	uint64_t last = UINT64_MAX;

	if (!is_of(s, of))
		return;
	put_message(c, ROLE_HEADING, SAY(STORY_TITLE));
	put_reading(c, h);
	if (!h->count && chronicle_is_over(h))
		put_message(c, ROLE_FAINT, SAY(STORY_NOTHING));
	for (size_t i = 0; i < h->count; i++) {
		const struct told *t = &h->told[i];
		put_numbered(c, t->n == last && t->kind != TALE_STEP ? 0 : t->n, t->kind == TALE_ALARM ? ROLE_ERROR : t->kind == TALE_MORE ? ROLE_FAINT : ROLE_TEXT,
		             text_is(&t->text));
		last = t->n;
	}
	put_left_out(c, h);
}

/* ---- where a value comes from ---- */

static const char *thing_read(const struct show *s, uint32_t thing)
{
	return is_field(thing) ? s->g->object[object_of_thing(thing)].full[field_of_thing(thing)] : s->g->shared[thing].name;
}

static void put_written(struct card *c, const struct show *s, const struct written *w)
{
	struct text new = { 0 }, was = { 0 }, line = { 0 };
	const char *who = title_of(s->g, w->who);

	if (is_field(w->thing) && s->g->object[object_of_thing(w->thing)].fields > 1)
		text_print(&new, "%s = ", s->g->object[object_of_thing(w->thing)].field[field_of_thing(w->thing)]);
	program_value(s->g, w->value, &new);
	put_value(s, &was, w->from.value);
	if (w->atomic)
		text_say(&line, SAY(WROTE_ATOMIC, who, text_is(&new)));
	else if (!w->from.n)
		text_say(&line, SAY(WROTE, who, text_is(&new)));
	else if (w->from.thing != w->thing)
		text_say(&line, SAY(WROTE_FROM_OTHER, who, text_is(&new), thing_read(s, w->from.thing), w->from.n, text_is(&was)));
	else if (w->from.via)
		text_say(&line, SAY(WROTE_VIA, who, text_is(&new), w->from.via, w->from.n, text_is(&was)));
	else
		text_say(&line, SAY(WROTE_FROM, who, text_is(&new), w->from.n, text_is(&was)));
	put_numbered(c, w->n, ROLE_TEXT, text_is(&line));
	if (w->lost_at) {
		text_clear(&line);
		text_say(&line, SAY(WROTE_LOST, title_of(s->g, w->lost_by), w->lost_at));
		put_numbered(c, 0, ROLE_ERROR | LOOK_BOLD, text_is(&line));
	}
	text_free(&new);
	text_free(&was);
	text_free(&line);
}

static void put_writes(struct card *c, const struct show *s, const struct chronicle *h)
{
	int lost = 0;

	put_message(c, ROLE_HEADING, SAY(WRITES_TITLE));
	put_reading(c, h);
	for (size_t i = 0; i < h->writes; i++)
		lost += h->written[i].lost_at != 0;
	if (lost)
		put_message(c, ROLE_ERROR | LOOK_BOLD, SAY(WRITES_LOST, lost));
	if (!h->writes && chronicle_is_over(h))
		put_message(c, ROLE_FAINT, SAY(WRITES_NONE));
	for (size_t i = 0; i < h->writes; i++)
		put_written(c, s, &h->written[i]);
}

/* Is it the first lost write of its value? How many of them were lost. */
static int count_lost(const struct chronicle *h, size_t first)
{
	int lost = 0;

	for (size_t i = 0; i < h->writes; i++) {
		bool is_lost = h->written[i].thing == h->written[first].thing && h->written[i].lost_at;
		if (is_lost && i < first)
			return 0;
		lost += is_lost;
	}
	return lost;
}

/* An expectation is broken: of each value of which an update was lost, all writes. false: none was lost. */
static bool put_lost(struct card *c, const struct show *s)
{
	const struct chronicle *h = s->writes;
	bool any = false;

	if (!h || h->to != s->moment->at->steps) {      /* it comes with the next picture */
		put_message(c, ROLE_TEXT, SAY(WHY_BROKEN_SO));
		return true;
	}
	put_reading(c, h);
	for (size_t first = 0; first < h->writes; first++) {
		int lost = h->written[first].lost_at ? count_lost(h, first) : 0;
		if (!lost)
			continue;
		put_message(c, ROLE_ERROR | LOOK_BOLD, SAY(WHY_LOST, lost, thing_read(s, h->written[first].thing)));
		for (size_t i = 0; i < h->writes; i++)
			if (h->written[i].thing == h->written[first].thing)
				put_written(c, s, &h->written[i]);
		any = true;
	}
	return any || !chronicle_is_over(h);
}

void put_thing(struct card *c, const struct show *s)
{
	struct subject of = subject_selected(s);
	bool has_values = of.kind == SUBJECT_VARIABLE || s->g->object[of.n].fields;

	if (has_values && is_of(s, of)) {
		put_writes(c, s, s->chronicle);
		c->y++;
	}
	put_chronicle(c, s, of);
}
