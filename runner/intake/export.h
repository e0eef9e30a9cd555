/*
 * How platforms name what they export. Moodle: a folder "Ada Lovelace_1234_assignsubmission_file_"
 * a student, or as many files that begin so. Canvas: files "lovelaceada_LATE_123_456_count.c".
 */
#ifndef RUNNER_INTAKE_EXPORT_H
#define RUNNER_INTAKE_EXPORT_H

#include <stdbool.h>

struct export_name {
	char *student, *id;
	char *file; /* what the student called it; NULL: it is a folder */
	bool late;
};

/* false: it is no such name, and OUT is empty. */
bool export_name_read(const char *name, bool folder, struct export_name *out);
void export_name_done(struct export_name *n);

#endif
