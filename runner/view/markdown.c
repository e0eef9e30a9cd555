/*
 * Markdown -> lines, by md4c's callbacks: blocks open and close levels that lend their lines a
 * prefix (a bullet, a quote's bar); inline text gathers in one paragraph that is broken into lines
 * when its block ends.
 */
#include "config.h"

#include "runner/view/markdown.h"

#include <md4c.h>
#include <stdlib.h>
#include <string.h>

#include "runner/view/markdown_table.h"
#include "runner/view/text_print.h"

enum { LEVELS_MOST = 16, TEXT_MOST = 90, NARROW = 70, USUAL = 80, LEAST = 20 };

/* A list item or quote around the paragraph. */
struct level {
	struct styled first, rest; /* FIRST: before its first line only */
	bool begun;
};

struct list {
	bool tight, ordered;
	unsigned number;
};

struct renderer {
	struct text *into;
	struct styled paragraph;
	struct level levels[LEVELS_MOST];
	size_t level_count;
	struct list lists[LEVELS_MOST];
	size_t list_count;
	struct markdown_table table;
	unsigned strong, emphasis, code, link; /* how deep inside */
	bool heading, just_begun;              /* JUST_BEGUN: an item, that has no line yet */
	struct buf target;                     /* of the link inside of which we are */
};

/* ---- levels ---- */

static void push_level(struct renderer *r, const char *first, const char *rest, enum style style)
{
	struct level *l;

	if (r->level_count++ >= LEVELS_MOST)
		return; /* deeper ones are shown without their marks */
	l = &r->levels[r->level_count - 1];
	*l = (struct level){0};
	styled_put(&l->first, style, first);
	styled_put(&l->rest, style, rest);
}

static void pop_level(struct renderer *r)
{
	if (--r->level_count >= LEVELS_MOST)
		return;
	styled_done(&r->levels[r->level_count].first);
	styled_done(&r->levels[r->level_count].rest);
}

/* What stands before the next line; after it. */
static void prefixes(struct renderer *r, struct styled *first, struct styled *rest)
{
	for (size_t i = 0; i < r->level_count && i < LEVELS_MOST; i++) {
		struct level *l = &r->levels[i];

		styled_add(first, l->begun ? &l->rest : &l->first);
		styled_add(rest, &l->rest);
		l->begun = true;
	}
}

static void flush(struct renderer *r, enum text_break how)
{
	STYLED_SCOPED first = STYLED_INIT;
	STYLED_SCOPED rest = STYLED_INIT;

	if (r->paragraph.bytes.len == 0)
		return;
	prefixes(r, &first, &rest);
	text_wrap(r->into, &r->paragraph, &first, &rest, how);
	styled_clear(&r->paragraph);
	r->just_begun = false;
}

/* The empty line between two blocks: not inside a tight list, not right behind a bullet. */
static void separate(struct renderer *r)
{
	flush(r, TEXT_WORDS);
	if (r->just_begun || (r->list_count > 0 && r->lists[r->list_count - 1].tight))
		return;
	text_blank(r->into);
}

/* ---- blocks ---- */

static void begin_list(struct renderer *r, bool ordered, bool tight, unsigned start)
{
	separate(r);
	if (r->list_count < LEVELS_MOST)
		r->lists[r->list_count] = (struct list){tight, ordered, start};
	r->list_count++;
}

static void begin_item(struct renderer *r)
{
	size_t depth = r->list_count < LEVELS_MOST ? r->list_count : LEVELS_MOST;
	struct list *list = depth ? &r->lists[depth - 1] : NULL;

	separate(r);
	if (list && list->ordered) {
		LAB_FREE char *first = lab_xprintf("%2u. ", list->number++);

		push_level(r, first, "    ", STYLE_PLAIN);
	} else {
		push_level(r, text_sign("\u2022 ", "* "), "  ", STYLE_PLAIN);
	}
	r->just_begun = true;
}

static void rule(struct renderer *r)
{
	separate(r);
	for (int i = 0; i < r->into->width && i < TEXT_MOST; i++)
		styled_put(&r->paragraph, STYLE_FAINT, text_sign("\u2500", "-"));
	flush(r, TEXT_SIGNS);
}

static void begin_code(struct renderer *r)
{
	const char *indent = r->into->width < NARROW ? "  " : "    ";

	push_level(r, indent, indent, STYLE_PLAIN);
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *context)
{
	struct renderer *r = context;

	switch (type) {
	case MD_BLOCK_QUOTE:
		separate(r);
		push_level(r, text_sign("\u2502 ", "| "), text_sign("\u2502 ", "| "), STYLE_FAINT);
		r->just_begun = true;
		break;
	case MD_BLOCK_UL:
		begin_list(r, false, ((MD_BLOCK_UL_DETAIL *)detail)->is_tight, 0);
		break;
	case MD_BLOCK_OL:
		begin_list(r, true, ((MD_BLOCK_OL_DETAIL *)detail)->is_tight,
			((MD_BLOCK_OL_DETAIL *)detail)->start);
		break;
	case MD_BLOCK_LI:
		begin_item(r);
		break;
	case MD_BLOCK_HR:
		rule(r);
		break;
	case MD_BLOCK_H:
		separate(r);
		r->heading = true;
		break;
	case MD_BLOCK_CODE:
		separate(r);
		begin_code(r);
		break;
	case MD_BLOCK_P:
	case MD_BLOCK_HTML:
		separate(r);
		break;
	case MD_BLOCK_TABLE:
		separate(r);
		markdown_table_begin(&r->table, ((MD_BLOCK_TABLE_DETAIL *)detail)->col_count);
		break;
	default:
		break;
	}
	return 0;
}

static void end_code(struct renderer *r)
{
	struct styled *p = &r->paragraph;

	while (p->bytes.len > 0 && p->bytes.data[p->bytes.len - 1] == '\n') {
		p->bytes.data[--p->bytes.len] = '\0';
		p->styles.len--;
	}
	flush(r, TEXT_SIGNS);
	pop_level(r);
}

static void end_table(struct renderer *r)
{
	STYLED_SCOPED first = STYLED_INIT;
	STYLED_SCOPED rest = STYLED_INIT;

	prefixes(r, &first, &rest);
	markdown_table_end(&r->table, r->into, &rest);
	r->just_begun = false;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *context)
{
	struct renderer *r = context;

	(void)detail;
	switch (type) {
	case MD_BLOCK_UL:
	case MD_BLOCK_OL:
		flush(r, TEXT_WORDS);
		r->list_count--;
		break;
	case MD_BLOCK_QUOTE:
	case MD_BLOCK_LI:
		flush(r, TEXT_WORDS);
		pop_level(r);
		r->just_begun = false;
		break;
	case MD_BLOCK_CODE:
		end_code(r);
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		markdown_table_add(&r->table, &r->paragraph);
		break;
	case MD_BLOCK_TABLE:
		end_table(r);
		break;
	case MD_BLOCK_H:
		flush(r, TEXT_WORDS);
		r->heading = false;
		break;
	default:
		if (!r->table.open)
			flush(r, TEXT_WORDS);
		break;
	}
	return 0;
}

/* ---- spans and text ---- */

static unsigned *depth_of(struct renderer *r, MD_SPANTYPE type)
{
	switch (type) {
	case MD_SPAN_EM:
		return &r->emphasis;
	case MD_SPAN_STRONG:
		return &r->strong;
	case MD_SPAN_CODE:
		return &r->code;
	case MD_SPAN_A:
		return &r->link;
	default:
		return NULL;
	}
}

static int enter_span(MD_SPANTYPE type, void *detail, void *context)
{
	struct renderer *r = context;
	unsigned *depth = depth_of(r, type);

	if (depth)
		++*depth;
	if (type == MD_SPAN_A) {
		const MD_ATTRIBUTE *target = &((MD_SPAN_A_DETAIL *)detail)->href;

		buf_clear(&r->target);
		buf_add(&r->target, target->text, target->size);
	}
	return 0;
}

/* A reader in a terminal cannot click: where a link leads is told, unless its text is that. */
static void tell_target(struct renderer *r)
{
	const char *target = buf_text(&r->target), *said = buf_text(&r->paragraph.bytes);
	size_t n = strlen(target), m = r->paragraph.bytes.len;

	if (strstr(target, "://") && (m < n || strcmp(said + m - n, target) != 0))
		styled_printf(&r->paragraph, STYLE_FAINT, " <%s>", target);
}

static int leave_span(MD_SPANTYPE type, void *detail, void *context)
{
	struct renderer *r = context;
	unsigned *depth = depth_of(r, type);

	(void)detail;
	if (depth && *depth > 0)
		--*depth;
	if (type == MD_SPAN_A)
		tell_target(r);
	return 0;
}

static enum style style_now(const struct renderer *r, MD_TEXTTYPE type)
{
	if (type == MD_TEXT_CODE || r->code)
		return STYLE_CODE;
	if (r->heading)
		return STYLE_HEADING;
	if (r->strong)
		return STYLE_BOLD;
	if (r->emphasis || r->link)
		return STYLE_EMPHASIS;
	return STYLE_PLAIN;
}

static void put_entity(struct renderer *r, enum style style, const char *name)
{
	static const struct {
		const char *name, *text;
	} table[] = {{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}, {"&quot;", "\""},
		{"&nbsp;", "\u00a0"}, {"&mdash;", "\u2014"}, {"&ndash;", "\u2013"}};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].name, name) == 0)
			name = table[i].text;
	styled_put(&r->paragraph, style, name);
}

static int put_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *context)
{
	struct renderer *r = context;
	LAB_FREE char *copy = lab_xprintf("%.*s", (int)size, text);
	enum style style = style_now(r, type);

	switch (type) {
	case MD_TEXT_BR:
		styled_put(&r->paragraph, style, "\n");
		break;
	case MD_TEXT_SOFTBR:
		styled_put(&r->paragraph, style, " ");
		break;
	case MD_TEXT_ENTITY:
		put_entity(r, style, copy);
		break;
	case MD_TEXT_NULLCHAR:
		break;
	default:
		styled_put(&r->paragraph, style, copy);
		break;
	}
	return 0;
}

void markdown_render(struct text *into, const char *source)
{
	static const MD_PARSER parser = {
		.flags = MD_FLAG_TABLES | MD_FLAG_PERMISSIVEURLAUTOLINKS | MD_FLAG_NOHTML,
		.enter_block = enter_block,
		.leave_block = leave_block,
		.enter_span = enter_span,
		.leave_span = leave_span,
		.text = put_text,
	};
	struct renderer r = {.into = into};
	int width = into->width;

	if (into->width > TEXT_MOST)
		into->width = TEXT_MOST; /* longer lines are hard to read */
	md_parse(source, (MD_SIZE)strlen(source), &parser, &r);
	flush(&r, TEXT_WORDS);
	while (r.level_count > 0)
		pop_level(&r);
	styled_done(&r.paragraph);
	buf_done(&r.target);
	into->width = width;
}

void markdown_print(FILE *out, const char *source, bool colour, int width)
{
	struct text text;

	text_init(&text, width <= 0 ? USUAL : width < LEAST ? LEAST : width);
	markdown_render(&text, source);
	text_print(out, &text, colour);
	text_done(&text);
}
