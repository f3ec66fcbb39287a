/* The private memory of a process since its fork: which variables are still those of its parent, in one page for both, and which have been
 * written since, by which process: then the kernel has copied the page. That comes from the run's own news, from its beginning on. A page is
 * drawn for each variable; one of the kernel's holds many. */
#include "ui/dashboard/pages.h"
#include <stdlib.h>
#include "ui/dashboard/card.h"

enum { NAMES = 14 };                    /* cells for what a variable is called */

/* ---- listening ---- */

static void note_write(struct forked *f, const struct play *y, proc_id who, uint32_t slot)
{
	if (slot < y->g->privates && !f->page[slot].n)
		f->page[slot] = (struct page_written){ y->at->steps, who };
}

void forked_hear(struct forked *f, proc_id child, const struct play *y, const struct news *n)
{
	if (n->kind == NEWS_PROCESS && n->who == child) {
		free(f->page);
		*f = (struct forked){ y->at->steps, who_is(y->world.shared, child)->parent, must_have(calloc(y->g->privates + 1, sizeof *f->page)) };
	} else if (n->kind == NEWS_CHANGE && n->change->kind == CHANGE_PROCESS && f->parent && (n->who == child || n->who == f->parent)) {
		note_write(f, y, n->who, n->change->which);
	}
}

/* ---- drawing ---- */

static void put_page(struct strip *t, const struct canvas *canvas, const struct show *s, proc_id p, uint32_t slot, unsigned ink)
{
	strip_glyph(t, canvas, ink, GLYPH_POLE);
	strip_put(t, ROLE_TITLE, " ");
	put_value(s, &t->text, world_variables(s->g, play_own(s->y, p), p)[slot]);
	strip_put(t, ROLE_TITLE, " ");
	strip_glyph(t, canvas, ink, GLYPH_POLE);
}

static void put_owner(struct strip *t, const struct show *s, proc_id p)
{
	strip_put(t, ROLE_TEXT, title_of(s->g, p));
	strip_put(t, ROLE_TEXT, " ");
}

static void put_pages(struct strip *t, const struct canvas *canvas, const struct show *s, const struct forked *f, uint32_t slot)
{
	const struct page_written *w = &f->page[slot];
	struct text how = { 0 };

	put_owner(t, s, f->parent);
	if (w->n) {
		put_page(t, canvas, s, f->parent, slot, ROLE_WARNING);
		strip_put(t, ROLE_TEXT, "  ");
		put_page(t, canvas, s, s->selected, slot, ROLE_WARNING);
		text_say(&how, SAY(PAGE_COPIED, title_of(s->g, w->who), w->n));
	} else {
		put_page(t, canvas, s, s->selected, slot, ROLE_GOOD);
		text_say(&how, SAY(PAGE_SHARED));
	}
	strip_put(t, ROLE_TEXT, " ");
	put_owner(t, s, s->selected);
	strip_put(t, ROLE_FAINT, " ");
	strip_put(t, w->n ? ROLE_WARNING : ROLE_GOOD, text_is(&how));
	text_free(&how);
}

void put_forked(struct card *c, const struct show *s)
{
	const struct chronicle *h = s->chronicle;
	struct text t = { 0 };

	if (!h || h->of.kind != SUBJECT_PROCESS || h->of.n != s->selected || !h->forked.parent || !s->g->privates || !chronicle_is_over(h))
		return;
	c->y++;
	text_say(&t, SAY(PAGES_TITLE, title_of(s->g, h->forked.parent), title_of(s->g, s->selected), h->forked.n));
	put_line(c, ROLE_HEADING, text_is(&t));
	text_clear(&t);
	if (has_ended(s, s->selected) || has_ended(s, h->forked.parent)) {
		text_say(&t, SAY(PAGES_GONE, title_of(s->g, has_ended(s, s->selected) ? s->selected : h->forked.parent)));
		put_line(c, ROLE_FAINT, text_is(&t));
		text_free(&t);
		return;
	}
	for (uint32_t i = 0; i < s->g->privates; i++, c->y++) {
		struct strip line = { 0 };
		put_pages(&line, c->a.canvas, s, &h->forked, i);
		if (c->y >= 0 && c->y < c->a.height) {
			canvas_fit(c->a, 0, c->y, NAMES - 1, ROLE_FAINT, s->g->private[i].name);
			strip_draw(&line, c->a, NAMES, c->y, c->a.width - NAMES);
		}
		strip_free(&line);
	}
	text_say(&t, SAY(PAGES_HOW));
	put_line(c, ROLE_FAINT, text_is(&t));
	text_free(&t);
}
