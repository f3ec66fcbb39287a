/* A schedule in a file of its own: a list as in a scenario, or what a run was recorded as. */
#include "ui/cli/cli.h"
#include <stdlib.h>
#include <string.h>

static void unfit(struct schedule *s, enum diag_id id, struct place place, const char *help, const char *message)
{
	diag_add(&s->file.diags, id, place, help, "%s", message);
}

/* ---- what it was made for ---- */

static const struct section *section_find(const struct program *g, const char *key)
{
	for (size_t i = 0; i < g->sections; i++)
		if (!strcmp(g->section[i].key, key))
			return &g->section[i];
	return NULL;
}

static void check_name(struct schedule *s, const struct program *g, const struct node *n)
{
	if (n->kind == NODE_SCALAR && strcmp(n->text, g->name))
		diag_add(&s->file.diags, DIAG_NAME, n->place, NULL, "this schedule was made for `%s`, not for `%s`", n->text,
		         g->name);
}

/* Which keys of the scenario are not as they were. */
static void check_sections(struct schedule *s, const struct program *g, const struct node *n)
{
	const char *changed = "";
	for (size_t i = 0; n->kind == NODE_MAP && i < n->count; i++) {
		const struct section *now = section_find(g, n->key[i]->text);
		bool same = now && n->item[i]->kind == NODE_SCALAR && strtoull(n->item[i]->text, NULL, 16) == now->hash;
		if (!same)
			changed = arena_print(&s->file.arena, "%s%s`%s`", changed, *changed ? ", " : "", n->key[i]->text);
	}
	if (*changed)
		unfit(s, DIAG_NAME, n->place, "record it again, or take its list alone (without the other keys)",
		      arena_print(&s->file.arena, "the scenario has changed since this schedule was made: %s", changed));
}

static void read_seed(struct schedule *s, const struct node *n)
{
	s->has_seed = n->kind == NODE_SCALAR && number_read(n->text, n->length, &s->seed) && s->seed >= 0;
	if (!s->has_seed)
		unfit(s, DIAG_TYPE, n->place, NULL, "a number is expected here");
}

static void read_fair(struct schedule *s, const struct node *n)
{
	s->has_fair = n->kind == NODE_SCALAR && (!strcmp(n->text, "true") || !strcmp(n->text, "false"));
	s->fair = s->has_fair && *n->text == 't';
	if (!s->has_fair)
		unfit(s, DIAG_TYPE, n->place, "write `true` or `false`", "a truth value is expected here");
}

static void read_header(struct schedule *s, const struct program *g, const struct node *root)
{
	for (size_t i = 0; i < root->count; i++) {
		const char *key = root->key[i]->text;
		if (!strcmp(key, "scenario"))
			check_name(s, g, root->item[i]);
		else if (!strcmp(key, "sections"))
			check_sections(s, g, root->item[i]);
		else if (!strcmp(key, "seed"))
			read_seed(s, root->item[i]);
		else if (!strcmp(key, "fair"))
			read_fair(s, root->item[i]);
		else if (strcmp(key, "schedule"))
			unfit(s, DIAG_KEY, root->key[i]->place, "the keys here are: scenario, sections, seed, fair, schedule",
			      arena_print(&s->file.arena, "unknown key `%s` of a schedule", key));
	}
}

/* ---- the list ---- */

/* What is wrong with an entry is told to the program; but its place is one in the schedule's file. */
static bool read_turn(struct schedule *s, struct program *g, const struct node *n, struct turn *t)
{
	struct diags scenario = g->diags;
	g->diags = s->file.diags;
	bool good = turn_parse(g, n->text, n->place, t);
	s->file.diags = g->diags;
	g->diags = scenario;
	return good;
}

static void read_list(struct schedule *s, struct program *g, const struct node *n)
{
	if (!n || n->kind != NODE_LIST) {
		unfit(s, n ? DIAG_TYPE : DIAG_MISSING, n ? n->place : (struct place){ 0 }, "write [buyer.1, buyer.2 x3]",
		      n ? "a list of processes is expected here" : "the key `schedule` is missing");
		return;
	}
	for (size_t i = 0; i < n->count; i++) {
		GROW(s->turn, s->turns, s->room);
		if (n->item[i]->kind != NODE_SCALAR)
			unfit(s, DIAG_TYPE, n->item[i]->place, NULL, "the name of a process is expected here");
		else if (read_turn(s, g, n->item[i], &s->turn[s->turns]))
			s->turns++;
	}
}

int schedule_read(struct schedule *s, struct program *g, const char *path)
{
	struct file *f = &s->file;
	*s = (struct schedule){ .fair = true };
	bool given = path[0] == '[';            /* the list itself */
	if (given)
		file_given(f, "--schedule", path);
	if (given || file_read(f, path)) {
		source_init(&f->source, &f->arena, f->source.name, f->text, f->length);
		const struct node *root = yaml_read(&f->diags, &f->source);
		if (root && root->kind == NODE_MAP)
			read_header(s, g, root);
		if (root && !f->diags.errors)
			read_list(s, g, root->kind == NODE_MAP ? yaml_find(root, "schedule") : root);
	}
	if (!f->diags.errors)
		return EXIT_FINE;
	diags_sort(&f->diags);
	findings_print(&f->diags, stderr);
	return EXIT_INPUT;
}

void schedule_free(struct schedule *s)
{
	free(s->turn);
	file_free(&s->file);
}
