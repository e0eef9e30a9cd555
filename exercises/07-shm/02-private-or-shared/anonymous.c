/* Memory without a file, shared and private, on both sides of a fork. */
#include <err.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int *map(int flags)
{
	int prot = PROT_READ | PROT_WRITE;
	void *p = mmap(NULL, sizeof(int), prot, flags, -1, 0);

	if (p == MAP_FAILED)
		err(1, "mmap");
	return p;
}

int main(void)
{
	int *ours = map(MAP_SHARED | MAP_ANONYMOUS);
	int *mine = map(MAP_PRIVATE | MAP_ANONYMOUS);

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
