/* A submission is judged; its grade as a row of JSON, and back. */
#include "sim/report/grades_words.h"
#include <stdlib.h>
#include <string.h>
#include "sim/explore/explore.h"
#include "sim/language/exercise.h"
#include "sim/report/explored.h"
#include "sim/schedule/play.h"
#include "sim/world/world.h"

#define MESSAGE DEFINE_SENTENCE
#include "sim/report/grades.def"
#undef MESSAGE

const char *const feedback_words[FEEDBACKS] = { "full", "schedule", "hint", "none" };
const char *const fate_words[FATES] = { "judged", "invalid", "refused", "undecided", "failed" };

/* What is longer is cut: a submission must not flood those who read about it. */
enum { LONGEST_MESSAGE = 16000, LONGEST_SCHEDULE = 60000, MOST_REASONS = 5 };

/* ---- words ---- */

static const char *kept(struct arena *a, struct text *t)
{
	const char *s = arena_word(a, text_is(t), t->length);
	text_free(t);
	return s;
}

static const char *said(struct arena *a, struct message m)
{
	const char *s = say_word(a, m);
	return s ? s : "";
}

/* In lines, without anything that a terminal would obey; a line that would be too much, and all after it, is left out. */
static const char *harmless_up_to(struct arena *a, const char *s, size_t most)
{
	struct text t = { 0 };
	while (*s) {
		size_t n = strcspn(s, "\n");
		if (t.length + n > most) {
			text_put(&t, "\u2026");
			break;
		}
		text_shown(&t, s, n);
		s += n;
		if (*s == '\n' && *++s)
			text_char(&t, '\n');
	}
	return kept(a, &t);
}

static const char *harmless(struct arena *a, const char *s)
{
	return harmless_up_to(a, s, LONGEST_MESSAGE);
}

static void put_line(struct text *t, const char *line)
{
	if (t->length && t->at[t->length - 1] != '\n')
		text_char(t, '\n');
	text_put(t, line);
}

/* ---- a row ---- */

static void put_key(struct text *t, const char *key, const char *words)
{
	text_print(t, ", \"%s\": ", key);
	if (words)
		text_json(t, words);
	else
		text_put(t, "null");
}

static void put_check(struct text *t, const struct checked *m)
{
	text_put(t, "{\"name\": ");
	text_json(t, m->name);
	text_print(t, ", \"passed\": %s, \"points\": %lld, \"max\": %lld", m->passed ? "true" : "false", (long long)m->points, (long long)m->most);
	put_key(t, "message", m->message);
	text_print(t, ", \"schedule\": %s}", m->schedule ? m->schedule : "null");
}

void grade_row(struct text *t, const struct grade *e)
{
	text_put(t, "{\"file\": ");
	text_json(t, e->file);
	text_print(t, ", \"score\": %lld, \"max\": %lld, \"status\": \"%s\"", (long long)e->score, (long long)e->most, fate_words[e->fate]);
	put_key(t, "reason", e->reason);
	text_print(t, ", \"key\": \"%016llx\", \"checks\": [", (unsigned long long)e->key);
	for (size_t i = 0; i < e->checks; i++) {
		text_put(t, i ? ", " : "");
		put_check(t, &e->check[i]);
	}
	text_put(t, "]}");
}

void grade_without_words(struct text *row, const struct grading *w, const char *file, uint64_t key, enum fate fate, const char *reason)
{
	struct arena a = { 0 };
	int64_t most = w->exercise->points;
	struct checked m = { said(&a, SAY(G_ACCEPTED)), harmless(&a, reason), NULL, false, 0, most };
	grade_row(row, &(struct grade){ file, m.message, key, fate, 0, most, &m, 1 });
	arena_free(&a);
}

void grade_without(struct text *row, const struct grading *w, const char *file, uint64_t key, enum fate fate, struct message reason)
{
	struct arena a = { 0 };
	grade_without_words(row, w, file, key, fate, said(&a, reason));
	arena_free(&a);
}

/* ---- judging ---- */

struct judge { const struct grading *with; const struct exploration *x; struct reading as; struct arena *a; struct grade e; uint64_t left; };

/* Of all that is shown of one submission so much is left. */
static const char *within_left(struct judge *j, const struct text *t)
{
	const char *s = harmless_up_to(j->a, text_is(t), j->left < LONGEST_MESSAGE ? j->left : LONGEST_MESSAGE);
	size_t n = strlen(s);
	j->left -= n < j->left ? n : j->left;
	return s;
}

/* What shows that it is broken, as much of it as students are to see. */
static void put_shown(struct judge *j, struct text *t, struct checked *m, const char *story, const struct way *way, const char *hint)
{
	struct text s = { 0 };
	enum feedback f = j->with->feedback;
	if (f == FEEDBACK_HINT && !hint && j->with->exercise->hints)
		hint = j->with->exercise->hint[0];
	if (f == FEEDBACK_HINT && hint)
		put_line(t, said(j->a, SAY(G_HINT, hint)));
	if (f > FEEDBACK_SCHEDULE || !way->found)
		return;
	if (f == FEEDBACK_FULL && explored_story(&s, j->x, &j->as, story)) {
		put_line(t, text_is(&s));
	} else {
		text_clear(&s);
		explored_command(&s, j->x, &j->as, way);
		put_line(t, said(j->a, SAY(G_PLAY, text_is(&s))));
	}
	text_clear(&s);
	schedule_json(&s, j->x->g, way);
	if (s.length < LONGEST_SCHEDULE && s.length <= j->left) {
		m->schedule = arena_word(j->a, text_is(&s), s.length);
		j->left -= s.length;
	}
	text_free(&s);
}

static struct checked *check_add(struct judge *j, const char *name, bool passed, int64_t most)
{
	struct checked *m = &j->e.check[j->e.checks++];
	*m = (struct checked){ .name = harmless(j->a, name), .passed = passed, .points = passed ? most : 0, .most = most };
	return m;
}

static void judge_expectation(struct judge *j, uint32_t k)
{
	const struct expect *e = &j->x->g->expect[k];
	const struct judged *found = &j->x->expect[k];
	bool passed = found->settled && found->met;
	struct checked *m = check_add(j, e->name, passed, e->points);
	struct text t = { 0 };
	if (j->with->feedback != FEEDBACK_NONE)
		explored_line(&t, j->x, &j->as, k);
	if (!passed && e->required && j->with->feedback != FEEDBACK_NONE)
		put_line(&t, said(j->a, SAY(G_REQUIRED)));
	if (!passed)
		put_shown(j, &t, m, explored_story_name(j->x, k), &found->way, e->hint);
	m->message = within_left(j, &t);
	j->e.score += m->points;
	text_free(&t);
}

/* Nothing counts: one more reason. */
static void add_reason(struct judge *j, struct message why)
{
	struct text t = { 0 };
	if (j->e.reason)
		text_put(&t, j->e.reason);
	put_line(&t, said(j->a, why));
	j->e.reason = harmless(j->a, text_is(&t));
	text_free(&t);
}

/* What must hold before anything else counts. true: it does not. */
static bool judge_required(struct judge *j)
{
	const struct program *g = j->x->g;
	struct text missed = { 0 };
	for (uint32_t k = 0; k < g->expects; k++)
		if (g->expect[k].required && !j->e.check[k].passed)
			text_list(&missed, &sentence_NAMES_ARE, arena_print(j->a, "`%s`", g->expect[k].name));
	bool some = missed.length > 0;
	if (some)
		add_reason(j, SAY(G_REQUIRED_FIRST, text_is(&missed)));
	text_free(&missed);
	return some;
}

/* A deadlock, a dead end, an uncaught exception that the exercise says nothing of: it must not happen, and nothing counts
 * as long as it can. */
static bool judge_event(struct judge *j, enum expect_kind kind, const struct judged *found)
{
	if (!found->holds || exploration_expects(j->x->g, kind, true) || exploration_expects(j->x->g, kind, false))
		return false;
	struct text line = { 0 }, t = { 0 };
	struct checked *m = check_add(j, explored_event_claim(kind), false, 0);
	explored_event_line(&line, j->x, &j->as, kind);
	if (j->with->feedback != FEEDBACK_NONE)
		text_put(&t, text_is(&line));
	put_shown(j, &t, m, explored_event_name(kind), &found->way, NULL);
	m->message = within_left(j, &t);
	add_reason(j, SAY(G_NOTHING_COUNTS, explored_event_name(kind)));
	text_free(&line);
	text_free(&t);
	return true;
}

static bool is_decided(const struct exploration *x)
{
	bool all = x->deadlock.decided && x->dead_end.decided && x->exception.decided;
	for (uint32_t k = 0; k < x->g->expects; k++)
		all &= x->expect[k].settled;
	return all && !x->too_wide;
}

/* ---- outcomes that are asked for ---- */

static const enum ending endings[WISHED_ENDINGS] = { [WISHED_OK] = ENDING_OK, [WISHED_DEADLOCK] = ENDING_DEADLOCK, [WISHED_EXCEPTION] = ENDING_EXCEPTION };

static const char *wish_named(struct arena *a, const struct program *g, const struct wished *w)
{
	struct text t = { 0 };
	ending_name(&t, g, endings[w->ending], w->name, w->is, w->names);
	return kept(a, &t);
}

static const char *wish_claimed(struct arena *a, const struct program *exercise, uint32_t i)
{
	return harmless(a, said(a, i < exercise->wishes ? SAY(G_WISHED, wish_named(a, exercise, &exercise->wished[i])) : SAY(G_NO_OTHER)));
}

/* As the exercise asks: what of it these variables have. One that the submission does not observe is never assigned. */
static struct wished outcome_as_wish(struct judge *j, const struct outcome_found *o)
{
	const struct wished *asked = &j->with->exercise->wished[0];
	const struct program *g = j->x->g;
	struct wished w = { asked->name, arena_get(j->a, (asked->names + 1) * sizeof *w.is), asked->names, WISHED_OK };
	while (endings[w.ending] != o->ending)
		w.ending++;
	for (uint32_t i = 0; i < w.names; i++)
		for (size_t k = 0; k < g->observes; k++)
			if (!strcmp(g->observe[k].name, w.name[i]))
				w.is[i] = o->values[k];
	return w;
}

/* Each by its name: they need not come in one order. */
static value wish_value(const struct wished *w, const char *name)
{
	for (uint32_t i = 0; i < w->names; i++)
		if (!strcmp(w->name[i], name))
			return w->is[i];
	return VALUE_UNSET;
}

/* Values of two programs are the same if they are written in the same way. */
static bool same_value(const struct program *g, value v, const struct program *theirs, value u)
{
	struct text one = { 0 }, other = { 0 };
	bool unset = v == VALUE_UNSET || u == VALUE_UNSET, same = unset ? v == u : true;
	if (!unset) {
		program_json(g, v, &one);
		program_json(theirs, u, &other);
		same = !strcmp(text_is(&one), text_is(&other));
	}
	text_free(&one);
	text_free(&other);
	return same;
}

static bool same_wish(const struct program *g, const struct wished *w, const struct program *theirs, const struct wished *other)
{
	bool same = w->ending == other->ending;
	for (uint32_t i = 0; same && i < w->names; i++)
		same = same_value(g, w->is[i], theirs, wish_value(other, w->name[i]));
	return same;
}

enum { MOST_OTHERS = 5 };

static void judge_other(struct judge *j, const struct outcome_found *o, const struct wished *w)
{
	struct text t = { 0 }, story = { 0 };
	struct checked *m = check_add(j, said(j->a, SAY(G_TOO_MANY, wish_named(j->a, j->x->g, w))), false, 0);
	text_say(&t, SAY(G_NOT_ASKED));
	outcome_name(&story, j->x, o);
	put_shown(j, &t, m, text_is(&story), &o->way, NULL);
	m->message = within_left(j, &t);
	text_free(&t);
	text_free(&story);
}

static void judge_wish(struct judge *j, uint32_t i, bool passed, int64_t points, struct message why)
{
	static const struct way none;
	struct checked *m = check_add(j, wish_claimed(j->a, j->with->exercise, i), passed, points);
	struct text t = { 0 };
	if (j->with->feedback != FEEDBACK_NONE)
		text_say(&t, why);
	if (!passed)
		put_shown(j, &t, m, "", &none, NULL);
	m->message = within_left(j, &t);
	j->e.score += m->points;
	text_free(&t);
}

/* Which of its outcomes are asked for, and which are not: the first few of these, each once, have a check of their own. */
static void judge_outcomes(struct judge *j)
{
	const struct exploration *x = j->x;
	const struct program *exercise = j->with->exercise;
	bool *reached = arena_get(j->a, exercise->wishes * sizeof *reached);
	struct wished other[MOST_OTHERS];
	const struct outcome_found *shown[MOST_OTHERS];
	uint32_t others = 0;
	for (size_t k = 0; k < x->outcomes && others <= MOST_OTHERS; k++) {
		struct wished w = outcome_as_wish(j, &x->outcome[k]);
		bool known = false;
		for (uint32_t i = 0; i < exercise->wishes; i++)
			if (same_wish(exercise, &exercise->wished[i], x->g, &w))
				known = reached[i] = true;
		for (uint32_t i = 0; !known && i < others && i < MOST_OTHERS; i++)
			known = same_wish(x->g, &other[i], x->g, &w);
		if (!known && others++ < MOST_OTHERS) {
			other[others - 1] = w;
			shown[others - 1] = &x->outcome[k];
		}
	}
	bool some = false;
	for (uint32_t i = 0; i < exercise->wishes; i++) {
		some |= reached[i];
		judge_wish(j, i, reached[i], 1, reached[i] ? SAY(G_REACHED) : SAY(G_NOT_REACHED));
	}
	judge_wish(j, exercise->wishes, some && !others, exercise->wishes, !some && !others ? SAY(G_NO_END) :
	           !others ? SAY(G_NONE_OTHER) : others > MOST_OTHERS ? SAY(G_MORE_OTHERS, MOST_OTHERS) : SAY(G_SOME_OTHER));
	for (uint32_t i = 0; j->with->feedback != FEEDBACK_NONE && i < others && i < MOST_OTHERS; i++)
		judge_other(j, shown[i], &other[i]);
}

size_t grade_claims(struct arena *a, const struct program *g, const char ***name)
{
	size_t n = 0;
	*name = arena_get(a, (g->expects + g->wishes + 2) * sizeof **name);
	for (size_t i = 0; i < g->expects; i++)
		(*name)[n++] = harmless(a, g->expect[i].name);
	for (uint32_t i = 0; g->matched && i <= g->wishes; i++)
		(*name)[n++] = wish_claimed(a, g, i);
	return n;
}

/* ---- all of it ---- */

static const char *why_undecided(struct judge *j)
{
	const struct exploration *x = j->x;
	struct text t = { 0 }, why = { 0 }, seconds = { 0 };
	text_print(&seconds, "%.9g", j->with->seconds);
	text_say(&why, x->too_wide ? SAY(G_TOO_WIDE) : x->stopped == STOP_STATES ? SAY(G_AT_STATES, j->with->limits.states) :
	             x->stopped == STOP_TIME ? SAY(G_AT_TIME, text_is(&seconds)) : x->stopped == STOP_MEMORY ? SAY(G_AT_MEMORY) : SAY(G_UNDECIDED));
	text_say(&t, x->grew ? SAY(G_GREW, text_is(&why), x->grew) : SAY(AS_IT_IS, text_is(&why)));
	text_free(&seconds);
	text_free(&why);
	return kept(j->a, &t);
}

static void judge_found(struct judge *j)
{
	const struct exploration *x = j->x;
	bool stops = false;
	const struct program *exercise = j->with->exercise;
	bool matched = exercise->matched;
	j->e.check = arena_get(j->a, (x->g->expects + exercise->wishes + MOST_OTHERS + 5) * sizeof *j->e.check);
	if (!is_decided(x) || (matched && !x->complete)) {
		j->e.fate = FATE_UNDECIDED;
		j->e.reason = why_undecided(j);
		check_add(j, said(j->a, SAY(G_ACCEPTED)), false, j->e.most)->message = j->e.reason;
		return;
	}
	for (uint32_t k = 0; k < x->g->expects; k++)
		judge_expectation(j, k);
	stops |= judge_required(j);
	if (matched)                    /* a deadlock, an exception is an outcome */
		judge_outcomes(j);
	stops |= !matched && judge_event(j, EXPECT_DEADLOCK, &x->deadlock);
	stops |= judge_event(j, EXPECT_DEAD_END, &x->dead_end);
	stops |= !matched && judge_event(j, EXPECT_EXCEPTION, &x->exception);
	for (size_t i = 0; stops && i < j->e.checks; i++)
		j->e.check[i].points = 0;
	if (stops)
		j->e.score = 0;
}

/* ---- what is not judged ---- */

static const char *findings(struct arena *a, const struct diags *d)
{
	struct text t = { 0 };
	size_t said_of = 0;
	text_say(&t, SAY(G_INVALID));
	for (size_t i = 0; i < d->count && said_of < MOST_REASONS; i++)
		if (diag_kinds[d->list[i].id].severity == ERROR) {
			text_char(&t, '\n');
			diag_line(&t, d, &d->list[i]);
			text_put(&t, d->list[i].help ? "\n  " : "");
			diag_help(&t, &d->list[i]);
			said_of++;
		}
	return kept(a, &t);
}

const char *grade_may_change(struct arena *a, const struct program *exercise)
{
	struct text t = { 0 };
	for (uint32_t i = 0; i < exercise->edits; i++)
		text_list(&t, &sentence_NAMES_ARE, arena_print(a, "`%s`", exercise->edit[i]));
	if (exercise->blanks)
		text_list(&t, &sentence_NAMES_ARE, arena_print(a, "`%s`", blank_mark));
	if (!t.length)
		text_say(&t, SAY(G_NOTHING_FREE));
	return kept(a, &t);
}

const char *grade_must_not_use(struct arena *a, const struct program *exercise)
{
	struct text t = { 0 };
	for (uint32_t i = 0; i < exercise->forbids; i++)
		text_list(&t, &sentence_NAMES_ARE, arena_print(a, "`%s`", exercise->forbid[i]));
	return kept(a, &t);
}

/* NULL: it differs only where it may, and as it may. */
static const char *what_is_wrong(struct arena *a, const struct program *exercise, const struct program *g)
{
	struct text path = { 0 }, t = { 0 };
	struct place place;
	enum difference d = exercise_differs(exercise, g, &path, &place);
	const char *may = grade_may_change(a, exercise), *where = harmless(a, text_is(&path));
	if (d)
		text_say(&t, d == DIFFERS_MISSING ? SAY(G_MISSING, where, may) :
		             d == DIFFERS_ADDED ? SAY(G_ADDED, where, place.line, may) : SAY(G_CHANGED, where, place.line, may));
	text_free(&path);
	const char *word = d ? NULL : exercise_forbids(exercise, g, &place);
	if (word)
		text_say(&t, SAY(G_FORBIDDEN, word, place.line));
	return t.length ? kept(a, &t) : NULL;
}

static bool judge_program(struct judge *j, struct program *g)
{
	struct exploration x;
	j->x = &x;
	if (!explore(g, NULL, true, &j->with->limits, &x))
		return false;
	judge_found(j);
	exploration_free(&x);
	return true;
}

/* As students would name the file: where it lies on the machine that grades is no business of theirs. */
static const char *named_to_students(const char *file)
{
	return *file == '/' ? strrchr(file, '/') + 1 : file;
}

/* One of the library goes by its name. */
static const char *exercise_named(const struct program *g)
{
	const char *file = named_to_students(g->source.name);
	size_t n = strlen(g->name);
	return *g->source.name == '/' && n && !strncmp(file, g->name, n) && !strcmp(file + n, ".yaml") ? g->name : file;
}

/* ---- a schedule that breaks the exercise, or the claim that there is none ---- */

/* What was handed in: a list of turns, or, if it is NULL, the claim. false: neither. */
static bool read_answer(const struct node *root, const struct node **list)
{
	const struct node *schedule = yaml_find(root, "schedule"), *claim = yaml_find(root, "answer");
	*list = root && root->kind == NODE_LIST ? root : schedule && schedule->kind == NODE_LIST ? schedule : NULL;
	if (!claim)
		claim = root;
	return *list || (claim && claim->kind == NODE_SCALAR && !strcmp(claim->text, "safe"));
}

static struct turn *read_turns(struct arena *a, struct program *g, const struct node *list)
{
	struct turn *turn = arena_get(a, (list->count + 1) * sizeof *turn);
	for (size_t i = 0; i < list->count; i++)
		turn_parse(g, list->item[i]->kind == NODE_SCALAR ? list->item[i]->text : "", list->item[i]->place, &turn[i]);
	return turn;
}

static enum verdict play_order(struct judge *j, struct program *g, const struct turn *turn, size_t turns, bool fair, struct checked *m)
{
	enum { MOST_STEPS = 100000 };
	const struct cpu *cpu = &g->cpu;
	struct settings s = { .seed = 1, .max_steps = MOST_STEPS, .policy = cpu->policy == POLICY_HOST ? POLICY_RR : cpu->policy, .cpus = cpu->count,
		.quantum = cpu->quantum, .has_quantum = cpu->has_quantum, .fair = fair, .turn = turn, .turns = turns };
	world_layout(g, fair);
	struct play *y = play_new(g, &s, NULL, NULL);
	while (play_step(y))
		;
	enum verdict v = y->at->verdict;
	if (v == VERDICT_MISFIT)
		m->message = harmless(j->a, said(j->a, SAY(G_NO_FIT, y->problem)));
	play_free(y);
	return v;
}

/* As `run` plays it: under the policy of the file, which goes on behind the last entry; in fair lines, unless it does not fit there. */
static bool plays_broken(struct judge *j, struct program *g, const struct turn *turn, size_t turns, struct checked *m)
{
	enum verdict v = play_order(j, g, turn, turns, true, m);
	if (v == VERDICT_MISFIT)
		v = play_order(j, g, turn, turns, false, m);
	bool broken = v == VERDICT_DEADLOCK || v == VERDICT_VIOLATED || v == VERDICT_EXCEPTION;
	if (v != VERDICT_MISFIT)
		m->message = harmless(j->a, said(j->a, broken ? SAY(G_DOES_BREAK) : SAY(G_BREAKS_NOTHING)));
	return broken;
}

static const char *hint_of(const struct program *g)
{
	return g->hints ? g->hint[0] : NULL;
}

/* false: that could not be decided. */
static bool claim_holds(struct judge *j, const struct program *g, struct checked *m, bool *holds)
{
	struct exploration x;
	struct text t = { 0 };
	uint32_t k = 0;
	if (!explore(g, NULL, true, &j->with->limits, &x))
		return false;
	j->x = &x;
	bool finds = exploration_finds(&x), decided = finds || is_decided(&x);
	while (k < g->expects && !(x.expect[k].settled && !x.expect[k].met))
		k++;
	*holds = !finds;
	text_say(&t, finds ? SAY(G_NOT_SAFE) : SAY(G_IS_SAFE, x.states));
	if (finds && k < g->expects)
		put_shown(j, &t, m, explored_story_name(&x, k), &x.expect[k].way, hint_of(g));
	else if (finds)
		put_shown(j, &t, m, explored_event_name(x.deadlock.holds ? EXPECT_DEADLOCK : x.dead_end.holds ? EXPECT_DEAD_END : EXPECT_EXCEPTION),
		          explored_counterexample(&x), hint_of(g));
	m->message = harmless(j->a, decided ? text_is(&t) : why_undecided(j));
	text_free(&t);
	exploration_free(&x);
	return decided;
}

static void judge_answer(struct text *row, struct judge *j, const char *file, const char *text, size_t length)
{
	const struct source *of = &j->with->exercise->source;
	struct program *g = program_load_set(of->name, of->text, of->length, j->with->language, j->with->settings);
	struct source source;
	struct checked m = { .name = said(j->a, SAY(G_BREAKS)), .most = j->e.most };
	const struct node *list = NULL;
	bool good = true;
	j->as.file = exercise_named(j->with->exercise);
	source_init(&source, j->a, file, text, length);
	world_layout(g, false);
	g->diags.source = &source;
	const struct node *root = yaml_read(&g->diags, &source);
	bool answers = read_answer(root, &list);
	struct turn *turn = list ? read_turns(j->a, g, list) : NULL;
	if (g->diags.errors || !answers) {
		grade_without_words(row, j->with, j->e.file, j->e.key, FATE_INVALID, g->diags.errors ? findings(j->a, &g->diags) : said(j->a, SAY(G_NO_ANSWER)));
	} else {
		if (turn)
			m.passed = plays_broken(j, g, turn, list->count, &m);
		else
			good = claim_holds(j, g, &m, &m.passed);
		m.points = j->e.score = good && m.passed ? m.most : 0;
		m.passed &= good;
		if (!good) {
			j->e.fate = FATE_UNDECIDED;
			j->e.reason = m.message;
		} else if (j->with->feedback == FEEDBACK_NONE) {
			m.message = "";
		}
		j->e.check = &m;
		j->e.checks = 1;
		grade_row(row, &j->e);
	}
	program_free(g);
}

void grade_judge(struct text *row, const struct grading *w, const char *file, uint64_t key, const char *text, size_t length)
{
	struct arena a = { 0 };
	struct judge j = { .with = w, .a = &a, .left = w->output, .e = { .file = file, .key = key, .most = w->exercise->points },
		.as = { .file = named_to_students(file), .command = "", .settings = w->settings, .columns = w->columns, .states = w->limits.states, .seconds = w->seconds } };
	if (w->exercise->answered) {
		judge_answer(row, &j, named_to_students(file), text, length);
		arena_free(&a);
		return;
	}
	struct program *g = program_load_set(named_to_students(file), text, length, w->language, w->settings);
	const char *why;
	if (!g->diags.errors && (why = what_is_wrong(&a, w->exercise, g))) {
		grade_without_words(row, w, file, key, FATE_REFUSED, why);
	} else if (!g->diags.errors && g->misset) {
		grade_without(row, w, file, key, FATE_INVALID, SAY(G_CANT_SET, w->settings, g->misset));
	} else {
		if (!g->diags.errors && !nodes_same(yaml_find(w->exercise->root, "expect"), yaml_find(g->root, "expect"))) {
			program_free(g);
			g = program_load_under(named_to_students(file), text, length, w->language, w->settings, w->exercise);
		}
		if (!g->diags.errors)
			world_layout(g, false);
		if (g->diags.errors)
			grade_without_words(row, w, file, key, FATE_INVALID, findings(&a, &g->diags));
		else if (!judge_program(&j, g))
			grade_without(row, w, file, key, FATE_UNDECIDED, SAY(G_AT_MEMORY));
		else
			grade_row(row, &j.e);
	}
	program_free(g);
	arena_free(&a);
}

/* ---- reading a row ---- */

static const char *text_at(const struct node *n, const char *key)
{
	const struct node *x = yaml_find(n, key);
	return x && x->kind == NODE_SCALAR && x->quoted ? x->text : NULL;
}

static int64_t number_at(const struct node *n, const char *key)
{
	const struct node *x = yaml_find(n, key);
	int64_t number = 0;
	return x && x->kind == NODE_SCALAR && number_read(x->text, x->length, &number) ? number : 0;
}

static const char *list_at(struct arena *a, const struct node *n, const char *key)
{
	const struct node *x = yaml_find(n, key);
	struct text t = { 0 };
	if (!x || x->kind != NODE_LIST)
		return NULL;
	text_char(&t, '[');
	for (size_t i = 0; i < x->count; i++) {
		text_put(&t, i ? ", " : "");
		text_json(&t, x->item[i]->text);
	}
	text_char(&t, ']');
	return kept(a, &t);
}

static void read_check(struct arena *a, const struct node *n, struct checked *m)
{
	const struct node *passed = yaml_find(n, "passed");
	*m = (struct checked){ .name = text_at(n, "name"), .message = text_at(n, "message"), .schedule = list_at(a, n, "schedule"),
		.passed = passed && passed->text && !strcmp(passed->text, "true"), .points = number_at(n, "points"), .most = number_at(n, "max") };
	m->name = m->name ? m->name : "";
	m->message = m->message ? m->message : "";
}

bool grade_read(struct arena *a, const char *row, size_t length, struct grade *e)
{
	struct source source;
	struct diags d = { .arena = a, .source = &source };
	source_init(&source, a, "", row, length);
	const struct node *n = yaml_read(&d, &source), *checks = yaml_find(n, "checks");
	const char *fate = text_at(n, "status"), *key = text_at(n, "key");
	*e = (struct grade){ .file = text_at(n, "file"), .reason = text_at(n, "reason"), .fate = FATES,
		.score = number_at(n, "score"), .most = number_at(n, "max"), .key = key ? strtoull(key, NULL, 16) : 0 };
	for (int i = 0; fate && i < FATES; i++)
		if (!strcmp(fate, fate_words[i]))
			e->fate = i;
	diags_free(&d);
	if (!e->file || !key || e->fate == FATES || !checks || checks->kind != NODE_LIST)
		return false;
	e->checks = checks->count;
	e->check = arena_get(a, (e->checks + 1) * sizeof *e->check);
	for (size_t i = 0; i < e->checks; i++)
		read_check(a, checks->item[i], &e->check[i]);
	return true;
}
