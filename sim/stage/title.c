/* A process's name as `ps` and `top` show it. */
#include "sim/stage/memory.h"
#include <string.h>

static char *area;
static size_t room;

/* The kernel calls a program by the file that it was started from: `exe`, where it began itself anew through /proc/self/exe. */
static void restore_comm(const char *word)
{
	const char *slash = strrchr(word, '/'), *name = slash ? slash + 1 : word;
	if (*name)
		sys_prctl(PR_SET_NAME, (unsigned long)name, NULL);
}

void stage_title_area(int argc, char **argv)
{
	area = argv[0];
	room = argc ? (size_t)(argv[argc - 1] + strlen(argv[argc - 1]) - argv[0]) : 0;
	if (argc)
		restore_comm(argv[0]);
}

static char *copied(char *to, const char *from, size_t length)
{
	memcpy(to, from, length);
	return to + length;
}

/* As many bytes of a name, the 0 included, as there is room for. A name in ASCII is cut as the kernel and `pgrep` do. Another
 * loses its middle, between characters: few of them fit, and its end tells it from its siblings.
 * Copied by hand: each process does this right after its fork, and `snprintf` is the only thing for which it would fetch
 * seven pages of the library. */
static void fit(char *out, size_t space, const char *name)
{
	bool plain = true;
	size_t length = strlen(name), tail = length, head = 0;
	for (const char *s = name; *s; s++)
		plain &= (unsigned char)*s < 0x80;
	if (plain || length < space || space < 8) {
		size_t fits = length < space ? length : plain ? space - 1 : 0;
		*copied(out, name, fits) = 0;
		return;
	}
	size_t left = space - sizeof "…";
	for (size_t at = length; length - at <= left / 2; at--)         /* it is longer than that */
		if (((unsigned char)name[at] & 0xc0) != 0x80)
			tail = at;
	for (size_t at = 0; at <= left - (length - tail); at++)
		if (((unsigned char)name[at] & 0xc0) != 0x80)
			head = at;
	char *end = copied(copied(out, name, head), "…", strlen("…"));
	*copied(end, name + tail, length - tail) = 0;
}

/* The command line as `ps` shows it: as much of the name as there was room for arguments; and the
 * command's name, 15 bytes of it. */
void title_set(const char *name)
{
	char comm[16];
	fit(comm, sizeof comm, name);
	sys_prctl(PR_SET_NAME, (unsigned long)comm, NULL);
	if (room < 2)
		return;
	memset(area, 0, room);
	fit(area, room, name);
}
