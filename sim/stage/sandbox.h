/* A sandbox around a run, set up before the file that it plays is read as YAML: a fault in what reads or plays scenarios must not let
 * anybody get further than the run's own files.
 *
 * System calls are filtered by seccomp (the list, and why each is needed, is sandbox.def); which files, ports and processes they reach
 * is limited by Landlock, as far as the kernel's version of it goes. Filters are installed by the plain system calls: a library that
 * may be absent would make a program without a sandbox that looks like one with it. All of it is inherited by every process of the
 * run, and can't be taken back. */
#ifndef STAGE_SANDBOX_H
#define STAGE_SANDBOX_H
#include <stdbool.h>
#include <stdint.h>

/* Builds that the sandbox would break have none. A sanitizer looks for leaks as a debugger would, at the end, and may want any call; what
 * counts how often lines run writes files beside the objects. gcc has a macro for each sanitizer, clang a question. */
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__ || defined FORKLORE_COVERAGE
#define SANDBOX_BREAKS
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANDBOX_BREAKS
#endif
#endif
#ifdef SANDBOX_BREAKS
enum { SANDBOX_LEFT_OUT = true };
#else
enum { SANDBOX_LEFT_OUT = false };
#endif

enum sandboxed { SANDBOX_CALLS = 1, SANDBOX_FILES = 2, SANDBOX_ALL = SANDBOX_CALLS | SANDBOX_FILES };
/* Lists that end with NULL; what is not there is left out. written: folders and files that may be changed, what is below them included.
 * Returns what of it the kernel does. */
unsigned sandbox_enter(const char *const *read, const char *const *written);
/* The same around a process that reads and computes and nothing else: no file may be written, nothing sent. Landlock alone. */
unsigned sandbox_files_only(void);
/* The scenario has no sockets: from now on there are none. */
void sandbox_no_sockets(void);
/* The scenario's processes, once their program is known: only files in this folder may be written (NULL: none), and there can't be many
 * more processes than so many. */
void sandbox_tighten(const char *folder, uint32_t processes);
#endif
