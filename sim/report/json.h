/* A run as JSON Lines: one object for each piece of news. */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H
#include <stdio.h>
#include "sim/schedule/play.h"

struct json { struct listener listener; FILE *out; const char *mode; struct text line; bool explains; };     /* explains: choices are reported */
/* mode: "processes" or "model". Give &json.listener to play_new; json_free when it is over. */
void json_init(struct json *, FILE *out, const char *mode);
void json_free(struct json *);
/* Which processes are blocked, on what: {"buyer.1": "door"}. */
void json_blocked(struct text *, const struct play *);
/* `, "processes": [..]`: their times. */
void json_processes(struct text *, const struct play *);
#endif
