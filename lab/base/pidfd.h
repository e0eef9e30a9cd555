/* pidfd_open(2) and its kin, which the C library has since glibc 2.36. */
#ifndef LAB_BASE_PIDFD_H
#define LAB_BASE_PIDFD_H

#ifdef HAVE_SYS_PIDFD_H
#include <sys/pidfd.h>
#else
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

static inline int pidfd_open(pid_t pid, unsigned flags)
{
	return (int)syscall(SYS_pidfd_open, pid, flags);
}

static inline int pidfd_getfd(int pidfd, int fd, unsigned flags)
{
	return (int)syscall(SYS_pidfd_getfd, pidfd, fd, flags);
}

static inline int pidfd_send_signal(int pidfd, int sig, siginfo_t *info, unsigned flags)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, sig, info, flags);
}
#endif

#endif
