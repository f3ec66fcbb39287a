/* Dictionaries: values with keys, in the order in which the keys came. */
#include "sim/world/machine.h"
#include <stdlib.h>
#include <string.h>

static bool is_key(struct mover *m, value key)
{
	return value_is_key(key) || raise_error(m, EXCEPTION_TYPE, SAY(NOT_A_KEY, value_type(key)));
}

static value no_key(struct mover *m, value key)
{
	struct text t = { 0 };
	raise_error(m, EXCEPTION_KEY, SAY(NO_SUCH_KEY, program_value(m->g, key, &t)));
	text_free(&t);
	return VALUE_UNSET;
}

value dict_element(struct mover *m, value dict, value key)
{
	if (!is_key(m, key))
		return VALUE_UNSET;
	const value *v = value_under(m->g->pool, dict, key);
	return v ? *v : no_key(m, key);
}

static value made_of(struct mover *m, const value *pair, uint32_t count)
{
	value dict = count > LONGEST_TEXT ? VALUE_UNSET : pool_dict(m->g->pool, pair, count);
	if (count > LONGEST_TEXT)
		raise_error(m, EXCEPTION_MEMORY, SAY(TEXT_TOO_MANY_PARTS, LONGEST_TEXT / 2));
	else if (dict == VALUE_UNSET)
		raise_error(m, EXCEPTION_MEMORY, SAY(NO_ROOM_FOR_TEXTS));
	return dict;
}

value dict_with(struct mover *m, value dict, value key, value v)
{
	uint32_t n;
	if (!is_key(m, key))
		return VALUE_UNSET;
	const value *old = value_list(m->g->pool, dict, &n);
	value *pair = must_have(malloc((n + 2) * sizeof *pair));
	memcpy(pair, old, n * sizeof *pair);
	dict = made_of(m, pair, value_put(m->g->pool, pair, n, key, v));
	free(pair);
	return dict;
}

value dict_keys(struct mover *m, value dict)
{
	uint32_t n;
	const value *pair = value_list(m->g->pool, dict, &n);
	value *key = must_have(malloc((n / 2 + 1) * sizeof *key));
	for (uint32_t k = 0; k < n; k += 2)
		key[k / 2] = pair[k];
	value keys = pool_list(m->g->pool, key, n / 2);
	free(key);
	if (keys == VALUE_UNSET)
		raise_error(m, EXCEPTION_MEMORY, SAY(NO_ROOM_FOR_TEXTS));
	return keys;
}

void run_DICT(struct mover *m, const struct ins *i)
{
	value *pair = must_have(malloc((i->b + 1) * sizeof *pair)), key, v, dict;
	uint32_t count = 0;
	bool good = true;
	for (uint32_t k = 0; k < i->b; k += 2) {
		key = take(m, i->a + k);
		v = take(m, i->a + k + 1);
		good = good && is_key(m, key);
		count = good ? value_put(m->g->pool, pair, count, key, v) : 0;
	}
	if (good && (dict = made_of(m, pair, count)) != VALUE_UNSET)
		put(m, i->dst, dict);
	free(pair);
}
