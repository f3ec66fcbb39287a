/* Inside explore --sweep: the values of the parameters, and what was found for each combination of them. */
#ifndef CLI_SWEEP_H
#define CLI_SWEEP_H
#include "ui/cli/cli.h"

enum cell_is {
#define CELL(id, ...) CELL_##id,
#include "ui/cli/cells.def"
#undef CELL
	CELLS
};
struct cell_row { const char *letter; bool bad; const char *word, *zh, *json; };
extern const struct cell_row cell_rows[CELLS];

enum { MOST_AXES = 8, MOST_CELLS = 10000 };
struct axis { const char *name; const char **value; size_t values; };
/* more: something that is further down in the table is so, too. line: as JSON. known: it need not be explored. */
struct cell { const char *set; enum cell_is is; bool known, more, finding; char *line; const char *why; };
struct sweep {
	struct call *call;
	const struct file *file;
	const struct program *g;                /* the scenario without the sweep */
	struct axis axis[MOST_AXES];
	size_t axes;
	struct cell *cell;                      /* the first axis goes slowest */
	size_t cells;
	uint64_t states;                        /* the limits of each */
	int64_t timeout;
};

/* The grid, for people, in so many columns. */
void sweep_text(struct text *, const struct sweep *, int columns, bool color);
#endif
