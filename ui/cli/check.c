/* check: everything that is wrong with scenarios, for people, editors and build servers. */
#include "ui/cli/cli.h"
#include "sim/explore/mutants.h"
#include "sim/world/world.h"
#include <string.h>

/* ---- for programs ---- */

static void json_text(struct text *t, const char *key, const char *s)
{
	text_print(t, ", \"%s\": ", key);
	if (s)
		text_json(t, s);
	else
		text_put(t, "null");
}

static void print_json(const struct diags *d, bool *first)
{
	struct text t = { 0 };
	for (size_t i = 0; i < d->count; i++) {
		const struct diag *e = &d->list[i];
		struct counted_place at = source_counted(d->source, e->place), other = source_counted(d->source, e->other);
		text_put(&t, *first ? "[\n {\"file\": " : ",\n {\"file\": ");
		text_json(&t, d->source->name);
		text_print(&t, ", \"line\": %u, \"column\": %d, \"length\": %d", at.line, at.column, at.length);
		json_text(&t, "severity", diag_kinds[e->id].severity == ERROR ? "error" : "warning");
		json_text(&t, "code", diag_kinds[e->id].code);
		json_text(&t, "message", e->message);
		json_text(&t, "help", e->help);
		json_text(&t, "note", e->note);
		text_print(&t, ", \"note_line\": %u, \"note_column\": %d}", other.line, other.column);
		*first = false;
	}
	fputs(text_is(&t), stdout);
	text_free(&t);
}

/* A workflow command ends at a newline, its properties also at , and : */
static void github_text(struct text *t, const char *raw, bool property)
{
	struct text shown = { 0 };
	text_shown(&shown, raw, strlen(raw));
	for (const char *s = text_is(&shown); *s; s++)
		if (strchr(property ? "%\r\n:," : "%\r\n", *s))
			text_print(t, "%%%02X", (unsigned char)*s);
		else
			text_char(t, *s);
	text_free(&shown);
}

static void print_github(const struct diags *d)
{
	struct text t = { 0 };
	for (size_t i = 0; i < d->count; i++) {
		const struct diag *e = &d->list[i];
		struct counted_place at = source_counted(d->source, e->place);
		text_put(&t, diag_kinds[e->id].severity == ERROR ? "::error file=" : "::warning file=");
		github_text(&t, d->source->name, true);
		if (at.line)
			text_print(&t, ",line=%u,col=%d", at.line, at.column);
		text_print(&t, ",title=%s::", diag_kinds[e->id].code);
		github_text(&t, e->message, false);
		if (e->help) {
			text_put(&t, "%0Ahelp: ");
			github_text(&t, e->help, false);
		}
		text_char(&t, '\n');
	}
	fputs(text_is(&t), stdout);
	text_free(&t);
}

/* ---- for people ---- */

static void print_short(const struct diags *d)
{
	struct text t = { 0 };
	for (size_t i = 0; i < d->count; i++) {
		diag_line(&t, d, &d->list[i]);
		text_char(&t, '\n');
	}
	fputs(text_is(&t), stdout);
	text_free(&t);
}

static void print_good(const struct diags *d)
{
	print_line(SAY(CHECKED_OK, d->source->name), stdout);
}

static void print(const struct diags *d, enum format format, bool *first)
{
	switch (format) {
	case FORMAT_JSON:   print_json(d, first); break;
	case FORMAT_GITHUB: print_github(d); break;
	case FORMAT_SARIF:  sarif_print(d, first, stdout); break;
	case FORMAT_SHORT:  print_short(d); break;
	default:
		if (d->count)
			findings_print(d, stdout);
		else
			print_good(d);
	}
}

static bool wants_to_stop(void)
{
	return ends_caught() != 0;
}

/* What is not as the scenario says: then there is nothing to ask about what could be taken out. */
static void say_unmet(struct program *g, const struct exploration *x, const char *file)
{
	bool stated = false;
	for (uint32_t k = 0; k < g->expects; k++) {
		if (!x->expect[k].settled || x->expect[k].met)
			continue;
		diag_add(&g->diags, DIAG_UNMET, g->expect[k].place, SAY(EXPLORE_SHOWS, file), SAY(NOT_MET, g->expect[k].name));
		stated = true;
	}
	if (!stated)
		diag_add(&g->diags, DIAG_UNMET, (struct place){ 1, 1, 1 }, SAY(EXPLORE_SHOWS, file), SAY(NOT_AS_DECLARED));
}

/* What only exploring shows: expectations that check nothing, and what may be taken out without being missed. */
static void check_deep(struct call *c, struct program *g, const char *name)
{
	const struct limits limits = { .states = MUTANT_STATES, .verdicts_only = true, .stop = wants_to_stop };
	struct mutants mutants = { 0 };
	struct exploration x;
	world_layout(g, false);
	remark_not_judged(g);
	if (g->diags.errors || !explore(g, NULL, true, &limits, &x))
		return;
	for (uint32_t k = 0; k < g->expects; k++)
		if (expect_in(x.cannot_fail, k))
			diag_add(&g->diags, DIAG_CANNOT_FAIL, g->expect[k].place, SAY(SAY_WHAT_YOU_MEAN), SAY(CANNOT_BE_FALSE, g->expect[k].name));
	if (exploration_finds(&x)) {
		say_unmet(g, &x, file_word(c, name));
		warn_of_naps(g, c->language);
	} else {
		mutants_explore(&mutants, &x, c->language, false, &limits);
	}
	for (size_t k = 0; k < mutants.count; k++) {
		const struct step *s = &g->step[mutants.list[k].step];
		if (mutants.list[k].noticed == NOTICED_NO)
			diag_add(&g->diags, DIAG_UNNOTICED, s->place, SAY(NEEDED_OR_MISSING), SAY(WITHOUT_IT, s->text));
	}
	diags_sort(&g->diags);
	mutants_free(&mutants);
	exploration_free(&x);
}

/* EXIT_FINE, EXIT_INPUT, or the code after a complaint about the call. */
static int check_file(struct call *c, const char *name, enum format format, bool *first)
{
	struct file f;
	bool good = file_find(c, &f, name);
	if (good) {
		struct program *g = scenario_read(c, &f);
		int code = scenario_misset(g);
		if (code != EXIT_FINE) {
			program_free(g);
			file_free(&f);
			return code;
		}
		scenario_warn(g);
		if (!g->diags.errors && call_has(c, OPTION_DEEP))
			check_deep(c, g, name);
		print(&g->diags, format, first);
		good = !g->diags.errors;
		program_free(g);
	} else {
		print(&f.diags, format, first);
	}
	file_free(&f);
	return good ? EXIT_FINE : EXIT_INPUT;
}

/* What is wrong with a file comes before what is wrong with the call. */
static int worse(int a, int b)
{
	return a > b ? a : b;
}

int command_CHECK(struct call *c)
{
	int format = FORMAT_TEXT, code = EXIT_FINE;
	bool first = true;
	if (!value_choice(c, OPTION_FORMAT, &format))
		return EXIT_USAGE;
	if (call_has(c, OPTION_DEEP))
		ends_catch();
	if (format == FORMAT_SARIF)
		sarif_begin(stdout);
	for (int i = 0; i < c->operands && !ends_caught(); i++)
		code = worse(code, check_file(c, c->operand[i], format, &first));
	if (format == FORMAT_JSON)
		puts(first ? "[]" : "\n]");
	if (format == FORMAT_SARIF)
		sarif_end(first, stdout);
	return ends_caught() ? EXIT_SIGNAL + ends_caught() : code;
}
