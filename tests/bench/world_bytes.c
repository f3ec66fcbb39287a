/* The size of each scenario's world, under fair lines: "FILE SHARED PRIVATE PROCESSES ALL" in bytes, PRIVATE for one
 * process. Linked with the objects of sim/. */
#include <stdio.h>
#include <stdlib.h>
#include "sim/world/world.h"

static char *read_all(const char *path, size_t *length)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 1 << 20);
	if (!f || !text)
		exit(1);
	*length = fread(text, 1, (1 << 20) - 1, f);
	fclose(f);
	return text;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		size_t length;
		char *text = read_all(argv[i], &length);
		struct program *g = program_load(argv[i], text, length, "en");
		if (g->diags.errors)
			return 1;
		world_layout(g, true);
		printf("%s %zu %zu %zu %zu\n", argv[i], g->shared_cells * sizeof(cell), g->private_cells * sizeof(cell), g->processes - 1,
		       world_bytes(g));
		program_free(g);
		free(text);
	}
	return 0;
}
