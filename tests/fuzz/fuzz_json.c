/* A message to the language server, whatever is in it: it is read as JSON, and all that came of it is held against the bytes. */
#include "tests/fuzz/fuzz.h"
#include "sim/base/json_read.h"

/* Every text ends with a 0 behind it, and what was written of a value lies within the bytes. */
static void look(const struct json_node *n, const char *from, const char *to, int depth)
{
	int64_t number;
	if (depth > JSON_DEPTH || n->raw < from || n->raw + n->raw_length > to || !n->raw_length)
		abort();
	if (n->kind == JSON_TEXT && (n->text[n->length] || strlen(n->text) > n->length))
		abort();
	if (json_int(n, &number) && n->kind != JSON_NUMBER)
		abort();
	for (const struct json_node *part = n->first; part; part = part->next) {
		if ((n->kind == JSON_MAP) != (part->key != NULL))
			abort();
		look(part, n->raw, n->raw + n->raw_length, depth + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena a = { 0 };
	char *text = malloc(length + !length);          /* of that very size, so that reading on is noticed */
	if (!text)
		return 0;
	memcpy(text, bytes, length);
	const struct json_node *n = json_read(&a, text, length);
	if (n)
		look(n, text, text + length, 0);
	json_path(n, "params.textDocument.uri");
	arena_free(&a);
	free(text);
	return 0;
}
