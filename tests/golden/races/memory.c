/*
 * Uses of shared memory, one for each word on the command line, for tests/unit/test_races.c: two
 * processes, or one, do to it what the word says. Nothing orders the two but what the word adds.
 */
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
} *shared;

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

static const struct {
	const char *name;
	void (*work)(int);
} words[] = {
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
