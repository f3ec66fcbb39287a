/* Requests to end. Signals are only remembered: the code that runs the scenario ends it at its next action. */
#include "ui/cli/cli.h"
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "sim/world/world.h"

/* If output is blocked because nobody reads it, there is no next action: then this is how long we wait, in seconds. FIRST: a
 * stretch of private steps is given up before all is. AT_LAST: a user who has set a time limit does not wait for an answer. */
enum { PATIENCE = 2, FIRST = 1, AT_LAST = 10 };

static volatile sig_atomic_t caught, ends_stretches;
static volatile sig_atomic_t hands_on, handed_on;       /* the first ^C is for the processes; it has come */
static int64_t time_is_up;              /* on wall_clock; 0: never */

int64_t wall_clock(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

/* Nothing has come of it that time was up. */
static void end_by_force(void)
{
	const char *words = spoken("forklore: the time limit has passed (--timeout), and something does not end: ended by force\n",
	                           "forklore：时间上限已过（--timeout），仍有部分未能结束：强制终止\n");
	if (write(STDERR_FILENO, words, strlen(words)) < 0)
		_exit(EXIT_REFUSED);
	_exit(EXIT_UNDECIDED);
}

/* The alarm: time is up, or nothing has come of a signal. */
static void give_up(int signal)
{
	(void)signal;
	if (caught && (world_abandons || !ends_stretches))
		_exit(EXIT_SIGNAL + caught);
	if (!caught && world_abandons)
		end_by_force();
	world_abandons = ends_stretches;
	alarm(caught ? PATIENCE - FIRST : AT_LAST);
}

static void remember(int signal);

static void hear_again(int signal)
{
	struct sigaction by_us = { .sa_handler = remember, .sa_flags = SA_RESTART | (signal == SIGPIPE ? 0 : SA_RESETHAND) };
	sigaction(signal, &by_us, NULL);
}

static void remember(int signal)
{
	if (signal == SIGINT && hands_on && !handed_on) {
		handed_on = 1;
		hear_again(signal);
		return;
	}
	if (!caught)
		caught = signal;
	alarm(ends_stretches ? FIRST : PATIENCE);
}

/* The second one of a kind is not caught: it forces. */
void ends_catch(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	struct sigaction at_last = { .sa_handler = give_up, .sa_flags = SA_RESTART }, before;
	sigaction(SIGALRM, &at_last, NULL);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		bool ignored = !sigaction(signals[i], NULL, &before) && before.sa_handler == SIG_IGN && signals[i] != SIGPIPE;
		if (!ignored)                   /* nohup, and jobs in the background, want it so */
			hear_again(signals[i]);
	}
}

void ends_stretch(int64_t after)
{
	enum { SECOND = 1000000, LATER = 1000 };        /* a little later: code that reads the clock then sees that time is up */
	ends_stretches = true;
	if (after >= 0)
		time_is_up = wall_clock() + after;
	if (after < 0 || caught)
		return;
	after += LATER;
	setitimer(ITIMER_REAL, &(struct itimerval){ .it_value = { after / SECOND, after % SECOND } }, NULL);
}

void ends_hand_on(bool on)
{
	hands_on = on;
}

bool ends_handed_on(void)
{
	return handed_on;
}

void ends_after_all(void)
{
	remember(SIGINT);
}

int ends_caught(void)
{
	return caught;
}

bool ends_late(void)
{
	return time_is_up && wall_clock() >= time_is_up;
}

bool ends_now(void)
{
	return caught || ends_late();
}
