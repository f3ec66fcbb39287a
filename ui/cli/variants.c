/* What is compared: several files, or one with several settings of its parameters. */
#include "ui/cli/cli.h"
#include <string.h>

/* "naive" of "lessons/naive.yaml" */
static const char *short_name(struct call *c, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t n = strlen(name);
	if (n > 5 && !strcmp(name + n - 5, ".yaml"))
		n -= 5;
	return !strcmp(path, "-") ? "<stdin>" : arena_word(&c->arena, name, n);
}

/* Each --set is a variant of its own. */
static size_t settings_of_call(struct call *c, const char **set, size_t most)
{
	const char *at = c->value[OPTION_SET];
	size_t n = 0;
	for (; at && n < most; at = *at ? at + 1 : NULL) {
		size_t length = strcspn(at, "\n");
		set[n++] = arena_word(&c->arena, at, length);
		at += length;
	}
	if (!n)
		set[n++] = NULL;
	return n;
}

static bool is_called_alike(struct call *c, int which)
{
	for (int i = 0; i < c->operands; i++)
		if (i != which && !strcmp(short_name(c, c->operand[i]), short_name(c, c->operand[which])))
			return true;
	return false;
}

/* Whatever the file is called, a terminal may show it. */
static const char *label_of(struct call *c, const char *file, const char *set)
{
	struct text t = { 0 };
	text_shown(&t, file, strlen(file));
	text_put(&t, *file && *set ? " " : "");
	text_shown(&t, set, strlen(set));
	const char *label = arena_word(&c->arena, text_is(&t), t.length);
	text_free(&t);
	return label;
}

size_t variants_of(struct call *c, struct variant *v)
{
	const char *set[MOST_VARIANTS];
	size_t sets = settings_of_call(c, set, MOST_VARIANTS), n = 0;
	for (int i = 0; i < c->operands; i++)
		for (size_t k = 0; k < sets; k++, n++) {
			const char *file = is_called_alike(c, i) ? c->operand[i] : short_name(c, c->operand[i]);
			bool many = c->operands > 1, named = many || sets == 1;
			if (n < MOST_VARIANTS)
				v[n] = (struct variant){ c->operand[i], set[k], label_of(c, named ? file : "", sets > 1 ? set[k] : "") };
		}
	return n;
}
