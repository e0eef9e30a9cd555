/*
 * How students' processes, kernel objects, calls and places are named in every message. For this
 * room only. All append to INTO and say nothing of what they do not know.
 */
#ifndef LAB_VERDICT_WORDS_H
#define LAB_VERDICT_WORDS_H

#include "lab/base/buf.h"
#include "lab/event/event.h"
#include "lab/model/model.h"

/* "count 4711", "child 4712", "upper 4713" after an exec, "thread t3 of count 4711". */
void say_task(struct buf *into, const struct model *m, int task);
/* The same, to begin a sentence. */
void say_Task(struct buf *into, const struct model *m, int task);
/* The same, with "(t2, forked at count.c:16)". */
void say_task_fully(struct buf *into, const struct model *m, int task);
/* The pid as the program sees it, "t2" where the log has none. */
void say_pid(struct buf *into, const struct model *m, int task);
/* " at count.c:16", or nothing. */
void say_at(struct buf *into, const struct event *e);
/* "the pipe made at count.c:14", "the FIFO \"a\"", "semaphore #2 (made at dine.c:30)". */
void say_object(struct buf *into, const struct model *m, const char *id);
/* "pipe #1", "/jobs". */
void say_object_short(struct buf *into, const struct model *m, const char *id);
/* "pipe" for "pipe:1". */
const char *say_object_kind(const char *id);
/* "read(3)", "waitpid(4712, WUNTRACED)", "open(\"a\", O_RDONLY)". */
void say_call(struct buf *into, const struct model *m, const struct event *e);
/* "copied by the fork at count.c:16", "made by pipe at count.c:14". */
void say_origin(struct buf *into, const struct model *m, int task, int fd);
/* "12 bytes", "1 byte" */
void say_count(struct buf *into, int64_t n, const char *thing);
/* What a signal that ends a process means; never NULL. */
const char *signal_meaning(const char *name);

/* Length of the UTF-8 sequence at P (END is behind the last byte), 0 if it is none. */
size_t utf8_length(const unsigned char *p, const unsigned char *end);

bool has_word(const char *text, const char *word); /* WORD is in TEXT; TEXT may be NULL */
/* The task's process; processes compare, threads do not. */
int process_of(const struct model *m, int task);

#endif
