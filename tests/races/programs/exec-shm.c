/* clean: two programs with one object by name; the second begins after the first wrote. */
#include "shared.h"

#define NAME "/exec-shm"

int main(int argc, char **argv)
{
	int fd = NEED(shm_open(NAME, O_RDWR | O_CREAT, 0600));

	(void)argv;
	NEED(ftruncate(fd, sizeof(int)));

	int *x = need_memory(mmap(NULL, sizeof(*x), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));

	if (argc > 1)
		return (*x)++ != 1;
	*x = 1;
	if (NEED(fork()) == 0) {
		execl("/proc/self/exe", "exec-shm", "second", (char *)NULL);
		_exit(97);
	}
	if (finish() || *x != 2)
		return 1;
	return shm_unlink(NAME);
}
