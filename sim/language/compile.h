/* Inside sim/language only: the state of the compiler while it reads a scenario, and what its files offer each other.
 *
 *   load.c        one scenario, top to bottom
 *   read.c        numbers, times, texts in several languages; unknown keys
 *   params.c      parameters, and what is computed of them
 *   declare.c     variables and objects
 *   processes.c   groups of processes, functions, main
 *   handlers.c    handlers of signals
 *   settings.c    cpu, expect, observe, schedule
 *   names.c       the one name space
 *   lexer.c       text -> tokens
 *   lookalikes.c  characters that are taken for another one
 *   remedies.c    what people bring along from other languages, and the line to write instead
 *   slips.c       slips in steps and expressions that are valid in another language
 *   expression.c  tokens -> expressions
 *   uses.c        expressions where they are used
 *   steps.c       a list of steps; the verbs that are actions
 *   control.c     the verbs that are control flow
 *
 * What they make of it is a tree (tree.h). Where nothing is wrong, emit.h makes the program's code of that. */
#ifndef LANGUAGE_COMPILE_H
#define LANGUAGE_COMPILE_H
#include "sim/base/index.h"
#include "sim/language/tree.h"
#include "sim/language/yaml.h"

/* A declared name. */
enum symbol_kind { SYMBOL_NONE, SYMBOL_SHARED, SYMBOL_PRIVATE, SYMBOL_OBJECT, SYMBOL_OBJECTS, SYMBOL_GROUP,
                   SYMBOL_FUNCTION, SYMBOL_LOCAL, SYMBOL_PARAM };
struct symbol {
	const char *name;
	enum symbol_kind kind;
	uint32_t number;        /* of the variable, object, group, function, parameter; a local's slot; a private's slot */
	bool read;              /* a local: something reads it */
	value constant;         /* what an object, a list of objects, a group or a parameter is as a value */
	struct place place;
};

struct compiler {
	struct program *g;
	struct diags *d;
	struct arena *a;
	const char *language, *settings;
	struct symbol *symbol;  size_t symbols, symbol_room;
	struct index names;                                     /* of the symbols; of locals; of `unknown` */
	struct index locals_by_name, unknown_names;
	const struct node *root;
	const char **section;                                   /* by key of the root: which section is meant, once somebody has asked */
	const struct node **wanted; size_t wanteds, wanted_room; /* the locks that conditions name */
	bool too_many;                                          /* names: that has been said */
	const char **unknown; size_t unknowns, unknown_room;    /* names that have been reported */
	const char *functions;                                  /* the words of all, once they have been listed */
	bool section_lost;                                      /* what it declares is not known: that has been said */
	long cpus;                                              /* of this machine, once somebody has asked; */
	size_t fields;                                          /* of all records */
	struct place offered;                                   /* a stretch that was offered in quotes: YAML had cut it */
	bool too_many_objects;                                  /* or fields: that has been said */
	bool calls_back;                                        /* some task has a callback */
	const struct node **begun; size_t begins, begin_room;   /* the pools whose workers have something to do first */
	unsigned expected;                                      /* bits 1 << expect_kind: so much was said of it already */

	struct tree *tree;

	/* the routine being read: */
	struct symbol *local;   size_t locals, local_room;
	enum verb verb;                                         /* of the step that is read */
	bool in_function;                                       /* `return` is allowed, */
	unsigned loops, handlers;                               /* `break`, `raise` alone: in so many the steps are */
	bool nobody;                                            /* what is read belongs to no process */
	bool looks;                                             /* what is read only looks: it does nothing */
	bool atomic;                                            /* .. is part of one action */
	const struct process *computed_for;                     /* what is computed before the run is for this process; NULL: for none */
	bool open;                                              /* it has blanks: they, and names that they may declare, are left open */
	const struct verb_row *acts;                            /* the verb whose operand is read: which names can be meant; NULL: any */
};

/* names.c */
enum { MOST_NAMES = 4096 };                                     /* declared ones, and in one program */
bool names_left(struct compiler *, size_t count, struct place); /* is there room for one more beside so many? */
bool name_is_reserved(const char *);

extern const struct crash { const char *word; uint32_t number; } crash_rows[];  /* what `crash` may be of; ends with NULL */
struct symbol *name_declare(struct compiler *, const char *name, enum symbol_kind, struct place);
void name_taken(struct compiler *, const char *name, struct place, const struct symbol *by);     /* reports that it is another one's already */
void names_cut(struct compiler *, size_t count);                /* forgets those declared last, down to so many */
void local_add(struct compiler *, struct symbol);               /* its slot is the count before */
void locals_cut(struct compiler *);                             /* forgets them all */
const struct symbol *name_find(const struct compiler *, const char *name);
bool is_variable(const struct symbol *);                        /* NULL: no */
void symbol_used(struct compiler *, const struct symbol *);              /* something names the object or objects */
bool name_is_news(struct compiler *, const char *);             /* has it not been reported yet? From here on it has */
struct message name_suggest(struct compiler *, const char *name);       /* a help, or NOTHING_TO_SAY; name may be NULL */
const char *name_nearest(struct compiler *, const char *name, const char *const *words, size_t count); /* NULL: none, or nobody would read it */
const char *name_one_off(const struct compiler *, const char *name);    /* a declared variable that differs by one slip; NULL: none */
bool name_check(struct compiler *, const struct node *);                /* is it a name that may be declared? */
bool is_identifier(const char *);
size_t word_length(const char *, size_t left);                  /* of the letters, digits and _ that begin here; letters are of any script */
const char *kind_named(struct compiler *, enum kind);                   /* "an event", "a lock"; "事件" */
const char *type_named(struct compiler *, value);                       /* "a list", "none"; "列表" */
struct message function_help(const struct function_row *);               /* what it is for */
const char *listed(struct compiler *, const char *so_far, const char *word);   /* "a", then "a, b"; "a、b"; for messages */

/* handlers.c */
uint32_t signal_read(struct compiler *, const struct node *);           /* a signal's number; 0 after a diagnostic */
void handlers_declare(struct compiler *, struct group *, const struct node *on);
void handlers_read(struct compiler *, const struct group *, const struct node *on, struct group_tree *);        /* NULL: it has none; behind its program */

/* lookalikes.c: of the character that begins here */
enum { LOOKALIKE_MEANT = 3 };
struct lookalike_said { struct message help, message; };
size_t lookalike_at(const char *, size_t left);                 /* its bytes; 0: it is none */
size_t lookalike_find(const char *, size_t length);             /* where the first one is that is not in quotes; length: nowhere */
size_t lookalike_meant(const char *, char *meant);              /* what is meant; its bytes */
struct lookalike_said lookalike_said(struct arena *, const char *);
void lookalikes_list(struct diags *);                           /* if any was found: all others of the file that are likely to be wrong, too */

/* remedies.c */
const char *foreign_value(const char *word);                    /* `True`: "true"; NULL: no such word */
const char *foreign_truth(const char *word);                    /* `yes`, `True`: "true"; the same. (But a first value may be the word `yes`.) */
const char *foreign_function(const char *word);                 /* `size`: "len"; NULL: no such word */
const char *foreign_kind(const char *word);                     /* `mutex`: "lock"; the same */
const char *foreign_modifier(const char *word, const char *modifiers);  /* which of these is meant; NULL: none */
const char *foreign_sign(const char *at, size_t left, size_t *length);  /* `&&`: "and"; NULL: no such sign */
bool step_misread(struct compiler *, const struct node *);      /* a text that was meant as a step: says so */
const char *block_key(const struct verb_row *);                  /* under which its steps stand: "do", "then"; NULL: it has none */
bool is_for_all_steps(const char *modifier);                    /* every verb has it: it is for people alone */
const char *modifier_owner(const char *modifier);                /* the first verb that has it; NULL: none */
struct message verb_remedy(struct compiler *, const struct node *key, const struct node *of, struct message otherwise);
struct message semicolon_remedy(struct compiler *, const char *text, size_t at, size_t length);
const char *number_meant(struct compiler *, const char *text);   /* 0.5s: "500ms"; NULL: no idea */
const char *unit_meant(const char *word);                       /* "seconds": "s"; NULL: it is no unit */
struct message yaml_remedy(struct arena *, const char *line, size_t length);    /* `if: n > 0:`; NOTHING_TO_SAY: no idea */
struct message operand_remedy(struct compiler *, const struct verb_row *, const struct node *);  /* `put: q, 3`; the same */
struct message functions_help(struct compiler *);
bool modifier_mistyped(const struct node *step, const struct verb_row *);       /* has it a key that the verb does not know? */
bool method_misread(struct compiler *, const struct node *, uint32_t from, uint32_t name_at, const char *method);

/* slips.c */
struct lexer;
bool slip_misread(struct compiler *, const struct node *);      /* a text that is no step, for a reason that is plain: says so */
struct message unfinished(struct lexer *);                      /* what is meant where a text ends too soon, or goes on otherwise */
struct message sign_remedy(const struct lexer *);               /* of a sign that stands for nothing here; NOTHING_TO_SAY: it is another */
struct message thing_alone(struct compiler *, const char *word, struct message otherwise);      /* an object or a group without a verb */
struct message verb_of_field(struct compiler *, const struct node *, const char *object, enum verb);     /* `q.get` */
struct message after_value(struct lexer *);                     /* what is meant by what stands behind a value */
struct message name_remedy(struct lexer *, uint32_t at, uint32_t length, struct message otherwise);     /* by a name that is not known */
struct message call_remedy(struct lexer *, uint32_t at, const char *name, struct message otherwise);    /* by a function that is not known */
const char *range_meant(struct compiler *, const char *args);   /* of Python's range(args): 1..2 */
const char *verb_instead(enum verb, enum kind);                 /* which one does it on such an object; NULL: none */
bool swapped_operands(struct compiler *, const struct node *step, const struct verb_row *);     /* put: 3, into: q: says so */

/* lexer.c */
enum token_kind { TOKEN_END, TOKEN_NUMBER, TOKEN_TEXT, TOKEN_NAME, TOKEN_SIGN, TOKEN_BAD };
struct token { enum token_kind kind; uint32_t at, length; int64_t number; const char *text; };
struct lexer {
	struct compiler *c;
	const struct node *node;        /* where messages point to */
	const char *text;
	uint32_t at, end;
	struct token now;
};
void lexer_init(struct lexer *, struct compiler *, const struct node *, uint32_t from, uint32_t to);
void lexer_next(struct lexer *);
bool lexer_is(const struct lexer *, const char *sign_or_word);
bool lexer_skip(struct lexer *, const char *sign_or_word);
bool lexer_error(struct lexer *, struct token, struct message help, struct message expected);

/* expression.c */
/* All return NULL after adding a diagnostic. */
struct expr *expr_read(struct compiler *, const struct node *);                 /* a scalar as an expression */
struct expr *expr_template(struct compiler *, const struct node *);             /* a scalar as a template */
void check_said(struct compiler *, const struct node *);                        /* warns of a text that is probably meant as a value */
struct expr *expr_value(struct compiler *, const struct node *);                /* quoted: template; plain: expression; list: a list */
struct expr *expr_constant(struct compiler *, value, struct place);
struct expr *expr_range_or_value(struct compiler *, const struct node *);       /* also lo..hi at the top */
bool statement_read(struct compiler *, const struct node *, uint32_t *at, struct statement *);
const char *statement_target(struct compiler *, const struct node *);           /* the name it assigns to, or NULL */

/* uses.c: what is wrong with an expression where its value is taken, or something is assigned to it */
void expr_used(struct compiler *, const struct expr *);
void range_used(struct compiler *, const struct expr *);         /* or lo..hi */
void target_used(struct compiler *, const struct expr *);
void statement_used(struct compiler *, const struct statement *);
void check_end(struct compiler *, const char *word, bool sends, const struct expr *);     /* of a constant that is an object */

/* steps.c, control.c */
const struct block *steps_read(struct compiler *, const struct node *list);
void steps_collect_locals(struct compiler *, const struct node *);
struct statement *statements_read(struct compiler *, const struct node *);      /* one, or a list; no verbs */
struct tree_step *step_new(struct compiler *, struct place, enum verb, const char *text);
bool assign_target(struct compiler *, const struct node *, const struct expr **);       /* `into: name` */
bool word_among(const char *words, const char *word);                /* words: with blanks between */
const char *place_text(struct compiler *, struct place);             /* what stands there in the file */
void check_object(struct compiler *, const struct verb_row *, const struct expr *);
bool function_named(struct compiler *, const struct node *, uint32_t *number);    /* is one */
bool function_check(struct compiler *, const struct node *, size_t args, struct message help, uint32_t *number); /* is one, and takes so many */
void call_read(struct compiler *, const struct node *step, const struct node *, struct tree_step *);    /* of a step, or of a group whose program is a function */
struct look look_read(struct compiler *, const struct node *, bool template);
typedef void control_function(struct compiler *, const struct node *step, const struct node *n, struct tree_step *);
#define CONTROL(id, ...) control_function steps_##id;
#define ACTION_VERB(...)
#include "sim/language/verbs.def"
#undef CONTROL
#undef ACTION_VERB

/* declare.c, processes.c, settings.c, read.c */
enum where {
	WHERE_SCENARIO, WHERE_GROUP, WHERE_MAIN, WHERE_FUNCTION, WHERE_CPU, WHERE_EXPECT, WHERE_EXERCISE, WHERE_COUNT
};
bool key_here(enum where, const char *);                /* is it a key there? */
const char *foreign_key(const char *word, enum where);  /* which key there is meant; NULL: none */
const struct node *key_find(const struct node *map, const char *word, enum where);      /* its value, also under a word of another language */
struct message key_meant(struct compiler *, enum where, const char *);           /* what was meant by one that is not */
struct message section_remedy(struct compiler *, const struct node *, enum where);      /* in remedies.c: something else where a mapping belongs */
const char *kinds_having(struct compiler *, const char *key);    /* the kinds of objects whose long form has it; NULL: none */
bool key_glued(struct compiler *, const struct node *key);      /* no blank behind its colon; reports it */
bool key_lookalike(struct compiler *, const struct node *key);  /* another character in place of its colon; reports it */
bool map_check(struct compiler *, const struct node *, enum where);             /* is a map, and all its keys are known there */
const struct node *section_find(struct compiler *, const struct node *root, const char *);      /* under its key, or one that is meant to be it */
bool key_misplaced(struct compiler *, const struct node *key, const struct node *);       /* a key of the scenario or a group, where a name belongs */
bool section_meant(struct compiler *, const struct node *root, const char *);           /* is some unknown key nearly this one? */
void declare_variables(struct compiler *, const struct node *, enum symbol_kind);
void declare_objects(struct compiler *, const struct node *);
void declare_main(struct compiler *, const struct node *);                      /* NULL: the default one */
void declare_groups(struct compiler *, const struct node *);
void declare_servers(struct compiler *);                        /* of managers; workers of pools */
void routine_begin(struct compiler *);
void routine_end(struct compiler *, const char *name, struct place, const struct block *, struct routine *);
void read_beginnings(struct compiler *);                        /* of pools' workers */
void declare_functions(struct compiler *, const struct node *);
void read_functions(struct compiler *, const struct node *);
void read_groups(struct compiler *, const struct node *);
void read_main(struct compiler *, const struct node *);
void read_expect(struct compiler *, const struct node *);
void read_cpu(struct compiler *, const struct node *);
void read_observe(struct compiler *, const struct node *);
void observe_all(struct compiler *);
void read_schedule(struct compiler *, const struct node *);
void read_exercise(struct compiler *, const struct node *);
value first_value(struct compiler *, const struct node *);                      /* VALUE_UNSET after a diagnostic */
const char *prose(struct compiler *, const struct node *);                      /* in the language; NULL after a diagnostic */
/* A text in braces that has no quotes: reported. or_dict: a dictionary may stand there, too. */
bool bare_template(struct compiler *, const struct node *, bool or_dict);
const struct node *prose_node(struct compiler *, const struct node *);
const struct node *in_language(const struct node *map, const char *language);       /* the one that is shown, of a map that has some */
const char **prose_list(struct compiler *, const struct node *, uint32_t *count);
bool read_number(struct compiler *, const struct node *, int64_t least, int64_t most, int64_t *);
bool read_time(struct compiler *, const struct node *, int64_t least, int64_t *);
void time_without_unit(struct compiler *, struct place, const char *text);       /* warns if the text is digits alone */
bool read_truth(struct compiler *, const struct node *, bool *);

/* params.c */
void params_declare(struct compiler *, const struct node *);
void params_set(struct compiler *, const char *settings);       /* P=3,C=2: see program_load_set */
void params_settle(struct compiler *);                          /* from here on, their names have values */
/* A number that is known before the run. */
bool params_compute(const struct compiler *, const struct expr *, int64_t *out);
bool is_of_params(const struct compiler *, const struct node *);        /* is it a parameter, or computed of numbers and parameters? Then: */
value params_value(struct compiler *, const struct node *);             /* its value; VALUE_UNSET after a diagnostic */
bool params_number(struct compiler *, const struct node *, int64_t *);  /* the same of a number; false after a diagnostic */
bool params_lack_unit(const struct compiler *, const struct node *);    /* is there no time in it? */

/* An error with a place, for all of them. Returns false. */
bool wrong(struct compiler *, enum diag_id, struct place, struct message help, struct message);
#endif
