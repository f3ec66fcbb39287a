/* Findings as a SARIF log (Static Analysis Results Interchange Format, 2.1.0), for code hosts and editors. Columns count
 * code points, and the end of a region is the column behind it. */
#include "ui/cli/cli.h"
#include <string.h>

static void put_text(struct text *t, const char *key, const char *s)
{
	text_print(t, "\"%s\": {\"text\": ", key);
	text_json(t, s);
	text_char(t, '}');
}

static const char *level(enum diag_id id)
{
	return diag_kinds[id].severity == ERROR ? "error" : "warning";
}

static void put_rules(struct text *t)
{
	for (int id = 0; id < DIAG_COUNT; id++) {
		const struct diag_kind *k = &diag_kinds[id];
		text_print(t, "%s\n     {\"id\": \"%s\", \"defaultConfiguration\": {\"level\": \"%s\"}, ", id ? "," : "", k->code, level(id));
		put_text(t, "shortDescription", spoken(k->title, k->title_zh));
		text_put(t, ", ");
		put_text(t, "fullDescription", spoken(k->explanation, k->explanation_zh));
		text_char(t, '}');
	}
}

void sarif_begin(FILE *out)
{
	struct text t = { 0 };
	text_put(&t, "{\"version\": \"2.1.0\",\n \"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n"
	             " \"runs\": [{\n  \"columnKind\": \"unicodeCodePoints\",\n"
	             "  \"tool\": {\"driver\": {\"name\": \"forklore\", \"version\": \"" FORKLORE_VERSION "\", \"rules\": [");
	put_rules(&t);
	text_put(&t, "]}},\n  \"results\": [");
	fputs(text_is(&t), out);
	text_free(&t);
}

/* A path as a reference of RFC 3986. */
static void put_uri(struct text *t, const char *path)
{
	text_char(t, '"');
	for (const char *s = path; *s; s++)
		if (strchr("/-._~", *s) || (*s >= '0' && *s <= '9') || ((*s | 32) >= 'a' && (*s | 32) <= 'z'))
			text_char(t, *s);
		else
			text_print(t, "%%%02X", (unsigned char)*s);
	text_char(t, '"');
}

static void put_location(struct text *t, const struct source *s, struct place p)
{
	struct counted_place at = source_counted(s, p);
	text_put(t, "{\"physicalLocation\": {\"artifactLocation\": {\"uri\": ");
	put_uri(t, s->name);
	text_char(t, '}');
	if (at.line)
		text_print(t, ", \"region\": {\"startLine\": %u, \"startColumn\": %d, \"endColumn\": %d}", at.line, at.column, at.column + at.length);
	text_char(t, '}');
}

void sarif_print(const struct diags *d, bool *first, FILE *out)
{
	struct text t = { 0 }, message = { 0 };
	for (size_t i = 0; i < d->count; i++) {
		const struct diag *e = &d->list[i];
		text_clear(&message);
		text_print(&message, e->help ? "%s\n%s" : "%s", e->message, e->help);
		text_print(&t, "%s\n   {\"ruleId\": \"%s\", \"ruleIndex\": %d, \"level\": \"%s\", ", *first ? "" : ",", diag_kinds[e->id].code, (int)e->id, level(e->id));
		put_text(&t, "message", text_is(&message));
		text_put(&t, ", \"locations\": [");
		put_location(&t, d->source, e->place);
		text_put(&t, "}]");
		if (e->other.line) {
			text_put(&t, ", \"relatedLocations\": [");
			put_location(&t, d->source, e->other);
			text_put(&t, ", ");
			put_text(&t, "message", e->note ? e->note : "");
			text_put(&t, "}]");
		}
		text_char(&t, '}');
		*first = false;
	}
	fputs(text_is(&t), out);
	text_free(&message);
	text_free(&t);
}

void sarif_end(bool first, FILE *out)
{
	fputs(first ? "]\n }]}\n" : "\n  ]\n }]}\n", out);
}
