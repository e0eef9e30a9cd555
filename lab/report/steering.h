/* What a test does to a run, as words of the timeline. */
#ifndef LAB_REPORT_STEERING_H
#define LAB_REPORT_STEERING_H

#include "lab/base/buf.h"
#include "lab/event/event.h"

/* Of an event of kind EVENT_STEER: "the test lets it run until t2 has ended". */
void steering_words(struct buf *into, const struct event *e);

#endif
