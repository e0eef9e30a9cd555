/* Two workers, one message that ends a worker. */
#include <fcntl.h>
#include <mqueue.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	char message[8192];
	mqd_t queue = mq_open("/jobs", O_RDWR | O_CREAT, 0600, NULL);

	for (int i = 0; i < 2; i++) {
		if (fork() == 0) {
			mq_receive(queue, message, sizeof(message), NULL);
			_exit(0);
		}
	}
	mq_send(queue, "QUIT", 4, 0);
	while (wait(NULL) > 0)
		;
	return 0;
}
