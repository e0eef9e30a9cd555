/*
 * Sessions, process groups and a controlling terminal: what its keys, its end and its rules for the
 * background do to whom. The terminal is a pty that each program opens for itself.
 */
#include "rows.h"

#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>

static int master, terminal;

static void name_end(const char *what, pid_t pid)
{
	int value;

	waitpid(pid, &value, WUNTRACED);
	status(what, value);
}

static void open_terminal(void)
{
	struct termios t;

	MUST(openpty(&master, &terminal, NULL, NULL, NULL));
	tcgetattr(terminal, &t);
	t.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(terminal, TCSANOW, &t);
}

/* A child that leads a session whose terminal is ours. */
static pid_t leader(void (*work)(void))
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	setsid();
	result("controlling terminal", ioctl(terminal, TIOCSCTTY, 0));
	close(master);
	work();
	_exit(0);
}

static void expect_key(char key)
{
	MUST(write(master, &key, 1));
}

static char byte_of(int fd)
{
	char byte = '?';

	if (read(fd, &byte, 1) != 1)
		return '-';
	return byte;
}

static int ready[2];

static void tell_ready(void)
{
	MUST(write(ready[1], "r", 1));
}

static void until_ready(void)
{
	char byte;

	MUST(read(ready[0], &byte, 1));
}

static void sleeps(void)
{
	tell_ready();
	for (;;)
		pause();
}

static void keys(void)
{
	static const char typed[] = {3, 28, 26};

	MUST(pipe(ready));
	for (int i = 0; i < 3; i++) {
		pid_t pid;

		open_terminal();
		pid = leader(sleeps);
		until_ready();
		expect_key(typed[i]);
		if (typed[i] == 26) { /* a session leader without a parent in it does not stop */
			kill(pid, SIGKILL);
		}
		name_end("leader", pid);
		close(master);
		close(terminal);
	}
}

static void catches(int sig)
{
	say("%s", sigabbrev_np(sig));
}

/* A group in the foreground gets the key, the shell does not. */
static void shell(void)
{
	pid_t job;
	int value;

	signal(SIGTTOU, SIG_IGN);
	handle(SIGINT, catches, 0);
	handle(SIGTSTP, catches, 0);
	job = fork();
	if (job == 0) {
		setpgid(0, 0);
		tcsetpgrp(terminal, getpid());
		signal(SIGINT, SIG_DFL);
		signal(SIGTSTP, SIG_DFL);
		if (fork() == 0)
			sleeps();
		sleeps();
	}
	waitpid(job, &value, WUNTRACED);
	status("job", value);
	result("take the terminal", tcsetpgrp(terminal, getpgrp()));
	say("mine %d", tcgetpgrp(terminal) == getpgrp());
	result("fg", tcsetpgrp(terminal, job));
	kill(-job, SIGCONT);
	tell_ready();
	waitpid(job, &value, WUNTRACED);
	status("job", value);
	tcsetpgrp(terminal, getpgrp());
}

static void foreground(void)
{
	pid_t pid;

	MUST(pipe(ready));
	open_terminal();
	pid = leader(shell);
	until_ready();
	until_ready();
	expect_key(26);
	until_ready();
	expect_key(3);
	name_end("shell", pid);
}

static void reads_in_background(void)
{
	pid_t job = fork();
	int value;

	if (job == 0) {
		setpgid(0, 0);
		say("read %c", byte_of(terminal));
		_exit(3);
	}
	waitpid(job, &value, WUNTRACED);
	status("reader", value);
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(terminal, job);
	kill(-job, SIGCONT);
	waitpid(job, &value, WUNTRACED);
	status("reader", value);
	if (fork() == 0) {
		setpgid(0, 0);
		signal(SIGTTIN, SIG_IGN);
		result("ignored", read(terminal, &value, 1));
		_exit(0);
	}
	wait(NULL);
}

static void background_read(void)
{
	pid_t pid;

	open_terminal();
	pid = leader(reads_in_background);
	MUST(write(master, "k\n", 2));
	name_end("leader", pid);
}

static void writes_in_background(void)
{
	struct termios t;
	int value;
	pid_t job;

	tcgetattr(terminal, &t);
	t.c_lflag |= TOSTOP;
	tcsetattr(terminal, TCSANOW, &t);
	job = fork();
	if (job == 0) {
		setpgid(0, 0);
		result("write", write(terminal, "x", 1));
		_exit(3);
	}
	waitpid(job, &value, WUNTRACED);
	status("writer", value);
	kill(job, SIGKILL);
	waitpid(job, &value, 0);
	job = fork();
	if (job == 0) {
		setpgid(0, 0);
		signal(SIGTTOU, SIG_IGN);
		result("ignored", write(terminal, "y", 1));
		signal(SIGTTOU, SIG_DFL);
		tcsetattr(terminal, TCSANOW, &t);
		_exit(3);
	}
	waitpid(job, &value, WUNTRACED);
	status("changes it", value);
	kill(job, SIGKILL);
	waitpid(job, &value, 0);
}

static void background_write(void)
{
	pid_t pid;

	open_terminal();
	pid = leader(writes_in_background);
	say("master got %c", byte_of(master));
	name_end("leader", pid);
}

/* Ready, and then until SIG has come. */
static void until_signal(int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_BLOCK, &set, NULL);
	tell_ready();
	say("%s", sigabbrev_np(sigwaitinfo(&set, NULL)));
}

static void hangs(void)
{
	if (fork() == 0)
		sleeps();
	until_signal(SIGHUP);
	say("read after hang-up %c", byte_of(terminal));
	result("write", write(terminal, "x", 1));
}

/* The master is closed: SIGHUP to the session's leader, end of file for whoever reads. */
static void hang_up(void)
{
	pid_t pid;

	MUST(pipe(ready));
	open_terminal();
	pid = leader(hangs);
	close(terminal);
	until_ready();
	until_ready();
	close(master);
	name_end("leader", pid);
}

static void leads(void)
{
	pid_t group = fork();

	if (group == 0) {
		if (fork() == 0) {
			until_signal(SIGHUP);
			_exit(0);
		}
		sleeps();
	}
	until_ready();
	until_ready();
	say("leader ends");
}

/* The leader's end: SIGHUP to the group in the foreground. */
static void leader_dies(void)
{
	pid_t pid;
	char byte;
	int alive[2];

	MUST(pipe(ready));
	MUST(pipe(alive));
	open_terminal();
	pid = leader(leads);
	name_end("leader", pid);
	close(terminal);
	close(ready[1]);
	close(alive[1]);
	result("all have gone", read(alive[0], &byte, 1));
}

/* A stopped group that nobody can continue any more: SIGHUP and SIGCONT. */
static void orphaned(void)
{
	int alive[2], value;
	char byte;

	MUST(pipe(ready));
	MUST(pipe(alive));
	if (fork() == 0) {
		pid_t job = fork();

		if (job == 0) {
			setpgid(0, 0);
			handle(SIGHUP, catches, 0);
			close(alive[0]);
			tell_ready();
			raise(SIGSTOP);
			say("goes on");
			_exit(0);
		}
		until_ready();
		waitpid(job, &value, WUNTRACED);
		status("job", value);
		_exit(0);
	}
	close(alive[1]);
	wait(&value);
	result("gone", read(alive[0], &byte, 1));
}

static void groups(void)
{
	pid_t pid = fork();
	int value;

	if (pid == 0) {
		MUST(pipe(ready));
		say("mine is my parent's %d", getpgrp() == getpgid(getppid()));
		result("setpgid", setpgid(0, 0));
		say("my own %d", getpgrp() == getpid());
		result("a group of nobody", setpgid(0, 999999));
		result("my parent's", setpgid(getppid(), 0));
		result("negative", setpgid(0, -1));
		result("no such", getpgid(999999));
		result("session of another", getsid(999999));
		if (fork() == 0) {
			setsid();
			result("a session leader", setpgid(0, 0));
			result("again", setsid());
			_exit(0);
		}
		wait(NULL);
		pid = fork();
		if (pid == 0)
			become("waits_for_end");
		until_ready(); /* from the child, after its exec */
		result("too late", setpgid(pid, pid));
		kill(pid, SIGKILL);
		wait(NULL);
		_exit(0);
	}
	waitpid(pid, &value, 0);
	status("child", value);
}

static void waits_for_end(void)
{
	for (int fd = 3; fd < 20; fd++)
		if (write(fd, "r", 1) == 1)
			break;
	for (;;)
		pause();
}

static void whole_groups(void)
{
	int value;
	pid_t pid = fork();

	if (pid == 0) {
		setpgid(0, 0);
		MUST(pipe(ready));
		for (int i = 0; i < 3; i++)
			if (fork() == 0)
				sleeps();
		for (int i = 0; i < 3; i++)
			until_ready();
		signal(SIGTERM, SIG_IGN);
		result("kill(0)", kill(0, SIGTERM));
		while (wait(&value) > 0)
			status("one", value);
		for (int i = 0; i < 2; i++)
			if (fork() == 0) {
				signal(SIGTERM, SIG_DFL);
				sleeps();
			}
		for (int i = 0; i < 2; i++)
			until_ready();
		result("kill(-group)", kill(-getpid(), SIGTERM));
		while (wait(&value) > 0)
			status("one", value);
		result("killpg", killpg(getpid(), 0));
		result("no such group", kill(-999999, SIGTERM));
		result("no such", kill(999999, 0));
		result("no such signal", kill(getpid(), 65));
		_exit(0);
	}
	waitpid(pid, &value, 0);
	status("leader", value);
}

/* A terminal's lines, and what its keys mean when they mean no signal. */
static void lines(void)
{
	struct termios t;
	char line[32];
	ssize_t n;

	open_terminal();
	MUST(write(master, "one\ntwo\n", 8));
	n = read(terminal, line, sizeof(line));
	say("%.*s", (int)n - 1, line);
	n = read(terminal, line, sizeof(line));
	say("%.*s", (int)n - 1, line);
	MUST(write(master, "wrong\x15right\n\x04", 13));
	n = read(terminal, line, sizeof(line));
	say("%.*s", (int)n - 1, line);
	result("^D", read(terminal, line, sizeof(line)));
	tcgetattr(terminal, &t);
	cfmakeraw(&t);
	tcsetattr(terminal, TCSANOW, &t);
	MUST(write(master, "\x03", 1));
	result("raw", read(terminal, line, sizeof(line)));
	say("%d", line[0]);
	say("a terminal %d, a pipe none %d", isatty(terminal), isatty(master) >= 0);
}

ROWS(ROW_IF(keys, SORTED), ROW_IF(foreground, SORTED), ROW_IF(background_read, SORTED),
	ROW_IF(background_write, SORTED), ROW_IF(hang_up, SORTED), ROW_IF(leader_dies, SORTED),
	ROW_IF(orphaned, SORTED), ROW(groups), ROW_IF(waits_for_end, HELPER),
	ROW_IF(whole_groups, SORTED), ROW(lines));
