/*
 * The memory is shared, but the semaphore is not told so: its second argument is 0. It would work
 * if the child were so fast that nobody had to wait.
 *
 * check: the_child_is_first
 * message: the child has posted: pshared=0 lets only threads of one process wake each other
 */
#include <errno.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static sem_t *printed; /* posted when the child has printed */

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
	return sem_post(printed) == -1 ? failed("sem_post") : 0;
}

static int parent(void)
{
	if (sem_wait(printed) == -1)
		return failed("sem_wait");
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
	if (sem_init(printed, 0, 0) == -1)
		return failed("sem_init");
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
