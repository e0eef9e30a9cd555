/*
 * An interrupted wait is a failure to it.
 *
 * check: interrupted_waits_begin_anew
 * message: That was no failure: wait again
 */
#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define BUFFER_SIZE    4
#define PROCESSES_MOST 10
#define NUMBERS_MOST   1000

#define END (-1) /* no number: the consumer that takes it goes home */

/* In the memory that all share. */
static struct {
	sem_t empty;       /* slots without a number */
	sem_t full;        /* numbers in the ring */
	sem_t mutex;       /* for all that follows */
	unsigned long in;  /* numbers that have been put, ever */
	unsigned long out; /* numbers that have been taken, ever */
	long slot[BUFFER_SIZE];
} * ring;

/* Says what failed, and why. Returns 1, the exit status for that. */
static int failed(const char *what)
{
	fprintf(stderr, "bbuf: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Prints WHAT was done with NUMBER, at once. */
static void say(const char *what, long number)
{
	printf("%s %ld\n", what, number);
	fflush(stdout);
}

/* Waits for S, whatever signals come. Returns 0, or 1 after it has said what failed. */
static int down(sem_t *s)
{
	return sem_wait(s) == -1 ? failed("sem_wait") : 0;
}

static int up(sem_t *s)
{
	return sem_post(s) == -1 ? failed("sem_post") : 0;
}

/* Puts NUMBER in, when there is room. Returns 0, or 1 after it has said what failed. */
static int put(long number)
{
	if (down(&ring->empty) != 0 || down(&ring->mutex) != 0)
		return 1;
	ring->slot[ring->in++ % BUFFER_SIZE] = number;
	return up(&ring->mutex) != 0 || up(&ring->full) != 0;
}

/* Takes a number out, when there is one, and stores it. Returns as put does. */
static int take(long *number)
{
	if (down(&ring->full) != 0 || down(&ring->mutex) != 0)
		return 1;
	*number = ring->slot[ring->out++ % BUFFER_SIZE];
	return up(&ring->mutex) != 0 || up(&ring->empty) != 0;
}

/* Puts N numbers, from FIRST on. */
static int producer(long first, long n)
{
	for (long i = first; i < first + n; i++) {
		if (put(i) != 0)
			return 1;
		say("put", i);
	}
	return 0;
}

/* Takes numbers and works on each of them, until it takes END. */
static int consumer(void)
{
	long number;

	for (;;) {
		if (take(&number) != 0)
			return 1;
		if (number == END)
			return 0;
		say("took", number);
		sleep(1);
	}
}

/* -1 if TEXT is not a whole number from 1 to MOST. */
static long number_from(const char *text, long most)
{
	char *end;
	long value = strtol(text, &end, 10);

	return end == text || *end != '\0' || value < 1 || value > most ? -1 : value;
}

/* Waits for COUNT processes. Returns 0, or 1 if one of them could not do its work. */
static int wait_for(const pid_t *pids, long count)
{
	int status, result = 0;

	for (long i = 0; i < count; i++) {
		if (waitpid(pids[i], &status, 0) == -1)
			return failed("waitpid");
		if (status != 0)
			result = 1;
	}
	return result;
}

/* The producers, then the consumers. Returns 0, or 1 after it has said what failed; then there are
 * none. */
static int start(pid_t *pids, long producers, long consumers, long n)
{
	for (long i = 0; i < producers + consumers; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(i < producers ? producer(i * n, n) : consumer());
		if (pids[i] == -1) {
			failed("fork");
			for (long k = 0; k < i; k++)
				kill(pids[k], SIGKILL);
			wait_for(pids, i);
			return 1;
		}
	}
	return 0;
}

int main(int argc, char *argv[])
{
	long producers = argc == 4 ? number_from(argv[1], PROCESSES_MOST) : -1;
	long consumers = argc == 4 ? number_from(argv[2], PROCESSES_MOST) : -1;
	long n = argc == 4 ? number_from(argv[3], NUMBERS_MOST) : -1;
	pid_t pids[2 * PROCESSES_MOST];
	int result;

	if (producers == -1 || consumers == -1 || n == -1) {
		fprintf(stderr, "usage: bbuf P C N (1 to %d, 1 to %d, 1 to %d)\n", PROCESSES_MOST,
			PROCESSES_MOST, NUMBERS_MOST);
		return 2;
	}
	ring = mmap(NULL, sizeof(*ring), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ring == MAP_FAILED)
		return failed("mmap");
	if (sem_init(&ring->empty, 1, BUFFER_SIZE) == -1 || sem_init(&ring->full, 1, 0) == -1 ||
		sem_init(&ring->mutex, 1, 1) == -1)
		return failed("sem_init");
	if (start(pids, producers, consumers, n) != 0)
		return 1;
	result = wait_for(pids, producers);
	for (long i = 0; i < consumers; i++)
		if (put(END) != 0)
			return 1;
	return wait_for(pids + producers, consumers) != 0 || result != 0;
}
