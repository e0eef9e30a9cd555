/* Two messages are there, and none of the type that is asked for. */
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	struct {
		long type;
		char text[8];
	} message = {1, "hello"};
	int queue = msgget(IPC_PRIVATE, 0600);

	if (fork() == 0) {
		msgsnd(queue, &message, sizeof(message.text), 0);
		message.type = 3;
		msgsnd(queue, &message, sizeof(message.text), 0);
		_exit(0);
	}
	wait(NULL);
	return msgrcv(queue, &message, sizeof(message.text), 2, 0) < 0;
}
