/*
 * Sandboxes of one yard: each as separate from the one before as if it stood alone, and gone with
 * its owner. That every attack fails in them too is seen by in-yard.sh.
 */
#include "config.h"

#include "box.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "tests/tap.h"

static void yard_start(struct box *b)
{
	box_prepare(b);
	b->fds_before = box_open_fds();
	b->yard = sandbox_yard_new(&b->plan, &b->e);
	ck_assert_msg(b->yard != NULL, "%s", b->e.text);
}

static void next_sandbox(struct box *b)
{
	sandbox_stop(b->sandbox);
	b->sandbox = sandbox_yard_start(b->yard, -1, 300, &b->e);
	ck_assert_msg(b->sandbox != NULL, "%s", b->e.text);
}

static char *output_of(struct box *b, const char *const *words)
{
	struct box_run run = box_run(b, words);

	ck_assert_int_eq(run.status, 0);
	return buf_take(&run.output);
}
#define OUTPUT(b, ...) output_of(b, (const char *const[]){__VA_ARGS__, NULL})

/* ---- one after the other -----------------------------------------------------------------------
 */

#define FIND "find /dev/shm /dev/mqueue /tmp /home/student -mindepth 1 2>&1; true"

START_TEST(the_next_sees_nothing)
{
	struct box b;
	char *left[2], *found[2];

	yard_start(&b);
	for (int i = 0; i < 2; i++) {
		next_sandbox(&b);
		if (i == 0)
			free(OUTPUT(&b, "attacks", "leave"));
		left[i] = box_left(&b);
		found[i] = OUTPUT(&b, "sh", "-c", FIND);
	}
	ck_assert_str_ne(left[0], "");
	ck_assert_str_ne(found[0], "");
	ck_assert_str_eq(left[1], "");
	ck_assert_str_eq(found[1], "");
	for (int i = 0; i < 2; i++) {
		free(left[i]);
		free(found[i]);
	}
	box_stop(&b);
}
END_TEST

/* The limits of this machine's own System V objects. */
static char *machine_limits(void)
{
	static const char *const names[] = {"shmall", "shmmax", "shmmni", "msgmni", "sem"};
	BUF_SCOPED text = BUF_INIT;
	struct lab_error e;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		LAB_FREE char *path = path_join("/proc/sys/kernel", names[i]);
		BUF_SCOPED value = BUF_INIT;

		ck_assert_msg(file_read(path, &value, 256, &e) == 0, "%s", e.text);
		buf_printf(&text, "%s %s", names[i], buf_text(&value));
	}
	return buf_take(&text);
}

/* And the machine keeps what it has. */
START_TEST(it_is_the_same_for_each)
{
	struct box b;
	LAB_FREE char *before = machine_limits();
	LAB_FREE char *after = NULL;
	LAB_FREE char *first = NULL;
	LAB_FREE char *second = NULL;

	yard_start(&b);
	next_sandbox(&b);
	first = OUTPUT(
		&b, "sh", "-c", "echo $$ $PPID; cat /proc/sys/kernel/sem; stat -c %a:%s:%n /*");
	next_sandbox(&b);
	second = OUTPUT(
		&b, "sh", "-c", "echo $$ $PPID; cat /proc/sys/kernel/sem; stat -c %a:%s:%n /*");
	ck_assert_str_eq(first, second);
	ck_assert_int_eq(strncmp(first, "301 300\n1024\t8192\t500\t256\n", 26), 0);
	box_stop(&b);
	after = machine_limits();
	ck_assert_str_eq(before, after);
	ck_assert_ptr_null(strstr(before, "sem 1024\t8192\t500\t256\n"));
}
END_TEST

/* It is one for all of them. */
START_TEST(what_is_hidden_stays_hidden)
{
	struct box b;

	box_prepare(&b);
	sandbox_plan_hide(&b.plan, &b.storage, "/usr/include");
	b.fds_before = box_open_fds();
	b.yard = sandbox_yard_new(&b.plan, &b.e);
	ck_assert_msg(b.yard != NULL, "%s", b.e.text);
	for (int i = 0; i < 2; i++) {
		LAB_FREE char *seen = NULL;

		next_sandbox(&b);
		seen = OUTPUT(&b, "sh", "-c",
			"cd /usr/include; ls -A; for do in 'chmod 700 .' 'touch .' 'touch x'; do "
			"$do 2>/dev/null && echo \"$do\"; done; stat -c %a .");
		ck_assert_str_eq(seen, "555\n");
	}
	box_stop(&b);
}
END_TEST

/* ---- the network -------------------------------------------------------------------------------
 */

START_TEST(network_is_lent_again_only_if_unused)
{
	struct box b;
	char *names[4];

	yard_start(&b);
	for (int i = 0; i < 4; i++) {
		next_sandbox(&b);
		names[i] = OUTPUT(&b, "readlink", "/proc/self/ns/net");
		if (i == 0 || i == 2)
			sandbox_made_no_socket(b.sandbox);
	}
	ck_assert_str_eq(names[0], names[1]);
	ck_assert_str_ne(names[1], names[2]);
	ck_assert_str_eq(names[2], names[3]);
	for (int i = 0; i < 4; i++)
		free(names[i]);
	box_stop(&b);
}
END_TEST

START_TEST(two_at_a_time_are_apart)
{
	struct box b;
	struct sandbox *others[2];
	char *networks[3];
	LAB_FREE char *left = NULL;
	LAB_FREE char *processes = NULL;

	yard_start(&b);
	for (int i = 0; i < 3; i++) {
		next_sandbox(&b);
		networks[i] = OUTPUT(&b, "readlink", "/proc/self/ns/net");
		free(OUTPUT(&b, "attacks", "leave"));
		if (i == 2)
			break;
		others[i] = b.sandbox;
		b.sandbox = NULL;
		/* What the first says of its network does not count for the second's. */
		if (i == 1) {
			sandbox_made_no_socket(others[0]);
			sandbox_stop(others[0]);
		}
	}
	ck_assert_str_ne(networks[0], networks[1]);
	ck_assert_str_eq(networks[0], networks[2]);
	next_sandbox(&b);
	left = box_left(&b);
	ck_assert_str_eq(left, "");
	processes = OUTPUT(&b, "sh", "-c", "echo /proc/[0-9]*");
	ck_assert_str_eq(processes, "/proc/301\n");
	sandbox_stop(others[1]);
	for (int i = 0; i < 3; i++)
		free(networks[i]);
	box_stop(&b);
}
END_TEST

/* ---- user namespaces ---------------------------------------------------------------------------
 */

/* Without the filter, which refuses them too. */
START_TEST(no_user_namespace_below)
{
	struct box b;
	LAB_FREE char *got = NULL;

	yard_start(&b);
	b.filter.len = 0;
	for (int i = 0; i < 3; i++) {
		next_sandbox(&b);
		free(got);
		got = OUTPUT(&b, "attacks", "new-namespaces");
		ck_assert_msg(strncmp(got, "unshare user: ENOSPC\n", 21) == 0, "%s", got);
	}
	box_stop(&b);
}
END_TEST

/* ---- owners ------------------------------------------------------------------------------------
 */

static void own_in_yard(struct box *b, int say_to)
{
	if (!b->yard)
		yard_start(b);
	next_sandbox(b);
	box_own_for_ever(b, say_to);
}

START_TEST(a_sandbox_dies_with_its_owner)
{
	struct box b;
	LAB_FREE char *processes = NULL;

	yard_start(&b);
	box_kill_owner(&b, own_in_yard);
	next_sandbox(&b); /* the yard lives */
	processes = OUTPUT(&b, "sh", "-c", "echo /proc/[0-9]*");
	ck_assert_str_eq(processes, "/proc/301\n");
	box_stop(&b);
}
END_TEST

START_TEST(a_yard_dies_with_its_owner)
{
	struct box b;

	box_prepare(&b);
	box_kill_owner(&b, own_in_yard);
	free(b.filter.filter);
}
END_TEST

START_TEST(a_missing_source_is_an_error)
{
	struct box b;

	box_prepare(&b);
	sandbox_plan_add(&b.plan, &b.storage,
		(struct sandbox_op){.kind = SANDBOX_RO_BIND,
			.source = "/nowhere/at/all",
			.target = "/lab/nothing"});
	b.fds_before = box_open_fds();
	ck_assert_ptr_eq(sandbox_yard_new(&b.plan, &b.e), NULL);
	ck_assert_ptr_ne(strstr(b.e.text, "/nowhere/at/all"), NULL);
	box_stop(&b);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("yard");
	TCase *t = tcase_create("sandboxes of a yard");

	box_bin_dir();
	tcase_set_timeout(t, 60);
	tcase_add_test(t, the_next_sees_nothing);
	tcase_add_test(t, it_is_the_same_for_each);
	tcase_add_test(t, what_is_hidden_stays_hidden);
	tcase_add_test(t, network_is_lent_again_only_if_unused);
	tcase_add_test(t, two_at_a_time_are_apart);
	tcase_add_test(t, no_user_namespace_below);
	tcase_add_test(t, a_sandbox_dies_with_its_owner);
	tcase_add_test(t, a_yard_dies_with_its_owner);
	tcase_add_test(t, a_missing_source_is_an_error);
	suite_add_tcase(suite, t);
	return tap_run(suite);
}
