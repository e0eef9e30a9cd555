/* FIFOs: opening without a partner, EPIPE and SIGPIPE, end of file. */
#include "say.h"

#include <sys/stat.h>

static char path[64];

static void write_to_it(void)
{
	int fd = open(path, O_WRONLY);

	_exit(write(fd, "hello", 5) != 5);
}

static void read_one(void)
{
	int fd = open(path, O_RDONLY);
	char byte;

	_exit(read(fd, &byte, 1) != 1);
}

int main(void)
{
	char bytes[16];
	int fd, value;

	snprintf(path, sizeof(path), "transparency-fifo-%ld", (long)getpid());
	result("mkfifo", mkfifo(path, 0600));
	result("mkfifo again", mkfifo(path, 0600));
	okay("to write, nobody reads", open(path, O_WRONLY | O_NONBLOCK));
	child(write_to_it);
	fd = open(path, O_RDONLY);
	wait(NULL);
	result("read", read(fd, bytes, sizeof(bytes)));
	result("read", read(fd, bytes, sizeof(bytes)));
	close(fd);
	child(read_one);
	fd = open(path, O_WRONLY);
	result("write", write(fd, "x", 1));
	wait(&value);
	status("reader", value);
	signal(SIGPIPE, SIG_IGN);
	result("write to nobody", write(fd, "x", 1));
	signal(SIGPIPE, SIG_DFL);
	if (fork() == 0)
		_exit(write(fd, "x", 1) != 1);
	wait(&value);
	status("write to nobody", value);
	unlink(path);
	return 0;
}
