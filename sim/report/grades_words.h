/* The sentences of grades.def. */
#ifndef REPORT_GRADES_WORDS_H
#define REPORT_GRADES_WORDS_H
#include "sim/base/say.h"
#include "sim/report/grades.h"

#define MESSAGE DECLARE_SENTENCE
#include "sim/report/grades.def"
#undef MESSAGE

/* In XML and HTML: what is none there is left out. */
void text_markup(struct text *, const char *);
const char *first_line(struct text *, const char *);            /* of a message */

#define GRADE_FORMAT(id, word, many) void grades_as_##id(struct text *, const struct gradebook *);
#include "sim/report/grades_formats.def"
#undef GRADE_FORMAT
#endif
