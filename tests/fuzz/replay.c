/* usage: fuzz_NAME FILE...       Gives each file's bytes to the target that this is linked with. */
#include "tests/fuzz/fuzz.h"
#include <stdio.h>

static int replay(const char *path)
{
	FILE *f = fopen(path, "r");
	uint8_t *bytes = NULL;
	size_t length = 0, room = 0, n;
	if (!f) {
		perror(path);
		return 1;
	}
	do {
		if (length == room)
			bytes = realloc(bytes, room = room ? 2 * room : 4096);
		if (!bytes)
			abort();
		n = fread(bytes + length, 1, room - length, f);
		length += n;
	} while (n);
	fclose(f);
	uint8_t *exact = malloc(length ? length : 1);   /* so that a sanitizer sees a byte read behind them */
	if (!exact)
		abort();
	memcpy(exact, bytes, length);
	LLVMFuzzerTestOneInput(exact, length);
	free(exact);
	free(bytes);
	return 0;
}

int main(int argc, char **argv)
{
	int failed = 0;
	for (int i = 1; i < argc; i++)
		failed |= replay(argv[i]);
	return failed;
}
