/* The footprint of an action: what of the shared part it may read and write, known before it is done.
 *
 * The shared part is made of things, and every cell of it belongs to one: a shared variable, an object, the people of
 * an object (those that stand in its lines, and those that serve it), or one of five facts of the other
 * processes' lives. What an instruction may touch is said once, by its row in sim/language/ops.def; which object
 * that is, by its operand, where the operand's value is known. A row that says EVERYTHING, or an operand whose value is
 * not known, stands for all that it may mean.
 *
 * It is used wherever it matters whether two actions have to do with each other: the explorer asks which actions
 * commute, the loop which states may have changed, the stage which processes to wake.
 *
 * Not in a footprint: the process's own part, its doom (a process that was sent a signal can only die), its own open ends. */
#ifndef WORLD_FOOTPRINT_H
#define WORLD_FOOTPRINT_H
#include "sim/world/world.h"

/* What may be known of other processes' lives. Each process has all five; they are written at different times, by
 * different actions. */
enum life_thing {
	THING_BEGUN,            /* it was started */
	THING_ENDED,            /* it has ended, how; how many children of a process are alive */
	THING_REAPED,           /* its end was taken in by its parent */
	THING_DOOMED,           /* it was sent a signal */
	THING_ORPHANED,         /* it has a parent no more */
	LIFE_THINGS
};
static inline uint32_t things(const struct program *g)                  { return LIFE_THINGS + g->shareds + 2 * g->objects; }
static inline uint32_t thing_variable(uint32_t variable)                { return LIFE_THINGS + variable; }
static inline uint32_t thing_object(const struct program *g, uint32_t o) { return LIFE_THINGS + g->shareds + 2 * o; }
static inline uint32_t thing_people(const struct program *g, uint32_t o) { return thing_object(g, o) + 1; }
/* Is it part of what others are, beside the mover? */
static inline bool thing_is_of_others(const struct program *g, uint32_t thing)
{
	return thing < LIFE_THINGS || (thing >= LIFE_THINGS + g->shareds && (thing - LIFE_THINGS - g->shareds) % 2);
}

/* AWAITS: the action can't come before that has happened, and does not ask for it otherwise: so it is no reading.
 * WRITES: it may read it, too. */
enum access { AWAITS, READS, WRITES };
typedef void each_thing(void *with, uint32_t thing, enum access);

/* What an instruction may touch. a: what its first operand names, VALUE_UNSET: not known. p: the process that carries it out; 0:
 * somebody; then what a process's end does to pools is left out. An `atomic` has no footprint but
 * that of the instructions in it. */
void footprint_each(const struct program *, const struct ins *, value a, proc_id p, each_thing *, void *with);
/* What the death of p by a signal touches. */
void footprint_death(const struct program *, proc_id p, each_thing *, void *with);
/* What whether it may move depends on, beside its own part, variables and objects. */
enum asking_of { ASKS_ITSELF, ASKS_LIVES, ASKS_ANYBODY };        /* LIVES: on which processes are alive; ANYBODY: on which ones stand in lines, too */
enum asking_of footprint_asks(const struct program *, const struct ins *, value a, proc_id p);

/* What the rows say of an operation as such; of one whose row says EVERYTHING, all of it. */
bool op_is_unknown(enum op);
bool op_starts(enum op);                /* it may start a process */
bool op_signals(enum op);               /* it may send a signal to the process that its operand names */
bool op_ends(enum op);                  /* it may end the process */
bool op_orphans(enum op);               /* it may leave living children behind */
/* Where its first operand names something: an object by its number, or anything by its value. */
enum naming { NAMES_NOTHING, NAMES_VALUE, NAMES_RECORD_A, NAMES_RECORD_DST, NAMES_VARIABLE };
enum naming op_names(enum op);

/* The line that it waits in, + 1; 0: none, as when nothing or no object is named. */
uint32_t footprint_line(const struct program *, const struct ins *, value a);
/* The line itself, of the object whose lines it is that a names (of a condition: its lock). */
uint32_t footprint_line_of(const struct object *, enum op, value a);

/* ---- which processes wait for what, and what was changed ---- */

/* What may end the waiting at p's next instruction, beside time and lives: a change of this object, or of its lock (of all but
 * conditions: itself). anything: of whatever it may be. Zeros: nobody waits there, or for lives alone. */
struct wait { uint32_t object, lock; bool anything; };
void footprint_wait(const struct program *, const cell *own, proc_id p, struct wait *);

/* What was stored in: objects, lives. over: a result of this pool, or the end of all its work or this queue's, may be
 * there now. all: in more objects than there is room for. */
enum { MOST_CHANGED = 64 };
struct changes { uint32_t count; bool lives, all; struct { uint32_t object; bool over; } at[MOST_CHANGED]; };
void changes_add(struct changes *, uint32_t object, bool over);
/* Do changes of these objects? Where lives, or all, have changed, all that wait are looked at anew without asking. */
bool changes_concern(const struct changes *, const struct wait *);
/* What the journal has from this entry on; it has happened, and nothing since. */
void footprint_changes(const struct program *, const cell *shared, const struct journal *, uint32_t from, struct changes *);

/* The thing that a change belongs to: cell `at` is about to become v. */
uint32_t footprint_thing(const struct program *, const cell *shared, uint32_t at, cell v);

/* ---- is it true? ----
 * In debug builds, or with FORKLORE_CHECK in the environment, every action is held against its footprint: a change of
 * anything else, or an action that goes another way when anything else is different, ends the program. */
extern bool footprint_checked;
/* For its tests: as if this operation's row said EVERYTHING, or NOTHING. */
void footprint_pretend(enum op, bool everything);
void footprint_pretend_no_more(void);
/* p, carrying out i (NULL: it dies by a signal), is about to write v to cell `at`. */
void footprint_check_store(const struct program *, const cell *shared, const struct ins *, value a, proc_id, uint32_t at, cell v);
/* p is about to do its next action, which is `can`. */
void footprint_check_reads(const struct program *, const cell *shared, const cell *own, proc_id, enum can, int64_t choice);
#endif
