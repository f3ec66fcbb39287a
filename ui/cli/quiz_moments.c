/* quiz, at a moment of the run: which processes go on, what is in a queue and which ones wait for it, which are zombies. All that an answer
 * rests on is shown before the question; what follows from it is worked out by the model. So how the run came there, by the policy, a tie or
 * a draw, makes no difference to any answer. */
#include "ui/cli/quiz.h"
#include <stdlib.h>
#include <string.h>
#include "sim/report/phrases.h"
#include "sim/report/story.h"
#include "ui/dashboard/show.h"

enum { MOST_ACTIONS = 5000, MOST_EVENTS = 14, MOST_NAMES = 12, MOST_TURNS = 4, MOST_ITEMS = 8, INDENT = 5 };

enum matter { MATTER_WHO, MATTER_TURNS, MATTER_FULL, MATTER_ZOMBIES, MATTERS };

/* A moment that may be asked about: before action n (who, turns), or after it. */
struct moment_found { enum matter matter; uint64_t n; uint32_t object, kind; int rank; };

/* A put into a queue, or a get; of one word? */
struct turn_found { uint64_t n; uint32_t object; bool gets, word; };

struct scan {
	struct listener listener;
	const struct program *g;
	bool happened;                  /* an action: */
	struct event event;
	uint32_t object;                /* that it acts on, 0: none */
	struct text sentence, result;   /* of it */
	struct moment_found *found; size_t count, room;
	struct turn_found *turn; size_t turns, turn_room;
	uint32_t *before, *now;         /* by process: the object that it waits for; 0: none */
	cell *life;                     /* by process, before */
	size_t events;                  /* starts and ends so far */
};

/* ---- words ---- */

static bool is_none(const char *line)
{
	static const char *const words[] = { "none", "nobody", "nothing", "no", "-", "empty", "无", "没有", "空", NULL };
	return quiz_is_one_of(line, words);
}

/* One word that does not say that there is nothing. */
static bool is_item(const char *word)
{
	for (const char *c = word; *c; c++)
		if (quiz_separates(*c))
			return false;
	return *word && !is_none(word);
}

/* ---- the world ---- */

static uint32_t object_of(const struct program *g, const cell *own, proc_id p)
{
	value v = world_target(g, own, p);
	return value_tag(v) == TAG_OBJECT ? value_object(v) : 0;
}

static bool lives(const struct play *y, proc_id p)
{
	return who_is(y->world.shared, p)->life == LIFE_ALIVE;
}

static bool waits_now(enum can can)
{
	return can == CAN_NOT || can == CAN_LAPSE;
}

/* It can't go on before something happens to that object. */
static uint32_t waits_for(const struct play *y, proc_id p)
{
	const cell *own = play_own(y, p);
	return lives(y, p) && waits_now(world_can(y->g, y->world.shared, own, p)) ? object_of(y->g, own, p) : 0;
}

static bool is_shown(const struct program *g, proc_id p)
{
	return !g->process[p].within && !g->group[g->process[p].group].service && (p != MAIN || !g->default_main);
}

/* How many stand before it in its line. */
static int place_in_line(const struct play *y, proc_id p)
{
	cell in = who_is(y->world.shared, world_waiter(y->g, play_own(y, p), p))->in_line;
	int n = 0;
	if (!in)
		return 0;
	for (cell at = ((struct line *)line_at(y->g, y->world.shared, in - 1))->head; at && waiter_owner(y->g, at) != p; at = who_is(y->world.shared, at)->next)
		n++;
	return n;
}

/* Those that wait for it, the first of the line in front. */
static int waiting_for(const struct play *y, uint32_t object, proc_id not, proc_id name[MOST_NAMES])
{
	int n = 0;
	for (proc_id p = MAIN; p < y->g->processes && n < MOST_NAMES; p++) {
		if (p == not || waits_for(y, p) != object)
			continue;
		int at = n++;
		for (; at && place_in_line(y, name[at - 1]) > place_in_line(y, p); at--)
			name[at] = name[at - 1];
		name[at] = p;
	}
	return n;
}

/* ---- looking for moments ---- */

static void hear(struct listener *l, const struct play *y, const struct news *n)
{
	struct scan *s = (struct scan *)l;
	if (n->kind != NEWS_STEP)
		return;
	const struct scene in = scene_of(y, n);
	s->happened = true;
	s->event = *n->event;
	s->object = object_of(y->g, n->own, n->who);
	text_clear(&s->sentence);
	text_clear(&s->result);
	story_step(&s->sentence, &in);
	phrase_shown(&s->result, y->g, s->event.result);
}

static void note(struct scan *s, enum matter matter, uint64_t n, uint32_t kind, int rank)
{
	GROW(s->found, s->count, s->room);
	s->found[s->count++] = (struct moment_found){ matter, n, s->object, kind, rank };
}

static bool may_free(enum op op)
{
	return op == OP_RELEASE || op == OP_SET || op == OP_COUNT_DOWN || op == OP_NOTIFY || op == OP_WAIT || op == OP_PUT || op == OP_GET;
}

static void look_for_who(struct scan *s, const struct play *y, enum op op)
{
	int waiters = 0, freed = 0;
	if (!s->object || s->event.how != CAN_GO || !may_free(op) || !is_shown(y->g, s->event.who))
		return;
	for (proc_id p = MAIN; p < y->g->processes; p++) {
		bool waited = p != s->event.who && s->before[p] == s->object;
		waiters += waited;
		freed += waited && !s->now[p];
		if (waited && !is_shown(y->g, p))
			return;
	}
	if (waiters && waiters <= MOST_NAMES && (freed || op == OP_NOTIFY || op == OP_COUNT_DOWN))
		note(s, MATTER_WHO, y->at->steps, (uint32_t)op * KIND_COUNT + s->g->object[s->object].kind, waiters > 1);
}

static enum op queue_op(const struct play *y, proc_id p, uint32_t object)
{
	enum op op = (enum op)world_next(y->g, play_own(y, p))->op;
	return lives(y, p) && object_of(y->g, play_own(y, p), p) == object && (op == OP_PUT || op == OP_GET) ? op : OP_COUNT;
}

/* Is there one whose next action is that? */
static bool about_to(const struct play *y, uint32_t object, enum op op)
{
	for (proc_id p = MAIN; p < y->g->processes; p++)
		if (queue_op(y, p, object) == op)
			return true;
	return false;
}

static bool is_queue(const struct scan *s)
{
	return s->object && s->g->object[s->object].kind == KIND_QUEUE && !s->g->object[s->object].feeder;
}

/* It puts an item, or gets one: it has not failed. */
static bool is_turn(const struct scan *s, enum op op)
{
	return s->happened && s->event.how == CAN_GO && (op == OP_PUT || op == OP_GET) && s->event.result != VALUE_UNSET;
}

static void look_for_queue(struct scan *s, const struct play *y, enum op op)
{
	if (!is_queue(s) || (op != OP_PUT && op != OP_GET))
		return;
	if (s->event.how == CAN_ENQUEUE)
		note(s, MATTER_FULL, y->at->steps, op, (op == OP_PUT) + about_to(y, s->object, op == OP_PUT ? OP_GET : OP_PUT));
	if (!is_turn(s, op))
		return;
	GROW(s->turn, s->turns, s->turn_room);
	s->turn[s->turns++] = (struct turn_found){ y->at->steps, s->object, op == OP_GET, is_item(text_is(&s->result)) };
}

/* Where there is a main that starts and joins: a default main's actions stand nowhere. */
static void look_for_zombies(struct scan *s, const struct play *y)
{
	int zombies = 0;
	bool changes = false, more = false;
	for (proc_id p = MAIN; p < y->g->processes; p++) {
		cell life = who_is(y->world.shared, p)->life;
		changes |= life != s->life[p];
		more |= life == LIFE_ZOMBIE && s->life[p] != LIFE_ZOMBIE && is_shown(y->g, p);
		zombies += life == LIFE_ZOMBIE;
		s->life[p] = life;
	}
	s->events += changes;
	if (more && !y->g->default_main && s->events <= MOST_EVENTS)
		note(s, MATTER_ZOMBIES, y->at->steps, 0, zombies > 1);
}

/* So many turns of one queue, one after the other: both kinds are among them, and all so far were of words. */
static void look_for_turns(struct scan *s)
{
	for (size_t i = 0; i < s->turns; i++) {
		bool gets[2] = { false }, words = true;
		int n = 0;
		for (size_t k = 0; k < s->turns && n < MOST_TURNS; k++) {
			const struct turn_found *t = &s->turn[k];
			if (t->object != s->turn[i].object)
				continue;
			words &= t->word;
			gets[t->gets] |= k >= i;
			n += k >= i;
		}
		if (!gets[0] || !gets[1] || !words)
			continue;
		s->object = s->turn[i].object;
		note(s, MATTER_TURNS, s->turn[i].n, 0, n == MOST_TURNS);
	}
}

static void look(struct scan *s, const struct play *y)
{
	enum op op = (enum op)y->g->code[s->event.pc].op;
	for (proc_id p = MAIN; p < y->g->processes; p++)
		s->now[p] = waits_for(y, p);
	look_for_who(s, y, op);
	look_for_queue(s, y, op);
	look_for_zombies(s, y);
	memcpy(s->before, s->now, y->g->processes * sizeof *s->now);
}

static struct play *begin(const struct quiz *q, struct scan *s)
{
	s->listener.hear = hear;
	s->g = q->trial.g;
	return play_new(q->trial.g, &q->trial.settings, NULL, &s->listener);
}

static bool step(struct scan *s, struct play *y)
{
	s->happened = false;
	return !ends_now() && (play_step(y) || s->happened);
}

static void scan_run(const struct quiz *q, struct scan *s)
{
	size_t n = q->trial.g->processes + 1;
	s->before = must_have(calloc(2 * n, sizeof *s->before));
	s->now = s->before + n;
	s->life = must_have(calloc(n, sizeof *s->life));
	struct play *y = begin(q, s);
	for (proc_id p = MAIN; p < y->g->processes; p++)
		s->life[p] = who_is(y->world.shared, p)->life;
	while (step(s, y) && y->at->steps < MOST_ACTIONS)
		if (s->happened)
			look(s, y);
	play_free(y);
	look_for_turns(s);
}

static void scan_free(struct scan *s)
{
	text_free(&s->sentence);
	text_free(&s->result);
	free(s->found);
	free(s->turn);
	free(s->before);
	free(s->life);
}

/* The run as it is before its action n. */
static struct play *play_before(const struct quiz *q, struct scan *s, uint64_t n)
{
	struct play *y = begin(q, s);
	while (y->at->steps + 1 < n && step(s, y))
		;
	return y;
}

/* Up to action n, this included. */
static void play_until(struct scan *s, struct play *y, uint64_t n)
{
	while (y->at->steps < n && step(s, y))
		;
}

/* ---- what is shown ---- */

static void show(const char *sentence)
{
	printf("%*s%s\n", INDENT, "", sentence);
}

static void show_message(struct message m)
{
	struct text t = { 0 };
	text_say(&t, m);
	show(text_is(&t));
	text_free(&t);
}

static void show_wait(const struct play *y, proc_id p)
{
	struct situation now = situation_of(y);
	struct text t = { 0 };
	story_wait(&t, &now, p);
	if (t.length)
		show(text_is(&t));
	text_free(&t);
}

static const char *names_of(const struct quiz *q, const proc_id *name, int count)
{
	const char *all = "";
	for (int i = 0; i < count; i++)
		all = word_list(&q->call->arena, all, quiz_name(q, name[i]));
	return all;
}

static void show_next_action(const struct quiz *q, const struct play *y, proc_id p)
{
	struct text step = { 0 };
	put_next_action(&step, y->g, play_own(y, p));
	uint32_t object = object_of(y->g, play_own(y, p), p);
	const char *what = object ? y->g->object[object].name : "", *is = text_is(&step);
	if (!strstr(is, what))          /* it is in a variable */
		is = say_word(&q->call->arena, SAY(IS_NOTED, is, what));
	show_message(SAY(QUIZ_DOES_NEXT, quiz_name(q, p), is));
	text_free(&step);
}

static const struct queue_cells *queue_of(const struct play *y, uint32_t object)
{
	return (const void *)(y->world.shared + y->g->object[object].at);
}

/* Its items, the next to be got in front; false: one of them is not one word, or there are too many. */
static bool items_of(const struct quiz *q, const struct play *y, uint32_t object, const char *item[MOST_ITEMS], int *count)
{
	const struct queue_cells *cells = queue_of(y, object);
	*count = (int)cells->count;
	if (cells->count > MOST_ITEMS)
		return false;
	for (uint32_t i = 0; i < cells->count; i++) {
		struct text t = { 0 };
		phrase_shown(&t, y->g, cells->item[(cells->head + i) % y->g->object[object].room]);
		item[i] = arena_word(&q->call->arena, text_is(&t), t.length);
		text_free(&t);
		if (!is_item(item[i]))
			return false;
	}
	return true;
}

static const char *none(const struct quiz *q)
{
	return say_word(&q->call->arena, SAY(QUIZ_NONE));
}

static const char *items_in_words(const struct quiz *q, const char *const *item, int count)
{
	const char *all = "";
	for (int i = 0; i < count; i++)
		all = word_list(&q->call->arena, all, item[i]);
	return count ? all : none(q);
}

static void show_queue(const struct quiz *q, const struct play *y, uint32_t object)
{
	const struct object *o = &y->g->object[object];
	const char *item[MOST_ITEMS];
	int count;
	const char *is = items_of(q, y, object, item, &count) ? items_in_words(q, item, count) : NULL;
	if (!is)
		is = say_word(&q->call->arena, SAY(QUIZ_SO_MANY, queue_of(y, object)->count));
	show_message(o->size ? SAY(QUIZ_QUEUE_OF, o->name, o->size, is) : SAY(QUIZ_QUEUE, o->name, is));
}

/* ---- what is answered ---- */

static proc_id named(const struct quiz *q, const char *word, size_t n)
{
	for (proc_id p = MAIN; p < q->trial.g->processes; p++)
		if (is_shown(q->trial.g, p) && strlen(quiz_name(q, p)) == n && !memcmp(word, quiz_name(q, p), n))
			return p;
	return 0;
}

/* The next word; its length, 0: there is none. */
static size_t next_word(const char **at)
{
	size_t n = 0;
	while (**at && quiz_separates(**at))
		++*at;
	while ((*at)[n] && !quiz_separates((*at)[n]))
		n++;
	return n;
}

/* Every word is a name; which ones. *strange is the first that is none. */
static bool read_names(const struct quiz *q, bool *said, const char **strange)
{
	memset(said, 0, (q->trial.g->processes + 1) * sizeof *said);
	const char *at = q->line, *whole = quiz_typed(q);
	if (is_none(whole) && !named(q, whole, strlen(whole)))
		return true;
	for (size_t n; (n = next_word(&at)); at += n) {
		proc_id p = named(q, at, n);
		if (!p) {
			*strange = arena_word(&q->call->arena, at, n);
			return false;
		}
		said[p] = true;
	}
	return true;
}

static const char *all_names(const struct quiz *q)
{
	const char *all = "";
	for (proc_id p = MAIN; p < q->trial.g->processes; p++)
		if (is_shown(q->trial.g, p))
			all = word_list(&q->call->arena, all, quiz_name(q, p));
	return all;
}

/* Which processes? In any order. question: NOTHING_TO_SAY: it stands there already. */
static void mark_names(struct quiz *q, struct message question, const proc_id *right, int count)
{
	bool *said = arena_get(&q->call->arena, (q->trial.g->processes + 1) * sizeof *said), fits = false;
	const char *strange = "";
	if (question.sentence)
		print_line(question, stdout);
	for (bool any = quiz_read(q); any; any = quiz_read(q)) {
		bool names = read_names(q, said, &strange);
		if (!names) {
			quiz_make_plain(q->line);       /* only then: what is a mark may also be part of a name */
			names = read_names(q, said, &strange);
		}
		if (names) {
			int matched = 0, all = 0;
			for (int i = 0; i < count; i++)
				matched += said[right[i]];
			for (proc_id p = MAIN; p < q->trial.g->processes; p++)
				all += said[p];
			fits = matched == count && all == count;
			break;
		}
		print_line(SAY(QUIZ_NO_NAME, strange, all_names(q)), stdout);
	}
	quiz_judge(q, fits, count ? names_of(q, right, count) : none(q));
}

static void mark_number(struct quiz *q, struct message question, int right)
{
	int64_t said[MOST_NUMBERS];
	int count = 0;
	bool fits = false;
	const char *strange = "";
	if (q->left)
		return;
	for (bool any = quiz_ask(q, question); any; any = quiz_read(q)) {
		quiz_make_plain(q->line);
		if (quiz_read_numbers(q, said, &count, &strange)) {
			fits = count == 1 && said[0] == right;
			break;
		}
		print_line(SAY(QUIZ_NO_NUMBER, strange), stdout);
	}
	quiz_judge(q, fits, arena_print(&q->call->arena, "%d", right));
}

/* These words, in this order. */
static bool says_items(const struct quiz *q, const char *const *item, int count)
{
	const char *at = q->line;
	size_t n;
	int i = 0;
	if (!count && is_none(quiz_typed(q)))
		return true;
	for (; (n = next_word(&at)); at += n, i++)
		if (i == count || strlen(item[i]) != n || memcmp(item[i], at, n))
			return false;
	return i == count;
}

static void unquote(char *line)
{
	char *to = line;
	for (const char *at = line; *at; at++)
		if (*at != '"' && *at != '\'' && *at != '[' && *at != ']')
			*to++ = *at;
	*to = 0;
}

static void mark_items(struct quiz *q, const char *const *item, int count)
{
	bool fits = false;
	if (quiz_read(q)) {
		fits = says_items(q, item, count);
		if (!fits) {
			quiz_make_plain(q->line);
			unquote(q->line);
			fits = says_items(q, item, count);
		}
	}
	quiz_judge(q, fits, items_in_words(q, item, count));
}

/* ---- who goes on ---- */

/* One after the other, as far as they get: how many. -1: that depends on something drawn. */
static int get_through(const struct play *y, const proc_id *name, int count, bool backwards)
{
	struct world w = world_new(y->g);
	memcpy(w.shared, y->world.shared, y->g->shared_cells * sizeof(cell));
	memcpy(w.private, y->world.private, world_bytes(y->g) - y->g->shared_cells * sizeof(cell));
	int through = 0;
	for (int i = 0; i < count && through >= 0; i++) {
		proc_id p = name[backwards ? count - 1 - i : i];
		cell *own = world_own(y->g, &w, p);
		int64_t lo, hi;
		struct event e;
		if (world_can(y->g, w.shared, own, p) != CAN_GO)
			continue;
		if (world_choices(y->g, w.shared, own, p, &lo, &hi))
			through = -1;
		else
			through += world_step(y->g, w.shared, own, p, 0, NULL, NULL, &e);
	}
	world_free(&w);
	return through;
}

/* They are freed together, all that wait. */
static bool frees_all(const struct object *o)
{
	return o->kind == KIND_EVENT || o->kind == KIND_BARRIER || o->kind == KIND_LATCH;
}

/* What decides among them, where it matters. */
static void show_line(const struct quiz *q, const struct play *y, uint32_t object, const proc_id *waiting, int count)
{
	const struct object *o = &y->g->object[object];
	if (frees_all(o) || count < 2)
		return;
	show_message(o->in_order ? SAY(QUIZ_LINE, o->name, names_of(q, waiting, count)) : SAY(QUIZ_NO_LINE, o->name));
}

static void ask_who(struct quiz *q, const struct moment_found *m)
{
	struct scan s = { 0 };
	proc_id waiting[MOST_NAMES], freed[MOST_NAMES], rest[MOST_NAMES];
	int frees = 0, rests = 0;
	struct play *y = play_before(q, &s, m->n), *ahead = play_before(q, &s, m->n);
	play_until(&s, ahead, m->n);
	quiz_begin(q, SAY(QUIZ_MOMENT, m->n - 1));
	int count = waiting_for(y, m->object, 0, waiting);
	for (int i = 0; i < count; i++)
		show_wait(y, waiting[i]);
	show_line(q, y, m->object, waiting, count);
	show_next_action(q, y, (proc_id)s.event.who);
	for (int i = 0; i < count; i++)
		if (waits_for(ahead, waiting[i]))
			rest[rests++] = waiting[i];
		else
			freed[frees++] = waiting[i];
	mark_names(q, SAY(QUIZ_WHO), freed, frees);
	const struct object *o = &y->g->object[m->object];
	bool any = frees > 1 && !o->in_order && !frees_all(o);
	struct text t = { 0 };
	if (any)
		text_say(&t, SAY(QUIZ_ANY, o->name, names_of(q, freed, frees)));
	else if (frees)
		story_freed(&t, y->g, freed, frees, 0, value_make(TAG_OBJECT, m->object));
	if (t.length && !q->left)
		show(text_is(&t));
	text_free(&t);
	for (int i = 0; i < rests && !q->left; i++)
		show_wait(ahead, rest[i]);
	int through = !q->left && frees > 1 && !frees_all(o) ? get_through(ahead, freed, frees, false) : -1;
	if (through >= 0 && through == get_through(ahead, freed, frees, true)) {
		mark_number(q, SAY(QUIZ_HOW_MANY), through);
		if (through < frees && !q->left)
			show_message(SAY(QUIZ_FIRST_COMES, o->name, through));
	}
	play_free(ahead);
	play_free(y);
	scan_free(&s);
}

/* ---- queues ---- */

/* The next turn of that queue; OP_COUNT: there is none. */
static enum op next_turn(struct scan *s, struct play *y, uint32_t object)
{
	while (step(s, y)) {
		enum op op = (enum op)y->g->code[s->event.pc].op;
		if (s->object == object && is_turn(s, op))
			return op;
	}
	return OP_COUNT;
}

/* What is got is said by its process only. */
static void show_turns(const struct quiz *q, struct scan *s, const struct moment_found *m)
{
	struct play *y = play_before(q, s, m->n);
	show_queue(q, y, m->object);
	show_message(SAY(QUIZ_THEN));
	for (int i = 0; i < MOST_TURNS; i++)
		switch (next_turn(s, y, m->object)) {
		case OP_PUT: show(text_is(&s->sentence)); break;
		case OP_GET: show_message(SAY(QUIZ_GETS, quiz_name(q, (proc_id)s->event.who), y->g->object[m->object].name)); break;
		default:     break;
		}
	play_free(y);
}

/* What is in it after some turns? And what was got last? */
static void ask_turns(struct quiz *q, const struct moment_found *m)
{
	struct scan s = { 0 };
	const char *item[MOST_ITEMS], *got = NULL, *name = q->trial.g->object[m->object].name;
	proc_id last = 0;
	int count, were;
	struct play *y = play_before(q, &s, m->n);
	bool fine = items_of(q, y, m->object, item, &were);
	for (int i = 0; i < MOST_TURNS; i++)
		if (next_turn(&s, y, m->object) == OP_GET) {
			got = arena_word(&q->call->arena, text_is(&s.result), s.result.length);
			last = (proc_id)s.event.who;
		}
	fine = fine && items_of(q, y, m->object, item, &count) && got && is_item(got);
	if (fine) {
		quiz_begin(q, SAY(QUIZ_MOMENT, m->n - 1));
		show_turns(q, &s, m);
		print_line(SAY(QUIZ_CONTENT, name), stdout);
		mark_items(q, item, count);
	}
	if (fine && !q->left) {
		quiz_begin(q, SAY(QUIZ_GOT, quiz_name(q, last)));
		mark_items(q, &got, 1);
		if (!q->left)
			show_message(SAY(QUIZ_OLDEST, name));
	}
	play_free(y);
	scan_free(&s);
}

/* Which ones can't do what they are about to do? */
static void ask_full(struct quiz *q, const struct moment_found *m)
{
	struct scan s = { 0 };
	proc_id stuck[MOST_NAMES];
	int count = 0, about = 0;
	struct play *y = play_before(q, &s, m->n + 1);
	const struct object *o = &y->g->object[m->object];
	for (proc_id p = MAIN; p < y->g->processes; p++)
		about += queue_op(y, p, m->object) != OP_COUNT;
	if (about < 2 || about > MOST_NAMES) {
		play_free(y);
		scan_free(&s);
		return;
	}
	quiz_begin(q, SAY(QUIZ_MOMENT, m->n));
	show_queue(q, y, m->object);
	for (proc_id p = MAIN; p < y->g->processes; p++) {
		if (queue_op(y, p, m->object) == OP_COUNT)
			continue;
		show_next_action(q, y, p);
		if (world_can(y->g, y->world.shared, play_own(y, p), p) != CAN_GO)
			stuck[count++] = p;
	}
	mark_names(q, SAY(QUIZ_WAIT_NOW), stuck, count);
	uint32_t n = queue_of(y, m->object)->count;
	if (!q->left)
		show_message(o->size && n >= o->size ? SAY(QUIZ_IS_FULL, o->name) : !n ? SAY(QUIZ_IS_EMPTY, o->name) : SAY(QUIZ_IS_NEITHER, o->name));
	play_free(y);
	scan_free(&s);
}

/* ---- zombies ---- */

/* What has become of processes since the last action. */
static bool life_changed(const struct play *y, cell *life)
{
	bool changed = false;
	for (proc_id p = MAIN; p < y->g->processes; p++) {
		changed |= who_is(y->world.shared, p)->life != life[p];
		life[p] = who_is(y->world.shared, p)->life;
	}
	return changed;
}

/* How long is it one? Until its parent has seen to it: in this run, by this action. */
static void show_until(struct quiz *q, struct scan *s, struct play *y, proc_id zombie)
{
	while (who_is(y->world.shared, zombie)->life == LIFE_ZOMBIE && step(s, y))
		;
	if (who_is(y->world.shared, zombie)->life == LIFE_ZOMBIE)
		show_message(SAY(QUIZ_ZOMBIE_TO_END, quiz_name(q, zombie)));
	else
		show_message(SAY(QUIZ_ZOMBIE_UNTIL, quiz_name(q, zombie), y->at->steps, text_is(&s->sentence)));
}

static void ask_until(struct quiz *q, struct scan *s, struct play *y, proc_id zombie)
{
	proc_id parent = who_is(y->world.shared, zombie)->parent;
	if (!q->left && parent && lives(y, parent) && is_shown(y->g, parent)) {
		quiz_begin(q, SAY(QUIZ_UNTIL, quiz_name(q, zombie)));
		mark_names(q, NOTHING_TO_SAY, &parent, 1);
	}
	if (!q->left)
		show_until(q, s, y, zombie);
}

static void ask_zombies(struct quiz *q, const struct moment_found *m)
{
	struct scan s = { 0 };
	proc_id zombie[MOST_NAMES] = { 0 };
	int count = 0;
	cell *life = must_have(calloc(q->trial.g->processes + 1, sizeof *life));
	struct play *y = begin(q, &s);
	quiz_begin(q, SAY(QUIZ_SO_FAR, m->n));
	life_changed(y, life);
	while (y->at->steps < m->n && step(&s, y))
		if (s.happened && life_changed(y, life))
			show(text_is(&s.sentence));
	for (proc_id p = MAIN; p < y->g->processes && count < MOST_NAMES; p++)
		if (who_is(y->world.shared, p)->life == LIFE_ZOMBIE && is_shown(y->g, p))
			zombie[count++] = p;
	mark_names(q, SAY(QUIZ_ZOMBIES), zombie, count);
	if (count)
		ask_until(q, &s, y, zombie[0]);
	free(life);
	play_free(y);
	scan_free(&s);
}

/* ---- which moments ---- */

/* One of those of that matter that show most, not of the kind of `but`, which was asked about before; NULL: none is left. */
static const struct moment_found *choose(const struct scan *s, enum matter matter, const struct moment_found *but, uint64_t *dice)
{
	int best = -1;
	uint32_t fit = 0;
	for (int turn = 0; turn < 2; turn++) {
		int64_t drawn = turn && fit ? dice_draw(dice, 0, fit - 1) : 0;
		for (size_t i = 0; i < s->count; i++) {
			const struct moment_found *m = &s->found[i];
			if (m->matter != matter || (but && m->kind == but->kind))
				continue;
			if (!turn && m->rank > best) {
				best = m->rank;
				fit = 0;
			}
			fit += !turn && m->rank == best;
			if (turn && m->rank == best && !drawn--)
				return m;
		}
	}
	return NULL;
}

void quiz_ask_of_moments(struct quiz *q)
{
	static void (*const asks[MATTERS])(struct quiz *, const struct moment_found *) = {
		[MATTER_WHO] = ask_who, [MATTER_TURNS] = ask_turns, [MATTER_FULL] = ask_full, [MATTER_ZOMBIES] = ask_zombies,
	};
	uint64_t dice = dice_seed(q->trial.settings.seed, "quiz moments");
	struct scan s = { 0 };
	scan_run(q, &s);
	for (enum matter matter = 0; matter < MATTERS; matter++) {
		const struct moment_found *m = choose(&s, matter, NULL, &dice);
		if (m && !q->left)
			asks[matter](q, m);
		m = m && matter == MATTER_WHO ? choose(&s, matter, m, &dice) : NULL;
		if (m && !q->left)
			asks[matter](q, m);
	}
	scan_free(&s);
}
