/*
 * Right, with a barrier for two, which is just what a rendezvous is.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* It lies in memory that both processes share: see main(). */
static pthread_barrier_t *meeting;

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
	pthread_barrier_wait(meeting);
	say("A2");
	return 0;
}

/* The child. */
static int b(void)
{
	say("B1");
	pthread_barrier_wait(meeting);
	say("B2");
	return 0;
}

int main(void)
{
	pthread_barrierattr_t shared;
	int status, result;
	pid_t pid;

	meeting = mmap(
		NULL, sizeof(*meeting), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (meeting == MAP_FAILED)
		return failed("mmap");
	pthread_barrierattr_init(&shared);
	pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(meeting, &shared, 2);
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
