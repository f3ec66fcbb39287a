/* The command line: what its files offer each other.
 *
 *   main.c      which command
 *   parse.c     the arguments, by the tables of commands and flags
 *   values.c    what flags are given: numbers, durations, sizes        choices.c   .. one of some words
 *   help.c      --help
 *   complain.c  errors, as people read them
 *   files.c     reading a file without being fooled by it     library.c  the library: list, new
 *   scenario.c  a scenario with its parameters set
 *   outputs.c   writing files, and none that is read
 *   lsp*.c      the language server (ui/cli/lsp.h)
 *   run.c, ends.c, schedule.c, record.c, leave.c    run                 check.c, explain.c
 *   browse.c, shelf.c, progress.c, errands.c    the browser's files and commands
 *   explore.c, sweep.c, sweep_text.c    explore
 *   compare.c, compare_seeds.c, variants.c    compare
 *   learn*.c, learner.c    learn (ui/cli/learn.h)     grade.c, judging.c    grade
 *   quiz.c, problem.c, trial.c    the scheduling laboratory            completion.c */
#ifndef CLI_CLI_H
#define CLI_CLI_H
#include <stdio.h>
#include "sim/base/output.h"
#include "sim/language/program.h"
#include "sim/language/yaml.h"
#include "sim/report/chart.h"
#include "sim/report/recording.h"
#include "sim/schedule/play.h"
#include "ui/cli/messages.h"

enum exit_code { EXIT_FINE, EXIT_FINDING, EXIT_USAGE, EXIT_INPUT, EXIT_UNDECIDED, EXIT_REFUSED, EXIT_SIGNAL = 128 };

/* ---- the tables ---- */

enum command_id {
#define READY(id, ...) COMMAND_##id,
#define LATER(id, ...) COMMAND_##id,
#include "ui/cli/commands.def"
#undef READY
#undef LATER
	COMMAND_COUNT
};
enum option_id {
#define OPTION(id, ...) OPTION_##id,
#include "ui/cli/options.def"
#undef OPTION
	OPTION_COUNT
};
enum { MANY = 1 << 20 };

struct call;
struct command {
	const char *word, *operands;
	int least, most;                        /* how many operands */
	const char *meaning, *meaning_zh;
	int (*function)(struct call *);         /* returns the exit code; NULL: comes with a later version */
};
struct option {
	const char *word;
	char letter;
	const char *argument;                   /* NULL: it takes none */
	unsigned commands;                      /* bits 1 << command */
	const char *meaning, *meaning_zh;
};
extern const struct command command_rows[COMMAND_COUNT];
static inline bool may_leave_out(const struct option *o) { return o->argument && *o->argument == '['; }       /* its argument */
extern const struct option option_rows[OPTION_COUNT];

/* ---- one call of the program ---- */

#ifndef FORKLORE_VERSION
#define FORKLORE_VERSION "0.1.0"
#endif

struct call {
	const char *program;                    /* as it was called */
	const struct command *command;          /* NULL: none was given */
	const char *value[OPTION_COUNT];        /* NULL: not given; "" if it takes none */
	const char **operand;
	int operands;
	const char *language;                   /* "en", "zh", .. */
	struct arena arena;                     /* for texts made on the fly */
};
/* Texts are in that language from now on, a locale's name or --lang's; one that is not known changes nothing. */
void call_speak(struct call *, const char *locale);
/* EXIT_FINE, or the exit code after a complaint. */
int  call_parse(struct call *, int count, char **words);
bool call_has(const struct call *, enum option_id);
bool call_policies(struct call *, const char *word, struct message *help);     /* false: the word is no policy, or the command takes none */
/* Is what goes to standard output coloured? By --color; else if it is a terminal, and NO_COLOR says nothing. */
bool wants_color(const struct call *);
void help_print(const struct call *, FILE *);
#define READY(id, ...) int command_##id(struct call *);
#define LATER(id, ...)
#include "ui/cli/commands.def"
#undef READY
#undef LATER

/* ---- what flags are given: false after a complaint; *out stays as it is if the flag is not there ---- */

bool value_number(const struct call *, enum option_id, int64_t least, int64_t most, int64_t *out);
bool time_read(const char *, int64_t *micros);  /* a time with its unit, more than 0 and no longer than LONGEST_TIME? */
bool value_duration(const struct call *, enum option_id, int64_t *micros);     /* 100ms */
bool value_seconds(const struct call *, enum option_id, int64_t *micros);      /* 2, 0.5 */
bool value_bytes(const struct call *, enum option_id, uint64_t *bytes);         /* 512M, 1.5G, 4096 */
bool value_speed(const struct call *, enum option_id, double *per_second);     /* 4, 0.5, max: 0 */
bool value_size(const struct call *, enum option_id, int *columns, int *lines); /* 80x24 */
bool value_word(struct call *, enum option_id, const char *const *words, int count, int *which);
/* The words that a flag may be given; none: something else than one of some words. */
struct choices { const char *const *word; int count; };
struct choices choices_of(struct call *, enum option_id);
bool value_choice(struct call *, enum option_id, int *which);   /* which of them */
enum format { FORMAT_TEXT, FORMAT_SHORT, FORMAT_JSON, FORMAT_GITHUB, FORMAT_SARIF, FORMATS };  /* of findings */

/* ---- complaints: on stderr, in the form of diagnostics; help may be NOTHING_TO_SAY; they return the code ---- */

int complain(int code, struct message help, struct message);
/* "forklore: ..", no error. */
void remark(struct message);
/* Some expectations are more than a search can judge: which. */
void remark_not_judged(const struct program *);
/* A line on standard output. */
void print_line(struct message, FILE *);
/* Prose: on a terminal it is broken at its words, and begins at indent. Before it, so many columns of the line are taken. */
void print_prose(const char *words, int taken, int indent, FILE *);
/* In as many columns as there are, a terminal or not. */
void print_fitting(struct message, int indent, FILE *);
/* A word of a list, at least so wide, and beside it what it means, broken at its words; columns: 0: not broken. */
void print_row(const char *word, int width, const char *meaning, int columns, FILE *);
/* How wide and high is the terminal that this goes to? false: it goes to none. */
bool is_terminal(FILE *, int *columns, int *lines);
/* How wide may a line be: of a terminal, or what COLUMNS says, else 80. */
int columns_of(FILE *);
/* The exit code: another one if what was printed has not arrived, which is then reported. */
int output_arrived(int code);
/* "did you mean ..", else otherwise. */
struct message did_you_mean(const char *word, const char *const *words, size_t count, struct message otherwise);
/* All findings with their source lines, and how many they are. */
void findings_print(const struct diags *, FILE *);

/* Findings as a SARIF log, 2.1.0: the head, then those of each file, then the end. first: none has been written yet. */
void sarif_begin(FILE *);
void sarif_print(const struct diags *, bool *first, FILE *);
void sarif_end(bool first, FILE *);

/* A JSON Schema of scenarios. */
void schema_print(FILE *);

/* ---- files ---- */

/* What was read, or, where that failed, one finding that says why. */
struct file {
	struct arena arena;
	struct source source;
	struct diags diags;
	const char *path;                       /* NULL: standard input */
	char *text;
	size_t length;
};
/* FILE as the user gave it: a path, the name of a scenario in the library, "-". false: see its diags. */
bool file_find(struct call *, struct file *, const char *name);
bool file_read(struct file *, const char *path);        /* a path or "-" only */
/* The same, of a file that may be larger than a scenario's. Standard input is read up to as many bytes, too. */
enum { RECORDING_FILE = 256 << 20 };
bool file_read_recording(struct file *, const char *path);
/* The same of a text that was given itself. */
void file_given(struct file *, const char *name, const char *text);
void file_free(struct file *);
/* Where the file or the scenario of this name is. */
const char *file_path(struct call *, const char *name);
const char *file_word(struct call *, const char *name); /* as a word of a command that can be typed */

/* Is everything that is written another file than what is read, and than the others? For every command, before it
 * begins. These three return EXIT_FINE, or the code after a complaint. */
int outputs_check(struct call *);
/* handout.c: without the hints of the exercise; false: there are none. Is it an answer, and no scenario? Is one asked for by the exercise? */
bool handout_without_hints(struct call *, struct text *);
bool handout_is_answer(struct call *, const struct file *);
bool handout_asks_for_schedule(struct call *, const struct file *);
/* Flags that do nothing as the others are: the same, or a remark; and those that do nothing under this policy. */
int idle_check(struct call *);
void idle_under(struct call *, enum policy);
/* Could they be written? To be asked before long work. */
int outputs_ready(struct call *);
/* A whole file, or none: what was there before stays if it can't be written; "-" is standard output. */
int file_write(const char *path, const char *text, size_t length);
/* confine.c: the sandbox around a run. watched: what its viewer has seen is remembered. A code: what was required and is not there. */
int confine(struct call *, bool watched);
bool confined_write(const char *path, const char *text, size_t length, int *error);     /* false: that file is not written from outside of it */
void confined_end(void);
int sandbox_wish(struct call *);                        /* are its flags fit together? */
int sandbox_missing(struct call *, unsigned got);       /* says what the kernel does not do of SANDBOX_ALL; refuses, if all is required */
int file_replace(const char *path, const char *text, size_t length);   /* the same of a file, in silence: 0, or an errno */
int file_create(const char *path, const struct text *);         /* a whole file that was not there before, or none: 0, or an errno */
int write_all(int fd, const char *text, size_t length);        /* 0, or an errno */
int append_all(int fd, const char *text, size_t length);       /* the same, to a file's end (O_APPEND): all of it, or nothing */

/* Where programs keep what they remember between two uses; NULL: there is no such place. */
const char *state_folder(struct call *);
/* Each folder on the way there. 0, or an errno. */
int make_folders(struct call *, const char *path);

/* A file there: all of it, "" if there is none; lines added to it, in silence: state_lost() says whether that failed. */
const char *state_read(struct call *, const char *file);
void state_add(struct call *, const char *file, const struct text *lines);
void state_replace(struct call *, const char *file, const char *text);         /* all of it, at once */
const char *state_lost(struct call *);                  /* what could not be written there first, and why; NULL: all was */
void state_say_lost(struct call *);                     /* on standard error, if something is */
/* What the viewer has behind them: all of it, then of one scenario, as bits of enum progress; noted, in silence. */
const char *progress_read(struct call *);
unsigned progress_of(const char *all, const char *name);
void progress_note(struct call *, const char *name, unsigned bits);
/* Of the questions about it, how many were answered right, at best; 0 of 0: none were. Noted if it is better than before. */
struct score { int right, asked; };
struct score score_of(const char *all, const char *name);
void score_note(struct call *, const char *name, struct score);
/* Notes that a run has been seen, and whether it broke. */
struct watcher { struct listener listener; struct call *call; const char *name; };
void watcher_init(struct watcher *, struct call *, const char *name, struct listener *next);

/* forklore alone, on a terminal: the exit code. */
int browse(struct call *);
/* Was this program started by the browser, which does itself what its viewer leaves for? */
bool is_browsed(void);

/* The path of a scenario in the library, or NULL. */
const char *library_path(struct call *, const char *name);
struct message library_suggest(struct call *, const char *name);
const char *library_by_words(struct call *, const char *words);        /* of the name, or of a title in any language; NULL: there is none */
void library_print(struct call *, FILE *);
size_t lesson_rank(const char *name);                  /* in the course; behind all lessons if it is none */
const char *topic_shown(const char *word);              /* in the viewer's language; a scenario may have one that is not in the table */
/* What the browser shows: the scenarios in the folder where we are, then the library, in the order in which it teaches. */
struct browsed;
struct browsed *library_shelf(struct call *, int *count);
/* A copy of it in the folder where we are, under its name or one with a number: its path; NULL: *refused says why there is none. */
const char *library_copy(struct call *, const char *name, const char **refused);
enum { LIBRARY_ROOTS = 2 };
const char *library_root(struct call *, int number);
const char *program_path(void);                         /* of this very program, also where there is no /proc */
struct choices library_choices(struct call *);          /* the names of all scenarios; */
struct choices topic_choices(struct call *);            /* of the topics, in the viewer's language */
struct choices exercise_choices(struct call *);         /* the names of the exercises, in their order */
struct choices explain_choices(struct call *);          /* the words that `explain` knows */
char *explained(const char *word);                      /* what it says of one, to be freed; NULL: nothing */
/* The lesson after this one, in the order in which the library teaches (ui/cli/course.def). NULL: there is none. */
const char *library_next(struct call *, const char *name);

/* ---- a scenario, with its parameters as the call sets them ---- */

struct schedule;
/* The scenario that the first operand names. schedule: where one is read that the call names, or NULL; without --set, parameters are
 * as they were when that was made. EXIT_FINE, or the code after complaints; then *g may be NULL. Its own diagnostics are left to the caller. */
int scenario_load(struct call *, struct file *, struct schedule *, struct program **);
struct program *scenario_read(struct call *, const struct file *);      /* of a file that was read; as for scenario_misset: */
void scenario_warn(struct program *);           /* what `check` finds beside errors */
int scenario_misset(const struct program *);    /* EXIT_FINE, or the code after a complaint about --set */

/* ---- runs on the model, from beginning to end ---- */

/* One of several that are compared: a file, with parameters set or NULL; what it is called beside the others. */
enum { MOST_VARIANTS = 64 };
struct variant { const char *name, *set, *label; };
size_t variants_of(struct call *, struct variant *);    /* how many there are, which may be more than there is room for */
int compare_seeds(struct call *, int table);            /* an enum table_form; -1: none is asked for */

struct trial {
	struct file file;
	struct program *g;
	struct settings settings;
	struct chart chart;                     /* of the last run */
};
void warn_of_naps(struct program *, const char *language);       /* naps.c: of a scenario that some order breaks: sleeps that it relies on */
bool trial_wishes(struct call *, struct trial *);       /* --seed, --cpus, --max-steps; false after a complaint */
int  trial_load(struct call *, struct trial *);         /* EXIT_FINE, or the code after complaints */
int  trial_load_as(struct call *, struct trial *, const char *file, const char *set);   /* of that file, with these parameters, or NULL */
void trial_settle(struct trial *, enum policy, int64_t quantum);       /* quantum: 0 or less: as the scenario says */
struct play *trial_play(struct trial *);                /* as far as it goes until ends_now */
void trial_free(struct trial *);

/* ---- explore ---- */

struct limits;
/* --sweep: the grid. limits: of each cell; timeout: likewise, microseconds; less than 0: none. */
int explore_sweep(struct call *, const struct file *, const struct program *, const struct limits *, int64_t timeout);

enum { MUTANT_STATES = 200000 };        /* each part of the search for a mutant keeps at most so many, if nothing else is said */

/* ---- run ---- */

/* Requests to end: ^C and other signals, a reader that went away. From here on they are only remembered. */
void ends_catch(void);
int  ends_caught(void);                 /* a signal's number, or 0 */
/* While this is on, the first ^C is no request to end: */
void ends_hand_on(bool on);
bool ends_handed_on(void);              /* it has come; */
void ends_after_all(void);              /* there is nobody for it: it is one */
/* A time limit: so many microseconds from now (negative: none). It, and a signal, end also a stretch of private steps; and in
 * the end everything. */
void ends_stretch(int64_t after);
bool ends_late(void);                   /* the time is up */
bool ends_now(void);                    /* one of the two */
int64_t wall_clock(void);               /* microseconds */

/* Become that command; returns only if that fails: the exit code after a complaint. */
enum leave;
int leave_for(struct call *, enum leave);

/* A schedule in a file of its own, or a recorded run. */
struct schedule {
	struct file file;
	bool opened, readable;
	struct turns list;
	bool has_seed, has_fair, fair;
	int64_t seed;
	struct history history;         /* of a recorded run: it has been made under these: */
	int policy;                     /* -1: it says nothing, as a mere list */
	int64_t cpus, quantum;          /* quantum: -1: the scenario's */
};
/* The parameters that it was made with, as --set takes them; NULL: it says nothing of them. */
const char *schedule_settings(struct call *, struct schedule *, const char *path);
/* EXIT_FINE, or the code after complaints. It is for this program, which must be the one it was made for. */
int  schedule_read(struct schedule *, struct program *, const char *path);
void schedule_free(struct schedule *);
bool schedule_is_recording(const struct schedule *);
/* How a scenario is run if nothing else is said. */
struct settings settings_of(const struct program *);
/* The schedule or recording at this path (NULL: none) is read, and these settings are made to play it. */
int  schedule_take(struct call *, struct schedule *, struct program *, const char *path, struct settings *);

/* The beginning of a schedule's file: what the schedule was made for. */
struct header { bool recorded; const char *file; uint64_t seed; bool fair; };      /* recorded: a run, not a counterexample */
void schedule_header(struct text *, const struct program *, const struct header *);

/* A listener that writes the run's history, which the run must keep, to a file at its end. */
struct recorder {
	struct listener listener;
	const char *file, *path;        /* the scenario's, as it was typed; the recording's */
	bool failed;                    /* it could not be written: that has been said */
};
void recorder_init(struct recorder *, const char *file, const char *path);
/* A run's history, in silence: 0, or an errno. */
int recording_keep(const char *path, const char *file, const struct play *);

/* What may be typed after a run, as the user began it. */
struct leaving {
	struct call *call;
	const struct file *file;        /* the scenario's; */
	const struct settings *asked;   /* how it was to be run; */
	const struct schedule *schedule;
	const struct recorder *recorder;
};
struct commands;
struct commands commands_after(struct leaving *);
/* As the user began: by the same name, and with the same language; sets: and with the same parameters. */
const char *command_on(struct call *, const char *command, const char *file, bool sets);
/* As it was typed, without what makes no difference to what runs, and what will be said anew: unsaid has a place for each option. */
void put_typed(struct text *, struct call *, const bool *unsaid);
/* --set as it was given, each; nothing if it was not. */
void put_settings(struct text *, struct call *);
/* The same run again; NULL: no command brings it. note: what is to be said of it, or NULL. */
const char *run_again(struct leaving *, const struct play *, const char **note);
#endif
