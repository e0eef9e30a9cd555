/* See chromium.h. Messages are JSON, each ended by a NUL; nothing is sent before the answer. */
#include "config.h"

#include "tests/browser/chromium.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/buf.h"

enum { ITS_INPUT = 3, ITS_OUTPUT = 4, PATIENCE_MS = 180000 };

struct chromium {
	pid_t pid;
	int to, from;
	json_int_t calls;
	char *session;   /* of the page, once it is attached */
	struct buf read; /* what came behind the last message */
	struct buf complaints;
	const char *url;
	bool loaded;
};

static void die(struct chromium *c, const char *what)
{
	fprintf(stderr, "chromium: %s: %s\n", what, strerror(errno));
	if (c->pid > 0)
		kill(-c->pid, SIGKILL);
	exit(99);
}

/* ---- its start ---- */

static void become(const char *command, const char *profile, const char *log, int in, int out)
{
	char *folder = lab_xprintf("--user-data-dir=%s", profile);
	char *const argv[] = {(char *)command, "--headless", "--no-sandbox", "--disable-gpu",
		"--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
		"--hide-scrollbars", "--remote-debugging-pipe", folder, "about:blank", NULL};
	int say = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	/* the ends may have the numbers that are wanted for the others */
	in = fcntl(in, F_DUPFD, 10);
	out = fcntl(out, F_DUPFD, 10);
	if (say < 0 || dup2(in, ITS_INPUT) < 0 || dup2(out, ITS_OUTPUT) < 0 ||
		dup2(say, STDOUT_FILENO) < 0 || dup2(say, STDERR_FILENO) < 0)
		_exit(126);
	close(in);
	close(out);
	setpgid(0, 0);
	execvp(command, argv);
	_exit(127);
}

static void attach(struct chromium *c)
{
	static const char *const domains[] = {
		"Page.enable", "Runtime.enable", "Log.enable", "Network.enable"};
	json_t *made =
		chromium_call(c, "Target.createTarget", json_pack("{s:s}", "url", "about:blank"));
	json_t *attached = chromium_call(c, "Target.attachToTarget",
		json_pack("{s:O, s:b}", "targetId", json_object_get(made, "targetId"), "flatten",
			true));

	c->session = lab_xstrdup(json_string_value(json_object_get(attached, "sessionId")));
	json_decref(made);
	json_decref(attached);
	for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++)
		json_decref(chromium_call(c, domains[i], NULL));
}

struct chromium *chromium_start(const char *command, const char *profile, const char *log)
{
	struct chromium *c = lab_xmalloc(sizeof(*c));
	int in[2], out[2];

	signal(SIGPIPE, SIG_IGN);
	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
		die(c, "pipe2");
	c->pid = fork();
	if (c->pid < 0)
		die(c, "fork");
	if (c->pid == 0)
		become(command, profile, log, in[0], out[1]);
	setpgid(c->pid, c->pid);
	close(in[0]);
	close(out[1]);
	c->to = in[1];
	c->from = out[0];
	attach(c);
	return c;
}

/* ---- messages ---- */

static void send_message(struct chromium *c, const json_t *message)
{
	char *text = json_dumps(message, JSON_COMPACT);
	size_t len = strlen(text) + 1, sent = 0;

	while (sent < len) {
		ssize_t n = write(c->to, text + sent, len - sent);

		if (n < 0 && errno != EINTR)
			die(c, "it takes no more calls");
		sent += n > 0 ? (size_t)n : 0;
	}
	free(text);
}

/* More of its messages; false: it has ended. */
static bool take_bytes(struct chromium *c)
{
	struct pollfd ready = {c->from, POLLIN, 0};
	char bytes[1 << 16];
	ssize_t n;

	errno = ETIMEDOUT;
	if (poll(&ready, 1, PATIENCE_MS) <= 0)
		die(c, "it says nothing");
	n = read(c->from, bytes, sizeof(bytes));
	if (n > 0)
		buf_add(&c->read, bytes, (size_t)n);
	return n > 0;
}

static json_t *take_message(struct chromium *c)
{
	json_t *message;
	char *end;

	while (c->read.len == 0 || !(end = memchr(c->read.data, '\0', c->read.len))) {
		errno = EPIPE;
		if (!take_bytes(c))
			die(c, "it has ended");
	}
	message = json_loads(c->read.data, 0, NULL);
	if (!message)
		die(c, "its message is no JSON");
	buf_drop(&c->read, (size_t)(end + 1 - c->read.data));
	return message;
}

static void complain(struct chromium *c, const char *what, const json_t *about)
{
	char *text = about ? json_dumps(about, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

	buf_printf(&c->complaints, "%s: %.400s\n", what, text ? text : "");
	free(text);
}

static void note_event(struct chromium *c, const char *method, const json_t *params)
{
	const json_t *request = json_object_get(params, "request");
	const char *url = json_string_value(json_object_get(request, "url"));

	if (strcmp(method, "Page.loadEventFired") == 0)
		c->loaded = true;
	else if (strcmp(method, "Runtime.consoleAPICalled") == 0)
		complain(c, "console", json_object_get(params, "args"));
	else if (strcmp(method, "Runtime.exceptionThrown") == 0)
		complain(c, "exception", json_object_get(params, "exceptionDetails"));
	else if (strcmp(method, "Log.entryAdded") == 0)
		complain(c, "log", json_object_get(params, "entry"));
	else if (strcmp(method, "Page.javascriptDialogOpening") == 0)
		complain(c, "dialog", json_object_get(params, "message"));
	else if (strcmp(method, "Network.loadingFailed") == 0)
		complain(c, "loading failed", params);
	else if (strcmp(method, "Network.requestWillBeSent") == 0 && c->url && url &&
		 strcmp(url, c->url) != 0)
		complain(c, "wants to load", json_object_get(request, "url"));
}

/* The answer to call ID, or NULL: MESSAGE is something else, and was noted. */
static json_t *answer(struct chromium *c, json_t *message, json_int_t id)
{
	const char *method = json_string_value(json_object_get(message, "method"));
	json_t *error = json_object_get(message, "error"), *result;

	if (method)
		note_event(c, method, json_object_get(message, "params"));
	if (method || json_integer_value(json_object_get(message, "id")) != id)
		return NULL;
	if (error) {
		fprintf(stderr, "chromium: %s\n",
			json_string_value(json_object_get(error, "message")));
		errno = EPROTO;
		die(c, "a call failed");
	}
	result = json_object_get(message, "result");
	return json_incref(result);
}

json_t *chromium_call(struct chromium *c, const char *method, json_t *params)
{
	json_t *call = json_pack("{s:I, s:s, s:o}", "id", ++c->calls, "method", method, "params",
		       params ? params : json_object()),
	       *result = NULL;

	if (c->session)
		json_object_set_new(call, "sessionId", json_string(c->session));
	send_message(c, call);
	json_decref(call);
	while (!result) {
		json_t *message = take_message(c);

		result = answer(c, message, c->calls);
		json_decref(message);
	}
	return result;
}

void chromium_open(struct chromium *c, const char *url)
{
	buf_clear(&c->complaints);
	c->url = url;
	c->loaded = false;
	json_decref(chromium_call(c, "Page.navigate", json_pack("{s:s}", "url", url)));
	while (!c->loaded) {
		json_t *message = take_message(c);

		answer(c, message, 0);
		json_decref(message);
	}
}

const char *chromium_complaints(const struct chromium *c)
{
	return buf_text(&c->complaints);
}

void chromium_end(struct chromium *c)
{
	json_t *call = json_pack("{s:I, s:s}", "id", ++c->calls, "method", "Browser.close");

	send_message(c, call);
	json_decref(call);
	while (take_bytes(c))
		;
	close(c->to);
	close(c->from);
	waitpid(c->pid, NULL, 0);
	free(c->session);
	buf_done(&c->read);
	buf_done(&c->complaints);
	free(c);
}
