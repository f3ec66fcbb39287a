/* Declarations of variables and objects. */
#include "sim/language/compile.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- variables ---- */

void declare_variables(struct compiler *c, const struct node *n, enum symbol_kind kind)
{
	struct program *g = c->g;
	if (n->kind != NODE_MAP) {
		if (!key_glued(c, n))
			wrong(c, DIAG_TYPE, n->place, SAY(WRITE_VARIABLES), SAY(VARIABLES_EXPECTED));
		c->section_lost = true;
		return;
	}
	for (size_t i = 0; i < n->count; i++) {
		struct symbol *s = name_check(c, n->key[i]) ? name_declare(c, n->key[i]->text, kind, n->key[i]->place) : NULL;
		struct variable v = { n->key[i]->text, first_value(c, n->item[i]), 0, n->key[i]->place };
		if (!s)
			continue;
		if (kind == SYMBOL_SHARED) {
			GROW(g->shared, g->shareds, g->shared_room);
			s->number = v.slot = g->shareds;
			g->shared[g->shareds++] = v;
		} else {
			GROW(g->private, g->privates, g->private_room);
			s->number = v.slot = g->privates;
			g->private[g->privates++] = v;
		}
	}
}

/* ---- objects ---- */

static enum kind kind_find(const char *word)
{
	int k = 1;
	while (k < KIND_COUNT && strcmp(kind_rows[k].word, word))
		k++;
	return k < KIND_COUNT ? k : KIND_NONE;
}

static bool is_declared(enum kind kind)
{
	return kind != KIND_NONE && kind != KIND_CONNECTION;
}

static enum kind kind_of(struct compiler *c, const struct node *n)
{
	const char *words[KIND_COUNT], *all = "";
	enum kind kind = kind_find(n->text);
	if (kind)
		return kind;
	for (int k = 1; k < KIND_COUNT; k++)
		words[k - 1] = kind_rows[k].word;
	const char *bare = arena_word(c->a, n->text, word_length(n->text, n->length)), *near = foreign_kind(bare);
	if (!near)
		near = name_nearest(c, bare, words, KIND_COUNT - 1);
	if (near && n->text[strlen(bare)] == '(' && n->length > strlen(bare) + 2) {     /* Semaphore(3) */
		const char *arg = arena_word(c->a, n->text + strlen(bare) + 1, n->length - strlen(bare) - 2);
		wrong(c, DIAG_KIND, n->place, SAY(WRITE_STATEMENT, arena_print(c->a, "{%s: %s}", near, arg)), SAY(UNKNOWN_KIND, n->text));
		return KIND_NONE;
	}
	for (int k = 1; k < KIND_COUNT && !near; k++)
		all = is_declared(k) ? listed(c, all, kind_rows[k].word) : all;
	wrong(c, DIAG_KIND, n->place, near ? SAY(DID_YOU_MEAN, near) : SAY(THE_KINDS, all), SAY(UNKNOWN_KIND, n->text));
	return KIND_NONE;
}

static bool has_key(const char *keys, const char *word)
{
	size_t n = strlen(word);
	for (const char *k = keys; (k = strstr(k, word)); k += n)
		if ((k == keys || k[-1] == ' ') && (!k[n] || k[n] == ' '))
			return true;
	return false;
}

static void set_fair(struct compiler *c, const struct node *n, struct object *o)
{
	bool fair;
	if (read_truth(c, n, &fair))
		o->fair = fair ? FAIR_YES : FAIR_NO;
}

/* A condition's lock: an object that is declared, above it or below. */
static void set_lock(struct compiler *c, const struct node *n, struct object *o)
{
	GROW(c->wanted, c->wanteds, c->wanted_room);
	c->wanted[c->wanteds++] = n;
	o->lock = c->wanteds;           /* resolved when all are declared */
}

/* What the workers of a pool do first is compiled with them, when all functions are declared. */
static void keep_beginning(struct compiler *c, const struct node *form, struct object *o)
{
	if (o->kind != KIND_POOL || !(yaml_find(form, "initializer") || yaml_find(form, "args")))
		return;
	GROW(c->begun, c->begins, c->begin_room);
	c->begun[c->begins++] = form;
	o->begins = c->begins;
}

static void set_through(struct compiler *c, const struct node *n, struct object *o)
{
	int64_t through;
	if (read_number(c, n, 1, PIPE_ROOM, &through))
		o->through = (uint32_t)through;
}

static void set_view(struct compiler *c, const struct node *n, struct object *o)
{
	o->textbook = n->kind == NODE_SCALAR && !strcmp(n->text, "textbook");
	if (!o->textbook)
		wrong(c, DIAG_RANGE, n->place, SAY(WRITE_VIEW), SAY(VIEW_EXPECTED));
}

static void set_property(struct compiler *c, const char *key, const struct node *n, struct object *o)
{
	bool yes = false;
	if (!strcmp(key, "fair"))
		set_fair(c, n, o);
	else if (!strcmp(key, "value"))
		read_number(c, n, 0, SMALL_MAX, &o->size);
	else if (!strcmp(key, "lock"))
		set_lock(c, n, o);
	else if (!strcmp(key, "binary"))
		read_truth(c, n, &o->binary);
	else if (!strcmp(key, "view"))
		set_view(c, n, o);
	else if (!strcmp(key, "count"))
		read_number(c, n, 1, SMALL_MAX, &o->size);
	else if (!strcmp(key, "parties"))
		read_number(c, n, 1, MAX_PROCESSES, &o->size);
	else if (!strcmp(key, "feeder"))
		read_truth(c, n, &o->feeder);
	else if (!strcmp(key, "capacity") && o->kind == KIND_QUEUE)
		set_through(c, n, o);
	else if (!strcmp(key, "capacity"))
		read_number(c, n, 1, PIPE_ROOM, &o->size);
	else if (!strcmp(key, "size"))
		read_number(c, n, 1, MAX_PROCESSES, &o->size);
	else if (!strcmp(key, "maxtasksperchild"))
		read_number(c, n, 1, SMALL_MAX, &o->lasts);
	else if (!strcmp(key, "duplex"))
		read_truth(c, n, &o->duplex);
	else if (!strcmp(key, "maxsize"))
		read_number(c, n, 0, QUEUE_ROOM, &o->size);     /* 0: as many as it can hold */
	else if (!strcmp(key, "bounded"))
		read_truth(c, n, &o->bounded);
	else if (!strcmp(key, "spurious"))
		read_truth(c, n, &o->spurious);
	else if (!strcmp(key, "joinable"))
		read_truth(c, n, &o->joinable);
	else if (!strcmp(key, "set") && read_truth(c, n, &yes))
		o->size = yes;
}

/* Which of its keys is meant; which kinds have this one; else all that it has. */
static struct message property_remedy(struct compiler *c, const char *key, enum kind kind)
{
	static const struct { const char *key, *here; } foreign[] = {
		{ "size", "maxsize" }, { "max", "maxsize" }, { "capacity", "maxsize" }, { "length", "maxsize" }, { "limit", "maxsize" },
		{ "count", "value" }, { "initial", "value" }, { "init", "value" }, { "permits", "value" }, { "n", "value" },
		{ "workers", "size" }, { "processes", "size" }, { "count", "parties" }, { "n", "parties" }, { "size", "parties" }, { "value", "count" },
		{ "mutex", "lock" }, { "value", "set" }, { "fairness", "fair" },
	};
	const char *allowed = kind_rows[kind].keys;
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
		if (!strcmp(foreign[i].key, key) && has_key(allowed, foreign[i].here))
			return SAY(HERE_IT_IS, foreign[i].here);
	const char *having = kinds_having(c, key);
	if (having)
		return *allowed ? SAY(KEY_OF_OTHER_KINDS, key, having, kind_named(c, kind), allowed) : SAY(KEY_OF_KINDS, key, having);
	return *allowed ? SAY(KIND_HAS, kind_named(c, kind), allowed) : NOTHING_TO_SAY;
}

static void set_long_form(struct compiler *c, const struct node *n, struct object *o)
{
	const char *allowed = kind_rows[o->kind].keys;
	keep_beginning(c, n, o);
	for (size_t i = 0; i < n->count; i++)
		if (has_key(allowed, n->key[i]->text))
			set_property(c, n->key[i]->text, n->item[i], o);
		else
			wrong(c, DIAG_KEY, n->key[i]->place, property_remedy(c, n->key[i]->text, o->kind), SAY(UNKNOWN_KEY_OF, n->key[i]->text, kind_named(c, o->kind)));
}

static int by_field(const void *a, const void *b, void *field)
{
	const char **name = field;
	return strcmp(name[*(const uint32_t *)a], name[*(const uint32_t *)b]);
}

static void sort_fields(struct compiler *c, struct object *o)
{
	uint32_t *order = arena_get(c->a, (o->fields + 1) * sizeof *order);
	for (uint32_t i = 0; i < o->fields; i++)
		order[i] = i;
	qsort_r(order, o->fields, sizeof *order, by_field, o->field);
	o->by_name = order;
}

uint32_t object_field(const struct object *o, const char *name)
{
	uint32_t from = 0, to = o->fields;
	while (from < to) {
		uint32_t middle = from + (to - from) / 2;
		int order = strcmp(name, o->field[o->by_name[middle]]);
		if (!order)
			return o->by_name[middle];
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return NO_FIELD;
}

/* {manager: {count: 100, names: []}}: a record of fields with their first values. */
static void read_record(struct compiler *c, const struct node *n, struct object *o)
{
	o->field = arena_get(c->a, (n->count + 1) * sizeof *o->field);
	o->first = arena_get(c->a, (n->count + 1) * sizeof *o->first);
	if (n->count >= NO_FIELD)
		wrong(c, DIAG_LIMIT, n->place, NOTHING_TO_SAY, SAY(TOO_MANY_FIELDS, NO_FIELD));
	for (size_t i = 0; i < n->count && i < NO_FIELD; i++) {
		if (!is_identifier(n->key[i]->text))
			wrong(c, DIAG_NAME, n->key[i]->place, SAY(NAME_FORM),
			      SAY(NOT_A_NAME, n->key[i]->text));
		o->field[o->fields] = n->key[i]->text;
		o->first[o->fields++] = first_value(c, n->item[i]);
	}
	sort_fields(c, o);
}

static bool is_record(enum kind kind)
{
	return kind == KIND_MANAGER || kind == KIND_FILE;
}

static bool supported(struct compiler *c, enum kind kind, const struct node *n)
{
	return is_declared(kind) || (kind && wrong(c, DIAG_KIND, n->place, SAY(DECLARE_SOCKET), SAY(NO_CONNECTIONS)));
}

bool kind_needs_size(enum kind kind)
{
	return kind == KIND_BARRIER || kind == KIND_LATCH;
}

static int64_t online_cpus(struct compiler *c)
{
	if (!c->cpus)
		c->cpus = sysconf(_SC_NPROCESSORS_ONLN);
	return c->cpus < 1 ? 1 : c->cpus > MAX_CPUS ? MAX_CPUS : c->cpus;
}

/* A binary semaphore is 0 or 1, and never full: what is given at 1 is lost. */
static void check_binary(struct compiler *c, const struct node *arg, const struct object *o)
{
	const struct node *given = yaml_find(arg, "value");
	if (o->size > 1)
		wrong(c, DIAG_RANGE, given->place, SAY(BINARY_VALUES), SAY(NOT_BINARY, (long long)o->size));
	if (o->bounded)
		wrong(c, DIAG_KEY, yaml_find(arg, "bounded")->place, SAY(BOUNDED_OR_BINARY), SAY(BOUNDED_AND_BINARY));
}

/* Without a feeder a queue has no pipe: what is put is there. */
static void check_feeder(struct compiler *c, const struct node *arg, struct object *o)
{
	if (o->through && !o->feeder)
		wrong(c, DIAG_KEY, yaml_find(arg, "capacity")->place, SAY(WRITE_FEEDER, o->through), SAY(CAPACITY_OF_FEEDER));
	if (!o->feeder)
		return;
	c->g->feeds = true;
	if (!o->through)
		o->through = PIPE_CAPACITY;
}

/* {queue: 3, joinable: true}: a key that belongs into the braces; it is understood, so that what needs it is no other mistake. */
static void key_beside(struct compiler *c, const struct node *n, const struct kind_row *row, struct object *o)
{
	const struct node *arg = n->item[0], *key = n->key[1], *with = n->item[1];
	bool known = has_key(row->keys, key->text) && with->kind == NODE_SCALAR, first = arg->kind == NODE_SCALAR && arg->length && row->short_key;
	struct message help = SAY(LONG_FORM, row->word, row->keys);
	if (known && (first || !arg->length))
		help = SAY(WRITE_STATEMENT, first ? arena_print(c->a, "{%s: {%s: %s, %s: %s}}", row->word, row->short_key, arg->text, key->text, with->text) :
		                                    arena_print(c->a, "{%s: {%s: %s}}", row->word, key->text, with->text));
	wrong(c, DIAG_KEY, key->place, help, SAY(UNKNOWN_KEY, key->text));
	if (known)
		set_property(c, key->text, with, o);
}

/* {type: semaphore, value: 3} */
static bool kind_by_key(struct compiler *c, const struct node *n)
{
	const struct node *key = n->kind == NODE_MAP ? n->key[0] : NULL, *of = key ? n->item[0] : NULL;        /* an empty one was reported */
	if (!key || (strcmp(key->text, "type") && strcmp(key->text, "kind")) || of->kind != NODE_SCALAR || !kind_find(of->text))
		return false;
	const char *more = "";
	for (size_t i = 1; i < n->count; i++)
		if (n->item[i]->kind == NODE_SCALAR)
			more = arena_print(c->a, "%s%s%s: %s", more, i > 1 ? ", " : "", n->key[i]->text, n->item[i]->text);
	wrong(c, DIAG_KIND, key->place, SAY(WRITE_STATEMENT, *more ? arena_print(c->a, "{%s: {%s}}", of->text, more) : of->text), SAY(UNKNOWN_KIND, key->text));
	return true;
}

/* Then what is wrong with it has been said. */
static bool size_is_given(const struct node *arg, const struct kind_row *row)
{
	return arg && (arg->kind == NODE_SCALAR ? arg->length > 0 : yaml_find(arg, row->short_key) != NULL);
}

/* `lock`, `{semaphore: 3}`, `{queue: {maxsize: 4}}` -> an object without a name. */
static bool object_read(struct compiler *c, const struct node *n, struct object *o)
{
	const struct node *key = n->kind == NODE_MAP && n->count ? n->key[0] : n;
	const struct node *arg = n->kind == NODE_MAP && n->count ? n->item[0] : NULL;
	bool lists = n->kind == NODE_LIST && n->count && n->item[0]->kind == NODE_SCALAR;       /* [lock, lock] */
	if (key->kind != NODE_SCALAR || !key->length)
		return wrong(c, DIAG_TYPE, n->place, lists ? SAY(WRITE_STATEMENT, arena_print(c->a, "{list: %s, count: %zu}", n->item[0]->text, n->count)) :
		             SAY(WRITE_KIND), SAY(OBJECT_EXPECTED));
	if (kind_by_key(c, n))
		return false;
	*o = (struct object){ .kind = kind_of(c, key), .place = n->place };
	if (!supported(c, o->kind, key))
		return false;
	const struct kind_row *row = &kind_rows[o->kind];
	o->size = o->kind == KIND_SEMAPHORE ? 1 : o->kind == KIND_PIPE ? PIPE_CAPACITY : o->kind == KIND_POOL ? online_cpus(c) : 0;
	o->duplex = true;
	if (arg && n->count > 1)
		key_beside(c, n, row, o);
	if (arg && arg->kind == NODE_MAP && is_record(o->kind))
		read_record(c, arg, o);
	else if (arg && arg->kind == NODE_MAP)
		set_long_form(c, arg, o);
	else if (arg && row->short_key && arg->kind == NODE_SCALAR && arg->length)
		set_property(c, row->short_key, arg, o);
	else if (arg && (arg->kind == NODE_LIST || arg->length))
		wrong(c, DIAG_TYPE, arg->place, SAY(LONG_FORM, row->word, row->keys),
		      SAY(NOT_FOR_KIND, kind_named(c, o->kind)));
	if (o->binary)
		check_binary(c, arg, o);
	if (o->kind == KIND_QUEUE)
		check_feeder(c, arg, o);
	if (kind_needs_size(o->kind) && !o->size && !size_is_given(arg, row))
		wrong(c, DIAG_MISSING, n->place, SAY(WRITE_SIZE, row->word), SAY(HOW_MANY));
	if (o->kind == KIND_POOL && (o->size < 1 || o->size > MAX_PROCESSES))
		o->size = 1;                    /* that has been said */
	o->room = o->kind == KIND_POOL ? 1 : o->kind == KIND_PIPE || o->size ? (uint32_t)o->size : QUEUE_ROOM;
	return true;
}

/* Instructions name objects in place of an operand that is no temporary. */
enum { MOST_OBJECTS = 1 << 15, MOST_FIELDS = 1 << 16 };
_Static_assert((int)MOST_OBJECTS < (int)TEMPORARY, "they can be told apart");

/* Is there room for one more that has so many fields? */
static bool objects_left(struct compiler *c, uint32_t fields, struct place place)
{
	bool objects = c->g->objects >= MOST_OBJECTS;
	if (!objects && c->fields + fields <= MOST_FIELDS)
		return true;
	if (!c->too_many_objects)
		wrong(c, DIAG_LIMIT, place, objects ? SAY(MANY_OBJECTS_AT_ONCE) : NOTHING_TO_SAY,
		      objects ? SAY(TOO_MANY_OBJECTS, MOST_OBJECTS) : SAY(TOO_MANY_FIELDS, MOST_FIELDS));
	c->too_many_objects = true;
	return false;
}

/* Returns 0, nobody, where there are too many. */
static uint32_t object_add(struct compiler *c, const char *name, struct object o)
{
	struct program *g = c->g;
	if (!objects_left(c, o.fields, o.place))
		return 0;
	GROW(g->object, g->objects, g->object_room);
	o.name = name;
	c->fields += o.fields;
	o.full = arena_get(c->a, (o.fields + 1) * sizeof *o.full);
	for (uint32_t i = 0; i < o.fields; i++)
		o.full[i] = arena_print(c->a, "%s.%s", name, o.field[i]);
	g->object[g->objects] = o;
	return g->objects++;
}

/* A socket's connections are objects, too: as many as it can have at a time, behind it. */
static void add_connections(struct compiler *c, uint32_t o)
{
	if (c->g->object[o].kind != KIND_SOCKET)
		return;
	c->g->object[o].connection = o + 1;
	for (int i = 1; i <= CONNECTIONS; i++)
		object_add(c, arena_print(c->a, "%s#%d", c->g->object[o].name, i), (struct object){
			.kind = KIND_CONNECTION, .used = true, .duplex = true, .size = PIPE_CAPACITY, .room = PIPE_CAPACITY, .place = c->g->object[o].place });
}

static void declare_one(struct compiler *c, const struct node *key, const struct node *n)
{
	struct object o;
	if (n->kind == NODE_SCALAR && kind_find(key->text) && !kind_find(n->text) && is_identifier(n->text)) {  /* lock: door */
		wrong(c, DIAG_KIND, n->place, SAY(WRITE_STATEMENT, arena_print(c->a, "%s: %s", n->text, key->text)), SAY(UNKNOWN_KIND, n->text));
		name_is_news(c, n->text);
		return;
	}
	bool good = object_read(c, n, &o);
	struct symbol *s = name_check(c, key) ? name_declare(c, key->text, SYMBOL_OBJECT, key->place) : NULL;
	if (s && good)
		s->number = object_add(c, key->text, o);
	if (s && good)
		add_connections(c, s->number);
	if (s)
		s->constant = value_make(TAG_OBJECT, s->number);
}

/* {list: lock, count: 5}: name[0] to name[4]; the name itself is the list of them. */
static void declare_list(struct compiler *c, const struct node *key, const struct node *n)
{
	const struct node *count = yaml_find(n, "count"), *one = yaml_find(n, "list");
	int64_t many = 0;
	struct object o;
	for (size_t i = 0; i < n->count; i++)
		if (n->item[i] != count && n->item[i] != one)
			wrong(c, DIAG_KEY, n->key[i]->place, SAY(WRITE_LIST_OF), SAY(UNKNOWN_KEY, n->key[i]->text));
	if (!count)
		wrong(c, DIAG_MISSING, n->place, SAY(WRITE_LIST_COUNT), SAY(LIST_NEEDS_COUNT));
	bool good = object_read(c, one, &o) && count && read_number(c, count, 1, MAX_PROCESSES, &many);
	struct symbol *s = name_check(c, key) ? name_declare(c, key->text, SYMBOL_OBJECTS, key->place) : NULL;
	if (!s || !good)
		return;
	value *v = arena_get(c->a, many * sizeof *v);
	for (int64_t i = 0; i < many && !c->too_many_objects; i++)
		v[i] = value_make(TAG_OBJECT, object_add(c, arena_print(c->a, "%s[%lld]", key->text, (long long)i), o));
	s->constant = pool_list(c->g->pool, v, many);
}

/* A condition without a lock has an rlock of its own, of the same name. */
static uint32_t condition_lock(struct compiler *c, const char *name, const struct object *o)
{
	if (!o->lock)
		return object_add(c, name, (struct object){ .kind = KIND_RLOCK, .fair = o->fair, .used = true, .place = o->place });
	const struct node *n = c->wanted[o->lock - 1];
	const struct symbol *s = n->kind == NODE_SCALAR ? name_find(c, n->text) : NULL;
	enum kind kind = s && s->kind == SYMBOL_OBJECT ? c->g->object[s->number].kind : KIND_NONE;
	if (kind == KIND_LOCK || kind == KIND_RLOCK) {
		symbol_used(c, s);
		return s->number;
	}
	wrong(c, s ? DIAG_KIND : DIAG_NAME, n->place, s ? SAY(NAME_A_LOCK) : name_suggest(c, n->text),
	      SAY(NO_LOCK, n->kind == NODE_SCALAR ? n->text : ".."));
	return 0;
}

static void give_locks(struct compiler *c)
{
	for (uint32_t o = 1, n = c->g->objects; o < n; o++)
		if (c->g->object[o].kind == KIND_CONDITION) {
			uint32_t lock = condition_lock(c, c->g->object[o].name, &c->g->object[o]);
			c->g->object[o].lock = lock;
		}
}

void declare_objects(struct compiler *c, const struct node *n)
{
	if (n->kind != NODE_MAP) {
		if (!key_glued(c, n))
			wrong(c, DIAG_TYPE, n->place, SAY(WRITE_OBJECTS), SAY(OBJECTS_EXPECTED));
		c->section_lost = true;
		return;
	}
	for (size_t i = 0; i < n->count; i++)
		if (n->item[i]->kind == NODE_MAP && yaml_find(n->item[i], "list"))
			declare_list(c, n->key[i], n->item[i]);
		else
			declare_one(c, n->key[i], n->item[i]);
	give_locks(c);
}
