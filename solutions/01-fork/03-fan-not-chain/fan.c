/*
 * fan: one parent, N children, all at the same time.
 *
 * Usage: fan N
 *
 * Child i waits a second, prints i, ends with status i. The parent waits for all and prints "done".
 * Exit status 0; 1 if a child could not be created; 2 after a wrong argument.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST 50

/* The number that TEXT says, or -1 if it is not a whole number from 0 to MOST. */
static int number_from(const char *text)
{
	char *end;
	long value;

	/* strtol(3) reports a number that does not fit in errno alone, see ticker. */
	errno = 0;
	value = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || value < 0 || value > MOST)
		return -1;
	return (int)value;
}

/* All that child I does. It never returns, so that the child cannot fall into the parent's code. */
static _Noreturn void child(int i)
{
	sleep(1);
	printf("%d\n", i);

	/*
	 * exit(3) writes what stdout holds, then ends the process. The buffer was empty when the
	 * child was created (the parent had printed nothing), so it holds this line and nothing
	 * else. The parent gets the low 8 bits of the status: enough for numbers up to 255.
	 */
	exit(i);
}

int main(int argc, char *argv[])
{
	int n = argc == 2 ? number_from(argv[1]) : -1;
	int created = 0;
	int failed = 0;

	if (n == -1) {
		fprintf(stderr, "usage: fan N    (N from 0 to %d)\n", MOST);
		return 2;
	}

	for (; created < n && !failed; created++) {
		/*
		 * fork(2) duplicates the calling process. It returns 0 in the child and the child's
		 * process id in the parent; -1 in the parent alone if no child was made, with errno
		 * EAGAIN when the user has too many processes or ENOMEM when the kernel is short of
		 * memory. The test for -1 comes first: it is neither a child nor a parent of one.
		 */
		pid_t pid = fork();

		if (pid == -1) {
			fprintf(stderr, "fan: fork: %s\n", strerror(errno));
			failed = 1;
			break;
		}
		if (pid == 0)
			child(created);
	}

	/*
	 * wait(2) blocks until any child ends and removes it from the process table; until then it
	 * is a zombie, a dead process of which only the exit status is kept, for us. One call for
	 * each child that we made, in whatever order they end. We do not want the status: NULL. It
	 * fails with EINTR if a handler interrupts it; there is no handler in this program.
	 */
	for (int i = 0; i < created; i++) {
		if (wait(NULL) == -1) {
			perror("fan: wait");
			return 1;
		}
	}

	if (failed)
		return 1;
	puts("done");
	return 0;
}
