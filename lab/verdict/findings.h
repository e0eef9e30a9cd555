/* The rules that look for findings, one function a kind; for this room only. */
#ifndef LAB_VERDICT_FINDINGS_H
#define LAB_VERDICT_FINDINGS_H

#include "lab/event/event.h"
#include "lab/verdict/verdict.h"

/* MESSAGE is taken over. */
void findings_add(struct findings *out, enum verdict_class class, bool fatal, char *message,
	struct event_place place);

/* E is the event that each is about. */
char *spin_message(const struct event_log *log, const struct event *e);
char *limit_message(const struct event_log *log, const struct event *e);
char *refused_message(const struct event_log *log, const struct event *e);
/* NULL: this death is no crash (a signal that was sent, a pipeline's SIGPIPE). */
char *crash_message(const struct event_log *log, const struct event *e, struct event_place *place);
/* One message for all of a kind; NULL if there are none. */
char *zombie_message(const struct event_log *log, struct event_place *place);
char *survivor_message(const struct event_log *log, struct event_place *place);
char *left_message(const struct event_log *log, struct event_place *place);
/* E is a call that the limit of processes had fail, and no test. */
bool crowd_is_met(const struct event_log *log, const struct event *e);
char *crowd_message(const struct event_log *log, struct event_place *place);
char *race_message(const struct event_log *log, struct event_place *place);
char *handler_message(const struct event_log *log, struct event_place *place);

#endif
