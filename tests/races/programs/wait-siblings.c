/* clean: each child writes what the next one, begun after its end, reads. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x));

	for (int i = 0; i < 5; i++) {
		if (NEED(fork()) == 0) {
			if (*x != i)
				_exit(1);
			(*x)++;
			_exit(0);
		}
		if (finish())
			return 1;
	}
	return *x != 5;
}
