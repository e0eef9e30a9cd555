/*
 * Every attack that is known to have worked against a lab of this kind, and what it must get here.
 * A row: the attack's name and words, what it tries, what it must say, how it must end, what must
 * then be reported as left.
 */
#include "config.h"

#include "attack_rows.h"
#include "box.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "tests/tap.h"

#define MANY_EACCES                                                            \
	"ptrace attach: EPERM\nptrace seize: EPERM\nprocess_vm_readv: EPERM\n" \
	"process_vm_writev: EPERM\npidfd_getfd: EPERM\nsetns: EPERM\n"
#define NO_PROC                                                                                  \
	"cmdline: ENOENT\nenviron: ENOENT\nmem: ENOENT\nexe: ENOENT\nmaps: ENOENT\nfd: ENOENT\n" \
	"root: ENOENT\ncwd: ENOENT\nstatus: ENOENT\n"

static const struct attack_row rows[] = {
	ATTACKS_ALIKE,

	/* Resources. */
	{{"folders"}, "fill every folder that can be written",
		"/dev/shm: ENOSPC\n/tmp: ENOSPC\n/home/student: ENOSPC\n", 0, "*"},
	{{"inodes"}, "take all inodes", "files: ENOSPC\n", 0, "*"},
	{{"system-v-others"}, "take kernel memory as queues and semaphores",
		"msgget: ENOSPC\nsemget of 1000: ENOSPC\n", 0, "*"},
	{{"descriptors-in-flight"}, "take all descriptors, in flight", "in flight: ETOOMANYREFS\n",
		0, NULL},
	{{"message-queues"}, "take kernel memory as POSIX queues", "mq_open: EMFILE\n", 0, "*"},
	{{"raise-limits"}, "raise the limits",
		"raise RLIMIT_NPROC: EPERM\nraise RLIMIT_AS: EPERM\nraise RLIMIT_FSIZE: EPERM\n"
		"raise RLIMIT_NOFILE: EPERM\nraise RLIMIT_CORE: EPERM\nnice -20: EACCES\n",
		0, NULL},

	/* Processes that are ours. */
	{{"look"}, "read the judge's command line and memory in init and parent", NO_PROC NO_PROC,
		0, NULL},
	{{"touch-memory"}, "read and write ours by calls", MANY_EACCES MANY_EACCES MANY_EACCES, 0,
		NULL},
	{{"write-sys"}, "raise the namespaces' limits",
		"kernel/shmall: EROFS\nkernel/msgmni: EROFS\nkernel/sem: EROFS\n"
		"kernel/ns_last_pid: EROFS\nuser/max_user_namespaces: EACCES\n"
		"fs/mqueue/queues_max: EROFS\nnet/ipv4/ip_forward: EACCES\n",
		0, NULL},
	{{"not-refused"}, "(calls beside the rules must work)",
		"getrlimit: ok\nlower a limit: ok\nfork: ok\npersonality query: ok\n"
		"sched_getaffinity: ok\n",
		0, NULL},
	{{"x32-call"}, "calls of the x32 table, which the filter does not know", "", SIGSYS, NULL},
	{{"become-root"}, "become uid 0",
		"setuid 0: EINVAL\nsetgid 0: EINVAL\nsetgroups: EPERM\nmknod: EPERM\n"
		"write uid_map: EPERM\n",
		0, NULL},

	/* Files. */
	{{"read-host", TESTS_SOURCE, TESTS_BUILD}, "find the host's files and the lab's own",
		"shadow: ENOENT\nroot: ENOENT\nvar: ENOENT\nhidden: ENOENT\nhidden: ENOENT\n", 0,
		NULL},
	{{"write-system"}, "change programs that others run",
		"/: EROFS\n/usr: EACCES\n/usr/bin: EROFS\n/lab/bin: EROFS\n/lab/bin chmod: EROFS\n"
		"/etc/passwd: EACCES\n/etc/passwd chmod: EROFS\n/dev: EROFS\n",
		0, NULL},
	{{"leave"}, "leave objects and files behind", "", 0,
		"shm /memory\nsem /sema\nmqueue /queue\nsysv-shm key 0x1234, id 0\n"
		"sysv-sem IPC_PRIVATE, id 0\nsysv-msg key 0x77, id 0\nfifo /home/student/fifo\n"
		"file /home/student/link\nsocket /home/student/sock\ndir /tmp/closed\n"
		"file /tmp/closed/deep\nfile /tmp/file\n"},
	{{"inherited"}, "use what the judge left open, set or blocked",
		"fd 0\nfd 1\nfd 2\nPATH=/lab/bin:/usr/bin:/bin\nHOME=/home/student\nUSER=student\n"
		"LOGNAME=student\nLANG=C.UTF-8\nTERM=dumb\nPWD=/home/student\numask 022\n"
		"group 1, session 1, oom 1000\n",
		0, NULL},

	/* Signals and what outlives the program. */
	/* kill(-1) spares the caller on Linux: the program goes on, with init for a parent. */
	{{"kill-all", "9"}, "kill all that can be killed", "", EXITED(7), NULL},
	{{"kill-all", "19"}, "stop all that can be stopped", "", EXITED(7), NULL},
	{{"kill-parent"}, "kill the programs' parent", "parent 1\n", EXITED(5), NULL},
	{{"pester-parent"}, "all other signals to the programs' parent", "", 0, NULL},

	/* What exercises need must work. */
	{{"works"}, "(what exercises need)",
		"pthread_create: ok\nsem_open: ok\nshm_open: ok\nmq_open: ok\nshmget: ok\n"
		"semget: ok\nmsgget: ok\nftok: ok\nmkfifo: ok\nsystem: ok\nposix_spawnp: ok\n"
		"popen: ok\nmemfd_create: ok\ntimerfd_create: ok\neventfd: ok\nepoll_create1: ok\n"
		"inotify_init1: ok\ntimer_create: ok\nbind: ok\nloopback: ok\nsigqueue: ok\n"
		"tmpfile: ok\nterminal: ok\n/dev/full: ENOSPC\n/dev/urandom: ok\n",
		0, "*"},
};

static void check_row(const struct attack_row *row, struct box *b)
{
	const char *words[6] = {"attacks"};
	struct box_run run;
	LAB_FREE char *left = NULL;

	for (int i = 0; row->words[i]; i++)
		words[i + 1] = strcmp(row->words[i], "@") == 0 ? b->tag : row->words[i];
	run = box_run(b, words);
	if (row->output)
		ck_assert_msg(strcmp(buf_text(&run.output), row->output) == 0,
			"%s (%s) got:\n%s\nshould get:\n%s", row->words[0], row->tries,
			buf_text(&run.output), row->output);
	ck_assert_msg(run.status == row->status, "%s (%s): wait status 0x%x, should be 0x%x",
		row->words[0], row->tries, run.status, row->status);
	left = box_left(b);
	if (!row->left || strcmp(row->left, "*") != 0)
		ck_assert_str_eq(left, row->left ? row->left : "");
	buf_done(&run.output);
}

START_TEST(attack)
{
	struct box b;

	box_start(&b);
	check_row(&rows[_i], &b);
	box_stop(&b);
}
END_TEST

/* ---- attacks that need the host's part ------------------------------------------------------ */

START_TEST(host_objects_are_not_seen)
{
	struct box b;
	LAB_FREE char *name = lab_xprintf("/ipclab-test-%d", (int)getpid());
	LAB_FREE char *key = lab_xprintf("%d", 0x10000 + (int)getpid());
	FD_SCOPED shm = shm_open(name, O_CREAT | O_RDWR, 0666);
	mqd_t queue = mq_open(name, O_CREAT | O_RDWR, 0666, NULL);
	int segment = shmget((key_t)atoi(key), 4096, IPC_CREAT | 0666);
	struct box_run run;

	ck_assert(shm >= 0 && segment >= 0);
	box_start(&b);
	run = BOX_RUN(&b, "host-objects", name, key);
	shm_unlink(name);
	mq_unlink(name);
	mq_close(queue);
	shmctl(segment, IPC_RMID, NULL);
	b.fds_before -= 1; /* the queue is closed now */
	ck_assert_str_eq(
		buf_text(&run.output), "shm_open: ENOENT\nmq_open: ENOENT\nshmget: ENOENT\n");
	buf_done(&run.output);
	box_stop(&b);
}
END_TEST

START_TEST(network_is_its_own)
{
	struct box b;
	LAB_FREE char *name = lab_xprintf("ipclab-test-%d", (int)getpid());
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	FD_SCOPED s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = (socklen_t)(sizeof(sa_family_t) + 1 + strlen(name));
	struct box_run run;

	strcpy(un.sun_path + 1, name);
	ck_assert_int_eq(bind(s, (struct sockaddr *)&un, len), 0);
	ck_assert_int_eq(listen(s, 1), 0);
	box_start(&b);
	run = BOX_RUN(&b, "network", name);
	ck_assert_str_eq(buf_text(&run.output),
		"out: ENETUNREACH\nloopback: ECONNREFUSED\nabstract socket: ECONNREFUSED\n"
		"packet socket: EAFNOSUPPORT\nraw socket: EPERM\nvsock: EAFNOSUPPORT\n"
		"crypto socket: EAFNOSUPPORT\nhost name lab\n");
	buf_done(&run.output);
	box_stop(&b);
}
END_TEST

START_TEST(left_objects_do_not_reach_the_host)
{
	struct box b;
	struct box_run run;

	box_start(&b);
	run = BOX_RUN(&b, "leave");
	ck_assert_int_eq(run.status, 0);
	buf_done(&run.output);
	box_stop(&b);
	ck_assert_int_eq(shm_open("/memory", O_RDWR, 0), -1);
	ck_assert_int_eq(shm_open("/sem.sema", O_RDWR, 0), -1);
	ck_assert_int_eq(mq_open("/queue", O_RDWR), (mqd_t)-1);
	ck_assert_int_eq(shmget(0x1234, 0, 0), -1);
}
END_TEST

/* Its memory is a copy of the judge's until it has become the program. */
START_TEST(waiting_program_is_closed_to_others)
{
	struct box b;
	const char *const words[] = {"attacks", "say", NULL};
	struct box_run waiting, run;
	LAB_FREE char *pid = NULL;

	box_start(&b);
	waiting = box_spawn(&b, words, -1, -1);
	pid = lab_xprintf("%d", (int)waiting.inside);
	run = BOX_RUN(&b, "look", pid);
	ck_assert_str_eq(buf_text(&run.output), NO_PROC NO_PROC NO_PROC);
	buf_done(&run.output);
	run = BOX_RUN(&b, "touch-memory", pid);
	ck_assert_str_eq(buf_text(&run.output), MANY_EACCES MANY_EACCES MANY_EACCES);
	buf_done(&run.output);
	box_finish(&b, &waiting);
	ck_assert_int_eq(waiting.status, 0);
	box_stop(&b);
}
END_TEST

START_TEST(cannot_type_into_a_terminal)
{
	struct box b;
	const char *const words[] = {"attacks", "type-into-terminal", NULL};
	FD_SCOPED master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	FD_SCOPED slave = -1;
	FD_SCOPED out = memfd_create("output", MFD_CLOEXEC);
	BUF_SCOPED text = BUF_INIT;
	struct box_run run;

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
		return; /* this host has no terminals to attack */
	slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(slave, 0);
	box_start(&b);
	run = box_spawn(&b, words, slave, out);
	box_finish(&b, &run);
	lseek(out, 0, SEEK_SET);
	fd_read_to_end(out, &text, 4096);
	ck_assert_str_eq(buf_text(&text),
		"terminal: ok\nTIOCSTI: EPERM\nTIOCSTI, upper half filled: EPERM\n");
	box_stop(&b);
}
END_TEST

/* A daemon that holds standard output must not hold whoever reads it. */
START_TEST(daemon_does_not_hold_the_pipe)
{
	struct box b;
	const char *words[] = {"attacks", "daemon", NULL, NULL};
	int pipe_ends[2];
	struct box_run run;
	char c;

	box_start(&b);
	words[2] = b.tag;
	ck_assert_int_eq(pipe2(pipe_ends, O_CLOEXEC), 0);
	run = box_spawn(&b, words, -1, pipe_ends[1]);
	close(pipe_ends[1]);
	box_finish(&b, &run);
	ck_assert_int_eq(run.status, 0);
	ck_assert_int_eq(box_processes_called(b.tag), 1);
	sandbox_kill(b.sandbox);
	ck_assert_int_eq(read(pipe_ends[0], &c, 1), 0);
	close(pipe_ends[0]);
	box_stop(&b);
}
END_TEST

START_TEST(all_stopped_is_no_hang)
{
	struct box b;
	struct box_run run;

	box_start(&b);
	run = BOX_RUN(&b, "kill-all", "19");
	buf_done(&run.output);
	run = BOX_RUN(&b, "say", "4");
	ck_assert_int_eq(run.status, EXITED(4));
	buf_done(&run.output);
	box_stop(&b);
}
END_TEST

START_TEST(processor_time_ends)
{
	struct box b;
	struct box_run run;

	box_prepare(&b);
	b.plan.limits.cpu_seconds = 1;
	box_begin(&b);
	run = BOX_RUN(&b, "spin");
	ck_assert_int_eq(WTERMSIG(run.status), SIGXCPU);
	buf_done(&run.output);
	box_stop(&b);
}
END_TEST

START_TEST(wall_time_ends)
{
	struct box b;
	const char *words[] = {"attacks", "wait-for-ever", NULL, NULL};
	struct box_run run;

	box_start(&b);
	words[2] = b.tag;
	run = box_spawn(&b, words, -1, -1);
	ck_assert_int_eq(sandbox_release(b.sandbox, run.inside, &b.e), 0);
	ck_assert_int_eq(sandbox_wait(b.sandbox, run.inside, 1, &run.status, &b.e), 1);
	box_stop(&b);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("attacks");
	TCase *table = tcase_create("table"), *host = tcase_create("host");

	box_bin_dir();
	tcase_set_timeout(table, 60);
	tcase_add_loop_test(table, attack, 0, (int)(sizeof rows / sizeof *rows));
	tcase_set_timeout(host, 60);
	tcase_add_test(host, host_objects_are_not_seen);
	tcase_add_test(host, network_is_its_own);
	tcase_add_test(host, left_objects_do_not_reach_the_host);
	tcase_add_test(host, waiting_program_is_closed_to_others);
	tcase_add_test(host, cannot_type_into_a_terminal);
	tcase_add_test(host, daemon_does_not_hold_the_pipe);
	tcase_add_test(host, all_stopped_is_no_hang);
	tcase_add_test(host, processor_time_ends);
	tcase_add_test(host, wall_time_ends);
	suite_add_tcase(suite, table);
	suite_add_tcase(suite, host);
	return tap_run(suite);
}
