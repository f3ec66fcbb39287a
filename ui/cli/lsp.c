/* lsp: which message it is, and what is answered. */
#include "ui/cli/lsp.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As JSON-RPC and the protocol number them. */
enum { NOT_JSON = -32700, NO_REQUEST = -32600, NO_METHOD = -32601, WRONG_PARAMS = -32602, NOT_BEGUN = -32002 };

/* ---- answers ---- */

/* id: as it came; NULL: it is not known. */
static void begin_answer(struct text *t, const struct json_node *id)
{
	text_put(t, "{\"jsonrpc\": \"2.0\", \"id\": ");
	if (id && (id->kind == JSON_NUMBER || id->kind == JSON_TEXT))
		text_add(t, id->raw, id->raw_length);
	else
		text_put(t, "null");
}

static void refuse(const struct json_node *id, int code, struct message why)
{
	struct text t = { 0 }, said = { 0 };
	text_say(&said, why);
	begin_answer(&t, id);
	text_print(&t, ", \"error\": {\"code\": %d, \"message\": ", code);
	text_json(&t, text_is(&said));
	text_put(&t, "}}");
	wire_write(&t);
	text_free(&said);
	text_free(&t);
}

/* result: a JSON value */
static void answer(const struct json_node *id, const struct text *result)
{
	struct text t = { 0 };
	begin_answer(&t, id);
	text_put(&t, ", \"result\": ");
	text_put(&t, text_is(result));
	text_char(&t, '}');
	wire_write(&t);
	text_free(&t);
}

static void answer_null(const struct json_node *id)
{
	struct text t = { 0 };
	text_put(&t, "null");
	answer(id, &t);
	text_free(&t);
}

/* ---- the beginning ---- */

static bool lists(const struct json_node *list, const char *word)
{
	for (const struct json_node *n = list && list->kind == JSON_LIST ? list->first : NULL; n; n = n->next)
		if (json_word(n) && !strcmp(json_word(n), word))
			return true;
	return false;
}

static const char *const encodings[UNITS] = { [UNITS_UTF16] = "utf-16", [UNITS_UTF8] = "utf-8", [UNITS_UTF32] = "utf-32" };

/* The first that the client offers and we know; UTF-16 is what everybody does who says nothing. */
static enum units units_wished(const struct json_node *params)
{
	const struct json_node *list = json_path(params, "capabilities.general.positionEncodings");
	for (const struct json_node *n = list && list->kind == JSON_LIST ? list->first : NULL; n; n = n->next)
		for (int i = 0; json_word(n) && i < UNITS; i++)
			if (!strcmp(json_word(n), encodings[i]))
				return (enum units)i;
	return UNITS_UTF16;
}

static void on_initialize(struct server *s, const struct json_node *id, const struct json_node *params)
{
	struct text t = { 0 };
	const char *locale = json_word(json_find(params, "locale"));
	const struct json_node *related = json_path(params, "capabilities.textDocument.publishDiagnostics.relatedInformation");
	if (s->state != LSP_NEW) {
		refuse(id, NO_REQUEST, SAY(LSP_BEGUN));
		return;
	}
	s->state = LSP_AT_WORK;
	s->units = units_wished(params);
	s->markdown = lists(json_path(params, "capabilities.textDocument.hover.contentFormat"), "markdown");
	s->related = related && related->kind == JSON_TRUE;
	if (locale && !call_has(s->call, OPTION_LANG))
		call_speak(s->call, locale);
	text_print(&t, "{\"capabilities\": {\"positionEncoding\": \"%s\", \"textDocumentSync\": {\"openClose\": true, \"change\": 1, \"save\": {\"includeText\": true}}, "
	               "\"hoverProvider\": true, \"completionProvider\": {\"triggerCharacters\": [\" \", \"{\", \"[\"]}}, "
	               "\"serverInfo\": {\"name\": \"forklore\", \"version\": \"" FORKLORE_VERSION "\"}}", encodings[s->units]);
	answer(id, &t);
	text_free(&t);
}

static void on_shutdown(struct server *s, const struct json_node *id, const struct json_node *params)
{
	(void)params;
	s->state = LSP_OVER;
	answer_null(id);
}

/* ---- documents ---- */

static void set_text(struct document *d, const struct json_node *text, const struct json_node *version)
{
	if (json_word(text))
		document_set(d, text->text, text->length);
	d->numbered = json_int(version, &d->version) || (d->numbered && !version);
}

static void on_open(struct server *s, const struct json_node *id, const struct json_node *params)
{
	const struct json_node *document = json_find(params, "textDocument"), *text = json_find(document, "text");
	const char *uri = json_word(json_find(document, "uri"));
	struct document *d = uri && json_word(text) ? document_open(s, uri) : NULL;
	(void)id;
	if (d)
		set_text(d, text, json_find(document, "version"));
}

static struct document *document_of(struct server *s, const struct json_node *params)
{
	const char *uri = json_word(json_path(params, "textDocument.uri"));
	return uri ? document_find(s, uri) : NULL;
}

/* Whole texts only, as was agreed on: the last one counts. */
static void on_change(struct server *s, const struct json_node *id, const struct json_node *params)
{
	const struct json_node *list = json_find(params, "contentChanges"), *text = NULL;
	struct document *d = document_of(s, params);
	(void)id;
	for (const struct json_node *n = list && list->kind == JSON_LIST ? list->first : NULL; n; n = n->next)
		if (!json_find(n, "range") && json_word(json_find(n, "text")))
			text = json_find(n, "text");
	if (d && text)
		set_text(d, text, json_path(params, "textDocument.version"));
}

static void on_save(struct server *s, const struct json_node *id, const struct json_node *params)
{
	struct document *d = document_of(s, params);
	(void)id;
	if (!d)
		return;
	set_text(d, json_find(params, "text"), NULL);
	d->changed = true;
}

/* What was found of it is taken back. */
static void on_close(struct server *s, const struct json_node *id, const struct json_node *params)
{
	struct document *d = document_of(s, params);
	struct text t = { 0 };
	(void)id;
	if (!d)
		return;
	text_put(&t, "{\"jsonrpc\": \"2.0\", \"method\": \"textDocument/publishDiagnostics\", \"params\": {\"uri\": ");
	text_json(&t, d->uri);
	text_put(&t, ", \"diagnostics\": []}}");
	wire_write(&t);
	text_free(&t);
	document_close(s, d);
}

/* ---- questions about a place ---- */

static void answer_at(struct server *s, const struct json_node *id, const struct json_node *params,
                      void (*put)(struct text *, struct server *, const struct document *, int64_t line, int64_t character))
{
	struct document *d = document_of(s, params);
	int64_t line, character;
	struct text t = { 0 };
	if (!json_int(json_path(params, "position.line"), &line) || !json_int(json_path(params, "position.character"), &character) || line < 0 || character < 0) {
		refuse(id, WRONG_PARAMS, SAY(LSP_NO_PLACE));
	} else if (!d) {
		refuse(id, WRONG_PARAMS, SAY(LSP_NO_DOCUMENT));
	} else {
		put(&t, s, d, line < (int64_t)d->lines ? line : (int64_t)d->lines, character);
		answer(id, &t);
	}
	text_free(&t);
}

static void on_hover(struct server *s, const struct json_node *id, const struct json_node *params)
{
	answer_at(s, id, params, put_hover);
}

static void on_completion(struct server *s, const struct json_node *id, const struct json_node *params)
{
	answer_at(s, id, params, put_completion);
}

/* ---- which message ---- */

static const struct method {
	const char *word;
	bool asks;                      /* a request: it is answered; else a notification */
	void (*take)(struct server *, const struct json_node *id, const struct json_node *params);
} methods[] = {
	{ "initialize", true, on_initialize }, { "shutdown", true, on_shutdown },
	{ "textDocument/didOpen", false, on_open }, { "textDocument/didChange", false, on_change },
	{ "textDocument/didSave", false, on_save }, { "textDocument/didClose", false, on_close },
	{ "textDocument/hover", true, on_hover }, { "textDocument/completion", true, on_completion },
};

static const struct method *method_find(const char *word)
{
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (!strcmp(methods[i].word, word))
			return &methods[i];
	return NULL;
}

/* Changes that follow each other are checked once. */
static bool is_change(const struct method *m)
{
	return m && m->take == on_change;
}

static void take_request(struct server *s, const struct method *m, const char *word, const struct json_node *id, const struct json_node *params)
{
	if (s->state == LSP_NEW && !(m && m->take == on_initialize))
		refuse(id, NOT_BEGUN, SAY(LSP_NOT_BEGUN, word));
	else if (s->state == LSP_OVER)
		refuse(id, NO_REQUEST, SAY(LSP_OVER, word));
	else if (!m)
		refuse(id, NO_METHOD, SAY(LSP_NO_METHOD, word));
	else if (!m->asks)
		refuse(id, NO_REQUEST, SAY(LSP_NO_REQUEST));
	else
		m->take(s, id, params);
}

/* false: it was the last one. */
static bool take_message(struct server *s, const struct json_node *n)
{
	const struct json_node *id = json_find(n, "id"), *params = json_find(n, "params");
	const char *word = json_word(json_find(n, "method"));
	if (!word) {
		if (!json_find(n, "result") && !json_find(n, "error"))          /* else an answer, to what we never ask */
			refuse(id, NO_REQUEST, SAY(LSP_NO_REQUEST));
		return true;
	}
	if (!strcmp(word, "exit"))
		return false;
	const struct method *m = method_find(word);
	if (!is_change(m))
		documents_publish(s);
	if (id)
		take_request(s, m, word, id, params);
	else if (m && !m->asks && s->state == LSP_AT_WORK)
		m->take(s, NULL, params);
	return true;
}

/* One message; false: the last one. */
static bool serve(struct server *s, enum wire_got got)
{
	struct arena a = { 0 };
	bool more = true;
	if (got == WIRE_NO_LENGTH) {
		refuse(NULL, NOT_JSON, SAY(LSP_NO_LENGTH));
	} else if (got != WIRE_MESSAGE) {
		refuse(NULL, NO_REQUEST, SAY(LSP_TOO_LARGE, MOST_MESSAGE));
	} else {
		const struct json_node *n = json_read(&a, text_is(&s->wire.message), s->wire.message.length);
		if (n)
			more = take_message(s, n);
		else
			refuse(NULL, NOT_JSON, SAY(LSP_NOT_JSON));
	}
	arena_free(&a);
	return more && got != WIRE_LOST;
}

int command_LSP(struct call *c)
{
	struct server *s = must_have(calloc(1, sizeof *s));
	enum wire_got got;
	if (isatty(STDIN_FILENO)) {
		free(s);
		return complain(EXIT_USAGE, SAY(CHECK_FOR_PEOPLE), SAY(FOR_EDITORS));
	}
	s->call = c;
	if (call_has(c, OPTION_LANG))
		call_speak(c, c->value[OPTION_LANG]);
	while ((got = wire_read(&s->wire)) != WIRE_END && serve(s, got) && !ferror(stdout))
		if (wire_waits(&s->wire))
			documents_publish(s);
	if (!ferror(stdout))
		documents_publish(s);
	int code = got == WIRE_LOST ? EXIT_INPUT : s->state == LSP_OVER ? EXIT_FINE : EXIT_FINDING;
	documents_free(s);
	text_free(&s->wire.message);
	free(s);
	return code;
}
