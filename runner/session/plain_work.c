/*
 * What is done line by line with the exercise that is open: reading, editing, checking it, hints,
 * what was tried before.
 */
#include "config.h"

#include "runner/session/plain_work.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "runner/session/edit.h"
#include "runner/session/plain_check.h"
#include "runner/session/plain_say.h"
#include "runner/session/walk.h"
#include "runner/view/view.h"

void plain_verdict(struct plain *p)
{
	struct text t;

	plain_begin(&t);
	view_verdict(&t, &p->session, VIEW_ALL);
	plain_end(&t);
	plain_notice(&p->session);
}

/* A check that one waits for; true: it came to its end. */
static bool wait_for(struct plain *p, const struct check_result *failed, const char *doing)
{
	struct lab_error e = {0};
	sigset_t before;
	enum plain_end end;

	plain_block(&before); /* from where it says so, Ctrl-C cancels the check alone */
	plain_say("%s %s%s. Ctrl-C cancels.", doing, session_exercise(&p->session)->id,
		failed ? " once more, to see its steps" : "");
	fflush(stdout);
	end = plain_check(&p->session, failed, p->terminal, &p->status, &e);
	if (end == PLAIN_CANCELLED)
		plain_say(failed ? "Cancelled." : "Cancelled: there is no verdict.");
	else if (end == PLAIN_FAILED)
		plain_say("%s", e.text);
	p->quit |= end == PLAIN_ENDED;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return end == PLAIN_VERDICT;
}

void plain_act_check(struct plain *p, const char *operand)
{
	(void)operand;
	if (wait_for(p, NULL, "Checking"))
		plain_verdict(p);
}

static void tell_watched(void *context, bool begins)
{
	struct plain *p = context;

	if (begins)
		plain_say("Saved. Checking %s.", session_exercise(&p->session)->id);
	else
		plain_verdict(p);
	fflush(stdout);
}

void plain_act_watch(struct plain *p, const char *operand)
{
	struct lab_error e = {0};
	sigset_t before;
	enum plain_end end;

	(void)operand;
	plain_block(&before);
	plain_say("Checking %s, and again after each save. Press Enter to stop.",
		session_exercise(&p->session)->id);
	fflush(stdout);
	end = plain_watch(&p->session, p->terminal, tell_watched, p, &p->status, &e);
	if (end == PLAIN_FAILED)
		plain_say("%s", e.text);
	else if (end != PLAIN_ENDED)
		plain_say("Saves are not checked any more.");
	p->quit |= end == PLAIN_ENDED;
	sigprocmask(SIG_SETMASK, &before, NULL);
}

/* The first check that failed and has run something. */
static const struct check_result *failed_run(const struct plain *p)
{
	const struct outcome *o = session_standing(&p->session)->outcome;
	const struct check_result *c;

	for (size_t i = 0; o && (c = outcome_failed(o, i)); i++)
		if (c->schedule)
			return c;
	return NULL;
}

void plain_act_timeline(struct plain *p, const char *operand)
{
	const struct check_result *failed = failed_run(p);
	struct moment *moment = &p->session.moment;

	(void)operand;
	if (!failed) {
		plain_say("There is no failed run to show.");
		return;
	}
	if (!wait_for(p, failed, "Running the failed check of"))
		return;
	if (moment->log) {
		plain_say("%s, step by step:", failed->name);
		fflush(stdout);
		walk_print(moment->log, STDOUT_FILENO);
	}
	session_look_away(&p->session);
	plain_notice(&p->session);
}

static void say_task(struct plain *p)
{
	struct text t;

	plain_begin(&t);
	view_task(&t, &p->session);
	plain_end(&t);
}

void plain_act_read(struct plain *p, const char *operand)
{
	(void)operand;
	say_task(p);
}

void plain_act_lesson(struct plain *p, const char *operand)
{
	struct session *s = &p->session;
	struct text t;

	(void)operand;
	s->lesson = s->current;
	plain_begin(&t);
	view_lesson(&t, s);
	plain_end(&t);
}

void plain_act_hint(struct plain *p, const char *operand)
{
	struct session *s = &p->session;
	char **hints = session_exercise(s)->hints;
	unsigned all = 0;

	(void)operand;
	while (hints && hints[all])
		all++;
	if (session_hint(s)) {
		unsigned taken = session_standing(s)->hints;

		plain_say("Hint %u of %u: %s", taken, all, hints[taken - 1]);
	} else if (all == 0) {
		plain_say("This exercise has no hints.");
	} else {
		for (unsigned i = 0; i < all; i++)
			plain_say("Hint %u of %u: %s", i + 1, all, hints[i]);
		plain_say("That was the last hint.");
	}
	plain_notice(s);
}

void plain_act_solution(struct plain *p, const char *operand)
{
	const char *why = session_no_solution(&p->session);
	struct text t;

	(void)operand;
	if (why) {
		plain_say("%s", why);
		return;
	}
	plain_begin(&t);
	view_solution(&t, &p->session);
	plain_end(&t);
}

void plain_act_difference(struct plain *p, const char *operand)
{
	const char *why = session_no_solution(&p->session);
	struct text t;

	(void)operand;
	if (why) {
		plain_say("%s", why);
		return;
	}
	plain_begin(&t);
	view_beside_solution(&t, &p->session);
	plain_end(&t);
}

/* Without a number the list; with one, that attempt. False: there is none. */
static bool choose_attempt(struct plain *p, const char *operand)
{
	struct session *s = &p->session;
	struct lab_error e = {0};
	char *end;

	if (session_attempts(s, &e) < 0) {
		plain_say("%s", e.text);
		return false;
	}
	s->attempt = strtoul(operand, &end, 10);
	if (*operand && !*end && s->attempt >= 1 && s->attempt <= s->attempts.count)
		return true;
	if (s->attempts.count == 0)
		plain_say("Nothing was tried yet. Each check is kept.");
	else
		plain_say("The attempts have the numbers 1 to %zu.", s->attempts.count);
	return false;
}

void plain_act_attempts(struct plain *p, const char *operand)
{
	struct text t;

	if (!*operand && session_attempts(&p->session, NULL) == 0 && p->session.attempts.count) {
		plain_begin(&t);
		view_attempts(&t, &p->session.attempts);
		plain_end(&t);
	} else if (choose_attempt(p, operand)) {
		plain_begin(&t);
		view_attempt(&t, &p->session);
		plain_end(&t);
	}
}

void plain_act_restore(struct plain *p, const char *operand)
{
	struct lab_error e = {0};

	if (!choose_attempt(p, operand))
		return;
	if (session_bring_back(&p->session, &e) < 0)
		plain_say("%s", e.text);
	plain_notice(&p->session);
}

void plain_act_edit(struct plain *p, const char *operand)
{
	struct session *s = &p->session;
	struct lab_error e = {0};
	sigset_t before;
	const struct edit_place place = session_place(s, 0);

	(void)operand;
	fflush(stdout);
	plain_block(&before);
	if (edit_file(&place, &e) < 0)
		plain_say("%s", e.text);
	sigprocmask(SIG_SETMASK, &before, NULL);
}
