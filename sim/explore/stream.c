/* What a search finds, as messages. All numbers are 64 bits wide, in this machine's order. */
#include "sim/explore/stream.h"
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { AT_ONCE = 1 << 16, EXIT_UNHEARD = 1, NANOS = 1000000000 };

/* ---- writing ---- */

static void put_number(struct text *t, uint64_t n)
{
	text_add(t, (const char *)&n, sizeof n);
}

static void put_words(struct text *t, const char *s)
{
	size_t n = s ? strlen(s) : 0;
	put_number(t, n);
	text_add(t, s ? s : "", n);
}

void stream_flush(struct stream *s)
{
	for (size_t done = 0; done < s->text.length; ) {
		ssize_t n = write(s->fd, s->text.at + done, s->text.length - done);
		if (n < 0 && errno != EINTR)
			_exit(EXIT_UNHEARD);    /* nobody is there any more */
		done += n > 0 ? (size_t)n : 0;
	}
	text_clear(&s->text);
}

static struct text *begin(struct stream *s, enum stream_message m)
{
	struct head h = { m, 0 };
	s->from = s->text.length;
	text_add(&s->text, (const char *)&h, sizeof h);
	return &s->text;
}

static void end(struct stream *s)
{
	uint32_t bytes = (uint32_t)(s->text.length - s->from - sizeof(struct head));
	memcpy(s->text.at + s->from + offsetof(struct head, bytes), &bytes, sizeof bytes);
	if (s->text.length >= AT_ONCE)
		stream_flush(s);
}

static void put_way(struct text *t, const struct way *w)
{
	enum { MOST = LONGEST_MESSAGE / (2 * 4 * sizeof(uint64_t)) - 64 };      /* a message has two at most */
	bool found = w->found && w->turns < MOST;       /* else it is as one that was not written down in time */
	put_number(t, found);
	put_number(t, w->cheapest);
	put_number(t, w->steps);
	put_number(t, w->preemptions);
	put_number(t, w->no_return);
	put_number(t, found ? w->turns : 0);
	for (size_t k = 0; found && k < w->turns; k++) {
		put_number(t, w->turn[k].who);
		put_number(t, w->turn[k].times);
		put_number(t, w->turn[k].draws);
		put_number(t, (uint64_t)w->turn[k].draw);
	}
}

static const struct judged *event_of(const struct exploration *x, enum finding what, size_t n)
{
	switch (what) {
	case FOUND_DEADLOCK:   return &x->deadlock;
	case FOUND_DEAD_END:   return &x->dead_end;
	case FOUND_EXCEPTION:  return &x->exception;
	case FOUND_STARVATION: return &x->starvation;
	default:               return &x->expect[n];
	}
}

static void put_judged(struct text *t, const struct judged *j)
{
	put_number(t, j->often);
	put_number(t, j->holds | j->decided << 1 | j->met << 2 | j->settled << 3);
	put_way(t, &j->way);
	put_way(t, &j->loop);
}

static void put_outcome(struct text *t, const struct exploration *x, const struct outcome_found *o)
{
	put_number(t, o->ending);
	for (size_t k = 0; k < x->g->observes; k++)
		put_number(t, o->values[k]);
	put_number(t, o->met);
	put_number(t, o->missed);
	put_way(t, &o->way);
}

static void put_thrown(struct text *t, const struct exception_found *e)
{
	put_number(t, e->who);
	put_number(t, e->name);
	put_way(t, &e->way);
}

void stream_progress(struct stream *s, uint64_t states, uint64_t transitions)
{
	struct text *t = begin(s, MESSAGE_PROGRESS);
	put_number(t, states);
	put_number(t, transitions);
	end(s);
}

void stream_finding(struct stream *s, const struct exploration *x, enum finding what, size_t n)
{
	struct text *t = begin(s, MESSAGE_FINDING);
	put_number(t, what);
	put_number(t, n);
	if (what == FOUND_OUTCOME)
		put_outcome(t, x, &x->outcome[n]);
	else if (what == FOUND_THROWN)
		put_thrown(t, &x->exception_of[n]);
	else
		put_judged(t, event_of(x, what, n));
	end(s);
}

static void put_whole(struct text *t, const struct exploration *x)
{
	put_number(t, x->complete | x->endless << 1 | x->some_end << 2 | x->goes_on << 3 | x->loop_free << 4 | x->goes_unknown << 5);
	put_number(t, x->cannot_fail);
	put_number(t, x->stopped);
	put_number(t, x->from);
	put_number(t, x->states);
	put_number(t, x->transitions);
	put_number(t, (uint64_t)(x->seconds * NANOS));
	put_number(t, (uint64_t)(x->seeking * NANOS));
	put_number(t, x->bytes);
	put_number(t, x->starved);
	put_number(t, x->too_wide);
	put_words(t, x->schedules);
	put_words(t, x->grew);
	put_number(t, x->grown);
}

static void stream_findings(struct stream *s, const struct exploration *x, enum finding what, size_t count)
{
	for (size_t n = 0; n < count; n++)
		stream_finding(s, x, what, n);
}

void stream_all(struct stream *s, const struct exploration *x)
{
	begin(s, MESSAGE_ALL);
	end(s);
	for (enum finding f = FOUND_DEADLOCK; f < FOUND_EXPECT; f++)
		stream_finding(s, x, f, 0);
	stream_findings(s, x, FOUND_EXPECT, x->g->expects);
	stream_findings(s, x, FOUND_OUTCOME, x->outcomes);
	stream_findings(s, x, FOUND_THROWN, x->exceptions);
	put_way(begin(s, MESSAGE_LOOP), &x->dead_loop);
	end(s);
	put_whole(begin(s, MESSAGE_WHOLE), x);
	end(s);
	begin(s, MESSAGE_END);
	end(s);
}

void stream_nowhere(struct stream *s, const struct reaching *r)
{
	struct text *t = begin(s, MESSAGE_NOWHERE);
	put_number(t, r->how);
	put_number(t, r->number);
	put_words(t, r->problem);
	end(s);
}

/* ---- reading ---- */

struct reader { const char *at; size_t left; bool bad; };

static uint64_t take_number(struct reader *r)
{
	uint64_t n = 0;
	if (r->left < sizeof n) {
		r->bad = true;
		return 0;
	}
	memcpy(&n, r->at, sizeof n);
	r->at += sizeof n;
	r->left -= sizeof n;
	return n;
}

/* One that is less than this. */
static uint64_t take_below(struct reader *r, uint64_t limit)
{
	uint64_t n = take_number(r);
	r->bad |= n >= limit;
	return n < limit ? n : 0;
}

static char *take_words(struct reader *r, struct arena *a)
{
	uint64_t n = take_number(r);
	if (n > r->left) {
		r->bad = true;
		return NULL;
	}
	char *s = n ? arena_word(a, r->at, n) : NULL;
	r->at += n;
	r->left -= n;
	return s;
}

static value take_value(struct reader *r, const struct program *g)
{
	value v = (value)take_below(r, (uint64_t)UINT32_MAX + 1);
	bool sound = pool_holds(g->pool, v);
	if (value_tag(v) == TAG_OBJECT)
		sound = (value_payload(v) & ((1u << OBJECT_END) - 1)) < g->objects;
	else if (value_tag(v) == TAG_PROCESS)
		sound = value_payload(v) & PROCESS_GROUP ? (value_payload(v) & (PROCESS_GROUP - 1)) < g->groups : value_payload(v) < g->processes;
	r->bad |= !sound;
	return sound ? v : VALUE_NONE;
}

static void take_way(struct reader *r, const struct program *g, struct way *w)
{
	struct way new = { .found = take_below(r, 2), .cheapest = take_below(r, 2), .steps = take_number(r) };
	new.preemptions = (uint32_t)take_number(r);
	new.no_return = take_number(r);
	new.turns = take_below(r, r->left / (4 * sizeof(uint64_t)) + 1);
	new.turn_room = new.turns;
	if (new.turns)
		new.turn = must_have(calloc(new.turns, sizeof *new.turn));
	for (size_t k = 0; k < new.turns; k++) {
		new.turn[k].who = (proc_id)take_below(r, g->processes);
		new.turn[k].times = (uint32_t)take_number(r);
		new.turn[k].draws = take_below(r, 2);
		new.turn[k].draw = (int64_t)take_number(r);
		r->bad |= !new.turn[k].who;
	}
	free(w->turn);
	*w = new;
}

static void take_judged(struct reader *r, const struct program *g, struct judged *j)
{
	j->often = (enum often)take_below(r, OFTEN_ALWAYS + 1);
	unsigned bits = (unsigned)take_below(r, 16);
	j->holds = bits & 1;
	j->decided = bits >> 1 & 1;
	j->met = bits >> 2 & 1;
	j->settled = bits >> 3 & 1;
	take_way(r, g, &j->way);
	take_way(r, g, &j->loop);
}

/* The one of that number, which may be the next. */
static void take_outcome(struct reader *r, struct heard *h, struct exploration *x, size_t n)
{
	struct outcome_found o = { .ending = (enum ending)take_below(r, ENDING_EXCEPTION + 1) };
	o.values = arena_get(h->arena, (x->g->observes + 1) * sizeof *o.values);
	for (size_t k = 0; k < x->g->observes; k++)
		o.values[k] = take_value(r, x->g);
	o.met = take_number(r);
	o.missed = take_number(r);
	if (r->bad)
		return;
	if (n == x->outcomes) {
		GROW(x->outcome, x->outcomes, x->outcome_room);
		x->outcome[x->outcomes++] = o;
	}
	o.way = x->outcome[n].way;
	x->outcome[n] = o;
	take_way(r, x->g, &x->outcome[n].way);
}

static void take_thrown(struct reader *r, struct exploration *x, size_t n)
{
	struct exception_found e = { .who = (proc_id)take_below(r, x->g->processes), .name = take_value(r, x->g) };
	r->bad |= !e.who || value_tag(e.name) != TAG_TEXT;
	if (r->bad)
		return;
	if (n == x->exceptions) {
		GROW(x->exception_of, x->exceptions, x->exception_room);
		x->exception_of[x->exceptions++] = e;
	}
	e.way = x->exception_of[n].way;
	x->exception_of[n] = e;
	take_way(r, x->g, &x->exception_of[n].way);
}

static size_t room_for(const struct exploration *x, enum finding what)
{
	switch (what) {
	case FOUND_EXPECT:  return x->g->expects;
	case FOUND_OUTCOME: return x->outcomes + 1;
	case FOUND_THROWN:  return x->exceptions + 1;
	default:            return 1;
	}
}

static void take_finding(struct reader *r, struct heard *h, struct exploration *x)
{
	enum finding what = (enum finding)take_below(r, FINDINGS);
	size_t n = take_below(r, room_for(x, what));
	if (r->bad)
		return;
	if (what == FOUND_OUTCOME)
		take_outcome(r, h, x, n);
	else if (what == FOUND_THROWN)
		take_thrown(r, x, n);
	else
		take_judged(r, x->g, (struct judged *)event_of(x, what, n));
}

static void take_whole(struct reader *r, struct heard *h, struct exploration *x)
{
	unsigned bits = (unsigned)take_below(r, 64);
	x->complete = bits & 1;
	x->endless = bits >> 1 & 1;
	x->some_end = bits >> 2 & 1;
	x->goes_on = bits >> 3 & 1;
	x->loop_free = bits >> 4 & 1;
	x->goes_unknown = bits >> 5 & 1;
	x->cannot_fail = take_number(r);
	x->stopped = (enum stop)take_below(r, STOPS);
	x->from = take_number(r);
	x->states = take_number(r);
	x->transitions = take_number(r);
	x->seconds = (double)take_number(r) / NANOS;
	x->seeking = (double)take_number(r) / NANOS;
	x->bytes = take_number(r);
	x->starved = (proc_id)take_below(r, x->g->processes);
	x->too_wide = (uint32_t)take_below(r, UINT32_MAX);
	const char *schedules = take_words(r, h->arena);
	if (schedules)
		strncpy(x->schedules, schedules, sizeof x->schedules - 1);
	x->grew = take_words(r, h->arena);
	x->grown = (uint32_t)take_below(r, UINT32_MAX);
}

static void begin_anew(struct heard *h)
{
	const struct program *g = h->x->g;
	if (h->anew)
		exploration_free(h->whole);
	*h->whole = (struct exploration){ .g = g, .expect = must_have(calloc(g->expects + 1, sizeof *h->whole->expect)) };
	h->anew = true;
}

static void end_all(struct heard *h)
{
	exploration_free(h->x);
	*h->x = *h->whole;
	h->anew = false;
	h->ended = true;
}

bool stream_read(struct heard *h, enum stream_message m, const char *at, size_t bytes)
{
	struct reader r = { at, bytes, false };
	struct exploration *x = h->anew ? h->whole : h->x;
	switch (m) {
	case MESSAGE_PROGRESS:
		h->x->states = take_number(&r);
		h->x->transitions = take_number(&r);
		break;
	case MESSAGE_FINDING:
		take_finding(&r, h, x);
		break;
	case MESSAGE_ALL:
		begin_anew(h);
		break;
	case MESSAGE_WHOLE:
		take_whole(&r, h, x);
		break;
	case MESSAGE_LOOP:
		take_way(&r, x->g, &x->dead_loop);
		break;
	case MESSAGE_NOWHERE:
		h->nowhere->how = (enum reached)take_below(&r, REACHED_LIMIT);
		h->nowhere->number = take_number(&r);
		h->nowhere->problem = take_words(&r, h->arena);
		h->ended = r.bad ? h->ended : true;
		break;
	case MESSAGE_END:
		r.bad |= !h->anew;
		if (!r.bad)
			end_all(h);
		break;
	default:
		return false;
	}
	return !r.bad && !r.left;
}
