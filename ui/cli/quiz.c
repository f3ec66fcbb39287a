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
	proc_id *order, *finish;        /* those who count, as they first ran, as they ended */
	int processes;
	char *line; size_t room;        /* the last answer */
	int asked, right;
};

static bool chinese(const struct quiz *q)
{
	return !strcmp(q->call->language, "zh");
}

static const char *in(const struct quiz *q, const char *en, const char *zh)
{
	return chinese(q) ? zh : en;
}

static const char *name_of(const struct quiz *q, proc_id p)
{
	return q->trial.g->process[p].name;
}

static void put_ms(double micros)
{
	struct text t = { 0 };
	metrics_ms(&t, micros);
	printf("%s ms", text_is(&t));
	text_free(&t);
}

/* ---- what is known ---- */

/* Loops and branches: what is in them can't be told in one line. */
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

static void show_program(const struct quiz *q, proc_id p)
{
	const struct program *g = q->trial.g;
	const struct group *group = &g->group[g->process[p].group];
	const struct function *f = &g->function[group->function];
	struct span span = span_of(g, f);
	if (span.from && p != group->first) {
		printf(in(q, "  as %s\n", "  同 %s\n"), name_of(q, group->first));
		return;
	}
	if (span.from) {
		show_lines(&g->source, span);
		return;
	}
	uint32_t last = 0;
	const char *between = "  ";
	for (uint32_t i = f->entry; i < f->end; i++) {
		const struct step *s = &g->step[g->code[i].step];
		if (g->code[i].step == last || !s->place.line || !s->text)
			continue;
		last = g->code[i].step;
		printf("%s%s", between, s->text);
		between = "; ";
	}
	putchar('\n');
}

static void show_policy(const struct quiz *q)
{
	const struct settings *s = &q->trial.settings;
	const struct policy_row *p = &policy_rows[s->policy];
	printf(in(q, "Policy: %s (%s), %u CPU", "调度算法：%s（%s），%u 个 CPU"), p->word, in(q, p->title, p->title_zh), s->cpus);
	if (policy_has_slices(s->policy, s->has_quantum)) {
		printf("%s ", in(q, ", quantum", "，时间片"));
		put_ms(s->quantum);
	}
	if (levels_of(q->play)) {
		for (uint32_t i = 0; i < levels_of(q->play); i++) {
			struct level l = level_of(q->play, i);
			printf(in(q, i ? ", %u: " : ", level %u: ", "，第 %u 级："), i);
			if (l.policy == POLICY_FIFO)
				printf("%s", policy_rows[l.policy].word);
			else
				put_ms(l.quantum);
			if (s->policy == POLICY_MLFQ && l.allotment > 1)
				printf(" x%lld", (long long)l.allotment);
		}
		if (q->trial.g->cpu.boost) {
			printf("%s ", in(q, "; boost every", "；优先级提升周期"));
			put_ms(q->trial.g->cpu.boost);
		}
	}
	printf("%s ", in(q, "; an action takes", "；每个动作用时"));
	put_ms(q->trial.g->cpu.step);
	putchar('\n');
}

/* What its group says of it to the policy. */
static void show_standing(const struct quiz *q, const struct group *group)
{
	switch (q->trial.settings.policy) {
	case POLICY_PRIORITY: case POLICY_MLQ:
		printf("%s %lld", in(q, ", priority", "，优先级"), (long long)group->priority);
		break;
	case POLICY_LOTTERY: case POLICY_STRIDE:
		printf("%s %lld", in(q, ", tickets", "，彩票数"), (long long)(group->tickets ? group->tickets : 1));
		break;
	case POLICY_EDF:
		if (!group->deadline)
			break;
		printf("%s ", in(q, ", deadline after", "，截止时间为到达后"));
		put_ms(group->deadline);
		break;
	default:
		break;
	}
}

static void show_work(const struct quiz *q)
{
	const struct program *g = q->trial.g;
	printf("%s\n", g->title ? g->title : g->name);
	show_policy(q);
	for (proc_id p = MAIN; p < g->processes; p++) {
		const struct group *group = &g->group[g->process[p].group];
		if (!metrics_count(q->play, p))
			continue;
		printf("  %-10s %s ", name_of(q, p), in(q, "arrives at", "到达时间"));
		put_ms(q->play->actor[p].arrive);
		show_standing(q, group);
		putchar(':');
		show_program(q, p);
	}
}

/* ---- asking ---- */

static bool ask(struct quiz *q, const char *question)
{
	printf("\n%d. %s\n> ", ++q->asked, question);
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
		printf("%s\n", in(q, "Right.", "正确。"));
	else
		printf("%s %s\n", in(q, "No. It is:", "不对，答案是："), answer);
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

static void ask_order(struct quiz *q, const char *question, const proc_id *name)
{
	struct text answer = { 0 };
	bool said = ask(q, question);
	for (int i = 0; i < q->processes; i++)
		text_print(&answer, "%s%s", i ? ", " : "", name_of(q, name[i]));
	judge(q, said && says_names(q, name), text_is(&answer));
	text_free(&answer);
}

static void ask_time(struct quiz *q, proc_id p, const char *word, int64_t micros)
{
	struct text question = { 0 }, answer = { 0 };
	text_print(&question, in(q, "The %2$s of %1$s, in ms?", "%1$s 的%2$s是多少 ms？"), name_of(q, p), word);
	bool said = ask(q, text_is(&question));
	metrics_ms(&answer, micros);
	text_put(&answer, " ms");
	judge(q, said && says_time(q, micros), text_is(&answer));
	text_free(&question);
	text_free(&answer);
}

static void ask_all(struct quiz *q)
{
	uint64_t dice = dice_seed(q->trial.settings.seed, "quiz");
	proc_id one = q->order[dice_draw(&dice, 0, q->processes - 1)], other = q->order[dice_draw(&dice, 0, q->processes - 1)];
	const struct actor *a = &q->play->actor[one], *b = &q->play->actor[other];
	ask_order(q, in(q, "In which order do they first get a CPU? (names, with blanks between)", "它们按什么次序第一次得到 CPU？（名字，用空格隔开）"), q->order);
	ask_order(q, in(q, "In which order do they end?", "它们按什么次序完成？"), q->finish);
	ask_time(q, one, in(q, "turnaround (from arrival to end)", "周转时间（从到达到结束）"), a->finish - a->arrive);
	ask_time(q, other, in(q, "waiting time (ready, without a CPU)", "等待时间（就绪而没有 CPU）"), b->wait);
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
	struct text t = { 0 };
	text_char(&t, '\n');
	chart_print(&t, q->play, &q->trial.chart, WIDTH, 0);
	chart_legend(&t, q->play, chinese(q));
	metrics_table(&t, q->play, chinese(q));
	text_print(&t, "\n%s: %s\n", policy_rows[q->trial.settings.policy].word, in(q, policy_rows[q->trial.settings.policy].meaning, policy_rows[q->trial.settings.policy].meaning_zh));
	text_print(&t, in(q, "%d of %d right.\n", "%d / %d 题正确。\n"), q->right, q->asked);
	fwrite(t.at, 1, t.length, stdout);
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
	const char *words[POLICY_COUNT];
	int policy = -1;
	int64_t quantum = -1;
	for (int i = 0; i < POLICY_COUNT; i++)
		words[i] = policy_rows[i].word;
	if (!value_word(c, OPTION_POLICY, words, POLICY_COUNT, &policy) || !value_duration(c, OPTION_QUANTUM, &quantum) ||
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
