/* A process's name as `ps` and `top` show it. */
#include "sim/stage/memory.h"
#include <string.h>
#include <sys/prctl.h>

static char *area;
static size_t room;

void stage_title_area(int argc, char **argv)
{
	area = argv[0];
	room = argc ? (size_t)(argv[argc - 1] + strlen(argv[argc - 1]) - argv[0]) : 0;
}

/* The command line as `ps` shows it: as much of the name as there was room for arguments; and the
 * command's name, 15 bytes of it. */
void title_set(const char *name)
{
	prctl(PR_SET_NAME, name);
	if (room < 2)
		return;
	memset(area, 0, room);
	strncpy(area, name, room - 1);
}
