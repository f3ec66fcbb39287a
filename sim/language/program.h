/* A program: what a scenario is compiled to. Read-only once made; it holds no state of a run.
 * Everything is found by number; number 0 of objects and processes is nobody. */
#ifndef LANGUAGE_PROGRAM_H
#define LANGUAGE_PROGRAM_H
#include "sim/base/diag.h"
#include "sim/base/index.h"
#include "sim/base/value.h"
#include "sim/language/messages.h"

typedef uint32_t proc_id;
enum { MAIN = 1, MAX_PROCESSES = 1000, MAX_CPUS = 64, MAX_CALLS = 1000, MAX_PRIVATE_STEPS = 1000000,
       QUEUE_ROOM = 4096, PIPE_CAPACITY = 64, PIPE_ROOM = 1024,
       CONNECTIONS = 64,        /* of a socket at a time */
       TASKS = 1024 };          /* of a pool at a time: waiting, running, or with a result that may be asked for */
/* Microseconds: a time that is longer, or a clock that has gone further, would come near 64 bits: there may be MAX_CPUS
 * that are idle as long. */
static const int64_t LONGEST_TIME = 1000000000000000, LONGEST_RUN = 100 * 1000000000000000;

struct node;
struct tree;

enum kind {
	KIND_NONE,
#define KIND(id, ...) KIND_##id,
#include "sim/language/kinds.def"
#undef KIND
	KIND_COUNT
};
struct kind_row { const char *word, *word_zh; int lines; const char *keys, *short_key, *meaning, *meaning_zh, *python; };
extern const struct kind_row kind_rows[KIND_COUNT];
const char *kinds_listed(struct arena *, unsigned kinds);       /* "lock, rlock", of the bits of some */
bool kind_needs_size(enum kind);         /* must a declaration say how many? */

enum function_id {
#define FUNCTION(id, ...) FUNCTION_##id,
#include "sim/language/functions.def"
#undef FUNCTION
	FUNCTION_COUNT
};
enum function_of { PURE, DRAW, OF_OBJECT, OF_PROCESS, OF_RESULT };
struct function_row { const char *word; enum function_of of; int least, most; const char *meaning, *meaning_zh, *python; };
extern const struct function_row function_rows[FUNCTION_COUNT];

enum exception_id {
#define EXCEPTION(id, ...) EXCEPTION_##id,
#include "sim/language/exceptions.def"
#undef EXCEPTION
	EXCEPTION_COUNT
};
extern const char *const exception_words[EXCEPTION_COUNT];
extern const struct exception_row { const char *meaning, *meaning_zh; } exception_rows[EXCEPTION_COUNT];    /* what raises it */

/* Bits of a mask: 1 << enum signal_id. */
enum signal_id {
#define SIGNAL(id, ...) SIGNAL_##id,
#include "sim/language/signals.def"
#undef SIGNAL
	SIGNAL_COUNT
};
enum signal_default { SIGNAL_KILLS, SIGNAL_IGNORED, SIGNAL_HELD };
struct signal_row { const char *word; int number; enum signal_default without; const char *meaning, *meaning_zh; };
extern const struct signal_row signal_rows[SIGNAL_COUNT];
enum signal_id signal_find(const char *word);           /* SIGNAL_COUNT: there is none */
enum signal_id signal_numbered(int number);             /* likewise */

enum op {
#define PRIVATE(id, ...) OP_##id,
#define ACTION(id, ...) OP_##id,
#include "sim/language/ops.def"
#undef PRIVATE
#undef ACTION
	OP_COUNT
};
struct op_row { const char *word; bool action; const char *meaning; };
extern const struct op_row op_rows[OP_COUNT];

enum verb {
	VERB_NONE,              /* a statement */
#define CONTROL(id, ...) VERB_##id,
#define ACTION_VERB(id, ...) VERB_##id,
#include "sim/language/verbs.def"
#undef CONTROL
#undef ACTION_VERB
	VERB_COUNT
};
enum form { FORM_NOTHING, FORM_CONDITION, FORM_EXPRESSION, FORM_NAME, FORM_STEPS, FORM_OBJECT, FORM_STATEMENTS,
            FORM_TEXT, FORM_DURATION, FORM_PROCESS, FORM_JOINED, FORM_FIELD };
struct verb_row {
	const char *word;
	bool control;
	enum form form;
	const char *modifiers;  /* words with blanks between */
	enum op op;             /* of an action */
	unsigned kinds;         /* bits 1 << kind; 0: no object */
	const char *sentence, *sentence_zh, *meaning, *meaning_zh, *python;
};
extern const struct verb_row verb_rows[VERB_COUNT];
enum verb verb_find(const char *word);  /* VERB_NONE: it is none */
size_t step_verb_key(const struct node *);       /* of a step with keys: which of them is its verb */
bool key_holds_steps(const char *);     /* of a step, a function or a group: is its value a list of steps? */

enum policy {
#define POLICY(id, ...) POLICY_##id,
#include "sim/language/policies.def"
#undef POLICY
	POLICY_COUNT
};
enum slices { NO_SLICES, SLICES_IF_ASKED, SLICES };     /* does the quantum matter? only if it is asked for; always */
struct policy_row { const char *word, *title, *title_zh; enum slices slices; const char *meaning, *meaning_zh, *question, *question_zh; };
extern const struct policy_row policy_rows[POLICY_COUNT];
bool policy_has_slices(enum policy, bool asked);        /* of the quantum's length; asked: a quantum was asked for */
bool is_scenario_name(const char *);             /* small letters, letters of other scripts, digits and - */
enum policy policy_find(const char *word);      /* POLICY_COUNT: there is none */
struct message policy_suggest(struct arena *, const char *word);        /* a help */
const char *foreign_policy(const char *word);                          /* `FCFS`: "fifo"; NULL: no such word */

/* An operand of an instruction: two bits say where, fourteen which. */
typedef uint16_t operand;
enum { IN_FRAME = 0 << 14, IN_PROCESS = 1 << 14, CONSTANT = 2 << 14, TEMPORARY = 3 << 14,
       OPERAND_WHERE = 3 << 14, OPERAND_INDEX = (1 << 14) - 1, NO_OPERAND = 0xffff };

enum { INS_ACTION = 1,          /* an action of its own; otherwise it runs together with the one before */
       INS_NO_WAIT = 2,         /* wait: false */
       INS_TIMEOUT = 4,         /* lo and hi are its timeout */
       INS_SPREAD = 8,          /* of tasks for a list: each element is a list of arguments; */
       INS_EACH = 16,           /* there is a result for each of them; */
       INS_TURNS = 32 };        /* likewise, in the order in which they are over */
struct ins {
	uint8_t op, flags;
	operand dst, a, b, lo, hi;
	uint32_t to;            /* an instruction, a function, or a count: see ops.def */
	uint32_t step;          /* in the table of steps */
};

/* A step of the file: what instructions come from, and what people see. */
struct step {
	struct place place;
	const char *text;       /* "acquire: door", "n = tickets - 1" */
	enum verb verb;
	uint32_t note, ask;     /* code to peek at for its note, and for its question; or 0 */
};

/* A handler: while an instruction of [from, to) runs in this function, an exception of this name
 * goes on at target. Inner ones come first. A finally block that may discard it returns, breaks, raises another, .. */
enum handler_kind { HANDLES_NAME, HANDLES_ANY, HANDLES_FINALLY, HANDLES_DISCARDING };
struct handler {
	uint32_t from, to, target;
	enum handler_kind kind;
	value name;
	uint32_t keep;          /* the first of three slots for the exception */
	uint64_t live;          /* of the first 64 slots: which unnamed ones are in use around it; the others are emptied */
};

/* A function, or the program of a group. Its frame: FRAME_HEAD cells, then parameters, locals, what
 * loops and handlers keep, and temporaries. */
enum { FRAME_FUNCTION, FRAME_RETURN, FRAME_BASE, FRAME_INTO, FRAME_HEAD };
struct function {
	const char *name;
	uint32_t entry, end;    /* its code is [entry, end) */
	uint32_t params, locals, slots;         /* cells behind the head: parameters, named locals, all with temporaries */
	const char *const *local;               /* names of params and locals, by slot; NULL: has none */
	uint32_t handles;                       /* a handler of signals: of which, enum signal_id + 1; 0: it is none */
	uint32_t saves;                         /* then the first of two slots for what of the interrupted wait is private */
	struct place place;
};

enum fairness { FAIR_UNSAID, FAIR_NO, FAIR_YES };
struct object {
	const char *name;       /* "door", "forks[0]" */
	enum kind kind;
	enum fairness fair;
	bool used;              /* something names it */
	bool asked;             /* the program asks how many wait for it */
	bool textbook;          /* semaphore: its value is shown as textbooks do, less those that wait */
	bool bounded, binary, joinable, duplex, spurious, feeder;
	int64_t size;           /* semaphore's and event's first value, queue's maxsize (0: none), barrier's parties, latch's count */
	uint32_t room;          /* queue, pipe: items it can hold (in each direction); pool: tasks */
	uint32_t lock;          /* condition: its lock */
	uint32_t through;       /* queue with a feeder: so many items are in its pipe; those behind them are with the processes that put them */
	struct place place;
	/* world_layout fills in: */
	uint32_t at, line;      /* its first cell, and its first line, in the shared part */
	uint32_t fields;        /* manager, file: its record: */
	const char **field;     /* their names, "count", */
	const uint32_t *by_name;                /* their numbers, in the order of their names */
	const char **full;      /* "bank.count" */
	value *first;
	proc_id server;         /* manager: its process; pool: its first worker; there are `size` */
	proc_id callbacks;      /* pool: the thread that calls back, and tends it, */
	proc_id handler;        /* or another that tends it, where there is anything to call back; else the same */
	uint32_t begins;        /* pool: what each worker calls first: its declaration, among those that the compiler keeps, + 1; 0: nothing */
	int64_t lasts;          /* pool: a worker ends after so many tasks; 0: after none */
	uint32_t task;          /* pool: the number of its first task, of all pools' */
	uint32_t connection;    /* socket: its first connection, an object */
	uint32_t end;           /* pipe, connection: the number of its left end; the right one's is one more; socket: of itself */
	bool in_order;          /* its lines are fair in this run */
	bool lined;             /* to wait for it, a process takes a place in its line: an action */
};

/* An object as a value: its number, and which end of it. */
static inline uint32_t value_object(value v) { return value_payload(v) & ((1u << OBJECT_END) - 1); }
static inline uint32_t value_end(value v)    { return value_payload(v) >> OBJECT_END; }
enum { END_LEFT = 1, END_RIGHT = 2 };
enum { NO_FIELD = 0x3fff };     /* of a record: it has no such field */
uint32_t object_field(const struct object *, const char *name);         /* its number, or NO_FIELD */

struct variable { const char *name; value first; uint32_t slot; struct place place; };

struct group {
	const char *name;
	proc_id first;
	uint32_t count;
	bool numbered;          /* name.1, name.2; else just name */
	bool daemon;
	uint32_t service;       /* the object whose server or worker it is: started before main's first action; 0: none */
	int64_t arrive;         /* of the last of its processes */
	int64_t priority;
	int64_t deadline;       /* after its arrival, microseconds; 0: none */
	int64_t tickets;
	const char *color;
	struct variable *private;               /* its own private variables, `each` among them */
	uint32_t privates;
	uint32_t function;                      /* its program */
	uint32_t on[SIGNAL_COUNT];              /* its handlers: functions; 0: it has none */
	uint32_t handles;                       /* for which signals: a mask */
	uint32_t named;                         /* code to peek at, or 0 */
	struct place place;
};

struct process {
	const char *name;       /* "buyer.1" */
	const char *title;      /* what people see; world_layout fills it in from `named` */
	uint32_t group, index;  /* index: 1, 2, .. */
	proc_id within;         /* a thread: the process in whose memory it lives; 0: in its own */
	const value *private;   /* first values of the group's private variables */
	uint32_t waiters;       /* the first of its further waiters, one for each of its group's handlers */
	int64_t arrive;         /* at which the default main starts it */
	value name_text, group_text;
};

enum expect_kind { EXPECT_ALWAYS, EXPECT_FINALLY, EXPECT_REACHABLE, EXPECT_ENDS, EXPECT_LEADS_TO, EXPECT_DEADLOCK,
                   EXPECT_DEAD_END, EXPECT_EXCEPTION, EXPECT_STARVATION, EXPECT_KINDS };
extern const char *const expect_words[EXPECT_KINDS];
extern const char language_codes[];                      /* of texts in several: "aa ab ..", as locales have them */
extern const char *const reserved_words[];               /* no names; ends with NULL */
enum { MOST_POINTS = 1000000 };         /* of an expectation */
extern const char blank_mark[];              /* what stands where something is to be filled in */
bool key_holds_prose(const char *key);       /* texts that people read: the mark in them is no blank */
/* In how many complete executions it is so. UNKNOWN: not decided; of an expectation: its author does not say. */
enum often { OFTEN_UNKNOWN, OFTEN_NEVER, OFTEN_SOMETIMES, OFTEN_ALWAYS, OFTEN_COUNT };
extern const char *const often_words[OFTEN_COUNT];
struct expect {
	const char *name;       /* as the file says, or "always: tickets >= 0" */
	enum expect_kind kind;
	uint32_t code;          /* to peek at */
	uint32_t later;         /* leads_to: what must come, likewise */
	const char *later_text;
	bool possible;          /* deadlock, dead_end, exception */
	enum often declared;    /* the others: the verdict that its author expects */
	int64_t points;         /* of an exercise: what it is worth */
	bool required;          /* of an exercise: nothing else counts as long as it does not hold */
	const char *hint;       /* what helps where it is not met, or NULL */
	struct place place;
};

/* A shared variable, or a field of an object. */
struct observed { const char *name; uint32_t object, which; };
/* An outcome that an exercise asks for: what these have in the end. ending: as in WISHED_.. */
enum { WISHED_OK, WISHED_DEADLOCK, WISHED_EXCEPTION, WISHED_ENDINGS };
extern const char *const wished_words[WISHED_ENDINGS];
struct wished { const char **name; value *is; uint32_t names; int ending; };

enum { MOST_IN_A_BATCH = 1000 };
struct cpu {
	uint32_t count;
	enum policy policy;
	int64_t quantum, step, change, fork, boost;     /* microseconds; change: the cost of a switch */
	bool preemptive, io_stays, io_to_front, finish_slice;
	int64_t aging;                  /* priority: a waiting process gains a level for each so long; 0: it does not */
	bool estimates;                 /* sjf, stcf: by estimates, not by what a burst is: */
	int64_t alpha, first;           /* the weight of the last burst, in millionths; the first estimate */
	bool has_quantum, given;        /* given: the scenario says something of it */
	uint32_t batch;                 /* host: how many actions for one taking of the shared mutex */
	uint32_t levels;
	struct level { int64_t quantum, allotment; enum policy policy; } *level;
};

/* An entry of a schedule: `who` takes `times` actions, or one in which it draws `draw`. */
struct turn { proc_id who; uint32_t times; bool draws; int64_t draw; struct place place; };

/* A constant that a call of the program may set; text: its value, as it is written; declared: the one that the file gives it. */
enum param_kind { PARAM_NUMBER, PARAM_TIME, PARAM_TRUTH, PARAM_TEXT };
struct param { const char *name, *text, *declared; enum param_kind kind; bool used, set; value v; struct place place; };

/* A hash over what one key of the file says: what changed since a schedule was made is found by it. */
struct section { const char *key; uint64_t hash; };

struct program {
	struct pool *pool;
	struct arena arena;
	struct source source;
	struct diags diags;                     /* what was found wrong */
	const char *name, *title, *about;       /* about, title: may be NULL */
	const char **topic; uint32_t topics;
	const char **lesson; uint32_t lessons;
	bool chinese;                           /* the language that was asked for: of its texts, and of sentences about it */

	struct ins *code;           size_t codes, code_room;
	value *constant;            size_t constants, constant_room;
	struct step *step;          size_t steps, step_room;
	struct function *function;  size_t functions, function_room;    /* 0: none */
	struct handler *handler;    size_t handlers, handler_room;
	struct object *object;      size_t objects, object_room;        /* 0: nobody */
	struct variable *shared;    size_t shareds, shared_room;
	struct variable *private;   size_t privates, private_room;      /* top level; slots of the process */
	struct param *param;        size_t params, param_room;
	struct group *group;        size_t groups, group_room;          /* 0: main's */
	struct process *process;    size_t processes, process_room;     /* 0: nobody, 1: main; last is processes - 1 */
	struct index names;                     /* of the processes */
	struct expect *expect;      size_t expects, expect_room;
	struct turn *turn;          size_t turns, turn_room;
	struct observed *observe;   size_t observes, observe_room;      /* what makes up an outcome */
	bool default_main;
	bool has_schedule;
	bool feeds;                             /* some queue has a feeder */
	bool asks_parent;                       /* a process asks for `ppid` */
	bool handles;                           /* some group has a handler of a signal */
	uint32_t signals;                       /* those that steps send, or handlers handle: a mask */
	bool notices;                           /* some group has one of SIGCHLD */
	uint32_t thrown;                        /* then, of every process: three slots for an exception that a handler has raised and that
	                                         * waits until the interrupted wait is left */
	struct cpu cpu;
	value exception[EXCEPTION_COUNT];       /* their names as values */
	bool is_exercise;
	bool matched;                           /* by a scenario with exactly these outcomes: */
	struct wished *wished; uint32_t wishes;
	bool answered;                          /* by a schedule that breaks it, or the claim that there is none; not by another scenario */
	size_t blanks;                          /* `???` in it: they are errors, and the only ones that it has then */
	int64_t points;                         /* of all its expectations */
	const char *task;                       /* of an exercise, or NULL */
	const char **hint; uint32_t hints;
	const char **edit; uint32_t edits;      /* the paths that a submission may change: "processes.buyer.steps" */
	const char **forbid; uint32_t forbids;  /* the words that it may not use where it may change something */
	const struct node *root;                /* the file as it was read; NULL: it is no YAML */
	const struct tree *tree;                /* what it means, with all names resolved; whole if there are no errors. NULL: it was not read so far */
	struct section *section; size_t sections, section_room;
	const char *misset, *misset_help;       /* why parameters could not be set as the call asked; NULL: they could; misset_help may be NULL */

	/* the world's layout, in cells: world_layout fills it in */
	uint32_t waiters;                       /* that can stand in lines: processes, by their numbers, then their handlers */
	proc_id *waiter_owner;                  /* whose they are, from the number `processes` on */
	uint32_t lines;
	uint32_t *line_object;                  /* by line: whose it is */
	uint32_t *end_object;                   /* by end: whose it is */
	uint32_t tasks;                         /* of all pools */
	uint32_t ends, ends_at;                 /* ends of pipes; which process has which open: end_cells(g) cells for each process */
	uint32_t lines_at, objects_at, variables_at, shared_cells;
	uint32_t *cell_object;                  /* by cell, from lines_at to variables_at: whose it is, or whose line */
	uint32_t process_slots, private_cells;
};

/* A scenario's text -> a program. Never NULL; if program->diags.errors, it can't be run.
 * language: "en", "zh", .. for the texts that are given in several. */
struct program *program_load(const char *name, const char *text, size_t length, const char *language);
/* The same with parameters set: P=3,C=2; a text with commas is in quotes: who="a,b". NULL: as the file says. What is wrong with
 * that is no diagnostic of the file: misset says it. */
struct program *program_load_set(const char *name, const char *text, size_t length, const char *language, const char *settings);
/* The same under the expectations of another program, which must outlive it. */
struct program *program_load_under(const char *name, const char *text, size_t length, const char *language, const char *settings,
                                   const struct program *expectations);
/* Its parameters as such a text: all of them, or only those that are not as the file says. */
void program_settings(const struct program *, struct text *, bool changed);
/* One more setting of such a text, which is empty at first. */
void setting_put(struct text *, const char *name, const char *is);
/* All parameters as a JSON object. */
void params_json(const struct program *, struct text *);
/* Adds what is valid and hardly meant to its diagnostics. */
void program_warn(struct program *);
void warn_drains(struct program *);                       /* parts of program_warn */
void warn_unending(struct program *);
void warn_types(struct program *);                        /* another: what can only raise TypeError */
void program_free(struct program *);

/* The process that has this place in lines. */
/* How many bits of a set are 1: of signals, mostly none. By hand: the compiler's is a function, in a page of its own. */
static inline uint32_t bits_in(uint32_t set)
{
	uint32_t n = 0;
	for (; set; set &= set - 1)
		n++;
	return n;
}
static inline proc_id waiter_owner(const struct program *g, uint32_t waiter)
{
	return waiter < g->processes ? waiter : g->waiter_owner[waiter - g->processes];
}
/* The function that handles this signal in p; 0: it has none. */
static inline uint32_t handler_of(const struct program *g, proc_id p, enum signal_id signal)
{
	return signal < SIGNAL_COUNT ? g->group[g->process[p].group].on[signal] : 0;
}
/* Has any process one? */
static inline bool program_handles(const struct program *g, enum signal_id signal)
{
	uint32_t any = 0;
	for (uint32_t k = 0; k < g->groups; k++)
		any |= g->group[k].handles;
	return any >> signal & 1;
}
/* Does this signal kill p, if it comes from outside and does not stop it? Else it is handled, or ignored. */
static inline bool signal_kills(const struct program *g, proc_id p, int number)
{
	enum signal_id s = signal_numbered(number);
	return !handler_of(g, p, s) && (s == SIGNAL_COUNT || signal_rows[s].without != SIGNAL_IGNORED);
}
/* The process in whose memory p lives: itself, but for a thread. */
static inline proc_id process_body(const struct program *g, proc_id p)
{
	return g->process[p].within ? g->process[p].within : p;
}
/* The pool whose worker p is: an object, or 0. */
static inline uint32_t worker_of(const struct program *g, proc_id p)
{
	uint32_t o = g->group[g->process[p].group].service;
	return o && g->object[o].kind == KIND_POOL && !g->process[p].within ? o : 0;
}

/* The group of processes that a value names: a whole group, or a pool, whose workers they are. NULL: none. */
static inline const struct group *group_named(const struct program *g, value v)
{
	uint32_t n = value_payload(v);
	if (value_tag(v) == TAG_PROCESS && n & PROCESS_GROUP)
		return &g->group[n & ~PROCESS_GROUP];
	bool pool = value_tag(v) == TAG_OBJECT && g->object[value_object(v)].kind == KIND_POOL;
	return pool ? &g->group[g->process[g->object[value_object(v)].server].group] : NULL;
}
proc_id program_find(const struct program *, const char *process);      /* by name; 0: none */
/* A value as text that people read, added to the text. What of a list would be too long, or in lists too deep, is left out:
 * an ellipsis stands for it. */
enum { LONGEST_TEXT = 1 << 20, LONGEST_SHOWN = 1 << 16, LONGEST_JSON = 1 << 18, DEEPEST_TEXT = 1000, DEEPEST_SHOWN = 100 };
const char *program_value(const struct program *, value, struct text *);
/* The same in JSON; the ellipsis is a string. */
enum fits program_json(const struct program *, value, struct text *);
/* The same for a scenario, to which that would be an error. */
enum fits { FITS, TOO_LONG, TOO_DEEP };
enum fits program_text(const struct program *, value, struct text *);
/* An entry of a schedule: "buyer.1", "buyer.1 x3", "buyer.1 =2". On a problem, adds a diagnostic. */
bool turn_parse(struct program *, const char *text, struct place, struct turn *);
/* A number or a duration as the language writes them: 12, -3, 200ms. false: it is none, or too large. */
bool number_read(const char *text, size_t length, int64_t *out);
bool time_too_long(const char *);                               /* what number_read refuses: is it a time, but a longer one than there are? */
#endif
