/* quiz: what will the scheduler do? Shows the processes, asks, compares, and explains with the chart. */
#include "ui/cli/cli.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "sim/report/metrics.h"

enum { WIDTH = 100 };

struct quiz {
	struct call *call;
	struct trial trial;
	struct play *play;
	proc_id *order, *finish;        /* those that count, as they first ran, as they ended */
	int processes;
	char *line; size_t room;        /* the last answer */
	int asked, right;
};

static bool chinese(const struct quiz *q)
{
	return !strcmp(q->call->language, "zh");
}

static const char *name_of(const struct quiz *q, proc_id p)
{
	return q->trial.g->process[p].name;
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

/* The lines of the file on which its steps stand; 0, 0: not needed, they are one after the other. */
static struct span { uint32_t from, to; } span_of(const struct program *g, const struct function *f)
{
	struct span span = { 0 };
	bool nested = false;
	for (uint32_t i = f->entry; i < f->end; i++) {
		const struct step *s = &g->step[g->code[i].step];
		if (!s->place.line || !s->text)
			continue;
		nested = nested || is_nested(s);
		span.from = span.from && span.from < s->place.line ? span.from : s->place.line;
		span.to = span.to > s->place.line ? span.to : s->place.line;
	}
	return nested ? span : (struct span){ 0 };
}

static size_t indent_of(const struct source *f, uint32_t line)
{
	return strspn(f->text + f->line[line - 1], " ");
}

static void show_lines(const struct source *f, struct span span)
{
	size_t least = indent_of(f, span.from);
	for (uint32_t i = span.from; i <= span.to; i++)
		least = indent_of(f, i) < least ? indent_of(f, i) : least;
	putchar('\n');
	for (uint32_t i = span.from; i <= span.to; i++) {
		struct text t = { 0 };
		const char *at = f->text + f->line[i - 1] + least;
		text_shown(&t, at, strcspn(at, "\r\n"));
		printf("      %s\n", text_is(&t));
		text_free(&t);
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

/* known: what has been said of it. */
static void show_program(const struct quiz *q, proc_id p, const char *known)
{
	const struct program *g = q->trial.g;
	const struct group *group = &g->group[g->process[p].group];
	const struct function *f = &g->function[group->function];
	struct span span = span_of(g, f);
	struct text steps = { 0 };
	if (span.from && p != group->first) {
		print_line(SAY(QUIZ_AS, known, name_of(q, group->first)), stdout);
		return;
	}
	if (span.from) {
		put(SAY(QUIZ_LINES, known));
		show_lines(&g->source, span);
		return;
	}
	put_steps(&steps, g, f);
	print_line(SAY(QUIZ_STEPS, known, text_is(&steps)), stdout);
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
	put_shown(g->title ? g->title : g->name);
	putchar('\n');
	show_policy(q);
	for (proc_id p = MAIN; p < g->processes; p++) {
		const struct group *group = &g->group[g->process[p].group];
		if (!metrics_count(q->play, p))
			continue;
		printf("  %-10s ", name_of(q, p));
		struct text known = { 0 };
		list(&known, &sentence_CLAUSES_ARE, SAY(QUIZ_ARRIVES, ms(q, q->play->actor[p].arrive)));
		if (standing(q, group).sentence)
			list(&known, &sentence_CLAUSES_ARE, standing(q, group));
		show_program(q, p, text_is(&known));
		text_free(&known);
	}
}

/* ---- asking ---- */

/* Marks and digits as a Chinese keyboard writes them become those that the rest reads. */
static void make_plain(char *line)
{
	static const char *const marks[][2] = {
		{ "，", "," }, { "、", "," }, { "；", ";" }, { "→", ">" }, { "＞", ">" }, { "《", "<" }, { "》", ">" }, { "\u3000", " " },
		{ "．", "." }, { "毫秒", "ms" }, { "微秒", "us" }, { "秒", "s" },
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

static bool ask(struct quiz *q, struct message question)
{
	printf("\n%d. ", ++q->asked);
	put(question);
	fputs("\n> ", stdout);
	fflush(stdout);
	ssize_t n = getline(&q->line, &q->room, stdin);
	if (n < 0) {
		putchar('\n');
		return false;
	}
	return true;
}

static void judge(struct quiz *q, bool right, const char *answer)
{
	q->right += right;
	if (right)
		print_line(SAY(QUIZ_RIGHT), stdout);
	else
		print_line(SAY(QUIZ_WRONG, answer), stdout);
}

static bool is_separator(char c)
{
	return isspace((unsigned char)c) || c == ',' || c == ';' || c == '>' || c == '<';
}

/* The answer's words are these names, in this order: "a b c", "a, b, c", "a > b > c". */
static bool says_names(const struct quiz *q, const proc_id *name)
{
	const char *at = q->line;
	for (int i = 0; i < q->processes; i++) {
		size_t n = 0;
		while (is_separator(*at))
			at++;
		while (at[n] && !is_separator(at[n]))
			n++;
		if (strlen(name_of(q, name[i])) != n || memcmp(at, name_of(q, name[i]), n))
			return false;
		at += n;
	}
	while (is_separator(*at))
		at++;
	return !*at;
}

/* "7", "7 ms", "7000us": milliseconds, unless it says otherwise. */
static bool says_time(const struct quiz *q, int64_t micros)
{
	char word[64];
	size_t n = 0;
	int64_t said;
	for (const char *at = q->line; *at && n < sizeof word - 3; at++)
		if (!isspace((unsigned char)*at))
			word[n++] = *at;
	word[n] = 0;
	char *end;
	double ms = strtod(word, &end);
	if (n && !*end)
		return (int64_t)(ms * 1000 + 0.5) == micros;
	return number_read(word, n, &said) && said == micros;
}

static void ask_order(struct quiz *q, struct message question, const proc_id *name)
{
	struct text answer = { 0 };
	bool said = ask(q, question);
	for (int i = 0; i < q->processes; i++)
		text_list(&answer, &sentence_NAMES_ARE, name_of(q, name[i]));
	bool right = said && says_names(q, name);
	if (said && !right) {                   /* only then: what is a mark may also be part of a name */
		make_plain(q->line);
		right = says_names(q, name);
	}
	judge(q, right, text_is(&answer));
	text_free(&answer);
}

static void ask_time(struct quiz *q, struct message question, int64_t micros)
{
	bool said = ask(q, question);
	if (said)
		make_plain(q->line);
	judge(q, said && says_time(q, micros), arena_print(&q->call->arena, "%s ms", ms(q, micros)));
}

static void ask_all(struct quiz *q)
{
	uint64_t dice = dice_seed(q->trial.settings.seed, "quiz");
	proc_id one = q->order[dice_draw(&dice, 0, q->processes - 1)], other = q->order[dice_draw(&dice, 0, q->processes - 1)];
	const struct actor *a = &q->play->actor[one], *b = &q->play->actor[other];
	ask_order(q, SAY(QUIZ_FIRST), q->order);
	ask_order(q, SAY(QUIZ_ENDS), q->finish);
	ask_time(q, SAY(QUIZ_TURNAROUND, name_of(q, one)), a->finish - a->arrive);
	ask_time(q, SAY(QUIZ_WAITING, name_of(q, other)), b->wait);
}

/* ---- the answers ---- */

/* As they come in the chart's record, so that also what happens at one instant has its order. */
static void gather(struct quiz *q)
{
	const struct chart *c = &q->trial.chart;
	const struct program *g = q->trial.g;
	int n = 0, m = 0;
	bool *ran = must_have(calloc(g->processes, sizeof *ran));
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
		    (!m || q->finish[m - 1] != p))
			q->finish[m++] = p;
	}
	q->processes = n < m ? n : m;
	free(ran);
}

static void explain(const struct quiz *q)
{
	const struct policy_row *p = &policy_rows[q->trial.settings.policy];
	struct text t = { 0 };
	text_char(&t, '\n');
	chart_print(&t, q->play, &q->trial.chart, WIDTH, 0);
	chart_legend(&t, q->play, &(const struct chart *){ &q->trial.chart }, 1, chinese(q));
	metrics_table(&t, q->play, chinese(q));
	text_char(&t, '\n');
	fwrite(t.at, 1, t.length, stdout);
	print_line(SAY(QUIZ_RULE, p->word, spoken(p->meaning, p->meaning_zh)), stdout);
	print_line(SAY(QUIZ_SCORE, q->right, q->asked), stdout);
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
	q->play = trial_play(&q->trial);
	gather(q);
	if (!q->processes)
		return complain(EXIT_UNDECIDED, NOTHING_TO_SAY, SAY(NOTHING_TO_ASK));
	show_work(q);
	ask_all(q);
	explain(q);
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
