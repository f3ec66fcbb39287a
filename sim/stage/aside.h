/* A process of our own, beside those of a run: it computes something while we go on. It has a copy of all our memory, and what
 * it finds out it writes to a descriptor that we can poll. It dies with us, however we end. */
#ifndef STAGE_ASIDE_H
#define STAGE_ASIDE_H
#include <stdbool.h>
#include <sys/types.h>

struct aside {
	pid_t pid;
	int fd;                         /* what it has written; reading from it never waits */
};
/* work is done there, and the process ends. Nothing of ours is open in it but fd and standard error. false: an errno. */
bool aside_begin(struct aside *, void (*work)(void *with, int fd), void *with);
/* In the process: it was asked by aside_ask to come to an end. */
bool aside_is_asked(void);
void aside_ask(const struct aside *);
/* Kills it, if it is still there, and waits for it: how it ended, as waitpid has it; -1: that is not known. */
int  aside_kill(struct aside *);
/* It has closed fd by itself: how it ended, as above. */
int  aside_over(struct aside *);
#endif
