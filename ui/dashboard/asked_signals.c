#include "ui/dashboard/asked_signals.h"
#include <signal.h>

/* Always: it does something to every process. The others are offered where the process has a handler for them. */
static const struct asked_signal all[] = {
	{ "k", SIGKILL, true,  WORD_SIG_KILL, WORD_SIG_KILL },
	{ "t", SIGTERM, true,  WORD_SIG_TERM, WORD_SIG_TERM_HANDLED },
	{ "v", SIGSEGV, true,  WORD_SIG_SEGV, WORD_SIG_SEGV },
	{ "s", SIGSTOP, true,  WORD_SIG_STOP, WORD_SIG_STOP },
	{ "c", SIGCONT, true,  WORD_SIG_CONT, WORD_SIG_CONT },
	{ "i", SIGINT,  false, WORD_SIG_INT,  WORD_SIG_INT },
	{ "1", SIGUSR1, false, WORD_SIG_USR1, WORD_SIG_USR1 },
	{ "2", SIGUSR2, false, WORD_SIG_USR2, WORD_SIG_USR2 },
};

static bool is_handled(const struct program *g, proc_id p, const struct asked_signal *a)
{
	return handler_of(g, p, signal_numbered(a->number));
}

enum word asked_signal_does(const struct program *g, proc_id p, const struct asked_signal *a)
{
	return is_handled(g, p, a) ? a->handled : a->word;
}

const struct asked_signal *asked_signal_nth(const struct program *g, proc_id p, size_t n)
{
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if ((all[i].always || is_handled(g, p, &all[i])) && !n--)
			return &all[i];
	return NULL;
}

const struct asked_signal *asked_signal(const struct program *g, proc_id p, int press)
{
	const struct asked_signal *a;

	for (size_t n = 0; (a = asked_signal_nth(g, p, n)); n++)
		if (*a->key == press)
			return a;
	return NULL;
}
