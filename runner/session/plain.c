/*
 * The lab line by line: see plain.h. At the prompt the signals do what they always do, for then
 * nothing runs that would have to be cleaned up.
 */
#include "config.h"

#include "runner/session/plain.h"

#include <ctype.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/catalogue.h"
#include "runner/output.h"
#include "runner/session/edit.h"
#include "runner/session/plain_check.h"
#include "runner/session/walk.h"
#include "runner/view/text_print.h"
#include "runner/view/view.h"

enum { WIDTH = 80, WIDTH_LEAST = 20 };

struct plain {
	struct session session;
	bool open;     /* an exercise is: session.current */
	bool terminal; /* commands come from one */
	bool quit;
	int status;
};

struct command {
	const char *name, *operand, *does;
	bool wants_exercise;
	void (*act)(struct plain *p, const char *operand);
};
static const struct command commands[];

/* ---- saying ---- */

static void begin_text(struct text *t)
{
	int width = output_width(STDOUT_FILENO);

	text_init(t, width == 0 ? WIDTH : width < WIDTH_LEAST ? WIDTH_LEAST : width);
}

static void end_text(struct text *t)
{
	text_print(stdout, t, output_colour(STDOUT_FILENO));
	text_done(t);
}

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *fmt, ...)
{
	BUF_SCOPED words = BUF_INIT;
	struct text t;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&words, fmt, ap);
	va_end(ap);
	begin_text(&t);
	text_say(&t, STYLE_PLAIN, 0, "%s", buf_text(&words));
	end_text(&t);
}

static void say_notice(struct session *s)
{
	if (s->notice)
		say("%s", s->notice);
	free(s->notice);
	s->notice = NULL;
}

/* ---- commands ---- */

static void say_verdict(struct plain *p)
{
	struct text t;

	begin_text(&t);
	view_verdict(&t, &p->session, VIEW_ALL);
	end_text(&t);
	say_notice(&p->session);
}

/* A check that one waits for; true: it came to its end. */
static bool wait_for(struct plain *p, const struct check_result *failed, const char *doing)
{
	struct lab_error e = {0};
	sigset_t before;
	enum plain_end end;

	plain_block(&before); /* from where it says so, Ctrl-C cancels the check alone */
	say("%s %s%s. Ctrl-C cancels.", doing, session_exercise(&p->session)->id,
		failed ? " once more, to see its steps" : "");
	fflush(stdout);
	end = plain_check(&p->session, failed, p->terminal, &p->status, &e);
	if (end == PLAIN_CANCELLED)
		say(failed ? "Cancelled." : "Cancelled: there is no verdict.");
	else if (end == PLAIN_FAILED)
		say("%s", e.text);
	p->quit |= end == PLAIN_ENDED;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return end == PLAIN_VERDICT;
}

static void act_check(struct plain *p, const char *operand)
{
	(void)operand;
	if (wait_for(p, NULL, "Checking"))
		say_verdict(p);
}

static void tell_watched(void *context, bool begins)
{
	struct plain *p = context;

	if (begins)
		say("Saved. Checking %s.", session_exercise(&p->session)->id);
	else
		say_verdict(p);
	fflush(stdout);
}

static void act_watch(struct plain *p, const char *operand)
{
	struct lab_error e = {0};
	sigset_t before;
	enum plain_end end;

	(void)operand;
	plain_block(&before);
	say("Checking %s, and again after each save. Press Enter to stop.",
		session_exercise(&p->session)->id);
	fflush(stdout);
	end = plain_watch(&p->session, p->terminal, tell_watched, p, &p->status, &e);
	if (end == PLAIN_FAILED)
		say("%s", e.text);
	else if (end != PLAIN_ENDED)
		say("Saves are not checked any more.");
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

static void act_timeline(struct plain *p, const char *operand)
{
	const struct check_result *failed = failed_run(p);
	struct moment *moment = &p->session.moment;

	(void)operand;
	if (!failed) {
		say("There is no failed run to show.");
		return;
	}
	if (!wait_for(p, failed, "Running the failed check of"))
		return;
	if (moment->log) {
		say("%s, step by step:", failed->name);
		fflush(stdout);
		walk_print(moment->log, STDOUT_FILENO);
	}
	session_look_away(&p->session);
	say_notice(&p->session);
}

static void say_task(struct plain *p)
{
	struct text t;

	begin_text(&t);
	view_task(&t, &p->session);
	end_text(&t);
}

static void act_read(struct plain *p, const char *operand)
{
	(void)operand;
	say_task(p);
}

static void act_lesson(struct plain *p, const char *operand)
{
	struct session *s = &p->session;
	struct text t;

	(void)operand;
	s->lesson = s->current;
	begin_text(&t);
	view_lesson(&t, s);
	end_text(&t);
}

static void open_exercise(struct plain *p, size_t n)
{
	struct session *s = &p->session;
	struct lab_error e = {0};

	if (session_open(s, n, &e) < 0) {
		say("%s", e.text);
		return;
	}
	session_leave(s); /* here a check is asked for, saves are not watched */
	p->open = true;
	say("Exercise %zu of %zu: %s, %s.", n + 1, s->course->count, session_exercise(s)->id,
		work_state_name(session_standing(s)->state));
	say("\"read\" tells the task, \"help\" all commands.");
	putchar('\n');
	say_verdict(p);
}

static void act_open(struct plain *p, const char *operand)
{
	const struct course *course = p->session.course;
	char *end;
	unsigned long n = strtoul(operand, &end, 10);
	const struct exercise *found;
	struct lab_error e = {0};

	if (isdigit((unsigned char)*operand) && !*end) {
		if (n >= 1 && n <= course->count)
			open_exercise(p, n - 1);
		else
			say("The exercises have the numbers 1 to %zu.", course->count);
		return;
	}
	found = *operand ? course_find(course, operand, &e) : NULL;
	if (!found)
		say("%s", *operand ? e.text
				   : "Which exercise? \"list\" tells the numbers; \"open 3\", or "
				     "3 alone, opens the third.");
	for (size_t i = 0; found && i < course->count; i++)
		if (course->exercises[i] == found)
			open_exercise(p, i);
}

static void act_next(struct plain *p, const char *operand)
{
	struct session *s = &p->session;

	(void)operand;
	if (s->current + 1 < s->course->count)
		open_exercise(p, s->current + 1);
	else
		say("This is the last exercise.");
}

static void act_previous(struct plain *p, const char *operand)
{
	(void)operand;
	if (p->session.current > 0)
		open_exercise(p, p->session.current - 1);
	else
		say("This is the first exercise.");
}

static void act_hint(struct plain *p, const char *operand)
{
	struct session *s = &p->session;
	char **hints = session_exercise(s)->hints;
	unsigned all = 0;

	(void)operand;
	while (hints && hints[all])
		all++;
	if (session_hint(s)) {
		unsigned taken = session_standing(s)->hints;

		say("Hint %u of %u: %s", taken, all, hints[taken - 1]);
	} else if (all == 0) {
		say("This exercise has no hints.");
	} else {
		for (unsigned i = 0; i < all; i++)
			say("Hint %u of %u: %s", i + 1, all, hints[i]);
		say("That was the last hint.");
	}
	say_notice(s);
}

static void act_solution(struct plain *p, const char *operand)
{
	const char *why = session_no_solution(&p->session);
	struct text t;

	(void)operand;
	if (why) {
		say("%s", why);
		return;
	}
	begin_text(&t);
	view_solution(&t, &p->session);
	end_text(&t);
}

static void act_difference(struct plain *p, const char *operand)
{
	const char *why = session_no_solution(&p->session);
	struct text t;

	(void)operand;
	if (why) {
		say("%s", why);
		return;
	}
	begin_text(&t);
	view_beside_solution(&t, &p->session);
	end_text(&t);
}

/* Without a number the list; with one, that attempt. False: there is none. */
static bool choose_attempt(struct plain *p, const char *operand)
{
	struct session *s = &p->session;
	struct lab_error e = {0};
	char *end;

	if (session_attempts(s, &e) < 0) {
		say("%s", e.text);
		return false;
	}
	s->attempt = strtoul(operand, &end, 10);
	if (*operand && !*end && s->attempt >= 1 && s->attempt <= s->attempts.count)
		return true;
	if (s->attempts.count == 0)
		say("Nothing was tried yet. Each check is kept.");
	else
		say("The attempts have the numbers 1 to %zu.", s->attempts.count);
	return false;
}

static void act_attempts(struct plain *p, const char *operand)
{
	struct text t;

	if (!*operand && session_attempts(&p->session, NULL) == 0 && p->session.attempts.count) {
		begin_text(&t);
		view_attempts(&t, &p->session.attempts);
		end_text(&t);
	} else if (choose_attempt(p, operand)) {
		begin_text(&t);
		view_attempt(&t, &p->session);
		end_text(&t);
	}
}

static void act_restore(struct plain *p, const char *operand)
{
	struct lab_error e = {0};

	if (!choose_attempt(p, operand))
		return;
	if (session_bring_back(&p->session, &e) < 0)
		say("%s", e.text);
	say_notice(&p->session);
}

static void act_edit(struct plain *p, const char *operand)
{
	struct session *s = &p->session;
	struct lab_error e = {0};
	sigset_t before;
	const struct edit_place place = session_place(s, 0);

	(void)operand;
	fflush(stdout);
	plain_block(&before);
	if (edit_file(&place, &e) < 0)
		say("%s", e.text);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static void say_chapter(const struct session *s, const char *chapter)
{
	LAB_FREE char *title = catalogue_chapter_title(s->course, chapter);
	size_t n = strlen(chapter), all = 0, passed = 0;

	for (size_t i = 0; i < s->course->count; i++) {
		const char *id = s->course->exercises[i]->id;

		if (strncmp(id, chapter, n) != 0 || id[n] != '/')
			continue;
		all++;
		passed += s->standings[i].state == WORK_PASSING;
	}
	say("Chapter %s%s%s: %zu of %zu passed", chapter, strcmp(title, chapter) ? ", " : "",
		strcmp(title, chapter) ? title : "", passed, all);
}

static void act_list(struct plain *p, const char *operand)
{
	const struct session *s = &p->session;
	LAB_FREE char *last = lab_xstrdup("");
	STYLED_SCOPED sum = STYLED_INIT;

	(void)operand;
	for (size_t i = 0; i < s->course->count; i++) {
		const struct exercise *ex = s->course->exercises[i];
		LAB_FREE char *chapter = catalogue_chapter(ex);

		if (strcmp(chapter, last) != 0) {
			say_chapter(s, chapter);
			free(last);
			last = lab_xstrdup(chapter);
		}
		say("  %zu. %s (%s, %d minutes, %d point%s)", i + 1, ex->title,
			work_state_name(s->standings[i].state), ex->minutes, ex->points,
			ex->points == 1 ? "" : "s");
	}
	view_sum(&sum, s, WIDTH);
	say("%s.", buf_text(&sum.bytes));
}

static void act_help(struct plain *p, const char *operand)
{
	(void)p;
	(void)operand;
	for (const struct command *c = commands; c->name; c++)
		say("  %s%s%s: %s", c->name, *c->operand ? " " : "", c->operand, c->does);
	say("A command may be shortened, \"c\" for \"check\". A number alone opens that exercise.");
}

static void act_quit(struct plain *p, const char *operand)
{
	(void)operand;
	p->quit = true;
}

static const struct command commands[] = {
	{"list", "", "the chapters and exercises, and how each stands", false, act_list},
	{"open", "N", "open exercise N of the list, or one by a part of its name", false, act_open},
	{"lesson", "", "read the lesson of its chapter", true, act_lesson},
	{"read", "", "read its task", true, act_read},
	{"edit", "", "open its file in your editor", true, act_edit},
	{"check", "", "compile, run and grade it", true, act_check},
	{"watch", "", "check it now and after each save, until you press Enter", true, act_watch},
	{"timeline", "", "run its first failed check once more, and print what it did", true,
		act_timeline},
	{"hint", "", "one hint more", true, act_hint},
	{"solution", "", "read a solution, once yours has passed", true, act_solution},
	{"difference", "", "yours beside it, line by line", true, act_difference},
	{"attempts", "[N]", "what you tried so far; attempt N with its files", true, act_attempts},
	{"restore", "N", "bring the files of attempt N back", true, act_restore},
	{"next", "", "open the next exercise", true, act_next},
	{"previous", "", "open the one before", true, act_previous},
	{"help", "", "these words", false, act_help},
	{"quit", "", "leave the lab", false, act_quit},
	{.name = NULL},
};

/* ---- the loop ---- */

/* By the whole name, or by its beginning: the first that has it. */
static const struct command *find(const char *word)
{
	for (const struct command *c = commands; c->name; c++)
		if (strncmp(c->name, word, strlen(word)) == 0)
			return c;
	return strcmp(word, "?") == 0      ? find("help")
	       : strcmp(word, "exit") == 0 ? find("quit")
					   : NULL;
}

/* LINE without blanks at its ends is a word and what follows it. */
static void run_line(struct plain *p, char *line)
{
	const struct command *c;
	char *word = line + strspn(line, " \t\r\n"), *end, *operand;

	for (end = word + strlen(word); end > word && isspace((unsigned char)end[-1]);)
		*--end = '\0';
	if (!*word)
		return;
	if (isdigit((unsigned char)*word)) {
		act_open(p, word);
		return;
	}
	operand = word + strcspn(word, " \t");
	if (*operand)
		*operand++ = '\0';
	operand += strspn(operand, " \t");
	c = find(word);
	if (!c)
		say("There is no command \"%s\"; \"help\" names them all.", word);
	else if (*operand && !*c->operand)
		say("\"%s\" takes nothing behind it; what is \"%s\"?", c->name, operand);
	else if (c->wants_exercise && !p->open)
		say("No exercise is open: \"open 1\" opens the first, \"list\" names all.");
	else
		c->act(p, operand);
}

static void begin(struct plain *p)
{
	const struct session *s = &p->session;

	say("ipclab, line by line. \"help\" names the commands, \"quit\" leaves.");
	say_notice(&p->session);
	if (s->resumes || s->options.first_time)
		open_exercise(p, s->current);
	else
		act_list(p, "");
}

static void loop(struct plain *p)
{
	char *line = NULL;
	size_t size = 0;

	while (!p->quit) {
		if (p->terminal) {
			fputs("> ", stdout);
			fflush(stdout);
		}
		if (getline(&line, &size, stdin) < 0) {
			if (p->terminal && plain_terminal_gone())
				p->status = 128 + SIGHUP;
			break;
		}
		run_line(p, line);
		fflush(stdout);
		session_keep(&p->session);
	}
	if (!p->quit && p->terminal)
		putchar('\n');
	free(line);
}

int plain_main(const struct session_options *options, struct lab_error *e)
{
	struct plain p = {.terminal = isatty(STDIN_FILENO)};

	if (session_begin(&p.session, options, e) < 0)
		return -1;
	p.session.options.plain = true;
	setvbuf(stdin, NULL, _IONBF, 0); /* what is not read yet is still there for poll() */
	signal(SIGCHLD, SIG_DFL);        /* if it was ignored, no child could be waited for */
	begin(&p);
	loop(&p);
	session_end(&p.session);
	return p.status;
}
