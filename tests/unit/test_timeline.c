/*
 * lab/timeline: the state that is found by copies is the one that is found by replaying from the
 * start, at every step of saved logs and of real runs; what small logs must say; where the keys go.
 */
#include "config.h"

#include <check.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "lab/timeline/timeline.h"
#include "tests/unit/real_run.h"
#include "tests/unit/text_log.h"

#define SAVED ABS_TOP_SRCDIR "/tests/golden/deadlocks"

enum { ROUNDS = 16 }; /* of busy.c */

static char *busy; /* what real_build() gave */

/* ---- copies and replay ---- */

#define SAME(field) ck_assert_msg(a->field == b->field, #field " at step %zu", step)

static void same_tasks(const struct model *x, const struct model *y, size_t step)
{
	ck_assert_uint_eq(x->task_count, y->task_count);
	for (size_t i = 0; i < x->task_count; i++) {
		const struct model_task *a = &x->tasks[i], *b = &y->tasks[i];

		SAME(index);
		SAME(parent);
		SAME(process);
		SAME(pid);
		SAME(program);
		SAME(state);
		SAME(blocked);
		SAME(stopped);
		SAME(born);
		SAME(died);
		SAME(status);
		SAME(child_count);
		SAME(reaped);
		SAME(pending);
		SAME(ignored);
		SAME(masked);
		SAME(handler_count);
		SAME(delivered);
		SAME(placed);
	}
}

static void same_fds(const struct model *x, const struct model *y, size_t step)
{
	ck_assert_uint_eq(x->fd_count, y->fd_count);
	for (size_t i = 0; i < x->fd_count; i++) {
		const struct model_fd *a = &x->fds[i], *b = &y->fds[i];

		SAME(task);
		SAME(fd);
		SAME(object);
		SAME(readable);
		SAME(writable);
		SAME(cloexec);
		SAME(description);
		SAME(opened);
		SAME(inherited);
	}
}

static void same_objects(const struct model *x, const struct model *y, size_t step)
{
	ck_assert_uint_eq(x->object_count, y->object_count);
	for (size_t i = 0; i < x->object_count; i++) {
		const struct model_object *a = &x->objects[i], *b = &y->objects[i];

		SAME(id);
		SAME(path);
		SAME(made);
		SAME(taken);
		SAME(given);
		SAME(bytes);
		SAME(messages);
		SAME(most);
		SAME(value);
		SAME(owner);
	}
	ck_assert_uint_eq(x->message_count, y->message_count);
	for (size_t i = 0; i < x->message_count; i++) {
		const struct model_message *a = &x->messages[i], *b = &y->messages[i];

		SAME(object);
		SAME(prio);
		SAME(sent);
		SAME(taken);
	}
	ck_assert_uint_eq(x->use_count, y->use_count);
	for (size_t i = 0; i < x->use_count; i++) {
		const struct model_use *a = &x->uses[i], *b = &y->uses[i];

		SAME(object);
		SAME(task);
		SAME(held);
		SAME(take);
		SAME(give);
	}
	ck_assert_uint_eq(x->lock_count, y->lock_count);
	ck_assert_uint_eq(x->cell_count, y->cell_count);
	for (size_t i = 0; i < x->cell_count; i++) {
		const struct model_cell *a = &x->cells[i], *b = &y->cells[i];

		SAME(object);
		SAME(at);
		SAME(n);
		SAME(value);
		SAME(known);
		SAME(written);
	}
}

static void same(const struct model *x, const struct model *y, size_t step)
{
	ck_assert_uint_eq(x->next, y->next);
	ck_assert_int_eq(x->running, y->running);
	same_tasks(x, y, step);
	same_fds(x, y, step);
	same_objects(x, y, step);
}

/* All steps, forward, backward, some in jumps that prefer no direction; the lanes' states as well.
 */
static void check_copies(const struct event_log *log)
{
	TIMELINE_SCOPED *t = timeline_new(log);
	MODEL_SCOPED *m = model_new(log);

	for (size_t i = 0; i < log->count; i++) {
		size_t far = i * 7919 % log->count;

		model_go_to(m, i + 1);
		same(timeline_at(t, TIMELINE_NOW, i), m, i);
		if (i % 5 == 0) {
			timeline_at(t, TIMELINE_BEFORE, far);
			same(timeline_at(t, TIMELINE_BEFORE, i), m, i);
		}
		for (size_t k = 0; k < m->task_count; k++)
			ck_assert_int_eq(timeline_state(t, (int)k + 1, i), m->tasks[k].state);
	}
	for (size_t i = log->count; i-- > 0 && i + 40 > log->count;) {
		MODEL_SCOPED *again = model_new(log);

		model_go_to(again, i + 1);
		same(timeline_at(t, TIMELINE_NOW, i), again, i);
	}
}

START_TEST(copies_of_saved_logs)
{
	DIR *dir = opendir(SAVED);
	struct dirent *d;
	int logs = 0;

	ck_assert_ptr_nonnull(dir);
	while ((d = readdir(dir))) {
		const char *dot = strrchr(d->d_name, '.');
		LAB_FREE char *path = path_join(SAVED, d->d_name);
		struct lab_error e = {0};
		EVENT_LOG_SCOPED *log = NULL;

		if (!dot || strcmp(dot, ".log") != 0)
			continue;
		log = event_log_load(path, &e);
		ck_assert_msg(log != NULL, "%s", e.text);
		check_copies(log);
		logs++;
	}
	closedir(dir);
	ck_assert_int_gt(logs, 30);
}
END_TEST

static struct run *run_busy(const char *schedule)
{
	const char *const argv[] = {"busy", NULL};

	return real_run(busy, "busy", argv, (struct run_request){.schedule = schedule});
}

START_TEST(copies_of_real_runs)
{
	static const char *const schedules[] = {"natural", "random:7"};

	for (size_t i = 0; i < sizeof(schedules) / sizeof(schedules[0]); i++) {
		struct run *run = run_busy(schedules[i]);

		ck_assert_uint_gt(run_log(run)->count, 1000); /* several copies */
		check_copies(run_log(run));
		run_free(run);
	}
}
END_TEST

/* ---- what a real run must come to ---- */

static const char *fact(
	const struct timeline_facts *f, int task, const char *object, enum timeline_aspect aspect)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct timeline_fact *a = &f->list[i];

		if (a->task == task && a->aspect == aspect && !a->gone &&
			(task || strcmp(a->object, object) == 0))
			return a->text;
	}
	return "";
}

static void facts_at(struct timeline *t, size_t step, struct timeline_facts *f)
{
	timeline_facts(f, timeline_at(t, TIMELINE_NOW, step),
		step ? timeline_at(t, TIMELINE_BEFORE, step - 1) : timeline_nothing(t));
}

/* At the end nothing lies in a pipe or in the queue, nobody waits, nobody is left. */
START_TEST(a_run_ends_with_nothing_left)
{
	struct run *run = run_busy("random:11");
	struct timeline *t = timeline_new(run_log(run));
	struct timeline_facts f = {0};
	size_t arrows = 0;

	facts_at(t, run_log(run)->count - 1, &f);
	ck_assert_str_eq(fact(&f, 0, "mq:1", FACT_CONTENT), "0 of 4 messages");
	ck_assert_str_eq(fact(&f, 0, "sem:1", FACT_CONTENT), "value 0");
	ck_assert_uint_eq(f.ended, 1 + ROUNDS);
	for (size_t i = 0; i < run_log(run)->count; i++) {
		const struct event *e = run_log(run)->events[i];
		struct timeline_arrow a;

		if (!timeline_arrow(t, i, &a))
			continue;
		arrows++;
		/* each read of bytes, each message, comes from the child of that moment */
		if (event_is(e, EVENT_CALL, "mq_receive") || event_is(e, EVENT_CALL, "read"))
			ck_assert_msg(a.to == 1 && a.from > 1 &&
					      timeline_state(t, a.from + 1, i) == MODEL_NONE,
				"step %zu comes from t%d", i, a.from);
	}
	ck_assert_uint_ge(
		arrows, ROUNDS * (1 + 1 + 1 + 3 + 1)); /* fork, wait, kill, 3 messages, read */
	timeline_facts_done(&f);
	timeline_free(t);
	run_free(run);
}
END_TEST

/* ---- small logs ---- */

#define RUN   "- run -"
#define START "t1 start - prog=/lab/bin/count argv0=/lab/bin/count pid=4711"
#define PIPE  "t1 call pipe fd0=3 fd1=4 obj=pipe:1 ret=0 @x.c:5:main"
#define FORK  "t1 fork fork child=t2 pid=4712 @x.c:6:main"

START_TEST(state_in_words)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(RUN, START, PIPE, FORK,
		"t1 block read fd=3 obj=pipe:1 len=9 @x.c:8:reader",
		"t2 call write fd=4 obj=pipe:1 len=5 ret=5 data=hello @x.c:12:writer",
		"t1 call read fd=3 obj=pipe:1 len=9 ret=2 data=he @x.c:8:reader",
		"t2 call close fd=4 obj=pipe:1 ret=0", "t2 exit - status=3");
	TIMELINE_SCOPED *t = timeline_new(log);
	struct timeline_facts f;

	facts_at(t, 5, &f);
	ck_assert_str_eq(
		fact(&f, 1, NULL, FACT_STATE), "waits in read(3 pipe:1) since 0.000004 (step 4)");
	ck_assert_str_eq(fact(&f, 1, NULL, FACT_PLACE), "x.c:8 reader()");
	ck_assert_str_eq(
		fact(&f, 1, NULL, FACT_DESCRIPTORS), "0-2 standard, 3 r pipe:1, 4 w pipe:1");
	ck_assert_str_eq(fact(&f, 2, NULL, FACT_STATE), "runs");
	ck_assert_str_eq(fact(&f, 0, "pipe:1", FACT_CONTENT), "5 bytes");
	ck_assert_str_eq(fact(&f, 0, "pipe:1", FACT_ENDS),
		"written by t1 fd 4, t2 fd 4; read by t1 fd 3, t2 fd 3");
	ck_assert_str_eq(fact(&f, 0, "pipe:1", FACT_WAITERS), "waiting: t1 in read");
	for (size_t i = 0; i < f.count; i++)
		ck_assert_msg(f.list[i].changed == (f.list[i].aspect == FACT_CONTENT ||
							   (f.list[i].task == 2 &&
								   f.list[i].aspect <= FACT_PLACE)),
			"%s", f.list[i].text);
	timeline_facts_done(&f);
	facts_at(t, 8, &f);
	ck_assert_str_eq(fact(&f, 2, NULL, FACT_STATE),
		"is a zombie: exit status 3, nobody has waited for it");
	ck_assert_str_eq(fact(&f, 0, "pipe:1", FACT_CONTENT), "3 bytes");
	ck_assert_str_eq(fact(&f, 2, NULL, FACT_DESCRIPTORS), "");
	for (size_t i = 0; i < f.count; i++)
		ck_assert(f.list[i].gone == (f.list[i].task == 2 && f.list[i].aspect > FACT_STATE));
	timeline_facts_done(&f);
}
END_TEST

/* 0 to 2 are told one by one as soon as one of them is another. */
START_TEST(standard_descriptors_in_words)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(RUN, START, PIPE,
		"t1 call dup2 fd=4 obj=pipe:1 new=1 ret=1", "t1 call close fd=0 obj=stdin ret=0");
	EVENT_LOG_SCOPED *traced = TEXT_LOG("t1 start - prog=x argv0=x", "t1 exec - path=/x",
		"t1 holds - fd=0 obj=device:1 mode=r why=exec",
		"t1 holds - fd=1 obj=pipe:1 mode=w why=exec",
		"t1 holds - fd=2 obj=device:1 mode=rw why=exec", FORK,
		"t2 call close fd=2 obj=device:1 ret=0",
		"t1 holds - fd=7 obj=pipe:1 mode=r why=deadlock");
	TIMELINE_SCOPED *t = timeline_new(log);
	TIMELINE_SCOPED *other = timeline_new(traced);
	struct timeline_facts f;

	facts_at(t, 3, &f);
	ck_assert_str_eq(fact(&f, 1, NULL, FACT_DESCRIPTORS),
		"0 r stdin, 1 w pipe:1, 2 w stderr, 3 r pipe:1, 4 w pipe:1");
	timeline_facts_done(&f);
	facts_at(t, 4, &f);
	ck_assert_str_eq(fact(&f, 1, NULL, FACT_DESCRIPTORS),
		"1 w pipe:1, 2 w stderr, 3 r pipe:1, 4 w pipe:1");
	timeline_facts_done(&f);
	facts_at(other, 7, &f);
	ck_assert_str_eq(fact(&f, 1, NULL, FACT_DESCRIPTORS), "0-2 standard");
	ck_assert_str_eq(fact(&f, 2, NULL, FACT_DESCRIPTORS), "0 r device:1, 1 w pipe:1");
	timeline_facts_done(&f);
}
END_TEST

START_TEST(sets_of_semaphores_in_words)
{
	static const struct {
		size_t step;
		const char *text;
	} rows[] = {
		{2, "values 0, 0"},
		{3, "values 4, 1"},
		{4, "values 4, 0; taken by t1 (number 1)"},
		{6, "values 3, 0; taken by t1 (number 1), t2 (number 0)"},
		{7, "values 4, 0; taken by t1 (number 1), t2 (number 0)"}, /* undone by its end */
		{8, "values 4, 7; taken by t1 (number 1), t2 (number 0)"},
		{9, "its values are not told; taken by t1 (number 1), t2 (number 0)"},
		{10, "values 2, ?; taken by t1 (number 1), t2 (number 0)"},
	};
	EVENT_LOG_SCOPED *log = TEXT_LOG(RUN, START, "t1 call semget count=2 obj=sysv-sem:1 ret=0",
		"t1 call semctl number=0 obj=sysv-sem:1 cmd=SETALL values=\"4 1\" ret=0",
		"t1 call semop obj=sysv-sem:1 ops=1:-1 ret=0", FORK,
		"t2 call semop obj=sysv-sem:1 ops=0:-1/undo ret=0", "t2 exit - status=0",
		"t1 call semctl number=1 obj=sysv-sem:1 cmd=SETVAL value=7 ret=0",
		"t1 call semctl number=0 obj=sysv-sem:1 cmd=SETALL ret=0",
		"t1 call semctl number=0 obj=sysv-sem:1 cmd=GETVAL ret=2");
	TIMELINE_SCOPED *t = timeline_new(log);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct timeline_facts f;

		facts_at(t, rows[i].step, &f);
		ck_assert_str_eq(fact(&f, 0, "sysv-sem:1", FACT_CONTENT), rows[i].text);
		timeline_facts_done(&f);
	}
}
END_TEST

START_TEST(shared_bytes_in_words)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(RUN, START,
		"t1 call mmap len=8 flags=MAP_SHARED newobj=memory:1 ret=0", FORK,
		"t2 use write obj=memory:1 at=4 n=4 value=7 @x.c:9:f",
		"t1 use read obj=memory:1 at=4 n=4 value=7 @x.c:12:main",
		"t1 use atomic-update obj=memory:1 at=0 n=1 value=1 @x.c:13:main",
		"t1 race - obj=memory:1 at=4 n=4", "t2 access write at=4 n=4 value=8 @x.c:14:f",
		"t1 access read at=4 n=4 @x.c:15:main");
	TIMELINE_SCOPED *t = timeline_new(log);
	struct timeline_arrow a;
	struct timeline_facts f;

	facts_at(t, 5, &f);
	ck_assert_str_eq(fact(&f, 0, "memory:1", FACT_CONTENT), "bytes 4-7: 7 from t2 at x.c:9");
	timeline_facts_done(&f);
	facts_at(t, 6, &f);
	ck_assert_str_eq(fact(&f, 0, "memory:1", FACT_CONTENT),
		"byte 0: 1 from t1 at x.c:13, bytes 4-7: 7 from t2 at x.c:9");
	timeline_facts_done(&f);
	facts_at(t, 9, &f);
	ck_assert_str_eq(fact(&f, 0, "memory:1", FACT_CONTENT),
		"byte 0: 1 from t1 at x.c:13, bytes 4-7 from t2 at x.c:14");
	timeline_facts_done(&f);
	ck_assert(timeline_arrow(t, 5, &a));
	ck_assert_uint_eq(a.source, 4);
	ck_assert(!timeline_arrow(t, 6, &a));
	ck_assert(timeline_arrow(t, 9, &a));
	ck_assert_uint_eq(a.source, 8);
}
END_TEST

START_TEST(signals_in_words)
{
	EVENT_LOG_SCOPED *log =
		TEXT_LOG(START, "t1 call sigprocmask how=SIG_BLOCK set=SIGINT|SIGUSR1 ret=0",
			"t2 call kill pid=t1 sig=SIGUSR1 ret=0",
			"t1 call sigprocmask how=SIG_UNBLOCK set=SIGUSR1 ret=0",
			"t1 deliver SIGUSR1 how=handler",
			"t1 call sigprocmask how=SIG_SETMASK set=all ret=0", "t1 return -", FORK);
	TIMELINE_SCOPED *t = timeline_new(log);
	static const char *const words[] = {"", "blocks SIGINT SIGUSR1",
		"blocks SIGINT SIGUSR1; pending SIGUSR1", "blocks SIGINT; pending SIGUSR1",
		"blocks SIGINT; in the handler of SIGUSR1", "blocks all; in the handler of SIGUSR1",
		"blocks SIGINT"};
	struct timeline_facts f;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		facts_at(t, i, &f);
		ck_assert_str_eq(fact(&f, 1, NULL, FACT_SIGNALS), words[i]);
		timeline_facts_done(&f);
	}
	facts_at(t, log->count - 1, &f);
	ck_assert_str_eq(fact(&f, 2, NULL, FACT_SIGNALS), "blocks SIGINT");
	timeline_facts_done(&f);
}
END_TEST

START_TEST(messages_in_words)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(RUN, START,
		"t1 call mq_open path=/q flags=O_RDWR|O_CREAT mode=384 maxmsg=4 msgsize=64 ret=3 "
		"obj=mq:1",
		"t1 call mq_send fd=3 obj=mq:1 len=1 prio=0 ret=0",
		"t1 call mq_send fd=3 obj=mq:1 len=2 prio=5 ret=0",
		"t1 call mq_send fd=3 obj=mq:1 len=3 prio=5 ret=0",
		"t1 call mq_receive fd=3 obj=mq:1 len=64 ret=2 prio=5",
		"t1 call mq_receive fd=3 obj=mq:1 len=64 ret=3",
		"t1 call msgsnd obj=sysv-msg:1 len=4 type=7 ret=0",
		"t1 call msgsnd obj=sysv-msg:1 len=5 type=2 ret=0",
		"t1 call msgrcv obj=sysv-msg:1 len=9 type=-7 ret=5");
	TIMELINE_SCOPED *t = timeline_new(log);
	struct timeline_facts f;
	struct timeline_arrow a;

	facts_at(t, 5, &f);
	ck_assert_str_eq(fact(&f, 0, "mq:1", FACT_CONTENT),
		"3 of 4 messages: prio 5 (2 bytes), prio 5 (3 bytes), prio 0 (1 byte)");
	timeline_facts_done(&f);
	facts_at(t, 7, &f);
	ck_assert_str_eq(fact(&f, 0, "mq:1", FACT_CONTENT), "1 of 4 messages: prio 0 (1 byte)");
	timeline_facts_done(&f);
	facts_at(t, 10, &f);
	ck_assert_str_eq(fact(&f, 0, "sysv-msg:1", FACT_CONTENT), "1 message: type 7 (4 bytes)");
	timeline_facts_done(&f);
	ck_assert(!timeline_arrow(t, 7, &a)); /* its own message */
	ck_assert_uint_eq(a.source, 5);
}
END_TEST

/* Of what began elsewhere nothing is made up. */
START_TEST(what_is_not_told)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(START, "t1 call read fd=0 obj=pipe:1 len=9 ret=5",
		"t1 call sem_open path=/s flags=O_RDWR ret=0 obj=sem:1", PIPE,
		"t1 call pipe fd0=5 fd1=6 obj=pipe:2 ret=0",
		"t1 call splice fd=5 obj=pipe:2 to=1 len=9 ret=9",
		"t1 call mq_open path=/q flags=O_RDWR ret=7 obj=mq:1",
		"t1 call mq_send fd=7 obj=mq:1 len=2 prio=5 ret=0",
		"t1 block semop obj=sysv-sem:1 ops=0:-1");
	TIMELINE_SCOPED *t = timeline_new(log);
	struct timeline_facts f;

	facts_at(t, 1, &f);
	ck_assert_str_eq(
		fact(&f, 0, "pipe:1", FACT_CONTENT), "how many bytes are in it is not told");
	timeline_facts_done(&f);
	facts_at(t, 8, &f);
	ck_assert_str_eq(fact(&f, 0, "sem:1", FACT_CONTENT), "its value is not told");
	ck_assert_str_eq(
		fact(&f, 0, "pipe:2", FACT_CONTENT), "how many bytes are in it is not told");
	ck_assert_str_eq(
		fact(&f, 0, "mq:1", FACT_CONTENT), "1 message of this run: prio 5 (2 bytes)");
	ck_assert_str_eq(fact(&f, 0, "sysv-sem:1", FACT_CONTENT), "its values are not told");
	ck_assert_str_eq(fact(&f, 0, "sysv-sem:1", FACT_WAITERS), "waiting: t1 in semop");
	timeline_facts_done(&f);
}
END_TEST

START_TEST(arrows)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(RUN, START, PIPE, FORK,
		"t1 block read fd=3 obj=pipe:1 len=9",
		"t2 call write fd=4 obj=pipe:1 len=5 ret=5", /* 5 */
		"t1 call read fd=3 obj=pipe:1 len=9 ret=5", "t1 block sem_wait lib=1 obj=sem:1",
		"t2 call sem_post lib=1 obj=sem:1 value=0 ret=0",
		"t1 call sem_wait lib=1 obj=sem:1 value=0 ret=0", /* 9 */
		"t1 call sem_wait lib=1 obj=sem:1 value=0 ret=0",
		"t2 call kill pid=t1 sig=SIGUSR1 ret=0", "t1 deliver SIGUSR1 how=handler",
		"t2 exit - status=0", "t1 call waitpid pid=-1 child=t2 ret=4712", /* 14 */
		"t1 call waitpid pid=-1 ret=-1 err=ECHILD",
		"t1 call kill pid=t2 sig=SIGUSR1 ret=-1 err=ESRCH");
	TIMELINE_SCOPED *t = timeline_new(log);
	static const struct {
		size_t step;
		int from, to;
		size_t source;
	} rows[] = {{3, 1, 2, TIMELINE_NONE}, {5, 0, 0, 0}, {6, 2, 1, 5}, {9, 2, 1, 8},
		{10, 0, 0, 0}, {11, 2, 1, TIMELINE_NONE}, {12, 2, 1, 11}, {14, 2, 1, 13},
		{15, 0, 0, 0}, {16, 0, 0, 0}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct timeline_arrow a;
		bool is = timeline_arrow(t, rows[i].step, &a);

		ck_assert_msg(is == (rows[i].to > 0), "step %zu", rows[i].step);
		if (!is)
			continue;
		ck_assert_int_eq(a.from, rows[i].from);
		ck_assert_int_eq(a.to, rows[i].to);
		ck_assert_uint_eq(a.source, rows[i].source);
	}
}
END_TEST

/* From the end that was written to, not to a listener's other connections. */
START_TEST(arrows_of_sockets)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(RUN, START,
		"t1 call socketpair fd0=3 fd1=4 obj0=socket:1 obj1=socket:2 ret=0", FORK,
		"t1 call send fd=3 obj=socket:1 len=5 ret=5", /* 4 */
		"t2 call recv fd=3 obj=socket:1 len=9 ret=3",
		"t2 call read fd=4 obj=socket:2 len=9 ret=5", /* 6 */
		"t1 call listen fd=5 obj=socket:3 backlog=1 ret=0",
		"t2 call connect fd=6 obj=socket:4 ret=0",
		"t2 call write fd=6 obj=socket:4 len=2 ret=2",
		"t1 call accept fd=5 obj=socket:3 newobj=socket:5 ret=7", /* 10 */
		"t1 call read fd=7 obj=socket:5 len=9 ret=0",
		"t1 call write fd=7 obj=socket:5 len=2 ret=2",
		"t2 call recv fd=6 obj=socket:4 len=9 ret=2"); /* 13 */
	TIMELINE_SCOPED *t = timeline_new(log);

	for (size_t step = 4; step < log->count; step++) {
		struct timeline_arrow a;

		ck_assert_msg(
			timeline_arrow(t, step, &a) == (step == 6 || step == 13), "step %zu", step);
	}
}
END_TEST

START_TEST(folding)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(RUN, START, PIPE, FORK, /* shown from 1 on */
		"t2 call write fd=4 obj=pipe:1 len=5 ret=5 data=a",
		"t2 call write fd=4 obj=pipe:1 len=5 ret=5 data=b",
		"t2 call write fd=4 obj=pipe:1 len=5 ret=5 data=c", /* 4 to 6 */
		"t1 call read fd=3 obj=pipe:1 len=9 ret=5",
		"t2 call write fd=4 obj=pipe:1 len=5 ret=5",
		"t1 call read fd=3 obj=pipe:1 len=9 ret=5",
		"t2 call write fd=4 obj=pipe:1 len=5 ret=5",
		"t1 call read fd=3 obj=pipe:1 len=9 ret=5",
		"t2 call write fd=4 obj=pipe:1 len=5 ret=5", /* 7 to 12 */
		"t1 call read fd=3 obj=pipe:1 len=9 ret=4", "- choice - among=t1 picked=t1",
		"t1 exit - status=0");
	TIMELINE_SCOPED *t = timeline_new(log);
	size_t rows = timeline_rows(t, true);
	static const struct timeline_row wanted[] = {{1, 1, 1, true, true}, {2, 2, 1, true, true},
		{3, 3, 1, true, true}, {4, 6, 3, true, true}, {7, 11, 3, true, false},
		{8, 12, 3, false, true}, {13, 13, 1, true, true}, {15, 15, 1, true, true}};
	static const size_t row_of[] = {0, 0, 1, 2, 3, 3, 3, 4, 5, 4, 5, 4, 5, 6, 6, 7};

	ck_assert_uint_eq(rows, sizeof(wanted) / sizeof(wanted[0]));
	for (size_t i = 0; i < rows; i++) {
		ck_assert_uint_eq(timeline_row(t, true, i).first, wanted[i].first);
		ck_assert_uint_eq(timeline_row(t, true, i).last, wanted[i].last);
		ck_assert_uint_eq(timeline_row(t, true, i).times, wanted[i].times);
		ck_assert_int_eq(timeline_row(t, true, i).begins, wanted[i].begins);
		ck_assert_int_eq(timeline_row(t, true, i).ends, wanted[i].ends);
	}
	for (size_t i = 0; i < log->count; i++)
		ck_assert_msg(timeline_row_of(t, true, i) == row_of[i], "step %zu: row %zu", i,
			timeline_row_of(t, true, i));
	ck_assert_uint_eq(timeline_rows(t, false), 14); /* but run and the choice */
}
END_TEST

START_TEST(where_to_go)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(RUN, START, PIPE, FORK,
		"t1 block read fd=3 obj=pipe:1 len=9 @x.c:8:reader",
		"t2 call open path=notes.txt flags=O_RDONLY ret=-1 err=ENOENT @x.c:12:writer",
		"t2 call sem_post lib=1 obj=sem:1 value=1 ret=0",
		"t2 block poll count=1 fds=3:pipe:1", "t2 call write fd=4 obj=pipe:1 len=5 ret=5",
		"- deadlock -", "t1 waits read fd=3 obj=pipe:1 since=4",
		"t1 holds - fd=3 obj=pipe:1 mode=r why=deadlock");
	TIMELINE_SCOPED *t = timeline_new(log);

	ck_assert_uint_eq(timeline_next_blocked(t, 0, false), 4);
	ck_assert_uint_eq(timeline_next_blocked(t, 4, false), 7);
	ck_assert_uint_eq(timeline_next_blocked(t, 7, false), TIMELINE_NONE);
	ck_assert_uint_eq(timeline_next_blocked(t, 7, true), 4);
	ck_assert_uint_eq(timeline_next_blocked(t, 4, true), TIMELINE_NONE);
	ck_assert_uint_eq(timeline_next_failure(t, 0, false), 5);
	ck_assert_uint_eq(timeline_next_failure(t, 5, false), 9);
	ck_assert_uint_eq(timeline_next_same(t, 2, false), 4);
	ck_assert_uint_eq(timeline_next_same(t, 4, false), 7); /* poll looks at it, too */
	ck_assert_uint_eq(timeline_next_same(t, 6, false), TIMELINE_NONE);
	ck_assert_uint_eq(timeline_next_same(t, 3, false), 4); /* of the same task */
	ck_assert_uint_eq(timeline_search(t, 0, false, "NOTES"), 5);
	ck_assert_uint_eq(timeline_search(t, 0, false, "t2"), 5);
	ck_assert_uint_eq(timeline_search(t, 0, false, "writer"), 5);
	ck_assert_uint_eq(timeline_search(t, 9, true, "sem_"), 6);
	ck_assert_uint_eq(timeline_search(t, 0, false, "nowhere"), TIMELINE_NONE);
	ck_assert_uint_eq(timeline_search(t, 0, false, ""), TIMELINE_NONE);
	ck_assert_uint_eq(timeline_moment(t, NULL, 0), 9);
}
END_TEST

/* Logs that no run of ours wrote. */
START_TEST(odd_logs)
{
	EVENT_LOG_SCOPED *empty = event_log_new();
	EVENT_LOG_SCOPED *odd = TEXT_LOG("t9 call read fd=3 obj=pipe:1 ret=5",
		"t1 fork fork child=t99999999", "t3 return -", "t4 deliver SIGFOO how=handler",
		"t2 call kill pid=t2 sig=SIGKILL ret=0", "t2 call waitpid child=t7 ret=0");
	TIMELINE_SCOPED *none = timeline_new(empty);
	TIMELINE_SCOPED *t = timeline_new(odd);
	struct timeline_facts f;

	ck_assert_uint_eq(timeline_rows(none, true), 0);
	ck_assert_uint_eq(timeline_row_of(none, true, 0), 0);
	ck_assert_uint_eq(timeline_moment(none, NULL, 0), TIMELINE_NONE);
	ck_assert_uint_eq(timeline_next_same(none, 0, false), TIMELINE_NONE);
	facts_at(none, 0, &f);
	ck_assert_uint_eq(f.count, 0);
	for (size_t i = 0; i < odd->count; i++) {
		struct timeline_arrow a;

		facts_at(t, i, &f);
		timeline_arrow(t, i, &a);
		timeline_facts_done(&f);
	}
	ck_assert_uint_eq(timeline_rows(t, true), odd->count);
}
END_TEST

int main(void)
{
	LAB_FREE char *folder = NULL;
	struct lab_error e = {0};
	int status;

	if (!real_can_run())
		return 0;
	folder = path_make_temporary("test-timeline", &e);
	if (folder)
		busy = real_build(
			folder, "busy", ABS_TOP_SRCDIR "/tests/golden/timeline/busy.c", &e);
	if (!busy) {
		fprintf(stderr, "%s\n", e.text);
		return 99;
	}
	status = RUN_SUITE("timeline", copies_of_saved_logs, copies_of_real_runs,
		a_run_ends_with_nothing_left, state_in_words, standard_descriptors_in_words,
		sets_of_semaphores_in_words, shared_bytes_in_words, signals_in_words,
		messages_in_words, what_is_not_told, arrows, arrows_of_sockets, folding,
		where_to_go, odd_logs);
	path_remove_tree(folder, NULL);
	free(busy);
	return status;
}
