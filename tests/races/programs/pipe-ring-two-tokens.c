/* race: two tokens go round: two count at once. */
#include "shared.h"

static void player(int *count, int from, int to)
{
	for (int i = 0; i < 5; i++) {
		take(from);
		(*count)++; /* race A B */
		give(to);
	}
}

int main(void)
{
	int *count = share(sizeof(*count)), there[2], back[2];

	NEED(pipe(there));
	NEED(pipe(back));
	give(there[1]);
	give(back[1]);
	if (NEED(fork()) == 0) {
		player(count, there[0], back[1]);
		_exit(0);
	}
	player(count, back[0], there[1]);
	return finish();
}
