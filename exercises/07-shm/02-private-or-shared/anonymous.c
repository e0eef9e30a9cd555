/* Memory without a file, shared and private, on both sides of a fork. */
#include <err.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int *map(int flags)
{
	void *p = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);

	if (p == MAP_FAILED)
		err(1, "mmap");
	return p;
}

int main(void)
{
	int *ours = map(MAP_SHARED), *mine = map(MAP_PRIVATE);

	*ours = 1;
	*mine = 1;
	if (fork() == 0) {
		*ours += 10;
		*mine += 10;
		_exit(0);
	}
	wait(NULL);
	printf("shared %d\n", *ours);
	printf("private %d\n", *mine);
	return 0;
}
