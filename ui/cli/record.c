/* A run in a file: what it was made for, the processes that moved as a schedule's list, and its whole history, which replays it. */
#include "ui/cli/cli.h"
#include <stdlib.h>
#include "sim/report/recording.h"

/* What it is, and what plays it: a comment, of one line whatever the scenario's file is called. */
static void put_comment(struct text *t, const struct header *h)
{
	struct text command = { 0 }, words = { 0 };
	text_print(&command, "%s run ", said_program());
	text_shell(&command, h->file);
	text_say(&words, h->recorded ? SAY(RECORDED_RUN, text_is(&command)) : SAY(SIMPLEST_COUNTEREXAMPLE, text_is(&command)));
	text_put(t, "# ");
	text_shown(t, text_is(&words), words.length);
	text_char(t, '\n');
	text_free(&command);
	text_free(&words);
}

/* All of them: it is the same run even if the scenario gives them other values, later. */
static void put_params(struct text *t, const struct program *g)
{
	for (size_t i = 0; i < g->params; i++) {
		text_print(t, "%s%s: ", i ? ", " : "set: {", g->param[i].name);
		if (g->param[i].kind == PARAM_TEXT)
			text_json(t, g->param[i].text);
		else
			text_put(t, g->param[i].text);
	}
	text_put(t, g->params ? "}\n" : "");
}

void schedule_header(struct text *t, const struct program *g, const struct header *h)
{
	put_comment(t, h);
	text_print(t, "scenario: %s\nsections:\n", g->name);
	for (size_t i = 0; i < g->sections; i++)
		text_print(t, "  %s: \"%016llx\"\n", g->section[i].key, (unsigned long long)g->section[i].hash);
	put_params(t, g);
	text_print(t, "seed: %llu\nfair: %s\n", (unsigned long long)h->seed, h->fair ? "true" : "false");
}

/* The list is for people, and for other programs; what is too long for a scenario's file is left out. */
static void put_list(struct text *t, const struct play *y)
{
	struct text list = { 0 };
	recording_list(&list, y->g, y->history);
	if (t->length + list.length <= YAML_FILE) {
		text_put(t, "schedule: ");
		text_put(t, text_is(&list));
	}
	text_free(&list);
}

/* Did a signal come from outside? */
static bool was_sent(const struct history *h)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->entry[i].cause == CAUSE_SIGNALLED)
			return true;
	return false;
}

static void put_recording(struct text *t, const char *file, const struct play *y)
{
	const struct settings *s = &y->begun;
	schedule_header(t, y->g, &(struct header){ true, file, s->seed, s->fair });
	text_print(t, "policy: %s\ncpus: %u\n", policy_rows[s->policy].word, s->cpus);
	if (s->has_quantum)
		text_print(t, "quantum: %lldus\n", (long long)s->quantum);
	put_list(t, y);
	if (!y->at->verdict && !was_sent(y->history))   /* it goes on: so far it is a schedule, after which the policy decides */
		return;
	struct history *h = history_stopped(y);         /* a signal belongs where it came: no schedule says that */
	text_put(t, "history: |\n");
	recording_write(t, y->g, h);
	history_free(h);
	free(h);
}

int recording_keep(const char *path, const char *file, const struct play *y)
{
	struct text t = { 0 };
	put_recording(&t, file, y);
	int error = file_replace(path, t.at, t.length);
	text_free(&t);
	return error;
}

static void end(struct recorder *r, const struct play *y)
{
	struct text t = { 0 };
	put_recording(&t, r->file, y);
	r->failed = file_write(r->path, t.at, t.length) != EXIT_FINE;
	if (!r->failed && t.length > RECORDING_FILE)
		complain(EXIT_FINE, SAY(STOP_EARLIER), SAY(TOO_LONG_TO_PLAY, r->path));
	text_free(&t);
}

static void hear(struct listener *l, const struct play *y, const struct news *n)
{
	if (n->kind == NEWS_END)
		end((struct recorder *)l, y);
}

void recorder_init(struct recorder *r, const char *file, const char *path)
{
	*r = (struct recorder){ .listener = { .hear = hear, .end_only = true }, .file = file, .path = path };
}
