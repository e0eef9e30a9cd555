/*
 * What every page begins and ends with. A page wants nothing from anywhere, and the policy in its
 * head says so: it may run the one script that was compiled in, known by its sum, and load nothing.
 * It is well-formed XML as well, but for the name of it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/sha256.h"
#include "lab/report/html.h"

static const char page_style[] =
#include "lab/report/page.css.inc"
	;

/* What a script or a style has around it, so that both HTML and XML read it as it is. */
#define CODE_BEGINS "/*<![CDATA[*/\n"
#define CODE_ENDS   "/*]]>*/"

/* The sum of an element's text as a policy names it (CSP level 3, section 2.3.1): in base64. */
static void put_sum(struct buf *into, const char *code)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char hex[SHA256_HEX];
	struct sha256 sum;

	sha256_init(&sum);
	sha256_add(&sum, CODE_BEGINS, strlen(CODE_BEGINS));
	sha256_add(&sum, code, strlen(code));
	sha256_add(&sum, CODE_ENDS, strlen(CODE_ENDS));
	sha256_hex(&sum, hex);
	buf_puts(into, " 'sha256-");
	/* three hexadecimal digits are two of base64; 64 are 21 times three and one, 4 bits of 6 */
	for (size_t i = 0; i < SHA256_HEX - 1; i += 3) {
		char part[4] = {'0', '0', '0', '\0'};
		unsigned long bits;

		memcpy(part, hex + i, i + 3 < SHA256_HEX ? 3 : SHA256_HEX - 1 - i);
		bits = strtoul(part, NULL, 16);
		buf_putc(into, digits[bits >> 6]);
		if (i + 3 < SHA256_HEX)
			buf_putc(into, digits[bits & 63]);
	}
	buf_puts(into, "='");
}

static void put_code(struct buf *into, const char *element, const char *code)
{
	buf_printf(into, "<%s>" CODE_BEGINS, element);
	buf_puts(into, code);
	buf_printf(into, CODE_ENDS "</%s>\n", element);
}

void html_begin(struct buf *into, const char *title, const char *style, const char *script)
{
	buf_puts(into, "<!DOCTYPE html>\n"
		       "<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
		       "<meta charset=\"utf-8\"/>\n"
		       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
		       "'none'; style-src");
	put_sum(into, page_style);
	if (style)
		put_sum(into, style);
	buf_puts(into, "; script-src");
	put_sum(into, script);
	buf_puts(into, "; base-uri 'none'; form-action 'none'\"/>\n"
		       "<meta name=\"viewport\" content=\"width=device-width\"/>\n<title>");
	html_put(into, title);
	buf_puts(into, "</title>\n");
	put_code(into, "style", page_style);
	if (style)
		put_code(into, "style", style);
	buf_puts(into, "</head>\n");
}

void html_script(struct buf *into, const char *script)
{
	put_code(into, "script", script);
}
