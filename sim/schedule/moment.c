/* Moments: the block of memory that a run's present moment lives in, and copies of it. */
#include "sim/schedule/play.h"
#include <stdlib.h>
#include <string.h>

/* Where the parts of the block stand, in bytes. */
struct parts { size_t cpu, actor, alarm, interrupted, standing, world, bytes; };

static size_t room_for(size_t *bytes, size_t count, size_t size)
{
	size_t at = (*bytes + 7) / 8 * 8;
	*bytes = at + count * size;
	return at;
}

static struct parts parts_of(const struct program *g)
{
	struct parts p = { .bytes = sizeof(struct moment) };
	p.cpu = room_for(&p.bytes, MAX_CPUS, sizeof(struct processor));
	p.actor = room_for(&p.bytes, g->processes, sizeof(struct actor));
	p.alarm = room_for(&p.bytes, g->processes + 1, sizeof(proc_id));
	p.interrupted = room_for(&p.bytes, g->waiters - g->processes, sizeof(struct interrupted));
	p.standing = room_for(&p.bytes, g->expects + 1, sizeof(struct standing));
	p.world = room_for(&p.bytes, 1, world_bytes(g));
	return p;
}

void moment_begin(struct play *y)
{
	struct parts p = parts_of(y->g);
	char *block = must_have(calloc(1, p.bytes));
	y->at = (struct moment *)block;
	y->at->bytes = p.bytes;
	y->cpu = (struct processor *)(block + p.cpu);
	y->actor = (struct actor *)(block + p.actor);
	y->alarm = (proc_id *)(block + p.alarm);
	y->interrupted = (struct interrupted *)(block + p.interrupted);
	y->standing = (struct standing *)(block + p.standing);
	y->world.shared = (cell *)(block + p.world);
	y->world.private = y->world.shared + y->g->shared_cells;
}

void moment_end(struct play *y)
{
	free(y->at);
}

struct moment *moment_keep(const struct play *y)
{
	return memcpy(must_have(malloc(y->at->bytes)), y->at, y->at->bytes);
}

void moment_return(struct play *y, const struct moment *to)
{
	memcpy(y->at, to, y->at->bytes);
	y->trace.count = y->trace.uncaught = 0;
	y->problem = NULL;
	y->stalled.who = 0;
	y->asks = false;
	y->asked_at = 0;
	rules_return(y);
}
