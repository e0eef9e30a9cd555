/* Receives from a queue that it has open for reading only, and nobody else has it open at all. */
#include <fcntl.h>
#include <mqueue.h>
#include <stddef.h>

int main(void)
{
	char message[8192];
	mqd_t queue = mq_open("/mail", O_RDONLY | O_CREAT, 0600, NULL);

	mq_receive(queue, message, sizeof(message), NULL);
	return 0;
}
