/*
 * meet: two processes print two lines each, and nobody prints its second one before the other has
 * printed its first.
 *
 * README.md has the exact contract. The semaphores lie where they should, and are what they should
 * be; and yet this program never ends.
 */
#include <errno.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* They lie in memory that both processes share: see main(). */
static struct {
	sem_t a_came; /* posted when A has printed its first line */
	sem_t b_came;
} * meeting;

/* Says what failed, and why. Returns 1, the exit status for that. */
static int failed(const char *what)
{
	fprintf(stderr, "meet: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Prints LINE, and hands it to the kernel at once. */
static void say(const char *line)
{
	puts(line);
	fflush(stdout);
}

/* The parent. */
static int a(void)
{
	say("A1");
	if (sem_wait(&meeting->b_came) == -1 || sem_post(&meeting->a_came) == -1)
		return failed("meeting B");
	say("A2");
	return 0;
}

/* The child. */
static int b(void)
{
	say("B1");
	if (sem_wait(&meeting->a_came) == -1 || sem_post(&meeting->b_came) == -1)
		return failed("meeting A");
	say("B2");
	return 0;
}

int main(void)
{
	int status, result;
	pid_t pid;

	/* mmap(2) with MAP_SHARED: the same memory for all processes forked from now on. */
	meeting = mmap(
		NULL, sizeof(*meeting), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (meeting == MAP_FAILED)
		return failed("mmap");
	if (sem_init(&meeting->a_came, 1, 0) == -1 || sem_init(&meeting->b_came, 1, 0) == -1)
		return failed("sem_init");
	pid = fork();
	if (pid == -1)
		return failed("fork");
	if (pid == 0)
		_exit(b());
	result = a();
	if (wait(&status) == -1)
		return failed("wait");
	return result != 0 || status != 0;
}
