/* Processes that somebody has stopped from outside: `kill -STOP`, a debugger. The kernel reports that to a process's parent alone, and
 * most are not our children: so the kernel's list is read from time to time. */
#include "sim/stage/memory.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

bool stat_line(pid_t pid, char *line, size_t room)
{
	char path[40];
	ssize_t n = -1;
	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	int fd = sys_open(path, O_RDONLY | O_CLOEXEC, 0);
	if (fd >= 0) {
		n = sys_read(fd, line, room - 1);
		sys_close(fd);
	}
	line[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* Behind the name in brackets. One that is not there any more is as dead as a zombie; where nothing can be looked up, none is known to be. */
char state_of(pid_t pid)
{
	char line[128];
	const char *name_ends = stat_line(pid, line, sizeof line) ? strrchr(line, ')') : NULL;
	if (name_ends)
		return name_ends[2] == 'X' ? 'Z' : name_ends[2];
	return sys_kill(pid, 0) && errno == ESRCH ? 'Z' : '?';
}

static bool is_stopped(pid_t pid)
{
	char state = state_of(pid);
	return state == 'T' || state == 't';    /* t: under a debugger */
}

/* It, or a thread of its, has the mutex. While it is stopped that does not change. */
static bool is_inside(const struct stage *s, proc_id p)
{
	pid_t holder = stage_holder(s);
	bool holds = holder && s->common->box[p].pid == holder;
	for (proc_id t = MAIN; t < s->g->processes && holder && !holds; t++)
		holds = process_body(s->g, t) == p && s->common->box[t].thread == (uint32_t)holder;
	return holds;
}

static proc_id holder_of(const struct stage *s)
{
	for (proc_id p = MAIN; p < s->g->processes && stage_holder(s); p++)
		if (process_body(s->g, p) == p && is_inside(s, p))
			return p;
	return 0;
}

static bool look_at(struct stage *s, struct play *y, proc_id p)
{
	bool lives = p == process_body(s->g, p) && who_is(y->world.shared, p)->life == LIFE_ALIVE;
	if (!lives)
		return false;
	bool stopped = is_stopped(s->common->box[p].pid), inside = stopped && is_inside(s, p);
	if (inside && y->actor[p].stopped && y->inside != p)    /* it has gone on in between, as under a debugger */
		play_stopped(y, p, false, stage_time(s));
	if (stopped == y->actor[p].stopped)
		return false;
	if (inside)
		y->inside = p;
	play_stopped(y, p, !y->actor[p].stopped, stage_time(s));
	return true;
}

/* Which are stopped is known from the run that is followed. Here none need be; but if the one is that all others wait for, nothing goes
 * on, and that is not as it was there. */
static bool look_at_awaited(struct stage *s, struct play *y)
{
	proc_id holder = holder_of(s), awaited = y->stalled.who ? process_body(s->g, y->stalled.who) : 0, p = holder ? holder : awaited;
	proc_id held = p && who_is(y->world.shared, p)->life == LIFE_ALIVE && is_stopped(s->common->box[p].pid) ? p : 0;
	proc_id inside = held == holder ? held : 0;
	if (held == y->held && inside == y->inside)
		return false;
	y->inside = inside;
	play_held(y, held);
	return true;
}

/* The processes that all others wait for are checked every time. */
bool stage_stops(struct stage *s, struct play *y)
{
	deaths_look_up(s, y);
	if (y->at->verdict)
		return true;
	if (s->settings->follows)
		return look_at_awaited(s, y);
	y->held = 0;                    /* what it followed is at its end */
	proc_id others = (proc_id)s->g->processes - 1, turn = s->common->turn;
	proc_id first = turn ? turn : y->stalled.who, holder = holder_of(s), inside = y->inside;
	bool changed = outside_take_in(s, y);
	if (inside && !(y->actor[inside].stopped && is_inside(s, inside)))
		y->inside = 0;
	changed |= first && look_at(s, y, process_body(s->g, first));
	changed |= holder && look_at(s, y, holder);
	for (proc_id i = 0; i < others && i < GLANCE && !y->at->verdict; i++) {
		s->glance = s->glance % others + 1;
		changed |= look_at(s, y, s->glance);
	}
	changed |= y->inside != inside;
	if (runs_freely(s))
		y->stalled.who = turn && y->actor[turn].stopped ? turn : 0;
	return changed;
}
