/* What processes have in common decides which row they share; it is looked up in a table of as many slots as there may be
 * different ones. A process that the viewer looks for has a row of its own, below that of those it is like: the selected one, the
 * one that moved last, and those that a digit chooses. */
#include "ui/dashboard/folding.h"
#include <stdlib.h>
#include <string.h>
#include "ui/dashboard/show.h"

enum { OPENED = 16, LEAST_HIDDEN = 2 };

/* What is compared, as bytes: without gaps, or with them cleared. */
struct likeness { value on; uint32_t group, parent, notified; uint8_t state, holds; };
struct kin { struct likeness like; proc_id first, last; int count, hidden; bool listed; };

struct folding {
	struct process_row *row;
	int rows;
	struct kin *kin;                /* a hash table, of a power of two slots */
	uint32_t slots;
	struct kin **of;                /* by process; NULL: it is never folded */
	proc_id *next;
	bool *holds, *pinned;
	struct likeness opened[OPENED]; /* the last ones */
	int opens;
	struct likeness selected;       /* where a row of several is */
};

struct folding *folding_new(const struct program *g)
{
	struct folding *f = must_have(calloc(1, sizeof *f));

	for (f->slots = 16; f->slots < 2 * g->processes; f->slots *= 2)
		;
	f->row = must_have(calloc(2 * g->processes + 1, sizeof *f->row));
	f->kin = must_have(calloc(f->slots, sizeof *f->kin));
	f->of = must_have(calloc(g->processes + 1, sizeof(struct kin *)));
	f->next = must_have(calloc(g->processes + 1, sizeof *f->next));
	f->holds = must_have(calloc(g->processes + 1, sizeof *f->holds));
	f->pinned = must_have(calloc(g->processes + 1, sizeof *f->pinned));
	return f;
}

void folding_free(struct folding *f)
{
	if (!f)
		return;
	free(f->row);
	free(f->kin);
	free((void *)f->of);
	free(f->next);
	free(f->holds);
	free(f->pinned);
	free(f);
}

/* ---- who is alike ---- */

static struct likeness likeness_of(const struct show *s, proc_id p)
{
	struct likeness l;

	memset(&l, 0, sizeof l);
	l.state = shown_state(s, p);
	l.on = l.state == STATE_BLOCKED ? s->y->actor[p].on : VALUE_NONE;
	l.group = s->g->process[p].group;
	l.parent = s->tree ? parent_of(s, p) : 0;
	l.notified = l.state == STATE_BLOCKED ? notified_of(s, p) : 0;
	l.holds = s->folding->holds[p];
	return l;
}

static struct kin *kin_like(struct folding *f, const struct likeness *l)
{
	const unsigned char *byte = (const unsigned char *)l;
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < sizeof *l; i++)
		hash = (hash ^ byte[i]) * 16777619u;
	for (uint32_t i = hash & (f->slots - 1);; i = (i + 1) & (f->slots - 1)) {
		struct kin *k = &f->kin[i];
		if (!k->count)
			k->like = *l;
		if (!memcmp(&k->like, l, sizeof *l))
			return k;
	}
}

static bool is_open(const struct folding *f, const struct likeness *l)
{
	for (int i = 0; i < f->opens; i++)
		if (!memcmp(&f->opened[i], l, sizeof *l))
			return true;
	return false;
}

static bool is_folded(const struct folding *f, const struct kin *k)
{
	return k && (k->hidden >= LEAST_HIDDEN || (k->count > 1 && is_open(f, &k->like)));
}

/* Those that a digit chooses, the selected one, the one that moved last. */
static void pin(struct show *s)
{
	bool *pinned = s->folding->pinned;

	memset(pinned, 0, s->g->processes * sizeof *pinned);
	pinned[s->v->last] = true;
	if (!s->on_crowd)
		pinned[s->selected] = true;
	for (proc_id p = MAIN, n = 0; is_asked(s) && p < s->g->processes && n < DIGITS; p++)
		if (may_be_chosen(s, p)) {
			pinned[p] = true;
			n++;
		}
}

static void join_kin(struct show *s, proc_id p)
{
	struct folding *f = s->folding;
	struct likeness l = likeness_of(s, p);
	struct kin *k = kin_like(f, &l);

	f->next[p] = 0;
	f->of[p] = k;
	if (k->count++)
		f->next[k->last] = p;
	else
		k->first = p;
	k->last = p;
	k->hidden += !f->pinned[p];
}

/* Running ones are few, and what is below a parent belongs to it. */
static bool may_fold(const struct show *s, proc_id p)
{
	return shown_state(s, p) != STATE_RUNNING && !(s->tree && s->kid[p]);
}

/* ---- rows ---- */

static void add_row(struct folding *f, struct process_row r)
{
	f->row[f->rows++] = r;
}

static void add_kin(struct folding *f, struct kin *k)
{
	bool open = is_open(f, &k->like);
	proc_id head = k->first;

	while (!open && f->pinned[head])
		head = f->next[head];
	add_row(f, (struct process_row){ head, k->count, open, false });
	for (proc_id p = k->first; p; p = f->next[p])
		if (open || f->pinned[p])
			add_row(f, (struct process_row){ p, 0, false, true });
	k->listed = true;
}

/* The row of several that is selected stays so while there is one; then its first process is what is selected. */
static void keep_selected(struct show *s)
{
	struct folding *f = s->folding;
	struct kin *k = kin_like(f, &f->selected);

	s->on_crowd = k->count && is_folded(f, k);
	if (s->on_crowd)
		s->selected = k->first;
}

static void fold(struct show *s)
{
	struct folding *f = s->folding;

	memset(f->kin, 0, f->slots * sizeof *f->kin);
	memset((void *)f->of, 0, (s->g->processes + 1) * sizeof(struct kin *));
	note_holders(s, f->holds);
	pin(s);
	for (int i = 0; i < s->listed; i++)
		if (may_fold(s, s->order[i]))
			join_kin(s, s->order[i]);
	if (s->on_crowd)
		keep_selected(s);
	for (int i = 0; i < s->listed; i++) {
		struct kin *k = f->of[s->order[i]];
		if (!is_folded(f, k))
			add_row(f, (struct process_row){ s->order[i], 0, false, false });
		else if (!k->listed)
			add_kin(f, k);
	}
	if (s->on_crowd)
		s->selected = f->row[folding_selected(s)].who;
}

void folding_make(struct show *s, int fit)
{
	struct folding *f = s->folding;

	f->rows = 0;
	s->folds = s->listed > fit;
	if (s->folds) {
		fold(s);
		return;
	}
	s->on_crowd = false;
	for (int i = 0; i < s->listed; i++)
		add_row(f, (struct process_row){ s->order[i], 0, false, false });
}

int folding_rows(const struct show *s)
{
	return s->folding->rows;
}

const struct process_row *folding_row(const struct show *s, int row)
{
	return &s->folding->row[row];
}

proc_id folding_first(const struct show *s, const struct process_row *r)
{
	return s->folding->of[r->who]->first;
}

proc_id folding_next(const struct show *s, proc_id p)
{
	return s->folding->next[p];
}

bool folding_has(const struct show *s, const struct process_row *r, proc_id p)
{
	return p && s->folding->of[p] == s->folding->of[r->who];
}

bool folding_holds(const struct show *s, const struct process_row *r)
{
	return s->folding->of[r->who]->like.holds;
}

/* ---- the selected one ---- */

static bool is_selected(const struct show *s, const struct process_row *r)
{
	return s->on_crowd ? r->alike && !memcmp(&s->folding->of[r->who]->like, &s->folding->selected, sizeof(struct likeness)) :
	       !r->alike && r->who == s->selected;
}

int folding_selected(const struct show *s)
{
	for (int i = 0; i < s->folding->rows; i++)
		if (is_selected(s, &s->folding->row[i]))
			return i;
	return 0;
}

bool is_on_crowd(const struct show *s)
{
	return s->on_crowd;
}

void folding_select(struct show *s, int further)
{
	struct folding *f = s->folding;
	int to = folding_selected(s) + further, last = f->rows - 1;
	const struct process_row *r = &f->row[to < 0 ? 0 : to > last ? last : to];

	s->selected = r->who;
	s->on_crowd = r->alike;
	if (r->alike)
		f->selected = f->of[r->who]->like;
}

void folding_toggle(struct show *s)
{
	struct folding *f = s->folding;
	int kept = 0;

	if (!is_open(f, &f->selected)) {
		if (f->opens == OPENED)         /* the one that has been open longest is closed */
			memmove(f->opened, f->opened + 1, --f->opens * sizeof *f->opened);
		f->opened[f->opens++] = f->selected;
		return;
	}
	for (int i = 0; i < f->opens; i++)
		if (memcmp(&f->opened[i], &f->selected, sizeof f->selected))
			f->opened[kept++] = f->opened[i];
	f->opens = kept;
}
