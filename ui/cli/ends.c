/* Being told to end. Signals are only remembered: whoever runs the scenario ends it at its next action. */
#include "ui/cli/cli.h"
#include <signal.h>
#include <unistd.h>

/* If output is blocked because nobody reads it, there is no next action: then this is how long we wait. */
enum { PATIENCE = 2 };

static volatile sig_atomic_t caught;

static void give_up(int signal)
{
	(void)signal;
	_exit(EXIT_SIGNAL + caught);
}

static void remember(int signal)
{
	if (!caught)
		caught = signal;
	alarm(PATIENCE);
}

/* The second one of a kind is not caught: it forces. */
void ends_catch(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	struct sigaction by_us = { .sa_handler = remember, .sa_flags = SA_RESTART | SA_RESETHAND }, before;
	struct sigaction at_last = { .sa_handler = give_up };
	sigaction(SIGALRM, &at_last, NULL);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		by_us.sa_flags = SA_RESTART | (signals[i] == SIGPIPE ? 0 : SA_RESETHAND);
		bool ignored = !sigaction(signals[i], NULL, &before) && before.sa_handler == SIG_IGN && signals[i] != SIGPIPE;
		if (!ignored)                   /* nohup, and jobs in the background, want it so */
			sigaction(signals[i], &by_us, NULL);
	}
}

int ends_caught(void)
{
	return caught;
}
