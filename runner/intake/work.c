/* What decides the verdict on a student's work besides the exercise: names, kinds, contents. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/build/build.h"
#include "runner/intake/internal.h"

static void add_word(struct sha256 *sum, const char *word)
{
	sha256_add(sum, word, strlen(word) + 1);
}

/* A file's content counts as far as the build would read it. */
static int add_content(struct sha256 *sum, int at, const char *name)
{
	FD_SCOPED fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	BUF_SCOPED text = BUF_INIT;

	if (fd < 0 || fd_read_to_end(fd, &text, BUILD_SOURCE_MAX) < 0)
		return -1;
	sha256_add(sum, buf_text(&text), text.len);
	return 0;
}

static int add_entry(struct sha256 *sum, int at, const char *name)
{
	struct stat st;
	LAB_FREE char *facts = NULL;

	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -1;
	facts = lab_xprintf(
		"%o %lld", st.st_mode & S_IFMT, S_ISREG(st.st_mode) ? (long long)st.st_size : 0LL);
	add_word(sum, name);
	add_word(sum, facts);
	if (S_ISREG(st.st_mode) && st.st_size <= BUILD_SOURCE_MAX)
		return add_content(sum, at, name);
	return 0;
}

static bool is_for_reading(const char *name)
{
	return *name == '.' || strcmp(name, "README.md") == 0;
}

/* How many files were handed in; -1 and WHY. */
static int add_folder(struct sha256 *sum, const char *folder, struct lab_error *why)
{
	FD_SCOPED at = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	LIST_SCOPED names = {0};
	int count = 0;

	if (at < 0 || list_folder(&names, fcntl(at, F_DUPFD_CLOEXEC, 0), SIZE_MAX) < 0)
		return lab_fail_errno(why, LAB_BROKEN, "read \"%s\"", folder);
	for (size_t i = 0; i < names.count; i++) {
		if (is_for_reading(names.names[i]))
			continue;
		count++;
		if (add_entry(sum, at, names.names[i]) < 0)
			return lab_fail_errno(
				why, LAB_BROKEN, "read \"%s/%s\"", folder, names.names[i]);
	}
	return count;
}

enum intake_state intake_sum(const struct intake *in, size_t student, size_t exercise,
	char sum[static SHA256_HEX], struct lab_error *why)
{
	const struct intake_student *s = &in->students[student];
	const struct intake_work *work = &s->works[exercise];
	struct sha256 sha;
	int files;

	sum[0] = '\0';
	if (!work->folder && s->unreadable) {
		lab_fail(why, LAB_BROKEN, "%s", s->unreadable);
		return INTAKE_UNREADABLE;
	}
	if (!work->folder) {
		lab_fail(why, LAB_USAGE, "%s", work->why);
		return INTAKE_MISSING;
	}
	sha256_init(&sha);
	files = add_folder(&sha, work->folder, why);
	sha256_hex(&sha, sum);
	if (files < 0)
		return INTAKE_UNREADABLE;
	if (files > 0)
		return INTAKE_THERE;
	lab_fail(why, LAB_USAGE, "nothing was handed in: its folder is empty");
	return INTAKE_MISSING;
}

bool intake_sum_folder(const char *folder, char sum[static SHA256_HEX])
{
	struct sha256 sha;
	int files;

	sha256_init(&sha);
	files = add_folder(&sha, folder, NULL);
	sha256_hex(&sha, sum);
	return files > 0;
}
