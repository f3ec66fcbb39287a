/* Being told to end. Signals are only remembered: whoever runs the scenario ends it at its next action. */
#include "ui/cli/cli.h"
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>
#include "sim/world/world.h"

/* If output is blocked because nobody reads it, there is no next action: then this is how long we wait. */
enum { PATIENCE = 2, FIRST = 1 };      /* seconds; FIRST: a stretch of private steps is given up before all is */

static volatile sig_atomic_t caught, ends_stretches;

/* The alarm: time is up, or nothing has come of a signal. */
static void give_up(int signal)
{
	(void)signal;
	if (caught && (world_abandons || !ends_stretches))
		_exit(EXIT_SIGNAL + caught);
	world_abandons = ends_stretches;
	if (caught)
		alarm(PATIENCE - FIRST);
}

static void remember(int signal)
{
	if (!caught)
		caught = signal;
	alarm(ends_stretches ? FIRST : PATIENCE);
}

/* The second one of a kind is not caught: it forces. */
void ends_catch(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	struct sigaction by_us = { .sa_handler = remember, .sa_flags = SA_RESTART | SA_RESETHAND }, before;
	struct sigaction at_last = { .sa_handler = give_up, .sa_flags = SA_RESTART };
	sigaction(SIGALRM, &at_last, NULL);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		by_us.sa_flags = SA_RESTART | (signals[i] == SIGPIPE ? 0 : SA_RESETHAND);
		bool ignored = !sigaction(signals[i], NULL, &before) && before.sa_handler == SIG_IGN && signals[i] != SIGPIPE;
		if (!ignored)                   /* nohup, and jobs in the background, want it so */
			sigaction(signals[i], &by_us, NULL);
	}
}

void ends_stretch(int64_t after)
{
	enum { SECOND = 1000000, LATER = 1000 };        /* a little later: who looks at the clock then sees that time is up */
	ends_stretches = true;
	if (after < 0 || caught)
		return;
	after += LATER;
	setitimer(ITIMER_REAL, &(struct itimerval){ .it_value = { after / SECOND, after % SECOND } }, NULL);
}

int ends_caught(void)
{
	return caught;
}
