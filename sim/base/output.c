#include "sim/base/output.h"
#include <errno.h>
#include <stdio.h>

/* The first failure counts; what fails after it says nothing new. */
int output_error(bool flush)
{
	static int first;
	bool failed = flush && fflush(stdout);
	if (!first && (failed || ferror(stdout)))
		first = errno ? errno : EIO;
	return first;
}
