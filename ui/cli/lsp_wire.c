/* Messages: headers, an empty line, then as many bytes as `Content-Length` says. */
#include "ui/cli/lsp.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { LONGEST_HEADER = 200, NO_BYTE = -1, NO_LENGTH = -1 };
static const int64_t HOPELESS = (int64_t)1 << 50;

/* ---- in ---- */

static bool fill(struct wire *w)
{
	ssize_t n;
	do
		n = read(STDIN_FILENO, w->bytes, sizeof w->bytes);
	while (n < 0 && errno == EINTR);
	w->at = 0;
	w->end = n > 0 ? (size_t)n : 0;
	return n > 0;
}

static int next_byte(struct wire *w)
{
	return w->at < w->end || fill(w) ? (unsigned char)w->bytes[w->at++] : NO_BYTE;
}

/* A line of at most so many bytes, the others are dropped: how many it has. NO_BYTE: there is none. */
static int next_line(struct wire *w, char line[LONGEST_HEADER])
{
	int n = 0, byte = next_byte(w);
	if (byte == NO_BYTE)
		return NO_BYTE;
	for (; byte != NO_BYTE && byte != '\n'; byte = next_byte(w))
		if (n < LONGEST_HEADER - 1)
			line[n++] = (char)byte;
	if (n && line[n - 1] == '\r')
		n--;
	line[n] = 0;
	return n;
}

/* What a header says of the length; NO_LENGTH: nothing that could be one. */
static int64_t length_in(const char *line)
{
	static const char name[] = "Content-Length:";
	int64_t length = 0;
	if (strncasecmp(line, name, sizeof name - 1))
		return NO_LENGTH;
	line += sizeof name - 1;
	line += strspn(line, " \t");
	size_t digits = strspn(line, "0123456789");
	if (!digits || line[digits + strspn(line + digits, " \t")])
		return NO_LENGTH;
	for (; digits && length < HOPELESS; digits--, line++)
		length = 10 * length + (*line - '0');
	return length;
}

/* Bytes that are there now; *left becomes less. */
static bool take_some(struct wire *w, int64_t *left, struct text *into)
{
	if (w->at == w->end && !fill(w))
		return false;
	size_t n = w->end - w->at;
	n = (int64_t)n > *left ? (size_t)*left : n;
	if (into)
		text_add(into, w->bytes + w->at, n);
	w->at += n;
	*left -= (int64_t)n;
	return true;
}

/* The next bytes; without a text they are passed over. */
static bool take_bytes(struct wire *w, int64_t length, struct text *into)
{
	while (length)
		if (!take_some(w, &length, into))
			return false;
	return true;
}

/* The headers of a message. */
static enum wire_got read_headers(struct wire *w, int64_t *length)
{
	char line[LONGEST_HEADER];
	bool any = false;
	int n;
	for (*length = NO_LENGTH; (n = next_line(w, line)) != NO_BYTE; any |= n > 0) {
		int64_t said = length_in(line);
		*length = said == NO_LENGTH ? *length : said;
		if (!n && any)                  /* else one more empty line */
			return *length == NO_LENGTH ? WIRE_NO_LENGTH : WIRE_MESSAGE;
	}
	return WIRE_END;
}

enum wire_got wire_read(struct wire *w)
{
	int64_t length;
	text_clear(&w->message);
	if (!take_bytes(w, w->unread, NULL))
		return WIRE_END;
	w->unread = 0;
	enum wire_got got = read_headers(w, &length);
	if (got != WIRE_MESSAGE)
		return got;
	if (length > (int64_t)MOST_MESSAGE << 20) {
		w->unread = length;
		return length >> 30 ? WIRE_LOST : WIRE_TOO_LARGE;
	}
	return take_bytes(w, length, &w->message) ? WIRE_MESSAGE : WIRE_END;
}

bool wire_waits(const struct wire *w)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	return w->at == w->end && poll(&in, 1, 0) <= 0;
}

/* ---- out ---- */

void wire_write(const struct text *message)
{
	printf("Content-Length: %zu\r\n\r\n", message->length);
	fwrite(text_is(message), 1, message->length, stdout);
	output_error(true);
}
