/*
 * Our own failures. A function of the lab that can fail takes a struct lab_error as its last
 * argument, fills it, and returns -1 or NULL; nobody below runner/main.c ends the process.
 *
 * What a student's program or source did wrong is never one of these: that is a value in the event
 * log or in the verdict.
 */
#ifndef LAB_BASE_ERROR_H
#define LAB_BASE_ERROR_H

#include <stddef.h>

#define LAB_ERROR_MAX 1024

/* The number is the exit code of `ipclab` for that kind (README.md, "Exit codes"). */
enum lab_error_kind {
	LAB_OK = 0,
	LAB_USAGE = 2,       /* the command line, or a file the user named, is not usable */
	LAB_BROKEN = 3,      /* the lab or the course itself is at fault */
	LAB_UNSUPPORTED = 4, /* this machine cannot */
};

struct lab_error {
	enum lab_error_kind kind;
	int errnum; /* errno of the failing call, 0 if none */
	char text[LAB_ERROR_MAX];
};

/* Fill E (which may be NULL) and return -1. The text says operation, operand, what to do. */
int lab_fail(struct lab_error *e, enum lab_error_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, and append ": ENAME, strerror" of the current errno, and for a full disk what to do.
 * FMT is operation and operand:
 * lab_fail_errno(e, LAB_BROKEN, "mkdir \"%s\"", path). errno is preserved. */
int lab_fail_errno(struct lab_error *e, enum lab_error_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Put "FMT: " before the text already in E; returns -1. */
int lab_wrap(struct lab_error *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "EACCES" for 13; "E?" for an unknown one. Static storage. */
const char *lab_errno_name(int errnum);

#endif
