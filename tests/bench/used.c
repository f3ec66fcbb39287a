/* What a command used: used FILE COMMAND [ARGUMENT...] writes to FILE "WALL-SECONDS CPU-SECONDS BYTES", the last the most memory it
 * had at a time. Its parent could not tell: a process that starts another hands its own memory's size on to it. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static double seconds(struct timeval t)
{
	return t.tv_sec + t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	FILE *out = argc > 2 ? fopen(argv[1], "w") : NULL;
	struct rusage used;
	int status;
	if (!out)
		return 125;
	double begun = now();
	pid_t child = fork();
	if (!child) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &used) < 0)
		return 125;
	fprintf(out, "%f %f %ld\n", now() - begun, seconds(used.ru_utime) + seconds(used.ru_stime), used.ru_maxrss * 1024);
	fclose(out);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}
