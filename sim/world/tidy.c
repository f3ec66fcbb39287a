/* One form for each world: where a ring begins means nothing. */
#include "sim/world/world.h"
#include <string.h>

static void reverse(cell *from, cell *to)
{
	for (; from + 1 < to; from++) {
		cell c = *from;
		*from = *--to;
		*to = c;
	}
}

/* Items stand at head, head + 1, .. of a ring of `room`; afterwards at 0, 1, .. */
static void tidy_ring(cell *head, cell count, cell *item, uint32_t room)
{
	cell from = *head;
	if (!from)
		return;
	if (from + count <= room) {
		memmove(item, item + from, count * sizeof *item);
		memset(item + (count > from ? count : from), 0, (count > from ? from : count) * sizeof *item);
	} else {
		reverse(item, item + from);
		reverse(item + from, item + room);
		reverse(item, item + room);
	}
	*head = 0;
}

void world_tidy(const struct program *g, cell *shared)
{
	for (uint32_t o = 1; o < g->objects; o++) {
		const struct object *row = &g->object[o];
		cell *at = shared + row->at;
		if (row->kind == KIND_QUEUE) {
			struct queue_cells *q = (struct queue_cells *)at;
			cell head = q->head;
			if (row->feeder)
				tidy_ring(&head, q->count, queue_who(row, q), row->room);
			tidy_ring(&q->head, q->count, q->item, row->room);
		} else if (row->kind == KIND_SOCKET) {
			struct socket_cells *s = (struct socket_cells *)at;
			tidy_ring(&s->head, s->count, s->pending, CONNECTIONS);
		} else if (row->kind == KIND_PIPE || row->kind == KIND_CONNECTION) {
			for (uint32_t side = END_LEFT; side <= END_RIGHT; side++) {
				struct ring_cells *r = pipe_ring(g, shared, value_make(TAG_OBJECT, o | side << OBJECT_END), true);
				if (r)
					tidy_ring(&r->head, r->count, r->item, row->room);
			}
		}
	}
}
