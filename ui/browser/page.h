/* What the browser shows: what has been found and chosen, and how it is drawn. */
#ifndef BROWSER_PAGE_H
#define BROWSER_PAGE_H
#include "sim/base/text.h"
#include "ui/browser/browser.h"

enum { SEARCHED_FOR = 60 };

/* A line of the list: a topic's heading, or a scenario. */
struct row { const char *heading; int at; };

struct page {
	const struct browser_host *host;
	const struct browsed *all;
	int count;
	struct row *row;                /* those that the words find */
	int rows;
	int selected;                   /* its row; -1: nothing is found */
	int top, height;                /* of the list: the first row in sight, and how many there are room for */
	int card_top, card_lines;       /* the card likewise: how far it is scrolled, how many lines are out of sight */
	char words[SEARCHED_FOR + 1];   /* searched for */
	bool searches, helps;
	struct text notice;             /* in the last line, until the next key */
	struct canvas preview;
	const char *previewed;          /* of which scenario; NULL: none */
	bool has_preview;
};

extern const struct browser_key { int key; const char *name, *label, *label_zh, *meaning, *meaning_zh; } browser_keys[];
extern const int browser_key_count;

const struct browsed *page_selected(const struct page *);       /* NULL: nothing is found */
void page_find(struct page *, const char *name);                /* by the words; that one is selected if it is found */
void page_draw(struct canvas *, struct page *);
#endif
