/* The sentences of grades.def. */
#ifndef REPORT_GRADES_WORDS_H
#define REPORT_GRADES_WORDS_H
#include "sim/base/say.h"
#include "sim/report/grades.h"

#define MESSAGE DECLARE_SENTENCE
#include "sim/report/grades.def"
#undef MESSAGE

#define GRADE_FORMAT(id, word) void grades_as_##id(struct text *, const struct gradebook *);
#include "sim/report/grades_formats.def"
#undef GRADE_FORMAT
#endif
