/*
 * The rules of policy.c as a seccomp filter by themselves: for the compiler, and for programs that
 * nobody supervises. Compiled to BPF once a process, then copied.
 */
#include "config.h"

#include "lab/sandbox/sandbox.h"

#include <errno.h>
#include <pthread.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/sandbox/reduced.h"

static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
static struct buf compiled, compiled_reduced;

static int add_rule(scmp_filter_ctx ctx, const struct sandbox_rule *rule)
{
	struct scmp_arg_cmp cmp = {
		.arg = rule->arg,
		.op = (enum scmp_compare)rule->op,
		.datum_a = rule->op == SCMP_CMP_MASKED_EQ ? rule->mask : rule->value,
		.datum_b = rule->value,
	};

	/* A negative number: this architecture has no such call. */
	if (rule->nr < 0)
		return 0;
	return seccomp_rule_add_array(
		ctx, SCMP_ACT_ERRNO((uint16_t)rule->errnum), rule->nr, rule->op ? 1 : 0, &cmp);
}

static int compile(scmp_filter_ctx ctx, const struct sandbox_rule *rules, size_t count,
	struct buf *into, struct lab_error *e)
{
	FD_SCOPED fd = -1;
	int rc = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

	/* A binary tree; an older libseccomp makes a list, which is right too. */
	seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		rc = add_rule(ctx, &rules[i]);
		if (rc < 0)
			return lab_fail(e, LAB_BROKEN, "seccomp rule \"%s\": %s", rules[i].name,
				strerror(-rc));
	}
	fd = memfd_create("filter", MFD_CLOEXEC);
	if (fd < 0)
		return lab_fail_errno(e, LAB_BROKEN, "memfd_create");
	if (rc == 0)
		rc = seccomp_export_bpf(ctx, fd);
	if (rc < 0)
		return lab_fail(e, LAB_BROKEN, "compile the seccomp filter: %s", strerror(-rc));
	if (lseek(fd, 0, SEEK_SET) < 0 || fd_read_to_end(fd, into, 1 << 20) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "read the seccomp filter back");
	return 0;
}

static int filter_new(struct sock_fprog *filter, const struct sandbox_rule *rules, size_t count,
	struct buf *kept, struct lab_error *e)
{
	int rc = 0;

	pthread_mutex_lock(&once);
	if (!kept->len) {
		scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

		rc = ctx ? compile(ctx, rules, count, kept, e)
			 : lab_fail(e, LAB_BROKEN, "seccomp_init");
		seccomp_release(ctx);
	}
	if (rc == 0) {
		filter->len = (unsigned short)(kept->len / sizeof(struct sock_filter));
		filter->filter = lab_xmalloc(kept->len);
		memcpy(filter->filter, kept->data, kept->len);
	}
	pthread_mutex_unlock(&once);
	return rc;
}

int sandbox_filter_new(struct sock_fprog *filter, struct lab_error *e)
{
	return filter_new(filter, sandbox_rules, sandbox_rule_count, &compiled, e);
}

int reduced_filter_new(struct sock_fprog *filter, struct lab_error *e)
{
	return filter_new(
		filter, sandbox_reduced_rules, sandbox_reduced_rule_count, &compiled_reduced, e);
}
