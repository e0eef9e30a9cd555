/* clean: one token goes round, and who has it counts. */
#include "shared.h"

int main(void)
{
	int *count = share(sizeof(*count)), there[2], back[2];

	NEED(pipe(there));
	NEED(pipe(back));
	if (NEED(fork()) == 0) {
		for (int i = 0; i < 20; i++) {
			take(there[0]);
			(*count)++;
			give(back[1]);
		}
		_exit(0);
	}
	for (int i = 0; i < 20; i++) {
		(*count)++;
		give(there[1]);
		take(back[0]);
	}
	return finish() || *count != 40;
}
