/*
 * 07-shm/02-private-or-shared: what six programs print, in the student's words and in the run's.
 *
 * The right answers are what the programs have printed in this run. A row a question; its words say
 * why, whatever was answered.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/judge/judge.h"

/* KEY asks what PROGRAM prints behind LABEL. */
struct question {
	const char *key, *program, *label, *words;
};

/* The rest of the line that begins with LABEL. */
static const char *printed_behind(struct judged *run, const char *label)
{
	size_t len = strlen(label);
	const char *line = output_of(run);

	while (line && (strncmp(line, label, len) != 0 || line[len] != ' ')) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	if (!line || exit_of(run) != 0)
		broken_check("%s ended with %s and printed %s", command_of(run), how_ended(run, 1),
			shown(output_of(run)));
	line += len + 1;
	return text_of("%.*s", (int)strcspn(line, "\n"), line);
}

static void expect_printed(const struct question *questions, size_t count)
{
	struct judged *run = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct question *q = &questions[i];
		const char *right;

		if (i == 0 || strcmp(q->program, questions[i - 1].program) != 0)
			run = judge_run(q->program);
		right = printed_behind(run, q->label);
		expect_answer(q->key, right, "%s printed \"%s %s\". %s", q->program, q->label,
			right, q->words);
	}
}
#define EXPECT_PRINTED(...)                                    \
	expect_printed((const struct question[]){__VA_ARGS__}, \
		sizeof((const struct question[]){__VA_ARGS__}) / sizeof(struct question))

START_TEST(answers_can_be_read)
{
	expect_answers_readable();
}
END_TEST

START_TEST(shared_mappings_are_the_file)
{
	EXPECT_PRINTED({"shared-file", "shared-file", "mapping",
		"The pages of a shared mapping are the very pages in which the kernel keeps the "
		"file's contents. Whoever writes to the file, by write or through a mapping, "
		"writes "
		"there."});
}
END_TEST

START_TEST(private_pages_follow_until_written)
{
	EXPECT_PRINTED(
		{"private-file", "private-file", "then",
			"MAP_PRIVATE is no snapshot: an untouched private page may follow the "
			"file. "
			"(POSIX leaves it open; Linux copies a page when you write to it, and "
			"until "
			"then shows the file's own. To read it, as this program did, copies "
			"nothing.) After your own write it no longer does: see private-written."},
		{"private-written mapping", "private-written", "mapping",
			"Storing the X made a private copy of the page, all of it, with the bytes "
			"as they were then. What the child wrote to the file afterwards went to "
			"the "
			"file's page, of which this mapping no longer shows anything."},
		{"private-written file", "private-written", "file",
			"The X went into the process's own copy of the page. Through a private "
			"mapping nothing ever reaches the file; the child's pwrite did."});
}
END_TEST

START_TEST(private_memory_stays_private)
{
	EXPECT_PRINTED(
		{"anonymous shared", "anonymous", "shared",
			"Both processes have the same page: fork copies no shared mapping. So the "
			"parent sees what the child has added."},
		{"anonymous private", "anonymous", "private",
			"Copy-on-write: private stays private. The child's store made a copy for "
			"the child, and the parent kept what it had, as with any variable."});
}
END_TEST

START_TEST(one_object_has_many_places)
{
	EXPECT_PRINTED(
		{"twice b", "twice", "b holds",
			"Both mappings show the same object, so what is stored through one is read "
			"through the other."},
		{"twice addresses", "twice", "addresses are",
			"mmap finds a free range each time. One page of memory may have any number "
			"of addresses, in one process or in several; that is why pointers into "
			"shared memory are no use to others."});
}
END_TEST

START_TEST(mappings_outlive_descriptor_and_name)
{
	EXPECT_PRINTED(
		{"gone closed", "gone", "closed",
			"The mapping lives until munmap or exit (or exec). It holds on to the "
			"object by itself; the descriptor was needed to make it, and is not any "
			"more."},
		{"gone unlinked", "gone", "unlinked",
			"The mapping lives until munmap or exit (or exec). shm_unlink takes away "
			"the name, not the object, and the child inherits the mapping, name or no "
			"name."},
		{"gone opening", "gone", "opening it again",
			"Under that name there is nothing any more: ENOENT. Whoever had the object "
			"mapped keeps it, and nobody else gets at it."});
}
END_TEST

JUDGE(CHECK(answers_can_be_read), CHECK(shared_mappings_are_the_file),
	CHECK(private_pages_follow_until_written, .weight = 2),
	CHECK(private_memory_stays_private, .weight = 2), CHECK(one_object_has_many_places),
	CHECK(mappings_outlive_descriptor_and_name, .weight = 2))
