/*
 * What is less than a sandbox: the caller's own files and terminal, as trace has them, and machines
 * that refuse namespaces or mounts.
 */
#include "config.h"

#include "box.h"
#include "refusals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/sandbox/inside.h"
#include "tests/tap.h"

/* Runs `sh -c SCRIPT` as trace would, to its end. Its status; what it prints goes to OUT. */
static int run_as_caller(const char *script, int in, int out, bool foreground, bool *own_pids)
{
	struct sandbox_plan plan;
	struct lab_error e;
	struct sandbox *s;
	const char *const argv[] = {"sh", "-c", script, NULL};
	const struct sandbox_command command = {.path = "sh",
		.argv = argv,
		.fds = {in, out, out},
		.foreground_terminal = foreground};
	pid_t outside, inside;
	int status;

	sandbox_plan_caller(&plan);
	s = sandbox_start(&plan, &e);
	ck_assert_msg(s != NULL, "%s", e.text);
	ck_assert_msg(sandbox_spawn(s, &command, &outside, &inside, &e) == 0, "%s", e.text);
	*own_pids = outside != inside;
	ck_assert_int_eq(sandbox_release(s, inside, &e), 0);
	ck_assert_int_eq(sandbox_wait(s, inside, 20000, &status, &e), 0);
	sandbox_stop(s);
	return status;
}

START_TEST(caller_keeps_files_and_environment)
{
	FD_SCOPED out = memfd_create("output", MFD_CLOEXEC);
	BUF_SCOPED text = BUF_INIT;
	LAB_FREE char *cwd = getcwd(NULL, 0);
	LAB_FREE char *expected = lab_xprintf("%d\n%s\nkept\n", (int)getuid(), cwd);
	bool own_pids;

	setenv("MINE", "kept", 1);
	ck_assert_int_eq(
		run_as_caller("id -u; pwd; echo $MINE; exit 5", -1, out, false, &own_pids), 5 << 8);
	ck_assert(own_pids);
	lseek(out, 0, SEEK_SET);
	fd_read_to_end(out, &text, 4096);
	ck_assert_str_eq(buf_text(&text), expected);
}
END_TEST

/* In a session of its own with SLAVE as its terminal, so that Check's is left alone. */
static void use_terminal(int slave)
{
	bool own_pids;

	if (setsid() < 0 || ioctl(slave, TIOCSCTTY, 0) < 0)
		_exit(90);
	/* A background group that reads its terminal is stopped: then this would not end. */
	if (run_as_caller("read line; test \"$line\" = hello", slave, -1, true, &own_pids) != 0)
		_exit(91);
	_exit(tcgetpgrp(slave) == getpgrp() ? 0 : 92);
}

START_TEST(terminal_goes_and_comes_back)
{
	FD_SCOPED master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	FD_SCOPED slave = -1;
	int status;
	pid_t pid;

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
		return; /* no terminals here */
	slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(slave, 0);
	ck_assert_int_eq(fd_write_all(master, "hello\n", 6), 0);
	pid = fork();
	if (pid == 0)
		use_terminal(slave);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

/* ---- machines that refuse ------------------------------------------------------------------- */

static const struct machine {
	const char *like, *how; /* HOW: of refusals.h */
	const char *says;
	bool trace_has_pids;
} machines[] = {
	{"Docker's default seccomp profile", "docker", "clone into new namespaces", false},
	{"Ubuntu 24.04's AppArmor: clone works, mounts do not", "apparmor",
		"refused to this process", false},
	{"a kernel before 5.2", "old-kernel", "open", true},
};

START_TEST(refusal_is_told)
{
	const struct machine *m = &machines[_i];
	struct box b;
	struct sandbox_probe probes[64];
	size_t count;
	bool told = false;

	box_prepare(&b);
	ck_assert_int_eq(refuse_as(m->how), 0);
	ck_assert_ptr_eq(sandbox_start_as(&b.plan, SANDBOX_FULL, &b.e), NULL);
	ck_assert_int_eq(b.e.kind, LAB_UNSUPPORTED);
	ck_assert_msg(strstr(b.e.text, m->says) != NULL, "%s: %s", m->like, b.e.text);
	free(b.filter.filter);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG | __WALL), -1);
	count = sandbox_probe(probes, 64);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(probes[i].what, "sandbox") == 0)
			told = !probes[i].ok && strstr(probes[i].found, m->says) && *probes[i].mend;
		/* The machine can grade all the same. */
		ck_assert_msg(probes[i].ok || !probes[i].required, "%s: %s: %s", m->like,
			probes[i].what, probes[i].found);
	}
	ck_assert_msg(told, "%s: doctor does not tell", m->like);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG | __WALL), -1);
}
END_TEST

/* Only where the machine refuses may there be less isolation; any other failure is one of this
 * moment, and ours. */
static const struct {
	int errnum;
	enum lab_error_kind kind;
} failures[] = {
	{EPERM, LAB_UNSUPPORTED},
	{EACCES, LAB_UNSUPPORTED},
	{ENOSYS, LAB_UNSUPPORTED},
	{EINVAL, LAB_UNSUPPORTED},
	{ENODEV, LAB_UNSUPPORTED},
	{EOPNOTSUPP, LAB_UNSUPPORTED},
	{EUSERS, LAB_UNSUPPORTED},
	{EROFS, LAB_UNSUPPORTED},
	{ENOSPC, LAB_BROKEN},
	{ENOMEM, LAB_BROKEN},
	{EAGAIN, LAB_BROKEN},
	{EMFILE, LAB_BROKEN},
	{ENFILE, LAB_BROKEN},
	{EINTR, LAB_BROKEN},
	{EIO, LAB_BROKEN},
	{EBUSY, LAB_BROKEN},
	{ENOENT, LAB_BROKEN},
};

START_TEST(a_failure_is_no_refusal)
{
	struct wire_setup said = {
		.errnum = failures[_i].errnum, .what = "mount tmpfs", .operand = "/tmp"};
	struct lab_error e = {.kind = LAB_OK};

	ck_assert_int_eq(sandbox_setup_failed(&said, &e), -1);
	ck_assert_int_eq(e.kind, failures[_i].kind);
	ck_assert_ptr_ne(strstr(e.text, "mount tmpfs \"/tmp\""), NULL);
	ck_assert_ptr_ne(strstr(e.text, strerror(failures[_i].errnum)), NULL);
}
END_TEST

START_TEST(isolation_is_reduced_then)
{
	const struct machine *m = &machines[_i];
	struct box b;
	struct box_run run;

	box_prepare(&b);
	ck_assert_int_eq(refuse_as(m->how), 0);
	box_begin(&b);
	ck_assert_int_eq(sandbox_isolation_of(b.sandbox), SANDBOX_REDUCED);
	run = BOX_RUN(&b, "say", "4");
	ck_assert_int_eq(run.status, 4 << 8);
	buf_done(&run.output);
	box_stop(&b);
	ck_assert_int_eq(sandbox_isolation(&b.e), SANDBOX_REDUCED);
	ck_assert_msg(strstr(b.e.text, m->says) != NULL, "%s: %s", m->like, b.e.text);
}
END_TEST

START_TEST(trace_works_all_the_same)
{
	bool own_pids;

	ck_assert_int_eq(refuse_as(machines[_i].how), 0);
	ck_assert_int_eq(run_as_caller("exit 5", -1, -1, false, &own_pids), 5 << 8);
	ck_assert_int_eq(own_pids, machines[_i].trace_has_pids);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG | __WALL), -1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("less");
	TCase *caller = tcase_create("caller"), *refused = tcase_create("refused");
	const int count = (int)(sizeof machines / sizeof *machines);

	box_bin_dir();
	tcase_set_timeout(caller, 60);
	tcase_add_test(caller, caller_keeps_files_and_environment);
	tcase_add_test(caller, terminal_goes_and_comes_back);
	tcase_set_timeout(refused, 60);
	tcase_add_loop_test(refused, refusal_is_told, 0, count);
	tcase_add_loop_test(
		refused, a_failure_is_no_refusal, 0, (int)(sizeof failures / sizeof *failures));
	tcase_add_loop_test(refused, isolation_is_reduced_then, 0, count);
	tcase_add_loop_test(refused, trace_works_all_the_same, 0, count);
	suite_add_tcase(suite, caller);
	suite_add_tcase(suite, refused);
	return tap_run(suite);
}
