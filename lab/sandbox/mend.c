/*
 * What a refused namespace or mount call means on this machine, and what its owner can do. Words
 * for sandbox_start() and for doctor.
 */
#include "config.h"

#include "lab/sandbox/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* The number in a file of /proc/sys, or -1. */
static int setting(const char *path)
{
	int saved = errno, fd = open(path, O_RDONLY | O_CLOEXEC);
	char digit = 0;
	ssize_t n = 0;

	if (fd >= 0) {
		n = read(fd, &digit, 1);
		close(fd);
	}
	errno = saved; /* the caller is about to report it */
	return n == 1 ? digit - '0' : -1;
}

const char *sandbox_mend(int errnum)
{
	/* Ubuntu 23.10 and later: clone works, and the first mount is refused. */
	if (setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1)
		return "AppArmor restricts user namespaces: sudo sysctl -w "
		       "kernel.apparmor_restrict_unprivileged_userns=0, or give ipclab an AppArmor "
		       "profile with \"userns,\"";
	if (setting("/proc/sys/kernel/unprivileged_userns_clone") == 0)
		return "user namespaces are off for ordinary users: sudo sysctl -w "
		       "kernel.unprivileged_userns_clone=1";
	if (setting("/proc/sys/user/max_user_namespaces") == 0)
		return "user namespaces are off: sudo sysctl -w user.max_user_namespaces=10000";
	switch (errnum) {
	case ENOSPC:
		return "the limit of namespaces is reached: see /proc/sys/user/max_*_namespaces";
	case EUSERS:
		return "namespaces are nested too deeply";
	case EAGAIN:
	case ENOMEM:
		return "too many processes, or too little memory";
	case EINVAL:
	case ENOSYS:
		return "this kernel lacks the call or was built without it; Linux 5.12 or later is "
		       "needed";
	default:
		return "refused to this process: in Docker or Podman, run the container with "
		       "--security-opt seccomp=unconfined --security-opt systempaths=unconfined "
		       "or --privileged";
	}
}
