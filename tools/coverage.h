/* Before every file in MODE=coverage: what a process has done is written down also where it ends without exit(). */
#ifndef COVERAGE_H
#define COVERAGE_H
#include <signal.h>
#include <unistd.h>

void __coverage_keep(void);

static inline void coverage_exit(int code) __attribute__((noreturn));
static inline void coverage_exit(int code)
{
	__coverage_keep();
	_exit(code);
}

static inline int coverage_raise(int number)
{
	__coverage_keep();
	return raise(number);
}

#define _exit coverage_exit
#define raise coverage_raise
#endif
