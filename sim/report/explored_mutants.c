/* What is noticed if a lock, a wait or an `atomic` is missing: in words, and in JSON. */
#include "sim/report/explored_words.h"
#include "sim/report/json.h"

/* Those that notice it. quoted: as JSON strings. */
static void put_names(struct text *t, const struct exploration *x, const struct mutant *m, bool quoted)
{
	struct text events[3] = { 0 }, one = { 0 };
	size_t n = 0;
	text_say(&events[0], SAY(X_NO_DEADLOCK));
	text_say(&events[1], SAY(X_NO_DEAD_END));
	text_say(&events[2], SAY(X_NO_EXCEPTION));
	const char *words[] = { quoted ? "deadlock" : text_is(&events[0]), quoted ? "dead_end" : text_is(&events[1]), quoted ? "exception" : text_is(&events[2]) };
	const bool up[] = { m->deadlock, m->dead_end, m->exception };
	for (size_t k = 0; k < x->g->expects + 3; k++) {
		bool event = k >= x->g->expects;
		if (event ? !up[k - x->g->expects] : !expect_in(m->by, k))
			continue;
		const char *name = event ? words[k - x->g->expects] : x->g->expect[k].name;
		text_clear(&one);
		if (quoted) {
			text_put(t, n++ ? "," : "");
			text_json(t, name);
			continue;
		}
		text_print(&one, !event && is_unnamed(&x->g->expect[k]) ? "`%s`" : "%s", name);
		text_list(t, &sentence_PARTS_ARE, text_is(&one));
	}
	text_free(&one);
	for (size_t k = 0; k < 3; k++)
		text_free(&events[k]);
}

static void say_mutant(struct text *t, const struct report *r, const struct mutant *m, uint64_t states)
{
	enum { FURTHER = 10 };
	struct text names = { 0 }, what = { 0 };
	const struct step *s = &r->x->g->step[m->step];
	put_names(&names, r->x, m, false);
	text_say(&what, m->noticed == NOTICED_YES ? SAY(X_NOTICED_BY, text_is(&names)) : m->noticed == NOTICED_NO ? SAY(X_NOBODY) :
	            exploration_finds(r->x) ? SAY(X_MUTANT_BROKEN) :
	            m->stopped == STOP_STATES ? SAY(X_MUTANT_CUT, states, states * FURTHER) : SAY(X_MUTANT_STOPPED));
	text_say(t, SAY(X_MUTANT, s->text, s->place.line, r->x->g->function[m->function].name, text_is(&what)));
	text_free(&names);
	text_free(&what);
}

void put_mutants(const struct report *r, const struct mutants *list, uint64_t states)
{
	int column = says_chinese() ? 12 : 14;
	put_painted_message(r, PAINT_HEADING, list->count ? SAY(X_MUTANTS) : SAY(X_NO_MUTANTS));
	text_char(r->out, '\n');
	for (size_t k = 0; k < list->count; k++) {
		const struct mutant *m = &list->list[k];
		struct text word = { 0 }, rest = { 0 };
		text_say(&word, m->noticed == NOTICED_YES ? SAY(X_NOTICED) : m->noticed == NOTICED_NO ? SAY(X_UNNOTICED) : SAY(X_MUTANT_OPEN));
		put_painted(r, m->noticed == NOTICED_YES ? PAINT_GOOD : m->noticed == NOTICED_NO ? PAINT_BAD : PAINT_OPEN, text_is(&word));
		text_print(r->out, "%*s", column - utf8_cells(text_is(&word), word.length), "");
		say_mutant(&rest, r, m, states);
		put_wrapped(r, text_is(&rest), column, column, r->as->columns);
		text_char(r->out, '\n');
		text_free(&word);
		text_free(&rest);
	}
}

void mutants_json(struct text *t, const struct exploration *x, const struct mutants *list)
{
	static const char *const noticed[] = { [NOTICED_OPEN] = "null", [NOTICED_NO] = "false", [NOTICED_YES] = "true" };
	text_put(t, ",\"mutants\":[");
	for (size_t k = 0; k < list->count; k++) {
		const struct mutant *m = &list->list[k];
		text_print(t, "%s{\"what\":\"%s\",\"step\":", k ? "," : "", mutant_words[m->kind]);
		text_json(t, x->g->step[m->step].text);
		text_print(t, ",\"line\":%u,\"in\":", x->g->step[m->step].place.line);
		text_json(t, x->g->function[m->function].name);
		text_print(t, ",\"noticed\":%s,\"by\":[", noticed[m->noticed]);
		put_names(t, x, m, true);
		text_put(t, "]}");
	}
	text_char(t, ']');
}
