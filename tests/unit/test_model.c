/* lab/model: small logs, and the state that must follow from them. */
#include "config.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "lab/model/model.h"
#include "tests/unit/text_log.h"

static struct model *model_of(const struct event_log *log)
{
	struct model *m = model_new(log);

	model_go_to(m, log->count);
	return m;
}

static enum model_state state(const struct model *m, int task)
{
	const struct model_task *t = model_task(m, task);

	return t ? t->state : MODEL_NONE;
}

#define START "t1 start - prog=/lab/bin/count argv0=/lab/bin/count pid=4711"
#define PIPE  "t1 call pipe fd0=3 fd1=4 obj=pipe:1 ret=0 @x.c:5:main"
#define FORK  "t1 fork fork child=t2 pid=4712 @x.c:6:main"

START_TEST(fork_copies_descriptors)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(START, PIPE, FORK, "t2 call close fd=4 obj=pipe:1 ret=0");
	MODEL_SCOPED *m = model_of(log);
	const struct model_fd *f = model_fd(m, 2, 3);

	ck_assert_ptr_nonnull(f);
	ck_assert_str_eq(f->object, "pipe:1");
	ck_assert(f->readable && !f->writable);
	ck_assert_int_eq(f->opened->place.line, 5);
	ck_assert_int_eq(f->inherited->place.line, 6);
	ck_assert_int_eq(f->description, model_fd(m, 1, 3)->description);
	ck_assert_ptr_null(model_fd(m, 1, 3)->inherited);
	ck_assert_ptr_null(model_fd(m, 2, 4));
	ck_assert_ptr_nonnull(model_fd(m, 1, 4));
	ck_assert(model_fd(m, 1, 4)->writable);
	ck_assert_uint_eq(m->fd_count, 3);
	ck_assert_str_eq(model_task(m, 1)->program, "count");
	ck_assert_int_eq(model_task(m, 2)->pid, 4712);
	ck_assert_uint_eq(model_task(m, 1)->child_count, 1);
}
END_TEST

START_TEST(dup_close_range_and_exec)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(START, PIPE, "t1 call dup2 fd=4 obj=pipe:1 to=1 ret=1",
		"t1 call fcntl fd=3 obj=pipe:1 cmd=F_DUPFD_CLOEXEC arg=10 ret=10 cloexec=1",
		"t1 call fcntl fd=3 obj=pipe:1 cmd=F_SETFD arg=1 ret=0",
		"t1 call open path=f flags=O_WRONLY|O_CREAT|O_CLOEXEC ret=5 obj=file:1",
		"t1 call open path=g flags=O_RDONLY ret=6 obj=file:2",
		"t1 call open path=h flags=O_RDWR ret=-1 err=ENOENT",
		"t1 call eventfd value=0 ret=7 newobj=eventfd:1",
		"t1 call mq_open path=/q flags=O_RDWR ret=8 obj=mq:1",
		"t1 exec - path=/bin/wc argv0=wc", "t1 call close_range first=6 last=-1 ret=0");
	MODEL_SCOPED *m = model_of(log);

	model_go_to(m, 10);
	ck_assert(model_fd(m, 1, 5)->writable && !model_fd(m, 1, 5)->readable);
	ck_assert(model_fd(m, 1, 6)->readable && !model_fd(m, 1, 6)->writable);
	ck_assert_str_eq(model_fd(m, 1, 7)->object, "eventfd:1");
	ck_assert(model_fd(m, 1, 1)->writable && !model_fd(m, 1, 1)->readable);
	ck_assert_ptr_nonnull(model_fd(m, 1, 10));
	model_go_to(m, 11);
	ck_assert_str_eq(model_task(m, 1)->program, "wc");
	for (int fd = 0; fd <= 10; fd++) {
		bool kept = fd == 1 || fd == 4 || fd == 6 || fd == 7;

		ck_assert_msg((model_fd(m, 1, fd) != NULL) == kept, "fd %d", fd);
	}
	model_go_to(m, 12);
	ck_assert_ptr_null(model_fd(m, 1, 6));
	ck_assert_ptr_null(model_fd(m, 1, 7));
	ck_assert_ptr_nonnull(model_fd(m, 1, 4));
}
END_TEST

START_TEST(life_and_death)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(START, FORK, "t2 block pause",
		"t1 call kill pid=t2 sig=SIGTERM ret=0", "t2 deliver SIGTERM how=default from=t1",
		"t2 killed SIGTERM", "t1 call waitpid pid=t2 child=t2 ret=0", "t2 reaped - by=t1",
		"t1 exit - status=3");
	static const enum model_state second[] = {MODEL_NONE, MODEL_NONE, MODEL_ALIVE,
		MODEL_BLOCKED, MODEL_BLOCKED, MODEL_BLOCKED, MODEL_ZOMBIE, MODEL_ZOMBIE, MODEL_GONE,
		MODEL_GONE};
	MODEL_SCOPED *m = model_new(log);

	for (size_t i = 0; i <= log->count; i++) {
		model_go_to(m, i);
		ck_assert_msg(state(m, 2) == second[i], "after %zu events: %d", i, state(m, 2));
	}
	ck_assert_int_eq(model_task(m, 2)->status, -SIGTERM);
	ck_assert_int_eq(state(m, 1), MODEL_GONE); /* whoever started it has waited for it */
	ck_assert_int_eq(model_task(m, 1)->status, 3);
	ck_assert_uint_eq(model_task(m, 1)->child_count, 0);
	/* back again, and further than the end */
	model_go_to(m, 3);
	ck_assert_int_eq(state(m, 2), MODEL_BLOCKED);
	ck_assert_str_eq(model_task(m, 2)->blocked->name, "pause");
	ck_assert_uint_eq(model_task(m, 1)->child_count, 1);
	model_go_to(m, 1000);
	ck_assert_uint_eq(m->next, log->count);
}
END_TEST

/* One step's events stand in the order of tasks, not of cause. */
START_TEST(effects_may_stand_before_causes)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(START, PIPE, FORK,
		"t1 call read fd=3 obj=pipe:1 len=9 ret=5",
		"t2 call write fd=4 obj=pipe:1 len=5 ret=5",
		"t1 call waitpid pid=-1 child=t2 ret=0", "t2 reaped - by=t1", "t2 exit - status=0");
	MODEL_SCOPED *m = model_of(log);

	ck_assert_int_eq(model_object(m, "pipe:1")->bytes, 0);
	ck_assert_int_eq(state(m, 2), MODEL_GONE);
	ck_assert_uint_eq(model_task(m, 1)->child_count, 0);
}
END_TEST

START_TEST(a_handler_may_run_before_its_kill_is_told)
{
	struct event_log *log = event_log_new();
	static const char *const lines[] = {"0 0 t1 start - prog=x pid=1",
		"1 0 t1 fork fork child=t2 pid=2", "2 500 t1 deliver SIGUSR1 how=handler from=t2",
		"3 500 t2 call kill pid=t1 sig=SIGUSR1 ret=0",
		"4 900 t2 call kill pid=t1 sig=SIGUSR1 ret=0"};
	struct model *m;

	for (size_t i = 0; i < 5; i++)
		event_log_append(log, event_parse(log, lines[i], "x", NULL));
	m = model_new(log);
	model_go_to(m, 4);
	ck_assert_uint_eq(model_task(m, 1)->pending, 0);
	model_go_to(m, 5);
	ck_assert_uint_eq(model_task(m, 1)->pending, UINT64_C(1) << (SIGUSR1 - 1));
	model_free(m);
	event_log_free(log);
}
END_TEST

START_TEST(ignored_signals_do_not_pend)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(START, "t1 call sigaction sig=SIGUSR1 how=ignore ret=0",
		FORK, "t2 call kill pid=t1 sig=SIGUSR1 ret=0",
		"t1 call kill pid=t2 sig=SIGUSR1 ret=0", "t1 call kill pid=t2 sig=SIGCHLD ret=0",
		"t1 call kill pid=t2 sig=SIGUSR2 ret=0",
		"t2 call sigtimedwait set=SIGUSR2 sig=SIGUSR2 ret=12",
		"t1 call kill pid=t2 sig=SIGINT ret=-1 err=EPERM");
	MODEL_SCOPED *m = model_of(log);

	ck_assert_uint_eq(model_task(m, 1)->pending, 0);
	ck_assert_uint_eq(model_task(m, 2)->pending, 0);
	model_go_to(m, 7);
	ck_assert_uint_eq(model_task(m, 2)->pending, UINT64_C(1) << (SIGUSR2 - 1));
}
END_TEST

START_TEST(stop_and_continue)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(START, "t1 block read fd=0 obj=stdin", "t1 stop SIGTSTP",
		"t1 cont -", "t1 call read fd=0 obj=stdin ret=0", "t1 stop SIGSTOP", "t1 cont -");
	static const enum model_state states[] = {MODEL_NONE, MODEL_ALIVE, MODEL_BLOCKED,
		MODEL_STOPPED, MODEL_BLOCKED, MODEL_ALIVE, MODEL_STOPPED, MODEL_ALIVE};
	MODEL_SCOPED *m = model_new(log);

	for (size_t i = 0; i <= log->count; i++) {
		model_go_to(m, i);
		ck_assert_msg(state(m, 1) == states[i], "after %zu events: %d", i, state(m, 1));
	}
}
END_TEST

START_TEST(orphans_change_their_parent)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(START, FORK, "t2 fork fork child=t3 pid=4713",
		"t2 fork fork child=t4 pid=4714", "t2 exit - status=0", "t3 adopt - parent=reaper",
		"t4 adopt - parent=t1");
	MODEL_SCOPED *m = model_of(log);
	BUF_SCOPED tree = BUF_INIT;

	ck_assert_int_eq(model_task(m, 3)->parent, 0);
	ck_assert_int_eq(model_task(m, 3)->first_parent, 2);
	ck_assert_int_eq(model_task(m, 4)->parent, 1);
	ck_assert_uint_eq(model_task(m, 1)->child_count, 2);
	model_tree(m, &tree);
	ck_assert_str_eq(buf_text(&tree), "count 4711(4712(4713 4714))");
}
END_TEST

START_TEST(threads_share_descriptors)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(START, "t1 fork clone child=t2 pid=4712 thread=1",
		"t2 call pipe fd0=3 fd1=4 obj=pipe:1 ret=0", "t2 exit - status=0 thread=1");
	MODEL_SCOPED *m = model_of(log);

	ck_assert_ptr_nonnull(model_fd(m, 1, 3));
	ck_assert_ptr_eq(model_fd(m, 1, 3), model_fd(m, 2, 3));
	ck_assert_int_eq(state(m, 2), MODEL_GONE);
	ck_assert_int_eq(state(m, 1), MODEL_ALIVE);
	ck_assert_uint_eq(model_task(m, 1)->child_count, 0);
}
END_TEST

START_TEST(pipes_and_queues_count)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(START, PIPE, "t1 call write fd=4 obj=pipe:1 ret=100",
		"t1 call read fd=3 obj=pipe:1 ret=30",
		"t1 call read fd=3 obj=pipe:1 ret=-1 err=EAGAIN",
		"t1 call mq_open path=/q flags=O_RDWR maxmsg=7 ret=5 obj=mq:1 @x.c:9",
		"t1 call mq_send fd=5 obj=mq:1 ret=0", "t1 call mq_send fd=5 obj=mq:1 ret=0",
		"t1 call mq_receive fd=5 obj=mq:1 ret=4", "t1 call close fd=3 obj=pipe:1 ret=0",
		"t1 call close fd=4 obj=pipe:1 ret=0",
		/* attributes count for who makes the queue; what the kernel says counts always */
		"t1 call mq_open path=/q flags=O_RDWR|O_CREAT maxmsg=9 ret=6 obj=mq:1",
		"t1 call mq_open path=/r flags=O_RDWR|O_CREAT ret=7 obj=mq:2",
		"t1 call mq_getattr fd=7 obj=mq:2 maxmsg=10 msgsize=8192 curmsgs=3 ret=0");
	MODEL_SCOPED *m = model_of(log);
	const struct model_object *queue = model_object(m, "mq:1");

	ck_assert_str_eq(queue->path, "/q");
	ck_assert_int_eq(queue->messages, 1);
	ck_assert_int_eq(queue->most, 7);
	ck_assert_int_eq(model_object(m, "mq:2")->messages, 3);
	ck_assert_int_eq(model_object(m, "mq:2")->most, 10);
	ck_assert_int_eq(queue->made->place.line, 9);
	ck_assert_int_eq(model_object(m, "pipe:1")->bytes, 0); /* gone with its last end */
	model_go_to(m, 6);
	ck_assert_int_eq(model_object(m, "pipe:1")->bytes, 70);
	ck_assert_ptr_null(model_object(m, "pipe:9"));
}
END_TEST

static const struct model_use *use(const struct model *m, const char *object, int number, int task)
{
	for (size_t i = 0; i < m->use_count; i++)
		if (strcmp(m->uses[i].object, object) == 0 && m->uses[i].number == number &&
			m->uses[i].task == task)
			return &m->uses[i];
	return NULL;
}

START_TEST(semaphores_know_who_took_them)
{
	EVENT_LOG_SCOPED *log =
		TEXT_LOG(START, FORK, "t1 call sem_init lib=1 obj=sem:1 shared=1 value=2 ret=0",
			"t1 call sem_wait lib=1 obj=sem:1 ret=0",
			"t2 call sem_wait lib=1 obj=sem:1 value=0 ret=0",
			"t2 call sem_trywait lib=1 obj=sem:1 ret=-1 err=EAGAIN",
			"t1 call sem_post lib=1 obj=sem:1 ret=0",
			"t1 call semop obj=sysv-sem:1 ops=\"0:-2,3:+1,1:-1/undo\" ret=0");
	MODEL_SCOPED *m = model_of(log);

	ck_assert_int_eq(model_object(m, "sem:1")->value, 1);
	ck_assert_int_eq(use(m, "sem:1", 0, 1)->held, 0);
	ck_assert_int_eq(use(m, "sem:1", 0, 2)->held, 1);
	ck_assert_int_eq(use(m, "sysv-sem:1", 0, 1)->held, 2);
	ck_assert_int_eq(use(m, "sysv-sem:1", 1, 1)->held, 1);
	ck_assert_int_eq(use(m, "sysv-sem:1", 3, 1)->held, -1);
}
END_TEST

START_TEST(mutexes_have_an_owner)
{
	EVENT_LOG_SCOPED *log =
		TEXT_LOG(START, FORK, "t1 call pthread_mutex_lock lib=1 obj=mutex:1 ret=0",
			"t2 call pthread_mutex_trylock lib=1 obj=mutex:1 ret=-1 err=EBUSY",
			"t1 block pthread_cond_wait lib=1 obj=cond:1 mutex=mutex:1",
			"t2 call pthread_mutex_lock lib=1 obj=mutex:1 ret=0",
			"t2 call pthread_mutex_unlock lib=1 obj=mutex:1 ret=0",
			"t1 call pthread_cond_wait lib=1 obj=cond:1 mutex=mutex:1 ret=0");
	static const int owners[] = {0, 0, 0, 1, 1, 0, 2, 0, 1};
	MODEL_SCOPED *m = model_new(log);

	for (size_t i = 3; i <= log->count; i++) {
		model_go_to(m, i);
		ck_assert_msg(model_object(m, "mutex:1")->owner == owners[i], "event %zu", i);
	}
}
END_TEST

START_TEST(file_locks_end_as_the_manual_says)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(START, "t1 call open path=f flags=O_RDWR ret=3 obj=file:1",
		"t1 call flock fd=3 obj=file:1 cmd=LOCK_EX ret=0", FORK,
		"t1 call close fd=3 obj=file:1 ret=0", /* the child's copy keeps the lock */
		"t2 call close fd=3 obj=file:1 ret=0",
		"t1 call open path=f flags=O_RDWR ret=3 obj=file:1",
		"t1 call open path=f flags=O_RDWR ret=4 obj=file:1",
		"t1 call fcntl fd=3 obj=file:1 cmd=F_SETLK type=F_WRLCK start=0 len=8 ret=0",
		"t1 call close fd=4 obj=file:1 ret=0"); /* any descriptor's end ends it */
	static const size_t locks[] = {0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0};
	MODEL_SCOPED *m = model_new(log);

	for (size_t i = 0; i <= log->count; i++) {
		model_go_to(m, i);
		ck_assert_msg(m->lock_count == locks[i], "after %zu: %zu", i, m->lock_count);
	}
}
END_TEST

START_TEST(hostile_logs_do_no_harm)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG("t5 call close fd=3 ret=0", "t2 exit - status=0",
		"t3 fork fork child=t3 pid=1", "t3 fork fork child=t2 pid=1",
		"t1 fork fork child=t2000000000 pid=1", "t0 reaped - by=t9", "- signal SIGX to=t9",
		"t3 call semop obj=sysv-sem:1 ops=\"x:y,,:\" ret=0", "t3 call dup2 fd=9 to=9 ret=9",
		"t3 call pipe ret=0", "t3 adopt - parent=t3", "t3 deliver - how=handler",
		"t3 reaped - by=t3", "t3 reaped - by=t3");
	MODEL_SCOPED *m = model_of(log);
	BUF_SCOPED tree = BUF_INIT;

	model_tree(m, &tree);
	ck_assert_uint_eq(m->next, log->count);
	ck_assert_uint_eq(m->task_count, 3);
}
END_TEST

START_TEST(signals_have_numbers)
{
	ck_assert_int_eq(model_signal("SIGKILL"), SIGKILL);
	ck_assert_int_eq(model_signal("SIGCHLD"), SIGCHLD);
	ck_assert_int_eq(model_signal("SIGRTMIN"), SIGRTMIN);
	ck_assert_int_eq(model_signal("SIGRTMIN+3"), SIGRTMIN + 3);
	ck_assert_int_eq(model_signal("SIGRTMAX"), SIGRTMAX);
	ck_assert_int_eq(model_signal("KILL"), 0);
	ck_assert_int_eq(model_signal("SIGNONE"), 0);
	ck_assert_int_eq(model_signal(NULL), 0);
}
END_TEST

int main(void)
{
	return RUN_SUITE("model", fork_copies_descriptors, dup_close_range_and_exec, life_and_death,
		effects_may_stand_before_causes, a_handler_may_run_before_its_kill_is_told,
		ignored_signals_do_not_pend, stop_and_continue, orphans_change_their_parent,
		threads_share_descriptors, pipes_and_queues_count, semaphores_know_who_took_them,
		mutexes_have_an_owner, file_locks_end_as_the_manual_says, hostile_logs_do_no_harm,
		signals_have_numbers);
}
