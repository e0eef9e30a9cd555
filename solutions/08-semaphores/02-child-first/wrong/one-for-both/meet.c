/*
 * One semaphore for both directions: who posts and waits at once takes its own post.
 *
 * check: they_meet_between_their_lines
 * message: it took a post that was not the other's
 */
#include <errno.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* They lie in memory that both processes share: see main(). */
static sem_t *meeting; /* posted by who has printed its first line */

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
	if (sem_post(meeting) == -1 || sem_wait(meeting) == -1)
		return failed("meeting B");
	say("A2");
	return 0;
}

/* The child. */
static int b(void)
{
	say("B1");
	if (sem_post(meeting) == -1 || sem_wait(meeting) == -1)
		return failed("meeting A");
	say("B2");
	return 0;
}

int main(void)
{
	int status, result;
	pid_t pid;

	meeting = mmap(
		NULL, sizeof(*meeting), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (meeting == MAP_FAILED)
		return failed("mmap");
	if (sem_init(meeting, 1, 0) == -1)
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
