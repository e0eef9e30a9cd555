/*
 * Right, with a mutex and two condition variables for processes. They remember nothing: whether
 * there is room, and whether there is a number, stands in the ring, and is asked again after each
 * wait.
 */
#include <errno.h>
#include <pthread.h>
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
	pthread_mutex_t mutex;
	pthread_cond_t room, number; /* there is some again */
	unsigned long in;            /* numbers that have been put, ever */
	unsigned long out;           /* numbers that have been taken, ever */
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

/* Puts NUMBER into the buffer, when there is room. */
static void put(long number)
{
	pthread_mutex_lock(&ring->mutex);
	while (ring->in - ring->out == BUFFER_SIZE)
		pthread_cond_wait(&ring->room, &ring->mutex);
	ring->slot[ring->in++ % BUFFER_SIZE] = number;
	pthread_cond_signal(&ring->number);
	pthread_mutex_unlock(&ring->mutex);
}

/* Takes a number out, when there is one. */
static long take(void)
{
	long number;

	pthread_mutex_lock(&ring->mutex);
	while (ring->in == ring->out)
		pthread_cond_wait(&ring->number, &ring->mutex);
	number = ring->slot[ring->out++ % BUFFER_SIZE];
	pthread_cond_signal(&ring->room);
	pthread_mutex_unlock(&ring->mutex);
	return number;
}

/* Puts N numbers, from FIRST on. */
static int producer(long first, long n)
{
	for (long i = first; i < first + n; i++) {
		put(i);
		say("put", i);
	}
	return 0;
}

/* Takes numbers and works on each of them, until it takes END. */
static int consumer(void)
{
	for (;;) {
		long number = take();

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
	pthread_mutexattr_t mutex;
	pthread_condattr_t condition;
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
	pthread_mutexattr_init(&mutex);
	pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&ring->mutex, &mutex);
	pthread_condattr_init(&condition);
	pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED);
	pthread_cond_init(&ring->room, &condition);
	pthread_cond_init(&ring->number, &condition);
	if (start(pids, producers, consumers, n) != 0)
		return 1;
	result = wait_for(pids, producers);
	for (long i = 0; i < consumers; i++)
		put(END);
	return wait_for(pids + producers, consumers) != 0 || result != 0;
}
