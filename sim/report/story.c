/* News as sentences. */
#include "sim/report/story.h"
#include "sim/report/metrics.h"
#include <string.h>

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

static const char *verb_doing(const struct step *s, enum op op)
{
	const struct verb_row *row = &verb_rows[s->verb];
	if (s->verb == VERB_WITH)
		return op == OP_RELEASE ? verb_rows[VERB_RELEASE].doing : verb_rows[VERB_ACQUIRE].doing;
	if (op == OP_SLEEP && s->verb == VERB_START)            /* the default main, up to the next arrival */
		return verb_rows[VERB_SLEEP].doing;
	return row->doing ? row->doing : row->word;
}

/* What the step acts on, as the file says: behind "verb: ". */
static const char *operand_text(const struct step *s)
{
	const char *colon = strstr(s->text, ": ");
	return colon ? colon + 2 : s->text;
}

static void spent(struct text *t, const struct event *e)
{
	text_put(t, " for ");
	story_time(t, e->lo);
	if (e->hi != e->lo) {
		text_put(t, " to ");
		story_time(t, e->hi);
	}
}

static void story_variable(struct text *t, const struct play *y, const struct event *e, const struct ins *i)
{
	bool reads = i->op == OP_LOAD || i->op == OP_LOAD_ITEM;
	const char *name = y->g->shared[reads ? i->a : i->dst].name;
	bool item = i->op == OP_LOAD_ITEM || i->op == OP_STORE_ITEM;
	text_print(t, reads ? "reads %s%s" : "sets %s%s", item ? "an element of " : "", name);
	if (e->result != VALUE_UNSET) {
		text_put(t, reads ? ": " : " to ");
		put_value(t, y->g, e->result);
	}
}

static void story_field(struct text *t, const struct play *y, const struct event *e, const struct ins *i)
{
	bool stores = i->op == OP_STORE_FIELD;
	const struct object *o = &y->g->object[stores ? i->dst : i->a];
	if (i->op == OP_EMPTY || i->b == NO_FIELD) {
		text_print(t, i->op == OP_EMPTY ? "empties the file %s" : "looks for a field of %s", o->name);
		return;
	}
	text_print(t, "%s %s", stores ? o->kind == KIND_FILE ? "writes" : "sets" : "reads", o->full[i->b]);
	if (e->result != VALUE_UNSET) {
		text_put(t, stores ? " to " : ": ");
		put_value(t, y->g, e->result);
	}
}

static void story_finish(struct text *t, const struct play *y, const struct event *e)
{
	if (value_tag(e->result) == TAG_PROCESS) {
		text_print(t, "ends: SIGTERM to its daemon %s", name_of(y, value_payload(e->result)));
		return;
	}
	text_put(t, "ends, exit code ");
	program_value(y->g, e->result, t);
}

/* What it acted on, by name: of an expression such as forks[i], what it stood for, too. While the step is
 * told, the process's target is still the one it had before. */
static void story_operand(struct text *t, const struct play *y, const struct event *e, const struct step *s)
{
	value v = y->actor[e->who].target;
	const char *text = operand_text(s), *name = on_word(y->g, v);
	bool condition = s->verb == VERB_WAIT || s->verb == VERB_NOTIFY || s->verb == VERB_NOTIFY_ALL;
	if (name && value_tag(v) == TAG_PROCESS)
		text_put(t, name);
	else if (name && value_tag(v) == TAG_OBJECT && !condition && strncmp(text, name, strcspn(name, "[#")))
		text_print(t, "%s (%s)", text, name);
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
	if (!task) {
		text_print(t, "hands a task to %s, in vain", pool);
	} else if (i->op == OP_SUBMIT) {
		text_put(t, "hands ");
		put_call(t, y->g, i->to, task->args);
		text_print(t, " to %s", pool);
	} else {
		text_print(t, "hands %s for each of %u elements to %s", y->g->function[i->to].name, task->left, pool);
	}
}

static void story_collect(struct text *t, const struct play *y, const struct event *e)
{
	const char *pool = on_word(y->g, y->actor[e->who].target);
	text_print(t, e->result == VALUE_UNSET ? "gets an exception from %s" : "gets the result from %s: ", pool);
	if (e->result != VALUE_UNSET)
		put_value(t, y->g, e->result);
}

static void story_tend(struct text *t, const struct play *y, const struct event *e)
{
	if (value_tag(e->result) != TAG_PROCESS || !(e->reaped || e->child)) {
		text_print(t, "calls back: %s(", y->g->function[function_of(y, e->who)].name);
		put_value(t, y->g, e->result);
		text_char(t, ')');
	} else if (e->reaped) {
		text_print(t, "finds that %s has ended", name_of(y, e->reaped));
	} else {
		text_print(t, "starts another %s", name_of(y, e->child));
	}
}

static void story_worker(struct text *t, const struct play *y, const struct event *e, enum op op)
{
	if (op == OP_TAKE && e->result == VALUE_UNSET) {
		text_put(t, "has no more to do");
	} else if (op == OP_TAKE) {
		text_put(t, "takes ");
		put_call(t, y->g, function_of(y, e->who), e->result);
	} else {
		text_put(t, op == OP_GIVE ? "gives the result " : "gives the exception ");
		op == OP_GIVE ? put_value(t, y->g, e->result) : (void)program_value(y->g, e->result, t);
	}
}

static void story_verb(struct text *t, const struct play *y, const struct event *e, const struct step *s, enum op op)
{
	text_print(t, "%s ", verb_doing(s, op));
	if (op == OP_SAY) {
		put_value(t, y->g, e->result);
	} else if (op == OP_START && e->child) {
		text_put(t, name_of(y, e->child));
	} else if (op == OP_SIGNAL && e->signalled) {
		text_put(t, name_of(y, e->signalled));
	} else if (op == OP_COMPUTE || op == OP_SLEEP) {
		t->length--;
		spent(t, e);
	} else {
		story_operand(t, y, e, s);
	}
	bool moves_value = op == OP_PUT || op == OP_GET || op == OP_SEND || op == OP_RECV;
	if (e->result != VALUE_UNSET && moves_value) {
		text_put(t, ": ");
		put_value(t, y->g, e->result);
	}
	if ((op == OP_ACQUIRE && e->result == VALUE_FALSE) || (moves_value && e->result == VALUE_UNSET))
		text_put(t, ", in vain");
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
		text_print(t, "asks %s(%s): ", function_rows[i->b].word,
		           on_word(y->g, y->actor[e->who].target) ? on_word(y->g, y->actor[e->who].target) : "..");
		put_value(t, y->g, e->result);
		break;
	case OP_DRAW:
		text_put(t, "draws ");
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
		text_put(t, "has called back");
		break;
	case OP_ATOMIC:
		text_print(t, "does at once: %s", operand_text(s));
		break;
	default:
		story_verb(t, y, e, s, i->op);
		break;
	}
}

static void object_holder(struct text *t, const struct play *y, value on);

void story_step(struct text *t, const struct play *y, const struct event *e)
{
	const struct ins *i = &y->g->code[e->pc];
	const struct step *s = &y->g->step[i->step];
	text_print(t, "%s ", name_of(y, e->who));
	switch (e->how) {
	case CAN_PLACE:
		text_put(t, "has to wait for ");
		story_operand(t, y, e, s);
		object_holder(t, y, world_target(y->g, play_own(y, e->who), e->who));
		break;
	case CAN_LAPSE:
		text_put(t, "gives up waiting for ");
		story_operand(t, y, e, s);
		text_put(t, ": the timeout");
		break;
	case CAN_DIE:
		text_print(t, "dies of signal %d", -value_small_int(e->result));
		break;
	default:
		story_went(t, y, e, i, s);
		break;
	}
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
		text_put(t, c->caught ? "" : "uncaught ");
		program_value(y->g, c->value, t);
		text_print(t, " in %s, line %u: ", name_of(y, p), y->g->step[c->which].place.line);
		program_value(y->g, c->message, t);
		break;
	default:
		text_print(t, "%s's %s is now ", name_of(y, p), change_name(y->g, p, c));
		put_value(t, y->g, c->value);
		break;
	}
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
		text_print(t, ", which %s %s", name_of(y, owner), dead ? "held when it ended" : "holds");
	}
}

/* What somebody wants of a pool. */
static const char *wanted_of_pool(enum op op)
{
	switch (op) {
	case OP_TAKE: return "a task of ";
	case OP_TEND: return "something to do for ";
	case OP_JOIN: return "";
	default:      return "a result from ";
	}
}

static void story_on(struct text *t, const struct play *y, proc_id p, value on)
{
	if (on == ON_CLOCK) {
		text_put(t, "sleeps");
		if (y->actor[p].timed) {
			text_put(t, " until ");
			story_clock(t, y->actor[p].deadline);
		}
		return;
	}
	bool pool = value_tag(on) == TAG_OBJECT && y->g->object[value_object(on)].kind == KIND_POOL;
	enum op op = world_next(y->g, play_own(y, p))->op;
	const char *what = pool ? wanted_of_pool(op) : "";
	text_print(t, "waits for %s%s", what, on_word(y->g, on) ? on_word(y->g, on) : "something");
	if (value_tag(on) == TAG_PROCESS || (pool && op == OP_JOIN))
		text_put(t, " to end");
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

static void story_group(struct text *t, const struct play *y, const struct group *g, const char *before)
{
	value on;
	if (!g->service && whole_group_waits(y, g, &on)) {
		text_print(t, "%severy %s ", before, g->name);
		story_on(t, y, g->first, on);
		return;
	}
	for (uint32_t k = 0; k < g->count; k++)
		if (y->actor[g->first + k].state == STATE_BLOCKED && !is_idle(y, g->first + k)) {
			text_print(t, "%s%s ", before, name_of(y, g->first + k));
			story_wait(t, y, g->first + k);
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
		if (y->violated[i])
			text_print(t, "\n  violated: %s", y->g->expect[i].name);
}

void story_end(struct text *t, const struct play *y)
{
	static const char *const how[] = {
		[VERDICT_OK] = "It ended well", [VERDICT_DEADLOCK] = "Deadlock: nobody can go on",
		[VERDICT_VIOLATED] = "An expectation is violated", [VERDICT_EXCEPTION] = "A process ended by an uncaught exception",
		[VERDICT_LIMIT] = "A limit was reached before the end", [VERDICT_STOPPED] = "Stopped",
		[VERDICT_MISFIT] = "Stopped", [VERDICT_REFUSED] = "Stopped", [VERDICT_DISAGREES] = "Stopped",
	};
	if (!y->verdict)
		return;
	text_print(t, "%s, after %llu actions and ", how[y->verdict], (unsigned long long)y->steps);
	story_clock(t, y->now);
	text_put(t, ".");
	if (y->verdict == VERDICT_DEADLOCK || (y->verdict == VERDICT_VIOLATED && !world_everyone_ended(y->g, y->world.shared)))
		story_waits(t, y, "\n  ");
	story_broken(t, y);
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
	text_print(&l->line, "%s: seed %llu, %s, %u CPU%s\n", y->g->title ? y->g->title : y->g->name,
	           (unsigned long long)y->settings.seed, policy_rows[y->settings.policy].word, y->settings.cpus,
	           y->settings.cpus == 1 ? "" : "s");
}

static void plain_end(struct plain *l, const struct play *y)
{
	story_end(&l->line, y);
	for (uint32_t v = 0; v < y->g->shareds; v++) {
		text_print(&l->line, "%s%s = ", v ? ", " : "\n  in the end: ", y->g->shared[v].name);
		put_value(&l->line, y->g, world_variable(y->g, y->world.shared, v));
	}
	text_char(&l->line, '\n');
	if (l->numbers && y->settings.policy != POLICY_HOST)
		metrics_table(&l->line, y, l->chinese);
}

static void hear(struct listener *listener, const struct play *y, const struct news *n)
{
	struct plain *l = (struct plain *)listener;
	text_clear(&l->line);
	if (n->kind == NEWS_BEGIN)
		plain_begin(l, y);
	else if (n->kind == NEWS_END)
		plain_end(l, y);
	else if (n->kind == NEWS_EXIT && y->last.who != n->who)
		text_print(&l->line, "%16s%s was killed by signal %d\n", "", name_of(y, n->who), -n->code);
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
