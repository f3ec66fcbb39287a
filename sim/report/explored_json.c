/* What exploring found, as one JSON object. */
#include "sim/report/explored_words.h"
#include "sim/report/json.h"

static void put_entry(struct text *t, const struct program *g, const struct turn *e)
{
	text_put(t, g->process[e->who].name);
	if (e->draws)
		text_print(t, " =%lld", (long long)e->draw);
	else if (e->times > 1)
		text_print(t, " x%u", e->times);
}

void schedule_text(struct text *t, const struct program *g, const struct way *w)
{
	text_char(t, '[');
	for (size_t k = 0; k < w->turns; k++) {
		text_put(t, k ? ", " : "");
		put_entry(t, g, &w->turn[k]);
	}
	text_char(t, ']');
}

void schedule_json(struct text *t, const struct program *g, const struct way *w)
{
	struct text entry = { 0 };
	if (!w->found) {
		text_put(t, "null");
		return;
	}
	text_char(t, '[');
	for (size_t k = 0; k < w->turns; k++) {
		text_clear(&entry);
		put_entry(&entry, g, &w->turn[k]);
		text_put(t, k ? "," : "");
		text_json(t, text_is(&entry));
	}
	text_char(t, ']');
	text_free(&entry);
}

/* What is not known is null. */
static void put_truth(struct text *t, bool known, bool is)
{
	text_put(t, !known ? "null" : is ? "true" : "false");
}

static void put_number(struct text *t, const char *key, bool there, uint64_t n)
{
	text_print(t, ",\"%s\":", key);
	if (there)
		text_print(t, "%llu", (unsigned long long)n);
	else
		text_put(t, "null");
}

/* Which processes wait for what in the end, as a run reports it. */
static void put_blocked(struct text *t, const struct exploration *x)
{
	if (!x->deadlock.way.found) {
		text_put(t, "null");
		return;
	}
	struct play *y = way_begin(x, &x->deadlock.way, NULL);
	while (play_step(y))
		;
	json_blocked(t, y);
	play_free(y);
}

/* A deadlock or a dead end. */
static void put_event(struct text *t, const struct exploration *x, const char *key, const struct judged *j)
{
	text_print(t, ",\"%s\":{\"reachable\":", key);
	put_truth(t, j->decided, j->holds);
	put_number(t, "steps", j->way.found, j->way.steps);
	put_number(t, "preemptions", j->way.cheapest, j->way.preemptions);
	text_put(t, ",\"schedule\":");
	schedule_json(t, x->g, &j->way);
	if (j == &x->deadlock) {
		text_put(t, ",\"blocked\":");
		put_blocked(t, x);
	}
	text_char(t, '}');
}

static void put_exceptions(struct text *t, const struct exploration *x)
{
	text_put(t, ",\"exceptions\":[");
	for (size_t k = 0; k < x->exceptions; k++) {
		const struct exception_found *e = &x->exception_of[k];
		text_print(t, "%s{\"process\":", k ? "," : "");
		text_json(t, x->g->process[e->who].name);
		text_put(t, ",\"name\":");
		text_json(t, value_text(x->g->pool, e->name, NULL));
		text_put(t, ",\"schedule\":");
		schedule_json(t, x->g, &e->way);
		text_char(t, '}');
	}
	text_char(t, ']');
}

static void put_often(struct text *t, const char *key, enum often often)
{
	text_print(t, ",\"%s\":", key);
	if (often == OFTEN_UNKNOWN)
		text_put(t, "null");
	else
		text_print(t, "\"%s\"", often_words[often]);
}

static void put_expectations(struct text *t, const struct exploration *x)
{
	text_put(t, ",\"expect\":[");
	for (size_t k = 0; k < x->g->expects; k++) {
		const struct judged *j = &x->expect[k];
		text_print(t, "%s{\"name\":", k ? "," : "");
		text_json(t, x->g->expect[k].name);
		text_print(t, ",\"kind\":\"%s\",\"holds\":", expect_words[x->g->expect[k].kind]);
		put_truth(t, j->decided, j->holds);
		put_often(t, "verdict", j->often);
		put_often(t, "declared", x->g->expect[k].declared);
		text_put(t, ",\"met\":");
		put_truth(t, j->settled, j->met);
		text_print(t, ",\"cannot_fail\":%s", expect_in(x->cannot_fail, k) ? "true" : "false");
		put_number(t, "preemptions", j->way.cheapest, j->way.preemptions);
		text_put(t, ",\"schedule\":");
		schedule_json(t, x->g, &j->way);
		if (j->loop.found) {
			text_put(t, ",\"loop\":");
			schedule_json(t, x->g, &j->loop);
		}
		text_char(t, '}');
	}
	text_char(t, ']');
}

static void put_outcomes(struct text *t, const struct exploration *x)
{
	text_put(t, ",\"outcomes\":[");
	for (size_t k = 0; k < x->outcomes; k++) {
		const struct outcome_found *o = &x->outcome[k];
		text_print(t, "%s{\"values\":{", k ? "," : "");
		for (size_t v = 0; v < x->g->observes; v++) {
			text_put(t, v ? "," : "");
			text_json(t, x->g->observe[v].name);
			text_char(t, ':');
			program_json(x->g, o->values[v], t);
		}
		text_print(t, "},\"end\":\"%s\",\"schedule\":", ending_words[o->ending]);
		schedule_json(t, x->g, &o->way);
		text_char(t, '}');
	}
	text_char(t, ']');
}

void explored_json(struct text *t, const struct exploration *x, const struct mutants *mutants)
{
	text_put(t, "{\"scenario\":");
	text_json(t, x->g->name);
	if (x->g->params) {
		text_put(t, ",\"params\":");
		params_json(x->g, t);
	}
	if (x->from)
		text_print(t, ",\"at\":%llu", (unsigned long long)x->from);
	text_print(t, ",\"complete\":%s,\"stopped\":", x->complete ? "true" : "false");
	text_print(t, x->stopped ? "\"%s\"" : "null", stop_words[x->stopped]);
	text_print(t, ",\"states\":%llu,\"transitions\":%llu,\"seconds\":%.3f", (unsigned long long)x->states,
	           (unsigned long long)x->transitions, x->seconds);
	put_event(t, x, "deadlock", &x->deadlock);
	put_event(t, x, "dead_end", &x->dead_end);
	text_put(t, ",\"endless\":");
	put_truth(t, x->endless || x->some_end, x->endless);
	text_put(t, ",\"some_never_stop\":");
	put_truth(t, !x->goes_unknown, x->goes_on);
	if (*x->schedules)
		text_print(t, ",\"schedules\":%s", x->schedules);
	if (x->dead_loop.found) {
		text_put(t, ",\"loop\":");
		schedule_json(t, x->g, &x->dead_loop);
	}
	put_exceptions(t, x);
	put_expectations(t, x);
	put_outcomes(t, x);
	if (mutants)
		mutants_json(t, x, mutants);
	text_put(t, "}\n");
}
