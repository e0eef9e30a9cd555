/* Machines that refuse: see refusals.h. */
#include "config.h"

#include "refusals.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <string.h>

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
	{"old-kernel", SCMP_SYS(open_tree), ENOSYS, 0},
};

int refuse_as(const char *how)
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
