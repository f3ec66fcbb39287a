/* A schedule in a file of its own: a list as in a scenario, or what a run was recorded as. */
#include "ui/cli/cli.h"
#include <stdlib.h>
#include <string.h>

static void unfit(struct schedule *s, enum diag_id id, struct place place, struct message help, struct message message)
{
	diag_add(&s->file.diags, id, place, help, message);
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
		diag_add(&s->file.diags, DIAG_NAME, n->place, NOTHING_TO_SAY, SAY(MADE_FOR, n->text, g->name));
}

/* Which keys of the scenario are not as they were. */
static void check_sections(struct schedule *s, const struct program *g, const struct node *n)
{
	const char *changed = "";
	struct place first = n->place;
	for (size_t i = 0; n->kind == NODE_MAP && i < n->count; i++) {
		const struct section *now = section_find(g, n->key[i]->text);
		bool same = now && n->item[i]->kind == NODE_SCALAR && strtoull(n->item[i]->text, NULL, 16) == now->hash;
		if (!same && !*changed)
			first = n->key[i]->place;
		if (!same)
			changed = word_list(&s->file.arena, changed, arena_print(&s->file.arena, "`%s`", n->key[i]->text));
	}
	if (*changed)
		unfit(s, DIAG_NAME, first, SAY(RECORD_AGAIN),
		      SAY(SCENARIO_CHANGED, changed));
}

/* Which parameters are not as they were. */
static void check_set(struct schedule *s, const struct program *g, const struct node *n)
{
	struct text was = { 0 };
	bool differs = false;
	for (size_t i = 0; n->kind == NODE_MAP && i < n->count; i++) {
		if (n->item[i]->kind != NODE_SCALAR)
			continue;
		setting_put(&was, n->key[i]->text, n->item[i]->text);
		for (size_t k = 0; k < g->params; k++)
			differs |= !strcmp(g->param[k].name, n->key[i]->text) && strcmp(g->param[k].text, n->item[i]->text);
	}
	if (differs)
		unfit(s, DIAG_NAME, n->place, SAY(LEAVE_SET_OUT), SAY(MADE_WITH, arena_word(&s->file.arena, text_is(&was), was.length)));
	text_free(&was);
}

static void read_seed(struct schedule *s, const struct node *n)
{
	s->has_seed = n->kind == NODE_SCALAR && number_read(n->text, n->length, &s->seed) && s->seed >= 0;
	if (!s->has_seed)
		unfit(s, DIAG_TYPE, n->place, NOTHING_TO_SAY, SAY(NUMBER_EXPECTED));
}

static void read_fair(struct schedule *s, const struct node *n)
{
	s->has_fair = n->kind == NODE_SCALAR && (!strcmp(n->text, "true") || !strcmp(n->text, "false"));
	s->fair = s->has_fair && *n->text == 't';
	if (!s->has_fair)
		unfit(s, DIAG_TYPE, n->place, SAY(WRITE_TRUTH), SAY(TRUTH_EXPECTED));
}

static void read_policy(struct schedule *s, const struct node *n)
{
	for (int i = 0; i < POLICY_COUNT && n->kind == NODE_SCALAR; i++)
		if (!strcmp(n->text, policy_rows[i].word))
			s->policy = i;
	if (s->policy < 0)
		unfit(s, DIAG_NAME, n->place, SAY(LISTS_POLICIES), SAY(POLICY_EXPECTED));
}

static void read_cpus(struct schedule *s, const struct node *n)
{
	if (n->kind != NODE_SCALAR || !number_read(n->text, n->length, &s->cpus) || s->cpus < 1 || s->cpus > MAX_CPUS)
		unfit(s, DIAG_RANGE, n->place, NOTHING_TO_SAY, SAY(CPUS_EXPECTED));
}

static void read_quantum(struct schedule *s, const struct node *n)
{
	if (n->kind != NODE_SCALAR || !time_read(n->text, &s->quantum))
		unfit(s, DIAG_TYPE, n->place, NOTHING_TO_SAY, SAY(TIME_SUCH_AS));
}

static void read_header(struct schedule *s, const struct program *g, const struct node *root)
{
	for (size_t i = 0; i < root->count; i++) {
		const char *key = root->key[i]->text;
		if (!strcmp(key, "scenario"))
			check_name(s, g, root->item[i]);
		else if (!strcmp(key, "sections"))
			check_sections(s, g, root->item[i]);
		else if (!strcmp(key, "set"))
			check_set(s, g, root->item[i]);
		else if (!strcmp(key, "seed"))
			read_seed(s, root->item[i]);
		else if (!strcmp(key, "fair"))
			read_fair(s, root->item[i]);
		else if (!strcmp(key, "policy"))
			read_policy(s, root->item[i]);
		else if (!strcmp(key, "cpus"))
			read_cpus(s, root->item[i]);
		else if (!strcmp(key, "quantum"))
			read_quantum(s, root->item[i]);
		else if (strcmp(key, "schedule"))
			unfit(s, DIAG_KEY, root->key[i]->place,
			      SAY(SCHEDULE_KEYS),
			      SAY(UNKNOWN_SCHEDULE_KEY, key));
	}
}

/* ---- the list ---- */

/* What is wrong with an entry is reported for the program; but its place is one in the schedule's file. */
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
		unfit(s, n ? DIAG_TYPE : DIAG_MISSING, n ? n->place : (struct place){ 0 }, SAY(WRITE_SCHEDULE),
		      n ? SAY(SCHEDULE_EXPECTED) : SAY(NO_SCHEDULE));
		return;
	}
	for (size_t i = 0; i < n->count; i++) {
		GROW(s->list.turn, s->list.count, s->list.room);
		if (n->item[i]->kind != NODE_SCALAR)
			unfit(s, DIAG_TYPE, n->item[i]->place, NOTHING_TO_SAY, SAY(PROCESS_NAME_EXPECTED));
		else if (read_turn(s, g, n->item[i], &s->list.turn[s->list.count]))
			s->list.count++;
	}
}

/* ---- a recorded run ---- */

/* Where the line `history: |` begins, the last key of a recording; the length of all if there is none. What stands behind
 * it may be long, and is not YAML to be read piece by piece. */
static size_t history_at(const struct file *f, size_t *lines)
{
	static const char key[] = "history: |\n";
	const char *at = f->text, *end = at + f->length;
	for (; at; at = memchr(at, '\n', end - at), at = at ? at + 1 : NULL)
		if ((size_t)(end - at) >= sizeof key - 1 && !memcmp(at, key, sizeof key - 1)) {
			*lines = at - f->text + sizeof key - 1;
			return at - f->text;
		}
	return *lines = f->length;
}

bool schedule_is_recording(const struct schedule *s)
{
	return s->history.count;
}

/* Entry by entry, as a recording of this history would write them. */
static bool is_list_of(struct schedule *s, const struct program *g, const struct node *list)
{
	struct text written = { 0 };
	recording_list(&written, g, &s->history);
	struct source source;
	source_init(&source, &s->file.arena, "", text_is(&written), written.length);
	struct diags unheard = { .arena = &s->file.arena, .source = &source };
	const struct node *right = yaml_read(&unheard, &source);
	bool same = right && list->kind == NODE_LIST && list->count == right->count;
	for (size_t i = 0; same && i < list->count; i++)
		same = list->item[i]->kind == NODE_SCALAR && !strcmp(list->item[i]->text, right->item[i]->text);
	text_free(&written);
	diags_free(&unheard);
	return same;
}

/* The history is what is played. A list beside it that somebody has changed would be ignored. */
static void read_recording(struct schedule *s, const struct program *g, const struct node *root, size_t from)
{
	const struct node *list = yaml_find(root, "schedule");
	if (s->policy < 0 || !s->has_seed || !s->has_fair)
		unfit(s, DIAG_MISSING, (struct place){ 0 }, NOTHING_TO_SAY, SAY(RECORDING_SAYS));
	else if (recording_read(&s->file.diags, g, &s->file.source, from, &s->history, &s->list) && list && !is_list_of(s, g, list))
		unfit(s, DIAG_DUPLICATE, list->place, SAY(DELETE_EITHER), SAY(LIST_AND_HISTORY_DIFFER));
}

/* ---- the file ---- */

static void read_text(struct schedule *s, struct program *g)
{
	struct file *f = &s->file;
	size_t lines, head = history_at(f, &lines);
	struct source header;
	source_init(&f->source, &f->arena, f->source.name, f->text, f->length);
	header = f->source;
	header.length = head;
	const struct node *root = yaml_read(&f->diags, &header);
	if (root && root->kind == NODE_MAP)
		read_header(s, g, root);
	if (!root || f->diags.errors)
		return;
	if (lines > head)
		read_recording(s, g, root, lines);
	else
		read_list(s, g, root->kind == NODE_MAP ? yaml_find(root, "schedule") : root);
}

/* Once: standard input can't be read again. */
static bool open_text(struct schedule *s, const char *path)
{
	bool given = path[0] == '[';            /* the list itself */
	if (s->opened)
		return s->readable;
	*s = (struct schedule){ .opened = true, .fair = true, .policy = -1, .cpus = 1, .quantum = -1 };
	if (given)
		file_given(&s->file, "--schedule", path);
	s->readable = given || file_read_recording(&s->file, path);
	return s->readable;
}

/* What is wrong with the file is reported when it is read. */
const char *schedule_settings(struct call *c, struct schedule *s, const char *path)
{
	if (!open_text(s, path))
		return NULL;
	struct file *f = &s->file;
	struct text t = { 0 };
	size_t lines;
	struct source header;
	source_init(&header, &f->arena, f->source.name, f->text, history_at(f, &lines));
	struct diags unheard = { .arena = &f->arena, .source = &header };
	const struct node *root = yaml_read(&unheard, &header), *set = root && root->kind == NODE_MAP ? yaml_find(root, "set") : NULL;
	for (size_t i = 0; set && set->kind == NODE_MAP && i < set->count; i++)
		if (set->item[i]->kind == NODE_SCALAR)
			setting_put(&t, set->key[i]->text, set->item[i]->text);
	const char *settings = t.length ? arena_word(&c->arena, text_is(&t), t.length) : NULL;
	text_free(&t);
	diags_free(&unheard);
	return settings;
}

int schedule_read(struct schedule *s, struct program *g, const char *path)
{
	struct file *f = &s->file;
	if (open_text(s, path))
		read_text(s, g);
	if (!f->diags.errors)
		return EXIT_FINE;
	diags_sort(&f->diags);
	findings_print(&f->diags, stderr);
	return EXIT_INPUT;
}

/* ---- what a run becomes by it ---- */

struct settings settings_of(const struct program *g)
{
	const struct cpu *cpu = &g->cpu;
	return (struct settings){ .seed = 1, .max_steps = UINT64_MAX, .policy = cpu->policy, .cpus = cpu->count, .quantum = cpu->quantum,
	                          .has_quantum = cpu->has_quantum, .batch = cpu->batch, .fair = true,
	                          .turn = g->has_schedule ? g->turn : NULL, .turns = g->has_schedule ? g->turns : 0 };
}

/* Does the schedule fit, all of it, where lines are fair or not? */
static bool fits(struct program *g, const struct settings *s, bool fair)
{
	world_layout(g, fair);
	if (g->diags.errors)
		return false;
	struct settings alone = *s;
	alone.policy = POLICY_FIFO;
	struct play *y = play_new(g, &alone, NULL, NULL);
	while (list_is_on(y) && play_step(y))
		;
	bool good = y->at->verdict != VERDICT_MISFIT;
	play_free(y);
	return good;
}

/* A recorded run is played as it was: what a flag would change would make it another. */
static int follow_recording(struct call *c, const struct schedule *from, const struct program *g, struct settings *s)
{
	static const enum option_id own[] = { OPTION_SEED, OPTION_POLICY, OPTION_CPUS, OPTION_QUANTUM };
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (call_has(c, own[i]))
			return complain(EXIT_USAGE, SAY(LEAVE_OUT_OR_LIST), SAY(AS_RECORDED, option_rows[own[i]].word));
	s->follows = &from->history;
	s->policy = (enum policy)from->policy;
	s->cpus = (uint32_t)from->cpus;
	s->has_quantum = from->quantum >= 0;
	s->quantum = s->has_quantum ? from->quantum : g->cpu.quantum;
	if (!call_has(c, OPTION_MAX_STEPS))
		s->max_steps = UINT64_MAX;      /* the recording says where it ends */
	if (!call_has(c, OPTION_MAX_OUTPUT))
		s->max_output = 0;
	return EXIT_FINE;
}

/* A schedule that does not say whether lines were fair when it was made is played as it fits: `explore`, and
 * users who think as it does, assume that they are not; an entry that takes a place in a line fits a fair one only. */
int schedule_take(struct call *c, struct schedule *from, struct program *g, const char *path, struct settings *s)
{
	if (!path)
		return EXIT_FINE;
	int code = schedule_read(from, g, path);
	s->turn = from->list.turn;
	s->turns = from->list.count;
	if (from->has_seed)
		s->seed = from->seed;
	if (from->has_fair)
		s->fair = from->fair;
	else if (code == EXIT_FINE)
		s->fair = !fits(g, s, false);
	return code == EXIT_FINE && schedule_is_recording(from) ? follow_recording(c, from, g, s) : code;
}

void schedule_free(struct schedule *s)
{
	free(s->list.turn);
	history_free(&s->history);
	file_free(&s->file);
}
