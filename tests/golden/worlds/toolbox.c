/*
 * A toolbox for tests/unit/test_worlds.c: each call does one small thing to a world that other
 * calls look at.
 */
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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
	if (strcmp(verb, "echo") == 0)
		return echo();
	if (strcmp(verb, "block") == 0)
		return block();
	if (strcmp(verb, "env") == 0)
		return printf("%s %s\n", getenv(word) ? getenv(word) : "none", getenv("HOME")) < 0;
	if (strcmp(verb, "kill") == 0)
		return kill((pid_t)atoi(word), SIGTERM) != 0;
	return 2;
}
