/* clean: a thousand mappings, each written by one process. */
#include "shared.h"

#define COUNT 1000

int main(void)
{
	static char *map[COUNT];
	int me = 0, sum = 0;

	for (int i = 0; i < COUNT; i++)
		map[i] = share(1);
	me = NEED(fork()) == 0;
	for (int i = me; i < COUNT; i += 2)
		*map[i] = 1;
	if (me)
		_exit(0);
	if (finish())
		return 1;
	for (int i = 0; i < COUNT; i++)
		sum += *map[i];
	return sum != COUNT;
}
