/*
 * 03-signals/01-kill-by-name: the right signal arrives at the right process, or none at all.
 *
 * The receiver is the lab's own nap, which does nothing; what arrived there, and from whom, is in
 * the log. A bystander is nobody's business, and must not get anything. The exit statuses and
 * words of killn are looked at only where a check is about them.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "lab/judge/judge.h"

/* In the order of the exercise's text. */
static const struct {
	const char *name;
	int number;
} names[] = {
	{"HUP", SIGHUP},
	{"INT", SIGINT},
	{"QUIT", SIGQUIT},
	{"ILL", SIGILL},
	{"TRAP", SIGTRAP},
	{"ABRT", SIGABRT},
	{"BUS", SIGBUS},
	{"FPE", SIGFPE},
	{"KILL", SIGKILL},
	{"USR1", SIGUSR1},
	{"SEGV", SIGSEGV},
	{"USR2", SIGUSR2},
	{"PIPE", SIGPIPE},
	{"ALRM", SIGALRM},
	{"TERM", SIGTERM},
	{"STKFLT", SIGSTKFLT},
	{"CHLD", SIGCHLD},
	{"CONT", SIGCONT},
	{"STOP", SIGSTOP},
	{"TSTP", SIGTSTP},
	{"TTIN", SIGTTIN},
	{"TTOU", SIGTTOU},
	{"URG", SIGURG},
	{"XCPU", SIGXCPU},
	{"XFSZ", SIGXFSZ},
	{"VTALRM", SIGVTALRM},
	{"PROF", SIGPROF},
	{"WINCH", SIGWINCH},
	{"IO", SIGIO},
	{"POLL", SIGPOLL},
	{"PWR", SIGPWR},
	{"SYS", SIGSYS},
};

#define NAMES ((int)(sizeof(names) / sizeof(names[0])))

/* One world: a receiver of what killn sends, and perhaps a bystander. */
struct world {
	struct judged *run;
	int bystander;   /* its task; 0: there is none */
	int target;      /* its task */
	const char *pid; /* what killn calls it */
	bool stopped;    /* it is, by SIGSTOP */
};

/* AWAKE: it catches what it gets, and sleeps on; from SIGKILL and SIGSTOP it is not safe. */
#define NAP(awake) .helper = true, .args = ARGS("100000", (awake) ? "awake" : NULL)

static void next_target(struct world *w, bool awake)
{
	/* What a stopped or sleeping target leaves behind is not killn's doing, nor how it dies. */
	if (w->run)
		then_start(w->run, "nap", NAP(awake), .may_die = true);
	else
		w->run = judge_start(
			"nap", NAP(awake), .may_die = true, .may_leave = true, .may_hang = true);
	w->target = task_of(w->run);
	w->pid = text_of("%lld", (long long)pid_of(w->run, w->target));
	until_blocked(w->run);
}

static struct world world_new(bool bystander)
{
	struct world w = {0};

	if (bystander) {
		next_target(&w, false);
		w.bystander = w.target;
	}
	next_target(&w, false);
	return w;
}

/* killn to its end, and until what it has sent has been taken. */
static void run_killn(struct world *w, const char *const *args)
{
	then_run(w->run, "killn", .args = args);
	until_blocked(w->run);
}

/* The number behind the name of an event, "SIGUSR1". */
static int number_of(const char *name)
{
	for (int i = 0; i < NAMES; i++)
		if (strcmp(name + 3, names[i].name) == 0)
			return names[i].number;
	return 0;
}

/* The N-th signal that TASK got since killn began; NULL. SIGKILL asks nobody, so only the death is
 * seen. */
static const struct event *arrived(const struct world *w, int task, size_t n)
{
	const struct event_log *log = log_of(w->run);
	const struct event *start = find_event(w->run, EVENT_START, NULL, task_of(w->run), 0);

	for (size_t i = (size_t)start->step; i < log->count; i++) {
		const struct event *e = log->events[i];

		if (e->task == task &&
			(event_is(e, EVENT_DELIVER, NULL) ||
				event_is(e, EVENT_KILLED, "SIGKILL")) &&
			n-- == 0)
			return e;
	}
	return NULL;
}

/* The last call of killn, or a child of it, that was to send something; NULL. */
static const struct event *last_call(const struct world *w)
{
	static const char *const senders[] = {
		"kill", "tkill", "tgkill", "sigqueue", "pidfd_send_signal"};
	const struct event *e, *last = NULL;

	for (size_t k = 0; k < sizeof(senders) / sizeof(senders[0]); k++)
		for (size_t i = 0; (e = find_event(w->run, EVENT_CALL, senders[k], 0, i)); i++)
			if (e->task >= task_of(w->run) && event_text(e, "sig") &&
				strcmp(event_text(e, "sig"), "SIG0") != 0 &&
				(!last || last->step < e->step))
				last = e;
	return last;
}

/* The signal that killn has sent to the target, "SIGUSR1"; NULL. Those that are ignored by default
 * never get to a program without a handler: there the call tells. */
static const char *sent_to_target(const struct world *w)
{
	const struct event *got = arrived(w, w->target, 0), *call = last_call(w);
	const char *name = call ? event_text(call, "sig") : NULL;
	int sig = name ? number_of(name) : 0;

	if (got)
		return got->name;
	if (!call || event_int(call, "ret", -1) != 0 ||
		(event_has(call, "pid") && event_task(call, "pid") != w->target))
		return NULL;
	return sig == SIGCHLD || sig == SIGCONT || sig == SIGURG || sig == SIGWINCH ? name : NULL;
}

static void expect_nobody_else(const struct world *w)
{
	const struct event *e = w->bystander ? arrived(w, w->bystander, 0) : NULL;

	expect_at(w->run, !e, CLASS_OUTPUT, last_call(w),
		"`%s` sent a signal (%s) to process %lld, which it was not asked about.",
		command_of(w->run), e->name, (long long)pid_of(w->run, w->bystander));
}

/* `killn PID NAME` has run: the target got the signal with this number, once. */
static void expect_sent(const struct world *w, const char *name, int number)
{
	const char *got = sent_to_target(w), *errors = errors_of(w->run);
	const struct event *more = arrived(w, w->target, 1), *call = last_call(w);

	expect(w->run, got || !strstr(errors, "No such signal"), CLASS_OUTPUT,
		"`%s` says %s, but %s is signal number %d here.", command_of(w->run), shown(errors),
		name, number);
	expect_at(w->run, got, CLASS_OUTPUT, call,
		"`%s` ended with %s, and no signal has arrived at process %s.%s kill(2) sends one.",
		command_of(w->run), how_ended(w->run, task_of(w->run)), w->pid,
		*errors ? text_of(" Standard error is %s.", shown(errors)) : "");
	expect_at(w->run, !call || !event_has(call, "group"), CLASS_OUTPUT, call,
		"`%s` called kill(-%s, ...): a negative number means every process of that group. "
		"The signal is for process %s alone.",
		command_of(w->run), w->pid, w->pid);
	expect_at(w->run, number_of(got) == number, CLASS_OUTPUT, call,
		"You sent signal %d (%s here) for %s. Numbers differ per architecture, and %s is "
		"%d on this one: use the macros of <signal.h>, SIG%s and the others.",
		number_of(got), got + 3, name, name, number, name);
	expect_at(w->run, !more, CLASS_OUTPUT, call,
		"`%s` has sent more than one signal: after %s came %s. It should send one.",
		command_of(w->run), got, more->name);
	expect_nobody_else(w);
}

/* Nothing was printed but, perhaps, on standard error. */
static void expect_no_output(const struct world *w)
{
	expect(w->run, output_size(w->run) == 0, CLASS_OUTPUT,
		"`%s` wrote %s on standard output. killn never writes anything there: what went "
		"wrong is said on standard error.",
		command_of(w->run), shown(output_of(w->run)));
}

START_TEST(sends_the_signal)
{
	struct world w = world_new(true);

	run_killn(&w, ARGS(w.pid, "TERM"));
	expect_sent(&w, "TERM", SIGTERM);
	expect_no_output(&w);
	expect_errors(w.run, false);
	expect_exit(w.run, 0);
}
END_TEST

/* Sends COUNT signals by name to one target, as long as it can take them; STEP: every STEP-th of
 * the table. */
static void send_names(int first, int step, int count, const char *front)
{
	struct world w = {0};

	for (int n = 0; n < count; n++) {
		int i = (first + n * step) % NAMES;

		if (!w.target || exit_of_task(w.run, w.target) != INT_MIN || w.stopped)
			next_target(&w, true);
		run_killn(&w, ARGS(w.pid, text_of("%s%s", front, names[i].name)));
		expect_sent(&w, names[i].name, names[i].number);
		expect_exit(w.run, 0);
		w.stopped = names[i].number == SIGSTOP;
	}
}

START_TEST(knows_every_name)
{
	send_names(0, 1, NAMES, "");
}
END_TEST

START_TEST(sig_may_stand_in_front)
{
	send_names(draw(0, NAMES - 1), 5, 3, "SIG");
}
END_TEST

/* NAME is none. LIKE: the one that it could be taken for, or NULL. */
static void expect_no_name(struct world *w, const char *name, const char *like)
{
	const struct event *got, *call;

	run_killn(w, ARGS(w->pid, name));
	got = arrived(w, w->target, 0);
	call = last_call(w);
	expect_at(w->run, !got || !like, CLASS_OUTPUT, call,
		"`%s` must say \"No such signal\", but it has sent %s: %s is not %s. Compare whole "
		"names.",
		command_of(w->run), got->name, *name ? name : "the empty word", like);
	expect_at(w->run, !got && !call, CLASS_OUTPUT, call,
		"`%s` must say \"No such signal\", but it has called kill() with %s.",
		command_of(w->run), call ? event_text(call, "sig") : got->name);
	expect_no_output(w);
	expect(w->run, strstr(errors_of(w->run), "No such signal"), CLASS_OUTPUT,
		"`%s` must say \"No such signal\" on standard error; it says %s.",
		command_of(w->run), shown(errors_of(w->run)));
	expect_exit(w->run, 1);
}

START_TEST(refuses_what_is_no_name)
{
	struct world w = world_new(false);
	const char *name = names[draw(0, NAMES - 1)].name;

	expect_no_name(&w, "NIX", NULL);
	expect_no_name(&w, text_of("%sX", name), name);
	expect_no_name(&w, "SIGTERMX", "TERM");
	expect_no_name(&w, text_of("%.*s", (int)strlen(name) - 1, name), name);
	expect_no_name(&w, "SIG", "any of the names");
	expect_no_name(&w, "", "any of the names");
	expect_no_name(&w, text_of("%d", draw(1, 15)), "a name");
}
END_TEST

/* killn must not have asked the kernel for anything; `killn PID TERM`, WHY completes "although
 * ...". */
static void expect_no_pid(struct world *w, const char *pid, const char *why)
{
	const struct event *call;
	bool group;

	run_killn(w, ARGS(pid, "TERM"));
	call = last_call(w);
	group = call && event_int(call, "pid", -1) == 0 && event_has(call, "pid") &&
		!event_text(call, "pid") && !event_task(call, "pid");
	expect_at(w->run, !group, CLASS_OUTPUT, call,
		"`%s` called kill(0, SIGTERM): that is for every process in your group, yourself "
		"included; the program ended with %s. %s. atoi() makes 0 of what is no number: "
		"parse with strtol(3), look where it stopped, and refuse what is below 1.",
		command_of(w->run), how_ended(w->run, task_of(w->run)), why);
	expect_at(w->run, !call && !arrived(w, w->target, 0) && !arrived(w, w->bystander, 0),
		CLASS_OUTPUT, call,
		"`%s` called kill() all the same. %s. Check the whole argument, and whether the "
		"number fits, before you send anything.",
		command_of(w->run), why);
	expect_no_output(w);
	expect(w->run, exit_of(w->run) == 2, CLASS_EXIT,
		"`%s` ended with %s. %s, so the status is 2.", command_of(w->run),
		how_ended(w->run, task_of(w->run)), why);
	expect_errors(w->run, true);
}

START_TEST(refuses_what_is_no_pid)
{
	struct world w = world_new(true);
	long long pid = (long long)pid_of(w.run, w.target);

	expect_no_pid(&w, draw_word(3), "The first argument is no number");
	expect_no_pid(
		&w, text_of("%s%s", w.pid, draw_word(1)), "There is something behind the number");
	expect_no_pid(&w, "0", "0 is not the number of a process");
	expect_no_pid(
		&w, text_of("-%s", w.pid), "A negative number means a group of processes, not one");
	expect_no_pid(&w, "-1", "-1 means everybody that you may send to");
	expect_no_pid(&w, "", "The first argument is empty");
	expect_no_pid(&w, text_of("%lld", (1LL << 32) + pid),
		"The number is larger than any process id, and cut to 32 bits it is another one");
	expect_no_pid(&w, "99999999999999999999", "The number is larger than any process id");
}
END_TEST

static void expect_usage(struct world *w, const char *const *args, const char *why)
{
	run_killn(w, args);
	expect_at(w->run, !last_call(w) && !arrived(w, w->target, 0), CLASS_OUTPUT, last_call(w),
		"`%s` has sent a signal although %s.", command_of(w->run), why);
	expect(w->run, exit_of(w->run) == 2, CLASS_EXIT,
		"`%s` ended with %s although %s. The status for a wrong use is 2.",
		command_of(w->run), how_ended(w->run, task_of(w->run)), why);
	expect_no_output(w);
	expect_errors(w->run, true);
}

START_TEST(wants_two_arguments)
{
	struct world w = world_new(false);

	expect_usage(&w, ARGS(NULL), "there are no arguments");
	expect_usage(&w, ARGS(w.pid), "there is only one argument");
	expect_usage(&w, ARGS(w.pid, "TERM", "KILL"), "there are three arguments");
}
END_TEST

/* The kernel has refused, with ERRNUM, or would have. */
static void expect_reported(const struct world *w, int errnum)
{
	const char *reason = strerror(errnum), *errors = errors_of(w->run);
	const struct event *call = last_call(w);
	const char *what =
		call && event_text(call, "err")
			? text_of("`%s`: kill() failed (%s)", command_of(w->run), reason)
			: text_of("Nothing can be sent by `%s` (%s)", command_of(w->run), reason);

	expect_no_output(w);
	expect_at(w->run, exit_of(w->run) != 0, CLASS_FAULT, call,
		"%s, but your exit status says success. A script that looks at the status goes on "
		"as if the signal had been sent; end with 1.",
		what);
	expect_at(w->run, exit_of(w->run) == 1, CLASS_FAULT, call,
		"%s, and your program ended with %s. It should end with status 1.", what,
		how_ended(w->run, task_of(w->run)));
	expect_at(w->run, errors[0] != '\0', CLASS_FAULT, call,
		"%s, and your program ended with status 1, but without a word. perror(3) says on "
		"standard error what is wrong.",
		what);
	expect_at(w->run, strstr(errors, text_of(": %s\n", reason)), CLASS_FAULT, call,
		"%s, and on standard error there is %s. The line should end with the words for "
		"errno, as perror(3) or strerror(3) have them, before another call sets another "
		"errno.",
		what, shown(errors));
}

START_TEST(failed_kill_is_reported)
{
	struct world w = world_new(true);

	run_killn(&w, ARGS(text_of("%d", draw(2000000000, INT_MAX)), "TERM"));
	expect_nobody_else(&w);
	expect_reported(&w, ESRCH);
	then_run(w.run, "killn", .args = ARGS(w.pid, "HUP"),
		FAULTS({.call = "kill", .n = 1, .kind = RUN_FAULT_ERRNO, .errnum = EPERM}));
	if (find_event(w.run, EVENT_FAULT, "kill", 0, 0))
		expect_reported(&w, EPERM);
}
END_TEST

JUDGE(CHECK(sends_the_signal), CHECK(knows_every_name, .long_one = true, .weight = 2),
	CHECK(sig_may_stand_in_front), CHECK(refuses_what_is_no_name, .weight = 2),
	CHECK(refuses_what_is_no_pid, .weight = 2), CHECK(wants_two_arguments),
	CHECK(failed_kill_is_reported, .weight = 2))
