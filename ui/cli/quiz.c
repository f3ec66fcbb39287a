/* quiz: what will the scheduler do, and what can happen at all? Shows the processes, asks, compares, and explains: with the chart, or
 * by every interleaving. */
#include "ui/cli/quiz.h"
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include "sim/explore/apart.h"
#include "sim/report/metrics.h"
#include "ui/dashboard/listing.h"

enum { WIDTH = 100, BEHIND_NAME = 4 };          /* cells of a chart; where what a process does goes on in another line */

static bool chinese(const struct quiz *q)
{
	return !strcmp(q->call->language, "zh");
}

static const char *ms(const struct quiz *q, double micros)
{
	struct text t = { 0 };
	metrics_ms(&t, micros);
	const char *word = arena_word(&q->call->arena, text_is(&t), t.length);
	text_free(&t);
	return word;
}

/* Part of a line. */
static void put(struct message m)
{
	struct text t = { 0 };
	text_say(&t, m);
	fputs(text_is(&t), stdout);
	text_free(&t);
}

/* A sentence that may need several lines: of the first, so many columns are taken. */
static void put_prose(struct message m, int taken, int indent)
{
	struct text t = { 0 };
	text_say(&t, m);
	print_prose(text_is(&t), taken, indent, stdout);
	text_free(&t);
}

static void put_shown(const char *s)
{
	struct text t = { 0 };
	text_shown(&t, s, strlen(s));
	fputs(text_is(&t), stdout);
	text_free(&t);
}

/* ---- what is known ---- */

/* Loops and branches: what is in them can't be shown in one line. */
static bool is_nested(const struct step *s)
{
	switch (s->verb) {
	case VERB_IF: case VERB_WHILE: case VERB_FOREVER: case VERB_REPEAT: case VERB_FOR: case VERB_TRY: case VERB_WITH: return true;
	default: return false;
	}
}

/* The rows of the listing in which its steps stand; none: they are not needed, one comes after the other. */
static struct rows { int from, to; } rows_of(const struct listing *l, const struct program *g, const struct function *f)
{
	struct rows rows = { 0, 0 };
	bool nested = false;
	for (uint32_t i = f->entry; i < f->end; i++) {
		const struct step *s = &g->step[g->code[i].step];
		int row = l->of_step[g->code[i].step];
		if (!s->place.line || !s->text || row < 0)
			continue;
		nested = nested || is_nested(s);
		rows.from = rows.to && rows.from < row ? rows.from : row;
		rows.to = rows.to > row + 1 ? rows.to : row + 1;
	}
	return nested ? rows : (struct rows){ 0, 0 };
}

static void show_rows(const struct listing *l, struct rows rows)
{
	int least = l->row[rows.from].indent;
	for (int i = rows.from; i < rows.to; i++)
		least = l->row[i].indent < least ? l->row[i].indent : least;
	putchar('\n');
	for (int i = rows.from; i < rows.to; i++) {
		printf("      %*s", 2 * (l->row[i].indent - least), "");
		put_shown(l->row[i].text);
		putchar('\n');
	}
}

/* Its steps in one line. */
static void put_steps(struct text *t, const struct program *g, const struct function *f)
{
	uint32_t last = 0;
	for (uint32_t i = f->entry; i < f->end; i++) {
		const struct step *s = &g->step[g->code[i].step];
		if (g->code[i].step == last || !s->place.line || !s->text)
			continue;
		last = g->code[i].step;
		text_list(t, &sentence_PARTS_ARE, s->text);
	}
}

/* taken: so many columns of the line, by its name. known: what has been said of it. */
static void show_program(const struct quiz *q, const struct listing *l, proc_id p, int taken, const char *known)
{
	const struct program *g = q->trial.g;
	const struct group *group = &g->group[g->process[p].group];
	const struct function *f = &g->function[group->function];
	struct rows rows = rows_of(l, g, f);
	struct text steps = { 0 };
	if (rows.to && p != group->first) {
		put_prose(SAY(QUIZ_AS, known, quiz_name(q, group->first)), taken, BEHIND_NAME);
		return;
	}
	if (rows.to) {
		put(SAY(QUIZ_LINES, known));
		show_rows(l, rows);
		return;
	}
	put_steps(&steps, g, f);
	put_prose(SAY(QUIZ_STEPS, known, text_is(&steps)), taken, BEHIND_NAME);
	text_free(&steps);
}

static void list(struct text *t, const struct sentence *how, struct message m)
{
	struct text one = { 0 };
	text_say(&one, m);
	text_list(t, how, text_is(&one));
	text_free(&one);
}

static struct message level_words(const struct quiz *q, uint32_t i)
{
	struct level l = level_of(q->play, i);
	if (l.policy == POLICY_FIFO)
		return SAY(QUIZ_LEVEL_FIFO, i);
	if (q->trial.settings.policy == POLICY_MLFQ && l.allotment > 1)
		return SAY(QUIZ_LEVEL_TIMES, i, ms(q, l.quantum), l.allotment);
	return SAY(QUIZ_LEVEL, i, ms(q, l.quantum));
}

static void show_policy(const struct quiz *q)
{
	const struct settings *s = &q->trial.settings;
	const struct policy_row *p = &policy_rows[s->policy];
	struct text t = { 0 };
	list(&t, &sentence_CLAUSES_ARE, SAY(QUIZ_POLICY, p->word, spoken(p->title, p->title_zh), s->cpus));
	if (policy_has_slices(s->policy, s->has_quantum))
		list(&t, &sentence_CLAUSES_ARE, SAY(QUIZ_QUANTUM, ms(q, s->quantum)));
	for (uint32_t i = 0; i < levels_of(q->play); i++)
		list(&t, &sentence_CLAUSES_ARE, level_words(q, i));
	if (levels_of(q->play) && q->trial.g->cpu.boost)
		list(&t, &sentence_PARTS_ARE, SAY(QUIZ_BOOST, ms(q, q->trial.g->cpu.boost)));
	list(&t, &sentence_PARTS_ARE, SAY(QUIZ_ACTION, ms(q, q->trial.g->cpu.step)));
	puts(text_is(&t));
	text_free(&t);
}

/* What its group says of it to the policy. */
static struct message standing(const struct quiz *q, const struct group *group)
{
	switch (q->trial.settings.policy) {
	case POLICY_PRIORITY: case POLICY_MLQ:     return SAY(QUIZ_PRIORITY, group->priority);
	case POLICY_LOTTERY:  case POLICY_STRIDE:  return SAY(QUIZ_TICKETS, group->tickets ? group->tickets : 1);
	case POLICY_EDF:                           return group->deadline ? SAY(QUIZ_DEADLINE, ms(q, group->deadline)) : NOTHING_TO_SAY;
	default:                                   return NOTHING_TO_SAY;
	}
}

static void show_work(const struct quiz *q)
{
	const struct program *g = q->trial.g;
	struct listing l;
	listing_make(&l, g);
	put_shown(g->title ? g->title : g->name);
	putchar('\n');
	show_policy(q);
	for (proc_id p = MAIN; p < g->processes; p++) {
		const struct group *group = &g->group[g->process[p].group];
		if (!chart_shows(q->play, p))
			continue;
		const char *name = quiz_name(q, p);
		size_t bytes = strlen(name);
		int taken = printf("  %-10s ", name) - (int)bytes + utf8_cells(name, bytes);
		struct text known = { 0 };
		list(&known, &sentence_CLAUSES_ARE, SAY(QUIZ_ARRIVES, ms(q, q->play->actor[p].arrive)));
		if (standing(q, group).sentence)
			list(&known, &sentence_CLAUSES_ARE, standing(q, group));
		show_program(q, &l, p, taken, text_is(&known));
		text_free(&known);
	}
	listing_free(&l);
}

/* ---- asking ---- */

/* Marks and digits as a Chinese keyboard writes them become those that the rest reads. */
void quiz_make_plain(char *line)
{
	static const char *const marks[][2] = {
		{ "，", "," }, { "、", "," }, { "；", ";" }, { "→", ">" }, { "＞", ">" }, { "《", "<" }, { "》", ">" }, { "\u3000", " " },
		{ "．", "." }, { "（", "(" }, { "）", ")" }, { "【", "[" }, { "】", "]" }, { "：", ":" }, { "毫秒", "ms" }, { "微秒", "us" }, { "秒", "s" },
	};
	char *out = line;
	for (const char *at = line; *at;) {
		uint32_t code;
		size_t n = (size_t)utf8_next(at, &code), i = 0;
		while (i < sizeof marks / sizeof *marks && strncmp(at, marks[i][0], strlen(marks[i][0])))
			i++;
		if (i < sizeof marks / sizeof *marks) {         /* never longer than what it stands for */
			at += strlen(marks[i][0]);
			for (const char *s = marks[i][1]; *s; s++)
				*out++ = *s;
		} else if (code >= 0xff10 && code <= 0xff19) {
			*out++ = (char)('0' + code - 0xff10);
			at += n;
		} else {
			memmove(out, at, n);
			out += n;
			at += n;
		}
	}
	*out = 0;
}

/* q, if no process is called so. */
static bool leaves(const struct quiz *q)
{
	static const char *const words[] = { "q", "quit", "退出", NULL };
	const char *word = quiz_typed(q);
	for (proc_id p = MAIN; p < q->trial.g->processes; p++)
		if (!strcmp(quiz_name(q, p), word))
			return false;
	return quiz_is_one_of(word, words);
}

/* One line; false: there is none any more. */
static bool read_line(struct quiz *q)
{
	fputs("> ", stdout);
	output_error(true);
	bool read = getline(&q->line, &q->room, stdin) >= 0;
	if (!read)
		putchar('\n');
	q->left = read && leaves(q);
	q->skipped = !read || q->left;
	return !q->skipped;
}

static bool is_blank(const char *s)
{
	return !s[strspn(s, " \t\r\n")];
}

/* Nothing was typed: it is asked again, and the second time it is skipped. */
bool quiz_read(struct quiz *q)
{
	if (!read_line(q))
		return false;
	if (is_blank(q->line)) {
		print_line(SAY(QUIZ_SKIP), stdout);
		if (!read_line(q))
			return false;
	}
	q->skipped = is_blank(q->line);
	return !q->skipped;
}

void quiz_begin(struct quiz *q, struct message first)
{
	int taken = printf("\n%d. ", ++q->asked) - 1;
	put_prose(first, taken, taken);
	q->skipped = false;
}

bool quiz_ask(struct quiz *q, struct message question)
{
	quiz_begin(q, question);
	return quiz_read(q);
}

/* What was typed, without blanks around it. */
const char *quiz_typed(const struct quiz *q)
{
	const char *at = q->line + strspn(q->line, " \t\r\n");
	size_t n = strlen(at);
	while (n && isspace((unsigned char)at[n - 1]))
		n--;
	return arena_word(&q->call->arena, at, n);
}

/* A question at which the viewer leaves is none that was asked, and can be asked again. */
void quiz_judge(struct quiz *q, bool right, const char *answer)
{
	q->asked -= q->left;
	q->right += right;
	if (q->left)
		print_line(SAY(QUIZ_LEFT), stdout);
	else if (right)
		print_line(SAY(QUIZ_RIGHT), stdout);
	else if (q->skipped)
		print_line(SAY(QUIZ_SKIPPED, answer), stdout);
	else
		print_line(SAY(QUIZ_WRONG, answer), stdout);
}

bool quiz_separates(char c)
{
	return isspace((unsigned char)c) || c == ',' || c == ';' || c == '>' || c == '<';
}

/* The answer's words are these names, in this order: "a b c", "a, b, c", "a > b > c". */
static bool says_names(const struct quiz *q, const proc_id *name)
{
	const char *at = q->line;
	for (int i = 0; i < q->processes; i++) {
		size_t n = 0;
		while (quiz_separates(*at))
			at++;
		while (at[n] && !quiz_separates(at[n]))
			n++;
		if (strlen(quiz_name(q, name[i])) != n || memcmp(at, quiz_name(q, name[i]), n))
			return false;
		at += n;
	}
	while (quiz_separates(*at))
		at++;
	return !*at;
}

static bool is_name(const struct quiz *q, const char *word, size_t n)
{
	for (int i = 0; i < q->processes; i++)
		if (strlen(quiz_name(q, q->order[i])) == n && !memcmp(word, quiz_name(q, q->order[i]), n))
			return true;
	return false;
}

/* The first word that is the name of none of them, or NULL. */
static const char *strange_word(const struct quiz *q)
{
	for (const char *at = q->line; *at;) {
		size_t n = 0;
		while (at[n] && !quiz_separates(at[n]))
			n++;
		if (n && !is_name(q, at, n))
			return arena_word(&q->call->arena, at, n);
		at += n + !n;
	}
	return NULL;
}

/* "7", "7 ms", "7000us": milliseconds, unless it says otherwise. false: it is no time. */
static bool read_time(const char *line, int64_t *micros)
{
	char word[64];
	size_t n = 0;
	for (const char *at = line; *at && n < sizeof word - 3; at++)
		if (!isspace((unsigned char)*at))
			word[n++] = *at;
	word[n] = 0;
	char *end;
	double ms = strtod(word, &end);
	if (n && !*end && ms >= 0 && ms < 1e12) {
		*micros = (int64_t)(ms * 1000 + 0.5);
		return true;
	}
	return number_read(word, n, micros);
}

static void ask_order(struct quiz *q, struct message question, const proc_id *name)
{
	struct text answer = { 0 };
	const char *all = "", *strange = NULL;
	if (q->left || q->processes < 2)        /* of one there is no order */
		return;
	bool right = false, said = quiz_ask(q, question);
	for (int i = 0; i < q->processes; i++) {
		text_list(&answer, &sentence_NAMES_ARE, quiz_name(q, name[i]));
		all = word_list(&q->call->arena, all, quiz_name(q, q->row[i]));
	}
	for (; said; said = quiz_read(q)) {
		right = says_names(q, name);
		if (!right) {                   /* only then: what is a mark may also be part of a name */
			quiz_make_plain(q->line);
			right = says_names(q, name);
			strange = strange_word(q);
		}
		if (right || !strange)
			break;
		print_line(SAY(QUIZ_NO_NAME, strange, all), stdout);
	}
	quiz_judge(q, right, text_is(&answer));
	text_free(&answer);
}

static void ask_time(struct quiz *q, struct message question, int64_t micros)
{
	int64_t said = -1;
	if (q->left)
		return;
	for (bool any = quiz_ask(q, question); any; any = quiz_read(q)) {
		const char *word = quiz_typed(q);
		quiz_make_plain(q->line);
		if (read_time(q->line, &said))
			break;
		print_line(SAY(QUIZ_NO_TIME, word), stdout);
	}
	quiz_judge(q, said == micros, arena_print(&q->call->arena, "%s ms", ms(q, micros)));
}

/* ---- a table, cell by cell ---- */

enum { COMPLETION, TURNAROUND, WEIGHTED, WAITED, RESPONSE, CELLS };
static const char *const columns[CELLS][2] = { { "completion", "完成时间" }, { "turnaround", "周转时间" },
	{ "weighted turnaround", "带权周转时间" }, { "waiting", "等待时间" }, { "response", "响应时间" } };

/* In microseconds, the weighted one in thousandths. */
static int64_t right_cell(const struct quiz *q, proc_id p, int column)
{
	const struct actor *a = &q->play->actor[p];
	switch (column) {
	case COMPLETION: return a->finish;
	case TURNAROUND: return a->finish - a->arrive;
	case WEIGHTED:   return a->used ? (int64_t)((double)(a->finish - a->arrive) * 1000 / (double)a->used + 0.5) : 0;
	case WAITED:     return a->wait;
	default:         return a->first_run - a->arrive;
	}
}

static const char *shown_cell(const struct quiz *q, proc_id p, int column)
{
	int64_t n = right_cell(q, p, column);
	return column == WEIGHTED ? arena_print(&q->call->arena, "%.2f", (double)n / 1000) : ms(q, (double)n);
}

/* A weighted turnaround may be rounded in the last of two digits. */
static bool is_cell(const struct quiz *q, proc_id p, int column, int64_t said)
{
	int64_t n = right_cell(q, p, column);
	return column == WEIGHTED ? llabs(said - n) <= 10 : said == n;
}

/* -1: left empty. false: they are not so many, or one is no time. */
static bool read_row(char *line, int64_t given[CELLS])
{
	char *rest = NULL;
	int n = 0;
	for (char *word = strtok_r(line, " ,;\t\r\n", &rest); word; word = strtok_r(NULL, " ,;\t\r\n", &rest)) {
		if (!strcmp(word, "ms") && n)
			continue;
		if (n == CELLS)
			return false;
		given[n] = -1;
		if (strcmp(word, "-") && !read_time(word, &given[n]))
			return false;
		n++;
	}
	return n == CELLS;
}

/* "3-5, 7-9": when it was in that state. */
static const char *spans_of(const struct quiz *q, proc_id p, enum state state)
{
	const struct chart *c = &q->trial.chart;
	const char *all = "";
	int64_t from = -1, until = -1;
	for (size_t i = 0; i <= c->turnings; i++) {
		const struct turning *t = i < c->turnings ? &c->turning[i] : NULL;
		if (t && t->who != p)
			continue;
		bool begins = t && t->to == state;
		if (begins && from < 0)
			from = t->time;
		else if (begins && t->time > until && until >= 0) {
			all = word_list(&q->call->arena, all, arena_print(&q->call->arena, "%s-%s", ms(q, (double)from), ms(q, (double)until)));
			from = t->time;
		}
		if (begins)
			until = -1;
		else if (t && from >= 0 && until < 0)
			until = t->time;
		if (!t && from >= 0)
			all = word_list(&q->call->arena, all, arena_print(&q->call->arena, "%s-%s", ms(q, (double)from), ms(q, (double)until)));
	}
	return all;
}

static struct message why_cell(const struct quiz *q, proc_id p, int column)
{
	const struct actor *a = &q->play->actor[p];
	const char *is = shown_cell(q, p, column);
	switch (column) {
	case COMPLETION: return SAY(QUIZ_WHY_COMPLETION, spans_of(q, p, STATE_RUNNING), is);
	case TURNAROUND: return SAY(QUIZ_WHY_TURNAROUND, ms(q, (double)a->finish), ms(q, (double)a->arrive), is);
	case WEIGHTED:   return SAY(QUIZ_WHY_WEIGHTED, shown_cell(q, p, TURNAROUND), ms(q, (double)a->used), is);
	case WAITED:     return a->wait ? SAY(QUIZ_WHY_WAITING, spans_of(q, p, STATE_READY), is) : SAY(QUIZ_WHY_NO_WAITING);
	default:         return SAY(QUIZ_WHY_RESPONSE, ms(q, (double)a->first_run), ms(q, (double)a->arrive), is);
	}
}

/* What was filled in, each wrong cell with what is right behind it. */
static void show_marked(struct quiz *q, int64_t (*given)[CELLS])
{
	struct table t = { .columns = CELLS + 1, .width = columns_of(stdout) };
	struct text out = { 0 };
	bool wrong = false;
	table_cell(&t, spoken("process", "进程"));
	for (int k = 0; k < CELLS; k++)
		table_cell(&t, columns[k][chinese(q)]);
	for (int i = 0; i < q->processes; i++) {
		table_cell(&t, quiz_name(q, q->row[i]));
		for (int k = 0; k < CELLS; k++) {
			int64_t n = given[i][k];
			const char *is = shown_cell(q, q->row[i], k), *said = n < 0 ? "-" : ms(q, (double)n);
			bool right = n >= 0 && is_cell(q, q->row[i], k, n);
			q->right += right;
			q->asked++;
			wrong |= !right;
			table_cell(&t, right ? is : say_word(&q->call->arena, SAY(QUIZ_WRONG_CELL, said, is)));
		}
	}
	table_print(&out, &t, TABLE_TEXT);
	fputs(text_is(&out), stdout);
	if (wrong)
		print_line(SAY(QUIZ_MARKS), stdout);
	text_free(&out);
	table_free(&t);
}

static void explain_first_wrong(const struct quiz *q, int64_t (*given)[CELLS])
{
	for (int i = 0; i < q->processes; i++)
		for (int k = 0; k < CELLS; k++)
			if (given[i][k] < 0 || !is_cell(q, q->row[i], k, given[i][k])) {
				print_line(SAY(QUIZ_FIRST_WRONG, columns[k][chinese(q)], quiz_name(q, q->row[i]), say_word(&q->call->arena, why_cell(q, q->row[i], k))), stdout);
				return;
			}
}

static void ask_table(struct quiz *q)
{
	int64_t(*given)[CELLS] = arena_get(&q->call->arena, (size_t)q->processes * sizeof *given);
	memset(given, -1, (size_t)q->processes * sizeof *given);
	putchar('\n');
	print_line(SAY(QUIZ_FILL), stdout);
	for (int i = 0; i < q->processes && !q->left; i++) {
		printf("\n%s\n", quiz_name(q, q->row[i]));
		for (bool any = quiz_read(q); any; any = quiz_read(q)) {
			quiz_make_plain(q->line);
			if (read_row(q->line, given[i]))
				break;
			memset(given[i], -1, sizeof given[i]);
			print_line(SAY(QUIZ_ROW, CELLS), stdout);
		}
	}
	putchar('\n');
	show_marked(q, given);
	explain_first_wrong(q, given);
}

/* ---- what depends on dice is not asked ---- */

static bool draws_by_policy(enum policy p)
{
	return p == POLICY_LOTTERY || p == POLICY_RANDOM;
}

static bool comes_before(int64_t mine, int64_t other, bool equal)
{
	return equal ? mine == other : mine < other;
}

/* What is not as it was here, with another seed, can't be worked out. */
static void compare_with(struct quiz *q, const struct play *y)
{
	const struct actor *here = q->play->actor, *there = y->actor;
	for (int i = 0; i < q->processes; i++) {
		proc_id p = q->order[i], next = i + 1 < q->processes ? q->order[i + 1] : p;
		proc_id e = q->finish[i], after = i + 1 < q->processes ? q->finish[i + 1] : e;
		q->drawn.order |= next != p && !comes_before(there[p].first_run, there[next].first_run, here[p].first_run == here[next].first_run);
		q->drawn.finish |= after != e && !comes_before(there[e].finish, there[after].finish, here[e].finish == here[after].finish);
		q->drawn.times |= here[p].first_run != there[p].first_run || here[p].finish != there[p].finish || here[p].wait != there[p].wait;
	}
}

static void find_drawn(struct quiz *q)
{
	enum { SEEDS_TRIED = 8 };
	struct settings s = q->trial.settings;
	for (uint64_t i = 1; i <= SEEDS_TRIED && !ends_now(); i++) {
		s.seed = q->trial.settings.seed + i;
		struct play *y = play_new(q->trial.g, &s, NULL, NULL);
		while (!ends_now() && play_step(y))
			;
		compare_with(q, y);
		play_free(y);
	}
}

/* ---- beyond scheduling: what every interleaving shows ---- */

enum { MOST_STATES = 200000 };

/* "1 2 3", in any order. false: a word is no number. *strange is that word. */
bool quiz_read_numbers(const struct quiz *q, int64_t number[MOST_NUMBERS], int *count, const char **strange)
{
	*count = 0;
	for (const char *at = q->line; *at;) {
		size_t n = 0;
		while (at[n] && !quiz_separates(at[n]))
			n++;
		if (n) {
			char *end;
			long long one = strtoll(at, &end, 10);
			if (end != at + n || *count == MOST_NUMBERS) {
				*strange = arena_word(&q->call->arena, at, n);
				return false;
			}
			number[(*count)++] = one;
		}
		at += n + !n;
	}
	return *count > 0;
}

static bool has_number(const int64_t *number, int count, int64_t n)
{
	for (int i = 0; i < count; i++)
		if (number[i] == n)
			return true;
	return false;
}

static bool same_numbers(const int64_t *a, int na, const int64_t *b, int nb)
{
	for (int i = 0; i < na; i++)
		if (!has_number(b, nb, a[i]))
			return false;
	for (int i = 0; i < nb; i++)
		if (!has_number(a, na, b[i]))
			return false;
	return true;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* The values a shared number has in the outcomes, those of a deadlock among them; 0: it is no number. */
static int values_of(const struct exploration *x, size_t which, int64_t number[MOST_NUMBERS])
{
	int count = 0;
	for (size_t i = 0; i < x->outcomes; i++) {
		if (!value_is_int(x->outcome[i].values[which]))
			return 0;
		int64_t n = value_int(x->g->pool, x->outcome[i].values[which]);
		if (count == MOST_NUMBERS && !has_number(number, count, n))
			return 0;
		if (!has_number(number, count, n))
			number[count++] = n;
	}
	qsort(number, (size_t)count, sizeof *number, by_size);
	return count;
}

static void ask_values(struct quiz *q, const struct exploration *x, size_t which)
{
	int64_t right[MOST_NUMBERS], said[MOST_NUMBERS];
	int rights = values_of(x, which, right), saids = 0;
	const char *answer = "", *strange = "";
	if (!rights || q->left)
		return;
	for (int i = 0; i < rights; i++)
		answer = word_list(&q->call->arena, answer, arena_print(&q->call->arena, "%lld", (long long)right[i]));
	bool any = quiz_ask(q, SAY(QUIZ_VALUES, x->g->observe[which].name)), fits = false;
	for (; any; any = quiz_read(q)) {
		quiz_make_plain(q->line);
		if (quiz_read_numbers(q, said, &saids, &strange)) {
			fits = same_numbers(said, saids, right, rights);
			break;
		}
		print_line(SAY(QUIZ_NO_NUMBER, strange), stdout);
	}
	quiz_judge(q, fits, answer);
	if (!q->left)
		print_line(SAY(QUIZ_VALUES_WHY, command_on(q->call, "explore", q->call->operand[0], true)), stdout);
}

bool quiz_is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (!strcasecmp(word, *words))
			return true;
	return false;
}

static void ask_deadlock(struct quiz *q, bool can)
{
	static const char *const yes[] = { "yes", "y", "是", "能", "会", "可能", NULL }, *const no[] = { "no", "n", "否", "不", "不能", "不会", "不可能", NULL };
	bool fits = false;
	if (q->left)
		return;
	for (bool any = quiz_ask(q, SAY(QUIZ_DEADLOCK)); any; any = quiz_read(q)) {
		const char *word = quiz_typed(q);
		if (quiz_is_one_of(word, yes) || quiz_is_one_of(word, no)) {
			fits = quiz_is_one_of(word, yes) == can;
			break;
		}
		print_line(SAY(QUIZ_YES_OR_NO), stdout);
	}
	quiz_judge(q, fits, say_word(&q->call->arena, can ? SAY(QUIZ_YES) : SAY(QUIZ_NO)));
	if (!q->left)
		print_line(can ? SAY(QUIZ_DEADLOCK_WHY, command_on(q->call, "explore", q->call->operand[0], true)) : SAY(QUIZ_NO_DEADLOCK_WHY), stdout);
}

/* Where nothing is left undecided. */
static void ask_of(struct quiz *q, const struct exploration *x)
{
	bool stuck = false;
	if (!x->complete)
		return;
	for (size_t i = 0; i < x->outcomes; i++)
		stuck |= x->outcome[i].ending == ENDING_DEADLOCK;
	for (size_t v = 0; v < q->trial.g->observes; v++)
		ask_values(q, x, v);
	if (q->trial.g->objects > 1 || stuck)
		ask_deadlock(q, stuck);
}

static void ask_of_interleavings(struct quiz *q)
{
	enum { WAIT_MS = 50 };
	struct apart_wishes w = { .limits = { .states = MOST_STATES, .verdicts_only = true } };
	struct apart *a = apart_begin(q->trial.g, &w);
	if (!a)
		remark(SAY(NO_SEARCH_PROCESS, error_named(errno)));
	while (a && apart_take_in(a)) {
		struct pollfd f = { .fd = apart_fd(a), .events = POLLIN };
		if (ends_now())
			apart_give_up(a, STOP_WISH);
		else
			poll(&f, 1, WAIT_MS);
	}
	if (a && !ends_now())
		ask_of(q, apart_found(a));
	apart_free(a);
}

/* Of this run, under this policy. */
static void ask_of_run(struct quiz *q)
{
	uint64_t dice = dice_seed(q->trial.settings.seed, "quiz");
	proc_id one = q->order[dice_draw(&dice, 0, q->processes - 1)], other = q->order[dice_draw(&dice, 0, q->processes - 1)];
	const struct actor *a = &q->play->actor[one], *b = &q->play->actor[other];
	if (!q->drawn.order)
		ask_order(q, SAY(QUIZ_FIRST), q->order);
	if (!q->drawn.finish)
		ask_order(q, SAY(QUIZ_ENDS), q->finish);
	if (!q->drawn.times) {
		ask_time(q, SAY(QUIZ_TURNAROUND, quiz_name(q, one)), a->finish - a->arrive);
		ask_time(q, SAY(QUIZ_WAITING, quiz_name(q, other)), b->wait);
	}
}

static void ask_all(struct quiz *q)
{
	if (q->processes)
		ask_of_run(q);
	quiz_ask_own(q);
	if (q->trial.g->cpu.given || q->left)   /* it is about scheduling */
		return;
	ask_of_interleavings(q);
	quiz_ask_of_moments(q);
	quiz_ask_of_tree(q);
}

/* ---- the answers ---- */

static int by_number(const void *a, const void *b)
{
	proc_id x = *(const proc_id *)a, y = *(const proc_id *)b;
	return (x > y) - (x < y);
}

/* As they come in the chart's record, so that also what happens at one instant has its order. */
static void gather(struct quiz *q)
{
	const struct chart *c = &q->trial.chart;
	const struct program *g = q->trial.g;
	int n = 0, m = 0;
	bool *ran = must_have(calloc(g->processes, 2 * sizeof *ran)), *ended = ran + g->processes;
	q->order = arena_get(&q->call->arena, g->processes * sizeof *q->order);
	q->finish = arena_get(&q->call->arena, g->processes * sizeof *q->finish);
	for (size_t i = 0; i < c->turnings; i++) {
		proc_id p = c->turning[i].who;
		if (!metrics_count(q->play, p))
			continue;
		if (c->turning[i].to == STATE_RUNNING && !ran[p]) {
			ran[p] = true;
			q->order[n++] = p;
		}
		if ((c->turning[i].to == STATE_ZOMBIE || c->turning[i].to == STATE_TERMINATED) && q->play->actor[p].finish == c->turning[i].time &&
		    !ended[p]) {
			ended[p] = true;
			q->finish[m++] = p;
		}
	}
	q->processes = n < m ? n : m;
	q->row = arena_get(&q->call->arena, g->processes * sizeof *q->row);
	memcpy(q->row, q->order, (size_t)q->processes * sizeof *q->row);
	qsort(q->row, (size_t)q->processes, sizeof *q->row, by_number);
	free(ran);
}

static void explain(const struct quiz *q)
{
	const struct policy_row *p = &policy_rows[q->trial.settings.policy];
	struct text t = { 0 };
	text_char(&t, '\n');
	int most = columns_of(stdout);
	chart_print(&t, q->play, &q->trial.chart, most < WIDTH ? most : WIDTH, 0);
	chart_legend(&t, q->play, &(const struct chart *){ &q->trial.chart }, 1, most, chinese(q));
	metrics_table(&t, q->play, chinese(q));
	text_char(&t, '\n');
	fwrite(t.at, 1, t.length, stdout);
	put_prose(SAY(QUIZ_RULE, p->word, spoken(p->meaning, p->meaning_zh)), 0, 0);
	print_line(call_has(q->call, OPTION_FILL) ? SAY(QUIZ_CELLS, q->right, q->asked) : SAY(QUIZ_SCORE, q->right, q->asked), stdout);
	text_free(&t);
}

static int quiz(struct quiz *q, int policy, int64_t quantum)
{
	int code = trial_load(q->call, &q->trial);
	if (code != EXIT_FINE)
		return code;
	trial_settle(&q->trial, policy >= 0 ? (enum policy)policy : q->trial.g->cpu.policy, quantum);
	if (q->trial.settings.policy == POLICY_HOST)
		return complain(EXIT_USAGE, SAY(OTHER_POLICY), SAY(HOST_NOT_FORETOLD));
	if (draws_by_policy(q->trial.settings.policy))
		return complain(EXIT_USAGE, SAY(OTHER_POLICY), SAY(QUIZ_DRAWN, policy_rows[q->trial.settings.policy].word));
	if (q->trial.settings.policy == POLICY_MANUAL)
		return complain(EXIT_USAGE, SAY(OTHER_POLICY), SAY(QUIZ_VIEWER, policy_rows[POLICY_MANUAL].word));
	q->play = trial_play(&q->trial);
	gather(q);
	if (!q->processes && (q->trial.g->cpu.given || call_has(q->call, OPTION_FILL)))
		return complain(EXIT_UNDECIDED, NOTHING_TO_SAY, SAY(NOTHING_TO_ASK));
	find_drawn(q);
	show_work(q);
	print_line(SAY(QUIZ_HOW), stdout);
	output_error(true);
	bool fills = call_has(q->call, OPTION_FILL);
	if (q->drawn.times && fills)
		return complain(EXIT_UNDECIDED, NOTHING_TO_SAY, SAY(QUIZ_ALL_DRAWN));
	if (fills)
		ask_table(q);
	else
		ask_all(q);
	if (q->left && !q->asked)
		return EXIT_FINE;
	if (!q->asked)
		return complain(EXIT_UNDECIDED, NOTHING_TO_SAY, q->processes ? SAY(QUIZ_ALL_DRAWN) : SAY(NOTHING_TO_ASK));
	if (!q->left || fills)
		explain(q);
	else
		print_line(SAY(QUIZ_SCORE, q->right, q->asked), stdout);
	if (isatty(STDIN_FILENO) && !fills)     /* a person has answered */
		score_note(q->call, q->call->operand[0], (struct score){ q->right, q->asked });
	state_say_lost(q->call);
	return q->right == q->asked ? EXIT_FINE : EXIT_FINDING;
}

int command_QUIZ(struct call *c)
{
	struct quiz q = { .call = c };
	int policy = -1;
	int64_t quantum = -1;
	if (!value_choice(c, OPTION_POLICY, &policy) || !value_duration(c, OPTION_QUANTUM, &quantum) ||
	    !trial_wishes(c, &q.trial))
		return EXIT_USAGE;
	if (!strcmp(c->operand[0], "-"))
		return complain(EXIT_USAGE, SAY(NAME_A_FILE), SAY(INPUT_FOR_ANSWERS));
	int code = quiz(&q, policy, quantum);
	play_free(q.play);
	chart_free(&q.trial.chart);
	trial_free(&q.trial);
	free(q.line);
	return code;
}
