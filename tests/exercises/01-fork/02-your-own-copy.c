/*
 * 01-fork/02-your-own-copy: what two programs do, in the student's words and in the run's.
 *
 * What is right is read from the run: the numbers and addresses that copies has printed, and the
 * forks of the log. That the run itself shows what it is to show is for the lab to answer for.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/judge/judge.h"

/* What a run of copies has printed. */
struct printed {
	int start, child, parent;
	void *child_at, *parent_at;
	int start_lines;
};

static struct printed read_printed(struct judged *run)
{
	struct printed p = {0};
	const char *out = output_of(run);

	if (exit_of(run) != 0 || sscanf(out, "start %d child %d at %p parent %d at %p", &p.start,
					 &p.child, &p.child_at, &p.parent, &p.parent_at) != 5)
		broken_check("copies ended with %s and printed %s", how_ended(run, 1), shown(out));
	for (const char *at = out; (at = strstr(at, "start ")); at++)
		p.start_lines += at == out || at[-1] == '\n';
	return p;
}

/* Is KEY answered by NUMBER? */
static bool answered(const char *key, int number)
{
	const char *given = answer_of(key);

	return given && same_answer(given, text_of("%d", number));
}

START_TEST(answers_can_be_read)
{
	expect_answers_readable();
}
END_TEST

/* Why the parent prints what it prints; in other words for those who had the child's sum in it. */
static const char *parent_words(const struct printed *p)
{
	int child_added = p->child - p->start, parent_added = p->parent - p->start;

	if (answered("parent", p->parent + child_added))
		return text_of(
			"The run shows parent %d, child %d: each process has its own copy from the "
			"fork on. The child added %d to its copy, and the parent's has never heard "
			"of it, although the child had ended when the parent looked. (The pages "
			"are copied when one of the two writes to them, not before.)",
			p->parent, p->child, child_added);
	return text_of("The run shows %d: the parent had %d when it forked, and added %d to its "
		       "own copy.",
		p->parent, p->start, parent_added);
}

START_TEST(each_has_its_own_copy)
{
	explore(4)
	{
		struct printed p = read_printed(judge_run("copies"));

		expect_answer("child", text_of("%d", p.child),
			"The run shows %d: the child begins with what the parent had in the moment "
			"of the fork, %d, and adds %d to that. What the parent adds to its own "
			"copy it never sees.",
			p.child, p.start, p.child - p.start);
		expect_answer("parent", text_of("%d", p.parent), "%s", parent_words(&p));
	}
}
END_TEST

START_TEST(copies_are_at_the_same_address)
{
	struct printed p = read_printed(judge_run("copies"));

	expect_answer("same address", p.child_at == p.parent_at ? "yes|y" : "no|n",
		"The run shows %p for both: the same virtual address, and different physical pages "
		"behind it. The child is a copy of the parent, so everything lies where it lay. An "
		"address means nothing outside of its own process.",
		p.child_at);
}
END_TEST

START_TEST(child_begins_where_fork_returns)
{
	struct printed p = read_printed(judge_run("copies"));

	expect_answer("start lines", text_of("%d", p.start_lines),
		"The run shows %d: the child begins where fork returns, not at main, and does "
		"nothing again that was done before. (It has a copy of the buffer of stdout, too; "
		"fflush had emptied that.)",
		p.start_lines);
}
END_TEST

START_TEST(forks_are_counted)
{
	explore(4)
	{
		struct judged *run = judge_run("forks");
		int forks = (int)forks_of(run, 0);
		const char *why = answered("processes", 2 * 2 * 2)
					  ? "In the new process of fork() && fork() the left one "
					    "returned 0, so that process never evaluates the fork "
					    "on the right."
					  : "The first process is one of them, and so is each "
					    "child that a fork has made.";

		expect_answer("processes", text_of("%d", forks + 1),
			"The log shows %d forks, so %d processes. %s\nWho forked whom: %s", forks,
			forks + 1, why, tree_of(run));
	}
}
END_TEST

JUDGE(CHECK(answers_can_be_read), CHECK(each_has_its_own_copy, .weight = 2),
	CHECK(copies_are_at_the_same_address), CHECK(child_begins_where_fork_returns),
	CHECK(forks_are_counted, .long_one = true, .weight = 2))
