/*
 * Unusual: the buffer is much larger than any message, every queue is opened for reading and
 * writing, permissions come about by the umask, and all output is by write(2). The commands are a
 * table.
 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char **arg;
static mqd_t q;

static void check(int ok)
{
	if (ok)
		return;
	dprintf(2, "mq: %s: %s\n", arg[0], strerror(errno));
	_exit(1);
}

static void use(void)
{
	check((q = mq_open(arg[0], O_RDWR | O_CLOEXEC)) != (mqd_t)-1);
}

static unsigned long whole(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (end == text || *end || *text == '-') {
		dprintf(2, "mq: %s is no number\n", text);
		_exit(2);
	}
	return n;
}

static void do_create(void)
{
	struct mq_attr a;

	memset(&a, 0, sizeof(a));
	a.mq_maxmsg = arg[1] ? (long)whole(arg[1]) : 10;
	a.mq_msgsize = arg[1] ? (long)whole(arg[2]) : 2048;
	umask(0177);
	check((q = mq_open(arg[0], O_EXCL | O_CREAT, 0666, &a)) != -1);
}

static void do_send(void)
{
	unsigned priority = (unsigned)whole(arg[1]);

	use();
	check(mq_send(q, arg[2], strlen(arg[2]), priority) == 0);
}

static void do_recv(void)
{
	static char line[100], bytes[1 << 17];
	unsigned priority;
	ssize_t n;

	use();
	check((n = mq_receive(q, bytes, sizeof(bytes), &priority)) >= 0);
	write(1, line, (size_t)sprintf(line, "Read %zd bytes; priority = %u\n", n, priority));
	write(1, bytes, (size_t)n);
	write(1, "\n", 1);
}

static void do_info(void)
{
	struct mq_attr a;

	use();
	check(mq_getattr(q, &a) == 0);
	dprintf(1, "maxmsg=%ld msgsize=%ld curmsgs=%ld\n", a.mq_maxmsg, a.mq_msgsize, a.mq_curmsgs);
}

static void do_unlink(void)
{
	check(mq_unlink(arg[0]) == 0);
}

static const struct {
	const char *name;
	int args;
	void (*run)(void);
} commands[] = {{"create", 1, do_create}, {"create", 3, do_create}, {"send", 3, do_send},
	{"recv", 1, do_recv}, {"info", 1, do_info}, {"unlink", 1, do_unlink}};

int main(int argc, char **argv)
{
	arg = argv + 2;
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (argc == commands[i].args + 2 && !strcmp(argv[1], commands[i].name)) {
			commands[i].run();
			_exit(0);
		}
	dprintf(2, "mq create|send|recv|info|unlink /Q ...\n");
	_exit(2);
}
