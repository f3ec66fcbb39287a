/* A scenario as it is meant: its steps and expressions as trees, in which every name is resolved. The compiler reads it from YAML and
 * reports there what is wrong; if it has reported no error, the tree is whole, and whatever walks it (emit_*.c make the instructions)
 * finds nothing wrong any more. It lives in the program's arena, as long as the program.
 *
 * An exercise with blanks has a tree, too, to which submissions are compared: what the blanks leave open is open in it, and what can't be
 * read before they are filled in is left out. It is never run. */
#ifndef LANGUAGE_TREE_H
#define LANGUAGE_TREE_H
#include "sim/language/program.h"

/* ---- expressions ---- */

enum expr_kind { EXPR_CONSTANT, EXPR_LOCAL, EXPR_PRIVATE, EXPR_SHARED, EXPR_SELF, EXPR_UNARY, EXPR_BINARY, EXPR_AND,
                 EXPR_OR, EXPR_INDEX, EXPR_SLICE, EXPR_FIELD, EXPR_FUNCTION, EXPR_LIST, EXPR_DICT, EXPR_FORMAT, EXPR_RANGE,
                 EXPR_OPEN };           /* what a blank leaves open: any expression; or a name that may be declared by what is filled in */
enum self { SELF_NAME, SELF_GROUP, SELF_INDEX, SELF_PID, SELF_PPID, SELF_COUNT };
extern const char *const self_words[SELF_COUNT];
struct expr {
	enum expr_kind kind;
	struct place place;
	value constant;         /* also an object, a process, a group; of a field: its number; of what is open: its name, or VALUE_UNSET */
	uint32_t number;        /* slot, variable, function, self, op; of a field: its object */
	const struct param *param;      /* which a constant is; NULL: none */
	struct expr **child;    /* of a dictionary: keys and values in turn */
	uint32_t children;
	uint32_t depth;         /* of operators in it */
};
bool is_manager_field(const struct program *, const struct expr *);     /* whose requests are actions each */
/* An element of an element: what `bank.rows[0]` gives is a copy, and a change of it is lost, as in Python. */
bool changes_a_copy(const struct program *, const struct expr *);
uint32_t expr_elements(const struct program *, const struct expr *);    /* of a list; TASKS: how many is not known */

/* ---- steps ---- */

/* target = source; op: OP_MOVE, or of `+=`. */
struct statement { const struct expr *target, *source; enum op op; struct statement *next; };

/* The instruction of an action: its operands, and what stands beside them. */
struct action {
	const struct expr *a, *b;               /* what it acts on; its item, count, index or arguments: each may be NULL */
	const struct expr *time;                /* how long, or its timeout: a time or a range; NULL: none */
	const struct expr *into;                /* where its result goes; NULL: nowhere */
	uint8_t flags;                          /* INS_NO_WAIT, INS_TIMEOUT */
	uint32_t to;                            /* a signal; a task's function */
	operand callback, error_callback;       /* of a task: functions; NO_OPERAND: it has none */
};

struct block { struct tree_step *first; };
struct except { const char *name; const struct block *steps; };        /* name NULL: any exception */
struct tree_step {
	enum verb verb;                         /* which of the following it has; VERB_NONE: a statement, or a blank, which has none */
	struct place place;
	const char *text;                       /* as people see it: "acquire: door", "n = tickets - 1" */
	const struct expr *note, *ask;          /* templates; NULL: it has none */
	struct tree_step *next;                 /* of its block */
	union {
		struct statement *statements;   /* of `atomic` and `do`, too */
		struct { const struct expr *condition; const struct block *then, *otherwise; } choice;
		struct loop { const struct expr *over, *variable; const struct block *body; } loop;     /* over: a condition, a number, a list or a range */
		struct attempt { const struct block *body, *otherwise, *last; const struct except *except; uint32_t handlers; bool excepts; } attempt;     /* except: so many handlers */
		struct { const struct expr *object; const struct block *body; } with;
		struct { const char *name; const struct expr *message; } raise;         /* name NULL: what is being handled, again */
		struct { uint32_t function, count; const struct expr **arg, *into; } call;
		const struct expr *result;      /* of `return` */
		struct action action;           /* of every verb that is no control flow */
	};
};

/* ---- the whole ---- */

/* Code that only looks: a condition, or a text. */
struct look { const struct expr *what; struct place place; };

/* What has a frame: a function, a group's program, a handler of a signal. */
struct routine {
	const char *name;
	struct place place;
	const char *const *local;               /* parameters, then the names that it assigns: by slot */
	uint32_t locals, params;                /* params: so many of them are what it is called with */
	const struct block *body;               /* NULL: it is not in the file */
};
struct group_tree { struct look named; struct routine program, on[SIGNAL_COUNT]; };
struct expect_tree { struct look what, later; };
struct beginning { uint32_t function; value args; };    /* what a pool's worker calls first */
struct tree {
	struct routine *function; uint32_t functions;           /* by their numbers: functions, of which 0 is none, */
	struct group_tree *group; uint32_t groups;              /* groups, */
	struct expect_tree *expect;                             /* expectations, */
	struct beginning *beginning;                            /* and what the row of a pool calls `begins`, less one */
};

/* ---- walking it ---- */

/* The steps within a step: its k-th block, in the order of its instructions, or NULL; false: there is no k-th. */
bool tree_block(const struct tree_step *, uint32_t k, const struct block **);
/* Its k-th expression, but those of its statements, or NULL; false: there is no k-th. */
bool tree_expr(const struct tree_step *, uint32_t k, const struct expr **);
/* Its statements; NULL: it has none. */
const struct statement *tree_statements(const struct tree_step *);
/* The k-th of all routines, with gaps that have no steps; NULL: there is none. */
const struct routine *tree_routine(const struct tree *, uint32_t k);

/* ---- what stands in the file, and what it means ---- */

/* What was read of one scalar: an expression, or else a statement; or of a node that is a step. in, of: whose locals and private variables
 * it may name, or NULL. */
struct meaning {
	struct place place;
	const struct expr *expr;
	const struct statement *statement;
	const struct tree_step *step;
	const struct routine *in;
	const struct group *of;
};
struct meaning_list { struct meaning *list; size_t count, room; };
/* Of all scalars, and of all steps, by their places. */
struct meanings { const struct program *g; struct meaning_list scalar, step; };
void meanings_gather(struct meanings *, const struct program *);        /* of a program without errors, but for blanks */
void meanings_free(struct meanings *);
/* Do these two scalars, each at its place, mean the same? No, if either of them is neither an expression nor a statement. */
bool meanings_same(const struct meanings *, struct place, const struct meanings *, struct place);
/* Are these mappings steps that mean the same, but for the steps within them? The first one's; NULL: no, or either of them is no step. */
const struct tree_step *meanings_same_step(const struct meanings *, const struct node *, const struct meanings *, const struct node *);
#endif
