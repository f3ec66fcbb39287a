/* Two things are kept: what the terminal was like, and the bytes that make it so again. They are globals,
 * for signal handlers have no other way to reach them. What several processes must agree on lies in a shared
 * page.
 *
 * What is taken from the system goes through the functions of sim/stage/system.h, where it can be made to fail. What is said to the terminal
 * does not: one that refuses to be written to, or to say its modes, is gone, and then there is nothing to restore. */
#include <curses.h>
#include <stdatomic.h>
#include <string.h>
#include <term.h>
#include "sim/stage/system.h"
#include "ui/dashboard/restore.h"

enum { BYTES = 256, STACK = 64 * 1024 };

struct shared { atomic_bool taken, known; atomic_long shown; struct termios set; };

static struct {
	bool ready;
	int fd;                         /* of the terminal */
	struct termios modes;
	char bytes[BYTES];
	size_t length;
	int log, stderr_fd;             /* where stderr goes meanwhile; where it went. -1: nowhere */
	struct shared *shared;
} kept = { .log = -1, .stderr_fd = -1 };

static void add_bytes(const char *s)
{
	size_t length = s ? strlen(s) : 0;

	if (kept.length + length <= sizeof kept.bytes) {
		memcpy(kept.bytes + kept.length, s ? s : "", length);
		kept.length += length;
	}
}

/* A terminal's own sequence, without the padding that only old hardware needed: "$<5>". */
static void add_capability(const char *name)
{
	const char *s = tigetstr(name), *pad;

	if (!s || s == (char *)-1)
		return;
	while ((pad = strstr(s, "$<"))) {
		char part[64] = "";
		if ((size_t)(pad - s) < sizeof part)
			memcpy(part, s, (size_t)(pad - s));
		add_bytes(part);
		pad = strchr(pad, '>');
		s = pad ? pad + 1 : "";
	}
	add_bytes(s);
}

static void prepare_bytes(int fd)
{
	static const char *const names[] = { "sgr0", "op", "rmkx", "cnorm", "rmcup" };
	int error;

	if (setupterm(NULL, fd, &error) != OK)
		return;
	if (tigetstr("kmous") != NULL && tigetstr("kmous") != (char *)-1)
		add_bytes("\033[?1006l\033[?1002l\033[?1000l");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		add_capability(names[i]);
	del_curterm(cur_term);
}

bool terminal_remember(int fd)
{
	struct shared *page;

	if (kept.ready)
		return true;
	if (tcgetattr(fd, &kept.modes) < 0)
		return false;
	page = sys_mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return false;
	kept.shared = page;             /* of no use before it is ready */
	kept.fd = sys_fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (kept.fd < 0) {
		int error = errno;
		sys_munmap(page, sizeof *page);
		errno = error;
		return false;
	}
	kept.log = memfd_create("stderr", MFD_CLOEXEC);
	kept.stderr_fd = sys_fcntl(2, F_DUPFD_CLOEXEC, 3);
	prepare_bytes(fd);
	return kept.ready = true;
}

void terminal_taken(bool taken)
{
	if (kept.ready)
		atomic_store(&kept.shared->taken, taken);
}

void terminal_modes_are_set(void)
{
	if (kept.ready)
		atomic_store(&kept.shared->known, !tcgetattr(kept.fd, &kept.shared->set));
}

/* Nobody has changed them since: a shell without line editing sets none. */
static bool modes_are_ours(void)
{
	struct termios now;
	const struct termios *set = &kept.shared->set;

	return atomic_load(&kept.shared->known) && !tcgetattr(kept.fd, &now) && now.c_iflag == set->c_iflag && now.c_oflag == set->c_oflag &&
	       now.c_cflag == set->c_cflag && now.c_lflag == set->c_lflag && !memcmp(now.c_cc, set->c_cc, sizeof now.c_cc);
}

bool terminal_is_taken(void)
{
	return kept.ready && atomic_load(&kept.shared->taken);
}

bool terminal_is_ours(void)
{
	pid_t front = kept.ready ? tcgetpgrp(kept.fd) : -1;

	return front < 0 || front == getpgrp();
}

static void write_all(int fd, const char *at, size_t length)
{
	while (length > 0) {
		ssize_t done = write(fd, at, length);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return;
		at += done;
		length -= (size_t)done;
	}
}

/* What has come since it was shown last, whichever process it was that showed it. */
static void show_log(void)
{
	char part[512];
	off_t from = atomic_load(&kept.shared->shown);
	ssize_t got;

	while ((got = pread(kept.log, part, sizeof part, from)) > 0) {
		write_all(kept.stderr_fd, part, (size_t)got);
		from += got;
	}
	atomic_store(&kept.shared->shown, from);
}

void terminal_hold_stderr(bool on)
{
	if (!kept.ready || kept.log < 0 || kept.stderr_fd < 0 || !isatty(kept.stderr_fd))
		return;
	dup2(on ? kept.log : kept.stderr_fd, 2);
	if (!on)
		show_log();
}

/* In the background the shell has the terminal, and one that edits lines has set its modes as it needs them: then only the
 * screen is ours to mend. SIGTTOU is blocked meanwhile, for it would stop us half way. */
static void block_stop(sigset_t *before)
{
	sigset_t stop;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTTOU);
	pthread_sigmask(SIG_BLOCK, &stop, before);
}

static void set_modes_back(void)
{
	tcflow(kept.fd, TCOON);         /* ^S would hold the bytes back */
	tcsetattr(kept.fd, TCSANOW, &kept.modes);
}

void terminal_modes_back(void)
{
	sigset_t before;

	if (!kept.ready)
		return;
	block_stop(&before);
	if (modes_are_ours())
		set_modes_back();
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void terminal_restore(void)
{
	int saved_errno = errno;
	sigset_t before;

	if (!kept.ready || !atomic_exchange(&kept.shared->taken, false))
		return;
	block_stop(&before);
	if (terminal_is_ours() || modes_are_ours())
		set_modes_back();
	write_all(kept.fd, kept.bytes, kept.length);
	terminal_hold_stderr(false);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = saved_errno;
}

static void die_restored(int signal_number)
{
	terminal_restore();
	signal(signal_number, SIG_DFL);
	raise(signal_number);                   /* delivered when this handler returns */
}

void terminal_catch(void)
{
	static char stack[STACK];
	static const int signals[] = {
		SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP, SIGXCPU,
		SIGHUP, SIGINT, SIGQUIT, SIGTERM,
	};
	struct sigaction old, mend = { .sa_handler = die_restored, .sa_flags = SA_ONSTACK };

	sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = sizeof stack }, NULL);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
			sigaction(signals[i], &mend, NULL);
}
