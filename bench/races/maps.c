/* maps COUNT: so many shared mappings, each used by a child, looked at and given back. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST 10000
#define SIZE 4096

int main(int argc, char **argv)
{
	static int *maps[MOST];
	int count = argc > 1 ? atoi(argv[1]) : MOST;
	long sum = 0;

	for (int i = 0; i < count; i++) {
		maps[i] =
			mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (maps[i] == MAP_FAILED)
			return 1;
	}
	if (fork() == 0) {
		for (int i = 0; i < count; i++)
			*maps[i] = i;
		_exit(0);
	}
	wait(NULL);
	for (int i = 0; i < count; i++) {
		sum += *maps[i];
		munmap(maps[i], SIZE);
	}
	printf("%ld\n", sum);
	return 0;
}
