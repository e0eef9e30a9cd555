/*
 * Gradescope's submission_metadata.json
 * (https://gradescope-autograders.readthedocs.io/en/latest/submission_metadata/): of what it says
 * only whether a submission is late.
 */
#include "config.h"

#include "runner/gradescope_metadata.h"

#include <jansson.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/when.h"

enum { METADATA_MOST = 16 << 20 };

static int read_when(
	const char *path, const json_t *value, const char *key, int64_t *when, struct lab_error *e)
{
	const char *text = json_string_value(value);

	if (text && when_read(text, when))
		return 0;
	return lab_fail(e, LAB_USAGE, "\"%s\": its \"%s\" is no date", path, key);
}

static int seconds_late(const char *path, const json_t *o, long long *late, struct lab_error *e)
{
	const json_t *due = json_object_get(json_object_get(o, "assignment"), "due_date");
	int64_t then = 0, now = 0;

	if (!due || json_is_null(due))
		return 0;
	if (read_when(path, due, "due_date", &then, e) < 0 ||
		read_when(path, json_object_get(o, "created_at"), "created_at", &now, e) < 0)
		return -1;
	*late = now > then ? now - then : 0;
	return 0;
}

int gradescope_late(const char *path, long long *late, struct lab_error *e)
{
	BUF_SCOPED text = BUF_INIT;
	json_error_t error;
	json_t *o;
	int status;

	*late = 0;
	if (file_read(path, &text, METADATA_MOST, e) < 0) {
		e->kind = LAB_USAGE;
		return -1;
	}
	o = json_loadb(buf_text(&text), text.len, 0, &error);
	if (!o)
		return lab_fail(
			e, LAB_USAGE, "\"%s\":%d: no JSON: %s", path, error.line, error.text);
	status = seconds_late(path, o, late, e);
	json_decref(o);
	return status;
}
