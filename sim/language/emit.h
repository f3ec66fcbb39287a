/* Inside sim/language only: a tree -> instructions. A tree is whole, so all that can go wrong here is that a program becomes too large.
 *
 *   emit.c          expressions, assignments; the operands of instructions
 *   emit_steps.c    steps
 *   emit_program.c  functions, groups, servers, main, expectations */
#ifndef LANGUAGE_EMIT_H
#define LANGUAGE_EMIT_H
#include "sim/base/index.h"
#include "sim/language/tree.h"

/* What encloses the steps that are compiled: leaving it needs care. */
enum enclosure_kind { IN_LOOP, IN_TRY, IN_HANDLER };
struct enclosure {
	enum enclosure_kind kind;
	struct enclosure *outer;
	uint32_t again;                         /* loop: where `continue` goes */
	uint32_t *jump;                         /* jumps to patch: to the loop's end, or into the finally block */
	size_t jumps, jump_room;
	operand kept;                           /* handler: its exception, three slots; */
	uint64_t assigned;                      /* try: which locals were, before it */
	operand reason;                         /* try: why its finally block is run: 0, or the number of a path */
	enum verb *path;                        /* try: path[i - 1] is what goes on behind the finally block */
	size_t paths, path_room;
};

struct coder {
	struct program *g;
	struct arena *a;
	struct index constants;
	bool too_many;                                          /* values: that has been said */
	bool asks_all;                                          /* the program asks how many wait for an object that is not named */
	uint64_t any_tasks;                                     /* tasks for pools that are not named */

	/* the function being compiled: */
	uint32_t function;
	size_t named;                                           /* so many slots of its frame have names; */
	bool *in_use;           size_t slots, slot_room;        /* behind them stands what loops and handlers keep: free ones are used again */
	uint32_t temps, most_temps;
	bool peeking;                                           /* no instruction is an action */
	bool atomic;                                            /* the next action has been made: the rest join it */
	uint32_t times;                                         /* how often at most what is compiled is done, up to TASKS */
	uint32_t members;                                       /* by how many processes at most */
	struct enclosure *enclosure;
	uint64_t assigned;                                      /* bits by local, of the first 64: it surely is, from here on */
	operand returns;                                        /* keeps the value of a `return` while finally blocks run */
	uint32_t step;
};

/* emit.c */
uint32_t emit(struct coder *, enum op, operand dst, operand a, operand b);      /* the instruction's number */
struct ins *emit_at(struct coder *, uint32_t);
uint32_t emit_here(struct coder *);
void emit_jump(struct coder *, uint32_t to);
operand emit_constant(struct coder *, value);
operand emit_expr(struct coder *, const struct expr *);                 /* where its value is; a temporary is to be read once */
operand emit_fresh(struct coder *, const struct expr *);                /* the same, always in a new temporary */
void emit_range(struct coder *, const struct expr *, operand *lo, operand *hi); /* a single value: lo alone */
void emit_statement(struct coder *, const struct statement *);
void emit_assign(struct coder *, const struct expr *target, operand source);
void assigned(struct coder *, operand);         /* what it names has a value from here on */
operand temp_new(struct coder *);
static inline bool is_temporary(operand o)      { return o != NO_OPERAND && (o & OPERAND_WHERE) == TEMPORARY; }
void temp_free(struct coder *, operand);        /* no effect on what is no temporary; last taken first */
operand kept_new(struct coder *, int count);    /* unnamed slots of the frame, side by side */
void kept_free(struct coder *, operand, int count);     /* empties them, too: emits that */
uint32_t peek_code(struct coder *, const struct expr *);                /* inside the present function; its entry */

/* emit_steps.c */
void emit_block(struct coder *, const struct block *);                  /* NULL: nothing */
uint32_t step_add(struct coder *, struct place, enum verb, const char *text);   /* from here on, instructions are of this step */

void pool_widen(struct object *, uint64_t tasks);                         /* it has room for so many more, up to a limit */

/* emit_program.c: all of it, from g->tree */
void emit_program(struct program *g);
#endif
