/*
 * The parent does not want to hang: it tries, sleeps for a millisecond, and tries again.
 *
 * check: who_waits_sleeps
 * message: for a time, woke up by the clock, and had to look again
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
	while (sem_trywait(printed) == -1)
		usleep(1000);
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
	if (sem_init(printed, 1, 0) == -1)
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
