/*
 * What the files of this room do for each other, file by file; the records that they do it to are
 * in tracee.h.
 */
#ifndef LAB_SUPERVISE_PARTS_H
#define LAB_SUPERVISE_PARTS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lab/supervise/tracee.h"

/* object.c: kernel objects get ids */
const char *object_id(struct supervisor *s, const char *kind, const char *key);
/* Of how many semaphores the set is; 0: that was not told. */
void object_set_size(struct supervisor *s, const char *key, unsigned size);
unsigned object_size(const struct supervisor *s, const char *id);
const char *object_of_fd(struct supervisor *s, struct tracee *t, int fd);
bool object_is(const char *id, const char *kind); /* "pipe:1" is a "pipe"; NULL is none */
/* After a call that made FD; KIND says what it is where its inode does not (mq), else NULL. */
const char *object_of_new_fd(struct supervisor *s, struct tracee *t, int fd, const char *kind);
void object_forget_fd(struct tracee *t, int fd);
void object_fd_is(struct tracee *t, int fd, const char *id);
const char *object_of_address(
	struct supervisor *s, struct tracee *t, const char *kind, uint64_t addr);
/* Its memory may be another's now. */
void object_forget_address(struct tracee *t, uint64_t addr);
void object_forget_addresses(struct tracee *t);
void object_log_descriptors(
	struct supervisor *s, struct tracee *t, const char *why, int first, bool queue);

/* calls.c, enter.c, leave.c: the table of traced calls */
enum enter {
	ENTER_MAKE,
	ENTER_SKIP,    /* answered: its registers are to be written */
	ENTER_UNKNOWN, /* likewise, but nobody asks how: the kernel, which has no such call, may */
};
const struct call *call_of_number(int64_t nr);
const char *call_name(const struct call *c);
/* "fork" for a clone of a process, as the program called it; else the row's name. */
const char *call_name_now(const struct tracee *t);
bool call_makes_task(const struct call *c);
/* T stands at a call of the dynamic linker's own; for programs that do not tell when main begins.
 */
bool call_in_interpreter(const struct tracee *t);
bool call_may_block(const struct call *c);
bool call_polls(const struct call *c); /* waits for several descriptors */
bool call_wakes(const struct call *c);
bool call_kills(const struct call *c);
/* The action at a call's entry, at the time when it is resumed. */
enum enter call_enter(struct supervisor *s, struct tracee *t);
/* At its exit stop. */
void call_leave(struct supervisor *s, struct tracee *t);
void call_decode(struct supervisor *s, struct tracee *t, struct event *e);
/* T stands at the entry of a call that the kernel makes again: nothing new happened. */
bool call_is_restart(const struct tracee *t);
/* After ENTER_SKIP: the end of the event. */
void call_finish_skipped(struct supervisor *s, struct tracee *t);
/* Of one that is made without an exit stop. */
void call_finish_ahead(struct supervisor *s, struct tracee *t);
/* A handler will run and the interrupted sleep ends with EINTR. */
void leave_sleep_interrupted(struct supervisor *s, struct tracee *t);
/* ERESTARTNOHAND and friends: the kernel's own numbers (include/linux/errno.h). */
enum {
	E_RESTARTSYS = 512,
	E_RESTARTNOINTR = 513,
	E_RESTARTNOHAND = 514,
	E_RESTART_RESTARTBLOCK = 516
};

/* interrupted.c: calls that a signal has broken off */
bool interrupted_code(int64_t result); /* a signal, or our own PTRACE_INTERRUPT, ended it */
/* At the exit stop; ASKED: the length that the kernel was given. true: what it ends with is known
 * when the signal has shown what it does. */
bool interrupted_breaks_off(struct tracee *t, int64_t result, uint64_t asked);
/* Of a transfer that was broken off and made again: all that was moved. */
int64_t interrupted_whole(struct tracee *t, int64_t result);
void interrupted_by_handler(struct supervisor *s, struct tracee *t, int sig);
void interrupted_by_stop(struct supervisor *s, struct tracee *t);

/* faults.c: planned failures. true: the call is answered (regs hold the result). */
bool fault_strikes(struct supervisor *s, struct tracee *t);
/* The errno with which the library call NAME fails; 0: it is made. */
int fault_strikes_library(struct supervisor *s, struct tracee *t, const char *name);
/* What came of a call that was made, if it is to be another: the bytes, LEN of them from ID, and
 * the child that T has. */
void fault_changes(struct supervisor *s, struct tracee *t, const char *id, int64_t len);
void fault_ends_child(struct supervisor *s, struct tracee *t, struct tracee *child);
int faults_check(const struct supervise_config *config, struct lab_error *e);

/* datagrams.c: those that faults lose, double and delay */
bool datagram_call(const struct call *c);                      /* it may send one */
bool datagram_is_sent(struct supervisor *s, struct tracee *t); /* the call of T sends one */
int64_t datagram_length(const struct tracee *t);               /* ... so long */
/* Keeps a copy that is sent DELAY ns from now; NUMBER: of the fault. false: it cannot be. */
bool datagram_copy(struct supervisor *s, struct tracee *t, unsigned number, int64_t delay);
void datagram_sent_at(struct supervisor *s, const struct event_place *place); /* the last copy */
int64_t datagrams_next(const struct supervisor *s); /* when; NO_DEADLINE: none is on its way */
size_t datagrams_due(const struct supervisor *s);
void datagrams_send(struct supervisor *s); /* those that are due */
void datagrams_free(struct supervisor *s);

/* world.c and its parts: where there are no namespaces. Only called where config.world is set. */
enum enter world_enter(struct supervisor *s, struct tracee *t);
/* The result as the program shall see it. */
int64_t world_leave(struct supervisor *s, struct tracee *t, int64_t result);
bool world_enter_silent(struct supervisor *s, struct tracee *t); /* false: no such call */
void world_leave_silent(struct supervisor *s, struct tracee *t);
enum enter world_refuse(struct tracee *t, int errnum);
/* PATH, which the kernel or /proc tells, as the program would call it; in ROOM if it differs. */
const char *world_plain(const struct supervisor *s, const char *path, char *room, size_t size);
enum enter world_translate_paths(struct supervisor *s, struct tracee *t); /* world_paths.c */
int64_t world_plain_result(struct supervisor *s, struct tracee *t, int64_t result);
bool world_knows_paths_of(int64_t nr);
/* Where the call that T is in has its first path (N 0) or second one, and the descriptor that it is
 * relative to; 0: it has none. In any world. */
uint64_t world_path_at(const struct tracee *t, unsigned n, int *dir);
void world_check_opened(struct supervisor *s, struct tracee *t, int64_t fd);
/* PATH as the kernel must get it, in ROOM if it differs; NULL if what it names, or would make, does
 * not lie in what the run owns. DIR: descriptor that it is relative to, or AT_FDCWD. */
const char *world_reach(const struct supervisor *s, const struct tracee *t, int dir,
	const char *path, char *room, size_t size);
/* Writes BYTES where the program has nothing; SLOT 0 or 1. 0: there is no room. */
uint64_t world_scratch(struct tracee *t, unsigned slot, const void *bytes, size_t len);
enum enter world_name_object(struct supervisor *s, struct tracee *t); /* world_objects.c */
int64_t world_object_result(struct supervisor *s, struct tracee *t, int64_t result);
enum enter world_confine_signal(struct supervisor *s, struct tracee *t); /* world_signals.c */
enum enter world_confine_socket(struct supervisor *s, struct tracee *t); /* world_sockets.c */

/* denied.c: what the sandbox keeps programs from, told */
bool denied_enter(struct supervisor *s, struct tracee *t); /* true: refused, or no refusal at all */
void denied_signal(struct supervisor *s, struct tracee *t); /* at the entry of one that sends one */
void denied_leave(struct supervisor *s, struct tracee *t, int64_t result);
void denied_exit(struct supervisor *s, struct tracee *t); /* at its exit event */

/* markers.c */
enum enter marker_enter(struct supervisor *s, struct tracee *t, int nr);
const char *library_call_name(int id);
void library_interrupted(struct tracee *t); /* a handler begins ... */
void library_resumed(struct tracee *t);     /* ... and returns */

/* races.c: shared memory, where programs are built to find races; nothing at all elsewhere */
void races_start(struct supervisor *s, struct tracee *t); /* MARK_SHARED */
void races_mapped(struct supervisor *s, struct tracee *t);
void races_unmapped(struct supervisor *s, struct tracee *t); /* MARK_MAPPED */
void races_use(struct supervisor *s, struct tracee *t);
void races_settle(struct supervisor *s, struct tracee *t); /* at the next stop of T */
/* What T, which spins, waits for, if it is memory. */
void races_spin(struct supervisor *s, struct tracee *t, struct event *e);
void races_free(struct supervisor *s);

/* races_order.c: what puts tasks in order */
void races_fork(struct supervisor *s, struct tracee *parent, struct tracee *child);
void races_exec(struct supervisor *s, struct tracee *t);
/* As soon as it is let go to die: others find what it gives back before its death is known. */
void races_death(struct supervisor *s, struct tracee *t);
void races_call_begins(struct supervisor *s, struct tracee *t);
void races_call_ends(struct supervisor *s, struct tracee *t, int64_t result);
void races_library_begins(struct supervisor *s, struct tracee *t, int id);
void races_library_ends(struct supervisor *s, struct tracee *t, int id, int64_t result, uint64_t at,
	const struct event *e);
void races_name_used(struct supervisor *s, struct tracee *t);

/* races_tape.c: markers that are written down in place of stops */
void races_tape_is(struct tracee *t, uint64_t addr);
void races_tape_start(struct supervisor *s, struct tracee *t); /* T goes on from a marker */
void races_tape_play(struct supervisor *s, struct tracee *t);  /* T has stopped */
bool races_tape_fails(
	struct tracee *t, int sig); /* in a look at memory: it is to go on behind it */

/* loop.c: how often in a row, at most MOST, the schedule would let T go on */
unsigned loop_ahead(struct supervisor *s, struct tracee *t, unsigned most);
/* ... and once more it has, from a marker of NUMBER */
void loop_passes(struct supervisor *s, struct tracee *t, int64_t number);

/* races_signal.c */
/* SIG is delivered to a handler; CODE: of its siginfo. */
void races_signal(struct supervisor *s, struct tracee *t, int sig, int code);
void races_handler_ends(struct supervisor *s, struct tracee *t);

/* handlers.c: calls in signal handlers */
void handler_flag_is(struct tracee *t, uint64_t addr);
void handler_begins(struct supervisor *s, struct tracee *t, int sig); /* at its delivery */
void handler_ends(struct supervisor *s, struct tracee *t);            /* at rt_sigreturn */
void handler_look(struct supervisor *s, struct tracee *t);  /* is T still in what it entered? */
void handler_calls(struct supervisor *s, struct tracee *t); /* MARK_UNSAFE */
void handler_calls_library(struct supervisor *s, struct tracee *t, int id);

/* clock.c */
#define CLOCK_FAR (INT64_MAX / 4) /* a deadline from here on is never */
void clock_creep(struct supervisor *s, struct tracee *t, bool reads_clock);
/* T has computed for so long. */
void clock_spend(struct supervisor *s, struct tracee *t, int64_t ns);
/* Timers by processor time: they come due while someone runs, never while all sleep. */
bool clock_cpu_due(const struct supervisor *s);
bool clock_expire_cpu(struct supervisor *s);
int64_t clock_of_timer(const struct supervisor *s, const struct posix_timer *timer);
/* Whose processor time CLOCK tells; NULL: nobody's here, the kernel knows. *THREAD: its alone. */
struct tracee *clock_owner(struct supervisor *s, struct tracee *t, int clock, bool *thread);
int64_t clock_next_deadline(const struct supervisor *s);
/* Ends every wait and fires every timer that is due; true if any was. */
bool clock_expire(struct supervisor *s);
int64_t clock_deadline(const struct supervisor *s, int clock, bool absolute, int64_t ns);
bool clock_sleeps(int clock);
bool clock_is_cpu(int clock);
int64_t clock_read(const struct supervisor *s, int clock); /* none of processor time */

/* clock_calls.c */
enum enter clock_enter(struct supervisor *s, struct tracee *t, int nr);

/* timers.c: POSIX timers and timerfds that come due */
int64_t timer_advance(struct timer *timer, int64_t now); /* how many times it came due */
void timer_fire(struct supervisor *s, struct tracee *t, int number, int64_t now); /* by its clock */
/* Its signal is taken; INFO gets what the kernel would have written there. true: INFO changed. */
bool timer_taken(struct tracee *t, siginfo_t *info);
int timer_overrun(struct tracee *t, struct posix_timer *timer);
void timer_fire_descriptor(struct supervisor *s, struct timer_descriptor *d);
void timer_reset_descriptor(struct supervisor *s, struct timer_descriptor *d);
struct timer_descriptor *timer_of_descriptor(struct supervisor *s, struct tracee *t, int fd);

/* socket_times.c: ns that FD may wait to receive or send; 0: for ever */
int64_t socket_time(struct supervisor *s, struct tracee *t, int fd, bool sends);
/* With what the call of T ends when its time is over. */
int socket_time_result(const struct tracee *t);

/* outside.c: someone waits for what only the world outside can give; UNTIL_LATER: else time would
 * pass now */
bool waits_outside(struct supervisor *s, bool until_later);

/* image.c: at the exec event */
void image_start(struct supervisor *s, struct tracee *t);

/* watch.c */
void watch_start(struct sigaction *before);
void watch_stop(const struct sigaction *before);
void watch_rings(struct supervisor *s);

/* settle.c */
struct settle_before {
	sigset_t mask;
	int slack;
};
/* Around the loop: SIGCHLD, which tells of a stop, is blocked and waited for, to the nanosecond. */
void settle_start(struct settle_before *before);
void settle_stop(const struct settle_before *before);
void settle_sleep(int64_t ns); /* of real time; less if a stop is told */
void settle(struct supervisor *s);
void settle_block(struct supervisor *s, struct tracee *t);
bool settle_is_asleep(struct supervisor *s, struct tracee *t);

/* The same for one that was resumed: it has stopped, sleeps, or is about to be looked at. */
void settle_one(struct supervisor *s, struct tracee *t);

/* hold.c: before and after what makes several descriptors ready, one by one */
bool hold_for_call(const struct tracee *t);
void hold_waiters(struct supervisor *s);
bool hold_ends(struct supervisor *s); /* true: someone was held */

/* wakes.c: whom a call of T, its death, or a signal to a process may wake; who is to be looked at
 */
void wakes_call(struct supervisor *s, const struct tracee *t);
void wakes_death(struct supervisor *s, const struct tracee *t);
void wakes_process(struct supervisor *s, const struct process *p);
/* Somebody sleeps until a descriptor, a lock, memory is another: not T. */
bool wakes_others_by_data(const struct supervisor *s, const struct tracee *t);
bool wakes_concern(const struct supervisor *s, const struct tracee *t);

/* resume.c */
void tracee_resume(struct supervisor *s, struct tracee *t);

/* terminals.c: what was written to a pseudo-terminal is on its way */
struct stat;
bool terminal_is_master(const struct stat *st);
void terminals_call(struct supervisor *s, struct tracee *t); /* T makes its call */
void terminals_settle(struct supervisor *s);                 /* until it has arrived */
bool terminals_rest(struct supervisor *s); /* all sleep; true: look again whether they do */

/* stops.c: one stop -> records and events */
void stop_counts(struct supervisor *s, struct tracee *t, int64_t number); /* entry of a call */
void stop_handle(struct supervisor *s, pid_t tid, int status);

/* spin.c: steps since T last slept; too many end the run */
void spin_count(struct supervisor *s, struct tracee *t, uint64_t steps);
void report_spin(struct supervisor *s, struct tracee *t);

/* signals.c */
void signal_stop(struct supervisor *s, struct tracee *t, int sig);
bool signal_fix_sender(siginfo_t *info); /* true: INFO changed */
/* What a child had used when SIGCHLD told of it, in ticks of virtual time. */
bool signal_fix_usage(struct supervisor *s, siginfo_t *info); /* likewise */
int64_t signal_usage(struct supervisor *s, int pid);
const char *signal_name(int sig); /* "SIGINT", "SIGRTMIN+3" */
/* A signal that is not blocked waits to be delivered to T, which stands; MATTERS, unless NULL, says
 * which ones count. */
bool signal_pends(const struct tracee *t, bool (*matters)(const struct tracee *t, int sig));
/* T is to make its call, which may sleep. Was it sent a signal while it stood before it, for which
 * it has a handler? */
bool signal_comes_first(const struct supervisor *s, const struct tracee *t);
bool signal_send(struct supervisor *s, struct tracee *t, int sig, const char *why, bool thread);

/* unwind.c */
void place_of_tracee(struct supervisor *s, struct tracee *t, struct event *e);
bool tracee_in_runtime(struct supervisor *s, struct tracee *t);
/* How far the executable lies from its own addresses; false: it is not known. */
bool tracee_bias(struct supervisor *s, struct tracee *t, uint64_t *bias);
/* ADDR lies in the executable itself. */
bool tracee_is_program(struct supervisor *s, struct tracee *t, uint64_t addr);
void place_of_address(struct supervisor *s, struct tracee *t, uint64_t addr, struct event *e);
/* Inside a handler? Then E gets its place, if the handler or what it calls is the student's, and
 * *FRAME is where the kernel has put aside what was interrupted. */
bool place_in_handler(struct supervisor *s, struct tracee *t, struct event *e, uint64_t *frame);

/* deadlock.c */
void deadlock_report(struct supervisor *s);
void deadlock_report_waiters(struct supervisor *s); /* without the verdict */

/* supervise.c */
struct event *task_event(
	struct supervisor *s, struct tracee *t, enum event_kind kind, const char *name);

#endif
