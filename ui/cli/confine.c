/* A run goes into its sandbox before its file is parsed. What it needs from outside is named here; the files that flags name are written
 * by a process that stays outside, and writes nothing else. */
#include "ui/cli/cli.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "sim/stage/sandbox.h"
#include "sim/stage/writer.h"

/* ---- files that are written ---- */

static const enum option_id written[] = { OPTION_RECORD, OPTION_SCREEN };
enum { WRITTEN = sizeof written / sizeof *written };
static const char *path_of[WRITTEN];

static int write_there(uint32_t which, const char *text, size_t length)
{
	return which < WRITTEN && path_of[which] ? file_replace(path_of[which], text, length) : EINVAL;
}

/* Before anything is played: at the end it would be lost. */
static int writer_needed(struct call *c)
{
	const char *any = NULL;
	for (int i = 0; i < WRITTEN; i++) {
		const char *path = c->value[written[i]];
		path_of[i] = path && strcmp(path, "-") ? path : NULL;
		any = path_of[i] ? path_of[i] : any;
	}
	int error = any ? writer_begin(write_there) : 0;
	return error ? complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(NO_WRITER, any, error_named(error))) : EXIT_FINE;
}

bool confined_write(const char *path, const char *text, size_t length, int *error)
{
	uint32_t i = 0;
	while (i < WRITTEN && path_of[i] != path)
		i++;
	if (i == WRITTEN)
		return false;
	writer_writes(i, text, length, error);
	return true;
}

void confined_end(void)
{
	writer_end();
}

/* ---- what is needed ---- */

struct list { const char **at; size_t count; };

static void put(struct list *l, const char *path)
{
	if (path)
		l->at[l->count++] = path;
}

/* Terminals are described there, and elsewhere if somebody says so. */
static void put_terminals(struct call *c, struct list *l)
{
	const char *home = getenv("HOME"), *more = getenv("TERMINFO_DIRS");
	put(l, "/etc/terminfo");
	put(l, getenv("TERMINFO"));
	put(l, home ? arena_print(&c->arena, "%s/.terminfo", home) : NULL);
	for (int n = 0; more && n < 8 && *more; n++) {
		size_t length = strcspn(more, ":");
		if (length)
			put(l, arena_word(&c->arena, more, length));
		more += length + (more[length] == ':');
	}
}

static unsigned enter(struct call *c, bool watched)
{
	enum { MOST = 64 };
	static const char *const usual[] = { "/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/proc", "/sys/fs/cgroup", "/sys/devices/system/cpu" };
	struct list read = { arena_get(&c->arena, MOST * sizeof *read.at), 0 }, change = { arena_get(&c->arena, MOST * sizeof *change.at), 0 };
	const char *tmp = getenv("TMPDIR"), *schedule = c->value[OPTION_SCHEDULE];
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		put(&read, usual[i]);
	put_terminals(c, &read);
	put(&read, getenv("LOCPATH"));
	for (int i = 0; i < LIBRARY_ROOTS; i++)
		put(&read, library_root(c, i));
	put(&read, file_path(c, c->operand[0]));
	put(&read, schedule);
	put(&change, "/dev/null");
	put(&change, "/dev/tty");
	put(&change, tmp && *tmp ? tmp : "/tmp");
	if (watched && state_folder(c) && !make_folders(c, state_folder(c)))
		put(&change, state_folder(c));
	return sandbox_enter(read.at, change.at);
}

/* ---- the flags ---- */

int sandbox_wish(struct call *c)
{
	return call_has(c, OPTION_NO_SANDBOX) && call_has(c, OPTION_REQUIRE_SANDBOX) ? complain(EXIT_USAGE, SAY(LEAVE_ONE_OUT), SAY(SANDBOX_BOTH)) : EXIT_FINE;
}

int sandbox_missing(struct call *c, unsigned got)
{
	unsigned missing = SANDBOX_ALL & ~got;
	if (!missing)
		return EXIT_FINE;
	struct message what = missing == SANDBOX_ALL ? SAY(SANDBOX_NONE) : missing == SANDBOX_CALLS ? SAY(SANDBOX_NO_CALLS) : SAY(SANDBOX_NO_FILES);
	if (call_has(c, OPTION_REQUIRE_SANDBOX))
		return complain(EXIT_REFUSED, SAY(SANDBOX_IF_ANY), what);
	remark(what);
	return EXIT_FINE;
}

int confine(struct call *c, bool watched)
{
	if (call_has(c, OPTION_NO_SANDBOX))
		return EXIT_FINE;
	int code = writer_needed(c);
	return code ? code : sandbox_missing(c, enter(c, watched));
}
