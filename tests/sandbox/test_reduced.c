/*
 * Reduced isolation: the attacks once more, as programs of a supervised run on a machine that
 * refuses user namespaces. What is not promised then (that names of files and processes are not
 * seen) has no row.
 */
#include "config.h"

#include "attack_rows.h"
#include "box.h"
#include "refusals.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/run/run.h"
#include "tests/tap.h"

/* Runs `attacks WORDS...` to its end. What it said; STATUS as wait(2) gives it, LEFT as lines, and
 * in DENIED (unless NULL) the calls that it is told of for. */
static char *attack_told(const char *const *words, int *status, char **left, struct buf *denied)
{
	const struct event_log *log;
	struct run_request request = {
		.bin_dir = box_bin_dir(),
		.helpers_dir = "/usr/share", /* none is used */
		.programs = {{.name = "attacks", .argv = words}},
		.program_count = 1,
		.seed = 7,
		.cpu = -1,
	};
	struct lab_error e = {0};
	struct run *r = run_start(&request, &e);
	BUF_SCOPED lines = BUF_INIT;
	char *said;

	ck_assert_msg(r != NULL, "%s", e.text);
	ck_assert_msg(run_until_end(r, &e) != RUN_FAILED, "%s: %s", words[1], e.text);
	ck_assert_msg(run_finish(r, &e) == 0, "%s", e.text);
	log = run_log(r);
	for (size_t i = 0; i < log->count; i++) {
		const struct event *event = log->events[i];

		if (event->kind == EVENT_LEFT)
			buf_printf(&lines, "%s %s\n", event->name, event_text(event, "path"));
		if (event->kind == EVENT_DENIED && denied && !event_text(event, "what"))
			buf_printf(denied, "%s\n", event->name);
	}
	*status = (int)event_int(log->events[log->count - 1], "sig", 0);
	if (*status == 0)
		*status = EXITED((int)event_int(log->events[log->count - 1], "status", 255));
	*left = lab_xstrdup(buf_text(&lines));
	said = lab_xstrdup(buf_text(run_output(r, 1)));
	run_free(r);
	return said;
}

static char *attack_in_run(const char *const *words, int *status, char **left)
{
	return attack_told(words, status, left, NULL);
}

static const struct attack_row rows[] = {
	ATTACKS_ALIKE,

	/* Resources. */
	{{"raise-limits"}, "raise the limits", NULL, 0, NULL},

	{{"keys"}, "find by a key what is removed",
		"make: ok\nmake again: EEXIST\nfind: ok\nmake or find: ok\nattach: ok\nremove: ok\n"
		"find a removed one: ENOENT\nanother one\nremove that: ok\n",
		0, NULL},
};

START_TEST(attack)
{
	const struct attack_row *row = &rows[_i];
	const char *words[6] = {"attacks"};
	LAB_FREE char *tag = lab_xprintf("red-%d", (int)getpid());
	LAB_FREE char *left = NULL;
	LAB_FREE char *said = NULL;
	int status;

	for (int i = 0; row->words[i]; i++)
		words[i + 1] = strcmp(row->words[i], "@") == 0 ? tag : row->words[i];
	ck_assert_int_eq(refuse_as("docker"), 0);
	said = attack_in_run(words, &status, &left);
	if (row->output)
		ck_assert_msg(strcmp(said, row->output) == 0, "%s (%s) got:\n%s\nshould get:\n%s",
			row->words[0], row->tries, said, row->output);
	ck_assert_msg(status == row->status, "%s (%s): wait status 0x%x, should be 0x%x",
		row->words[0], row->tries, status, row->status);
	if (!row->left || strcmp(row->left, "*") != 0)
		ck_assert_str_eq(left, row->left ? row->left : "");
	ck_assert_int_eq(box_processes_called(tag), 0);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG | __WALL), -1);
}
END_TEST

/* ---- what belongs to others ------------------------------------------------------------------ */

/* The attacks say what they could do to a process of the same user that is not of the run. */
START_TEST(a_process_outside_is_out_of_reach)
{
	pid_t victim = fork();
	LAB_FREE char *number = NULL;
	LAB_FREE char *left = NULL;
	LAB_FREE char *said = NULL;
	int status, ended;

	if (victim == 0)
		for (;;)
			pause();
	number = lab_xprintf("%d", (int)victim);
	ck_assert_int_eq(refuse_as("docker"), 0);
	said = attack_in_run(
		(const char *const[]){"attacks", "signal-others", number, NULL}, &status, &left);
	ck_assert_str_eq(said,
		"kill: ESRCH\ntgkill: ESRCH\nsigqueue: ESRCH\nkill group: ESRCH\npidfd_open: "
		"ESRCH\n"
		"pidfd of /proc: EBADF\nF_SETOWN: ESRCH\nsetpriority of user: EPERM\n");
	ck_assert_int_eq(waitpid(victim, &ended, WNOHANG), 0);
	kill(victim, SIGKILL);
	waitpid(victim, &ended, 0);
}
END_TEST

START_TEST(objects_of_others_are_not_seen)
{
	const key_t key = 0x10000 + (int)getpid();
	int segment = shmget(key, 4096, IPC_CREAT | IPC_EXCL | 0666);
	LAB_FREE char *text = lab_xprintf("%d", (int)key);
	LAB_FREE char *number = lab_xprintf("%d", segment);
	LAB_FREE char *left = NULL;
	LAB_FREE char *said = NULL;
	struct shmid_ds ds;
	int status;

	ck_assert_int_ge(segment, 0);
	ck_assert_int_eq(refuse_as("docker"), 0);
	said = attack_in_run((const char *const[]){"attacks", "take-segment", text, number, NULL},
		&status, &left);
	ck_assert_int_eq(shmctl(segment, IPC_STAT, &ds), 0);
	shmctl(segment, IPC_RMID, NULL);
	ck_assert_str_eq(said, "shmget: ENOENT\nshmat: EINVAL\nremove: EINVAL\nmake: ok\n");
	ck_assert_msg(strstr(left, "id 0\n") != NULL, "left: %s", left);
}
END_TEST

START_TEST(files_outside_are_not_changed)
{
	struct lab_error e;
	/* Not in /tmp: the plan has one of its own. */
	char dir[] = "/var/tmp/ipclab-test.XXXXXX";
	LAB_FREE char *file = NULL;
	LAB_FREE char *left = NULL;
	LAB_FREE char *said = NULL;
	struct stat st;
	int status;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	file = path_join(dir, "file");
	chmod(dir, 0777);
	ck_assert_int_eq(file_write(file, "text", 4, 0666, &e), 0);
	ck_assert_int_eq(refuse_as("docker"), 0);
	said = attack_in_run(
		(const char *const[]){"attacks", "change-others", file, NULL}, &status, &left);
	ck_assert_str_eq(said,
		"open: EACCES\nchmod: EPERM\nchmod by link: EPERM\nutimensat: EPERM\n"
		"truncate: EPERM\nunlink: EACCES\nchmod by O_PATH: EPERM\nsetxattr: EPERM\n"
		"inotify: EPERM\n"
		"network: EAFNOSUPPORT\n");
	ck_assert_int_eq(stat(file, &st), 0);
	ck_assert_int_eq(st.st_size, 4);
	path_remove_tree(dir, &e);
}
END_TEST

START_TEST(the_world_has_the_plans_names)
{
	LAB_FREE char *left = NULL;
	LAB_FREE char *said = NULL;
	int status;

	ck_assert_int_eq(refuse_as("docker"), 0);
	said = attack_in_run((const char *const[]){"attacks", "names", NULL}, &status, &left);
	ck_assert_str_eq(
		said, "/home/student\n/lab/bin/attacks\nstudent\n/tmp/x: ok\n/dev/shm/x: ok\n");
}
END_TEST

/* Who comes to a rule that only reduced isolation has is told of as well; what a library asks for
 * by itself is not. */
START_TEST(who_is_refused_is_told)
{
	static const struct {
		const char *attack, *denied;
	} told[] = {
		{"signal-others", "setpriority\n"},
		{"change-others", "setxattr\nsocket\n"},
		{"netlink", ""},
	};

	ck_assert_int_eq(refuse_as("docker"), 0);
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		BUF_SCOPED denied = BUF_INIT;
		LAB_FREE char *left = NULL;
		LAB_FREE char *said = NULL;
		int status;

		said = attack_told(
			(const char *const[]){"attacks", told[i].attack, "99999999", NULL}, &status,
			&left, &denied);
		ck_assert_msg(strcmp(buf_text(&denied), told[i].denied) == 0, "%s: %s",
			told[i].attack, buf_text(&denied));
	}
}
END_TEST

/* ---- queues ---------------------------------------------------------------------------------- */

/* Where queues can be opened as files; NULL: nowhere. */
static char *queues_folder(void)
{
	FILE *f = fopen("/proc/self/mounts", "re");
	char line[4096], where[4096];
	char *found = NULL;

	while (!found && f && fgets(line, sizeof line, f))
		if (sscanf(line, "%*s %4095s mqueue ", where) == 1 && strstr(line, " mqueue "))
			found = lab_xstrdup(where);
	if (f)
		fclose(f);
	return found;
}

static bool write_line(const char *path, const char *format, unsigned id)
{
	LAB_FREE char *line = lab_xprintf(format, id, id);
	FD_SCOPED fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd >= 0 && fd_write_all(fd, line, strlen(line)) == 0;
}

/* Mounts them below a new folder, for this process and its children alone. */
static char *mount_queues(void)
{
	char dir[] = "/var/tmp/ipclab-test.XXXXXX";
	unsigned uid = geteuid(), gid = getegid();

	if (unshare(CLONE_NEWNS | CLONE_NEWIPC | (uid ? CLONE_NEWUSER : 0)) < 0)
		return NULL;
	if (uid && (!write_line("/proc/self/setgroups", "deny", 0) ||
			   !write_line("/proc/self/uid_map", "%u %u 1", uid) ||
			   !write_line("/proc/self/gid_map", "%u %u 1", gid)))
		return NULL;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 || !mkdtemp(dir))
		return NULL;
	if (mount("mqueue", dir, "mqueue", 0, NULL) < 0) {
		rmdir(dir);
		return NULL;
	}
	return lab_xstrdup(dir);
}

static void unmount_queues(const char *dir)
{
	if (strncmp(dir, "/var/tmp/", 9) == 0 && umount2(dir, MNT_DETACH) == 0)
		rmdir(dir);
}

START_TEST(queues_of_others_are_not_seen)
{
	LAB_FREE char *mounted = queues_folder();
	LAB_FREE char *folder = mounted ? lab_xstrdup(mounted) : mount_queues();
	LAB_FREE char *name = lab_xprintf("ipclab-test-%d", (int)getpid());
	LAB_FREE char *slashed = lab_xprintf("/%s", name);
	LAB_FREE char *left = NULL;
	LAB_FREE char *said = NULL;
	LAB_FREE char *stolen = NULL;
	LAB_FREE char *nothing = NULL;
	LAB_FREE char *wanted = lab_xprintf("mqueue %s\n", slashed);
	struct mq_attr attr = {.mq_maxmsg = 1, .mq_msgsize = 1};
	int status, killed, still;
	mqd_t queue;

	if (!folder)
		return; /* see a_run_says_why_it_has_no_queues */
	queue = mq_open(slashed, O_CREAT | O_EXCL | O_RDWR, 0666, &attr);
	ck_assert_int_ge(queue, 0);
	fchmod(queue, 0666); /* whatever the umask */
	ck_assert_int_eq(mq_send(queue, "x", 1, 0), 0);
	if (fork() == 0) { /* the machine stays as it is for what is to be undone below */
		ck_assert_int_eq(refuse_as("docker"), 0);
		said = attack_in_run(
			(const char *const[]){"attacks", "take-queue", name, NULL}, &status, &left);
		stolen = attack_in_run(
			(const char *const[]){"attacks", "steal-queue", folder, name, NULL},
			&killed, &nothing);
		ck_assert_str_eq(said,
			"mq_open: ENOENT\nmq_unlink: ENOENT\nopen: ENOENT\nmake: ok\nsend: ok\n"
			"open as a file: ok\nreceive: ok\n");
		ck_assert_int_eq(status, 0);
		ck_assert_str_eq(left, wanted);
		ck_assert_str_eq(stolen, "chdir: ok\n");
		ck_assert_int_eq(killed, SIGKILL);
		_exit(0);
	}
	wait(&status);
	still = mq_getattr(queue, &attr);
	mq_unlink(slashed);
	if (!mounted)
		unmount_queues(folder);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(still, 0);
	ck_assert_int_eq(attr.mq_curmsgs, 1);
}
END_TEST

START_TEST(a_run_says_why_it_has_no_queues)
{
	LAB_FREE char *mounted = queues_folder();
	const char *const words[] = {"attacks", "take-queue", "x", NULL};
	struct run_request request = {
		.bin_dir = box_bin_dir(),
		.helpers_dir = "/usr/share",
		.programs = {{.name = "attacks", .argv = words}},
		.program_count = 1,
		.cpu = -1,
	};
	struct lab_error e = {0};
	struct run *r;

	if (mounted)
		return;
	ck_assert_int_eq(refuse_as("docker"), 0);
	r = run_start(&request, &e);
	ck_assert_msg(r != NULL, "%s", e.text);
	ck_assert_int_eq(run_until_end(r, &e), RUN_FAILED);
	ck_assert_int_eq(e.kind, LAB_UNSUPPORTED);
	ck_assert_msg(strstr(e.text, "mount -t mqueue") != NULL, "%s", e.text);
	run_free(r);
}
END_TEST

/* ---- runs beside each other ------------------------------------------------------------------ */

static void begin_reduced(struct box *b)
{
	box_prepare(b);
	b->sandbox = sandbox_start_as(&b->plan, SANDBOX_REDUCED, &b->e);
	ck_assert_msg(b->sandbox != NULL, "%s", b->e.text);
}

static void end_reduced(struct box *b)
{
	sandbox_stop(b->sandbox);
	free(b->filter.filter);
}

static uid_t uid_of(pid_t pid)
{
	LAB_FREE char *path = lab_xprintf("/proc/%d/status", (int)pid);
	FILE *f = fopen(path, "re");
	unsigned uid = 0;
	char line[128];

	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "Uid: %u", &uid) == 1)
			break;
	if (f)
		fclose(f);
	return uid;
}

/* What holds should the supervisor overlook something: nobody supervises here. Either the kernel
 * keeps signals in (Landlock 6), or root has given each sandbox a uid of its own. */
START_TEST(the_kernel_keeps_sandboxes_apart)
{
	const char *const waiting[] = {"attacks", "core", NULL};
	struct box victim, attacker;
	struct box_run sits, shoots;
	LAB_FREE char *number = NULL;
	long abi = syscall(444 /* landlock_create_ruleset */, NULL, 0, 1);
	uid_t uid;

	begin_reduced(&victim);
	begin_reduced(&attacker);
	sits = box_spawn(&victim, waiting, -1, -1); /* and is never let go */
	uid = uid_of(sits.outside);
	number = lab_xprintf("%d", (int)sits.outside);
	shoots =
		box_run(&attacker, (const char *const[]){"attacks", "signal-others", number, NULL});
	ck_assert_uint_ne(uid, 0);
	if (abi >= 6 || geteuid() == 0)
		ck_assert_msg(strncmp(shoots.output.data,
				      "kill: EPERM\ntgkill: EPERM\nsigqueue: EPERM\n"
				      "kill group: EPERM\n",
				      strlen("kill: EPERM\ntgkill: EPERM\nsigqueue: EPERM\n"
					     "kill group: EPERM\n")) == 0,
			"%s", shoots.output.data);
	ck_assert_int_eq(kill(sits.outside, 0), 0);
	buf_done(&shoots.output);
	end_reduced(&attacker);
	if (geteuid() == 0) {
		begin_reduced(&attacker);
		shoots = box_spawn(&attacker, waiting, -1, -1);
		ck_assert_uint_ne(uid_of(shoots.outside), 0);
		ck_assert_uint_ne(uid_of(shoots.outside), uid);
		end_reduced(&attacker);
	}
	end_reduced(&victim);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reduced");
	TCase *table = tcase_create("table"), *others = tcase_create("others");

	box_bin_dir();
	tcase_set_timeout(table, 120);
	tcase_set_timeout(others, 60);
	tcase_add_loop_test(table, attack, 0, (int)(sizeof rows / sizeof *rows));
	tcase_add_test(others, a_process_outside_is_out_of_reach);
	tcase_add_test(others, objects_of_others_are_not_seen);
	tcase_add_test(others, files_outside_are_not_changed);
	tcase_add_test(others, the_world_has_the_plans_names);
	tcase_add_test(others, who_is_refused_is_told);
	tcase_add_test(others, queues_of_others_are_not_seen);
	tcase_add_test(others, a_run_says_why_it_has_no_queues);
	tcase_add_test(others, the_kernel_keeps_sandboxes_apart);
	suite_add_tcase(suite, table);
	suite_add_tcase(suite, others);
	return tap_run(suite);
}
