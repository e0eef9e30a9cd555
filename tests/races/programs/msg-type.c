/* clean: the message of type 2 says that the value is there, and is waited for. */
#include "shared.h"

#include <sys/msg.h>

struct letter {
	long type;
	char byte;
};

int main(void)
{
	int *x = share(sizeof(*x)), seen;
	int queue = NEED(msgget(IPC_PRIVATE, 0600));
	struct letter letter = {0};

	if (NEED(fork()) == 0) {
		letter.type = 1;
		NEED(msgsnd(queue, &letter, 1, 0));
		*x = 1;
		letter.type = 2;
		NEED(msgsnd(queue, &letter, 1, 0));
		_exit(0);
	}
	NEED((int)msgrcv(queue, &letter, 1, 2, 0));
	seen = *x;
	finish();
	msgctl(queue, IPC_RMID, NULL);
	return seen != 1;
}
