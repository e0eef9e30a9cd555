/*
 * A toolbox for tests/unit/test_worlds.c: each call does one small thing to a world that other
 * calls look at.
 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int leave(const char *text)
{
	FILE *file = fopen("note", "w");

	if (!file || fputs(text, file) < 0)
		return 1;
	return fclose(file) != 0;
}

static int look(void)
{
	char line[80] = "";
	FILE *file = fopen("note", "r");

	if (!file || !fgets(line, sizeof(line), file))
		return 1;
	printf("note: %s\n", line);
	return fclose(file) != 0;
}

static int create(const char *name)
{
	mqd_t q = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, NULL);

	if (q == (mqd_t)-1) {
		perror(name);
		return 3;
	}
	return mq_close(q) != 0;
}

/* An object of ten bytes, and a semaphore, under the same name. */
static int share(const char *name)
{
	int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0640);

	if (fd == -1 || ftruncate(fd, 10) == -1)
		return 1;
	return sem_open(name, O_CREAT | O_EXCL, 0600, 3) == SEM_FAILED;
}

static void nothing(int sig)
{
	(void)sig;
}

/* Waits two seconds for a semaphore that nobody posts, through all signals. */
static int late(const char *name)
{
	sem_t *semaphore = sem_open(name, O_CREAT | O_EXCL, 0600, 0);
	struct sigaction action = {.sa_handler = nothing};
	struct timespec until;

	sigaction(SIGUSR1, &action, NULL);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 2;
	while (sem_timedwait(semaphore, &until) == -1 && errno == EINTR)
		;
	if (errno != ETIMEDOUT)
		return 1;
	return sem_unlink(name) != 0;
}

static int echo(void)
{
	char line[80];

	while (fgets(line, sizeof(line), stdin))
		printf("read: %s", line);
	return 0;
}

static int block(void)
{
	int ends[2];
	char byte;

	return pipe(ends) != 0 || read(ends[0], &byte, 1) != 1;
}

/* A child that dies by SIGKILL in the moment in which its parent is dead. */
static int doom(void)
{
	if (fork() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
	}
	return sleep(1) != 0; /* until the child waits */
}

/* Two children, one after the other. */
static int breed(void)
{
	for (int i = 0; i < 2; i++) {
		pid_t pid = i == 0 ? fork() : vfork();

		if (pid == 0)
			_exit(0);
		if (pid == -1 || waitpid(pid, NULL, 0) == -1)
			return 1;
	}
	return 0;
}

int main(int argc, char *argv[])
{
	const char *verb = argc > 1 ? argv[1] : "", *word = argc > 2 ? argv[2] : "";

	if (strcmp(verb, "leave") == 0)
		return leave(word);
	if (strcmp(verb, "look") == 0)
		return look();
	if (strcmp(verb, "create") == 0)
		return create(word);
	if (strcmp(verb, "unlink") == 0)
		return mq_unlink(word) != 0;
	if (strcmp(verb, "share") == 0)
		return share(word);
	if (strcmp(verb, "late") == 0)
		return late(word);
	if (strcmp(verb, "echo") == 0)
		return echo();
	if (strcmp(verb, "block") == 0)
		return block();
	if (strcmp(verb, "doom") == 0)
		return doom();
	if (strcmp(verb, "breed") == 0)
		return breed();
	if (strcmp(verb, "env") == 0)
		return printf("%s %s\n", getenv(word) ? getenv(word) : "none", getenv("HOME")) < 0;
	if (strcmp(verb, "kill") == 0)
		return kill((pid_t)atoi(word), SIGTERM) != 0;
	return 2;
}
