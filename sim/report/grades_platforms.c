/* The grade of one submission, as a platform asks for it. */
#include "sim/report/grades_words.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A JSON object is written key by key. */
static void put_text(struct text *t, const char *key, const char *words)
{
	text_print(t, "%s\"%s\": ", t->length && t->at[t->length - 1] != '{' ? ", " : "", key);
	text_json(t, words);
}

static void put_raw(struct text *t, const char *key, const char *json)
{
	text_print(t, ", \"%s\": %s", key, json);
}

static void put_number(struct text *t, const char *key, int64_t n)
{
	text_print(t, ", \"%s\": %lld", key, (long long)n);
}

static double share(const struct grade *e)
{
	return e->most ? (double)e->score / (double)e->most : 0;
}

static const char *reason_of(const struct grade *e)
{
	return e->reason ? e->reason : "";
}

/* `, "tests": [..]`, of what put writes for each check. */
static void put_list(struct text *t, const char *key, const struct grade *e, void (*put)(struct text *, const struct grade *, const struct checked *))
{
	text_print(t, ", \"%s\": [", key);
	for (size_t k = 0; k < e->checks; k++) {
		text_put(t, k ? ",\n  {" : "\n  {");
		put(t, e, &e->check[k]);
		text_char(t, '}');
	}
	text_char(t, ']');
}

/* ---- Gradescope: /autograder/results/results.json ---- */

static void gradescope(struct text *t, const struct grade *e, const struct checked *m)
{
	(void)e;
	put_text(t, "name", m->name);
	put_number(t, "score", m->points);
	put_number(t, "max_score", m->most);
	put_text(t, "status", m->passed ? "passed" : "failed");
	put_text(t, "output", m->message);
	put_text(t, "output_format", "text");
	put_text(t, "visibility", "visible");
}

void grades_as_GRADESCOPE(struct text *t, const struct gradebook *b)
{
	const struct grade *e = &b->grade[0];
	text_print(t, "{\"score\": %lld", (long long)e->score);
	put_text(t, "output", reason_of(e));
	put_text(t, "output_format", "text");
	put_text(t, "visibility", "visible");
	put_list(t, "tests", e, gradescope);
	text_put(t, "}\n");
}

/* ---- Classroom 50: ./result.json, classroom50/result/v1 ---- */

static void classroom50(struct text *t, const struct grade *e, const struct checked *m)
{
	(void)e;
	put_text(t, "test-name", m->name);
	put_raw(t, "passed", m->passed ? "true" : "false");
	put_number(t, "score", m->points);
	put_number(t, "max-score", m->most);
	put_text(t, "message", m->message);
	put_raw(t, "schedule", m->schedule ? m->schedule : "null");
}

void grades_as_CLASSROOM50(struct text *t, const struct gradebook *b)
{
	static const char *const given[][2] = { { "classroom", "CLASSROOM" }, { "assignment", "ASSIGNMENT" }, { "submission", "SUBMISSION_TAG" },
		{ "commit", "COMMIT_URL" }, { "release", "RELEASE_URL" }, { "review", "REVIEW_URL" } };
	const struct grade *e = &b->grade[0];
	char now[40];
	time_t seconds = time(NULL);
	struct tm utc;
	strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &utc));
	text_char(t, '{');
	put_text(t, "schema", "classroom50/result/v1");
	for (size_t i = 0; i < sizeof given / sizeof *given; i++)
		put_text(t, given[i][0], getenv(given[i][1]) ? getenv(given[i][1]) : "");
	put_text(t, "datetime", now);
	put_number(t, "score", e->score);
	put_number(t, "max-score", e->most);
	put_list(t, "tests", e, classroom50);
	text_put(t, "}\n");
}

/* ---- PrairieLearn: /grade/results/results.json ---- */

static void prairielearn(struct text *t, const struct grade *e, const struct checked *m)
{
	(void)e;
	put_text(t, "name", m->name);
	put_number(t, "points", m->points);
	put_number(t, "max_points", m->most);
	put_text(t, "message", m->passed ? "" : m->message);
}

/* What can't be read, or what we failed to judge, costs no attempt. */
void grades_as_PRAIRIELEARN(struct text *t, const struct gradebook *b)
{
	const struct grade *e = &b->grade[0];
	if (e->fate == FATE_INVALID || e->fate == FATE_FAILED) {
		text_put(t, "{\"gradable\": false");
		put_text(t, "message", reason_of(e));
		text_put(t, ", \"format_errors\": [");
		text_json(t, reason_of(e));
		text_put(t, "]}\n");
		return;
	}
	text_print(t, "{\"gradable\": true, \"score\": %.6g", share(e));
	put_text(t, "message", reason_of(e));
	put_list(t, "tests", e, prairielearn);
	text_put(t, "}\n");
}

/* ---- CodeRunner: a combinator template grader's output ---- */

static void put_html(struct text *t, const char *message)
{
	struct text html = { 0 };
	if (*message) {
		text_put(&html, "<pre>");
		text_markup(&html, message);
		text_put(&html, "</pre>");
	}
	text_json(t, text_is(&html));
	text_free(&html);
}

void grades_as_CODERUNNER(struct text *t, const struct gradebook *b)
{
	const struct grade *e = &b->grade[0];
	struct text word = { 0 };
	const struct message heads[] = { SAY(G_CHECK), SAY(G_POINTS_WORD), SAY(G_SHOWN) };
	text_print(t, "{\"fraction\": %.6g, \"testresults\": [[\"iscorrect\"", share(e));
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		text_clear(&word);
		text_say(&word, heads[i]);
		text_put(t, ", ");
		text_json(t, text_is(&word));
	}
	text_char(t, ']');
	for (size_t k = 0; k < e->checks; k++) {
		text_print(t, ",\n  [%d, ", e->check[k].passed);
		text_json(t, e->check[k].name);
		text_print(t, ", \"%lld/%lld\", ", (long long)e->check[k].points, (long long)e->check[k].most);
		put_html(t, e->check[k].passed ? "" : e->check[k].message);
		text_char(t, ']');
	}
	text_put(t, "], \"columnformats\": [\"%s\", \"%s\", \"%h\"], \"prologuehtml\": ");
	put_html(t, e->fate == FATE_JUDGED ? reason_of(e) : "");
	text_put(t, "}\n");
	text_free(&word);
}

/* ---- Submitty: validation_results.json ---- */

static void submitty(struct text *t, const struct grade *e, const struct checked *m)
{
	struct text words = { 0 };
	(void)e;
	text_print(&words, "%lld/%lld  %s", (long long)m->points, (long long)m->most, m->name);
	if (!m->passed && *m->message)
		text_print(&words, "\n%s", m->message);
	put_text(t, "message", text_is(&words));
	put_text(t, "status", m->passed ? "success" : "failure");
	text_free(&words);
}

void grades_as_SUBMITTY(struct text *t, const struct gradebook *b)
{
	const struct grade *e = &b->grade[0];
	if (e->fate == FATE_FAILED) {
		text_put(t, "{\"status\": \"fail\"");
		put_text(t, "message", reason_of(e));
	} else {
		text_print(t, "{\"status\": \"success\", \"data\": {\"score\": %.6g", share(e));
		put_list(t, "message", e, submitty);
		text_char(t, '}');
	}
	text_put(t, "}\n");
}

/* ---- Exercism: results.json, version 3 ---- */

static void exercism(struct text *t, const struct grade *e, const struct checked *m)
{
	put_text(t, "name", m->name);
	put_text(t, "status", m->passed ? "pass" : "fail");
	put_number(t, "task_id", m - e->check + 1);
	if (m->passed)
		put_raw(t, "message", "null");
	else
		put_text(t, "message", m->message);
}

void grades_as_EXERCISM(struct text *t, const struct gradebook *b)
{
	const struct grade *e = &b->grade[0];
	bool judged = e->fate == FATE_JUDGED;
	text_print(t, "{\"version\": 3, \"status\": \"%s\"", !judged ? "error" : e->score == e->most ? "pass" : "fail");
	if (judged)
		put_raw(t, "message", "null");
	else
		put_text(t, "message", reason_of(e));
	if (judged)
		put_list(t, "tests", e, exercism);
	else
		put_raw(t, "tests", "[]");
	text_put(t, "}\n");
}
