/*
 * Uses of shared memory, one for each word on the command line, for tests/unit/test_races.c: two
 * processes, or one, do to it what the word says. Nothing orders the two but what the word adds.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
	long counter;
	volatile long careless;
	_Atomic long exact;
	char bytes[16];
	char text[64];
} * shared;

static void two(void (*work)(int))
{
	for (int i = 0; i < 2; i++) {
		if (fork() == 0) {
			work(i);
			_exit(0);
		}
	}
	while (wait(NULL) > 0) {
	}
}

static void count(int i)
{
	(void)i;
	shared->counter++; /* plain */
}

static void count_carelessly(int i)
{
	(void)i;
	shared->careless++; /* volatile */
}

static void count_exactly(int i)
{
	(void)i;
	shared->exact++;
}

static void each_its_byte(int i)
{
	shared->bytes[i] = 'a';
}

/* Waits for what nobody writes, or for what the other writes. */
static void wait_for_ever(int i)
{
	while (i == 0 && atomic_load(&shared->exact) == 0) /* waits */
		;
}

/* The same with a plain one: a load, and then a loop without one. */
static void wait_without_looking(int i)
{
	if (i == 0)
		for (;;)
			if (shared->counter)
				break;
}

/* Waits for what is its own. */
static void wait_for_own(int i)
{
	static volatile int own;

	shared->bytes[i] = 'a';
	while (i == 0 && !own)
		;
}

static void wait_for_other(int i)
{
	if (i == 1)
		atomic_store(&shared->exact, 1);
	while (i == 0 && atomic_load(&shared->exact) == 0)
		;
}

/* Reads the same all the time, and does not wait. */
static void long_loop(int i)
{
	for (long n = 0; i == 0 && n < 60000 + shared->careless; n++)
		;
}

static void copy(int i)
{
	if (i == 0)
		memset(shared->text, 'a', sizeof(shared->text)); /* memset */
	else
		memcpy(shared->text + 8, shared->bytes, 16); /* memcpy */
}

static void strings(int i)
{
	char own[64];

	if (i == 0)
		strcpy(shared->text, "hello"); /* strcpy */
	else
		fputs(strcpy(own, shared->text), stderr); /* from */
}

static void prints(int i)
{
	if (i == 0)
		sprintf(shared->text, "%d%s", 12, ""); /* sprintf */
	else
		fprintf(stderr, "%5d %.*s %s", 1, 2, "abc", shared->text); /* fprintf */
}

static void calls(int i)
{
	int fds[2];

	if (i == 0 && pipe(fds) == 0 && write(fds[1], "abcd", 4) == 4)
		read(fds[0], shared->text, 4); /* read */
	else
		write(open("/dev/null", O_WRONLY), shared->text + 2, 9); /* write */
}

/* What was shared is private memory of each, or another's, at the same address. */
static void covered(int i)
{
	void *at = mmap(shared, 4096, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	if (at != MAP_FAILED)
		shared->counter = i;
}

static void moved(int i)
{
	long *at = mremap(shared, 4096, 8192, MREMAP_MAYMOVE);

	*at = i; /* moved */
}

static void unmapped(int i)
{
	munmap(shared, 4096);
	shared = mmap(shared, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	shared->counter = i;
}

static const struct {
	const char *name;
	void (*work)(int);
} words[] = {
	{"spin", wait_for_ever},
	{"hoisted", wait_without_looking},
	{"own", wait_for_own},
	{"wait", wait_for_other},
	{"long-loop", long_loop},
	{"copy", copy},
	{"strings", strings},
	{"prints", prints},
	{"calls", calls},
	{"covered", covered},
	{"moved", moved},
	{"unmapped", unmapped},
	{"plain", count},
	{"volatile", count_carelessly},
	{"atomic", count_exactly},
	{"bytes", each_its_byte},
};

int main(int argc, char *argv[])
{
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (argc != 2 || shared == MAP_FAILED)
		return 2;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(argv[1], words[i].name) == 0) {
			two(words[i].work);
			printf("%ld\n", shared->counter + shared->careless + shared->exact);
			return 0;
		}
	}
	return 2;
}
