/*
 * A test program that is itself at fault. What it does stands in the file MODE beside it:
 *
 *	crash	dies of SIGSEGV
 *	silent	ends with 0 and hands over nothing
 *	garbage	writes what is no result to every descriptor that it has
 *	lie	says on its standard output that all passed, and nothing else
 *	hang	opens the FIFO STARTED beside it, then waits for ever
 *	pause	opens the FIFO STARTED, then reads the FIFO GO to its end, and hands over nothing
 */
#include "config.h"

#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void write_to(int fd, const char *text)
{
	ssize_t ignored = write(fd, text, strlen(text));

	(void)ignored;
}

/* One of several judges that share the checks: only the first keeps an appointment. */
static bool is_first(void)
{
	return open("FIRST", O_WRONLY | O_CREAT | O_EXCL, 0600) >= 0;
}

int main(int argc, char **argv)
{
	char path[PATH_MAX] = "", mode[16] = "";
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	int fd;

	(void)argc;
	(void)argv;
	if (n < 0 || chdir(dirname(path)) < 0)
		return 97;
	fd = open("MODE", O_RDONLY);
	n = fd < 0 ? -1 : read(fd, mode, sizeof(mode) - 1);
	if (n < 0)
		return 97;
	close(fd);
	mode[strcspn(mode, "\n")] = '\0';
	if (strcmp(mode, "crash") == 0)
		raise(SIGSEGV);
	for (fd = 3; strcmp(mode, "garbage") == 0 && fd < 64; fd++)
		write_to(fd, "{\"verdict\": [[[\n");
	if (strcmp(mode, "lie") == 0)
		write_to(1, "100%: Checks: 5, Failures: 0, Errors: 0\n");
	if (strcmp(mode, "hang") == 0) {
		open("STARTED", O_WRONLY);
		for (;;)
			pause();
	}
	if (strcmp(mode, "pause") == 0 && is_first()) {
		open("STARTED", O_WRONLY);
		fd = open("GO", O_RDONLY);
		while (fd >= 0 && read(fd, mode, sizeof(mode)) > 0)
			;
	}
	return 0;
}
