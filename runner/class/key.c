/* What a result depends on: see key.h. */
#include "config.h"

#include "runner/class/key.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/build/build.h"

#define FILE_MOST (256u << 20) /* bytes of a file of a course, or of a compiled test */

static void add_word(struct sha256 *sum, const char *word)
{
	sha256_add(sum, word, strlen(word) + 1);
}

static int add_file(struct sha256 *sum, const char *path, struct lab_error *e)
{
	BUF_SCOPED bytes = BUF_INIT;
	LAB_FREE char *size = NULL;

	if (file_read(path, &bytes, FILE_MOST, e) < 0)
		return -1;
	size = lab_xprintf("%zu", bytes.len);
	add_word(sum, size);
	sha256_add(sum, buf_text(&bytes), bytes.len);
	return 0;
}

static int is_seen(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Text, starter, given sources, driver: the files of the exercise's folder, in order of name. */
static int add_folder(struct sha256 *sum, const char *folder, struct lab_error *e)
{
	struct dirent **list;
	int count = scandir(folder, &list, is_seen, by_bytes), status = 0;

	if (count < 0)
		return lab_fail_errno(e, LAB_BROKEN, "read \"%s\"", folder);
	for (int i = 0; i < count; i++) {
		LAB_FREE char *path = path_join(folder, list[i]->d_name);

		if (status == 0 && path_is_file(path)) {
			add_word(sum, list[i]->d_name);
			status = add_file(sum, path, e);
		}
		free(list[i]);
	}
	free(list);
	return status;
}

static int add_exercise(struct sha256 *sum, const struct exercise *ex, struct lab_error *e)
{
	if (!ex->judge)
		return lab_fail(e, LAB_BROKEN, "grade: %s has no compiled test", ex->id);
	add_word(sum, ex->id);
	if (add_file(sum, ex->judge, e) < 0 ||
		(ex->private_judge && add_file(sum, ex->private_judge, e) < 0))
		return -1;
	return add_folder(sum, ex->folder, e);
}

int class_key_bases(const struct exercise *const *exercises, size_t count, const char *isolation,
	char (*bases)[SHA256_HEX], struct lab_error *e)
{
	LAB_FREE char *build = build_signature(e);

	if (!build)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct sha256 sum;

		sha256_init(&sum);
		add_word(&sum, PACKAGE_VERSION);
		add_word(&sum, build);
		add_word(&sum, isolation);
		if (add_exercise(&sum, exercises[i], e) < 0)
			return -1;
		sha256_hex(&sum, bases[i]);
	}
	return 0;
}

void class_key(const char *base, const char *work, char key[static SHA256_HEX])
{
	struct sha256 sum;

	sha256_init(&sum);
	add_word(&sum, base);
	add_word(&sum, work);
	sha256_hex(&sum, key);
}
