/* Fields of CSV (RFC 4180): rows end with "\r\n", which the caller puts. For this room and runner.
 */
#ifndef LAB_REPORT_CSV_H
#define LAB_REPORT_CSV_H

#include "lab/base/buf.h"

/* Adds TEXT, any bytes, as one field of valid UTF-8. What a spreadsheet would take for a formula
 * becomes text, by a quote in front of it. */
void csv_text(struct buf *into, const char *text);
/* The same for what another program looks somebody up by, which has to stay as it is: an address or
 * a number that is plain ("-bob@example.org") could be no harmful formula and is left alone. */
void csv_identifier(struct buf *into, const char *text);
/* With at most two decimals, and a '.' among them. */
void csv_number(struct buf *into, double number);

#endif
