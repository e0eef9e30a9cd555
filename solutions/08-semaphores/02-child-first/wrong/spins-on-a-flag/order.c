/*
 * An atomic flag in shared memory instead of a semaphore, and a parent that looks at it without a
 * pause.
 *
 * check: who_waits_sleeps
 * message: has read the same bytes of the shared memory
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_int *printed; /* not 0: the child has printed */

/* Says what failed, and why. Returns 1, the exit status for that. */
static int failed(const char *what)
{
	fprintf(stderr, "order: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Prints LINE, and hands it to the kernel at once. */
static void say(const char *line)
{
	puts(line);
	fflush(stdout);
}

static int child(void)
{
	say("child");
	*printed = 1;
	return 0;
}

static int parent(void)
{
	while (!*printed)
		;
	say("parent");
	return 0;
}

int main(void)
{
	int status, result;
	pid_t pid;

	printed = mmap(
		NULL, sizeof(*printed), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (printed == MAP_FAILED)
		return failed("mmap");
	pid = fork();
	if (pid == -1)
		return failed("fork");
	if (pid == 0)
		_exit(child());
	result = parent();
	if (wait(&status) == -1)
		return failed("wait");
	return result != 0 || status != 0;
}
