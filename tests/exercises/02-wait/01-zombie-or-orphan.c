/*
 * 02-wait/01-zombie-or-orphan: what processes are at given moments of four short lives.
 *
 * The clock is stopped at the moment in question, and the model of the run says what each process
 * is then: nothing here knows the answers. Tasks are in the order in which they are forked.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/judge/judge.h"

/* KEY asks what TASK, which the text calls NAME, is in PROGRAM at SECONDS. */
struct moment {
	const char *key, *program, *name;
	int task;
	double seconds;
};

/* The questions are about a machine that keeps up with its clock: on a slow one a process may sleep
 * past the moment in question. */
#define ON_TIME .schedule = "natural"

/* Who adopts, as the text and the manual pages call it. */
#define ADOPTER "reaper|the reaper|init|subreaper|1|PID 1|process 1"

/* PROGRAM until SECONDS. Its orphans and zombies are what it is about. */
static struct judged *run_until_seconds(const char *program, double seconds)
{
	struct judged *run = judge_start(program, ON_TIME, .linger = true, .may_leave = true);

	if (!until_time(run, seconds))
		broken_check("%s had ended before %.0f s: %s", program, seconds, tree_of(run));
	return run;
}

static const struct model_task *task_in(struct judged *run, int task)
{
	const struct model_task *t = model_task(model_of(run), task);

	if (!t || (task > 1 && !t->first_parent))
		broken_check("there is no task %d: %s", task, tree_of(run));
	return t;
}

static bool adopted(const struct model_task *t)
{
	return t->first_parent != 0 && t->parent != t->first_parent;
}

static const char *right_state(const struct model_task *t)
{
	if (t->state == MODEL_GONE)
		return "G|gone";
	if (t->state == MODEL_ZOMBIE)
		return "Z|zombie";
	return adopted(t) ? "O|orphan" : "R|running|runs|alive";
}

static const struct event *reaped(struct judged *run, int task)
{
	const struct event *e = find_event(run, EVENT_REAPED, NULL, task, 0);

	if (!e)
		broken_check("nobody has waited for task %d, and yet it is gone", task);
	return e;
}

/* Whose wait took the status of TASK. */
static const char *reaper_of(struct judged *run, int task)
{
	const char *by = event_text(reaped(run, task), "by");

	return by && strcmp(by, "reaper") == 0
		       ? "by then its parent had ended, and the reaper, which had adopted it, "
			 "waited at once"
		       : "P waited for it then";
}

/* What the run shows of the moment. */
static const char *seen(struct judged *run, const struct moment *m)
{
	const struct model_task *t = task_in(run, m->task);

	if (t->state == MODEL_GONE)
		return text_of("At t=%g %s is gone: it ended at t=%.0f, and its status was fetched "
			       "at t=%.0f: %s.",
			m->seconds, m->name, seconds_at(t->died), seconds_at(reaped(run, m->task)),
			reaper_of(run, m->task));
	if (t->state == MODEL_ZOMBIE)
		return text_of(
			"%s ended at t=%.0f, and at t=%g its parent (process %lld) is alive and "
			"has not waited for it: %s is a zombie. What is left of it is its "
			"exit status, for the parent to fetch.",
			m->name, seconds_at(t->died), m->seconds,
			(long long)pid_of(run, t->first_parent), m->name);
	if (adopted(t))
		return text_of(
			"At t=%g %s is dead and %s still runs: %s is an orphan. A zombie is the "
			"other way round: dead, and not yet waited for. An orphan lacks nothing "
			"that a process needs.",
			m->seconds, t->first_parent == 1 ? "P" : "M", m->name, m->name);
	return text_of("At t=%g %s has not ended, nor has its parent: it runs. (To sleep is to "
		       "run, as far as this is concerned.)",
		m->seconds, m->name);
}

/* MORE is said where the words of the run are not enough. */
static void expect_moment(const struct moment *m, const char *more)
{
	struct judged *run = run_until_seconds(m->program, m->seconds);

	expect_answer(m->key, right_state(task_in(run, m->task)), "%s%s", seen(run, m), more);
}

START_TEST(answers_can_be_read)
{
	expect_answers_readable();
}
END_TEST

START_TEST(the_dead_stay_until_waited_for)
{
	static const struct moment moments[] = {
		{"late C at 2", "late", "C", 2, 2},
		{"late C at 4", "late", "C", 2, 4},
		{"leaves A at 2", "leaves", "A", 2, 2},
		{"leaves A at 4", "leaves", "A", 2, 4},
		{"middle M at 2", "middle", "M", 2, 2},
	};

	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++)
		expect_moment(&moments[i], "");
}
END_TEST

START_TEST(orphans_are_alive)
{
	static const struct moment moments[] = {
		{"leaves B at 2", "leaves", "B", 3, 2},
		{"leaves B at 4", "leaves", "B", 3, 4},
		{"middle C at 2", "middle", "C", 3, 2},
	};

	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++)
		expect_moment(&moments[i], "");
}
END_TEST

/* The number behind TEXT in the output. */
static int printed_behind(struct judged *run, const char *text)
{
	const char *at = strstr(output_of(run), text);
	int number;

	if (!at || sscanf(at + strlen(text), "%d", &number) != 1)
		broken_check("%s printed %s", command_of(run), shown(output_of(run)));
	return number;
}

START_TEST(a_zombie_cannot_be_killed)
{
	static const struct moment after = {"killed C at 4", "killed", "C", 2, 4},
				   later = {"killed C at 6", "killed", "C", 2, 6};
	struct judged *run = judge_run("killed", ON_TIME);
	int returned = printed_behind(run, "kill returned ");

	expect_moment(&after,
		" A zombie is already dead: kill even succeeds, for the process exists, and "
		"nothing comes of it. Only a wait removes a zombie (or the end of its parent, "
		"after which the reaper waits).");
	expect_answer("killed kill", text_of("%d", returned),
		"The run shows that kill returned %d: %s", returned,
		returned == 0 ? "the number still belongs to a process, if a dead one. That is "
				"what a zombie is kept for: until the parent has waited, nobody "
				"else gets the number."
			      : "it failed.");
	expect_moment(&later, "");
}
END_TEST

START_TEST(orphans_are_adopted)
{
	struct judged *run = judge_start("leaves", ON_TIME, .linger = true, .may_leave = true);
	int before, after;

	until_end(run);
	before = printed_behind(run, "parent at 0: ");
	after = printed_behind(run, "parent at 4: ");
	expect_answer("leaves B getppid at 0",
		before == pid_of(run, 1) ? "P|parent|the parent" : ADOPTER,
		"The log shows getppid() = %d at t=0, and that is P, which has forked B and is "
		"alive.",
		before);
	expect_answer("leaves B getppid at 4",
		after == pid_of(run, 1) ? "P|parent|the parent" : ADOPTER,
		"The log shows getppid() = %d at t=4, and %d at t=0. P has ended in between: the "
		"orphan was adopted by init or the nearest subreaper. A number of a process that "
		"is gone would be of no use, and may soon be another's.",
		after, before);

	run = run_until_seconds("middle", 2);
	expect_answer("middle C parent at 2",
		task_in(run, 3)->parent == 0   ? ADOPTER
		: task_in(run, 3)->parent == 1 ? "P"
					       : "M",
		"The log shows that C got the reaper as its parent in the moment in which M ended. "
		"Not M, which is dead, waited for or not; and not P: grandparents adopt nobody, "
		"unless one has declared itself a subreaper.");
}
END_TEST

JUDGE(CHECK(answers_can_be_read), CHECK(the_dead_stay_until_waited_for, .weight = 2),
	CHECK(orphans_are_alive, .weight = 2), CHECK(a_zombie_cannot_be_killed, .weight = 2),
	CHECK(orphans_are_adopted, .weight = 2))
