/*
 * The table of traced calls: every call that can block, that another task may notice, that tells
 * the time, or that a lesson speaks of. What is not here runs without a stop and must never block.
 */
#include "config.h"

#include "lab/supervise/call.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#define FD                   \
	{                    \
		"fd", ARG_FD \
	}
#define SKIP                   \
	{                      \
		NULL, ARG_NONE \
	}
#define INT(key)             \
	{                    \
		key, ARG_INT \
	}
#define LONG(key)             \
	{                     \
		key, ARG_LONG \
	}
#define PATH                     \
	{                        \
		"path", ARG_PATH \
	}
#define MODE                      \
	{                         \
		"mode", ARG_OCTAL \
	}

#define TRANSFER_OUT (CALL_BLOCKS | CALL_WAKES | CALL_SENDS | CALL_USEFUL)
#define TRANSFER_IN  (CALL_BLOCKS | CALL_WAKES | CALL_RECEIVES | CALL_USEFUL)
#define SENDS_SIGNAL (CALL_WAKES | CALL_KILLS)
#define READS_CLOCK  (CALL_CLOCK | CALL_QUIET)

#define ROW(number, text, ...)                              \
	{                                                   \
		.nr = (number), .name = (text), __VA_ARGS__ \
	}

const struct call calls[] = {
	/* Bytes. A FIFO, a terminal, a socket: all may block. */
	ROW(SYS_read, "read", .flags = TRANSFER_IN, .timeout = {TIMEOUT_RECEIVE, 0, -EAGAIN},
		.args = {FD, SKIP, LONG("len")}, .leave = leave_receive),
	ROW(SYS_write, "write", .flags = TRANSFER_OUT, .timeout = {TIMEOUT_SEND, 0, -EAGAIN},
		.args = {FD, SKIP, LONG("len")}),
	ROW(SYS_pread64, "pread", .flags = CALL_RECEIVES | CALL_USEFUL,
		.args = {FD, SKIP, LONG("len"), LONG("offset")}, .leave = leave_receive),
	ROW(SYS_pwrite64, "pwrite", .flags = CALL_SENDS | CALL_USEFUL,
		.args = {FD, SKIP, LONG("len"), LONG("offset")}),
	ROW(SYS_readv, "readv", .flags = CALL_BLOCKS | CALL_WAKES | CALL_USEFUL,
		.timeout = {TIMEOUT_RECEIVE, 0, -EAGAIN}, .args = {FD, SKIP, INT("count")}),
	ROW(SYS_writev, "writev", .flags = CALL_BLOCKS | CALL_WAKES | CALL_USEFUL,
		.timeout = {TIMEOUT_SEND, 0, -EAGAIN}, .args = {FD, SKIP, INT("count")}),
	ROW(SYS_sendfile, "sendfile", .flags = CALL_BLOCKS | CALL_WAKES | CALL_USEFUL,
		.timeout = {TIMEOUT_SEND, 0, -EAGAIN},
		.args = {FD, {"from", ARG_INT}, SKIP, LONG("len")}),
	ROW(SYS_splice, "splice", .flags = CALL_BLOCKS | CALL_WAKES | CALL_USEFUL,
		.args = {FD, SKIP, {"to", ARG_INT}, SKIP, LONG("len")}),
	ROW(SYS_tee, "tee", .flags = CALL_BLOCKS | CALL_WAKES | CALL_USEFUL,
		.args = {FD, {"to", ARG_INT}, LONG("len")}),
	ROW(SYS_vmsplice, "vmsplice", .flags = CALL_BLOCKS | CALL_WAKES | CALL_USEFUL,
		.args = {FD}),
	ROW(SYS_lseek, "lseek", .args = {FD, LONG("offset"), INT("whence")}),
	ROW(SYS_ftruncate, "ftruncate", .args = {FD, LONG("len")}),
	ROW(SYS_truncate, "truncate", .args = {PATH, LONG("len")}),
	ROW(SYS_fsync, "fsync", .args = {FD}),

	/* Descriptors. */
	ROW(SYS_open, "open", .flags = CALL_BLOCKS | CALL_WAKES | CALL_MAKES_FD,
		.args = {PATH, {"flags", ARG_OPEN_FLAGS}, MODE}, .leave = leave_open),
	ROW(SYS_openat, "open", .flags = CALL_BLOCKS | CALL_WAKES | CALL_MAKES_FD,
		.args = {SKIP, PATH, {"flags", ARG_OPEN_FLAGS}, MODE}, .leave = leave_open),
	ROW(SYS_creat, "creat", .alias = "open", .flags = CALL_BLOCKS | CALL_WAKES | CALL_MAKES_FD,
		.args = {PATH, MODE}, .leave = leave_open),
	ROW(SYS_close, "close", .flags = CALL_WAKES, .args = {FD}, .leave = leave_close),
	ROW(SYS_close_range, "close_range", .flags = CALL_WAKES,
		.args = {INT("first"), INT("last")}, .leave = leave_close),
	ROW(SYS_pipe, "pipe", .leave = leave_pipe),
	ROW(SYS_pipe2, "pipe", .leave = leave_pipe),
	ROW(SYS_socketpair, "socketpair", .args = {INT("family"), INT("type")},
		.leave = leave_pipe),
	ROW(SYS_dup, "dup", .flags = CALL_MAKES_FD, .args = {FD}, .leave = leave_dup),
	ROW(SYS_dup2, "dup2", .alias = "dup", .flags = CALL_MAKES_FD | CALL_WAKES,
		.args = {FD, INT("to")}, .leave = leave_dup),
	ROW(SYS_dup3, "dup2", .alias = "dup", .flags = CALL_MAKES_FD | CALL_WAKES,
		.args = {FD, INT("to")}, .leave = leave_dup),
	ROW(SYS_fcntl, "fcntl", .flags = CALL_BLOCKS | CALL_WAKES, .args = {FD},
		.leave = leave_fcntl, .decode = decode_fcntl),
	ROW(SYS_flock, "flock", .flags = CALL_BLOCKS | CALL_WAKES, .args = {FD},
		.decode = decode_flock),
	ROW(SYS_ioctl, "ioctl", .flags = CALL_BLOCKS | CALL_WAKES | CALL_QUIET | CALL_REFUSED,
		.args = {FD}),
	ROW(SYS_mkdir, "mkdir", .args = {PATH, MODE}),
	ROW(SYS_umask, "umask", .args = {MODE}),
	ROW(SYS_mknod, "mkfifo", .args = {PATH, MODE}),
	ROW(SYS_mknodat, "mkfifo", .args = {SKIP, PATH, MODE}),
	ROW(SYS_unlink, "unlink", .args = {PATH}),
	ROW(SYS_unlinkat, "unlink", .args = {SKIP, PATH}),
	ROW(SYS_rename, "rename", .args = {PATH}),
	ROW(SYS_link, "link", .args = {PATH}),

	/* Processes. */
	ROW(SYS_fork, "fork", .flags = CALL_USEFUL),
	ROW(SYS_vfork, "vfork", .alias = "fork", .flags = CALL_BLOCKS | CALL_USEFUL),
	ROW(SYS_clone, "clone", .alias = "fork", .flags = CALL_BLOCKS | CALL_USEFUL | CALL_REFUSED,
		.enter = enter_clone, .decode = decode_clone),
	ROW(SYS_execve, "execve", .alias = "exec", .flags = CALL_WAKES | CALL_USEFUL,
		.args = {PATH}, .decode = decode_exec),
	ROW(SYS_execveat, "execveat", .alias = "exec", .flags = CALL_WAKES | CALL_USEFUL,
		.args = {SKIP, PATH}, .decode = decode_exec),
	ROW(SYS_wait4, "waitpid", .alias = "wait", .flags = CALL_BLOCKS | CALL_WAKES,
		.args = {{"pid", ARG_PID}}, .leave = leave_wait, .decode = decode_flags_wait),
	ROW(SYS_waitid, "waitid", .alias = "wait", .flags = CALL_BLOCKS | CALL_WAKES,
		.leave = leave_wait, .decode = decode_flags_wait),
	ROW(SYS_getppid, "getppid", .leave = leave_parent),
	ROW(SYS_setpgid, "setpgid", .args = {{"pid", ARG_PID}, {"group", ARG_PID}}),
	ROW(SYS_setsid, "setsid"),
	ROW(SYS_prctl, "prctl", .flags = CALL_QUIET, .args = {INT("option")}, .leave = leave_prctl),
	ROW(SYS_sched_yield, "sched_yield"),

	/* Signals. */
	ROW(SYS_kill, "kill", .flags = SENDS_SIGNAL,
		.args = {{"pid", ARG_PID}, {"sig", ARG_SIGNAL}}),
	ROW(SYS_tkill, "tkill", .alias = "kill", .flags = SENDS_SIGNAL,
		.args = {{"pid", ARG_PID}, {"sig", ARG_SIGNAL}}),
	ROW(SYS_tgkill, "tgkill", .alias = "kill", .flags = SENDS_SIGNAL,
		.args = {SKIP, {"pid", ARG_PID}, {"sig", ARG_SIGNAL}}),
	ROW(SYS_rt_sigqueueinfo, "sigqueue", .alias = "kill", .flags = SENDS_SIGNAL,
		.args = {{"pid", ARG_PID}, {"sig", ARG_SIGNAL}}),
	ROW(SYS_rt_tgsigqueueinfo, "sigqueue", .alias = "kill", .flags = SENDS_SIGNAL,
		.args = {SKIP, {"pid", ARG_PID}, {"sig", ARG_SIGNAL}}),
	ROW(SYS_pidfd_send_signal, "pidfd_send_signal", .alias = "kill", .flags = SENDS_SIGNAL,
		.args = {FD, {"sig", ARG_SIGNAL}}),
	ROW(SYS_rt_sigaction, "sigaction", .args = {{"sig", ARG_SIGNAL}}, .leave = leave_sigaction,
		.decode = decode_sigaction),
	ROW(SYS_rt_sigprocmask, "sigprocmask", .flags = CALL_WAKES, .decode = decode_sigmask),
	ROW(SYS_rt_sigsuspend, "sigsuspend", .flags = CALL_BLOCKS, .decode = decode_sigset),
	ROW(SYS_rt_sigtimedwait, "sigtimedwait", .alias = "sigwait",
		.flags = CALL_BLOCKS | CALL_EINTR, .timeout = {TIMEOUT_RELATIVE, 2, -EAGAIN},
		.leave = leave_signal_taken, .decode = decode_sigset),
	ROW(SYS_rt_sigreturn, "sigreturn", .flags = CALL_ENTRY_ONLY | CALL_QUIET),
	ROW(SYS_pause, "pause", .flags = CALL_BLOCKS),

	/* Time. */
	ROW(SYS_nanosleep, "nanosleep", .flags = CALL_BLOCKS, .enter = enter_sleep,
		.decode = decode_sleep, .leave = leave_sleep),
	ROW(SYS_clock_nanosleep, "nanosleep", .flags = CALL_BLOCKS, .args = {{"clock", ARG_CLOCK}},
		.enter = enter_sleep, .decode = decode_sleep, .leave = leave_sleep),
	ROW(SYS_alarm, "alarm", .args = {INT("seconds")}, .enter = enter_clock),
	ROW(SYS_setitimer, "setitimer", .args = {INT("which")}, .enter = enter_clock),
	ROW(SYS_getitimer, "getitimer", .flags = CALL_QUIET, .args = {INT("which")},
		.enter = enter_clock),
	ROW(SYS_clock_gettime, "clock_gettime", .flags = READS_CLOCK, .enter = enter_clock),
	ROW(SYS_clock_getres, "clock_getres", .flags = READS_CLOCK, .enter = enter_clock),
	ROW(SYS_gettimeofday, "gettimeofday", .flags = READS_CLOCK, .enter = enter_clock),
	ROW(SYS_time, "time", .flags = READS_CLOCK, .enter = enter_clock),
	ROW(SYS_sysinfo, "sysinfo", .flags = CALL_QUIET, .leave = leave_sysinfo),
	ROW(SYS_times, "times", .flags = READS_CLOCK, .enter = enter_clock),
	ROW(SYS_getrusage, "getrusage", .flags = READS_CLOCK, .enter = enter_clock),
	ROW(SYS_timer_create, "timer_create", .args = {{"clock", ARG_CLOCK}}, .enter = enter_clock),
	ROW(SYS_timer_settime, "timer_settime", .args = {INT("timer")}, .enter = enter_clock),
	ROW(SYS_timer_gettime, "timer_gettime", .flags = CALL_CLOCK, .args = {INT("timer")},
		.enter = enter_clock),
	ROW(SYS_timer_getoverrun, "timer_getoverrun", .args = {INT("timer")}, .enter = enter_clock),
	ROW(SYS_timer_delete, "timer_delete", .args = {INT("timer")}, .enter = enter_clock),
	ROW(SYS_timerfd_create, "timerfd_create", .flags = CALL_MAKES_FD,
		.args = {{"clock", ARG_CLOCK}}, .leave = leave_timerfd),
	ROW(SYS_timerfd_settime, "timerfd_settime", .flags = CALL_WAKES, .args = {FD},
		.enter = enter_clock),
	ROW(SYS_timerfd_gettime, "timerfd_gettime", .flags = CALL_CLOCK, .args = {FD},
		.enter = enter_clock),

	/* Waiting for several things. */
	ROW(SYS_poll, "poll", .flags = CALL_BLOCKS, .args = {SKIP, INT("count")},
		.timeout = {TIMEOUT_MS, 2, 0}, .decode = decode_poll),
	ROW(SYS_ppoll, "poll", .flags = CALL_BLOCKS, .args = {SKIP, INT("count")},
		.timeout = {TIMEOUT_RELATIVE, 2, 0}, .decode = decode_poll),
	ROW(SYS_select, "select", .flags = CALL_BLOCKS, .args = {INT("count")},
		.timeout = {TIMEOUT_TIMEVAL, 4, 0}, .leave = leave_select, .decode = decode_select),
	ROW(SYS_pselect6, "select", .flags = CALL_BLOCKS, .args = {INT("count")},
		.timeout = {TIMEOUT_RELATIVE, 4, 0}, .leave = leave_select,
		.decode = decode_select),
	ROW(SYS_epoll_wait, "epoll_wait", .flags = CALL_BLOCKS | CALL_EINTR, .args = {FD},
		.timeout = {TIMEOUT_MS, 3, 0}),
	ROW(SYS_epoll_pwait, "epoll_wait", .flags = CALL_BLOCKS | CALL_EINTR, .args = {FD},
		.timeout = {TIMEOUT_MS, 3, 0}),
	ROW(SYS_epoll_pwait2, "epoll_wait", .flags = CALL_BLOCKS | CALL_EINTR, .args = {FD},
		.timeout = {TIMEOUT_RELATIVE, 3, 0}),
	ROW(SYS_eventfd2, "eventfd", .flags = CALL_MAKES_FD, .args = {INT("value")}),

	/* Memory that others see. */
	ROW(SYS_mmap, "mmap", .flags = CALL_USEFUL, .args = {SKIP, LONG("len")},
		.decode = decode_mmap),
	ROW(SYS_memfd_create, "memfd_create", .flags = CALL_MAKES_FD, .args = {PATH}),

	/* Locks and queues. */
	ROW(SYS_futex, "futex", .flags = CALL_BLOCKS | CALL_WAKES,
		.timeout = {TIMEOUT_FUTEX, 3, -ETIMEDOUT}, .decode = decode_futex),
	ROW(SYS_mq_open, "mq_open", .flags = CALL_MAKES_FD,
		.args = {{"path", ARG_QUEUE_NAME}, {"flags", ARG_OPEN_FLAGS}, MODE},
		.leave = leave_open, .decode = decode_mq_open),
	ROW(SYS_mq_unlink, "mq_unlink", .args = {{"path", ARG_QUEUE_NAME}}),
	ROW(SYS_mq_timedsend, "mq_send", .flags = TRANSFER_OUT, .args = {FD, SKIP, LONG("len")},
		.timeout = {TIMEOUT_REALTIME, 4, -ETIMEDOUT}, .decode = decode_mq_send),
	ROW(SYS_mq_timedreceive, "mq_receive", .flags = TRANSFER_IN,
		.args = {FD, SKIP, LONG("len")}, .timeout = {TIMEOUT_REALTIME, 4, -ETIMEDOUT},
		.leave = leave_mq_receive),
	ROW(SYS_mq_notify, "mq_notify", .args = {FD}, .decode = decode_mq_notify),
	ROW(SYS_mq_getsetattr, "mq_setattr", .alias = "mq_getattr", .args = {FD},
		.leave = leave_mq_attributes),
	ROW(SYS_semget, "semget", .args = {SKIP, INT("count")}, .leave = leave_sysv_get),
	ROW(SYS_semop, "semop", .flags = CALL_BLOCKS | CALL_WAKES | CALL_EINTR,
		.decode = decode_semop),
	ROW(SYS_semtimedop, "semop", .flags = CALL_BLOCKS | CALL_WAKES | CALL_EINTR,
		.timeout = {TIMEOUT_RELATIVE, 3, -EAGAIN}, .decode = decode_semop),
	ROW(SYS_semctl, "semctl", .flags = CALL_WAKES, .args = {SKIP, INT("number")},
		.decode = decode_sysv),
	ROW(SYS_msgget, "msgget", .leave = leave_sysv_get),
	ROW(SYS_msgsnd, "msgsnd", .flags = CALL_BLOCKS | CALL_WAKES | CALL_USEFUL,
		.args = {SKIP, SKIP, LONG("len")}, .decode = decode_msg),
	ROW(SYS_msgrcv, "msgrcv", .flags = CALL_BLOCKS | CALL_WAKES | CALL_USEFUL,
		.args = {SKIP, SKIP, LONG("len"), LONG("type")}, .decode = decode_msg),
	ROW(SYS_msgctl, "msgctl", .flags = CALL_WAKES, .decode = decode_sysv),
	ROW(SYS_shmget, "shmget", .args = {SKIP, LONG("len")}, .leave = leave_sysv_get),
	ROW(SYS_shmat, "shmat", .decode = decode_sysv),
	ROW(SYS_shmdt, "shmdt"),
	ROW(SYS_shmctl, "shmctl", .decode = decode_sysv),

	/* Sockets. */
	ROW(SYS_socket, "socket", .flags = CALL_MAKES_FD | CALL_REFUSED,
		.args = {INT("family"), INT("type")}),
	ROW(SYS_connect, "connect", .flags = CALL_BLOCKS | CALL_WAKES,
		.timeout = {TIMEOUT_SEND, 0, -EAGAIN}, .args = {FD}),
	ROW(SYS_accept, "accept", .flags = CALL_BLOCKS | CALL_WAKES | CALL_MAKES_FD,
		.timeout = {TIMEOUT_RECEIVE, 0, -EAGAIN}, .args = {FD}, .leave = leave_accept),
	ROW(SYS_accept4, "accept", .flags = CALL_BLOCKS | CALL_WAKES | CALL_MAKES_FD,
		.timeout = {TIMEOUT_RECEIVE, 0, -EAGAIN}, .args = {FD}, .leave = leave_accept),
	ROW(SYS_bind, "bind", .args = {FD}),
	ROW(SYS_listen, "listen", .args = {FD, INT("backlog")}),
	ROW(SYS_shutdown, "shutdown", .flags = CALL_WAKES, .args = {FD, INT("how")}),
	ROW(SYS_sendto, "send", .alias = "sendto", .flags = TRANSFER_OUT,
		.timeout = {TIMEOUT_SEND, 0, -EAGAIN}, .args = {FD, SKIP, LONG("len")}),
	ROW(SYS_recvfrom, "recv", .flags = TRANSFER_IN, .timeout = {TIMEOUT_RECEIVE, 0, -EAGAIN},
		.args = {FD, SKIP, LONG("len")}, .leave = leave_receive),
	ROW(SYS_sendmsg, "sendmsg", .flags = CALL_BLOCKS | CALL_WAKES | CALL_USEFUL,
		.timeout = {TIMEOUT_SEND, 0, -EAGAIN}, .args = {FD}),
	ROW(SYS_recvmsg, "recvmsg", .flags = CALL_BLOCKS | CALL_WAKES | CALL_USEFUL,
		.timeout = {TIMEOUT_RECEIVE, 0, -EAGAIN}, .args = {FD}),
	ROW(SYS_sendmmsg, "sendmmsg", .flags = CALL_BLOCKS | CALL_WAKES | CALL_USEFUL,
		.timeout = {TIMEOUT_SEND, 0, -EAGAIN}, .args = {FD}),
	ROW(SYS_recvmmsg, "recvmmsg", .flags = CALL_BLOCKS | CALL_WAKES | CALL_USEFUL,
		.timeout = {TIMEOUT_RECEIVE, 0, -EAGAIN}, .args = {FD}, .enter = enter_recvmmsg),

	/* of these only what concerns SOL_SOCKET */
	ROW(SYS_setsockopt, "setsockopt", .flags = CALL_QUIET, .leave = leave_setsockopt),
	ROW(SYS_getsockopt, "getsockopt", .flags = CALL_QUIET, .leave = leave_getsockopt),

	/* Our own runtime speaks. */
	ROW(MARK_MAIN, "main", .flags = CALL_QUIET, .enter = enter_marker),
	ROW(MARK_TICK, "tick", .flags = CALL_QUIET, .enter = enter_marker),
	ROW(MARK_LIB_BEGIN, "library", .flags = CALL_QUIET, .enter = enter_marker),
	ROW(MARK_LIB_END, "library", .flags = CALL_QUIET, .enter = enter_marker),
	ROW(MARK_UNSAFE, "unsafe", .flags = CALL_QUIET, .enter = enter_marker),
	ROW(MARK_SHARED, "shared", .flags = CALL_QUIET, .enter = enter_marker),
	ROW(MARK_MAPPED, "mapped", .flags = CALL_QUIET, .enter = enter_marker),
	ROW(MARK_NAME, "name", .flags = CALL_QUIET, .enter = enter_marker),
	ROW(MARK_ACCESS, "access", .flags = CALL_QUIET, .enter = enter_marker),
};

const size_t call_count = sizeof(calls) / sizeof(calls[0]);

/* clone3 keeps its flags in memory, where they could change between our look and the kernel's:
 * glibc falls back to clone on ENOSYS. io_uring makes calls that no tracer sees. */
static const struct supervise_answer answered[] = {
	{SYS_clone3, ENOSYS},
	{SYS_io_uring_setup, ENOSYS},
	{SYS_io_uring_enter, ENOSYS},
	{SYS_io_uring_register, ENOSYS},
	{SYS_futex_waitv, ENOSYS},
};

size_t supervise_answered_calls(struct supervise_answer *list, size_t most)
{
	size_t n = sizeof(answered) / sizeof(answered[0]);

	for (size_t i = 0; i < n && i < most; i++)
		list[i] = answered[i];
	return n;
}

size_t supervise_traced_calls(struct supervise_traced *list, size_t most)
{
	size_t n = 0;

	for (size_t i = 0; i < call_count && n < most; i++) {
		list[n] = (struct supervise_traced){
			.nr = calls[i].nr, .may_be_refused = calls[i].flags & CALL_REFUSED};
		if (calls[i].nr == SYS_mmap) { /* private mappings are nobody's business */
			list[n].arg = 3;
			list[n].mask = MAP_SHARED;
			list[n].value = MAP_SHARED;
		} else if (calls[i].nr == SYS_setsockopt || calls[i].nr == SYS_getsockopt) {
			list[n].arg = 1;
			list[n].mask = UINT32_MAX;
			list[n].value = SOL_SOCKET;
		}
		n++;
	}
	return n;
}

const struct call *call_of_number(int64_t nr)
{
	static const struct call *direct[512];
	static bool ready;

	if (!ready) {
		for (size_t i = 0; i < call_count; i++)
			if (calls[i].nr < 512)
				direct[calls[i].nr] = &calls[i];
		ready = true;
	}
	if (nr >= 0 && nr < 512)
		return direct[nr];
	for (size_t i = call_count; i-- > 0;)
		if (calls[i].nr == nr)
			return &calls[i];
	return NULL;
}

const char *call_name(const struct call *c)
{
	return c ? c->name : "-";
}

bool call_makes_task(const struct call *c)
{
	return c && (c->nr == SYS_clone || c->nr == SYS_fork || c->nr == SYS_vfork);
}

bool call_may_block(const struct call *c)
{
	return c && (c->flags & CALL_BLOCKS);
}

bool call_polls(const struct call *c)
{
	if (!c)
		return false;
	switch (c->nr) {
	case SYS_poll:
	case SYS_ppoll:
	case SYS_select:
	case SYS_pselect6:
	case SYS_epoll_wait:
	case SYS_epoll_pwait:
	case SYS_epoll_pwait2:
		return true;
	default:
		return false;
	}
}

bool call_wakes(const struct call *c)
{
	return c && (c->flags & CALL_WAKES);
}

bool call_kills(const struct call *c)
{
	return c && (c->flags & CALL_KILLS);
}
