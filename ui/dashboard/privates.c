/* Private variables: what each process alone knows. Those of all processes stand in one table, a row for each process and
 * a column for each name. */
#include <string.h>
#include "ui/dashboard/show.h"

static void note_name(const char **name, int *count, const char *n)
{
	if (!n || !*n || *count == PRIVATES)
		return;
	for (int i = 0; i < *count; i++)
		if (!strcmp(name[i], n))
			return;
	name[(*count)++] = n;
}

static void note_locals(const struct function *f, const char **name, int *count)
{
	for (uint32_t i = 0; f->local && i < f->locals; i++)
		note_name(name, count, f->local[i]);
}

/* Of the program, then of each group and of its steps; then of functions. */
int private_names(const struct program *g, const char **name)
{
	int count = 0;

	for (size_t i = 0; i < g->privates; i++)
		note_name(name, &count, g->private[i].name);
	for (size_t i = 0; i < g->groups; i++) {
		for (uint32_t k = 0; k < g->group[i].privates; k++)
			note_name(name, &count, g->group[i].private[k].name);
		if (!g->group[i].service && g->group[i].function)
			note_locals(&g->function[g->group[i].function], name, &count);
	}
	for (size_t i = 1; i < g->functions; i++)
		note_locals(&g->function[i], name, &count);
	return count;
}

/* ---- the values they are known to take ---- */

/* "[3,3,2]": no blanks between elements; those in an element that is a text stay. */
static void drop_blanks(struct text *t)
{
	bool quoted = false;
	size_t to = 0;

	if (!t->length || !strchr("[{", t->at[0]))
		return;
	for (size_t i = 0; i < t->length; i++) {
		quoted ^= t->at[i] == '\'';
		if (quoted || t->at[i] != ' ' || t->at[to - 1] != ',')
			t->at[to++] = t->at[i];
	}
	t->at[to] = 0;
	t->length = to;
}

static int cells_of(const struct program *g, struct text *t, value v)
{
	text_clear(t);
	if (v != VALUE_UNSET)
		program_value(g, v, t);
	drop_blanks(t);
	return utf8_cells(text_is(t), t->length);
}

static void note_cells(struct show *s, struct text *t, const char *name, value v)
{
	const char *all[PRIVATES];
	int count = private_names(s->g, all), cells = cells_of(s->g, t, v);

	for (int i = 0; name && i < count; i++)
		if (!strcmp(all[i], name) && s->first_value[i] < cells)
			s->first_value[i] = cells;
}

/* "left = forks[index - 1]": some element of a list that never changes. */
static void note_elements(struct show *s, struct text *t, const struct function *f)
{
	for (uint32_t n = f->entry; f->local && n + 1 < f->end; n++) {
		const struct ins *takes = &s->g->code[n], *sets = takes + 1;
		uint32_t count, local = sets->dst & OPERAND_INDEX;
		if (takes->op != OP_INDEX || (takes->a & OPERAND_WHERE) != CONSTANT || sets->op != OP_MOVE || sets->a != takes->dst ||
		    (sets->dst & OPERAND_WHERE) != IN_FRAME || local >= f->locals)
			continue;
		value whole = s->g->constant[takes->a & OPERAND_INDEX];
		const value *element = value_tag(whole) == TAG_LIST ? value_list(s->g->pool, whole, &count) : NULL;
		for (uint32_t k = 0; element && k < count; k++)
			note_cells(s, t, f->local[local], element[k]);
	}
}

void measure_first_values(struct show *s)
{
	struct text t = { 0 };

	for (size_t i = 0; i < s->g->privates; i++)
		note_cells(s, &t, s->g->private[i].name, s->g->private[i].first);
	for (proc_id p = MAIN; p < s->g->processes; p++) {
		const struct process *process = &s->g->process[p];
		const struct group *group = &s->g->group[process->group];
		for (uint32_t k = 0; process->private && k < group->privates; k++)
			note_cells(s, &t, group->private[k].name, process->private[k]);
	}
	for (size_t i = 1; i < s->g->functions; i++)
		note_elements(s, &t, &s->g->function[i]);
	text_free(&t);
}

int first_value_cells(const struct show *s, const char *name)
{
	const char *all[PRIVATES];
	int count = private_names(s->g, all);

	for (int i = 0; i < count; i++)
		if (!strcmp(all[i], name))
			return s->first_value[i];
	return 0;
}

/* ---- what they are now ---- */

/* function: of a local variable; else 0. */
static bool has_changed(const struct show *s, proc_id p, uint32_t function, uint32_t which)
{
	enum change_kind kind = function ? CHANGE_LOCAL : CHANGE_PROCESS;

	for (int i = 0; i < s->v->changes && s->v->last == p; i++) {
		const struct change *c = &s->v->change[i];
		if (c->kind == kind && c->which == which && (!function || c->where == function))
			return true;
	}
	return false;
}

/* A variable that a process sees. */
struct seen { const char *name; value now; bool fresh; };

static bool see_slot(const struct show *s, proc_id p, const struct variable *v, struct seen *out)
{
	value *own = world_variables(s->g, play_own(s->y, p), p);

	*out = (struct seen){ v->name, own[v->slot], has_changed(s, p, 0, v->slot) };
	return true;
}

/* The i-th: first those of the process, then those of the function it is in. */
static bool see(const struct show *s, proc_id p, uint32_t i, struct seen *out)
{
	const struct own *own = (const struct own *)play_own(s->y, p);
	const struct group *group = &s->g->group[s->g->process[p].group];
	const cell *frame = (const cell *)own + own->frame;
	const struct function *f = &s->g->function[frame[FRAME_FUNCTION]];

	if (i < s->g->privates)
		return see_slot(s, p, &s->g->private[i], out);
	i -= (uint32_t)s->g->privates;
	if (i < group->privates)
		return see_slot(s, p, &group->private[i], out);
	i -= group->privates;
	if (!f->local || i >= f->locals)
		return false;
	*out = (struct seen){ f->local[i], frame[FRAME_HEAD + i], has_changed(s, p, frame[FRAME_FUNCTION], i) };
	return true;
}

bool private_of(const struct show *s, proc_id p, const char *name, value *now, bool *fresh)
{
	struct seen v;
	bool found = false;

	if (who_is(s->y->world.shared, p)->life == LIFE_NEW)
		return false;
	for (uint32_t i = 0; see(s, p, i, &v); i++)     /* an inner one hides an outer one */
		if (v.name && v.now != VALUE_UNSET && !strcmp(v.name, name)) {
			*now = v.now;
			*fresh = v.fresh;
			found = true;
		}
	return found;
}

void put_narrow_value(const struct show *s, const struct canvas *c, struct text *t, value v, int room)
{
	put_value(s, t, v);
	if (canvas_cells(c, text_is(t)) > room)
		drop_blanks(t);
}

void put_privates(const struct show *s, struct strip *t, proc_id p)
{
	struct seen v;

	for (uint32_t i = 0; see(s, p, i, &v); i++) {
		if (v.now == VALUE_UNSET || !v.name || !*v.name)
			continue;
		strip_print(t, ROLE_TEXT, "  %s ", v.name);
		strip_put(t, ROLE_FAINT, "=");
		strip_put(t, ROLE_TEXT, " ");
		strip_ink(t, v.fresh ? ROLE_CHANGED : ROLE_TITLE);
		put_value(s, &t->text, v.now);
		strip_ink(t, ROLE_TEXT);
	}
}
