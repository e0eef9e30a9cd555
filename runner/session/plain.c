/*
 * The lab line by line: see plain.h. At the prompt the signals do what they always do, for then
 * nothing runs that would have to be cleaned up.
 */
#include "config.h"

#include "runner/session/plain.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/catalogue.h"
#include "runner/session/plain_check.h"
#include "runner/session/plain_say.h"
#include "runner/session/plain_work.h"
#include "runner/view/view.h"

struct command {
	const char *name, *operand, *does;
	bool wants_exercise;
	void (*act)(struct plain *p, const char *operand);
};
static const struct command commands[];

static void open_exercise(struct plain *p, size_t n)
{
	struct session *s = &p->session;
	struct lab_error e = {0};

	if (session_open(s, n, &e) < 0) {
		plain_say("%s", e.text);
		return;
	}
	session_leave(s); /* here a check is asked for, saves are not watched */
	p->open = true;
	plain_say("Exercise %zu of %zu: %s, %s.", n + 1, s->course->count, session_exercise(s)->id,
		work_state_name(session_standing(s)->state));
	plain_say("\"read\" tells the task, \"help\" all commands.");
	putchar('\n');
	plain_verdict(p);
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
			plain_say("The exercises have the numbers 1 to %zu.", course->count);
		return;
	}
	found = *operand ? course_find(course, operand, &e) : NULL;
	if (!found)
		plain_say("%s",
			*operand ? e.text
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
		plain_say("This is the last exercise.");
}

static void act_previous(struct plain *p, const char *operand)
{
	(void)operand;
	if (p->session.current > 0)
		open_exercise(p, p->session.current - 1);
	else
		plain_say("This is the first exercise.");
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
	plain_say("Chapter %s%s%s: %zu of %zu passed", chapter, strcmp(title, chapter) ? ", " : "",
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
		plain_say("  %zu. %s (%s, %d minutes, %d point%s)", i + 1, ex->title,
			work_state_name(s->standings[i].state), ex->minutes, ex->points,
			ex->points == 1 ? "" : "s");
	}
	view_sum(&sum, s, PLAIN_WIDTH);
	plain_say("%s.", buf_text(&sum.bytes));
}

static void act_help(struct plain *p, const char *operand)
{
	(void)p;
	(void)operand;
	for (const struct command *c = commands; c->name; c++)
		plain_say("  %s%s%s: %s", c->name, *c->operand ? " " : "", c->operand, c->does);
	plain_say("A command may be shortened, \"c\" for \"check\". A number alone opens that "
		  "exercise.");
}

static void act_quit(struct plain *p, const char *operand)
{
	(void)operand;
	p->quit = true;
}

static const struct command commands[] = {
	{"list", "", "the chapters and exercises, and how each stands", false, act_list},
	{"open", "N", "open exercise N of the list, or one by a part of its name", false, act_open},
	{"lesson", "", "read the lesson of its chapter", true, plain_act_lesson},
	{"read", "", "read its task", true, plain_act_read},
	{"edit", "", "open its file in your editor", true, plain_act_edit},
	{"check", "", "compile, run and grade it", true, plain_act_check},
	{"watch", "", "check it now and after each save, until you press Enter", true,
		plain_act_watch},
	{"timeline", "", "run its first failed check once more, and print what it did", true,
		plain_act_timeline},
	{"hint", "", "one hint more", true, plain_act_hint},
	{"solution", "", "read a solution, once yours has passed", true, plain_act_solution},
	{"difference", "", "yours beside it, line by line", true, plain_act_difference},
	{"attempts", "[N]", "what you tried so far; attempt N with its files", true,
		plain_act_attempts},
	{"restore", "N", "bring the files of attempt N back", true, plain_act_restore},
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
		plain_say("There is no command \"%s\"; \"help\" names them all.", word);
	else if (*operand && !*c->operand)
		plain_say("\"%s\" takes nothing behind it; what is \"%s\"?", c->name, operand);
	else if (c->wants_exercise && !p->open)
		plain_say("No exercise is open: \"open 1\" opens the first, \"list\" names all.");
	else
		c->act(p, operand);
}

static void begin(struct plain *p)
{
	const struct session *s = &p->session;

	plain_say("ipclab, line by line. \"help\" names the commands, \"quit\" leaves.");
	plain_notice(&p->session);
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
