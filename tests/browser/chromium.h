/*
 * A headless Chromium on two pipes (--remote-debugging-pipe): the DevTools protocol, one call after
 * the other. Whatever goes wrong here ends the test; what the page itself does wrong is kept.
 */
#ifndef TESTS_BROWSER_CHROMIUM_H
#define TESTS_BROWSER_CHROMIUM_H

#include <jansson.h>

struct chromium;

/* COMMAND is looked for in PATH; PROFILE is a new empty folder; what it says goes to LOG. */
struct chromium *chromium_start(const char *command, const char *profile, const char *log);
void chromium_end(struct chromium *c);

/* PARAMS are taken; the result is the caller's. */
json_t *chromium_call(struct chromium *c, const char *method, json_t *params);
/* Opens a page and waits until it is loaded. Complaints begin anew. */
void chromium_open(struct chromium *c, const char *url);

/* A line for each message of the page's console, each error, each wish to load something else;
 * "" if there was none. */
const char *chromium_complaints(const struct chromium *c);

#endif
