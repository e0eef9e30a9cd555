/*
 * refusing HOW COMMAND...: runs COMMAND on a machine that refuses user namespaces.
 *
 *   docker    as Docker's default seccomp profile does: clone(2) and unshare(2) with any
 *             CLONE_NEW flag fail with EPERM, clone3(2) with ENOSYS.
 *   apparmor  as Ubuntu's AppArmor profile unprivileged_userns does: the namespace is made, but
 *             whoever is in it has no capability, so mounts and the host's name fail.
 *
 * Only as much is refused as COMMAND itself could not get: children inherit it, and nobody may take
 * it back. Its own failures end with 125, a command that cannot be started with 127.
 */
#include "config.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct refusal {
	const char *how;
	int call, errnum;
	uint64_t flag; /* in argument 0; 0: always */
} refusals[] = {
	{"docker", SCMP_SYS(clone3), ENOSYS, 0},
	{"docker", SCMP_SYS(unshare), EPERM, 0},
	{"docker", SCMP_SYS(setns), EPERM, 0},
	{"docker", SCMP_SYS(mount), EPERM, 0},
	{"docker", SCMP_SYS(clone), EPERM, CLONE_NEWUSER},
	{"docker", SCMP_SYS(clone), EPERM, CLONE_NEWNS},
	{"docker", SCMP_SYS(clone), EPERM, CLONE_NEWPID},
	{"docker", SCMP_SYS(clone), EPERM, CLONE_NEWNET},
	{"docker", SCMP_SYS(clone), EPERM, CLONE_NEWIPC},
	{"docker", SCMP_SYS(clone), EPERM, CLONE_NEWUTS},
	{"docker", SCMP_SYS(clone), EPERM, CLONE_NEWCGROUP},
	{"apparmor", SCMP_SYS(mount), EACCES, 0},
	{"apparmor", SCMP_SYS(umount2), EACCES, 0},
	{"apparmor", SCMP_SYS(pivot_root), EACCES, 0},
	{"apparmor", SCMP_SYS(sethostname), EPERM, 0},
};

static int refuse(const char *how)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int rc = filter ? 0 : -ENOMEM, count = 0;

	for (size_t i = 0; rc == 0 && i < sizeof refusals / sizeof *refusals; i++) {
		const struct refusal *r = &refusals[i];
		struct scmp_arg_cmp with = SCMP_A0(SCMP_CMP_MASKED_EQ, r->flag, r->flag);

		if (strcmp(r->how, how) != 0)
			continue;
		count++;
		rc = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO((uint32_t)r->errnum), r->call,
			r->flag ? 1 : 0, &with);
	}
	if (rc == 0)
		rc = count ? seccomp_load(filter) : -EINVAL;
	seccomp_release(filter);
	return rc;
}

int main(int argc, char **argv)
{
	int rc;

	if (argc < 3) {
		fprintf(stderr, "usage: refusing docker|apparmor COMMAND...\n");
		return 125;
	}
	rc = refuse(argv[1]);
	if (rc < 0) {
		fprintf(stderr, "refusing %s: %s\n", argv[1], strerror(-rc));
		return 125;
	}
	execvp(argv[2], argv + 2);
	fprintf(stderr, "refusing: exec \"%s\": %s\n", argv[2], strerror(errno));
	return 127;
}
