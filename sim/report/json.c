/* A run as JSON Lines. See INTERFACE in docs/reference for the keys. */
#include "sim/report/json.h"
#include "sim/report/chosen.h"
#include "sim/report/metrics.h"
#include "sim/report/phrases.h"
#include <string.h>

static const char *name_of(const struct play *y, proc_id p)
{
	return y->g->process[p].name;
}

static void begin(struct json *j, const char *type)
{
	text_clear(&j->line);
	text_put(&j->line, "{\"type\": \"");
	text_put(&j->line, type);
	text_char(&j->line, '"');
}

/* Millions of lines: printf would take too long. */
static void put_key(struct text *t, const char *key)
{
	text_put(t, ", \"");
	text_put(t, key);
	text_put(t, "\": ");
}

static void put_text(struct text *t, const char *key, const char *s)
{
	put_key(t, key);
	if (s)
		text_json(t, s);
	else
		text_put(t, "null");
}

static void put_int(struct text *t, const char *key, int64_t n)
{
	put_key(t, key);
	text_int(t, n);
}

static void put_truth(struct text *t, const char *key, bool b)
{
	put_key(t, key);
	text_put(t, b ? "true" : "false");
}

static void put_value(struct text *t, const struct program *g, const char *key, value v)
{
	put_key(t, key);
	program_json(g, v, t);
}

static void tell_begin(struct json *j, const struct play *y)
{
	begin(j, "scenario");
	put_text(&j->line, "scenario", y->g->name);
	text_print(&j->line, ", \"seed\": %llu", (unsigned long long)y->settings.seed);
	put_text(&j->line, "policy", policy_rows[y->settings.policy].word);
	put_int(&j->line, "cpus", y->settings.cpus);
	put_truth(&j->line, "fair", y->settings.fair);
	if (y->g->params) {
		put_key(&j->line, "params");
		params_json(y->g, &j->line);
	}
	put_text(&j->line, "mode", j->mode);
}

static void tell_process(struct json *j, const struct play *y, const struct news *n)
{
	const struct who *w = who_is(y->world.shared, n->who);
	begin(j, "process");
	put_text(&j->line, "process", name_of(y, n->who));
	put_text(&j->line, "group", y->g->group[y->g->process[n->who].group].name);
	put_int(&j->line, "pid", w->pid);
	put_text(&j->line, "parent", w->parent ? name_of(y, w->parent) : NULL);
}

static void tell_state(struct json *j, const struct play *y, const struct news *n)
{
	begin(j, "state");
	put_text(&j->line, "process", name_of(y, n->who));
	put_text(&j->line, "from", state_rows[n->from].word);
	put_text(&j->line, "to", state_rows[n->to].word);
	put_text(&j->line, "on", on_word(y->g, n->on));
	if (n->cpu)
		put_int(&j->line, "cpu", n->cpu - 1);
	else
		text_put(&j->line, ", \"cpu\": null");
	if (n->from == STATE_RUNNING && n->to == STATE_READY && n->why != WHY_WOKEN)
		put_text(&j->line, "why", n->why == WHY_EXPIRED ? "time-out" : "preempted");
}

static void tell_step(struct json *j, const struct play *y, const struct news *n)
{
	static const char *const how[] = { [CAN_GO] = "go", [CAN_ENQUEUE] = "wait", [CAN_LAPSE] = "timeout", [CAN_DIE] = "die", [CAN_HANDLE] = "handle" };
	const struct step *s = &y->g->step[y->g->code[n->event->pc].step];
	uint32_t line = s->place.line ? s->place.line : y->g->group[y->g->process[n->who].group].place.line;
	begin(j, "step");
	put_int(&j->line, "n", (int64_t)n->n);
	put_text(&j->line, "process", name_of(y, n->who));
	if (line)
		put_int(&j->line, "line", line);
	else
		text_put(&j->line, ", \"line\": null");
	put_text(&j->line, "do", s->text);
	put_text(&j->line, "how", how[n->event->how]);
	put_value(&j->line, y->g, "result", n->event->result);
}

static void tell_set(struct json *j, const struct play *y, const struct news *n)
{
	const struct change *c = n->change;
	begin(j, "set");
	put_text(&j->line, "process", c->kind == CHANGE_SHARED || c->kind == CHANGE_FIELD ? NULL : name_of(y, n->who));
	put_text(&j->line, "name", change_name(y->g, n->who, c));
	put_value(&j->line, y->g, "value", c->value);
}

/* The lines of the calls that an uncaught exception came through. */
static void put_calls(struct text *t, const struct program *g, value calls)
{
	uint32_t n = 0;
	const value *step = calls == VALUE_UNSET ? NULL : value_list(g->pool, calls, &n);
	put_key(t, "calls");
	for (uint32_t k = 0; k < n; k++)
		text_print(t, "%s%u", k ? ", " : "[", g->step[value_small_int(step[k])].place.line);
	text_put(t, n ? "]" : "[]");
}

static void tell_exception(struct json *j, const struct play *y, const struct news *n)
{
	const struct change *c = n->change;
	begin(j, "exception");
	put_text(&j->line, "process", name_of(y, n->who));
	put_value(&j->line, y->g, "name", c->value);
	put_value(&j->line, y->g, "message", c->message);
	put_int(&j->line, "line", y->g->step[c->which].place.line);
	put_truth(&j->line, "caught", c->caught);
	if (!c->caught)
		put_calls(&j->line, y->g, c->where);
}

static void tell_say(struct json *j, const struct play *y, const struct news *n)
{
	struct text said = { 0 };
	begin(j, "say");
	put_text(&j->line, "process", name_of(y, n->who));
	put_text(&j->line, "text", program_value(y->g, n->change->value, &said));
	text_free(&said);
}

static void tell_change(struct json *j, const struct play *y, const struct news *n)
{
	switch (n->change->kind) {
	case CHANGE_SAY:       tell_say(j, y, n); break;
	case CHANGE_EXCEPTION: tell_exception(j, y, n); break;
	default:               tell_set(j, y, n); break;
	}
}

static void tell_exit(struct json *j, const struct play *y, const struct news *n)
{
	begin(j, "exit");
	put_text(&j->line, "process", name_of(y, n->who));
	put_int(&j->line, "code", n->code);
}

static void tell_signal(struct json *j, const struct play *y, const struct news *n)
{
	begin(j, "signal");
	put_text(&j->line, "process", name_of(y, n->who));
	put_int(&j->line, "signal", n->signal);
	put_text(&j->line, "from", "outside");
}

static void tell_expect(struct json *j, const struct play *y, const struct news *n)
{
	const struct expect *e = &y->g->expect[n->expect];
	begin(j, "expect");
	put_text(&j->line, "name", e->name);
	put_text(&j->line, "kind", expect_words[e->kind]);
	put_truth(&j->line, "holds", n->holds);
	put_text(&j->line, "declared", e->declared ? often_words[e->declared] : NULL);
	if (!n->holds && y->standing[n->expect].since)
		put_int(&j->line, "since", (int64_t)y->standing[n->expect].since);
}

/* ---- the end ---- */

static void put_shared(struct text *t, const struct play *y)
{
	text_put(t, ", \"shared\": {");
	for (uint32_t v = 0; v < y->g->shareds; v++) {
		text_put(t, v ? ", " : "");
		text_json(t, y->g->shared[v].name);
		text_put(t, ": ");
		program_json(y->g, world_variable(y->g, y->world.shared, v), t);
	}
	text_put(t, "}");
}

void json_blocked(struct text *t, const struct play *y)
{
	const char *between = "";
	text_char(t, '{');
	for (proc_id p = MAIN; p < y->g->processes; p++) {
		const char *on = on_word(y->g, y->actor[p].on);
		if (y->actor[p].state != STATE_BLOCKED)
			continue;
		text_put(t, between);
		text_json(t, name_of(y, p));
		text_put(t, ": ");
		if (on)
			text_json(t, on);
		else
			text_put(t, "null");
		between = ", ";
	}
	text_put(t, "}");
}

static void put_time(struct text *t, const char *key, bool known, int64_t n)
{
	if (known)
		put_int(t, key, n);
	else
		put_text(t, key, NULL);
}

/* A thread that ended with its process has no exit code, and no `exit` was reported of it. */
static bool has_exited(const struct play *y, proc_id p)
{
	const struct who *w = who_is(y->world.shared, p);
	return w->life >= LIFE_ZOMBIE && (process_body(y->g, p) == p || w->code);
}

/* Of a group that has one: when it was to have ended, and whether it had not. null: it may still end in time. */
static void put_deadline(struct text *t, const struct play *y, proc_id p)
{
	const struct actor *a = &y->actor[p];
	int64_t deadline = deadline_of(y, p);
	if (deadline == UNLIMITED || a->arrive < 0)
		return;
	put_int(t, "deadline", deadline);
	bool ended = who_is(y->world.shared, p)->life >= LIFE_ZOMBIE;
	bool missed = (ended ? a->finish : y->at->now) > deadline;
	text_print(t, ", \"missed\": %s", missed ? "true" : ended ? "false" : "null");
}

static void put_metrics(struct text *t, const struct play *y, proc_id p)
{
	const struct actor *a = &y->actor[p];
	const struct who *w = who_is(y->world.shared, p);
	bool ended = w->life >= LIFE_ZOMBIE;
	text_put(t, "{\"process\": ");
	text_json(t, name_of(y, p));
	put_time(t, "arrive", a->arrive >= 0, a->arrive);
	put_time(t, "first_run", a->first_run >= 0, a->first_run);
	put_time(t, "finish", ended, a->finish);
	put_time(t, "response", a->first_run >= 0, a->first_run - a->arrive);
	put_time(t, "turnaround", ended, a->finish - a->arrive);
	put_time(t, "service", ended, a->used);
	text_put(t, ", \"weighted_turnaround\": ");
	if (ended && a->used)
		text_print(t, "%.9g", (double)(a->finish - a->arrive) / a->used);
	else
		text_put(t, "null");
	put_deadline(t, y, p);
	put_int(t, "wait", a->wait);
	put_int(t, "cpu", a->used);
	put_int(t, "blocked", a->blocked);
	put_time(t, "exit", has_exited(y, p), (int32_t)w->code);
	text_char(t, '}');
}

void json_processes(struct text *t, const struct play *y)
{
	text_put(t, ", \"processes\": [");
	for (proc_id p = MAIN; p < y->g->processes; p++) {
		text_put(t, p > MAIN ? ", " : "");
		put_metrics(t, y, p);
	}
	text_char(t, ']');
}

/* From outside, and by which signal. */
static void put_killed(struct text *t, const struct play *y)
{
	const char *between = "";
	text_put(t, ", \"killed\": {");
	for (proc_id p = MAIN; p < y->g->processes; p++) {
		if (!y->actor[p].killed)
			continue;
		text_put(t, between);
		text_json(t, name_of(y, p));
		text_print(t, ": %d", y->actor[p].killed);
		between = ", ";
	}
	text_char(t, '}');
}

/* Tasks whose exceptions nobody has fetched by now. */
static void put_unfetched(struct text *t, const struct play *y)
{
	struct text call = { 0 }, name = { 0 }, message = { 0 };
	text_put(t, ", \"unfetched\": [");
	for (uint32_t i = 0; i < y->at->failures; i++) {
		const struct failure *f = &y->at->failure[i];
		text_clear(&call);
		text_clear(&name);
		text_clear(&message);
		phrase_call(&call, y->g, f->function, f->args);
		program_value(y->g, f->name, &name);
		program_value(y->g, f->message, &message);
		text_put(t, i ? ", {\"call\": " : "{\"call\": ");
		text_json(t, text_is(&call));
		put_text(t, "name", text_is(&name));
		put_text(t, "message", text_is(&message));
		put_int(t, "line", y->g->step[f->step].place.line);
		text_char(t, '}');
	}
	text_char(t, ']');
	text_free(&call);
	text_free(&name);
	text_free(&message);
}

static void tell_end(struct json *j, const struct play *y)
{
	struct text *t = &j->line;
	begin(j, "end");
	put_text(t, "verdict", verdict_words[y->at->verdict]);
	put_int(t, "time", y->at->now);
	put_int(t, "steps", (int64_t)y->at->steps);
	put_shared(t, y);
	text_put(t, ", \"blocked\": ");
	json_blocked(t, y);
	put_killed(t, y);
	if (y->g->tasks)
		put_unfetched(t, y);
	json_processes(t, y);
	metrics_json(t, y);
}

static void hear(struct listener *l, const struct play *y, const struct news *n)
{
	struct json *j = (struct json *)l;
	switch (n->kind) {
	case NEWS_BEGIN:   tell_begin(j, y); break;
	case NEWS_PROCESS: tell_process(j, y, n); break;
	case NEWS_STATE:   tell_state(j, y, n); break;
	case NEWS_CHOICE:
		if (!j->explains)
			return;
		begin(j, "choice");
		chosen_json(&j->line, y, n);
		break;
	case NEWS_STEP:    tell_step(j, y, n); break;
	case NEWS_CHANGE:  tell_change(j, y, n); break;
	case NEWS_EXIT:    tell_exit(j, y, n); break;
	case NEWS_SIGNAL:  tell_signal(j, y, n); break;
	case NEWS_EXPECT:  tell_expect(j, y, n); break;
	case NEWS_END:     tell_end(j, y); break;
	case NEWS_RULE:    return;              /* what follows from it is reported */
	}
	bool timed = n->kind != NEWS_BEGIN && n->kind != NEWS_EXPECT && n->kind != NEWS_END;
	if (timed)
		put_int(&j->line, "time", n->time);
	text_put(&j->line, "}\n");
	fwrite(j->line.at, 1, j->line.length, j->out);
}

void json_init(struct json *j, FILE *out, const char *mode)
{
	*j = (struct json){ .listener = { .hear = hear }, .out = out, .mode = mode };
}

void json_free(struct json *j)
{
	text_free(&j->line);
}
