/* What exec keeps and what it resets; fork's copies; vfork, posix_spawn, exit and _exit. */
#include "rows.h"

#include <dirent.h>
#include <pthread.h>
#include <semaphore.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

extern char **environ;

static void disposition(int sig)
{
	struct sigaction act;

	sigaction(sig, NULL, &act);
	say("%s %s", sigabbrev_np(sig),
		act.sa_handler == SIG_DFL   ? "default"
		: act.sa_handler == SIG_IGN ? "ignored"
					    : "handler");
}

/* After exec. */
static void looks(void)
{
	sigset_t set;
	stack_t stack;
	struct itimerval timer;

	disposition(SIGUSR1);
	disposition(SIGUSR2);
	disposition(SIGTERM);
	sigprocmask(SIG_SETMASK, NULL, &set);
	say("blocked HUP %d INT %d", sigismember(&set, SIGHUP), sigismember(&set, SIGINT));
	sigpending(&set);
	say("pending HUP %d", sigismember(&set, SIGHUP));
	sigaltstack(NULL, &stack);
	say("alternate stack %d", stack.ss_flags != SS_DISABLE);
	getitimer(ITIMER_REAL, &timer);
	say("alarm %d", timer.it_value.tv_sec > 900);
	result("descriptor 10", fcntl(10, F_GETFD));
	result("descriptor 11", fcntl(11, F_GETFD));
	say("nice %d, umask %o", getpriority(PRIO_PROCESS, 0), umask(0));
	say("VARIABLE=%s", getenv("VARIABLE") ? getenv("VARIABLE") : "-");
	say("children %d", wait(NULL) > 0);
}

static void exec_keeps(void)
{
	static char room[1 << 14];
	stack_t stack = {.ss_sp = room, .ss_size = sizeof(room)};
	sigset_t set;

	signal(SIGUSR1, SIG_IGN);
	handle(SIGUSR2, count, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_SETMASK, &set, NULL);
	raise(SIGHUP);
	sigaltstack(&stack, NULL);
	alarm(1000);
	dup2(1, 10);
	dup3(1, 11, O_CLOEXEC);
	umask(027);
	setpriority(PRIO_PROCESS, 0, 5);
	setenv("VARIABLE", "kept", 1);
	if (fork() == 0)
		_exit(0);
	become("looks");
}

static void by_descriptor(void)
{
	char *argv[] = {"sh", "-c", "echo by descriptor; exit 5", NULL};
	int value;

	if (fork() == 0) {
		fexecve(open("/bin/sh", O_RDONLY | O_CLOEXEC), argv, environ);
		_exit(1);
	}
	wait(&value);
	status("end", value);
}

static pid_t leader;

static void *executes(void *argument)
{
	(void)argument;
	become("after_thread");
	return NULL;
}

static void *executes_descriptor(void *argument)
{
	char *argv[] = {arguments[0], "after_thread", NULL};

	fexecve(open("/proc/thread-self/exe", O_RDONLY), argv, environ);
	return argument;
}

static void *sleeps(void *argument)
{
	pause();
	return argument;
}

static void after_thread(void)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", (long)getpid());
	say("the same process %d, one thread %d", strcmp(text, getenv("LEADER")) == 0,
		gettid() == getpid());
}

/* All other threads are gone, the leader too; who called exec gets its number. */
static void exec_by(void *(*executes_now)(void *))
{
	pthread_t thread;
	char text[32];

	leader = getpid();
	snprintf(text, sizeof(text), "%ld", (long)leader);
	setenv("LEADER", text, 1);
	pthread_create(&thread, NULL, sleeps, NULL);
	pthread_create(&thread, NULL, sleeps, NULL);
	pthread_create(&thread, NULL, executes_now, NULL);
	pthread_join(thread, NULL);
	say("never");
}

static void exec_from_a_thread(void)
{
	exec_by(executes);
}

static void fexecve_from_a_thread(void)
{
	exec_by(executes_descriptor);
}

static void exec_in_child_of_thread_leader(void)
{
	pthread_t thread;
	int value;
	pid_t pid = fork();

	if (pid == 0) {
		char text[32];

		snprintf(text, sizeof(text), "%ld", (long)getpid());
		setenv("LEADER", text, 1);
		pthread_create(&thread, NULL, executes, NULL);
		pthread_exit(NULL); /* the leader is a zombie when the other calls exec */
	}
	say("waited for %d", waitpid(pid, &value, 0) == pid);
	status("end", value);
}

static void exec_fails(void)
{
	char *argv[] = {"x", NULL};
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "no-program-%ld", (long)getpid());
	result("missing", execv(path, argv));
	result("a folder", execv("/", argv));
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	MUST(write(fd, "no format", 9));
	result("not executable", execv(path, argv));
	fchmod(fd, 0700);
	result("being written", execv(path, argv));
	close(fd);
	result("no format", execv(path, argv));
	result("execvp has a shell for it", execlp("./nowhere", "x", NULL));
	unlink(path);
	result("through a file", execv("/etc/passwd/x", argv));
}

static void script(void)
{
	char path[64];
	int fd, value;

	snprintf(path, sizeof(path), "./script-%ld", (long)getpid());
	fd = open(path, O_WRONLY | O_CREAT, 0700);
	MUST(write(fd, "#!/bin/sh\necho script $# $1\nexit 9\n", 35));
	close(fd);
	if (fork() == 0) {
		execl(path, path, "argument", NULL);
		_exit(1);
	}
	wait(&value);
	status("script", value);
	unlink(path);
}

static int shared_by_vfork;

static void by_vfork(void)
{
	volatile int ran = 0;
	int value;
	pid_t pid = vfork();

	if (pid == 0) {
		ran = 1;
		shared_by_vfork = 2;
		_exit(5);
	}
	say("the parent waited: %d %d", ran, shared_by_vfork);
	wait(&value);
	status("end", value);
	pid = vfork();
	if (pid == 0) {
		execlp("sh", "sh", "-c", "exit 6", NULL);
		_exit(1);
	}
	wait(&value);
	status("after exec", value);
	pid = vfork();
	if (pid == 0) {
		kill(getpid(), SIGKILL);
		_exit(1);
	}
	wait(&value);
	status("killed", value);
}

static void spawn(const char *what, const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attr, const char *program, const char *command)
{
	char *argv[] = {"sh", "-c", (char *)command, NULL};
	pid_t pid;
	int value;

	if (error(what, posix_spawnp(&pid, program, actions, attr, argv, environ)))
		return;
	waitpid(pid, &value, 0);
	status(what, value);
}

static void spawned(void)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t set;

	spawn("plain", NULL, NULL, "sh", "exit 3");
	spawn("missing", NULL, NULL, "/no/such", "");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, 1, 7);
	posix_spawn_file_actions_addopen(&actions, 8, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addclose(&actions, 0);
	spawn("actions", &actions, NULL, "sh",
		"echo to seven >&7; cat <&8; read x <&0 2>/dev/null || exit 4");
	posix_spawn_file_actions_addclose(&actions, 99);
	posix_spawn_file_actions_addopen(&actions, 9, "/no/such", O_RDONLY, 0);
	spawn("failing action", &actions, NULL, "sh", "exit 0");
	posix_spawnattr_init(&attr);
	signal(SIGTERM, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	posix_spawnattr_setsigdefault(&attr, &set);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setpgroup(&attr, 0);
	spawn("defaults", NULL, &attr, "sh", "kill -TERM $$; exit 0");
	spawn("ignored", NULL, NULL, "sh", "kill -TERM $$; exit 8");
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
	sigaddset(&set, SIGHUP);
	posix_spawnattr_setsigmask(&attr, &set);
	spawn("mask", NULL, &attr, "sh", "kill -HUP $$; exit 7");
}

static void at_exit(void)
{
	say("atexit");
}

static void on_the_way_out(void)
{
	say("second, run first");
}

static void exits(void)
{
	int value;

	atexit(at_exit);
	atexit(on_the_way_out);
	setvbuf(stdout, NULL, _IOFBF, 4096);
	printf("once\n");
	fflush(stdout);
	printf("in the buffer\n");
	if (fork() == 0)
		exit(1); /* flushes its copy, runs the handlers */
	wait(&value);
	status("exit", value);
	if (fork() == 0)
		_exit(2);
	wait(&value);
	status("_exit", value);
	if (fork() == 0)
		quick_exit(3);
	wait(&value);
	status("quick_exit", value);
	if (fork() == 0)
		exit(256 + 4);
	wait(&value);
	status("256 + 4", value);
	if (fork() == 0)
		exit(-1);
	wait(&value);
	status("-1", value);
}

static void forks_copies(void)
{
	struct flock lock = {.l_type = F_WRLCK};
	char path[64];
	sigset_t set;
	struct itimerval timer;
	DIR *dir;
	int fd;

	snprintf(path, sizeof(path), "fork-%ld", (long)getpid());
	fd = open(path, O_RDWR | O_CREAT, 0600);
	MUST(write(fd, "0123456789", 10));
	lseek(fd, 2, SEEK_SET);
	result("lock", fcntl(fd, F_SETLK, &lock));
	alarm(500);
	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	raise(SIGUSR1);
	dir = opendir("/");
	if (fork() == 0) {
		char byte;

		result("the parent's lock", fcntl(fd, F_SETLK, &lock));
		getitimer(ITIMER_REAL, &timer);
		say("alarm %d", timer.it_value.tv_sec > 0);
		sigpending(&set);
		say("pending %d", sigismember(&set, SIGUSR1));
		sigprocmask(SIG_SETMASK, NULL, &set);
		say("mask %d", sigismember(&set, SIGUSR1));
		result("offset", lseek(fd, 0, SEEK_CUR));
		result("read", read(fd, &byte, 1));
		say("folder %d", dir && readdir(dir) != NULL);
		_exit(0);
	}
	wait(NULL);
	result("offset moved by the child", lseek(fd, 0, SEEK_CUR));
	sigpending(&set);
	say("still pending %d", sigismember(&set, SIGUSR1));
	unlink(path);
}

static int global = 1;
static void memory_is_apart(void)
{
	int local = 1, *heap = malloc(sizeof(*heap));
	int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int *private = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*heap = *shared = *private = 1;
	if (fork() == 0) {
		global = local = *heap = *shared = *private = 2;
		_exit(0);
	}
	wait(NULL);
	say("%d %d %d %d %d", global, local, *heap, *shared, *private);
}

static void note_prepare(void)
{
	say("prepare");
}

static void note_parent(void)
{
	say("parent");
}

static void note_child(void)
{
	say("child");
}

static void at_fork(void)
{
	pthread_atfork(note_prepare, note_parent, note_child);
	if (fork() == 0)
		_exit(0);
	wait(NULL);
}

static void *one_of_many(void *argument)
{
	(void)argument;
	if (fork() == 0) {
		say("one thread in the child %d", getpid() == gettid());
		_exit(0);
	}
	wait(NULL);
	return NULL;
}

static void fork_in_a_thread(void)
{
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, one_of_many, NULL);
	pthread_join(threads[0], NULL);
	pthread_create(&threads[0], NULL, one_of_many, NULL);
	pthread_create(&threads[1], NULL, one_of_many, NULL);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
}

static void no_more_processes(void)
{
	struct rlimit limit = {0, 0};

	if (getuid() == 0) { /* root has no limit; so for both */
		say("root");
		return;
	}
	setrlimit(RLIMIT_NPROC, &limit);
	result("fork", fork());
}

ROWS(ROW_IF(looks, HELPER), ROW_IF(exec_keeps, TIMED), ROW_IF(after_thread, HELPER),
	ROW(exec_from_a_thread), ROW(fexecve_from_a_thread), ROW(exec_in_child_of_thread_leader),
	ROW(exec_fails), ROW(by_descriptor), ROW(script), ROW(by_vfork), ROW_IF(spawned, SORTED),
	ROW_IF(exits, SORTED), ROW(forks_copies), ROW(memory_is_apart), ROW_IF(at_fork, SORTED),
	ROW_IF(fork_in_a_thread, SORTED), ROW(no_more_processes));
