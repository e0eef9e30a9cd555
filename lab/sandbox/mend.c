/*
 * What a refused namespace or mount call means on this machine, and what its owner can do. Words
 * for sandbox_start() and for doctor.
 */
#include "config.h"

#include "lab/sandbox/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "lab/base/path.h"

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
		       "--security-opt seccomp=unconfined --security-opt apparmor=unconfined "
		       "--security-opt systempaths=unconfined";
	}
}

/* The program that runs now, and the judges that it will start: a profile goes by paths. */
static void add_profile(struct buf *into)
{
	char program[4096];
	ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);

	program[n > 0 ? n : 0] = '\0';
	buf_printf(into,
		"      abi <abi/4.0>,\n"
		"      include <tunables/global>\n"
		"      profile ipclab \"%s\" flags=(unconfined) {\n"
		"        userns,\n"
		"      }\n"
		"      profile ipclab-judge \"%s/**\" flags=(unconfined) {\n"
		"        userns,\n"
		"      }\n",
		program, lab_judges_dir());
}

void sandbox_advice(struct buf *into)
{
	buf_puts(into,
		"What it means. Programs run among this machine's own files and objects. Landlock "
		"closes\n"
		"the files, seccomp the network, and the supervisor keeps a program from other "
		"processes,\n"
		"queues, semaphores and segments than its own, other runs' among them. As root "
		"each "
		"run has\n"
		"a user of its own besides. The limits hold, verdicts are the same, and nothing is "
		"left\n"
		"afterwards. But a program can see which files and processes there are, and their "
		"command\n"
		"lines, and a source can ask which files there are while it is compiled; a program "
		"can fill\n"
		"the disk of the temporary folder; runs of one ordinary user share what the kernel "
		"counts\n"
		"by user (queued signals, queues, pipes); the numbers of processes in messages are "
		"as they\n"
		"come; there are no network sockets; and two layers less stand between a program "
		"and you.\n"
		"Every result says "
		"\"reduced\", and `ipclab grade` wants --allow-reduced-isolation.\n"
		"\n"
		"POSIX message queues need a mounted /dev/mqueue. Where it is not, their exercises "
		"end with\n"
		"exit code 4, and no others do.\n"
		"\n"
		"How to get full isolation:\n"
		"\n"
		"  Ubuntu 23.10 and later. Write this to /etc/apparmor.d/ipclab (as root):\n");
	add_profile(into);
	buf_puts(into,
		"    and then: sudo apparmor_parser -r /etc/apparmor.d/ipclab\n"
		"    Or for all programs: sudo sysctl -w "
		"kernel.apparmor_restrict_unprivileged_userns=0\n"
		"\n"
		"  Docker, Podman. Start the container with\n"
		"      --security-opt seccomp=unconfined --security-opt apparmor=unconfined\n"
		"      --security-opt systempaths=unconfined\n"
		"    To stay reduced, as root in the container: --cap-add=SYS_PTRACE\n"
		"\n"
		"  Elsewhere.\n"
		"      sudo sysctl -w user.max_user_namespaces=10000\n"
		"      sudo sysctl -w kernel.unprivileged_userns_clone=1     (Debian 10)\n");
}
