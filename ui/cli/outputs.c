/* Files that are read and written. One that is read must not be among those that are written, whatever path names it, and
 * standard input is read once; a good file is replaced only by a whole one. */
#include "ui/cli/cli.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The options that name a file. */
static const struct named { enum option_id option; bool written; const char *what, *what_zh; } named[] = {
	{ OPTION_SCHEDULE, false, "the schedule", "调度序列" },
	{ OPTION_FROM,     false, "the scenario", "场景" },
	{ OPTION_RECORD,   true,  "the recording", "记录" },
	{ OPTION_SCREEN,   true,  "the picture", "图" },
	{ OPTION_EXPORT_CSV, true, "the table", "表格" },
	{ OPTION_OUTPUT,   true,  "the counterexample", "反例" },
};
enum { NAMED = sizeof named / sizeof *named };

/* ---- which file is it? ---- */

/* What is not there yet is known by its folder and its name. */
struct identity { bool known, there; struct stat is; const char *name; };

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static const char *folder_of(struct arena *a, const char *path)
{
	size_t n = last_part(path) - path;
	return n ? arena_word(a, path, n) : ".";
}

static struct identity identity_of(struct call *c, const char *path)
{
	struct identity i = { .name = last_part(path) };
	i.there = i.known = !stat(path, &i.is);
	if (!i.there)
		i.known = errno == ENOENT && !stat(folder_of(&c->arena, path), &i.is);
	return i;
}

static struct identity stream_identity(int fd)
{
	struct identity i = { .name = "" };
	i.there = i.known = !fstat(fd, &i.is);
	return i;
}

/* Devices and terminals may be read and written at the same time. */
static bool is_same(const struct identity *a, const struct identity *b)
{
	if (!a->known || !b->known || a->there != b->there || a->is.st_dev != b->is.st_dev || a->is.st_ino != b->is.st_ino)
		return false;
	return a->there ? S_ISREG(a->is.st_mode) : !strcmp(a->name, b->name);
}

/* ---- which are read, which are written ---- */

/* writer: NULL: it is only read. */
struct use { struct identity is; const char *what, *writer; };
struct uses { struct use *list; int count; };

static bool is_stream(const char *path)
{
	return !strcmp(path, "-");
}

static void add(struct uses *u, struct identity is, const char *what, const char *writer)
{
	u->list[u->count++] = (struct use){ is, what, writer };
}

static void add_read(struct call *c, struct uses *u, const char *name, const char *what)
{
	add(u, is_stream(name) ? stream_identity(STDIN_FILENO) : identity_of(c, file_path(c, name)), what, NULL);
}

/* All that is read stands before what is written. */
static struct uses uses_of(struct call *c)
{
	struct uses u = { arena_get(&c->arena, (c->operands + NAMED + 1) * sizeof *u.list), 0 };
	for (int i = 0; i < c->operands && strstr(c->command->operands, "FILE"); i++)
		add_read(c, &u, c->operand[i], spoken("the scenario", "场景"));
	for (int i = 0; i < NAMED; i++) {
		const char *path = c->value[named[i].option];
		if (path && !named[i].written && *path != '[')        /* a schedule may be given itself */
			add_read(c, &u, path, spoken(spoken(named[i].what, named[i].what_zh), named[i].what_zh));
	}
	add(&u, stream_identity(STDOUT_FILENO), spoken("what goes to standard output", "标准输出的内容"), spoken("standard output", "标准输出"));
	for (int i = 0; i < NAMED; i++) {
		const char *path = c->value[named[i].option];
		if (path && named[i].written && !is_stream(path))
			add(&u, identity_of(c, path), spoken(named[i].what, named[i].what_zh), arena_print(&c->arena, "`--%s`", option_rows[named[i].option].word));
	}
	return u;
}

/* An option that names a file, and does not. */
static int nameless(struct call *c)
{
	for (int i = 0; i < NAMED; i++) {
		const char *path = c->value[named[i].option];
		if (path && !*path)
			return complain(EXIT_USAGE, SAY(LEAVE_OUT_OR_NAME), SAY(EMPTY_FLAG, option_rows[named[i].option].word));
	}
	return EXIT_FINE;
}

/* Of what is read there, nothing is left for another that reads there. */
static int reads_standard_input(struct call *c)
{
	int times = 0;
	for (int i = 0; i < c->operands && strstr(c->command->operands, "FILE"); i++)
		times += is_stream(c->operand[i]);
	for (int i = 0; i < NAMED; i++)
		times += !named[i].written && c->value[named[i].option] && is_stream(c->value[named[i].option]);
	return times;
}

int outputs_check(struct call *c)
{
	int code = nameless(c);
	if (code != EXIT_FINE)
		return code;
	if (c->command && reads_standard_input(c) > 1)
		return complain(EXIT_USAGE, SAY(NAME_FILE_FOR_ONE), SAY(STANDARD_INPUT_ONCE));
	struct uses u = c->command ? uses_of(c) : (struct uses){ 0 };
	for (int i = 0; i < u.count; i++)
		for (int k = 0; k < i && u.list[i].writer; k++)
			if (is_same(&u.list[i].is, &u.list[k].is))
				return complain(EXIT_USAGE, SAY(NAME_ANOTHER_FILE), SAY(WOULD_OVERWRITE, u.list[i].writer, u.list[k].what));
	return EXIT_FINE;
}

/* ---- can it be written? ---- */

/* 0, or an errno. Nothing is opened: a reader of a pipe would take that for all there is. */
static int obstacle(struct call *c, const char *path)
{
	struct stat s;
	if (!stat(path, &s))
		return S_ISDIR(s.st_mode) ? EISDIR : faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) ? errno : 0;
	if (errno != ENOENT)
		return errno;
	return faccessat(AT_FDCWD, folder_of(&c->arena, path), W_OK | X_OK, AT_EACCESS) ? errno : 0;
}

int outputs_ready(struct call *c)
{
	for (int i = 0; i < NAMED; i++) {
		const char *path = c->value[named[i].option];
		int error = path && named[i].written && !is_stream(path) ? obstacle(c, path) : 0;
		if (error)
			return complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(PATH_PROBLEM, path, error_named(error)));
	}
	return EXIT_FINE;
}

/* ---- writing ---- */

int write_all(int fd, const char *text, size_t length)
{
	while (length) {
		ssize_t n = write(fd, text, length);
		if (n < 0 && errno != EINTR)
			return errno;
		text += n > 0 ? n : 0;
		length -= n > 0 ? n : 0;
	}
	return 0;
}

int append_all(int fd, const char *text, size_t length)
{
	struct stat before, after;
	bool plain = !fstat(fd, &before) && S_ISREG(before.st_mode);
	int error = write_all(fd, text, length);
	if (error && plain && !fstat(fd, &after) && after.st_size < before.st_size + (off_t)length && ftruncate(fd, before.st_size))
		error = errno;
	return error;
}

static int close_after(int fd, int error)
{
	return close(fd) && !error ? errno : error;
}

/* What makes it longer comes first: where there is no room for that, what was there stays. */
static int write_over(int fd, size_t had, const char *text, size_t length)
{
	size_t same = length < had ? length : had;
	int error = lseek(fd, (off_t)same, SEEK_SET) < 0 ? errno : write_all(fd, text + same, length - same);
	if (error)
		return ftruncate(fd, (off_t)had) ? errno : error;
	error = lseek(fd, 0, SEEK_SET) < 0 ? errno : write_all(fd, text, same);
	return !error && ftruncate(fd, (off_t)length) ? errno : error;
}

static int write_through(const char *path, const char *text, size_t length)
{
	struct stat is;
	int fd = open(path, O_WRONLY | O_CREAT | O_NOCTTY | O_CLOEXEC, 0666);
	if (fd < 0)
		return errno;
	bool plain = !fstat(fd, &is) && S_ISREG(is.st_mode);
	return close_after(fd, plain ? write_over(fd, (size_t)is.st_size, text, length) : write_all(fd, text, length));
}

/* What no other can take the place of: devices, pipes, files with a second name or of somebody else, ends of links. */
static bool is_replaceable(const char *path, mode_t *mode)
{
	struct stat s;
	mode_t mask = umask(0);
	umask(mask);
	*mode = 0666 & ~mask;
	if (lstat(path, &s))
		return errno == ENOENT;
	*mode = s.st_mode & 0777;
	return S_ISREG(s.st_mode) && s.st_nlink == 1 && s.st_uid == geteuid() && !faccessat(AT_FDCWD, path, W_OK, AT_EACCESS);
}

/* Beside it, then under its name: whatever happens meanwhile, there is one or the other, whole. */
static int write_aside(const char *path, mode_t mode, const char *text, size_t length)
{
	struct text aside = { 0 };
	text_print(&aside, "%s.XXXXXX", path);
	int fd = mkostemp(aside.at, O_CLOEXEC), error = errno;
	if (fd < 0) {
		bool may_not = error == EACCES || error == EPERM || error == EROFS || error == ENAMETOOLONG;    /* else there is no room for it, either */
		text_free(&aside);
		return may_not ? write_through(path, text, length) : error;
	}
	error = fchmod(fd, mode) ? errno : write_all(fd, text, length);
	error = close_after(fd, error);
	if (!error && rename(aside.at, path))
		error = errno;
	if (error)
		unlink(aside.at);
	text_free(&aside);
	return error;
}

int file_replace(const char *path, const char *text, size_t length)
{
	char *end_of_links = realpath(path, NULL);
	const char *at = end_of_links ? end_of_links : path;
	mode_t mode;
	int error = is_replaceable(at, &mode) ? write_aside(at, mode, text, length) : write_through(at, text, length);
	free(end_of_links);
	return error;
}

int file_write(const char *path, const char *text, size_t length)
{
	if (is_stream(path)) {          /* what fails there is noticed where all of it is flushed */
		fwrite(text, 1, length, stdout);
		return EXIT_FINE;
	}
	int error;
	if (!confined_write(path, text, length, &error))
		error = file_replace(path, text, length);
	return error ? complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(PATH_PROBLEM, path, error_named(error))) : EXIT_FINE;
}
