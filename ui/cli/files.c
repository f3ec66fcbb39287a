/* Reading a file that somebody named: it may be anything, and must neither block nor fill the memory. */
#include "ui/cli/cli.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool unreadable(struct file *f, struct message help, struct message why)
{
	diag_add(&f->diags, DIAG_FILE, (struct place){ 0 }, help, why);
	return false;
}

static struct message kind_of_file(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:  return SAY(IS_DIRECTORY);
	case S_IFIFO:  return SAY(IS_FIFO);
	case S_IFSOCK: return SAY(IS_SOCKET);
	default:       return SAY(IS_DEVICE);
	}
}

/* May it be opened and read without waiting for anybody? */
static bool is_plain(struct file *f, const struct stat *s, size_t most)
{
	if (!S_ISREG(s->st_mode))
		return unreadable(f, S_ISDIR(s->st_mode) ? SAY(NAME_A_FILE_IN_IT) :
		                  SAY(READ_FROM_PIPE), kind_of_file(s->st_mode));
	if ((size_t)s->st_size > most)
		return unreadable(f, NOTHING_TO_SAY, SAY(LARGER_THAN, most >> 20));
	return true;
}

static int open_plain(struct file *f, const char *path, size_t most)
{
	struct stat s;
	int fd;
	if (stat(path, &s)) {
		unreadable(f, NOTHING_TO_SAY, SAY(AS_IT_IS, error_named(errno)));
		return -1;
	}
	if (!is_plain(f, &s, most))
		return -1;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &s))
		unreadable(f, errno == EACCES ? SAY(ASK_OWNER) : NOTHING_TO_SAY, SAY(AS_IT_IS, error_named(errno)));
	else if (is_plain(f, &s, most))               /* it may have been exchanged meanwhile */
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Up to one byte more than is allowed: the parser reports that it is too large. */
static bool read_all(struct file *f, int fd, size_t most)
{
	size_t room = 0;
	for (;;) {
		if (f->length == room) {
			room = room ? 2 * room : 1 << 16;
			room = room > most + 1 ? most + 1 : room;
			f->text = must_have(realloc(f->text, room));
		}
		ssize_t n = read(fd, f->text + f->length, room - f->length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return unreadable(f, NOTHING_TO_SAY, SAY(AS_IT_IS, error_named(errno)));
		f->length += n;
		if (!n || f->length == most + 1)
			return true;
	}
}

static void file_begin(struct file *f, const char *name)
{
	*f = (struct file){ 0 };
	source_init(&f->source, &f->arena, name, "", 0);
	f->diags = (struct diags){ .arena = &f->arena, .source = &f->source };
}

static bool read_path(struct file *f, const char *path, size_t most)
{
	int fd = open_plain(f, path, most);
	bool good = fd >= 0 && read_all(f, fd, most);
	f->path = arena_word(&f->arena, path, strlen(path));
	if (fd >= 0)
		close(fd);
	return good;
}

void file_given(struct file *f, const char *name, const char *text)
{
	file_begin(f, name);
	f->length = strlen(text);
	f->text = must_have(strndup(text, f->length));
}

static bool read_up_to(struct file *f, const char *path, size_t most)
{
	bool standard = !strcmp(path, "-");
	file_begin(f, standard ? "<stdin>" : path);
	return standard ? read_all(f, STDIN_FILENO, most) : read_path(f, path, most);
}

bool file_read(struct file *f, const char *path)
{
	return read_up_to(f, path, YAML_FILE);
}

bool file_read_recording(struct file *f, const char *path)
{
	return read_up_to(f, path, RECORDING_FILE);
}

/* A path goes first; a directory that is called like a scenario is not what is meant. */
const char *file_path(struct call *c, const char *name)
{
	struct stat s;
	bool missing = stat(name, &s) != 0;
	const char *path = strcmp(name, "-") && (missing || S_ISDIR(s.st_mode)) ? library_path(c, name) : NULL;
	return path ? path : name;
}

/* In commands that are offered: they can be typed as they are shown. */
const char *file_word(struct call *c, const char *path)
{
	struct text t = { 0 };
	text_shell(&t, path);
	const char *word = arena_word(&c->arena, text_is(&t), t.length);
	text_free(&t);
	return word;
}

bool file_find(struct call *c, struct file *f, const char *name)
{
	struct stat s;
	if (!*name) {
		file_begin(f, "''");
		return unreadable(f, SAY(NAME_A_SCENARIO), SAY(EMPTY_NAME));
	}
	const char *path = file_path(c, name);
	if (!strcmp(path, "-") || strchr(path, '/') || !stat(path, &s) || errno != ENOENT)
		return file_read(f, path);
	file_begin(f, name);
	return unreadable(f, library_suggest(c, name),
	                  SAY(NO_SUCH_FILE));
}

void file_free(struct file *f)
{
	free(f->text);
	diags_free(&f->diags);
	arena_free(&f->arena);
}
