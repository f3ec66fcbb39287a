/* quiz, of which process starts which: how many there are, and their tree, which is typed in. Processes of one group are alike: where others of
 * them have the parents that they could have in another run, the tree is the same. */
#include "ui/cli/quiz.h"
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 64, RUNS = 8, MOST_STEPS = 100000 };

/* By process: which one started it; 0: none did. It is heard, for a dead parent is forgotten. */
struct family { struct listener listener; proc_id *parent; };

static void hear_birth(struct listener *l, const struct play *y, const struct news *n)
{
	if (n->kind == NEWS_PROCESS)
		((struct family *)l)->parent[n->who] = who_is(y->world.shared, n->who)->parent;
}

static proc_id *parents_of(struct quiz *q, const struct settings *settings)
{
	size_t bytes = (q->trial.g->processes + 1) * sizeof(proc_id);
	struct family f = { { .hear = hear_birth }, arena_get(&q->call->arena, bytes) };
	memset(f.parent, 0, bytes);
	struct play *y = play_new(q->trial.g, settings, NULL, &f.listener);
	while (!ends_now() && y->at->steps < MOST_STEPS && play_step(y))
		;
	play_free(y);
	return f.parent;
}

static bool counts_in_tree(const struct program *g, const proc_id *parent, proc_id p)
{
	return p != MAIN && parent[p] && !g->process[p].within && !g->group[g->process[p].group].service;
}

/* ---- trees that are the same ---- */

static int by_word(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The groups of a process and of those below it, in one order: "parent(kid()kid())". depth: a circle has no end. */
static const char *shape(struct quiz *q, const proc_id *parent, proc_id root, int depth)
{
	const struct program *g = q->trial.g;
	const char **child = must_have(calloc(g->processes + 1, sizeof *child));
	struct text t = { 0 };
	size_t n = 0;
	for (proc_id p = MAIN; p < g->processes && depth < DEEPEST; p++)
		if (counts_in_tree(g, parent, p) && parent[p] == root)
			child[n++] = shape(q, parent, p, depth + 1);
	qsort(child, n, sizeof *child, by_word);
	text_print(&t, "%s(", g->group[g->process[root].group].name);
	for (size_t i = 0; i < n; i++)
		text_put(&t, child[i]);
	text_char(&t, ')');
	const char *is = arena_word(&q->call->arena, text_is(&t), t.length);
	text_free(&t);
	free(child);
	return is;
}

/* In other orders, and with other draws, too? */
static bool is_certain(struct quiz *q, const proc_id *parent)
{
	struct settings s = q->trial.settings;
	const char *here = shape(q, parent, MAIN, 0);
	s.policy = POLICY_RANDOM;
	for (uint64_t i = 1; i <= RUNS && !ends_now(); i++) {
		s.seed = q->trial.settings.seed + i;
		if (strcmp(here, shape(q, parents_of(q, &s), MAIN, 0)) != 0)
			return false;
	}
	return true;
}

/* ---- reading one ---- */

struct drawing {
	const struct quiz *q;
	const proc_id *truth;
	proc_id *parent;                /* by process, as drawn; 0: it is not there */
	const char *at;                 /* what is to be read yet */
	const char *wrong;              /* a word that is no name, or a bracket; */
	proc_id twice;                  /* or a process that stands there twice */
};

static bool in_word(char c)
{
	return c && !quiz_separates(c) && !strchr("()[]{}:-", c);
}

/* Up to the next word or mark: a blank, a comma and a dash say nothing. */
static char peek(struct drawing *d)
{
	while (*d->at && *d->at != '>' && *d->at != ';' && (quiz_separates(*d->at) || *d->at == '-'))
		d->at++;
	return *d->at;
}

static bool fail(struct drawing *d, size_t n)
{
	d->wrong = n ? arena_word(&d->q->call->arena, d->at, n) : " ";
	return false;
}

/* A group's name stands for its next process that is not there yet. */
static bool is_called(const struct drawing *d, proc_id p, const char *word, size_t n)
{
	const struct program *g = d->q->trial.g;
	const char *name = g->process[p].name, *group = g->group[g->process[p].group].name;
	if (p != MAIN && !counts_in_tree(g, d->truth, p))
		return false;
	return (strlen(name) == n && !memcmp(name, word, n)) || (!d->parent[p] && strlen(group) == n && !memcmp(group, word, n));
}

static bool read_name(struct drawing *d, proc_id *who)
{
	size_t n = 0;
	while (in_word(d->at[n]))
		n++;
	*who = 0;
	for (proc_id p = MAIN; n && p < d->q->trial.g->processes && !*who; p++)
		if (is_called(d, p, d->at, n))
			*who = p;
	if (!*who)
		return fail(d, n ? n : !!*d->at);
	d->at += n;
	return true;
}

static bool add_edge(struct drawing *d, proc_id who, proc_id parent)
{
	if (d->parent[who] || who == MAIN) {
		d->twice = who;
		return false;
	}
	d->parent[who] = parent;
	return true;
}

/* "main(a(c) b)"; what stands outside is main's, and brackets that are not closed end with the line. */
static bool read_nested(struct drawing *d)
{
	proc_id above[DEEPEST] = { MAIN }, last = 0;
	int depth = 0;
	for (char c; (c = peek(d));) {
		if (strchr("([{", c)) {
			if (!last || depth == DEEPEST - 1)
				return fail(d, 1);
			above[++depth] = last;
			last = 0;
			d->at++;
		} else if (strchr(")]}", c)) {
			if (!depth)
				return fail(d, 1);
			last = above[depth--];
			d->at++;
		} else if (!in_word(c)) {
			return fail(d, 1);
		} else if (!read_name(d, &last) || ((depth || last != MAIN) && !add_edge(d, last, above[depth]))) {
			return false;
		}
	}
	return true;
}

/* "main: a b; a: c", "main > a > c": behind a colon or arrow stand the children of the name before it. */
static bool read_list(struct drawing *d)
{
	proc_id last = 0, parent = 0;
	bool from_arrow = false;        /* so "a" of "main > a > c" is a child and a parent */
	for (char c; (c = peek(d)); ) {
		if (c == ';') {
			parent = last = 0;
			from_arrow = false;
			d->at++;
		} else if (c == ':' || c == '>') {
			if (!last)
				return fail(d, 1);
			parent = last;
			from_arrow = c == '>';
			d->at++;
		} else {
			if (!in_word(c))
				return fail(d, 1);
			const char *word = d->at;
			if (!read_name(d, &last))
				return false;
			char next = peek(d);
			bool head = (next == ':' || next == '>') && !from_arrow;
			if (!head && !parent) {
				d->at = word;
				return fail(d, strcspn(word, " ,;>:\r\n"));
			}
			if (!head && !add_edge(d, last, parent))
				return false;
			from_arrow = false;
		}
	}
	return true;
}

static bool read_tree(struct drawing *d)
{
	memset(d->parent, 0, (d->q->trial.g->processes + 1) * sizeof *d->parent);
	d->wrong = NULL;
	d->twice = 0;
	d->at = d->q->line;
	return strpbrk(d->at, ":>") && !strpbrk(d->at, "([{") ? read_list(d) : read_nested(d);
}

/* ---- marking it ---- */

/* Does some process of the one's group have a parent of the other's? */
static bool may_start(const struct program *g, const proc_id *parent, proc_id who, proc_id by)
{
	const struct group *group = &g->group[g->process[who].group];
	for (uint32_t k = 0; k < group->count; k++)
		if (parent[group->first + k] && g->process[parent[group->first + k]].group == g->process[by].group)
			return true;
	return false;
}

static struct message wrong_edge(const struct drawing *d, proc_id p)
{
	return SAY(QUIZ_WRONG_EDGE, quiz_name(d->q, p), quiz_name(d->q, d->parent[p]), quiz_name(d->q, d->truth[p]));
}

/* One that no run has; then one that is missing; then one that this run has otherwise. */
static struct message first_wrong(const struct drawing *d)
{
	const struct program *g = d->q->trial.g;
	for (proc_id p = MAIN; p < g->processes; p++)
		if (d->parent[p] && !may_start(g, d->truth, p, d->parent[p]))
			return wrong_edge(d, p);
	for (proc_id p = MAIN; p < g->processes; p++)
		if (!d->parent[p] && counts_in_tree(g, d->truth, p))
			return SAY(QUIZ_MISSING_EDGE, quiz_name(d->q, p), quiz_name(d->q, d->truth[p]));
	for (proc_id p = MAIN; p < g->processes; p++)
		if (d->parent[p] != d->truth[p] && counts_in_tree(g, d->truth, p))
			return wrong_edge(d, p);
	return NOTHING_TO_SAY;
}

static void put_tree(const struct quiz *q, struct text *t, const proc_id *parent, proc_id root)
{
	bool first = true;
	text_put(t, quiz_name(q, root));
	for (proc_id p = MAIN; p < q->trial.g->processes; p++)
		if (counts_in_tree(q->trial.g, parent, p) && parent[p] == root) {
			text_char(t, first ? '(' : ' ');
			first = false;
			put_tree(q, t, parent, p);
		}
	text_put(t, first ? "" : ")");
}

static void show_children(const struct quiz *q, const proc_id *parent, proc_id of, int depth)
{
	for (proc_id p = MAIN; p < q->trial.g->processes; p++)
		if (counts_in_tree(q->trial.g, parent, p) && parent[p] == of) {
			printf("  %*s%s\n", depth * 2, "", quiz_name(q, p));
			show_children(q, parent, p, depth + 1);
		}
}

static void ask_number(struct quiz *q, int64_t n)
{
	int64_t said[MOST_NUMBERS];
	int count = 0;
	bool fits = false;
	const char *strange = "";
	for (bool any = quiz_ask(q, SAY(QUIZ_PROCESSES)); any; any = quiz_read(q)) {
		quiz_make_plain(q->line);
		if (quiz_read_numbers(q, said, &count, &strange)) {
			fits = count == 1 && said[0] == n;
			break;
		}
		print_line(SAY(QUIZ_NO_NUMBER, strange), stdout);
	}
	quiz_judge(q, fits, arena_print(&q->call->arena, "%lld", (long long)n));
}

static void ask_shape(struct quiz *q, const proc_id *truth)
{
	size_t bytes = (q->trial.g->processes + 1) * sizeof *truth;
	struct drawing d = { .q = q, .truth = truth, .parent = arena_get(&q->call->arena, bytes) };
	struct text right = { 0 };
	bool fits = false, drawn = false;
	put_tree(q, &right, truth, MAIN);
	for (bool any = quiz_ask(q, SAY(QUIZ_TREE)); any; any = quiz_read(q)) {
		quiz_make_plain(q->line);
		drawn = read_tree(&d);
		if (drawn) {
			fits = !strcmp(shape(q, d.parent, MAIN, 0), shape(q, truth, MAIN, 0));
			break;
		}
		print_line(d.twice ? SAY(QUIZ_TREE_TWICE, quiz_name(q, d.twice)) : SAY(QUIZ_TREE_UNREADABLE, d.wrong), stdout);
	}
	quiz_judge(q, fits, text_is(&right));
	if (drawn && !fits)
		print_line(first_wrong(&d), stdout);
	if (!q->left) {
		printf("  main\n");
		show_children(q, truth, MAIN, 1);
	}
	text_free(&right);
}

void quiz_ask_of_tree(struct quiz *q)
{
	const struct program *g = q->trial.g;
	const proc_id *parent = parents_of(q, &q->trial.settings);
	int64_t n = 0;
	bool nested = false;
	for (proc_id p = MAIN; p < g->processes; p++)
		if (counts_in_tree(g, parent, p)) {
			n++;
			nested |= parent[p] != MAIN;
		}
	if (q->left || !nested || !is_certain(q, parent))
		return;
	ask_number(q, n);
	if (!q->left)
		ask_shape(q, parent);
}
