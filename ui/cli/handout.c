/* new: an exercise as it is handed out. */
#include "ui/cli/cli.h"
#include <string.h>
#include "sim/language/exercise.h"

/* The text read as YAML; NULL: it is none. */
static const struct node *read_text(struct call *c, struct source *s, const char *text, size_t length)
{
	struct diags d = { .arena = &c->arena, .source = s };
	source_init(s, &c->arena, "", text, length);
	const struct node *root = yaml_read(&d, s);
	diags_free(&d);
	return root;
}

bool handout_without_hints(struct call *c, struct text *t)
{
	struct source s;
	struct text left = { 0 };
	const struct node *root = read_text(c, &s, text_is(t), t->length);
	bool some = root && exercise_without_hints(&left, &s, root);
	if (some) {
		text_clear(t);
		text_add(t, text_is(&left), left.length);
	}
	text_free(&left);
	return some;
}

bool handout_is_answer(struct call *c, const struct file *f)
{
	struct source s;
	const struct node *root = read_text(c, &s, f->text, f->length);
	return root && !yaml_find(root, "scenario");
}

bool handout_asks_for_schedule(struct call *c, const struct file *f)
{
	struct source s;
	const struct node *root = read_text(c, &s, f->text, f->length), *answer = yaml_find(yaml_find(root, "exercise"), "answer");
	return answer && answer->kind == NODE_SCALAR && !strcmp(answer->text, "schedule");
}
