/*
 * 03-signals/03-pending-not-queued: how often handlers run, and in which order.
 *
 * What the right answers are is read from the run: from what the programs print, and from the
 * deliveries of the log, which are the kernel's own.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lab/judge/judge.h"

#define DIGITS 4

static const struct {
	const char *name, *shown;
	int sent;
} signals[DIGITS] = {
	{"SIGUSR1", "USR1", 3},
	{"SIGUSR2", "USR2", 2},
	{"SIGRTMIN", "SIGRTMIN", 3},
	{"SIGRTMIN+1", "SIGRTMIN+1", 1},
};

/* What `burst HOW` printed, digits with a blank between two. */
static const char *line_of(struct judged *run)
{
	const char *out = output_of(run);
	size_t len = strlen(out);

	while (len && (out[len - 1] == '\n' || out[len - 1] == ' '))
		len--;
	if (len == 0)
		broken_check("%s printed %s", command_of(run), shown(out));
	return text_of("%.*s", (int)len, out);
}

static struct judged *burst(const char *how)
{
	return *how ? judge_run("burst", .args = ARGS(how)) : judge_run("burst");
}

/* LINE itself, or its digits without blanks between them. */
static const char *either(const char *line)
{
	const char *digits = "";

	for (const char *p = line; *p; p++)
		if (*p != ' ')
			digits = text_of("%s%c", digits, *p);
	return text_of("%s|%s", line, digits);
}

static bool answered(const char *key, const char *line)
{
	const char *answer = answer_of(key);

	return answer &&
	       (same_answer(answer, line) || same_answer(answer, strchr(either(line), '|') + 1));
}

/* The digits of the signals in the order in which they were delivered, with blanks. */
static const char *deliveries(struct judged *run)
{
	const char *list = "";
	const struct event *e;

	for (size_t n = 0; (e = find_event(run, EVENT_DELIVER, NULL, 1, n)); n++)
		for (int i = 0; i < DIGITS; i++)
			if (strcmp(e->name, signals[i].name) == 0)
				list = text_of("%s%s%d", list, *list ? " " : "", i + 1);
	return list;
}

/* How often the handler of signal I ran. */
static int runs_of(struct judged *run, int i)
{
	int delivered = (int)count_events(run, EVENT_DELIVER, signals[i].name, 1), printed = 0;

	for (const char *p = output_of(run); *p; p++)
		printed += *p == '1' + i;
	if (printed != delivered)
		broken_check("%s: %d deliveries of %s, and %s", command_of(run), delivered,
			signals[i].name, shown(output_of(run)));
	return printed;
}

static const char *number_words(int number)
{
	static const char *const words[] = {
		"0|none|zero|never|no", "1|one|once|yes", "2|two|twice", "3|three|three times"};

	return number < 4 ? words[number] : text_of("%d", number);
}

START_TEST(answers_can_be_read)
{
	expect_answers_readable();
}
END_TEST

START_TEST(standard_signals_are_one_bit)
{
	struct judged *run = burst("");

	for (int i = 0; i < 2; i++) {
		int runs = runs_of(run, i);

		expect_answer(text_of("burst runs %d", i + 1), number_words(runs),
			"The log shows %s for %s, which was sent %d times: a pending standard "
			"signal "
			"is a bit, not a queue. While it is pending, another one of the same "
			"number "
			"changes nothing.",
			runs == 1 ? "one run" : text_of("%d runs", runs), signals[i].shown,
			signals[i].sent);
	}
}
END_TEST

START_TEST(real_time_signals_queue)
{
	struct judged *run = burst("");

	for (int i = 2; i < DIGITS; i++) {
		int runs = runs_of(run, i);

		expect_answer(text_of("burst runs %d", i + 1), number_words(runs),
			"Real-time signals queue: %d run%s of %s, which was sent %d time%s. Each "
			"one "
			"is kept, with its sender and its value, and delivered by itself.",
			runs, runs == 1 ? "" : "s", signals[i].shown, signals[i].sent,
			signals[i].sent == 1 ? "" : "s");
	}
}
END_TEST

START_TEST(the_last_delivered_runs_first)
{
	struct judged *run = burst("");
	const char *line = line_of(run), *plain = line_of(burst("full"));

	if (answered("burst order", plain))
		expect_answer("burst order", either(line),
			"Delivery starts with the lowest, but each new handler interrupts the "
			"previous one before it ran: last delivered runs first, and it printed %s. "
			"sa_mask or sigwaitinfo gives the plain order.",
			line);
	expect_answer("burst order", either(line),
		"The log shows that they were delivered in the order %s, and it printed %s. Across "
		"numbers the lowest comes first, whenever it was sent. But with an empty sa_mask "
		"each delivery interrupts the handler before it at its first instruction, so the "
		"one that is delivered last runs first; its own signal alone is blocked until it "
		"returns.",
		deliveries(run), line);
}
END_TEST

START_TEST(a_full_mask_keeps_the_order)
{
	struct judged *run = burst("full");
	const char *line = line_of(run);

	expect_answer("burst full order", either(line),
		"The log shows the deliveries %s, and it printed %s. No other handler can "
		"interrupt "
		"one: all four signals are blocked from its first instruction to its last. So each "
		"runs to its end before the next one is delivered, the lowest number first.",
		deliveries(run), line);
}
END_TEST

START_TEST(taking_them_keeps_the_order)
{
	struct judged *run = burst("wait");
	const char *line = line_of(run);

	expect_answer("burst wait order", either(line),
		"sigtimedwait(), like sigwaitinfo(), takes one pending signal, the lowest number "
		"first and those of one number in the order in which they were sent; nothing "
		"interrupts anything. It printed %s.",
		line);
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

START_TEST(ignoring_discards)
{
	struct judged *run = judge_run("ignored");
	int before = printed_behind(run, "pending, sent: ");
	int after = printed_behind(run, "pending, ignored: ");
	int runs = printed_behind(run, "runs: ");

	expect_answer("ignored pending", number_words(after),
		"Setting SIG_IGN discards a pending signal: %d was pending before it, %d after it. "
		"To ignore means to throw away, what is there as well as what comes, blocked or "
		"not.",
		before, after);
	expect_answer("ignored runs", number_words(runs), "The handler ran %d times. %s", runs,
		runs == 0 ? "When it was set nothing was pending any more: SIG_IGN had thrown the "
			    "signal away, and what has been thrown away does not come back."
			  : "The signal was still pending when it was set.");
}
END_TEST

JUDGE(CHECK(answers_can_be_read), CHECK(standard_signals_are_one_bit, .weight = 2),
	CHECK(real_time_signals_queue), CHECK(the_last_delivered_runs_first, .weight = 2),
	CHECK(a_full_mask_keeps_the_order), CHECK(taking_them_keeps_the_order),
	CHECK(ignoring_discards, .weight = 2))
