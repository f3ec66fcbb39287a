/* News as sentences, in the language that the scenario's texts were chosen in. */
#include "sim/report/story.h"
#include "sim/report/metrics.h"
#include <signal.h>
#include <string.h>

enum phrase {
#define PHRASE(id, en, zh) PHRASE_##id,
#include "sim/report/story.def"
#undef PHRASE
	PHRASES
};
static const char *const phrases[PHRASES][2] = {
#define PHRASE(id, en, zh) { en, zh },
#include "sim/report/story.def"
#undef PHRASE
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void say(struct text *t, const struct play *y, enum phrase which, ...)
{
	va_list list;
	va_start(list, which);
	text_vprint(t, phrases[which][y->g->chinese], list);
	va_end(list);
}
#pragma GCC diagnostic pop

void story_time(struct text *t, int64_t micros)
{
	static const struct { int64_t unit; const char *word; } units[] = { { 1000000, "s" }, { 1000, "ms" }, { 1, "us" } };
	if (!micros) {
		text_put(t, "0s");
		return;
	}
	for (int i = 0; i < 3; i++)
		if (micros % units[i].unit == 0) {
			text_print(t, "%lld%s", (long long)(micros / units[i].unit), units[i].word);
			return;
		}
}

/* For columns: always seconds, with milliseconds. */
static void story_clock(struct text *t, int64_t micros)
{
	text_print(t, "%lld.%03llds", (long long)(micros / 1000000), (long long)(micros / 1000 % 1000));
}

static const char *name_of(const struct play *y, proc_id p)
{
	return y->g->process[p].name;
}

/* A value inside a sentence: texts in quotes. */
static void put_value(struct text *t, const struct program *g, value v)
{
	if (value_tag(v) == TAG_TEXT)
		program_json(g, v, t);
	else
		program_value(g, v, t);
}

/* ---- what an action was ---- */

static const char *verb_doing(const struct play *y, const struct step *s, enum op op)
{
	enum verb verb = s->verb;
	if (verb == VERB_WITH)
		verb = op == OP_RELEASE ? VERB_RELEASE : VERB_ACQUIRE;
	if (op == OP_SLEEP && verb == VERB_START)               /* the default main, up to the next arrival */
		verb = VERB_SLEEP;
	const struct verb_row *row = &verb_rows[verb];
	const char *doing = y->g->chinese ? row->doing_zh : row->doing;
	return doing ? doing : row->word;
}

/* What the step acts on, as the file says: behind "verb: ". */
static const char *operand_text(const struct step *s)
{
	const char *colon = strstr(s->text, ": ");
	return colon ? colon + 2 : s->text;
}

static void spent(struct text *t, const struct play *y, const struct event *e)
{
	struct text lo = { 0 }, hi = { 0 };
	story_time(&lo, e->lo);
	story_time(&hi, e->hi);
	say(t, y, e->hi == e->lo ? PHRASE_LASTS : PHRASE_LASTS_TO, text_is(&lo), text_is(&hi));
	text_free(&lo);
	text_free(&hi);
}

/* Where two lists of the same length differ; -1: nowhere. */
static int differs_at(const struct program *g, value a, value b)
{
	uint32_t n = 0, m = 0;
	const value *x = value_tag(a) == TAG_LIST ? value_list(g->pool, a, &n) : NULL;
	const value *z = value_tag(b) == TAG_LIST ? value_list(g->pool, b, &m) : NULL;
	for (uint32_t k = 0; k < n && k < m; k++)
		if (x[k] != z[k])
			return (int)k;
	return -1;
}

/* "pids[2]". Which one that was is seen only by what has changed. */
static void element_name(struct text *t, const struct play *y, const char *name)
{
	const struct change *c = y->trace.count ? &y->trace.list[0] : NULL;
	int at = c && c->kind == CHANGE_SHARED ? differs_at(y->g, c->value, c->message) : -1;
	if (at >= 0)
		text_print(t, "%s[%d]", name, at);
	else
		say(t, y, PHRASE_ELEMENT, name);
}

static void story_variable(struct text *t, const struct play *y, const struct event *e, const struct ins *i)
{
	bool reads = i->op == OP_LOAD || i->op == OP_LOAD_ITEM, known = e->result != VALUE_UNSET;
	const char *name = y->g->shared[reads ? i->a : i->dst].name;
	struct text what = { 0 };
	if (i->op == OP_LOAD_ITEM || i->op == OP_STORE_ITEM)
		element_name(&what, y, name);
	else
		text_put(&what, name);
	say(t, y, reads ? known ? PHRASE_READS : PHRASE_READS_IT : known ? PHRASE_SETS : PHRASE_SETS_IT, text_is(&what));
	if (known)
		put_value(t, y->g, e->result);
	text_free(&what);
}

static void story_field(struct text *t, const struct play *y, const struct event *e, const struct ins *i)
{
	bool stores = i->op == OP_STORE_FIELD, known = e->result != VALUE_UNSET;
	const struct object *o = &y->g->object[stores ? i->dst : i->a];
	if (i->op == OP_EMPTY || i->b == NO_FIELD) {
		say(t, y, i->op == OP_EMPTY ? PHRASE_EMPTIES : PHRASE_LOOKS_FOR, o->name);
		return;
	}
	say(t, y, !known ? stores ? PHRASE_SETS_IT : PHRASE_READS_IT : !stores ? PHRASE_READS :
	    o->kind == KIND_FILE ? PHRASE_WRITES : PHRASE_SETS, o->full[i->b]);
	if (known)
		put_value(t, y->g, e->result);
}

static void story_finish(struct text *t, const struct play *y, const struct event *e)
{
	if (value_tag(e->result) == TAG_PROCESS) {
		say(t, y, PHRASE_ENDS_DAEMON, name_of(y, value_payload(e->result)));
		return;
	}
	say(t, y, PHRASE_ENDS);
	program_value(y->g, e->result, t);
}

/* "does at once: sold += 1 (sold = 2)" */
static void story_atomic(struct text *t, const struct play *y, const struct event *e, const struct step *s)
{
	const char *before = " (";
	say(t, y, PHRASE_AT_ONCE, operand_text(s));
	for (size_t k = 0; k < y->trace.count; k++) {
		const struct change *c = &y->trace.list[k];
		if (c->kind != CHANGE_SHARED && c->kind != CHANGE_FIELD)
			continue;
		text_print(t, "%s%s = ", before, change_name(y->g, e->who, c));
		put_value(t, y->g, c->value);
		before = ", ";
	}
	if (*before == ',')
		text_char(t, ')');
}

static const struct lock_cells *lock_in(const struct play *y, value v, bool recursive)
{
	uint32_t o = value_tag(v) == TAG_OBJECT ? value_object(v) : 0;
	enum kind kind = y->g->object[o].kind;
	return kind == KIND_RLOCK || (kind == KIND_LOCK && !recursive) ?
	       (const struct lock_cells *)(y->world.shared + y->g->object[o].at) : NULL;
}

/* The object's name, for what stands in the file: "forks[0]" for forks[i], "left (forks[0])" for a variable, "link.left" for an
 * end, which has no name of its own. */
static void object_name(struct text *t, const char *text, const char *name)
{
	const char *behind = strrchr(text, ']');
	size_t list = strcspn(name, "[#");
	if (strncmp(text, name, list))
		text_print(t, "%s (%s)", text, name);
	else if (name[list] == '[' && behind)
		text_print(t, "%s%s", name, behind + 1);
	else
		text_put(t, text);
}

/* What it acted on, by name. While the step is told, the process's target is still the one it had before. */
static void story_operand(struct text *t, const struct play *y, const struct event *e, const struct step *s)
{
	value v = y->actor[e->who].target;
	const char *text = operand_text(s), *name = on_word(y->g, v);
	bool waits = s->verb == VERB_WAIT || s->verb == VERB_NOTIFY || s->verb == VERB_NOTIFY_ALL;
	bool condition = waits && lock_in(y, v, false); /* the target of that is its lock */
	if (name && value_tag(v) == TAG_PROCESS)
		text_put(t, name);
	else if (name && value_tag(v) == TAG_OBJECT && !condition)
		object_name(t, text, name);
	else
		text_put(t, text);
}

/* ---- pools ---- */

/* The function it is in, and what that was called with: "square(3)". */
static void put_call(struct text *t, const struct program *g, uint32_t function, value args)
{
	uint32_t n = 0;
	const value *list = value_tag(args) == TAG_LIST ? value_list(g->pool, args, &n) : NULL;
	text_print(t, "%s(", g->function[function].name);
	for (uint32_t k = 0; k < n; k++) {
		text_put(t, k ? ", " : "");
		put_value(t, g, list[k]);
	}
	text_char(t, ')');
}

static uint32_t function_of(const struct play *y, proc_id p)
{
	const cell *own = play_own(y, p);
	return own[((const struct own *)own)->frame + FRAME_FUNCTION];
}

static void story_submit(struct text *t, const struct play *y, const struct event *e, const struct ins *i)
{
	const char *pool = on_word(y->g, y->actor[e->who].target);
	uint32_t o;
	const struct task_cells *task = e->result == VALUE_UNSET ? NULL : task_of(y->g, y->world.shared, e->result, &o);
	struct text call = { 0 };
	if (!task) {
		say(t, y, PHRASE_HANDS_IN_VAIN, pool);
	} else if (i->op == OP_SUBMIT) {
		put_call(&call, y->g, i->to, task->args);
		say(t, y, PHRASE_HANDS, text_is(&call), pool);
	} else {
		say(t, y, PHRASE_HANDS_EACH, y->g->function[i->to].name, task->left, pool);
	}
	text_free(&call);
}

static void story_collect(struct text *t, const struct play *y, const struct event *e)
{
	const char *pool = on_word(y->g, y->actor[e->who].target);
	say(t, y, e->result == VALUE_UNSET ? PHRASE_GOT_EXCEPTION : PHRASE_GOT_RESULT, pool);
	if (e->result != VALUE_UNSET)
		put_value(t, y->g, e->result);
}

static void story_tend(struct text *t, const struct play *y, const struct event *e)
{
	struct text call = { 0 };
	if (value_tag(e->result) == TAG_PROCESS && (e->reaped || e->child)) {
		say(t, y, e->reaped ? PHRASE_FINDS_ENDED : PHRASE_STARTS_OTHER, name_of(y, e->reaped ? e->reaped : e->child));
		return;
	}
	text_print(&call, "%s(", y->g->function[function_of(y, e->who)].name);
	put_value(&call, y->g, e->result);
	text_char(&call, ')');
	say(t, y, PHRASE_CALLS_BACK, text_is(&call));
	text_free(&call);
}

static void story_worker(struct text *t, const struct play *y, const struct event *e, enum op op)
{
	struct text call = { 0 };
	if (op == OP_TAKE && e->result == VALUE_UNSET) {
		say(t, y, PHRASE_NO_MORE);
	} else if (op == OP_TAKE) {
		put_call(&call, y->g, function_of(y, e->who), e->result);
		say(t, y, PHRASE_TAKES, text_is(&call));
	} else {
		say(t, y, op == OP_GIVE ? PHRASE_GIVES_RESULT : PHRASE_GIVES_RAISED);
		op == OP_GIVE ? put_value(t, y->g, e->result) : (void)program_value(y->g, e->result, t);
	}
	text_free(&call);
}

/* ---- verbs ---- */

/* What the verb acted on: a value, a process, an object. */
static void verb_operand(struct text *t, const struct play *y, const struct event *e, const struct step *s, enum op op)
{
	if (op == OP_SAY)
		put_value(t, y->g, e->result);
	else if (op == OP_START && e->child)
		text_put(t, name_of(y, e->child));
	else if (op == OP_SIGNAL && e->signalled)
		text_put(t, name_of(y, e->signalled));
	else
		story_operand(t, y, e, s);
}

/* An rlock that its owner had before, or has still. */
static void story_depth(struct text *t, const struct play *y, const struct event *e, enum op op)
{
	const struct lock_cells *l = lock_in(y, y->actor[e->who].target, true);
	if (l && op == OP_ACQUIRE && l->depth > 1)
		say(t, y, PHRASE_DEEPER, l->depth);
	else if (l && op == OP_RELEASE && l->depth)
		say(t, y, PHRASE_STILL_DEEP, l->depth);
}

/* Who waits for a condition gives its lock back meanwhile: the target of that is the lock. */
static void story_gathered(struct text *t, const struct play *y, const struct event *e, const struct step *s, enum phrase named,
                           enum phrase its)
{
	value v = y->actor[e->who].target;
	const char *lock = on_word(y->g, v);
	if (s->verb != VERB_WAIT || !lock_in(y, v, false))
		return;
	say(t, y, strcmp(lock, operand_text(s)) ? named : its, lock);   /* it may have no name of its own */
}

static void story_verb(struct text *t, const struct play *y, const struct event *e, const struct step *s, enum op op)
{
	const char *doing = verb_doing(y, s, op), *hole = strstr(doing, "%s");
	bool moves_value = op == OP_PUT || op == OP_GET || op == OP_SEND || op == OP_RECV;
	text_add(t, doing, hole ? (size_t)(hole - doing) : strlen(doing));
	if (op == OP_COMPUTE || op == OP_SLEEP) {
		spent(t, y, e);
	} else {
		text_put(t, hole ? "" : " ");
		verb_operand(t, y, e, s, op);
		text_put(t, hole ? hole + 2 : "");
	}
	if (e->result != VALUE_UNSET && moves_value) {
		say(t, y, PHRASE_VALUE);
		put_value(t, y->g, e->result);
	}
	if ((op == OP_ACQUIRE && e->result == VALUE_FALSE) || (moves_value && e->result == VALUE_UNSET))
		say(t, y, PHRASE_IN_VAIN);
	else
		story_depth(t, y, e, op);
	story_gathered(t, y, e, s, PHRASE_HAS_AGAIN, PHRASE_HAS_ITS_AGAIN);
}

static void story_ask(struct text *t, const struct play *y, const struct event *e, const struct ins *i)
{
	const char *what = on_word(y->g, y->actor[e->who].target);
	say(t, y, PHRASE_ASKS, function_rows[i->b].word, what ? what : "..");
	put_value(t, y->g, e->result);
}

static void story_went(struct text *t, const struct play *y, const struct event *e, const struct ins *i, const struct step *s)
{
	switch (i->op) {
	case OP_LOAD: case OP_STORE: case OP_LOAD_ITEM: case OP_STORE_ITEM:
		story_variable(t, y, e, i);
		break;
	case OP_LOAD_FIELD: case OP_STORE_FIELD: case OP_EMPTY:
		story_field(t, y, e, i);
		break;
	case OP_FINISH:
		story_finish(t, y, e);
		break;
	case OP_ASK:
		story_ask(t, y, e, i);
		break;
	case OP_DRAW:
		say(t, y, PHRASE_DRAWS);
		put_value(t, y->g, e->result);
		break;
	case OP_SUBMIT: case OP_SUBMIT_ALL:
		story_submit(t, y, e, i);
		break;
	case OP_COLLECT:
		story_collect(t, y, e);
		break;
	case OP_TAKE: case OP_GIVE: case OP_FAIL:
		story_worker(t, y, e, i->op);
		break;
	case OP_TEND:
		story_tend(t, y, e);
		break;
	case OP_CALLED:
		say(t, y, PHRASE_CALLED_BACK);
		break;
	case OP_ATOMIC:
		story_atomic(t, y, e, s);
		break;
	default:
		story_verb(t, y, e, s, i->op);
		break;
	}
}

static void object_holder(struct text *t, const struct play *y, value on);

/* Of what has to do with a wait: what for, and who has it. */
static void story_waiting(struct text *t, const struct play *y, const struct event *e, const struct step *s, enum phrase which)
{
	struct text what = { 0 };
	story_operand(&what, y, e, s);
	say(t, y, which, text_is(&what));
	text_free(&what);
	if (which == PHRASE_GIVES_UP)
		return;
	story_gathered(t, y, e, s, PHRASE_GIVES_BACK, PHRASE_GIVES_BACK_ITS);
	object_holder(t, y, world_target(y->g, play_own(y, e->who), e->who));
}

void story_step(struct text *t, const struct play *y, const struct event *e)
{
	const struct ins *i = &y->g->code[e->pc];
	const struct step *s = &y->g->step[i->step];
	text_print(t, "%s ", name_of(y, e->who));
	switch (e->how) {
	case CAN_PLACE:
		story_waiting(t, y, e, s, PHRASE_HAS_TO_WAIT);
		break;
	case CAN_LAPSE:
		story_waiting(t, y, e, s, PHRASE_GIVES_UP);
		break;
	case CAN_DIE:
		say(t, y, PHRASE_DIES, -value_small_int(e->result));
		break;
	default:
		story_went(t, y, e, i, s);
		break;
	}
}

/* The rest of a traceback: ", called in line 7, line 15"; a function that calls itself again and again counts once. */
static void put_calls(struct text *t, const struct play *y, value calls)
{
	uint32_t n = 0, before = 0;
	const value *step = calls == VALUE_UNSET ? NULL : value_list(y->g->pool, calls, &n);
	for (uint32_t k = 0; k < n; k++) {
		uint32_t line = y->g->step[value_small_int(step[k])].place.line;
		if (line != before)
			say(t, y, k ? PHRASE_AND_LINE : PHRASE_CALLED_IN, line);
		before = line;
	}
}

static void story_exception(struct text *t, const struct play *y, proc_id p, const struct change *c)
{
	struct text name = { 0 };
	program_value(y->g, c->value, &name);
	say(t, y, c->caught ? PHRASE_RAISED : PHRASE_UNCAUGHT, text_is(&name), name_of(y, p), y->g->step[c->which].place.line);
	put_calls(t, y, c->where);
	say(t, y, PHRASE_VALUE);
	program_value(y->g, c->message, t);
	text_free(&name);
}

void story_change(struct text *t, const struct play *y, proc_id p, const struct change *c)
{
	switch (c->kind) {
	case CHANGE_SHARED:
	case CHANGE_FIELD:
		text_print(t, "%s: ", change_name(y->g, p, c));
		put_value(t, y->g, c->message);
		text_put(t, " -> ");
		put_value(t, y->g, c->value);
		break;
	case CHANGE_SAY:
		text_print(t, "%s: ", name_of(y, p));
		program_value(y->g, c->value, t);
		break;
	case CHANGE_EXCEPTION:
		story_exception(t, y, p, c);
		break;
	default:
		say(t, y, PHRASE_BECOMES, name_of(y, p), change_name(y->g, p, c));
		put_value(t, y->g, c->value);
		break;
	}
}

/* ---- what came from outside ---- */

static void story_killed(struct text *t, const struct play *y, proc_id p, int signal)
{
	char number[32];
	const char *name = sigabbrev_np(signal);
	snprintf(number, sizeof number, "SIG%s", name ? name : "");
	if (!name)
		snprintf(number, sizeof number, "%d", signal);
	say(t, y, PHRASE_KILLED, name_of(y, p), number);
}

void story_signal(struct text *t, const struct play *y, const struct news *n)
{
	if (n->signal == SIGSTOP)
		say(t, y, PHRASE_PAUSED, name_of(y, n->who), who_is(y->world.shared, n->who)->pid);
	else if (n->signal == SIGCONT)
		say(t, y, PHRASE_RESUMED, name_of(y, n->who));
	else
		story_killed(t, y, n->who, n->signal);
}

/* ---- who waits for what ---- */

/* ", which buyer.2 holds": of a lock that is held. */
static void object_holder(struct text *t, const struct play *y, value on)
{
	uint32_t o = value_object(on);
	if (value_tag(on) != TAG_OBJECT)
		return;
	const struct object *row = &y->g->object[o];
	const cell *at = y->world.shared + row->at;
	if ((row->kind == KIND_LOCK || row->kind == KIND_RLOCK) && ((const struct lock_cells *)at)->owner) {
		proc_id owner = ((const struct lock_cells *)at)->owner;
		bool dead = who_is(y->world.shared, owner)->life >= LIFE_ZOMBIE;
		say(t, y, dead ? PHRASE_HELD : PHRASE_HOLDS, name_of(y, owner));
	}
}

/* What somebody wants of a pool. */
static enum phrase wanted_of_pool(enum op op)
{
	switch (op) {
	case OP_TAKE: return PHRASE_WAITS_TASK;
	case OP_TEND: return PHRASE_WAITS_WORK;
	case OP_JOIN: return PHRASE_WAITS_END;
	default:      return PHRASE_WAITS_RESULT;
	}
}

static void story_asleep(struct text *t, const struct play *y, proc_id p)
{
	struct text until = { 0 };
	if (y->actor[p].timed)
		story_clock(&until, y->actor[p].deadline);
	say(t, y, y->actor[p].timed ? PHRASE_SLEEPS_UNTIL : PHRASE_SLEEPS, text_is(&until));
	text_free(&until);
}

static void story_on(struct text *t, const struct play *y, proc_id p, value on)
{
	if (on == ON_CLOCK) {
		story_asleep(t, y, p);
		return;
	}
	bool pool = value_tag(on) == TAG_OBJECT && y->g->object[value_object(on)].kind == KIND_POOL;
	enum op op = world_next(y->g, play_own(y, p))->op;
	enum phrase which = pool ? wanted_of_pool(op) : op == OP_SERVE ? PHRASE_WAITS_REQUEST :
	                    value_tag(on) == TAG_PROCESS ? PHRASE_WAITS_END : PHRASE_WAITS;
	const char *name = on_word(y->g, on);
	say(t, y, which, name ? name : phrases[PHRASE_SOMETHING][y->g->chinese]);
	object_holder(t, y, on);
}

void story_wait(struct text *t, const struct play *y, proc_id p)
{
	if (y->actor[p].state == STATE_BLOCKED)
		story_on(t, y, p, y->actor[p].on);
}

/* ---- how it ended ---- */

/* "every buyer waits for door, which buyer.2 holds": a whole group that waits for the same is told once. */
static bool whole_group_waits(const struct play *y, const struct group *g, value *on)
{
	*on = y->actor[g->first].on;
	for (uint32_t k = 0; k < g->count; k++)
		if (y->actor[g->first + k].state != STATE_BLOCKED || y->actor[g->first + k].on != *on)
			return false;
	return g->count > 1;
}

/* A server or worker that waits for work is where it should be. */
static bool is_idle(const struct play *y, proc_id p)
{
	enum op op = world_next(y->g, play_own(y, p))->op;
	return op == OP_SERVE || op == OP_TAKE || op == OP_TEND;
}

/* Why the end of a pipe does not come: "the other end is still open in main, reader". */
static void story_open_ends(struct text *t, const struct play *y, proc_id p)
{
	value end = world_target(y->g, play_own(y, p), p);
	const char *between = "";
	struct text who = { 0 };
	if (world_next(y->g, play_own(y, p))->op != OP_RECV || value_tag(end) != TAG_OBJECT || !value_end(end))
		return;
	uint32_t other = y->g->object[value_object(end)].end + (value_end(end) == END_LEFT);
	for (proc_id q = MAIN; q < y->g->processes; q++)
		if (process_body(y->g, q) == q && who_is(y->world.shared, q)->life == LIFE_ALIVE &&
		    end_is_open(y->g, y->world.shared, q, other)) {
			text_print(&who, "%s%s", between, name_of(y, q));
			between = ", ";
		}
	if (who.length)
		say(t, y, PHRASE_STILL_OPEN, who.at);
	text_free(&who);
}

static void story_group(struct text *t, const struct play *y, const struct group *g, const char *before)
{
	value on;
	if (!g->service && whole_group_waits(y, g, &on)) {
		text_put(t, before);
		say(t, y, PHRASE_EVERY, g->name);
		story_on(t, y, g->first, on);
		return;
	}
	for (uint32_t k = 0; k < g->count; k++)
		if (y->actor[g->first + k].state == STATE_BLOCKED && !is_idle(y, g->first + k)) {
			text_print(t, "%s%s ", before, name_of(y, g->first + k));
			story_wait(t, y, g->first + k);
			story_open_ends(t, y, g->first + k);
		}
}

void story_waits(struct text *t, const struct play *y, const char *before)
{
	for (uint32_t g = 1; g <= y->g->groups; g++)
		story_group(t, y, &y->g->group[g % y->g->groups], before);
}

static void story_broken(struct text *t, const struct play *y)
{
	for (size_t i = 0; i < y->g->expects; i++)
		if (y->violated[i]) {
			text_put(t, "\n  ");
			say(t, y, PHRASE_BROKEN, y->g->expect[i].name);
		}
}

/* So that nobody believes it ended by itself, or would not go on. */
static void story_outside(struct text *t, const struct play *y)
{
	for (proc_id p = MAIN; p < y->g->processes; p++) {
		const struct actor *a = &y->actor[p];
		if (a->killed) {
			text_put(t, "\n  ");
			story_killed(t, y, p, a->killed);
		}
		if (a->stopped && who_is(y->world.shared, p)->life == LIFE_ALIVE) {
			text_put(t, "\n  ");
			say(t, y, PHRASE_STILL_PAUSED, name_of(y, p));
		}
	}
}

void story_end(struct text *t, const struct play *y)
{
	static const enum phrase how[] = {
		[VERDICT_OK] = PHRASE_ENDED_WELL, [VERDICT_DEADLOCK] = PHRASE_DEADLOCK, [VERDICT_VIOLATED] = PHRASE_VIOLATED,
		[VERDICT_EXCEPTION] = PHRASE_EXCEPTION, [VERDICT_LIMIT] = PHRASE_LIMIT, [VERDICT_STOPPED] = PHRASE_STOPPED,
		[VERDICT_MISFIT] = PHRASE_STOPPED, [VERDICT_REFUSED] = PHRASE_STOPPED, [VERDICT_DISAGREES] = PHRASE_STOPPED,
	};
	struct text time = { 0 };
	if (!y->at->verdict)
		return;
	story_clock(&time, y->at->now);
	say(t, y, PHRASE_AFTER, phrases[how[y->at->verdict]][y->g->chinese], (unsigned long long)y->at->steps, text_is(&time));
	text_free(&time);
	if (y->at->verdict == VERDICT_DEADLOCK || (y->at->verdict == VERDICT_VIOLATED && !world_everyone_ended(y->g, y->world.shared)))
		story_waits(t, y, "\n  ");
	story_broken(t, y);
	story_outside(t, y);
	if (y->problem)
		text_print(t, "\n  %s", y->problem);
}

/* ---- the plain form ---- */

static void plain_line(struct plain *l, const struct play *y, const struct news *n)
{
	struct text *t = &l->line;
	if (n->kind == NEWS_STEP) {
		text_print(t, "%5llu ", (unsigned long long)n->n);
		story_clock(t, n->time);
		text_put(t, "  ");
		story_step(t, y, n->event);
	} else {
		text_print(t, "%*s", 16, "");
		story_change(t, y, n->who, n->change);
	}
	text_char(t, '\n');
}

static bool is_told(const struct news *n)
{
	bool own = n->kind == NEWS_CHANGE && (n->change->kind == CHANGE_SHARED || n->change->kind == CHANGE_FIELD || n->change->kind == CHANGE_SAY);
	return n->kind == NEWS_STEP || (n->kind == NEWS_CHANGE && !own);
}

static void plain_begin(struct plain *l, const struct play *y)
{
	const struct policy_row *policy = &policy_rows[y->settings.policy];
	say(&l->line, y, PHRASE_BEGINS, y->g->title ? y->g->title : y->g->name, (unsigned long long)y->settings.seed,
	    y->g->chinese ? policy->title_zh : policy->word, y->settings.cpus);
	text_put(&l->line, y->settings.cpus == 1 || y->g->chinese ? "\n" : "s\n");
}

static void plain_value(struct plain *l, const struct play *y, bool *begun, const char *name, value v)
{
	text_put(&l->line, *begun ? ", " : "\n  ");
	if (!*begun)
		say(&l->line, y, PHRASE_IN_THE_END);
	*begun = true;
	text_print(&l->line, "%s = ", name);
	put_value(&l->line, y->g, v);
}

/* What a manager or a file holds. */
static void plain_record(struct plain *l, const struct play *y, bool *begun, const struct object *o)
{
	const struct record_cells *r = (const struct record_cells *)(y->world.shared + o->at);
	for (uint32_t f = 0; f < o->fields && !r->empty; f++)
		plain_value(l, y, begun, o->full[f], r->field[f]);
}

static void plain_end(struct plain *l, const struct play *y)
{
	bool begun = false;
	story_end(&l->line, y);
	for (uint32_t v = 0; v < y->g->shareds; v++)
		plain_value(l, y, &begun, y->g->shared[v].name, world_variable(y->g, y->world.shared, v));
	for (uint32_t o = 1; o < y->g->objects; o++)
		if (y->g->object[o].kind == KIND_MANAGER || y->g->object[o].kind == KIND_FILE)
			plain_record(l, y, &begun, &y->g->object[o]);
	text_char(&l->line, '\n');
	if (l->numbers && y->settings.policy != POLICY_HOST)
		metrics_table(&l->line, y, y->g->chinese);
}

static void plain_signal(struct plain *l, const struct play *y, const struct news *n)
{
	text_print(&l->line, "%5s ", "");
	story_clock(&l->line, n->time);
	text_put(&l->line, "  ");
	story_signal(&l->line, y, n);
	text_char(&l->line, '\n');
}

static void hear(struct listener *listener, const struct play *y, const struct news *n)
{
	struct plain *l = (struct plain *)listener;
	text_clear(&l->line);
	if (n->kind == NEWS_BEGIN)
		plain_begin(l, y);
	else if (n->kind == NEWS_END)
		plain_end(l, y);
	else if (n->kind == NEWS_SIGNAL)
		plain_signal(l, y, n);
	else if (is_told(n))
		plain_line(l, y, n);
	if (l->line.length)
		fwrite(l->line.at, 1, l->line.length, l->out);
}

void plain_init(struct plain *l, FILE *out)
{
	*l = (struct plain){ .listener = { .hear = hear }, .out = out };
}

void plain_free(struct plain *l)
{
	text_free(&l->line);
}
