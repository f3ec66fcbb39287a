/* Grades as lists of tests: TAP, JUnit, and a table for a job's summary. */
#include "sim/report/grades_words.h"
#include <string.h>

const char *first_line(struct text *t, const char *message)
{
	text_clear(t);
	text_add(t, message, strcspn(message, "\n"));
	return text_is(t);
}

/* On one line, and harmless. */
static void put_name(struct text *t, const struct grade *e, const struct checked *m, const char *between)
{
	text_shown(t, e->file, strlen(e->file));
	text_print(t, "%s%s", between, m->name);
}

/* ---- TAP 13 ---- */

static void put_tap(struct text *t, const struct grade *e, const struct checked *m, size_t number)
{
	struct text name = { 0 };
	put_name(&name, e, m, ": ");
	text_print(t, "%s %zu - ", m->passed ? "ok" : "not ok", number);
	for (const char *s = text_is(&name); *s; s++)           /* # begins a directive */
		text_print(t, *s == '#' || *s == '\\' ? "\\%c" : "%c", *s);
	text_print(t, "\n  ---\n  points: %lld\n  max: %lld\n", (long long)m->points, (long long)m->most);
	if (!m->passed) {
		text_put(t, "  message: ");
		text_json(t, m->message);
		text_print(t, "\n  schedule: %s\n", m->schedule ? m->schedule : "null");
	}
	text_put(t, "  ...\n");
	text_free(&name);
}

/* Why nothing counts of what was judged. What was not judged has it in its one check. */
static const char *reason_judged(const struct grade *e)
{
	return e->fate == FATE_JUDGED && e->reason ? e->reason : "";
}

static void put_tap_reason(struct text *t, const struct grade *e)
{
	struct text shown = { 0 };
	for (const char *s = reason_judged(e); *s; s += strcspn(s, "\n"), s += *s == '\n') {
		text_put(t, "# ");
		text_shown(t, e->file, strlen(e->file));
		text_print(t, ": %s\n", first_line(&shown, s));
	}
	text_free(&shown);
}

void grades_as_TAP(struct text *t, const struct gradebook *b)
{
	size_t n = 0, number = 0;
	for (size_t i = 0; i < b->count; i++)
		n += b->grade[i].checks;
	text_print(t, "TAP version 13\n1..%zu\n", n);
	for (size_t i = 0; i < b->count; i++) {
		put_tap_reason(t, &b->grade[i]);
		for (size_t k = 0; k < b->grade[i].checks; k++)
			put_tap(t, &b->grade[i], &b->grade[i].check[k], ++number);
	}
}

/* ---- XML ---- */

void text_markup(struct text *t, const char *s)
{
	uint32_t code;
	for (int n; (n = utf8_next(s, &code)); s += n) {
		if (code == '&' || code == '<' || code == '>' || code == '"' || code == '\'')
			text_print(t, "&#%u;", (unsigned)code);
		else if ((code < ' ' && code != '\n') || (code & 0xfffe) == 0xfffe || (n == 1 && code > 0x7f))
			text_put(t, "\xef\xbf\xbd");
		else
			text_add(t, s, n);
	}
}

/* What stands in an attribute, with its name. */
static void put_attribute(struct text *t, const char *name, const char *words)
{
	text_print(t, " %s=\"", name);
	text_markup(t, words);
	text_char(t, '"');
}

static void put_case(struct text *t, const struct grade *e, const struct checked *m)
{
	struct text file = { 0 }, line = { 0 };
	const char *kind = e->fate == FATE_FAILED ? "error" : "failure";
	text_shown(&file, e->file, strlen(e->file));
	text_put(t, "    <testcase");
	put_attribute(t, "classname", text_is(&file));
	put_attribute(t, "name", m->name);
	text_put(t, " time=\"0\">\n");
	if (!m->passed) {
		text_print(t, "      <%s", kind);
		put_attribute(t, "message", first_line(&line, m->message));
		put_attribute(t, "type", fate_words[e->fate]);
		text_char(t, '>');
		text_markup(t, m->message);
		text_print(t, "</%s>\n", kind);
	}
	text_print(t, "      <system-out>%lld/%lld</system-out>\n    </testcase>\n", (long long)m->points, (long long)m->most);
	text_free(&file);
	text_free(&line);
}

struct sums { size_t tests, failures, errors; };

static void add_up(struct sums *s, const struct grade *e)
{
	s->tests += e->checks;
	for (size_t k = 0; k < e->checks; k++)
		*(e->fate == FATE_FAILED ? &s->errors : &s->failures) += !e->check[k].passed;
}

static void put_sums(struct text *t, const struct sums *s)
{
	text_print(t, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", s->tests, s->failures, s->errors);
}

static void put_suite_reason(struct text *t, const struct grade *e)
{
	if (!*reason_judged(e))
		return;
	text_put(t, "    <system-out>");
	text_markup(t, reason_judged(e));
	text_put(t, "</system-out>\n");
}

void grades_as_JUNIT(struct text *t, const struct gradebook *b)
{
	struct sums all = { 0 };
	for (size_t i = 0; i < b->count; i++)
		add_up(&all, &b->grade[i]);
	text_put(t, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	put_attribute(t, "name", b->exercise->name);
	put_sums(t, &all);
	text_put(t, " time=\"0\">\n");
	for (size_t i = 0; i < b->count; i++) {
		struct sums s = { 0 };
		struct text file = { 0 };
		add_up(&s, &b->grade[i]);
		text_shown(&file, b->grade[i].file, strlen(b->grade[i].file));
		text_put(t, "  <testsuite");
		put_attribute(t, "name", text_is(&file));
		put_sums(t, &s);
		text_put(t, " skipped=\"0\" time=\"0\">\n");
		for (size_t k = 0; k < b->grade[i].checks; k++)
			put_case(t, &b->grade[i], &b->grade[i].check[k]);
		put_suite_reason(t, &b->grade[i]);
		text_put(t, "  </testsuite>\n");
		text_free(&file);
	}
	text_put(t, "</testsuites>\n");
}

/* ---- Markdown ---- */

/* In a line of a table; nothing in it is markup. */
static void put_plain(struct text *t, const char *s)
{
	struct text shown = { 0 };
	text_shown(&shown, s, strlen(s));
	for (s = text_is(&shown); *s; s++)
		text_print(t, strchr("\\`*_{}[]<>()#|!~&", *s) ? "\\%c" : "%c", *s);
	text_free(&shown);
}

/* In a block that nothing within it ends. */
static void put_block(struct text *t, const char *s)
{
	size_t most = 2, run = 0;
	for (const char *at = s; *at; at++) {
		run = *at == '`' ? run + 1 : 0;
		most = run > most ? run : most;
	}
	for (int end = 0; end < 2; end++) {
		for (size_t i = 0; i <= most; i++)
			text_char(t, '`');
		text_print(t, "%s\n", end ? "" : "text");
		if (!end)
			text_print(t, "%s\n", s);
	}
}

static void put_details(struct text *t, const struct grade *e)
{
	text_put(t, "\n### ");
	put_plain(t, e->file);
	text_put(t, "\n\n");
	for (size_t k = 0; k < e->checks; k++) {
		const struct checked *m = &e->check[k];
		text_print(t, "%s %lld/%lld ", m->passed ? "✅" : "❌", (long long)m->points, (long long)m->most);
		put_plain(t, m->name);
		text_put(t, "\n\n");
		if (!m->passed && *m->message)
			put_block(t, m->message);
		text_put(t, m->passed || !*m->message ? "" : "\n");
	}
}

void grades_as_MARKDOWN(struct text *t, const struct gradebook *b)
{
	struct text title = { 0 }, line = { 0 };
	put_plain(&title, b->exercise->title ? b->exercise->title : b->exercise->name);
	text_put(t, "## ");
	text_say(t, SAY(G_TITLE, text_is(&title)));
	text_put(t, "\n\n");
	text_say(t, SAY(G_HEADINGS));
	text_put(t, "\n|---|---:|---|\n");
	for (size_t i = 0; i < b->count; i++) {
		const struct grade *e = &b->grade[i];
		text_put(t, "| ");
		put_plain(t, e->file);
		text_print(t, " | %lld/%lld | ", (long long)e->score, (long long)e->most);
		put_plain(t, e->reason ? first_line(&line, e->reason) : "");
		text_put(t, " |\n");
	}
	for (size_t i = 0; i < b->count; i++)
		put_details(t, &b->grade[i]);
	text_free(&title);
	text_free(&line);
}
