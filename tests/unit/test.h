/* What every unit test includes. cmocka wants these four in front of it. */
#ifndef UNIT_TEST_H
#define UNIT_TEST_H
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#endif
