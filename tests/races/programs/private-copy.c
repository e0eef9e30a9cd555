/* clean: a global variable and MAP_PRIVATE memory: each process has its own. */
#include "shared.h"

static int global;

int main(void)
{
	int *x = need_memory(
		mmap(NULL, sizeof(*x), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));

	if (NEED(fork()) == 0) {
		*x = global = 1;
		_exit(0);
	}
	*x = global = 2;
	return finish() || *x != 2 || global != 2;
}
