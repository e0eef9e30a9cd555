/*
 * What the sandbox refused, in the words that all reports share. It is told, not judged: the
 * verdict is what the checks say, and a file that is missing may have been asked for by mistake.
 */
#include "config.h"

#include "lab/report/cases.h"
#include "lab/report/report.h"
#include "lab/report/words.h"

const char report_refused_title[] = "What the sandbox refused";
const char report_refused_words[] =
	"Programs run in a sandbox: it has no other people's files and processes, no network, and "
	"limits. This one asked for the following, and did not get it. That alone costs no points.";

void report_add_refusal(struct buf *into, const struct refusal *refusal)
{
	BUF_SCOPED where = BUF_INIT;

	report_add_place(&where, refusal->file, refusal->line);
	words_add_line(into, refusal->what);
	if (where.len) {
		buf_puts(into, " at ");
		words_add_line(into, buf_text(&where));
	}
	buf_puts(into, ": ");
	words_add_line(into, refusal->why);
	if (refusal->times > 1)
		buf_printf(into, " (%zu times)", refusal->times);
}
