/*
 * Faults: what is planned, the event in the log, and what the program saw. Each row makes its calls
 * with tests/golden/faults/calls.c, those of datagrams with datagrams.c beside it.
 */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/event/event.h"
#include "lab/run/run.h"
#include "tests/unit/real_run.h"

#define PROGRAM   "calls"
#define DATAGRAMS "datagrams"
#define SOURCES   ABS_TOP_SRCDIR "/tests/golden/faults/"

#define FAILS(name, number, error)                                                        \
	{                                                                                 \
		.call = (name), .n = (number), .kind = RUN_FAULT_ERRNO, .errnum = (error) \
	}
#define DRAWN(name, among, number)                                                    \
	{                                                                             \
		.call = (name), .one_in = (among), .seed = (number), .errnum = EAGAIN \
	}
#define INTERRUPTED(name, number)                                      \
	{                                                              \
		.call = (name), .n = (number), .kind = RUN_FAULT_EINTR \
	}
#define SHORT(name, number, most)                                                       \
	{                                                                               \
		.call = (name), .n = (number), .kind = RUN_FAULT_SHORT, .bytes = (most) \
	}
#define KILLED(name, number, sig, who)                                                  \
	{                                                                               \
		.call = (name), .n = (number), .kind = RUN_FAULT_KILL, .signal = (sig), \
		.task = (who)                                                           \
	}

#define LOST(name, number)                                            \
	{                                                             \
		.call = (name), .n = (number), .kind = RUN_FAULT_DROP \
	}
#define TWICE(name, number, seconds)                                    \
	{                                                               \
		.call = (name), .n = (number), .kind = RUN_FAULT_TWICE, \
		.delay = (int64_t)((seconds)*RUN_SECOND)                \
	}
#define LATE(name, number, seconds)                                    \
	{                                                              \
		.call = (name), .n = (number), .kind = RUN_FAULT_LATE, \
		.delay = (int64_t)((seconds)*RUN_SECOND)               \
	}
#define GONE(name, number)                                            \
	{                                                             \
		.call = (name), .n = (number), .kind = RUN_FAULT_GONE \
	}
#define OTHER(name, number, is, shall)                                                \
	{                                                                             \
		.call = (name), .n = (number), .kind = RUN_FAULT_OTHER, .from = (is), \
		.to = (shall)                                                         \
	}

struct row {
	const char *calls; /* the program's command line */
	struct run_fault faults[3];
	const char *events; /* "TASK NAME n=N how=HOW" of each fault, "; " between */
	const char *output; /* one line */
	int status;         /* of the program; -signal */
};

static const struct row rows[] = {
	/* Processes: fork stands for all ways to make one. */
	{"fork fork fork", {FAILS("fork", 1, EAGAIN)}, "t1 fork n=1 how=EAGAIN", "EAGAIN ok ok", 0},
	{"fork fork fork", {FAILS("fork", 2, EAGAIN)}, "t1 fork n=2 how=EAGAIN", "ok EAGAIN ok", 0},
	{"fork fork fork", {FAILS("fork", 3, ENOMEM)}, "t1 fork n=3 how=ENOMEM", "ok ok ENOMEM", 0},
	{"fork fork", {FAILS("fork", 0, EAGAIN)}, "t1 fork n=1 how=EAGAIN; t1 fork n=2 how=EAGAIN",
		"EAGAIN EAGAIN", 0},
	{"fork fork fork", {FAILS("fork", 1, EAGAIN), FAILS("fork", 3, ENOMEM)},
		"t1 fork n=1 how=EAGAIN; t1 fork n=3 how=ENOMEM", "EAGAIN ok ENOMEM", 0},
	{"fork", {FAILS("fork", 2, EAGAIN)}, "", "ok", 0},
	{"fork vfork spawn", {FAILS("fork", 2, EAGAIN)}, "t1 vfork n=2 how=EAGAIN", "ok EAGAIN ok",
		0},
	{"fork vfork spawn", {FAILS("fork", 3, EAGAIN)}, "t1 vfork n=3 how=EAGAIN", "ok ok EAGAIN",
		0},
	{"fork vfork", {FAILS("vfork", 1, EAGAIN)}, "t1 vfork n=1 how=EAGAIN", "ok EAGAIN", 0},
	{"thread fork", {FAILS("fork", 1, EAGAIN)}, "t1 fork n=1 how=EAGAIN", "ok EAGAIN", 0},
	{"thread thread", {FAILS("pthread_create", 2, EAGAIN)}, "t1 pthread_create n=2 how=EAGAIN",
		"ok EAGAIN", 0},
	{"exec", {FAILS("execve", 1, ENOENT)}, "t1 execve n=1 how=ENOENT", "ENOENT", 0},
	{"exec", {FAILS("exec", 1, E2BIG)}, "t1 execve n=1 how=E2BIG", "E2BIG", 0},
	{"wait", {INTERRUPTED("waitpid", 1)}, "t1 waitpid n=1 how=EINTR", "EINTR", 0},
	{"wait", {INTERRUPTED("wait", 1)}, "t1 waitpid n=1 how=EINTR", "EINTR", 0},

	/* Descriptors. */
	{"pipe pipe", {FAILS("pipe", 2, EMFILE)}, "t1 pipe n=2 how=EMFILE", "ok EMFILE", 0},
	{"open open", {FAILS("open", 1, EMFILE)}, "t1 open n=1 how=EMFILE", "EMFILE ok", 0},
	{"open open", {FAILS("open", 2, EACCES)}, "t1 open n=2 how=EACCES", "ok EACCES", 0},
	{"open shm_open", {FAILS("shm_open", 1, EACCES)}, "t1 open n=1 how=EACCES", "ok EACCES", 0},
	{"open shm_open", {FAILS("open", 2, ENFILE)}, "t1 open n=2 how=ENFILE", "ok ENFILE", 0},
	{"socket", {FAILS("socket", 1, EMFILE)}, "t1 socket n=1 how=EMFILE", "EMFILE", 0},
	{"socketpair", {FAILS("socketpair", 1, EMFILE)}, "t1 socketpair n=1 how=EMFILE", "EMFILE",
		0},
	{"dup", {FAILS("dup", 1, EMFILE)}, "t1 dup n=1 how=EMFILE", "EMFILE", 0},
	{"dup2", {FAILS("dup2", 1, EBUSY)}, "t1 dup2 n=1 how=EBUSY", "EBUSY", 0},
	{"dup dup2", {FAILS("dup", 2, EMFILE)}, "t1 dup2 n=2 how=EMFILE", "ok EMFILE", 0},
	{"close", {FAILS("close", 1, EIO)}, "t1 close n=1 how=EIO", "EIO gone", 0},
	{"close", {INTERRUPTED("close", 1)}, "t1 close n=1 how=EINTR", "EINTR gone", 0},
	{"close", {FAILS("close", 1, EBADF)}, "t1 close n=1 how=EBADF", "EBADF open", 0},

	/* Bytes. */
	{"in read read", {SHORT("read", 1, 2)}, "t1 read n=1 how=short", "2 6", 0},
	{"in read read", {SHORT("read", 2, 1)}, "t1 read n=2 how=short", "6 1", 0},
	{"in read read", {SHORT("read", 0, 3)}, "t1 read n=1 how=short; t1 read n=2 how=short",
		"3 3", 0},
	{"in read", {SHORT("read", 1, 6)}, "", "6", 0}, /* it asks for no more */
	{"in read read", {INTERRUPTED("read", 1)}, "t1 read n=1 how=EINTR", "EINTR 6", 0},
	{"in read read", {FAILS("read", 1, EIO)}, "t1 read n=1 how=EIO", "EIO 6", 0},
	{"out write write", {SHORT("write", 1, 1)}, "t1 write n=1 how=short", "1 6", 0},
	{"out write write", {INTERRUPTED("write", 2)}, "t1 write n=2 how=EINTR", "6 EINTR", 0},
	{"out write", {FAILS("write", 1, ENOSPC)}, "t1 write n=1 how=ENOSPC", "ENOSPC", 0},
	{"out write", {FAILS("write", 1, EAGAIN)}, "t1 write n=1 how=EAGAIN", "EAGAIN", 0},
	{"out status", {FAILS("write", 0, EPIPE)}, "t1 write n=1 how=EPIPE", "", EPIPE},

	/* Signals. */
	{"kill", {FAILS("kill", 1, ESRCH)}, "t1 kill n=1 how=ESRCH", "ESRCH", 0},
	{"kill kill", {FAILS("kill", 2, EPERM)}, "t1 kill n=2 how=EPERM", "ok EPERM", 0},
	{"sigqueue sigqueue", {FAILS("sigqueue", 1, EAGAIN)}, "t1 sigqueue n=1 how=EAGAIN",
		"EAGAIN ok", 0},

	/* Message queues, memory, System V. */
	{"mq_open", {FAILS("mq_open", 1, ENOSPC)}, "t1 mq_open n=1 how=ENOSPC", "ENOSPC", 0},
	{"mq_getattr", {FAILS("mq_getattr", 1, EBADF)}, "t1 mq_getattr n=1 how=EBADF", "ok EBADF",
		0},
	{"mq", {FAILS("mq_send", 1, EAGAIN)}, "t1 mq_send n=1 how=EAGAIN", "EAGAIN ok 3", 0},
	{"mq", {INTERRUPTED("mq_receive", 1)}, "t1 mq_receive n=1 how=EINTR", "ok EINTR", 0},
	{"mmap", {FAILS("mmap", 1, ENOMEM)}, "t1 mmap n=1 how=ENOMEM", "ENOMEM", 0},
	{"shm", {FAILS("shmget", 1, ENOSPC)}, "t1 shmget n=1 how=ENOSPC", "ENOSPC", 0},
	{"shm", {FAILS("shmat", 1, ENOMEM)}, "t1 shmat n=1 how=ENOMEM", "ok ENOMEM", 0},
	{"sysv_sem", {FAILS("semget", 1, ENOSPC)}, "t1 semget n=1 how=ENOSPC", "ENOSPC", 0},
	{"sysv_sem", {INTERRUPTED("semop", 1)}, "t1 semop n=1 how=EINTR", "ok EINTR", 0},
	{"msg", {FAILS("msgget", 1, ENOSPC)}, "t1 msgget n=1 how=ENOSPC", "ENOSPC", 0},
	{"msg", {FAILS("msgsnd", 1, EAGAIN)}, "t1 msgsnd n=1 how=EAGAIN", "ok EAGAIN ENOMSG", 0},

	/* Calls of the library, which may make no system call at all. */
	{"sem", {INTERRUPTED("sem_wait", 1)}, "t1 sem_wait n=1 how=EINTR", "EINTR ok value=2", 0},
	{"sem", {FAILS("sem_trywait", 1, EAGAIN)}, "t1 sem_trywait n=1 how=EAGAIN",
		"ok EAGAIN value=2", 0},
	{"sem_open", {FAILS("sem_open", 1, EACCES)}, "t1 sem_open n=1 how=EACCES", "EACCES", 0},
	{"sem_open open", {FAILS("open", 1, EACCES)}, "t1 open n=1 how=EACCES", "ok EACCES", 0},
	{"mutex", {FAILS("pthread_mutex_trylock", 1, EBUSY)},
		"t1 pthread_mutex_trylock n=1 how=EBUSY", "EBUSY", 0},

	{"in handler_in_wait", {INTERRUPTED("read", 1)}, "t1 read n=1 how=EINTR", "EINTR ok", 0},
	{"in jump_from_wait", {INTERRUPTED("read", 1)}, "t1 read n=1 how=EINTR", "EINTR", 0},
	{"in jump_from_wait sem read", {INTERRUPTED("read", 2), FAILS("sem_trywait", 1, EAGAIN)},
		"t1 sem_trywait n=1 how=EAGAIN; t1 read n=2 how=EINTR", "6 ok EAGAIN value=2 EINTR",
		0},

	/* No time passes in an interrupted sleep: all of it is left. */
	{"sleep", {INTERRUPTED("nanosleep", 1)}, "t1 nanosleep n=1 how=EINTR", "EINTR left=7", 0},

	/* A call that the kernel makes again is one call. */
	{"restart", {INTERRUPTED("read", 2)}, "t1 read n=2 how=EINTR", "1 EINTR", 0},
	{"restart", {INTERRUPTED("read", 3)}, "", "1 1", 0},

	/* Counted over all tasks, or in one; also behind an exec, from its main() on. */
	{"in both", {INTERRUPTED("read", 1)}, "t2 read n=1 how=EINTR", "EINTR 1", 0},
	{"in both", {INTERRUPTED("read", 2)}, "t1 read n=2 how=EINTR", "ok EINTR", 0},
	{"in both", {{.call = "read", .n = 1, .kind = RUN_FAULT_EINTR, .task = 1}},
		"t1 read n=1 how=EINTR", "ok EINTR", 0},
	{"in both", {{.call = "read", .n = 2, .kind = RUN_FAULT_EINTR, .task = 2}}, "", "ok 1", 0},
	{"open exec", {FAILS("open", 3, EMFILE)}, "t1 open n=3 how=EMFILE", "ok EMFILE", 0},

	/* A drawn choice: another seed, another one; the same, the same. */
	{"fork fork fork fork fork fork", {DRAWN("fork", 3, 1)},
		"t1 fork n=1 how=EAGAIN; t1 fork n=2 how=EAGAIN; t1 fork n=3 how=EAGAIN; "
		"t1 fork n=6 how=EAGAIN",
		"EAGAIN EAGAIN EAGAIN ok ok EAGAIN", 0},
	{"fork fork fork fork fork fork", {DRAWN("fork", 3, 2)},
		"t1 fork n=1 how=EAGAIN; t1 fork n=4 how=EAGAIN; t1 fork n=6 how=EAGAIN",
		"EAGAIN ok ok EAGAIN ok EAGAIN", 0},
	{"fork fork", {DRAWN("fork", 1, 1)}, "t1 fork n=1 how=EAGAIN; t1 fork n=2 how=EAGAIN",
		"EAGAIN EAGAIN", 0},

	/* Death at a call: before it is made. */
	{"in both", {KILLED("read", 1, SIGKILL, 0)}, "t2 read n=1 how=SIGKILL", "KILL 1", 0},
	{"in both", {KILLED("read", 1, SIGKILL, 1)}, "t1 read n=1 how=SIGKILL", "", -SIGKILL},
	{"open pipe", {KILLED("pipe", 1, SIGTERM, 0)}, "t1 pipe n=1 how=SIGTERM", "", -SIGTERM},
	/* SIGXCPU that somebody has sent is not the end of the processor time. */
	{"in both", {KILLED("read", 1, SIGXCPU, 0)}, "t2 read n=1 how=SIGXCPU", "XCPU 1", 0},
	{"handle pipe", {KILLED("pipe", 1, SIGTERM, 0)}, "t1 pipe n=1 how=SIGTERM", "handled ok",
		0},
	{"sem", {KILLED("sem_wait", 1, SIGKILL, 0)}, "t1 sem_wait n=1 how=SIGKILL", "", -SIGKILL},

	/* The call is made, and what came of it is another. A child that has done nothing: */
	{"five five", {GONE("fork", 1)}, "t1 fork n=1 how=gone", "0 5", 0},
	{"five five", {GONE("fork", 2)}, "t1 fork n=2 how=gone", "5 0", 0},
	{"five vfork_five five", {GONE("fork", 2)}, "t1 vfork n=2 how=gone", "5 0 5", 0},
	{"spawn five", {GONE("fork", 1)}, "t1 vfork n=1 how=gone", "ok 5", 0},
	{"thread five", {GONE("fork", 1)}, "t1 fork n=1 how=gone", "ok 0", 0},
	{"five five", {FAILS("fork", 1, EAGAIN), GONE("fork", 2)},
		"t1 fork n=1 how=EAGAIN; t1 fork n=2 how=gone", "? 0", 0},
	/* ... a signal that nobody sends: */
	{"usr1 kill_usr1 kill_usr1", {GONE("kill", 1)}, "t1 kill n=1 how=gone", "ok ok usr1", 0},
	{"usr1 kill_usr1 kill_usr1", {GONE("kill", 0)},
		"t1 kill n=1 how=gone; t1 kill n=2 how=gone", "ok ok", 0},
	/* ... and other bytes than were sent, in a pipe alone. */
	{"in text text", {OTHER("read", 1, 'b', 'X')}, "t1 read n=1 how=other", "aXcdef ghijkl", 0},
	{"in text text", {OTHER("read", 0, 'k', 'X')}, "t1 read n=2 how=other", "abcdef ghijXl", 0},
	{"in text", {OTHER("read", 2, 'b', 'X')}, "", "abcdef", 0},
	{"in file_text text", {OTHER("read", 0, 'c', 'X')}, "t1 read n=2 how=other", "calls abXdef",
		0},
};

/* What each of three sends returned, and what came: lengths, with the second if it came later. */
static const struct row datagrams[] = {
	{"send", {{0}}, "", "1 2 3 : 1 2 3", 0},
	{"stream", {{0}}, "", "1 2 3 : -99", 0},

	/* Lost: the sender does not know. */
	{"send", {LOST("sendto", 2)}, "t1 send n=2 how=drop", "1 2 3 : 1 3", 0},
	{"write", {LOST("write", 2)}, "t1 write n=2 how=drop", "1 2 3 : 1 3", 0},
	{"writev", {LOST("writev", 3)}, "t1 writev n=3 how=drop", "1 2 3 : 1 2", 0},
	{"sendmsg", {LOST("sendmsg", 2)}, "t1 sendmsg n=2 how=drop", "1 2 3 : 1 3", 0},
	{"path", {LOST("sendmsg", 1)}, "t1 sendmsg n=1 how=drop", "1 2 3 : 2 3", 0},
	{"udp", {LOST("send", 2)}, "t1 send n=2 how=drop", "1 2 3 : 1 3", 0},
	{"udp-write", {LOST("write", 2)}, "t1 write n=2 how=drop", "1 2 3 : 1 3", 0},
	{"send", {LOST("send", 0)},
		"t1 send n=1 how=drop; t1 send n=2 how=drop; t1 send n=3 how=drop", "1 2 3 :", 0},

	/* Whatever call sends it; nothing else is counted, not even what goes into a stream. */
	{"sendmsg", {LOST("datagram", 2)}, "t1 sendmsg n=2 how=drop", "1 2 3 : 1 3", 0},
	{"write", {LOST("datagram", 2)}, "t1 write n=2 how=drop", "1 2 3 : 1 3", 0},
	{"write", {LOST("write", 4)}, "", "1 2 3 : 1 2 3", 0}, /* the fourth goes to stdout */
	{"stream", {LOST("datagram", 1)}, "", "1 2 3 : -99", 0},
	{"dead", {LOST("datagram", 2)}, "t2 send n=2 how=drop", "1 2 3 : 1 3", 0},

	/* Twice: right behind the first one, or later. */
	{"send", {TWICE("send", 2, 0)}, "t1 send n=2 how=twice; t1 send n=2 how=arrives",
		"1 2 3 : 1 2 2 3", 0},
	{"sendmsg", {TWICE("sendmsg", 1, 0)},
		"t1 sendmsg n=1 how=twice; t1 sendmsg n=1 how=arrives", "1 2 3 : 1 1 2 3", 0},
	{"udp", {TWICE("datagram", 3, 0)}, "t1 send n=3 how=twice; t1 send n=3 how=arrives",
		"1 2 3 : 1 2 3 3", 0},
	{"udp-write", {TWICE("datagram", 1, 2)}, "t1 write n=1 how=twice; t1 write n=1 how=arrives",
		"1 2 3 : 1 2 3 1@2", 0},

	/* Late: others overtake it, by whatever name its receiver is known. */
	{"send", {LATE("send", 2, 1)}, "t1 send n=2 how=late; t1 send n=2 how=arrives",
		"1 2 3 : 1 3 2@1", 0},
	{"write", {LATE("datagram", 1, 1)}, "t1 write n=1 how=late; t1 write n=1 how=arrives",
		"1 2 3 : 2 3 1@1", 0},
	{"writev", {LATE("datagram", 1, 1)}, "t1 writev n=1 how=late; t1 writev n=1 how=arrives",
		"1 2 3 : 2 3 1@1", 0},
	{"path", {LATE("datagram", 2, 1)}, "t1 sendmsg n=2 how=late; t1 sendmsg n=2 how=arrives",
		"1 2 3 : 1 3 2@1", 0},
	{"root", {LATE("datagram", 2, 1)}, "t1 send n=2 how=late; t1 send n=2 how=arrives",
		"1 2 3 : 1 3 2@1", 0},
	{"abstract", {LATE("datagram", 2, 1)}, "t1 send n=2 how=late; t1 send n=2 how=arrives",
		"1 2 3 : 1 3 2@1", 0},
	{"udp", {LATE("datagram", 2, 1)}, "t1 send n=2 how=late; t1 send n=2 how=arrives",
		"1 2 3 : 1 3 2@1", 0},
	{"udp-write", {LATE("datagram", 2, 1)}, "t1 write n=2 how=late; t1 write n=2 how=arrives",
		"1 2 3 : 1 3 2@1", 0},
	{"udp", {LATE("datagram", 1, 3), LATE("datagram", 2, 1)},
		"t1 send n=1 how=late; t1 send n=2 how=late; t1 send n=2 how=arrives; "
		"t1 send n=1 how=arrives",
		"1 2 3 : 3 2@1 1@3", 0},
	/* ... later than anyone waits for it */
	{"send", {LATE("send", 2, 9)}, "t1 send n=2 how=late", "1 2 3 : 1 3", 0},

	/* It arrives where it was sent to, whatever has become of the name, or of the sender. */
	{"removed", {LATE("send", 2, 1)}, "t1 send n=2 how=late; t1 send n=2 how=arrives",
		"1 2 3 : 1 3 2@1", 0},
	{"dead", {LATE("send", 3, 4)}, "t2 send n=3 how=late; t2 send n=3 how=arrives",
		"1 2 3 : 1 2 3@4", 0},
	{"closed", {LATE("send", 2, 1)}, "t1 send n=2 how=late; t1 send n=2 how=lost",
		"1 2 3 :", 0},
	/* What the kernel refuses at once is refused. */
	{"nobody", {LATE("send", 2, 1)}, "", "-1 -1 -1 :", 0},
};

static const struct {
	struct run_fault fault;
	const char *words;
} mistakes[] = {
	{FAILS("frok", 1, EAGAIN), "a fault for \"frok\": no call of that name is known here"},
	{FAILS("tick", 1, EAGAIN), "a fault for \"tick\": no call of that name is known here"},
	{SHORT("fork", 1, 3), "a fault for \"fork\": it cannot be short"},
	{SHORT("mq_receive", 1, 3), "a fault for \"mq_receive\": it cannot be short"},
	{SHORT("sem_wait", 1, 3), "a fault for \"sem_wait\": it cannot be short"},
	{SHORT("read", 1, 0), "a fault for \"read\": 0 bytes would be the end of the file"},
	{FAILS("read", 1, 0), "a fault for \"read\": which errno?"},
	{LOST("read", 1), "a fault for \"read\": it sends no single datagram"},
	{LOST("sendmmsg", 1), "a fault for \"sendmmsg\": it sends no single datagram"},
	{FAILS("datagram", 1, EIO),
		"a fault for \"datagram\": it can be lost, doubled or late, and nothing else"},
	{LATE("send", 1, 0), "a fault for \"send\": late by how much?"},
	{TWICE("send", 1, -1), "a fault for \"send\": late by how much?"},
	{GONE("pipe", 1),
		"a fault for \"pipe\": only of fork the child can be gone, and of kill the signal"},
	{OTHER("readv", 1, 'a', 'b'),
		"a fault for \"readv\": only what read gets can be other bytes"},
	{{.call = "read", .n = 2, .one_in = 3, .errnum = EIO},
		"a fault for \"read\": number 2, or one in 3?"},
};

static char *built, *built_datagrams;

/* PROGRAM, "in read" -> argv */
static void split(const char *program, char *words, const char **argv)
{
	size_t n = 0;

	argv[n++] = program;
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
		argv[n++] = word;
	argv[n] = NULL;
}

/* vfork and clone keep their return address where no unwinder finds it. */
static bool has_place(const struct event *e)
{
	return e->place.file || strcmp(e->name, "vfork") == 0 ||
	       strcmp(e->name, "pthread_create") == 0;
}

static void list_faults(const struct event_log *log, struct buf *into)
{
	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];

		if (e->kind == EVENT_FAULT)
			buf_printf(into, "%st%d %s n=%d how=%s%s", into->len ? "; " : "", e->task,
				e->name, (int)event_int(e, "n", 0), event_text(e, "how"),
				has_place(e) ? "" : " nowhere");
	}
}

/* As the first program ended: its status, or the signal as a negative number. */
static int ended(const struct event_log *log)
{
	for (size_t i = log->count; i-- > 0;) {
		const struct event *e = log->events[i];

		if (e->task != 1)
			continue;
		if (e->kind == EVENT_EXIT)
			return (int)event_int(e, "status", 999);
		if (e->kind == EVENT_KILLED)
			return strcmp(e->name, "SIGKILL") == 0 ? -SIGKILL : -SIGTERM;
	}
	return 999;
}

static void expect_row(const char *from, const char *program, const struct row *row)
{
	struct run_request request = {0};
	LAB_FREE char *words = lab_xstrdup(row->calls);
	LAB_FREE char *output = row->output[0] ? lab_xprintf("%s\n", row->output) : lab_xstrdup("");
	BUF_SCOPED faults = BUF_INIT;
	const char *argv[16];
	struct run *run;

	while (request.fault_count < 3 && row->faults[request.fault_count].call) {
		request.faults[request.fault_count] = row->faults[request.fault_count];
		request.fault_count++;
	}
	split(program, words, argv);
	run = real_run(from, program, argv, request);
	list_faults(run_log(run), &faults);
	ck_assert_msg(strcmp(buf_text(&faults), row->events) == 0,
		"%s: log says \"%s\", not \"%s\"", row->calls, buf_text(&faults), row->events);
	ck_assert_msg(strcmp(buf_text(run_output(run, 1)), output) == 0,
		"%s, %s: the program saw \"%s\", not \"%s\"", row->calls, row->events,
		buf_text(run_output(run, 1)), output);
	ck_assert_msg(ended(run_log(run)) == row->status, "%s: ended with %d, not %d", row->calls,
		ended(run_log(run)), row->status);
	for (size_t i = 0; i < run_log(run)->count; i++)
		ck_assert_msg(
			run_log(run)->events[i]->kind != EVENT_LIMIT, "%s: a limit", row->calls);
	run_free(run);
}

START_TEST(faults_strike_where_planned)
{
	expect_row(built, PROGRAM, &rows[_i]);
}
END_TEST

START_TEST(datagrams_are_lost_doubled_and_delayed)
{
	expect_row(built_datagrams, DATAGRAMS, &datagrams[_i]);
}
END_TEST

START_TEST(plans_that_cannot_strike_are_refused)
{
	LAB_FREE char *bin = path_join(built, "bin");
	struct run_request request = {.bin_dir = bin,
		.programs = {{.name = PROGRAM}},
		.program_count = 1,
		.faults = {mistakes[_i].fault},
		.fault_count = 1,
		.seed = 1,
		.cpu = -1};
	struct lab_error e = {0};
	struct run *run = run_start(&request, &e);

	ck_assert_msg(run == NULL, "not refused: %s", mistakes[_i].words);
	ck_assert_str_eq(e.text, mistakes[_i].words);
	ck_assert_int_eq(e.kind, LAB_BROKEN);
}
END_TEST

int main(void)
{
	struct lab_error e = {0};
	TCase *tcase = tcase_create("faults");
	char *folder;
	int status;

	if (!real_can_run())
		return 0;
	folder = path_make_temporary("test-faults", &e);
	if (folder)
		built = real_build(folder, PROGRAM, SOURCES PROGRAM ".c", &e);
	if (built)
		built_datagrams = real_build(folder, DATAGRAMS, SOURCES DATAGRAMS ".c", &e);
	if (!built_datagrams) {
		fprintf(stderr, "%s\n", e.text);
		return 99;
	}
	tcase_add_loop_test(tcase, faults_strike_where_planned, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(tcase, datagrams_are_lost_doubled_and_delayed, 0,
		sizeof(datagrams) / sizeof(datagrams[0]));
	tcase_add_loop_test(tcase, plans_that_cannot_strike_are_refused, 0,
		sizeof(mistakes) / sizeof(mistakes[0]));
	status = real_main("faults", tcase);
	path_remove_tree(folder, NULL);
	free(folder);
	free(built);
	free(built_datagrams);
	return status;
}
