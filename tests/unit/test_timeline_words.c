/* lab/timeline: the state at a step, in words: what small logs must say of tasks and objects. */
#include "config.h"

#include <check.h>

#include "lab/timeline/timeline.h"
#include "tests/unit/facts.h"
#include "tests/unit/text_log.h"

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

int main(void)
{
	return RUN_SUITE("timeline-words", state_in_words, standard_descriptors_in_words,
		sets_of_semaphores_in_words, shared_bytes_in_words, signals_in_words,
		messages_in_words, what_is_not_told);
}
