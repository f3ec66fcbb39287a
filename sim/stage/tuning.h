/* Every number of the stage that could as well be another. Those that bound memory or time say what happens beyond them; those
 * that only make it faster were found by measuring (docs/benchmarks.md), and nothing that is true depends on them. */
#ifndef STAGE_TUNING_H
#define STAGE_TUNING_H

/* How often a process looks before it goes to sleep, and how long it pauses in between: what it waits for often comes within
 * microseconds, and to fall asleep and be woken takes longer. */
enum {
	MUTEX_LOOKS = 350, MUTEX_PAUSES = 3,    /* for the mutex, which is held for a few microseconds at most */
	LINE_LOOKS = 60, LINE_PAUSES = 8,       /* for what a process waits for */
	REQUEST_LOOKS = 60,                     /* a server, for another request of the process it has just answered; */
	ANSWER_LOOKS = 40,                      /* the process that asked, for the answer; both let others run in between */
};

/* How many actions travel together, running freely. */
enum {
	MESSAGES_FOR_AN_ACTION = 4,             /* in a batch: a system call costs more than taking the mutex */
	MESSAGES_IN_A_ROW = 63,                 /* at most in one system call */
	IN_A_ROW_CELLS = 256,                   /* of the journal: then what was gathered takes effect */
	SHORT = 40,                             /* private steps that may be done with the mutex held */
	MOST_WAKES = 32,                        /* lines: of more, all are woken */
};

/* The ring of records, and how the controller follows it. */
enum {
	RING = 1 << 12,                         /* records; a process that finds it full waits */
	PUBLISH = 256,                          /* it says how far it is after so many */
	AT_A_TIME = 1024,                       /* it takes in before it looks at other things, too */
};

/* Pauses between two checks of a process that polls, in nanoseconds. What ends these waits earlier wakes it. */
enum {
	FOLLOW_NANOS = 200000,                  /* the controller, for the next record */
	MUTEX_NANOS = 20000000,                 /* one that waits for the mutex; only kills can make it wait so long */
	RING_NANOS = 1000000,                   /* a process that finds the ring full */
	LOOK_NANOS = 10000000,                  /* one that waits, with a timeout, for what has no word to sleep on */
	ANSWER_NANOS = 100000000,               /* the controller, for the answer to a grant: is the process dead? */
};

/* How long the kernel may take to bring what the world says has been sent, in milliseconds. */
enum {
	MESSAGE_MILLIS = 2000,                  /* then it is an error */
	REST_MILLIS = 20,                       /* where one died in between it may never come */
	DOOR_MILLIS = 500,                      /* a manager's connection has ended: has all of it? else the system refused something */
};

/* Sizes. */
enum {
	MESSAGE = 1000, FRAME = MESSAGE + 4,    /* bytes of a message in a pipe: its JSON text, or the beginning of a long one, and its length */
	REQUEST = 32768,                        /* bytes of a request to a server */
	CLIENTS = 1024,                         /* connections that a server has at most */
	MOST_ENDS = 250,                        /* ends of pipes that go with a task: the kernel's limit for one message is 253 */
	FEW_CELLS = 256,                        /* private cells of a process, up to which they are on its stack */
	GLANCE = 64,                            /* processes that are checked in one go: is one stopped? */
	OTHER_FILES = 32,                       /* descriptors, beside one for each process */
};
#endif
