/*
 * A file of this folder that holds several programs: one function each, picked by the first
 * argument. Without arguments the names are printed, a line each, with what the runner must know:
 *	ordered	its lines come in one order, natively as well
 *	sorted	several processes print, and POSIX leaves open who is first
 *	timed	it tells by time-outs who is first: no program for `slow`
 *	paced	how long it sleeps is counted in units: 20 ms natively, minutes under the
 *		supervisor, given as the second argument. Whoever waits in real time there never
 *		comes to an end; "exact" says that time passes only when nobody can run
 * A HELPER is what others become by exec: no program of its own.
 */
#ifndef ROWS_H
#define ROWS_H

#include "say.h"

#include <sys/stat.h>

enum row_flag { SORTED = 1, TIMED = 2, HELPER = 4, PACED = 8 };

struct row {
	const char *name;
	void (*run)(void);
	unsigned flags;
};

#define ROW(function)                  \
	{                              \
#function, function, 0 \
	}
#define ROW_IF(function, flags)            \
	{                                  \
#function, function, flags \
	}

static char **arguments;
UNUSED static long unit_ms = 20;
UNUSED static int is_exact; /* time passes only when nobody can run */

/* This very program again, as row NAME; for exec. */
UNUSED static void become(const char *name)
{
	char row[64];
	char *argv[] = {arguments[0], row, NULL};

	snprintf(row, sizeof(row), "%s", name);
	execv("/proc/thread-self/exe", argv);
	_exit(97);
}

static int rows_main(int argc, char **argv, const struct row *rows, size_t count)
{
	arguments = argv;
	if (argc > 2)
		unit_ms = atol(argv[2]);
	is_exact = argc > 3 && strcmp(argv[3], "exact") == 0;
	for (size_t i = 0; i < count; i++)
		if (argc < 2 && !(rows[i].flags & HELPER)) {
			printf("%s %s %s %s\n", rows[i].name,
				rows[i].flags & SORTED ? "sorted" : "ordered",
				rows[i].flags & TIMED ? "timed" : "-",
				rows[i].flags & PACED ? "paced" : "-");
		} else if (argc > 1 && strcmp(argv[1], rows[i].name) == 0) {
			rows[i].run();
			return 0;
		}
	return argc < 2 ? 0 : 96;
}

#define ROWS(...)                                                                   \
	int main(int argc, char **argv)                                             \
	{                                                                           \
		static const struct row rows[] = {__VA_ARGS__};                     \
		return rows_main(argc, argv, rows, sizeof(rows) / sizeof(rows[0])); \
	}                                                                           \
	struct row

/* 0, or the program ends with 95 and says why: for what must hold before there is a sight. */
#define MUST(call)                                                    \
	do {                                                          \
		if ((call) < 0) {                                     \
			say("%s: %s", #call, strerrorname_np(errno)); \
			exit(95);                                     \
		}                                                     \
	} while (0)

/* A name that no other program of these has at the same time: process ids may be alike. */
UNUSED static void own_name(char *name, size_t size, const char *prefix)
{
	struct stat st;

	MUST(stat(".", &st));
	snprintf(name, size, "%s-%lu", prefix, (unsigned long)st.st_ino);
}

/* Until the process sleeps in a call of the kernel, or has stopped, or is a zombie. */
UNUSED static void await(pid_t pid, char wanted)
{
	char path[64], text[256];

	for (;;) {
		const char *after;
		ssize_t n;
		int fd;

		snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
		fd = open(path, O_RDONLY);
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
		text[n > 0 ? n : 0] = '\0';
		after = strrchr(text, ')');
		if (after && (after[2] == wanted || (wanted == 'T' && after[2] == 't')))
			return;
		usleep(1000);
	}
}

/* Until it sleeps: an "S" may be one who is only about to. */
UNUSED static void await_sleep(pid_t pid)
{
	for (int i = 0; i < 5; i++) {
		await(pid, 'S');
		usleep(2000);
	}
}

#endif
