/* A program from a file, for the unit tests that take scenarios as they lie in the tree. */
#ifndef UNIT_LOAD_H
#define UNIT_LOAD_H
#include <stdio.h>
#include "sim/base/text.h"
#include "sim/language/program.h"
#include "tests/unit/test.h"

/* Loaded, with what there is to say of it in English; not laid out. */
static inline struct program *load_file(const char *path)
{
	struct text t = { 0 };
	char part[4096];
	size_t n;
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	while ((n = fread(part, 1, sizeof part, f)))
		text_add(&t, part, n);
	fclose(f);
	struct program *g = program_load(path, text_is(&t), t.length, "en");
	text_free(&t);
	return g;
}
#endif
