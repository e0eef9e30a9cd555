/* Waiting for children: every form of wait, what is told, who is not waited for. */
#include "rows.h"

#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/times.h>

static void forever(void)
{
	for (;;)
		pause();
}

static void tell(const char *what, const siginfo_t *info, pid_t pid)
{
	if (info->si_pid == 0) {
		say("%s: nobody", what);
		return;
	}
	say("%s: signo %d, code %d, status %d, the one asked for %d, uid %d", what, info->si_signo,
		info->si_code, info->si_status, info->si_pid == pid, info->si_uid == getuid());
}

static void get(const char *what, idtype_t type, id_t id, int options, pid_t pid)
{
	siginfo_t info;

	memset(&info, 0, sizeof(info));
	if (waitid(type, id, &info, options) < 0)
		say("%s: %s", what, strerrorname_np(errno));
	else
		tell(what, &info, pid);
}

static void without_taking(void)
{
	pid_t pid = fork();
	int value;

	if (pid == 0)
		_exit(12);
	get("look", P_PID, (id_t)pid, WEXITED | WNOWAIT, pid);
	get("look again", P_ALL, 0, WEXITED | WNOWAIT, pid);
	get("take", P_PID, (id_t)pid, WEXITED, pid);
	get("gone", P_PID, (id_t)pid, WEXITED | WNOHANG, pid);
	result("wait", waitpid(pid, &value, 0));
}

static void each_idtype(void)
{
	pid_t pid = fork(), group;
	int fd;

	if (pid == 0)
		forever();
	get("nothing yet", P_PID, (id_t)pid, WEXITED | WNOHANG, pid);
	fd = pidfd_open(pid, 0);
	get("pidfd, nothing yet", P_PIDFD, (id_t)fd, WEXITED | WNOHANG, pid);
	kill(pid, SIGKILL);
	get("pidfd", P_PIDFD, (id_t)fd, WEXITED, pid);
	group = fork();
	if (group == 0) {
		setpgid(0, 0);
		_exit(3);
	}
	setpgid(group, group);
	get("another group", P_PGID, (id_t)getpgrp(), WEXITED | WNOHANG, group);
	get("group", P_PGID, (id_t)group, WEXITED, group);
	pid = child((void (*)(void))abort);
	get("all", P_ALL, 0, WEXITED, pid);
	get("none left", P_ALL, 0, WEXITED, 0);
	get("no options", P_ALL, 0, 0, 0);
	get("a bad type", (idtype_t)77, 0, WEXITED, 0);
}

static void stops(void)
{
	pid_t pid = child(forever);

	kill(pid, SIGSTOP);
	get("stopped", P_PID, (id_t)pid, WSTOPPED | WNOWAIT, pid);
	get("still", P_PID, (id_t)pid, WSTOPPED, pid);
	get("told once", P_PID, (id_t)pid, WSTOPPED | WNOHANG, pid);
	kill(pid, SIGCONT);
	get("continued", P_PID, (id_t)pid, WCONTINUED | WNOWAIT, pid);
	get("still", P_PID, (id_t)pid, WCONTINUED, pid);
	get("told once", P_PID, (id_t)pid, WCONTINUED | WEXITED | WNOHANG, pid);
	kill(pid, SIGSTOP);
	get("stopped", P_PID, (id_t)pid, WSTOPPED | WEXITED | WCONTINUED, pid);
	kill(pid, SIGTERM);
	get("not yet", P_PID, (id_t)pid, WEXITED | WNOHANG, pid);
	kill(pid, SIGKILL);
	get("killed", P_PID, (id_t)pid, WSTOPPED | WEXITED, pid);
}

static void stop_signals(void)
{
	static const int signals[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
	int value;

	for (int i = 0; i < 4; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			setpgid(0, 0); /* not an orphaned group: its parent is in the session */
			raise(signals[i]);
			_exit(20 + i);
		}
		waitpid(pid, &value, WUNTRACED);
		status("stopped", value);
		kill(pid, SIGCONT);
		waitpid(pid, &value, 0);
		status("went on", value);
	}
}

/* In an orphaned group the terminal's stop signals do nothing. */
static void orphaned_group(void)
{
	int value;

	if (fork() == 0) {
		setsid();
		raise(SIGTSTP);
		raise(SIGTTIN);
		say("TSTP passed by");
		_exit(4);
	}
	wait(&value);
	status("leader of a session", value);
}

static void not_kept(void)
{
	struct sigaction act = {.sa_handler = count, .sa_flags = SA_NOCLDWAIT};
	int value;

	signal(SIGCHLD, SIG_IGN);
	if (fork() == 0)
		_exit(1);
	result("ignored", wait(&value));
	sigaction(SIGCHLD, &act, NULL);
	if (fork() == 0)
		_exit(1);
	result("SA_NOCLDWAIT", waitpid(-1, &value, 0));
	say("but told %d", (int)caught);
	signal(SIGCHLD, SIG_DFL);
	if (fork() == 0)
		_exit(1);
	result("default", wait(&value) > 0);
	if (fork() == 0)
		_exit(5);
	await_sleep(getppid()); /* it may be a zombie by now; ignoring comes too late for it */
	signal(SIGCHLD, SIG_DFL);
	result("zombie", wait(&value) > 0);
	status("its end", value);
}

/* SIGCHLD is ignored: wait lasts until all have gone, then fails. */
static void until_all_have_gone(void)
{
	int fds[2];
	char byte;

	MUST(pipe(fds));
	signal(SIGCHLD, SIG_IGN);
	for (int i = 0; i < 3; i++)
		if (fork() == 0) {
			close(fds[0]);
			_exit(write(fds[1], "x", 1) != 1);
		}
	close(fds[1]);
	result("wait", wait(NULL));
	say("bytes %zd%zd%zd", read(fds[0], &byte, 1), read(fds[0], &byte, 1),
		read(fds[0], &byte, 1));
	result("end", read(fds[0], &byte, 1));
}

static void quiet_stops(void)
{
	struct sigaction act = {.sa_handler = count, .sa_flags = SA_NOCLDSTOP | SA_RESTART};
	pid_t pid;
	int value;

	sigaction(SIGCHLD, &act, NULL);
	pid = child(forever);
	kill(pid, SIGSTOP);
	waitpid(pid, &value, WUNTRACED);
	kill(pid, SIGCONT);
	waitpid(pid, &value, WCONTINUED);
	say("SIGCHLD for stops %d", (int)caught);
	kill(pid, SIGTERM);
	waitpid(pid, &value, 0);
	say("for the end %d", (int)caught);
	act.sa_flags = SA_RESTART;
	sigaction(SIGCHLD, &act, NULL);
	caught = 0;
	pid = child(forever);
	kill(pid, SIGSTOP);
	waitpid(pid, &value, WUNTRACED);
	say("without the flag %d", (int)caught);
	kill(pid, SIGKILL);
	waitpid(pid, &value, 0);
	say("then %d", (int)caught);
}

static void errors(void)
{
	int value = 77;
	pid_t pid;

	result("no child", wait(&value));
	result("not mine", waitpid(getppid(), &value, 0));
	result("no such group", waitpid(-12345678, &value, 0));
	result("options", waitpid(-1, &value, 0x1000));
	pid = fork();
	if (pid == 0)
		forever();
	result("nothing yet", waitpid(pid, &value, WNOHANG));
	say("untouched %d", value);
	if (fork() == 0) {
		result("not my brother", waitpid(pid, &value, WNOHANG));
		_exit(0);
	}
	wait(NULL);
	kill(pid, SIGHUP);
	result("no status wanted", waitpid(pid, NULL, 0) == pid);
}

static void in_order_of_asking(void)
{
	pid_t pids[4];
	int value;

	for (int i = 0; i < 4; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(30 + i);
	}
	for (int i = 3; i >= 0; i--) {
		say("the right one %d", waitpid(pids[i], &value, 0) == pids[i]);
		status("end", value);
	}
}

static void dumped(void)
{
	static const int signals[] = {SIGQUIT, SIGILL, SIGABRT, SIGFPE, SIGSEGV, SIGBUS, SIGSYS,
		SIGTRAP, SIGXCPU, SIGTERM, SIGKILL, SIGALRM, SIGPIPE, SIGUSR1, SIGIO, SIGVTALRM};
	struct rlimit none = {0, 0};
	int value;

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (fork() == 0) {
			raise(signals[i]);
			_exit(0);
		}
		wait(&value);
		status("ended", value);
		say("core %d", WCOREDUMP(value) ? 1 : 0);
	}
}

static void usage_of_children(void)
{
	struct rusage usage;
	struct tms tms;
	int value;
	pid_t pid;

	result("getrusage", getrusage(RUSAGE_CHILDREN, &usage));
	say("none so far %d", usage.ru_utime.tv_sec == 0 && usage.ru_utime.tv_usec == 0);
	pid = fork();
	if (pid == 0)
		_exit(2);
	say("wait4 %d", wait4(pid, &value, 0, &usage) == pid);
	status("end", value);
	say("sane %d", usage.ru_utime.tv_sec >= 0 && usage.ru_utime.tv_sec < 5);
	if (fork() == 0)
		_exit(3);
	say("wait3 %d", wait3(&value, 0, &usage) > 0);
	status("end", value);
	say("times %d", times(&tms) != (clock_t)-1 && tms.tms_cutime >= 0);
}

static int fds[2];

static void told_by_death(void)
{
	char byte;

	MUST(pipe(fds));
	if (fork() == 0) {
		pid_t middle = getpid();

		if (fork() == 0) {
			int sig;
			sigset_t set;

			sigemptyset(&set);
			sigaddset(&set, SIGUSR1);
			sigprocmask(SIG_BLOCK, &set, NULL);
			prctl(PR_SET_PDEATHSIG, SIGUSR1);
			close(fds[0]);
			if (getppid() != middle || write(fds[1], "r", 1) != 1)
				say("late");
			sigwait(&set, &sig);
			say("told, parent is another %d", getppid() != middle);
			_exit(0);
		}
		result("ready", read(fds[0], &byte, 1));
		_exit(0);
	}
	close(fds[1]);
	wait(NULL);
	result("end", read(fds[0], &byte, 1));
}

static void zombies(void)
{
	pid_t pid = fork();
	int value;

	if (pid == 0)
		_exit(6);
	await(pid, 'Z');
	result("signals reach a zombie", kill(pid, 0));
	result("and do nothing", kill(pid, SIGKILL));
	result("its group", getpgid(pid) == getpgrp());
	waitpid(pid, &value, 0);
	status("end", value);
	result("then nobody", kill(pid, 0));
}

static volatile sig_atomic_t reaped;

static void reap(int sig)
{
	int saved = errno;

	(void)sig;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		reaped++;
	errno = saved;
}

static void reaped_in_the_handler(void)
{
	sigset_t set, old;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &old);
	handle(SIGCHLD, reap, SA_RESTART);
	for (int i = 0; i < 5; i++)
		if (fork() == 0)
			_exit(i);
	while (reaped < 5)
		sigsuspend(&old);
	say("reaped %d", (int)reaped);
	result("none left", wait(NULL));
}

ROWS(ROW(without_taking), ROW(each_idtype), ROW(stops), ROW(stop_signals), ROW(orphaned_group),
	ROW(not_kept), ROW(until_all_have_gone), ROW(quiet_stops), ROW(errors),
	ROW(in_order_of_asking), ROW(dumped), ROW(usage_of_children), ROW_IF(told_by_death, SORTED),
	ROW(zombies), ROW(reaped_in_the_handler));
