/* The bare system: fork N processes that end immediately, wait for each. What start and join are held against. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 100;
	pid_t *child = calloc(n, sizeof *child);
	for (int i = 0; i < n; i++)
		if (!(child[i] = fork()))
			_exit(0);
	for (int i = 0; i < n; i++)
		if (child[i] < 0 || waitpid(child[i], NULL, 0) != child[i])
			return 1;
	return 0;
}
