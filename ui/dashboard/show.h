/* What is shown of a run, and what the viewer has chosen to see: all that panels draw from.
 *
 *   dashboard.c  the loop (see inside.h)             view.c    what is gathered by listening
 *   layout.c     which panel gets which room, first and last line
 *   panel_*.c    one panel each                      cover.c   lesson, help, details of a process
 *   lab.h        the scheduling laboratory, a panel of several parts
 *   challenge.h  goals that the viewer has, as the scheduler    predict.h  what the next action will do, asked before
 *   branches.c   the runs that this one is a branch of
 *   keys.c       what keys do (key_functions.h)       footer.c  the last line: what they do now
 *   listing.c    the program, a step a line          names.c   names in little room
 *   still.h      what can still happen, searched meanwhile
 *   privates.c   private variables                   farewell.c what stays when it has closed
 *   things.h     objects, where there is room for pictures of them
 *   choosing.c   under manual, what may be chosen  folding.h  processes that are alike, in one row
 *   picture.c    a screen without a terminal         card_process.c all about a process */
#ifndef DASHBOARD_SHOW_H
#define DASHBOARD_SHOW_H
#include "ui/dashboard/arrangement.h"
#include "ui/dashboard/branches.h"
#include "ui/dashboard/canvas.h"
#include "ui/dashboard/challenge.h"
#include "ui/dashboard/chronicle.h"
#include "ui/dashboard/dashboard.h"
#include "ui/dashboard/folding.h"
#include "ui/dashboard/listing.h"
#include "ui/dashboard/predict.h"
#include "ui/dashboard/still.h"
#include "ui/dashboard/strip.h"
#include "ui/dashboard/theme.h"
#include "ui/dashboard/view.h"
#include "ui/dashboard/words.h"

enum panel_id {
	PANEL_PROCESSES, PANEL_OBJECTS, PANEL_PROGRAM, PANEL_TIMELINE, PANEL_STORY, PANEL_OUTPUT, PANEL_CPU,
	PANEL_STILL,
	PANEL_COUNT
};
enum cover { COVER_NONE, COVER_LESSON, COVER_HELP, COVER_PROCESS, COVER_BRANCHES, COVER_SIGNAL, COVER_WHY, COVER_THING, COVER_CHALLENGES, COVER_PALETTE, COVER_PREDICTIONS };

/* What the viewer is asked in the last line. */
enum question { QUESTION_NONE, QUESTION_WAY, QUESTION_STEP, QUESTION_DRAW, QUESTION_FILTER, QUESTION_PREDICT };
enum { TYPED = 12, WORDS = 40 };

enum { PRIVATES = 16 };          /* variables that have a column; more have none */
struct show {
	const struct play *y;           /* what is shown: the present, or a moment of the past; */
	const struct play *moment;      /* the same; but while it is drawn, y is that moment when its last action is over, */
	struct play *spare;             /* for which there is room here */
	struct rested { struct listener listener; char why[WHY]; } *rested;     /* the last choice that was made until then, or none */
	const struct play *now;         /* the run itself */
	int64_t left_at;                /* when it was left, as its last screen said */
	const struct program *g;
	struct view *v;
	bool zh, model;
	enum policy before;             /* that the viewer chooses: this one decided; */
	bool branched;                  /* a branch began so, nobody has wished it */
	bool running;                   /* the viewer wants it to go on */
	bool starts;                    /* it runs as soon as the lesson's card is put away */
	bool begun;                     /* the lesson's card has been put away once */
	double speed, usual_speed;      /* actions per second; 0: as fast as it goes */
	enum theme_id theme, usual_theme;
	proc_id selected;
	bool follows;                   /* the selection goes with the process that moves */
	bool on_crowd;                  /* not this one is selected, but the row that it shares with others */
	bool roomy, pictured;           /* there is room for pictures of objects; they have been drawn */
	int list_room;                  /* so many rows of processes fit on the screen */
	enum panel_id focus;
	enum panel_id beside;           /* of those that share one place where there is little room */
	bool zoomed;
	bool projector;                 /* fewer panels, with more room: for those who sit far away */
	struct arrangement arranged;    /* by the viewer */
	bool variables;                 /* of the processes, their variables alone are listed */
	bool lab;                       /* the scheduling laboratory is open */
	enum cover cover;
	int cover_top, cover_rows;      /* its first line in sight, and how many are */
	int top[PANEL_COUNT];           /* how far each has been scrolled, away from where it would be */
	unsigned seen;                  /* panels on the screen, bits 1 << id */
	int page;                       /* rows the focused panel had when it was drawn last */
	const struct branches *branches;
	const struct challenge *challenge;      /* goals, and how far they are; or NULL */
	int goal;                       /* while they are listed, the one that is selected: 0, 1, .. */
	struct predict *predict;        /* questions before interesting moments, or NULL */
	uint64_t repeats;               /* the run repeats another one up to so many actions; 0: it does not */
	enum question question;
	char typed[TYPED + 1];          /* the answer, so far */
	bool none_found;                /* no process has the words of its panel's filter */
	char filter[PANEL_COUNT][WORDS + 1];    /* only lines with this are shown there; empty: all */
	char words[WORDS + 1];          /* a command is searched for by; */
	int picked;                     /* the row of those that were found; of the menu of keys, the table's row */
	int menu_lines;                 /* of that menu */
	struct text notice;             /* said in the last line until the next key */
	struct subject thing;           /* the object or variable that is selected; n may be none of them: then the first one */
	struct chronicle *chronicle;    /* the story that a card shows, or NULL */
	struct chronicle *writes;       /* what was written up to a moment, and what of it was lost; or NULL */
	bool waits_shown;               /* the panel that says why is on the screen */
	struct still still;             /* what can still happen */
	uint64_t no_return;             /* of the way that is played: after so many actions it can't be avoided; 0: not known */
	/* A number before a key. Its digits have shown panels; how it was before that: */
	bool chose;                     /* the last keys were digits, by which the viewer chose */
	int64_t prefix;
	struct { enum panel_id focus, beside; bool lab; } counted;
	const struct commands *type;    /* what may come when it closes, or NULL; */
	const char *next_lesson;        /* as they say, once it was asked */
	struct { bool held; int x, width; } scrubber;   /* of the time line, while the mouse drags it */
	bool no_mouse;                  /* it was switched off */
	int leaving;                    /* the key that was pressed once and would drop this run; once more does it */
	bool asked_for_next;
	/* taken from the run by show_gather, for one picture: */
	int count[SHOWN_COUNT];
	struct listing listing;         /* the program's lines */
	proc_id *waiter, *next;         /* by object: the first that waits for it; by process: the one behind it */
	proc_id *order;                 /* the processes as they are listed, from 0 on: children below their parents, */
	int listed;                     /* so many of them; */
	uint8_t *depth;                 /* so far to the right, by process; */
	struct folding *folding;        /* the rows in which they are listed; */
	bool folds;                     /* there is no room for one each */
	bool tree;                      /* if a process besides main has children; else by number */
	proc_id *kid, *sibling;         /* by process: its first child, and its parent's next one */
	int first_value[PRIVATES];      /* by private variable: the cells of the longest value that it is known to take; */
	int line_width;                 /* the cells of a line's number and the blank behind it */
};


static inline bool is_past(const struct show *s) { return s->moment != s->now; }

struct panel {
	enum word name;
	char key;
	void (*draw)(struct area, struct show *);
	int  (*wish)(const struct show *, int width);           /* rows it could fill */
	/* Both may be NULL. */
	void (*note)(const struct show *, const struct canvas *, struct text *);       /* upper right */
	void (*tint)(struct area);      /* gives the note's signs their colours: the upper line, as drawn */
};
extern const struct panel panel_processes, panel_objects, panel_program;
extern const struct panel panel_timeline, panel_story, panel_output, panel_cpu, panel_still;
extern const struct panel *const panels[PANEL_COUNT];

void show_init(struct show *, const struct program *, bool zh);
void show_free(struct show *);
/* A new run is shown: selection and scrolling begin anew. */
void show_begin(struct show *, const struct play *, struct view *);
/* Show a moment of its past, or its present. */
void show_moment(struct show *, const struct play *, struct view *);
void show_gather(struct show *);
void show_draw(struct canvas *, struct show *);                 /* a whole screen */
/* One panel alone, without its frame; PANEL_COUNT: the card that lies over them. */
void show_draw_part(struct canvas *, struct show *, enum panel_id);
/* Does it run, wait, ..; how it ended. */
void show_state(const struct show *, const struct canvas *, struct strip *);
void cover_draw(struct area, struct show *);
/* The object or variable that is selected among the shared things; false: there are none. (panel_objects.c) */
bool has_things(const struct show *);
/* Is this line to be shown, as the panel's filter is? */
bool is_found(const struct show *, enum panel_id, const char *text);
struct subject subject_selected(const struct show *);
void thing_select(struct show *, int further);
int  objects_wish(const struct show *, int width);             /* rows that they need where there is little room */
/* What is said there is not cut: it takes so many lines, up to NOTICE_LINES. */
enum { NOTICE_LINES = 3 };
int footer_lines(const struct canvas *, const struct show *);
void footer_draw(struct area, const struct show *);
void panel_draw(struct area, struct show *, enum panel_id);    /* with its upper line */
void waits_draw(struct area, struct show *);             /* what each process waits for, as `w` shows it */
void projector_draw(struct area, struct show *);               /* the panels as a lecture hall needs them */
/* Is the viewer to say who moves next? */

/* ---- words and states ---- */

static inline const char *say(const struct show *s, enum word w) { return word_in(s->zh, w); }
struct shown { enum role role; enum glyph glyph; char letter; };
const struct shown *shown_as(uint8_t state);
extern const uint8_t shown_order[SHOWN_COUNT];                  /* as they are listed, stopped ones last */
const char *shown_word(const struct show *, uint8_t state);
uint8_t shown_state(const struct show *, proc_id);
const char *mark_word(const struct show *, enum mark);
const char *kind_word(const struct show *, enum kind);
uint8_t state_beneath(const struct show *, proc_id);            /* what it would be if it were not stopped */
bool is_stopped(const struct show *, proc_id);                  /* by a signal */
/* Under manual, while the viewer is asked: may p be chosen? Which number it has, 1, 2, ..; which one has this number and may be
 * chosen, or 0; the first that may, or 0. */
enum { DIGITS = 9 };
bool may_be_chosen(const struct show *, proc_id);
/* It may be chosen before its time: it sleeps, or waits with a timeout. What time would do then; and what is asked of a draw. */
bool is_awaitable(const struct show *, proc_id);
void put_awaited(const struct show *, const struct canvas *, struct text *, proc_id, int room);
void draw_draw_question(struct area, const struct show *);
int  choice_number(const struct show *, proc_id);
proc_id choice_of(const struct show *, int number);
proc_id first_choice(const struct show *);
void put_policy_again(const struct show *, struct text *);      /* "m: Round robin decides again." */
/* Is the last one that moved kept from going on if p moves? */
bool is_forced_switch(const struct show *, proc_id);
static inline bool is_asked(const struct show *s) { return s->moment->asks && s->moment->at->rules.asks && !s->moment->at->verdict && !is_past(s); }
bool has_ended(const struct show *, proc_id);
void put_how_it_ended(struct text *, const struct show *, proc_id);     /* "exit code 0", "killed by signal 9 (SIGKILL)" */
/* A value as panels show it: texts without quotes, nothing for what was never assigned. */
void put_value(const struct show *, struct text *, value);
/* Rows from top on, so that row is among them. */
int  scrolled(int top, int row, int rows, int height);
/* What a process holds, in so many cells: "door, stalls", or "door +1". */
void put_held(const struct show *, const struct canvas *, struct text *, proc_id, int room);
/* The condition of which it has been notified, while it waits for its lock; or 0. */
uint32_t notified_of(const struct show *, proc_id);
bool can_be_held(const struct object *);
bool holds_anything(const struct program *);
/* Where a process stands in the list, and which one is so many rows from it; no farther than the list goes. */
int row_of(const struct show *, proc_id);
proc_id neighbour(const struct show *, proc_id, int rows);
proc_id parent_of(const struct show *, proc_id);        /* 0: none, or it has not begun */
void note_holders(const struct show *, bool *holds);    /* by process: does it hold anything? */
/* What the processes of a row of several hold, in so many cells. */
void put_held_together(const struct show *, const struct canvas *, struct text *, const struct process_row *, int room);
/* "door, held by buyer.2", or, without words, "door ← buyer.2"; "the clock until 0.300s". What matters fits into room cells. */
void put_wait(const struct show *, const struct canvas *, struct strip *, proc_id, bool words, int room);
/* "  n = 1  i = 3": what only this process knows; what has just changed is marked. It must be alive. */
void put_privates(const struct show *, struct strip *, proc_id);

/* ---- private variables (privates.c) ---- */

/* The names of private variables, each once; how many. */
int private_names(const struct program *, const char **name);
void measure_first_values(struct show *);
int first_value_cells(const struct show *, const char *name);
/* A value in so many cells: a list without its blanks, if it needs that; it may be longer still. */
void put_narrow_value(const struct show *, const struct canvas *, struct text *, value, int room);
/* What a process has in a variable of this name; if it has ended, what it had. false: it has none. */
bool private_of(const struct show *, proc_id, const char *name, value *, bool *fresh);

/* ---- next actions (next_action.c) ---- */

/* "acquire: door"; nothing, if it is about to end. */
void put_next_action(struct text *, const struct program *, const cell *own);

/* ---- names in little room (names.c) ---- */

/* "philosopher.12" as "phi…er.12": cut in the middle, its number never. */
void put_short(struct text *, const struct canvas *, const char *name, int room);
/* What is no name: its beginning. */
void put_beginning(struct text *, const struct canvas *, const char *text, int room);
int  draw_name(struct area, int x, int y, int width, unsigned ink, const char *name);
/* As many as fit, and how many more there are: "door, board", "door +1". Of count, so many are known by name, one at least. */
void put_fitting(struct text *, const struct canvas *, const char *const *name, int known, int count, int room);
#endif
