/* Time, memory, and requests to stop: checked every few milliseconds, whatever is being done. */
#include "sim/explore/limits.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "sim/world/world.h"

const char *const stop_words[STOPS] = { [STOP_STATES] = "states", [STOP_TIME] = "time", [STOP_MEMORY] = "memory",
	[STOP_WISH] = "signal", [STOP_LOST] = "process" };

enum { MICROS = 1000000, LOOK_MICROS = 2000, WATCH_MICROS = 20000, KEPT = 8 };
enum { MOST_BETWEEN = 1 << 8 };         /* what comes next may take ten thousand times as long */

int64_t now_micros(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * (int64_t)MICROS + t.tv_nsec / 1000;
}

/* ---- how much memory there is ---- */

/* The number behind `key` in a file of lines, or in one that holds nothing else (key is ""). UINT64_MAX: none. */
static uint64_t number_in(const char *path, const char *key)
{
	char line[256];
	uint64_t n = UINT64_MAX;
	FILE *f = fopen(path, "re");
	while (f && n == UINT64_MAX && fgets(line, sizeof line, f))
		if (!strncmp(line, key, strlen(key))) {
			const char *at = line + strlen(key) + strspn(line + strlen(key), " \t");
			if (*at >= '0' && *at <= '9')
				n = strtoull(at, NULL, 10);
		}
	if (f)
		fclose(f);
	return n;
}

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }
static uint64_t minus(uint64_t a, uint64_t b) { return a > b ? a - b : 0; }

/* The two kinds of cgroups name their files differently. */
struct cgroup_kind { const char *in, *root, *most, *now, *cache; };

/* What a group of processes may still take: its cache is given up when memory is needed. */
static uint64_t free_in_group(const struct cgroup_kind *k, const char *group)
{
	char path[4096];
	snprintf(path, sizeof path, "%s%s/%s", k->root, group, k->most);
	uint64_t most = number_in(path, "");
	snprintf(path, sizeof path, "%s%s/%s", k->root, group, k->now);
	uint64_t now = number_in(path, "");
	snprintf(path, sizeof path, "%s%s/memory.stat", k->root, group);
	uint64_t cache = number_in(path, k->cache);
	if (most == UINT64_MAX || now == UINT64_MAX)
		return UINT64_MAX;
	return minus(most, minus(now, cache == UINT64_MAX ? 0 : cache));
}

/* In the group and in those around it. A container may see its own group as the root. */
static uint64_t free_in_groups(const struct cgroup_kind *k)
{
	char line[2048];
	uint64_t n = UINT64_MAX;
	FILE *f = fopen("/proc/self/cgroup", "re");
	while (f && fgets(line, sizeof line, f)) {
		char *in = strstr(line, k->in), *group = in ? in + strlen(k->in) : NULL, *slash;
		if (!group)
			continue;
		group[strcspn(group, "\n")] = 0;
		for (;;) {
			n = least(n, free_in_group(k, group));
			if (!(slash = strrchr(group, '/')))
				break;
			*slash = 0;
		}
	}
	if (f)
		fclose(f);
	return n;
}

/* A field of statm, in bytes. UINT64_MAX: the kernel does not say. */
enum { STATM_SIZE = 0, STATM_RESIDENT = 1, STATM_DATA = 5 };
static uint64_t in_use(int statm, int field)
{
	char text[256], *at = text;
	ssize_t n = statm < 0 ? -1 : pread(statm, text, sizeof text - 1, 0);
	uint64_t pages = 0;
	if (n <= 0)
		return UINT64_MAX;
	text[n] = 0;
	for (int k = 0; k <= field; k++)
		pages = strtoull(at, &at, 10);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static uint64_t free_under(int resource, uint64_t used)
{
	struct rlimit r;
	if (getrlimit(resource, &r) || r.rlim_cur == RLIM_INFINITY || used == UINT64_MAX)
		return UINT64_MAX;
	return minus(r.rlim_cur, used);
}

/* Half of what is free; if more than that was asked for, no more than there can be. Of address space up to three times as
 * much is taken as is used: arrays grow by doubling, and some are for a moment there twice. */
static uint64_t memory_allowed(const struct limits *l, int statm)
{
	static const struct cgroup_kind kinds[] = {
		{ "::", "/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file" },
		{ ":memory:", "/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file" } };
	uint64_t resident = in_use(statm, STATM_RESIDENT), machine = number_in("/proc/meminfo", "MemAvailable:");
	uint64_t group = least(free_in_groups(&kinds[0]), free_in_groups(&kinds[1]));
	uint64_t process = least(free_under(RLIMIT_AS, in_use(statm, STATM_SIZE)), free_under(RLIMIT_DATA, in_use(statm, STATM_DATA)));
	uint64_t most = least(group, process / 3);
	if (resident == UINT64_MAX)
		return UINT64_MAX;
	if (l->memory)
		return least(l->memory, most > UINT64_MAX - resident ? most : most + resident);
	machine = machine == UINT64_MAX ? machine : machine * 1024;
	return resident + least(least(machine, group) / 2, process / 3);
}

uint64_t memory_for_each(size_t processes)
{
	const struct limits none = { .states = 0 };
	int statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	uint64_t all = memory_allowed(&none, statm), resident = in_use(statm, STATM_RESIDENT);
	if (statm >= 0)
		close(statm);
	return all == UINT64_MAX || resident == UINT64_MAX ? 0 : resident + minus(all, resident) / processes;
}

/* ---- within private steps ----
 * Nobody asks the guard there, so it looks around by itself, now and then as long as the program computes. */

static struct guard *volatile watching;
static struct sigaction before_watching;

static enum stop reason_to_abandon(const struct guard *g)
{
	const struct limits *l = g->limits;
	uint64_t used = in_use(g->statm, STATM_RESIDENT);
	if (g->until && now_micros() >= g->until)
		return STOP_TIME;
	if (l->stop && !g->hurried && l->stop())
		return STOP_WISH;
	return used != UINT64_MAX && used > g->room ? STOP_MEMORY : STOP_NOT;
}

static void look_around(int signal)
{
	int kept = errno;
	struct guard *g = watching;
	enum stop why = g && !world_abandons ? reason_to_abandon(g) : STOP_NOT;
	(void)signal;
	if (why) {
		g->abandons = why;
		world_abandons = true;
	}
	errno = kept;
}

static void watch(struct guard *g, int64_t every)
{
	struct itimerval t = { { 0, every }, { 0, every } };
	watching = g;
	setitimer(ITIMER_VIRTUAL, &t, NULL);
}

static void watch_begin(struct guard *g)
{
	struct sigaction a = { .sa_handler = look_around, .sa_flags = SA_RESTART };
	sigaction(SIGVTALRM, &a, &before_watching);
	watch(g, WATCH_MICROS);
}

static void watch_end(void)
{
	watch(NULL, 0);
	sigaction(SIGVTALRM, &before_watching, NULL);
	world_abandons = false;
}

void guard_stepped(struct guard *g)
{
	if (!world_abandons)
		return;
	g->abandoned = true;
	guard_stop(g, (enum stop)g->abandons);
}

/* ---- the guard ---- */

void guard_open(struct guard *g, const struct limits *l)
{
	*g = (struct guard){ .limits = l, .left = 1, .every = 1, .began = now_micros(), .until = l->until,
		.statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC) };
	uint64_t room = memory_allowed(l, g->statm);
	g->looked = g->began;
	g->asked = g->began - LOOK_MICROS;
	g->most = room;
	g->room = room - room / KEPT;
	if (l->until > g->began)
		g->until = l->until - (l->until - g->began) / KEPT;
	watch_begin(g);
}

void guard_close(struct guard *g)
{
	watch_end();
	if (g->statm >= 0)
		close(g->statm);
	g->statm = -1;
}

void guard_stop(struct guard *g, enum stop why)
{
	if (!g->why)
		g->why = why;
	g->over = true;
	g->left = 1;
}

/* How often it is asked between two looks follows how long that took: an action may take a microsecond, or a second. */
static void adapt(struct guard *g, int64_t now)
{
	int64_t took = now - g->looked;
	if (took > 2 * LOOK_MICROS)
		g->every = (uint32_t)(g->every * (int64_t)LOOK_MICROS / took) + 1;
	else if (took < LOOK_MICROS / 2 && g->every < MOST_BETWEEN)
		g->every *= 2;
	g->looked = now;
}

/* Somebody waits: what is being written must be there soon. */
static void hurry(struct guard *g, int64_t now)
{
	g->hurried = true;
	if (!g->until || g->until > now + MICROS / 2)
		g->until = now + MICROS / 2;
}

/* What costs more than a look at the clock. */
static void ask_all(struct guard *g, int64_t now)
{
	const struct limits *l = g->limits;
	g->asked = now;
	if (l->progress && g->states)
		l->progress(l->with, *g->states, *g->transitions);
	if (l->stop && !g->writing && l->stop())
		guard_stop(g, STOP_WISH);
	else if (l->stop && !g->hurried && l->stop())
		hurry(g, now);
	guard_allows(g, 0);
}

bool guard_look(struct guard *g)
{
	int64_t now = now_micros();
	g->left = 1;
	if (g->over)
		return false;
	adapt(g, now);
	if (g->until && now >= g->until)
		guard_stop(g, STOP_TIME);
	else if (now - g->asked >= LOOK_MICROS)
		ask_all(g, now);
	g->left = g->over ? 1 : g->every;
	return !g->over;
}

bool guard_allows(struct guard *g, uint64_t bytes)
{
	uint64_t used = in_use(g->statm, STATM_RESIDENT);
	if (used != UINT64_MAX && (used > g->room || g->room - used < bytes))
		guard_stop(g, STOP_MEMORY);
	return !g->over;
}

double guard_seconds(const struct guard *g)
{
	return (now_micros() - g->began) / (double)MICROS;
}

void guard_write(struct guard *g)
{
	g->writing = true;
	g->over = false;
	g->left = 1;
	g->room = g->most;
	g->until = g->limits->until;
	if (g->limits->stop && g->limits->stop())
		hurry(g, now_micros());
	g->abandoned = false;
	world_abandons = false;
}
