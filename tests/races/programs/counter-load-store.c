/* clean: atomic loads and stores, not one update: increments are lost, but it is no data race. */
#include "shared.h"

#include <stdbool.h>

int main(void)
{
	atomic_long *count = share(sizeof(*count));
	bool child = NEED(fork()) == 0;

	for (int i = 0; i < 10; i++)
		atomic_store(count, atomic_load(count) + 1);
	if (child)
		_exit(0);
	return finish() || *count > 20;
}
