/* Pipes and FIFOs: PIPE_BUF, full ones, their ends, every way to open a FIFO, signals in between.
 */
#include "rows.h"

#include <limits.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

static int fds[2];
static char path[64];
static char much[1 << 18];

/* LEN bytes of the pipe, and whether all are LETTER. */
static void swallow(const char *what, int fd, size_t len, char letter)
{
	static char bytes[1 << 18];
	size_t got = 0, wrong = 0;
	ssize_t n = 1;

	while (got < len && n > 0) {
		n = read(fd, bytes, len - got < 4096 ? len - got : 4096);
		for (ssize_t i = 0; i < n; i++)
			wrong += bytes[i] != letter;
		got += n > 0 ? (size_t)n : 0;
	}
	say("%s: %zu of %zu bytes, %zu others", what, got, len, wrong);
}

/* A write of more than fits is one write for whom no handler interrupts, whoever dies meanwhile. */
static void big_write(void)
{
	pid_t reader, dying;
	int value;

	MUST(pipe(fds));
	memset(much, 'm', sizeof(much));
	dying = fork();
	if (dying == 0) {
		await_sleep(getppid());
		_exit(0);
	}
	reader = fork();
	if (reader == 0) {
		close(fds[1]);
		await(dying, 'Z');
		swallow("read", fds[0], sizeof(much), 'm');
		_exit(0);
	}
	result("write", write(fds[1], much, sizeof(much)));
	waitpid(dying, &value, 0);
	waitpid(reader, &value, 0);
	status("reader", value);
}

static void big_send(void)
{
	pid_t dying, reader;
	int value;

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	memset(much, 's', sizeof(much));
	dying = fork();
	if (dying == 0) {
		await_sleep(getppid());
		_exit(0);
	}
	reader = fork();
	if (reader == 0) {
		close(fds[1]);
		await(dying, 'Z');
		swallow("received", fds[0], 2 * sizeof(much), 's');
		_exit(0);
	}
	result("send", send(fds[1], much, sizeof(much), 0));
	result("write", write(fds[1], much, sizeof(much)));
	waitpid(dying, &value, 0);
	waitpid(reader, &value, 0);
	status("reader", value);
}

static long by_vector(void)
{
	struct iovec parts[3] = {
		{much, 1000}, {much + 1000, sizeof(much) / 2}, {much, sizeof(much) / 2 - 1000}};

	return writev(fds[1], parts, 3);
}

static long by_message(void)
{
	struct iovec parts[2] = {{much, sizeof(much) / 4}, {much, sizeof(much) / 4 * 3}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};

	return sendmsg(fds[1], &message, 0);
}

static long from_file(void)
{
	int file = memfd_create("much", 0);

	MUST(file);
	for (int i = 0; i < 8; i++)
		if (write(file, much, sizeof(much)) != sizeof(much))
			exit(95);
	lseek(file, 0, SEEK_SET);
	return sendfile(fds[1], file, NULL, 8 * sizeof(much));
}

/* Half of it is read when a child dies; the other half later. */
static void in_halves(long (*transfer)(void), size_t len)
{
	pid_t dying, reader;
	int value;

	memset(much, 'v', sizeof(much));
	dying = fork();
	if (dying == 0) {
		await_sleep(getppid());
		_exit(0);
	}
	reader = fork();
	if (reader == 0) {
		close(fds[1]);
		await(dying, 'Z');
		swallow("read", fds[0], len, 'v');
		_exit(0);
	}
	result("moved", transfer());
	waitpid(dying, &value, 0);
	waitpid(reader, &value, 0);
	status("reader", value);
}

static void big_vector(void)
{
	MUST(pipe(fds));
	in_halves(by_vector, sizeof(much));
}

static void big_message(void)
{
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	in_halves(by_message, sizeof(much));
}

static void big_file(void)
{
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	in_halves(from_file, 8 * sizeof(much));
}

/* All that was asked for, although a child dies after the first half. */
static void all_of_it(void)
{
	char bytes[8] = "";
	pid_t first;

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	first = fork();
	if (first == 0)
		_exit(write(fds[1], "half", 4) != 4);
	if (fork() == 0) {
		await(first, 'Z');
		await_sleep(getppid());
		_exit(write(fds[1], "full", 4) != 4);
	}
	result("recv", recv(fds[0], bytes, 8, MSG_WAITALL));
	say("%.8s", bytes);
	while (wait(NULL) > 0)
		;
}

/* A handler ends a write that has begun: it tells how much went. */
static void handler_cuts(void)
{
	char rest[4096];
	pid_t pid = getpid();

	MUST(pipe(fds));
	handle(SIGUSR1, count, SA_RESTART);
	if (fork() == 0) {
		await_sleep(pid);
		kill(pid, SIGUSR1);
		_exit(0);
	}
	result("write", write(fds[1], much, 100000));
	say("caught %d", (int)caught);
	if (fork() == 0) {
		await_sleep(pid);
		kill(pid, SIGUSR1);
		await_sleep(pid);
		say("took %zd", read(fds[0], rest, sizeof(rest)));
		_exit(0);
	}
	result("restarted", write(fds[1], much, 4096)); /* nothing of it went: made again */
	say("caught %d", (int)caught);
	while (wait(NULL) > 0)
		;
}

/* Lines of at most PIPE_BUF bytes by many writers never mix. */
static void atomic_writes(void)
{
	enum { WRITERS = 4, WRITES = 12 };
	static char line[PIPE_BUF];
	int counts[WRITERS] = {0}, mixed = 0;

	MUST(pipe(fds));
	for (int w = 0; w < WRITERS; w++)
		if (fork() == 0) {
			close(fds[0]);
			memset(line, 'a' + w, sizeof(line));
			for (int i = 0; i < WRITES; i++)
				if (write(fds[1], line, sizeof(line)) != PIPE_BUF)
					say("short");
			_exit(0);
		}
	close(fds[1]);
	for (;;) {
		size_t got = 0;
		ssize_t n = 1;

		while (got < sizeof(line) && n > 0) {
			n = read(fds[0], line + got, sizeof(line) - got);
			got += n > 0 ? (size_t)n : 0;
		}
		if (!got)
			break;
		for (size_t i = 1; i < got; i++)
			mixed += line[i] != line[0];
		counts[line[0] - 'a']++;
	}
	for (int w = 0; w < WRITERS; w++)
		say("writer %d: %d", w, counts[w]);
	say("mixed %d", mixed);
	while (wait(NULL) > 0)
		;
}

static void not_waiting(void)
{
	struct pollfd p;
	int n = 0;
	ssize_t more;

	MUST(pipe2(fds, O_NONBLOCK));
	result("empty", read(fds[0], much, 1));
	while (write(fds[1], much, PIPE_BUF) == PIPE_BUF)
		n++;
	say("%d writes: %s", n, strerrorname_np(errno));
	result("one byte", write(fds[1], "x", 1));
	result("read", read(fds[0], much, 4095));
	result("page not free yet", write(fds[1], "x", 1));
	result("read", read(fds[0], much, 1));
	result("PIPE_BUF or nothing", write(fds[1], much, PIPE_BUF));
	result("full again", write(fds[1], much, PIPE_BUF));
	result("read", read(fds[0], much, 8192));
	more = write(fds[1], much, 100000); /* above PIPE_BUF: what fits */
	result("what fits", more);
	p = (struct pollfd){.fd = fds[1], .events = POLLOUT};
	result("poll", poll(&p, 1, 0));
	result("bytes inside", ioctl(fds[0], FIONREAD, &n));
	say("%d", n);
}

static void broken(void)
{
	int value;

	MUST(pipe(fds));
	close(fds[0]);
	if (fork() == 0) {
		result("write", write(fds[1], "x", 1));
		_exit(0);
	}
	wait(&value);
	status("default", value);
	signal(SIGPIPE, SIG_IGN);
	result("ignored", write(fds[1], "x", 1));
	handle(SIGPIPE, count, 0);
	result("handled", write(fds[1], "x", 1));
	say("caught %d", (int)caught);
	result("nothing", write(fds[1], "", 0));
}

/* The reader goes while the writer sleeps. */
static void breaks_while_writing(void)
{
	int value;
	pid_t writer, reader;

	MUST(pipe(fds));
	signal(SIGPIPE, SIG_IGN);
	writer = fork();
	if (writer == 0) {
		close(fds[0]);
		result("write", write(fds[1], much, 65536 + 1000)); /* a part went */
		result("again", write(fds[1], much, 10));
		_exit(0);
	}
	reader = fork();
	if (reader == 0) {
		await_sleep(writer);
		_exit(0);
	}
	close(fds[0]);
	close(fds[1]);
	waitpid(reader, &value, 0);
	waitpid(writer, &value, 0);
	status("writer", value);
}

static void end_of_file(void)
{
	char byte;

	MUST(pipe(fds));
	if (fork() == 0) {
		if (fork() == 0) {
			close(fds[0]);
			say("the last one");
			_exit(write(fds[1], "z", 1) != 1);
		}
		_exit(0); /* its end closes with it */
	}
	close(fds[1]);
	result("read", read(fds[0], &byte, 1));
	result("end", read(fds[0], &byte, 1));
	result("end", read(fds[0], &byte, 1));
	wait(NULL);
}

static void make_fifo(void)
{
	snprintf(path, sizeof(path), "pipes-%ld", (long)getpid());
	MUST(mkfifo(path, 0600));
}

static void fifo_modes(void)
{
	struct stat st;
	int fd;

	make_fifo();
	result("again", mkfifo(path, 0600));
	stat(path, &st);
	say("a FIFO %d", S_ISFIFO(st.st_mode));
	result("write, nobody there", open(path, O_WRONLY | O_NONBLOCK));
	fd = open(path, O_RDONLY | O_NONBLOCK);
	okay("read, nobody there", fd);
	result("no writer", read(fd, much, 1));
	fds[1] = open(path, O_WRONLY | O_NONBLOCK);
	okay("write, now", fds[1]);
	result("nothing yet", read(fd, much, 1));
	result("write", write(fds[1], "abc", 3));
	result("read", read(fd, much, 10));
	close(fds[1]);
	result("gone", read(fd, much, 1));
	close(fd);
	fd = open(path, O_RDWR);
	okay("both", fd);
	result("write", write(fd, "self", 4));
	result("read", read(fd, much, 10));
	result("lseek", lseek(fd, 0, SEEK_SET));
	close(fd);
	unlink(path);
	result("removed", open(path, O_RDONLY | O_NONBLOCK));
}

static void fifo_meets(void)
{
	make_fifo();
	if (fork() == 0) {
		int fd = open(path, O_WRONLY);

		okay("writer", fd);
		result("write", write(fd, "hello", 5));
		_exit(0);
	}
	fds[0] = open(path, O_RDONLY);
	okay("reader", fds[0]);
	result("read", read(fds[0], much, 10));
	wait(NULL);
	result("end", read(fds[0], much, 10));
	unlink(path);
}

/* The one who waits in open is interrupted by a handler; then a FIFO without a name. */
static void fifo_interrupted(void)
{
	pid_t me = getpid();

	make_fifo();
	handle(SIGUSR1, count, 0);
	if (fork() == 0) {
		await_sleep(me);
		kill(me, SIGUSR1);
		_exit(0);
	}
	result("open", open(path, O_RDONLY));
	wait(NULL);
	handle(SIGUSR1, count, SA_RESTART);
	if (fork() == 0) {
		await_sleep(me);
		kill(me, SIGUSR1);
		await_sleep(me);
		unlink(path);
		say("unlinked");
		_exit(0);
	}
	if (fork() == 0) {
		fds[1] = open(path, O_WRONLY);
		_exit(write(fds[1], "x", 1) != 1);
	}
	fds[0] = open(path, O_RDONLY);
	okay("open", fds[0]);
	result("read", read(fds[0], much, 10));
	while (wait(NULL) > 0)
		;
	unlink(path);
}

static void vectors(void)
{
	struct iovec out[3] = {{"one ", 4}, {"two ", 4}, {"three", 5}};
	char a[3], b[30];
	struct iovec in[2] = {{a, sizeof(a)}, {b, sizeof(b)}};

	MUST(pipe(fds));
	result("writev", writev(fds[1], out, 3));
	result("readv", readv(fds[0], in, 2));
	say("%.3s|%.10s", a, b);
	result("dup", write(dup(fds[1]), "d", 1));
	close(fds[1]);
	result("read", read(fds[0], a, 3));
}

static void sizes(void)
{
	MUST(pipe(fds));
	result("size", fcntl(fds[0], F_GETPIPE_SZ));
	result("smaller", fcntl(fds[1], F_SETPIPE_SZ, 4096));
	fcntl(fds[1], F_SETFL, O_NONBLOCK);
	result("fill", write(fds[1], much, 10000));
	result("larger", fcntl(fds[1], F_SETPIPE_SZ, 65536));
	result("more", write(fds[1], much, 10000));
	result("too small", fcntl(fds[1], F_SETPIPE_SZ, 4096));
	result("bad mode", pipe2(fds, 1));
}

static void wrong_ends(void)
{
	const char *volatile nowhere = (const char *)8;

	MUST(pipe(fds));
	result("write to the read end", write(fds[0], "x", 1));
	result("read from the write end", read(fds[1], much, 1));
	result("closed", close(fds[0]));
	result("closed again", close(fds[0]));
	result("read", read(fds[0], much, 1));
	result("bad memory", write(fds[1], nowhere, 4));
}

static void popen_and_system(void)
{
	char line[64] = "";
	FILE *in = popen("echo from a shell; exit 3", "r");

	if (in && fgets(line, sizeof(line), in))
		say("%.*s", (int)strcspn(line, "\n"), line);
	status("pclose", pclose(in));
	in = popen("cat", "w");
	fputs("to a filter\n", in);
	status("pclose", pclose(in));
	status("system", system("exit 7"));
	status("system", system("kill -TERM $$"));
	result("is there a shell", system(NULL) != 0);
	status("no such", system("/no/such/program 2>/dev/null"));
	handle(SIGCHLD, count, 0);
	system("true");
	say("system hides SIGCHLD %d", caught == 0);
}

ROWS(ROW_IF(big_write, SORTED), ROW_IF(big_send, SORTED), ROW_IF(big_vector, SORTED),
	ROW_IF(big_message, SORTED), ROW_IF(big_file, SORTED), ROW(all_of_it),
	ROW_IF(handler_cuts, SORTED), ROW(atomic_writes), ROW(not_waiting), ROW(broken),
	ROW_IF(breaks_while_writing, SORTED), ROW_IF(end_of_file, SORTED), ROW(fifo_modes),
	ROW_IF(fifo_meets, SORTED), ROW_IF(fifo_interrupted, SORTED), ROW(vectors), ROW(sizes),
	ROW(wrong_ends), ROW(popen_and_system));
