/* What a manager is asked to do with a field: each is one request, and so one action. The field is read, a changed list or
 * dictionary takes its place, and nobody comes between. What an element holds in its turn is a value like any other: who
 * changes what it was given changes a copy. */
#include "sim/world/machine.h"
#include <stdlib.h>
#include <string.h>

/* A list or dictionary under change: its parts as value_parts has them; an element is `step` of them. */
struct parts { value *at; uint32_t count, step; };

static struct parts parts_of(const struct mover *m, value v)
{
	struct parts p = { NULL, 0, value_tag(v) == TAG_DICT ? 2 : 1 };
	const value *part = value_parts(m->g->pool, v, &p.count);
	p.at = must_have(malloc(((size_t)p.count + 1) * sizeof *p.at));
	if (p.count)
		memcpy(p.at, part, p.count * sizeof *p.at);
	return p;
}

static void take_out(struct parts *p, uint32_t element)
{
	p->count -= p->step;
	memmove(p->at + element * p->step, p->at + (element + 1) * p->step, (p->count - element * p->step) * sizeof *p->at);
}

static value made_of(struct mover *m, struct parts *p)
{
	value v = p->count > LONGEST_TEXT ? VALUE_UNSET : p->step == 2 ? pool_dict(m->g->pool, p->at, p->count) : pool_list(m->g->pool, p->at, p->count);
	if (p->count > LONGEST_TEXT)
		raise_error(m, EXCEPTION_MEMORY, SAY(TEXT_TOO_MANY_PARTS, LONGEST_TEXT));
	else if (v == VALUE_UNSET)
		raise_error(m, EXCEPTION_MEMORY, SAY(NO_ROOM_FOR_TEXTS));
	free(p->at);
	return v;
}

/* How many elements there are up to the one at this index, or under this key, which is there. Of what has no elements: 0. */
static uint32_t element_of(const struct mover *m, value v, value index)
{
	uint32_t n;
	const value *part = value_parts(m->g->pool, v, &n);
	if (value_tag(v) == TAG_DICT)
		return (uint32_t)(value_under(m->g->pool, v, index) - part + 1) / 2;
	int64_t i = part ? value_int(m->g->pool, index) : -1;
	return (uint32_t)(!part ? 0 : i < 0 ? i + n + 1 : i + 1);
}

/* The field, if it is there and the server, too; VALUE_UNSET: that was raised. */
static value field_of(struct mover *m, uint32_t o, uint32_t field)
{
	return record_reachable(m, o, field) ? world_field(m->g, m->shared, o, field) : VALUE_UNSET;
}

/* It has happened: what came of it; which element it was about, + 1. */
static void done(struct mover *m, uint32_t o, uint32_t field, value v, value result, uint32_t element)
{
	m->event->result = result;
	m->event->element = element;
	record_store(m, o, field, v);
}

void run_LOAD_ELEMENT(struct mover *m, const struct ins *i)
{
	value index = take(m, i->lo), field, v;
	if (index == VALUE_UNSET || (field = field_of(m, i->a, i->b)) == VALUE_UNSET || (v = element(m, field, index)) == VALUE_UNSET)
		return;
	m->event->result = v;
	m->event->element = element_of(m, field, index);
	put(m, i->dst, v);
}

void run_STORE_ELEMENT(struct mover *m, const struct ins *i)
{
	value v = take(m, i->a), index = take(m, i->lo), field, now;
	if ((field = field_of(m, i->dst, i->b)) == VALUE_UNSET || (now = with_element(m, field, index, v)) == VALUE_UNSET)
		return;
	done(m, i->dst, i->b, now, v, element_of(m, now, index));
}

/* false: there is no such method of what the field holds, as in Python. */
static bool has_method(struct mover *m, value field, const char *method, bool list, bool dict)
{
	return (list && value_tag(field) == TAG_LIST) || (dict && value_tag(field) == TAG_DICT) ||
	       raise_error(m, EXCEPTION_ATTRIBUTE, SAY(NO_METHOD, value_type(field), method));
}

void run_APPEND(struct mover *m, const struct ins *i)
{
	value v = take(m, i->lo), field, now;
	if (v == VALUE_UNSET || (field = field_of(m, i->a, i->b)) == VALUE_UNSET || !has_method(m, field, "append", true, false))
		return;
	struct parts p = parts_of(m, field);
	p.at[p.count++] = v;
	uint32_t element = p.count;
	if ((now = made_of(m, &p)) != VALUE_UNSET)
		done(m, i->a, i->b, now, v, element);
}

/* The element that `pop` takes; VALUE_UNSET: there is none, which was raised. */
static value popped(struct mover *m, value field, value index)
{
	if (value_tag(field) == TAG_DICT && index == VALUE_UNSET) {
		raise_error(m, EXCEPTION_TYPE, SAY(POP_NEEDS_KEY));
		return VALUE_UNSET;
	}
	if (!value_truth(m->g->pool, field) && value_tag(field) == TAG_LIST) {
		raise_error(m, EXCEPTION_INDEX, SAY(POP_FROM_EMPTY));
		return VALUE_UNSET;
	}
	return element(m, field, index == VALUE_UNSET ? value_small(-1) : index);
}

void run_POP(struct mover *m, const struct ins *i)
{
	value index = i->lo == NO_OPERAND ? VALUE_UNSET : take(m, i->lo), field, v, now;
	if ((i->lo != NO_OPERAND && index == VALUE_UNSET) || (field = field_of(m, i->a, i->b)) == VALUE_UNSET ||
	    !has_method(m, field, "pop", true, true) || (v = popped(m, field, index)) == VALUE_UNSET)
		return;
	struct parts p = parts_of(m, field);
	uint32_t element = element_of(m, field, index == VALUE_UNSET ? value_small(-1) : index);
	take_out(&p, element - 1);
	if ((now = made_of(m, &p)) == VALUE_UNSET)
		return;
	done(m, i->a, i->b, now, v, element);
	put(m, i->dst, v);
}

void run_REMOVE(struct mover *m, const struct ins *i)
{
	value v = take(m, i->lo), field, now;
	uint32_t element = 0;
	if (v == VALUE_UNSET || (field = field_of(m, i->a, i->b)) == VALUE_UNSET || !has_method(m, field, "remove", true, false))
		return;
	struct parts p = parts_of(m, field);
	while (element < p.count && !value_equal(m->g->pool, p.at[element], v))
		element++;
	if (element == p.count) {
		free(p.at);
		raise_error(m, EXCEPTION_VALUE, SAY(NOT_IN_LIST));
		return;
	}
	v = p.at[element];
	take_out(&p, element);
	if ((now = made_of(m, &p)) != VALUE_UNSET)
		done(m, i->a, i->b, now, v, element + 1);
}

void run_UPDATE(struct mover *m, const struct ins *i)
{
	value with = take(m, i->lo), now;
	uint32_t n;
	if (with == VALUE_UNSET || (now = field_of(m, i->a, i->b)) == VALUE_UNSET || !has_method(m, now, "update", false, true))
		return;
	if (value_tag(with) != TAG_DICT) {
		raise_error(m, EXCEPTION_TYPE, SAY(UPDATE_NEEDS, value_type(with)));
		return;
	}
	const value *pair = value_list(m->g->pool, with, &n);
	for (uint32_t k = 0; k < n && now != VALUE_UNSET; k += 2)
		now = dict_with(m, now, pair[k], pair[k + 1]);
	if (now != VALUE_UNSET)
		done(m, i->a, i->b, now, with, 0);
}
