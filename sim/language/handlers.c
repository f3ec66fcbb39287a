/* `on: {SIGTERM: [steps], ..}`: a group's handlers of signals. Each is a function without parameters, which nobody calls. */
#include "sim/language/compile.h"
#include <string.h>

static const char *signals_listed(struct compiler *c, bool handled)
{
	const char *all = "";
	for (int s = 0; s < SIGNAL_COUNT; s++)
		if (!handled || signal_rows[s].without != SIGNAL_HELD)
			all = listed(c, all, signal_rows[s].word);
	return all;
}

/* `TERM`, `sigterm`, `SIGTREM`: what is meant. */
static enum signal_id signal_meant(struct compiler *c, const char *word, bool handled)
{
	const char *words[SIGNAL_COUNT];
	size_t count = 0;
	char *upper = arena_print(c->a, "%s", word);
	for (char *at = upper; *at; at++)
		*at -= *at >= 'a' && *at <= 'z' ? 32 : 0;
	enum signal_id whole = signal_find(arena_print(c->a, "SIG%s", upper)), alone = signal_find(upper);
	if (alone < SIGNAL_COUNT || whole < SIGNAL_COUNT)
		return alone < SIGNAL_COUNT ? alone : whole;
	for (int s = 0; s < SIGNAL_COUNT; s++)
		if (!handled || signal_rows[s].without != SIGNAL_HELD)
			words[count++] = signal_rows[s].word;
	const char *near = name_nearest(c, upper, words, count);
	return near ? signal_find(near) : SIGNAL_COUNT;
}

static bool stops(const char *word)
{
	static const char *const all[] = { "SIGSTOP", "SIGCONT", "SIGTSTP", "STOP", "CONT" };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (!strcmp(all[i], word))
			return true;
	return false;
}

static enum signal_id unknown(struct compiler *c, const struct node *n, bool handled)
{
	bool word = n->kind == NODE_SCALAR && n->length;
	enum signal_id meant = word ? signal_meant(c, n->text, handled) : SIGNAL_COUNT;
	wrong(c, DIAG_RANGE, n->place,
	      word && stops(n->text) ? SAY(STOP_FROM_OUTSIDE) : meant < SIGNAL_COUNT ? SAY(DID_YOU_MEAN, signal_rows[meant].word) :
	      SAY(THE_SIGNALS, signals_listed(c, handled)), word ? SAY(NO_SUCH_SIGNAL, n->text) : SAY(SIGNAL_EXPECTED));
	return SIGNAL_COUNT;
}

uint32_t signal_read(struct compiler *c, const struct node *n)
{
	enum signal_id s = n->kind == NODE_SCALAR ? signal_find(n->text) : SIGNAL_COUNT;
	s = s < SIGNAL_COUNT ? s : unknown(c, n, false);
	c->g->signals |= s < SIGNAL_COUNT ? 1u << s : 0;
	return s < SIGNAL_COUNT ? (uint32_t)signal_rows[s].number : 0;
}

void handlers_declare(struct compiler *c, struct group *g, const struct node *n)
{
	if (n->kind != NODE_MAP || !n->count) {
		if (!key_glued(c, n))
			wrong(c, DIAG_TYPE, n->place, SAY(WRITE_HANDLERS), SAY(HANDLERS_EXPECTED));
		return;
	}
	for (size_t i = 0; i < n->count; i++) {
		enum signal_id s = signal_find(n->key[i]->text);
		if (s == SIGNAL_COUNT)
			unknown(c, n->key[i], true);
		else if (signal_rows[s].without == SIGNAL_HELD)
			wrong(c, DIAG_RANGE, n->key[i]->place, SAY(HANDLE_SIGTERM), SAY(NOT_HANDLED, n->key[i]->text));
		else
			g->handles |= 1u << s;
	}
	c->g->handles |= g->handles != 0;
	c->g->signals |= g->handles;
	c->g->notices |= g->handles >> SIGNAL_CHLD & 1;
}

/* A name that the handler only assigns, and that the steps use as theirs: what it assigns, nobody would see. */
static void check_names(struct compiler *c, const struct routine *program)
{
	for (size_t i = 0; i < c->locals; i++)
		for (uint32_t k = 0; k < program->locals && !c->local[i].read; k++)
			if (!strcmp(program->local[k], c->local[i].name))
				wrong(c, DIAG_NAME, c->local[i].place, SAY(DECLARE_PRIVATE, c->local[i].name), SAY(HANDLERS_OWN_NAME, c->local[i].name));
}

static void read_handler(struct compiler *c, const struct node *steps, enum signal_id s, struct group_tree *tree)
{
	routine_begin(c);
	c->in_function = true;
	steps_collect_locals(c, steps);
	const struct block *body = steps_read(c, steps);
	check_names(c, &tree->program);
	routine_end(c, arena_print(c->a, "on: %s", signal_rows[s].word), steps->place, body, &tree->on[s]);
}

void handlers_read(struct compiler *c, const struct group *g, const struct node *n, struct group_tree *tree)
{
	for (size_t i = 0; n && n->kind == NODE_MAP && i < n->count; i++) {
		enum signal_id s = signal_find(n->key[i]->text);
		if (s < SIGNAL_COUNT && g->handles >> s & 1)
			read_handler(c, n->item[i], s, tree);
	}
}
