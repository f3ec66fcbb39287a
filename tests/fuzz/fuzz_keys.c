/* What a keyboard sends, whatever it is: the dashboard of a run on the model takes it, and draws itself after each key at any size. The
 * first byte chooses the scenario; then, in turn, a byte for the size and for how many actions are done, and the keyboard's. */
#include "tests/fuzz/fuzz.h"
#include <locale.h>
#include <stdio.h>
#include "ui/dashboard/canvas_write.h"
#include "ui/dashboard/dashboard.h"
#include "ui/dashboard/inside.h"
#include "ui/dashboard/keyboard.h"
#include "ui/dashboard/keys.h"

enum { MOST_BYTES = 300, CHUNK = 4 };

static const struct settings settings = { .seed = 1, .max_steps = 1000, .policy = POLICY_RR, .cpus = 1, .quantum = 10000 };
static const char *const files[] = {
	"scenarios/ticket-race.yaml", "scenarios/process-tree.yaml", "scenarios/condition-buffer.yaml", "scenarios/cpu-mlfq.yaml",
	"scenarios/crawler.yaml", "scenarios/echo-server.yaml", "scenarios/manager-dict-list.yaml", "scenarios/dining-philosophers.yaml",
};

static struct program *load(const char *path, const char *language)
{
	struct text t = { 0 };
	char part[4096];
	size_t n;
	FILE *f = fopen(path, "r");
	if (!f) {
		perror(path);
		abort();
	}
	while ((n = fread(part, 1, sizeof part, f)))
		text_add(&t, part, n);
	fclose(f);
	struct program *g = program_load(path, text_is(&t), t.length, language);
	text_free(&t);
	if (g->diags.errors)
		abort();
	world_layout(g, true);
	return g;
}

static void draw(struct show *s, int width, int height)
{
	struct canvas canvas;
	struct text t = { 0 };
	canvas_init(&canvas, width, height, false);
	show_draw(&canvas, s);
	canvas_text(&canvas, &t);
	canvas_free(&canvas);
	text_free(&t);
}

static void press_all(struct show *s, struct keyboard *k, bool over)
{
	for (int press; (press = keyboard_press(k, over)) != PRESS_NONE;)
		key_press(s, press);
}

static void type(struct show *s, struct keyboard *k, const uint8_t *bytes, size_t length)
{
	int room;
	char *at = keyboard_room(k, &room);
	if (room < (int)length)
		abort();
	memcpy(at, bytes, length);
	keyboard_took(k, (int)length);
	press_all(s, k, false);
}

static void session(struct show *s, struct play *y, const uint8_t *bytes, size_t length)
{
	struct keyboard k = { .length = 0 };
	while (length) {
		size_t n = length - 1 < CHUNK ? length - 1 : CHUNK;
		draw(s, 1 + bytes[0] % 64 * 4, 1 + bytes[0] / 8 * 2);
		type(s, &k, bytes + 1, n);
		for (int i = 0; i < bytes[0] % 4; i++)
			play_step(y);
		bytes += 1 + n;
		length -= 1 + n;
	}
	press_all(s, &k, true);
	draw(s, 120, 40);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct show s;
	struct predict predict = { 0 };
	struct branches branches = { 0 };
	struct challenge challenge = { 0 };
	if (!length || length > MOST_BYTES)
		return 0;
	setlocale(LC_CTYPE, "C.UTF-8");
	bool zh = bytes[0] & 1;
	struct program *g = load(files[bytes[0] / 2 % (sizeof files / sizeof *files)], zh ? "zh" : "en");
	struct view *v = view_new(g, zh, NULL);
	struct play *y = play_new(g, &settings, NULL, view_listener(v));
	show_init(&s, g, zh);
	show_begin(&s, y, v);
	branches_begin(&branches);
	challenge_find_goals(&challenge, g);
	s.predict = &predict;
	s.branches = &branches;
	s.challenge = &challenge;
	s.begun = true;
	s.speed = s.usual_speed = 4;
	session(&s, y, bytes + 1, length - 1);
	branches_free(&branches);
	predict_free(&predict);
	show_free(&s);
	play_free(y);
	view_free(v);
	program_free(g);
	return 0;
}
