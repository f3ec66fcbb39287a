/* Inside sim/explore only: what a search finds, as messages from one process to another of the same program, which share a pool of
 * values. Whatever comes, even if it is cut or makes no sense, reading it does no harm. */
#ifndef EXPLORE_STREAM_H
#define EXPLORE_STREAM_H
#include "sim/explore/explore.h"

/* A message is a head, and so many bytes behind it. */
enum stream_message {
	MESSAGE_PROGRESS,               /* how far it is */
	MESSAGE_FINDING,                /* one of what was found, with what is known of it */
	MESSAGE_ALL,                    /* from here on everything is reported anew, to the end: */
	MESSAGE_WHOLE,                  /* what is reported of the whole */
	MESSAGE_LOOP,                   /* what goes round for ever from a dead end */
	MESSAGE_NOWHERE,                /* there is no such moment to begin at */
	MESSAGE_END,
	MESSAGES
};
struct head { uint32_t message, bytes; };
enum { LONGEST_MESSAGE = 1 << 28 };

/* Writing. What has been gathered is written by stream_flush, and from time to time. */
struct stream { int fd; struct text text; size_t from; };      /* from: where the message that is being written begins */
void stream_progress(struct stream *, uint64_t states, uint64_t transitions);
void stream_finding(struct stream *, const struct exploration *, enum finding, size_t n);
void stream_all(struct stream *, const struct exploration *);
void stream_nowhere(struct stream *, const struct reaching *);
void stream_flush(struct stream *);

/* Reading. What is found is kept in the exploration, texts and values in the arena. false: it makes no sense. */
struct heard {
	struct exploration *x;          /* so far; */
	struct exploration *whole;      /* when everything is reported anew: this is it, once it is there */
	struct arena *arena;
	struct reaching *nowhere;
	bool anew, ended;
};
bool stream_read(struct heard *, enum stream_message, const char *, size_t bytes);
#endif
