/* News as sentences, in the language that the scenario's texts were chosen in. */
#include "sim/report/story.h"
#include "sim/report/chosen.h"
#include "sim/report/metrics.h"
#include "sim/report/phrases.h"
#include "sim/report/waits.h"
#include <signal.h>
#include <string.h>

/* "3s", "50us". */
static void story_time(struct text *t, int64_t micros)
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

void story_clock(struct text *t, int64_t micros)
{
	text_print(t, "%lld.%03llds", (long long)(micros / 1000000), (long long)(micros / 1000 % 1000));
}

static const char *name_of(const struct program *g, proc_id p)
{
	return g->process[p].name;
}

/* ---- what an action was ---- */

/* What fills the slots of its sentence, beside {who}. */
struct parts { struct text what, value, n; };

static const char *in_words(const struct scene *in, enum phrase which)
{
	return phrase_in(in->g, which);
}

static const char *verb_sentence(const struct program *g, const struct step *s, enum op op)
{
	enum verb verb = s->verb;
	if (verb == VERB_WITH)
		verb = op == OP_RELEASE ? VERB_RELEASE : VERB_ACQUIRE;
	if (op == OP_SLEEP && verb == VERB_START)               /* the default main, up to the next arrival */
		verb = VERB_SLEEP;
	const struct verb_row *row = &verb_rows[verb];
	const char *sentence = g->chinese ? row->sentence_zh : row->sentence;
	return sentence ? sentence : phrase_in(g, PHRASE_DOES);
}

/* What the step acts on, as the file says: behind "verb: ". */
static const char *operand_text(const struct step *s)
{
	const char *colon = strstr(s->text, ": ");
	return colon ? colon + 2 : s->text;
}

/* What was drawn, as exactly as clocks are shown, and cut as they are: when it began and how long it takes add up to when it ends. */
static void story_drawn(struct text *t, int64_t micros)
{
	enum { MS = 1000, SECOND = 1000 * MS };
	if (micros >= 10 * MS)
		micros = micros / MS * MS;
	if (micros < SECOND || micros % SECOND == 0) {
		story_time(t, micros);
		return;
	}
	story_clock(t, micros);         /* "1.4s" */
	for (t->length--; t->at[t->length - 1] == '0'; t->length--)
		;
	t->at[t->length] = 0;
	text_char(t, 's');
}

/* "173ms"; where it was not drawn "100ms to 300ms". */
static void spent(struct text *t, const struct scene *in)
{
	struct text lo = { 0 }, hi = { 0 };
	story_time(&lo, in->event->lo);
	story_time(&hi, in->event->hi);
	if (in->event->hi == in->event->lo)
		text_put(t, text_is(&lo));
	else if (in->drawn != NOT_DRAWN)
		story_drawn(t, in->drawn);
	else
		phrase_put(t, in->g, PHRASE_LASTS_TO, text_is(&lo), text_is(&hi));
	text_free(&lo);
	text_free(&hi);
}

/* "pids[2]". */
static void element_name(struct text *t, const struct scene *in, const char *name)
{
	value at = world_index(in->g, in->own, in->event->who);
	if (at == VALUE_UNSET) {
		phrase_put(t, in->g, PHRASE_ELEMENT, name);
		return;
	}
	text_print(t, "%s[", name);
	phrase_code(t, in->g, at);
	text_char(t, ']');
}

/* Did its step raise an exception? What a step assigns comes later: that may raise one, too. */
static bool raised(const struct scene *in)
{
	uint32_t step = in->g->code[in->event->pc].step;
	for (size_t k = 0; k < in->changes; k++)
		if (in->change[k].kind == CHANGE_EXCEPTION && in->change[k].which == step)
			return true;
	return false;
}

static const char *story_variable(struct parts *p, const struct scene *in, const struct ins *i)
{
	bool reads = i->op == OP_LOAD || i->op == OP_LOAD_ITEM, known = in->event->result != VALUE_UNSET;
	const char *name = in->g->shared[reads ? i->a : i->dst].name;
	if (i->op == OP_LOAD_ITEM || i->op == OP_STORE_ITEM)
		element_name(&p->what, in, name);
	else
		text_put(&p->what, name);
	phrase_value(&p->value, in->g, in->event->result);
	if (!reads && known && raised(in))
		return in_words(in, PHRASE_SETS_FAILS);
	return in_words(in, reads ? known ? PHRASE_READS : PHRASE_READS_IT : known ? PHRASE_SETS : PHRASE_SETS_IT);
}

static const char *story_field(struct parts *p, const struct scene *in, const struct ins *i)
{
	bool stores = i->op == OP_STORE_FIELD || i->op == OP_STORE_ELEMENT, known = in->event->result != VALUE_UNSET;
	const struct object *o = &in->g->object[stores ? i->dst : i->a];
	bool whole = i->op == OP_EMPTY || i->b == NO_FIELD;
	if (!whole && (i->op == OP_LOAD_ELEMENT || i->op == OP_STORE_ELEMENT))
		element_name(&p->what, in, o->full[i->b]);
	else
		text_put(&p->what, whole ? o->name : o->full[i->b]);
	phrase_value(&p->value, in->g, in->event->result);
	if (whole)
		return in_words(in, i->op == OP_EMPTY ? PHRASE_EMPTIES : PHRASE_LOOKS_FOR);
	if (stores && known && raised(in))
		return in_words(in, PHRASE_SETS_FAILS);
	return in_words(in, !known ? stores ? PHRASE_SETS_IT : PHRASE_READS_IT : !stores ? PHRASE_READS :
	                o->kind == KIND_FILE ? PHRASE_WRITES : PHRASE_SETS);
}

/* append, pop, .. */
static const char *story_request(struct parts *p, const struct scene *in, const struct ins *i, const struct step *s)
{
	const struct object *o = &in->g->object[i->a];
	text_put(&p->what, i->b == NO_FIELD ? o->name : o->full[i->b]);
	phrase_value(&p->value, in->g, in->event->result);
	return in->event->result == VALUE_UNSET ? in_words(in, PHRASE_ASKS_IN_VAIN) : verb_sentence(in->g, s, i->op);
}

static const char *story_finish(struct parts *p, const struct scene *in)
{
	if (value_tag(in->event->result) == TAG_PROCESS) {
		text_put(&p->what, name_of(in->g, value_payload(in->event->result)));
		return in_words(in, PHRASE_ENDS_DAEMON);
	}
	if (in->event->result == VALUE_UNSET)
		return in_words(in, PHRASE_STOPS_POOLS);
	program_value(in->g, in->event->result, &p->value);
	return in_words(in, PHRASE_ENDS);
}

/* "atomically: sold += 1 (sold = 2)" */
static const char *story_atomic(struct parts *p, const struct scene *in, const struct step *s)
{
	struct text now = { 0 };
	text_put(&p->what, operand_text(s));
	for (size_t k = 0; k < in->changes; k++) {
		const struct change *c = &in->change[k];
		if (c->kind != CHANGE_SHARED && c->kind != CHANGE_FIELD)
			continue;
		text_clear(&now);
		text_print(&now, "%s = ", change_name(in->g, in->event->who, c));
		phrase_code(&now, in->g, c->value);
		text_list(&p->value, &sentence_CLAUSES_ARE, text_is(&now));
	}
	text_free(&now);
	return in_words(in, p->value.length ? PHRASE_ATOMIC_SETS : PHRASE_ATOMIC);
}

/* What it acts on; of a condition: its lock. */
static value target_of(const struct scene *in)
{
	value v = world_target(in->g, in->own, in->event->who);
	const struct object *o = &in->g->object[value_tag(v) == TAG_OBJECT ? value_object(v) : 0];
	return o->kind == KIND_CONDITION ? value_make(TAG_OBJECT, o->lock) : v;
}

static const struct lock_cells *lock_in(const struct scene *in, value v, bool recursive)
{
	uint32_t o = value_tag(v) == TAG_OBJECT ? value_object(v) : 0;
	enum kind kind = in->g->object[o].kind;
	return kind == KIND_RLOCK || (kind == KIND_LOCK && !recursive) ?
	       (const struct lock_cells *)(in->shared + in->g->object[o].at) : NULL;
}

/* The object's name, for what stands in the file: "forks[0]" for forks[i], "left (forks[0])" for a variable, "link.left" for an
 * end, which has no name of its own. */
static void object_name(struct text *t, const char *text, const char *name)
{
	const char *behind = strrchr(text, ']');
	size_t list = strcspn(name, "[#");
	if (strncmp(text, name, list))
		text_say(t, SAY(IS_NOTED, text, name));
	else if (name[list] == '[' && behind)
		text_print(t, "%s%s", name, behind + 1);
	else
		text_put(t, text);
}

/* What it acted on, by name. */
static void story_operand(struct text *t, const struct scene *in, const struct step *s)
{
	value v = target_of(in);
	const char *text = operand_text(s), *name = on_word(in->g, v);
	bool waits = s->verb == VERB_WAIT || s->verb == VERB_NOTIFY || s->verb == VERB_NOTIFY_ALL;
	bool condition = waits && lock_in(in, v, false); /* the target of that is its lock */
	if (name && value_tag(v) == TAG_PROCESS)
		text_put(t, name);
	else if (name && value_tag(v) == TAG_OBJECT && !condition)
		object_name(t, text, name);
	else
		text_put(t, text);
}

/* ---- pools ---- */

static const struct pool_cells *pool_in(const struct scene *in)
{
	return (const struct pool_cells *)(in->shared + in->g->object[value_object(target_of(in))].at);
}

/* The function of the task that a worker has taken. */
static uint32_t taken_function(const struct scene *in)
{
	const struct task_cells *task = pool_in(in)->task;
	for (uint32_t k = 0; k < in->g->object[value_object(target_of(in))].room; k++)
		if (task[k].state == TASK_RUNNING && task[k].worker == in->event->who)
			return task[k].function;
	return 0;
}

static const char *story_submit(struct parts *p, const struct scene *in, const struct ins *i, const struct step *s)
{
	uint32_t o;
	value handle = in->event->result;
	const struct task_cells *task = value_tag(handle) != TAG_HANDLE ? NULL : task_of(in->g, (cell *)in->shared, handle, &o);
	story_operand(&p->what, in, s);         /* it need not be a pool: that is why it failed, then */
	if (value_tag(handle) == TAG_LIST) {
		uint32_t n;
		value_list(in->g->pool, handle, &n);
		text_put(&p->value, in->g->function[i->to].name);
		text_int(&p->n, n);
		return in_words(in, PHRASE_HANDS_EACH);
	}
	if (!task)
		return in_words(in, PHRASE_HANDS_FAILS);
	if (i->op == OP_SUBMIT) {
		phrase_call(&p->value, in->g, i->to, task->args);
		return in_words(in, PHRASE_HANDS);
	}
	text_put(&p->value, in->g->function[i->to].name);
	text_int(&p->n, task->left);
	return in_words(in, PHRASE_HANDS_EACH);
}

static const char *story_collect(struct parts *p, const struct scene *in)
{
	text_put(&p->what, on_word(in->g, target_of(in)));
	phrase_value(&p->value, in->g, in->event->result);
	return in_words(in, in->event->result == VALUE_UNSET ? PHRASE_GOT_EXCEPTION : PHRASE_GOT_RESULT);
}

static const char *story_tend(struct parts *p, const struct scene *in)
{
	const struct event *e = in->event;
	if (value_tag(e->result) == TAG_HANDLE) {
		text_put(&p->what, on_word(in->g, target_of(in)));
		return in_words(in, PHRASE_CANT_SEND);
	}
	if (value_tag(e->result) == TAG_PROCESS && (e->reaped || e->child)) {
		text_put(&p->what, name_of(in->g, e->reaped ? e->reaped : e->child));
		if (!e->reaped)                 /* it has the name of the one before it: only this tells them apart */
			text_int(&p->n, who_is(in->shared, e->child)->pid);
		return in_words(in, e->reaped ? PHRASE_FINDS_ENDED : PHRASE_STARTS_OTHER);
	}
	text_print(&p->value, "%s(", in->g->function[task_calls_back(&pool_in(in)->task[pool_in(in)->calling - 1])].name);
	phrase_value(&p->value, in->g, e->result);
	text_char(&p->value, ')');
	return in_words(in, PHRASE_CALLS_BACK);
}

static const char *story_worker(struct parts *p, const struct scene *in, enum op op)
{
	if (op == OP_TAKE && in->event->result == VALUE_UNSET)
		return in_words(in, PHRASE_NO_MORE);
	if (op == OP_TAKE) {
		phrase_call(&p->what, in->g, taken_function(in), in->event->result);
		return in_words(in, PHRASE_TAKES);
	}
	if (op == OP_PREPARE) {
		phrase_call(&p->what, in->g, in->g->code[in->event->pc].to, in->event->result);
		return in_words(in, PHRASE_PREPARES);
	}
	if (op == OP_GIVE)
		phrase_value(&p->value, in->g, in->event->result);
	else
		program_value(in->g, in->event->result, &p->value);
	return in_words(in, op == OP_GIVE ? PHRASE_GIVES_RESULT : PHRASE_GIVES_RAISED);
}

/* ---- verbs ---- */

/* Not every C library knows them by name. */
static const char *const signal_names[] = {
#define NAME(signal) [signal] = #signal
	NAME(SIGHUP), NAME(SIGINT), NAME(SIGQUIT), NAME(SIGILL), NAME(SIGTRAP), NAME(SIGABRT), NAME(SIGBUS), NAME(SIGFPE), NAME(SIGKILL), NAME(SIGUSR1),
	NAME(SIGSEGV), NAME(SIGUSR2), NAME(SIGPIPE), NAME(SIGALRM), NAME(SIGTERM), NAME(SIGSTKFLT), NAME(SIGCHLD), NAME(SIGCONT), NAME(SIGSTOP), NAME(SIGTSTP),
	NAME(SIGTTIN), NAME(SIGTTOU), NAME(SIGURG), NAME(SIGXCPU), NAME(SIGXFSZ), NAME(SIGVTALRM), NAME(SIGPROF), NAME(SIGWINCH), NAME(SIGPOLL), NAME(SIGPWR), NAME(SIGSYS),
#undef NAME
};

bool story_signal_name(struct text *t, int number)
{
	const char *name = number > 0 && (size_t)number < sizeof signal_names / sizeof *signal_names ? signal_names[number] : NULL;
	text_put(t, name ? name : "");
	return name;
}

static void put_signal(struct text *t, int number)
{
	if (!story_signal_name(t, number))
		text_int(t, number);
}

/* Real-time signals have a number alone. */
static enum phrase death_parts(struct text *name, struct text *number, int signal)
{
	text_int(number, signal);
	return story_signal_name(name, signal) ? PHRASE_DIES : PHRASE_DIES_UNNAMED;
}

/* What the verb acted on, and what came of it. */
static void verb_parts(struct parts *p, const struct scene *in, const struct step *s, enum op op)
{
	if (op == OP_START && in->event->child)
		text_put(&p->what, name_of(in->g, in->event->child));
	else if (op == OP_SIGNAL && in->event->signalled)
		text_put(&p->what, name_of(in->g, in->event->signalled));
	else
		story_operand(&p->what, in, s);
	if (op == OP_SIGNAL && in->event->signal)
		put_signal(&p->value, (int)in->event->signal);
	else if (op == OP_COMPUTE || op == OP_SLEEP)
		spent(&p->value, in);
	else
		phrase_value(&p->value, in->g, in->event->result);
}

static bool assigns(const struct step *s)
{
	return strstr(verb_rows[s->verb].modifiers, "into") != NULL;
}

/* It tried, and did not get through; PHRASES: it did. */
static enum phrase failed(struct parts *p, const struct scene *in, const struct step *s, enum op op)
{
	bool got = in->event->result != VALUE_UNSET;
	switch (op) {
	case OP_ACQUIRE: return in->event->result == VALUE_FALSE ? PHRASE_ACQUIRE_FAILS : PHRASES;
	case OP_PUT:     return got ? PHRASES : PHRASE_PUT_FAILS;
	case OP_GET:     return got ? PHRASES : PHRASE_GET_FAILS;
	case OP_SEND:    return got ? PHRASES : PHRASE_SEND_FAILS;
	case OP_RECV:    return got ? PHRASES : PHRASE_RECV_FAILS;
	default:
		if (assigns(s) || !raised(in))
			return PHRASES;
		text_clear(&p->what);
		text_put(&p->what, s->text);
		return PHRASE_TRIES;
	}
}

/* An rlock that its owner had before, or has still. */
static enum phrase still_held(struct parts *p, const struct scene *in, enum op op)
{
	const struct lock_cells *l = lock_in(in, target_of(in), true);
	if (!l || !(op == OP_ACQUIRE ? l->depth > 1 : op == OP_RELEASE && l->depth))
		return PHRASES;
	text_int(&p->n, l->depth);
	return op == OP_ACQUIRE ? PHRASE_DEEPER : PHRASE_STILL_DEEP;
}

/* A process that waited for a condition has its lock again: the target of that is the lock, which may have no name of its own. */
static enum phrase has_again(struct parts *p, const struct scene *in, const struct step *s)
{
	value v = target_of(in);
	if (s->verb != VERB_WAIT || !lock_in(in, v, false))
		return PHRASES;
	const char *lock = on_word(in->g, v);
	text_clear(&p->value);
	text_put(&p->value, lock);
	return strcmp(lock, operand_text(s)) ? PHRASE_HAS_AGAIN : PHRASE_HAS_ITS_AGAIN;
}

static const char *story_verb(struct parts *p, const struct scene *in, const struct step *s, enum op op)
{
	value v = target_of(in);
	enum phrase special;
	verb_parts(p, in, s, op);
	if ((special = failed(p, in, s, op)) != PHRASES || (special = still_held(p, in, op)) != PHRASES || (special = has_again(p, in, s)) != PHRASES)
		return in_words(in, special);
	if (op == OP_JOIN && value_tag(v) == TAG_OBJECT && in->g->object[value_object(v)].kind == KIND_QUEUE)
		return in_words(in, PHRASE_JOINS_QUEUE);
	return verb_sentence(in->g, s, op);
}

static const char *story_ask(struct parts *p, const struct scene *in, const struct ins *i)
{
	const char *what = on_word(in->g, world_target(in->g, in->own, in->event->who));
	text_print(&p->what, "%s(%s)", function_rows[i->b].word, what ? what : "..");
	phrase_value(&p->value, in->g, in->event->result);
	return in_words(in, PHRASE_ASKS);
}

static const char *story_signal_sent(struct parts *p, const struct scene *in, const struct step *s)
{
	if (in->event->result != VALUE_NONE)
		return story_verb(p, in, s, OP_SIGNAL);
	text_put(&p->what, on_word(in->g, target_of(in)));
	return in_words(in, PHRASE_HAS_TERMINATED);
}

/* Its sentence; the parts that fill it. */
static const char *story_went(struct parts *p, const struct scene *in, const struct ins *i, const struct step *s)
{
	switch (i->op) {
	case OP_LOAD: case OP_STORE: case OP_LOAD_ITEM: case OP_STORE_ITEM:
		return story_variable(p, in, i);
	case OP_LOAD_FIELD: case OP_STORE_FIELD: case OP_LOAD_ELEMENT: case OP_STORE_ELEMENT: case OP_EMPTY:
		return story_field(p, in, i);
	case OP_APPEND: case OP_POP: case OP_REMOVE: case OP_UPDATE:
		return story_request(p, in, i, s);
	case OP_FINISH:
		return story_finish(p, in);
	case OP_SIGNAL:
		return story_signal_sent(p, in, s);
	case OP_ASK:
		return story_ask(p, in, i);
	case OP_DRAW:
		phrase_value(&p->value, in->g, in->event->result);
		return in_words(in, in->event->result == VALUE_UNSET ? PHRASE_DRAWS_NOTHING : PHRASE_DRAWS);
	case OP_SUBMIT: case OP_SUBMIT_ALL:
		return story_submit(p, in, i, s);
	case OP_COLLECT:
		return story_collect(p, in);
	case OP_PREPARE: case OP_TAKE: case OP_GIVE: case OP_FAIL:
		return story_worker(p, in, i->op);
	case OP_TEND:
		return story_tend(p, in);
	case OP_CALLED:
		return in_words(in, PHRASE_CALLED_BACK);
	case OP_ATOMIC:
		return story_atomic(p, in, s);
	case OP_WAIT:
		if (!((const struct own *)in->own)->asleep)
			return story_verb(p, in, s, i->op);
		story_operand(&p->what, in, s);
		return in_words(in, PHRASE_WAKES);
	default:
		return story_verb(p, in, s, i->op);
	}
}

static const char *story_sentence(struct parts *p, const struct scene *in, const struct ins *i, const struct step *s)
{
	value thrown = in->own ? world_thrown(in->g, in->own) : VALUE_UNSET;
	if (in->event->how == CAN_GO && thrown != VALUE_UNSET) {
		story_operand(&p->what, in, s);
		phrase_value(&p->value, in->g, thrown);
		return in_words(in, PHRASE_LEAVES_WAIT);
	}
	switch (in->event->how) {
	case CAN_LAPSE:
		story_operand(&p->what, in, s);
		return in_words(in, PHRASE_GIVES_UP);
	case CAN_HANDLE:
		put_signal(&p->what, (int)in->event->signal);
		return in_words(in, PHRASE_HANDLES);
	case CAN_DIE:
		return in_words(in, death_parts(&p->what, &p->n, -value_small_int(in->event->result)));
	default:
		return story_went(p, in, i, s);
	}
}

static void story_enqueued(struct text *t, const struct scene *in, const struct step *s)
{
	struct text what = { 0 }, wait = { 0 };
	story_operand(&what, in, s);
	wait_put_enqueued(&wait, in->g, in->shared, in->own, in->event->who, text_is(&what));
	const struct slot slots[] = { { "what", text_is(&wait) }, { 0 } };
	if (in->event->choice && in->g->code[in->event->pc].op == OP_WAIT)
		phrase_fill(t, in->g, PHRASE_WILL_WAKE, slots);
	else
		text_put(t, text_is(&wait));
	text_free(&what);
	text_free(&wait);
}

int64_t story_textbook(const struct program *g, const cell *shared, uint32_t object)
{
	return ((const struct semaphore_cells *)(shared + g->object[object].at))->units - (int64_t)world_waiting(g, shared, object);
}

/* Of a semaphore that is shown so: what it has become stands behind the sentence. */
static void put_textbook(struct text *sentence, const struct scene *in, const struct ins *i, const struct step *s)
{
	value v = i->op == OP_ACQUIRE || i->op == OP_RELEASE ? world_target(in->g, in->own, in->event->who) : VALUE_UNSET;
	bool went = in->event->how != CAN_DIE && in->event->result != VALUE_FALSE && !raised(in);
	if (!went || value_tag(v) != TAG_OBJECT || !in->g->object[value_object(v)].textbook)
		return;
	struct text before = *sentence, what = { 0 }, n = { 0 };
	*sentence = (struct text){ 0 };
	story_operand(&what, in, s);
	text_int(&n, story_textbook(in->g, in->shared, value_object(v)));
	phrase_fill(sentence, in->g, PHRASE_TEXTBOOK_NOW,
	            (struct slot[]){ { "sentence", text_is(&before) }, { "what", text_is(&what) }, { "n", text_is(&n) }, { 0 } });
	text_free(&before);
	text_free(&what);
	text_free(&n);
}

void story_step(struct text *t, const struct scene *in)
{
	const struct ins *i = &in->g->code[in->event->pc];
	const struct step *s = &in->g->step[i->step];
	struct parts p = { 0 };
	if (in->event->how == CAN_ENQUEUE) {
		story_enqueued(t, in, s);
		return;
	}
	const char *sentence = story_sentence(&p, in, i, s);
	const struct slot slots[] = { { "who", name_of(in->g, in->event->who) }, { "what", text_is(&p.what) }, { "value", text_is(&p.value) },
	                              { "n", text_is(&p.n) }, { 0 } };
	struct text whole = { 0 };
	slots_fill(&whole, sentence, slots);
	put_textbook(&whole, in, i, s);
	text_put(t, text_is(&whole));
	text_free(&whole);
	text_free(&p.what);
	text_free(&p.value);
	text_free(&p.n);
}

/* The rest of a traceback: "line 7, line 15"; a function that calls itself again and again counts once. */
static void put_calls(struct text *t, const struct program *g, value calls)
{
	struct text one = { 0 };
	uint32_t n = 0, before = 0;
	const value *step = calls == VALUE_UNSET ? NULL : value_list(g->pool, calls, &n);
	for (uint32_t k = 0; k < n; k++) {
		uint32_t line = g->step[value_small_int(step[k])].place.line;
		text_clear(&one);
		phrase_put(&one, g, PHRASE_A_LINE, line);
		if (line != before)
			text_list(t, &sentence_NAMES_ARE, text_is(&one));
		before = line;
	}
	text_free(&one);
}

static void story_exception(struct text *t, const struct program *g, proc_id p, const struct change *c)
{
	struct text name = { 0 }, message = { 0 }, line = { 0 }, raised = { 0 }, calls = { 0 }, whole = { 0 };
	program_value(g, c->value, &name);
	text_int(&line, g->step[c->which].place.line);
	const struct slot slots[] = { { "what", text_is(&name) }, { "who", name_of(g, p) }, { "n", text_is(&line) }, { 0 } };
	phrase_fill(&raised, g, c->caught ? PHRASE_RAISED : PHRASE_UNCAUGHT, slots);
	put_calls(&calls, g, c->where);
	const struct slot called[] = { { "what", text_is(&raised) }, { "lines", text_is(&calls) }, { 0 } };
	if (calls.length)
		phrase_fill(&whole, g, PHRASE_CALLED_IN, called);
	else
		text_put(&whole, text_is(&raised));
	program_value(g, c->message, &message);
	text_say(t, message.length ? SAY(IS_SAID_OF, text_is(&whole), text_is(&message)) : SAY(AS_IT_IS, text_is(&whole)));
	text_free(&name);
	text_free(&message);
	text_free(&line);
	text_free(&raised);
	text_free(&calls);
	text_free(&whole);
}

static void story_becomes(struct text *t, const struct program *g, proc_id p, const struct change *c)
{
	struct text now = { 0 };
	phrase_value(&now, g, c->value);
	const struct slot slots[] = { { "who", name_of(g, p) }, { "what", change_name(g, p, c) }, { "value", text_is(&now) }, { 0 } };
	phrase_fill(t, g, PHRASE_BECOMES, slots);
	text_free(&now);
}

void story_change(struct text *t, const struct program *g, proc_id p, const struct change *c)
{
	switch (c->kind) {
	case CHANGE_SHARED:
	case CHANGE_FIELD:
		text_print(t, "%s: ", change_name(g, p, c));
		phrase_code(t, g, c->message);
		text_put(t, " -> ");
		phrase_code(t, g, c->value);
		break;
	case CHANGE_SAY:
		text_print(t, "%s: ", name_of(g, p));
		phrase_shown(t, g, c->value);
		break;
	case CHANGE_EXCEPTION:
		story_exception(t, g, p, c);
		break;
	default:
		story_becomes(t, g, p, c);
		break;
	}
}

void story_death(struct text *t, const struct program *g, proc_id p, int signal)
{
	struct text name = { 0 }, n = { 0 };
	enum phrase how = death_parts(&name, &n, signal);
	const struct slot slots[] = { { "who", name_of(g, p) }, { "what", text_is(&name) }, { "n", text_is(&n) }, { 0 } };
	phrase_fill(t, g, how, slots);
	text_free(&name);
	text_free(&n);
}

/* ---- what came from outside ---- */

static void story_killed(struct text *t, const struct program *g, proc_id p, int signal)
{
	struct text name = { 0 };
	put_signal(&name, signal);
	phrase_put(t, g, signal_kills(g, p, signal) ? PHRASE_KILLED : PHRASE_SENT_FROM_OUTSIDE, name_of(g, p), text_is(&name));
	text_free(&name);
}

void story_signal(struct text *t, const struct play *y, proc_id p, int signal)
{
	const struct program *g = y->g;
	if (signal == SIGSTOP)
		phrase_put(t, g, y->inside == p ? PHRASE_PAUSED_INSIDE : PHRASE_PAUSED, name_of(g, p), who_is(y->world.shared, p)->pid);
	else if (signal == SIGCONT)
		phrase_put(t, g, PHRASE_RESUMED, name_of(g, p));
	else
		story_killed(t, g, p, signal);
}

/* ---- which processes wait for what ---- */

static const cell *own_of(const struct situation *now, proc_id p)
{
	return world_own(now->g, &now->world, p);
}

static void story_asleep(struct text *t, const struct program *g, const struct actor *a, const char *who)
{
	struct text until = { 0 };
	if (a->timed)
		story_clock(&until, a->deadline);
	const struct slot slots[] = { { "who", who }, { "until", text_is(&until) }, { 0 } };
	phrase_fill(t, g, a->timed ? PHRASE_SLEEPS_UNTIL : PHRASE_SLEEPS, slots);
	text_free(&until);
}

static void story_timed(struct text *t, const struct situation *now, proc_id p, const char *who)
{
	struct text wait = { 0 }, until = { 0 };
	wait_put(&wait, now->g, now->world.shared, own_of(now, p), p, who);
	story_clock(&until, now->actor[p].deadline);
	const struct slot slots[] = { { "wait", text_is(&wait) }, { "until", text_is(&until) }, { 0 } };
	phrase_fill(t, now->g, PHRASE_AT_MOST, slots);
	text_free(&wait);
	text_free(&until);
}

/* who: p's name, or that of all that wait as it does. */
static void story_waiting(struct text *t, const struct situation *now, proc_id p, const char *who)
{
	const struct actor *a = &now->actor[p];
	if (a->on == ON_CLOCK)
		story_asleep(t, now->g, a, who);
	else if (ends_by_timeout(now->g, a, own_of(now, p), p))
		story_timed(t, now, p, who);
	else
		wait_put(t, now->g, now->world.shared, own_of(now, p), p, who);
}

void story_wait(struct text *t, const struct situation *now, proc_id p)
{
	if (now->actor[p].state == STATE_BLOCKED)
		story_waiting(t, now, p, name_of(now->g, p));
}

void story_freed(struct text *t, const struct program *g, const proc_id *who, int named, int more, value on)
{
	struct text names = { 0 }, others = { 0 };
	for (int i = 0; i < named; i++)
		text_list(&names, &sentence_NAMES_ARE, name_of(g, who[i]));
	text_int(&others, more);
	const struct slot slots[] = { { "names", text_is(&names) }, { "n", text_is(&others) }, { "what", on_word(g, on) }, { 0 } };
	phrase_fill(t, g, more ? PHRASE_FREED_MORE : named > 1 ? PHRASE_FREED_ALL : PHRASE_FREED, slots);
	text_free(&names);
	text_free(&others);
}

/* ---- how it ended ---- */

/* It waits, and time alone does not let it go on. */
static bool is_stuck(const struct situation *now, proc_id p)
{
	return now->actor[p].state == STATE_BLOCKED && !now->actor[p].alarm;
}

/* "every buyer waits for door, which buyer.2 holds": a whole group that waits for the same is mentioned once. */
static bool whole_group_waits(const struct situation *now, const struct group *g)
{
	struct text first = { 0 }, other = { 0 };
	bool same = g->count > 1;
	for (uint32_t k = 0; k < g->count && same; k++) {
		const struct actor *a = &now->actor[g->first + k];
		same = is_stuck(now, g->first + k) && a->on == now->actor[g->first].on;
		text_clear(&other);
		if (same)
			story_waiting(k ? &other : &first, now, g->first + k, "");
		same = same && (!k || !strcmp(text_is(&first), text_is(&other)));
	}
	text_free(&first);
	text_free(&other);
	return same;
}

/* A server or worker that waits for work is where it should be. */
static bool is_idle(const struct situation *now, proc_id p)
{
	enum op op = world_next(now->g, own_of(now, p))->op;
	return op == OP_SERVE || op == OP_TAKE || op == OP_TEND;
}

static void story_every(struct text *t, const struct situation *now, const struct group *g)
{
	const struct slot slots[] = { { "who", g->name }, { 0 } };
	struct text who = { 0 };
	phrase_fill(&who, now->g, PHRASE_EVERY, slots);
	story_waiting(t, now, g->first, text_is(&who));
	text_free(&who);
}

static void story_group(struct text *t, const struct situation *now, const struct group *g, const char *before)
{
	if (!g->service && whole_group_waits(now, g)) {
		text_put(t, before);
		story_every(t, now, g);
		return;
	}
	for (uint32_t k = 0; k < g->count; k++)
		if (is_stuck(now, g->first + k) && !is_idle(now, g->first + k)) {
			text_put(t, before);
			story_wait(t, now, g->first + k);
		}
}

void story_waits(struct text *t, const struct situation *now, const char *before)
{
	for (uint32_t g = 1; g <= now->g->groups; g++)
		story_group(t, now, &now->g->group[g % now->g->groups], before);
}

static enum phrase how_broken(const struct expect *e, const struct standing *s, bool shown)
{
	if (e->kind == EXPECT_LEADS_TO)
		return shown ? PHRASE_OWED_SHOWN : PHRASE_OWED;
	if (s->since)
		return shown ? PHRASE_BROKEN_SHOWN : PHRASE_BROKEN_SINCE;
	if (e->kind == EXPECT_FINALLY)
		return shown ? PHRASE_BROKEN_LAST_SHOWN : PHRASE_BROKEN_LAST;
	return shown ? PHRASE_BROKEN_FIRST_SHOWN : PHRASE_BROKEN_FIRST;
}

void story_broken(struct text *t, const struct program *g, uint32_t k, const struct standing *s, bool shown)
{
	struct text n = { 0 };
	text_int(&n, (int64_t)s->since);
	const struct slot slots[] = { { "name", g->expect[k].name }, { "n", text_is(&n) }, { "later", g->expect[k].later_text }, { 0 } };
	phrase_fill(t, g, how_broken(&g->expect[k], s, shown), slots);
	text_free(&n);
}

/* Once, below what the run is called after. */
static void put_too_late(struct text *t, const struct program *g, const struct ended *e)
{
	struct text n = { 0 };
	if (!e->late.known)
		return;
	text_int(&n, (int64_t)e->late.after);
	const struct slot slots[] = { { "n", text_is(&n) }, { 0 } };
	text_put(t, "\n  ");
	phrase_fill(t, g, !e->late.after ? PHRASE_FATED : e->goes_there ? PHRASE_LATE_GO : PHRASE_LATE, slots);
	text_free(&n);
}

/* all: of the run it is said already that this is what the scenario is there to show. */
static void story_expectations(struct text *t, const struct program *g, const struct ended *e)
{
	for (uint32_t k = 0; k < g->expects; k++) {
		const struct expect *x = &g->expect[k];
		bool over = x->kind == EXPECT_ALWAYS || e->cause == VERDICT_OK || (x->kind == EXPECT_LEADS_TO && e->cause == VERDICT_DEADLOCK);
		if (e->standing[k].broken) {
			text_put(t, "\n  ");
			story_broken(t, g, k, &e->standing[k], may_break(x) && !e->shown);
			if (e->ruling == RULING_BROKEN && e->mishap.expect == k)
				put_too_late(t, g, e);
		} else if (judges(x) && x->declared == OFTEN_NEVER && over) {
			text_put(t, "\n  ");
			phrase_put(t, g, PHRASE_HELD, x->name);
		}
	}
}

/* An exception must not be hidden by what else was found. */
static void story_faults(struct text *t, const struct program *g, const struct ended *e)
{
	for (uint32_t i = 0; i < e->faults && i < FAULTS; i++) {
		text_put(t, "\n  ");
		story_change(t, g, e->fault[i].who, &e->fault[i].what);
	}
	if (e->faults > FAULTS) {
		text_put(t, "\n  ");
		phrase_put(t, g, PHRASE_MORE_FAULTS, e->faults - FAULTS);
	}
}

static void story_failures(struct text *t, const struct program *g, const struct ended *e)
{
	for (uint32_t i = 0; i < e->failures; i++) {
		const struct failure *f = &e->failure[i];
		struct text call = { 0 }, name = { 0 }, line = { 0 }, message = { 0 };
		phrase_call(&call, g, f->function, f->args);
		program_value(g, f->name, &name);
		text_int(&line, g->step[f->step].place.line);
		program_value(g, f->message, &message);
		const struct slot slots[] = { { "call", text_is(&call) }, { "name", text_is(&name) }, { "line", text_is(&line) },
		                              { "message", text_is(&message) }, { 0 } };
		text_put(t, "\n  ");
		phrase_fill(t, g, message.length ? PHRASE_UNFETCHED_SAYS : PHRASE_UNFETCHED, slots);
		text_free(&call);
		text_free(&name);
		text_free(&line);
		text_free(&message);
	}
}

/* So that nobody believes it ended by itself, or would not go on. */
static void story_outside(struct text *t, const struct situation *now)
{
	for (proc_id p = MAIN; p < now->g->processes; p++) {
		const struct actor *a = &now->actor[p];
		if (a->killed) {
			text_put(t, "\n  ");
			story_killed(t, now->g, p, a->killed);
		}
		if (a->stopped && who_is(now->world.shared, p)->life == LIFE_ALIVE) {
			text_put(t, "\n  ");
			phrase_put(t, now->g, PHRASE_STILL_PAUSED, name_of(now->g, p));
		}
	}
}

/* What else it was, if that is not what was said first. */
static void story_cause(struct text *t, const struct program *g, const struct ended *e)
{
	enum ruling also = e->cause == VERDICT_DEADLOCK ? RULING_DEADLOCK : e->cause == VERDICT_LIMIT ? RULING_LIMIT
	                   : e->cause == VERDICT_STOPPED ? RULING_BY_USER : e->ruling;
	if (also != e->ruling)
		text_print(t, "\n  %s", ruling_sentence(also, g->chinese));
}

static void story_headline(struct text *t, const struct program *g, const struct ended *e)
{
	struct text n = { 0 }, time = { 0 };
	bool one = e->steps == 1;
	text_int(&n, (int64_t)e->steps);
	story_clock(&time, e->time);
	const struct slot slots[] = { { "how", ruling_sentence(e->ruling, g->chinese) }, { "n", text_is(&n) }, { "time", text_is(&time) }, { 0 } };
	phrase_fill(t, g, e->shown ? (one ? PHRASE_SHOWN_ONE : PHRASE_SHOWN) : one ? PHRASE_AFTER_ONE : PHRASE_AFTER, slots);
	text_free(&n);
	text_free(&time);
}

void story_end(struct text *t, const struct situation *now, const struct ended *e)
{
	if (!e->cause)
		return;
	story_headline(t, now->g, e);
	if (e->ruling != RULING_BROKEN)
		put_too_late(t, now->g, e);
	story_expectations(t, now->g, e);
	story_cause(t, now->g, e);
	if (e->cause == VERDICT_DEADLOCK)
		story_waits(t, now, "\n  ");
	story_faults(t, now->g, e);
	story_failures(t, now->g, e);
	story_outside(t, now);
	if (e->problem)
		text_print(t, "\n  %s", e->problem);
}

/* ---- of a run, as it is now ---- */

struct scene scene_of(const struct play *y, const struct news *n)
{
	return (struct scene){ y->g, n->own, n->event, n->change, n->changes, y->world.shared,
		n->event && n->event->spends ? y->at->drawn : NOT_DRAWN };
}

struct situation situation_of(const struct play *y)
{
	return (struct situation){ y->g, y->world, y->actor };
}

struct ended ended_of(const struct play *y)
{
	const struct moment *at = y->at;
	return (struct ended){ .ruling = ruling_of(y), .mishap = ruling_mishap(y), .shown = ruling_is_shown(y), .cause = at->cause, .steps = at->steps, .time = at->now,
		.standing = y->standing, .fault = at->fault, .faults = at->faults, .failure = at->failure, .failures = at->failures, .problem = y->problem };
}

/* ---- the plain form ---- */

static void plain_line(struct plain *l, const struct play *y, const struct news *n)
{
	struct text *t = &l->line;
	if (n->kind == NEWS_STEP) {
		text_print(t, "%5llu ", (unsigned long long)n->n);
		story_clock(t, n->time);
		text_put(t, "  ");
		const struct scene in = scene_of(y, n);
		story_step(t, &in);
	} else {
		text_print(t, "%*s", 16, "");
		story_change(t, y->g, n->who, n->change);
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
	struct text title = { 0 };
	phrase_title(&title, y->g);
	phrase_put(&l->line, y->g, y->settings.cpus == 1 ? PHRASE_BEGINS : PHRASE_BEGINS_MANY, text_is(&title), (unsigned long long)y->settings.seed,
	    y->g->chinese ? policy->title_zh : policy->word, y->settings.cpus);
	text_free(&title);
	text_char(&l->line, '\n');
}

static void put_named(struct text *t, const struct play *y, const char *name, value v)
{
	struct text one = { 0 };
	text_print(&one, "%s = ", name);
	phrase_code(&one, y->g, v);
	text_list(t, &sentence_CLAUSES_ARE, text_is(&one));
	text_free(&one);
}

void story_values(struct text *t, const struct play *y)
{
	for (uint32_t v = 0; v < y->g->shareds; v++)
		put_named(t, y, y->g->shared[v].name, world_variable(y->g, y->world.shared, v));
	for (uint32_t o = 1; o < y->g->objects; o++)
		for (uint32_t f = 0; f < y->g->object[o].fields; f++)
			put_named(t, y, y->g->object[o].full[f], world_field(y->g, y->world.shared, o, f));
}

static void plain_end(struct plain *l, const struct play *y)
{
	const struct situation now = situation_of(y);
	struct ended e = ended_of(y);
	struct text values = { 0 };
	if (l->sheet >= 0) {
		metrics_sheet(&l->line, y, y->g->chinese, (enum table_form)l->sheet, l->width);
		return;
	}
	if (ruling_is_mishap(e.ruling))
		e.late = hindsight_at_once(y, &e.mishap, &y->settings);
	story_end(&l->line, &now, &e);
	story_values(&values, y);
	if (values.length) {
		const struct slot slots[] = { { "values", values.at }, { 0 } };
		text_put(&l->line, "\n  ");
		phrase_fill(&l->line, y->g, PHRASE_IN_THE_END, slots);
	}
	text_free(&values);
	text_char(&l->line, '\n');
	if (l->numbers && y->settings.policy != POLICY_HOST)
		metrics_table(&l->line, y, y->g->chinese);
}

static void plain_signal(struct plain *l, const struct play *y, const struct news *n)
{
	text_print(&l->line, "%5s ", "");
	story_clock(&l->line, n->time);
	text_put(&l->line, "  ");
	story_signal(&l->line, y, n->who, n->signal);
	text_char(&l->line, '\n');
}

static void plain_choice(struct plain *l, const struct play *y, const struct news *n)
{
	text_print(&l->line, "%5s ", "");
	story_clock(&l->line, n->time);
	text_put(&l->line, "  ");
	chosen_put(&l->line, y, n);
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
	else if (n->kind == NEWS_CHOICE && l->explains)
		plain_choice(l, y, n);
	else if (is_told(n))
		plain_line(l, y, n);
	if (l->line.length)
		fwrite(l->line.at, 1, l->line.length, l->out);
}

void plain_init(struct plain *l, FILE *out)
{
	*l = (struct plain){ .listener = { .hear = hear }, .out = out, .sheet = -1 };
}

void plain_free(struct plain *l)
{
	text_free(&l->line);
}
