/*
 * Sources that attack whoever compiles them, compiled in the compiler's sandbox: none sees a file
 * of the host, none takes more than its share.
 */
#include "config.h"

#include "box.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "tests/tap.h"

/* 10^8 tokens. */
#define BOMB                                                             \
	"#define A 1,1,1,1,1,1,1,1,1,1\n#define B A,A,A,A,A,A,A,A,A,A\n" \
	"#define C B,B,B,B,B,B,B,B,B,B\n#define D C,C,C,C,C,C,C,C,C,C\n" \
	"#define E D,D,D,D,D,D,D,D,D,D\n#define F E,E,E,E,E,E,E,E,E,E\n" \
	"#define G F,F,F,F,F,F,F,F,F,F\n#define H G,G,G,G,G,G,G,G,G,G\nint x[] = {H};\n"

static const struct row {
	const char *tries;
	const char *source; /* @ stands for a file of the host */
	bool compiles;
	const char *says; /* somewhere in the output; NULL: anything */
} rows[] = {
	{"(an honest program)", "#include <stdio.h>\nint main(void) { return puts(\"x\"); }\n",
		true, NULL},
	{"include a password file", "#include \"/etc/passwd\"\n", false, "No such file"},
	{"include a hidden test", "#include \"@\"\n", false, "No such file"},
	{"ask whether a file exists",
		"#if __has_include(\"@\")\n#error seen\n#endif\nint main(void) { return 0; }\n",
		true, NULL},
	{"take a file into the program", "__asm__(\".incbin \\\"@\\\"\");\n", false, "@"},
	{"include a file in assembly", "__asm__(\".include \\\"@\\\"\");\n", false, "@"},
	{"include without end", "#include \"/dev/zero\"\n", false, NULL},
	{"take zeros without end", "__asm__(\".incbin \\\"/dev/zero\\\"\");\n", false, NULL},
	{"read the terminal", "#include \"/dev/stdin\"\nint main(void) { return 0; }\n", true,
		NULL},
	{"make an object of 8 GiB", "char a[1UL << 33] = {1};\n", false, NULL},
	{"make an object of 16 GiB", "__asm__(\".org 0x400000000\");\n", false, NULL},
	{"repeat without end", "__asm__(\".rept 100000000\\n.quad 1\\n.endr\");\n", false, NULL},
	{"take all memory by macros", BOMB, false, NULL},
};

/* SOURCE with the host's file for each '@'. */
static char *fill_in(const char *source, const char *file)
{
	struct buf text = BUF_INIT;

	for (; *source; source++) {
		if (*source == '@')
			buf_puts(&text, file);
		else
			buf_putc(&text, *source);
	}
	return buf_take(&text);
}

static void write_text(const char *path, const char *text)
{
	struct lab_error e;

	ck_assert_msg(file_write(path, text, strlen(text), 0644, &e) == 0, "%s", e.text);
	ck_assert_int_eq(chmod(path, 0644), 0);
}

static struct box_run compile(struct box *b)
{
	const char *const words[] = {
		"cc", "-O1", "-fmax-errors=3", "-c", "-o", "/out/x.o", "/src/x.c", NULL};
	FD_SCOPED out = memfd_create("output", MFD_CLOEXEC);
	struct box_run run = box_spawn(b, words, -1, out);

	box_finish(b, &run);
	ck_assert_int_eq(lseek(out, 0, SEEK_SET), 0);
	ck_assert_int_eq(fd_read_to_end(out, &run.output, 64 << 20), 0);
	return run;
}

START_TEST(source)
{
	const struct row *row = &rows[_i];
	struct lab_error e;
	LAB_FREE char *host = path_make_temporary("host", &e),
		      *dir = path_make_temporary("src", &e);
	LAB_FREE char *secret = path_join(host, "secret.h"), *file = path_join(dir, "x.c");
	LAB_FREE char *text = fill_in(row->source, secret), *says = NULL;
	struct box b;
	struct box_run run;

	ck_assert(chmod(host, 0755) == 0 && chmod(dir, 0755) == 0);
	write_text(secret, "int the_secret_42 = ;\n");
	write_text(file, text);
	box_prepare(&b);
	sandbox_plan_compiler(&b.plan, &b.storage, dir, NULL);
	b.plan.limits.cpu_seconds = 2; /* enough for what is honest here */
	box_begin(&b);
	run = compile(&b);
	ck_assert_msg((run.status == 0) == row->compiles, "%s: status 0x%x\n%.2000s", row->tries,
		run.status, buf_text(&run.output));
	ck_assert_ptr_eq(strstr(buf_text(&run.output), "the_secret_42"), NULL);
	if (row->says) {
		says = fill_in(row->says, secret);
		ck_assert_msg(strstr(buf_text(&run.output), says) != NULL, "%s says %.2000s",
			row->tries, buf_text(&run.output));
	}
	buf_done(&run.output);
	box_stop(&b);
	ck_assert(path_remove_tree(host, &e) == 0 && path_remove_tree(dir, &e) == 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("compiler");
	TCase *table = tcase_create("sources");

	box_bin_dir();
	tcase_set_timeout(table, 60);
	tcase_add_loop_test(table, source, 0, (int)(sizeof rows / sizeof *rows));
	suite_add_tcase(suite, table);
	return tap_run(suite);
}
