/* The texts of a new exercise: see new_template.h. */
#include "config.h"

#include "runner/new_template.h"

#include <string.h>

static const char readme[] =
	"---\n"
	"title: \"BLANK: two to four words\"\n"
	"kind: write            # fill | fix | write | predict | debug | capstone\n"
	"minutes: 10\n"
	"level: 1\n"
	"points: 2\n"
	"needs: []              # ids of exercises that come before it\n"
	"programs: {@NAME@: [@NAME@.c]}\n"
	"driver: null\n"
	"given: []\n"
	"api: [write(2), exit(3)]\n"
	"hints:\n"
	"  - \"BLANK: a question that points the way. argv[1] is the word, if argc says so.\"\n"
	"  - \"BLANK: what to look at. A line ends with a newline, and somebody must write it.\"\n"
	"  - \"BLANK: nearly the answer. Two return statements: 2 after the usage, 0 at the "
	"end.\"\n"
	"---\n"
	"# BLANK: the title again\n"
	"\n"
	"BLANK: two or three sentences: what there is to learn here, and why one wants to know "
	"it.\n"
	"\n"
	"## Your task\n"
	"\n"
	"Write `@NAME@.c`. `@NAME@ WORD`\n"
	"\n"
	"- prints WORD and a newline on standard output, and nothing else;\n"
	"- ends with exit status 0.\n"
	"\n"
	"Without exactly one argument it says on standard error how it is used, prints nothing on\n"
	"standard output, and ends with exit status 2.\n"
	"\n"
	"BLANK: replace the contract above by yours. Whatever the tests look at must stand here.\n"
	"\n"
	"## What to see\n"
	"\n"
	"    $ ./@NAME@ hello\n"
	"    hello\n"
	"\n"
	"## How it is checked\n"
	"\n"
	"BLANK: what the lab does with the program, without giving the answer away.\n"
	"\n"
	"## Read on\n"
	"\n"
	"BLANK: man pages and sections.\n";

static const char starter[] = "/*\n"
			      " * @NAME@: says a word.\n"
			      " *\n"
			      " * Usage: @NAME@ WORD\n"
			      " *\n"
			      " * README.md has the exact contract. BLANK: what is given here, and "
			      "what is to be written.\n"
			      " */\n"
			      "#include <stdio.h>\n"
			      "\n"
			      "int main(int argc, char *argv[])\n"
			      "{\n"
			      "\t(void)argc;\n"
			      "\t(void)argv;\n"
			      "\n"
			      "\t/* Write the program here. */\n"
			      "\n"
			      "\treturn 0;\n"
			      "}\n";

static const char reference[] =
	"/*\n"
	" * @NAME@: says a word. BLANK: make this the program that you would show in class.\n"
	" */\n"
	"#include <stdio.h>\n"
	"\n"
	"int main(int argc, char *argv[])\n"
	"{\n"
	"\tif (argc != 2) {\n"
	"\t\tfputs(\"usage: @NAME@ WORD\\n\", stderr);\n"
	"\t\treturn 2;\n"
	"\t}\n"
	"\tputs(argv[1]);\n"
	"\treturn 0;\n"
	"}\n";

static const char right_write[] = "/*\n"
				  " * BLANK: a right program of unusual make. This one does "
				  "without stdio: two calls of write.\n"
				  " */\n"
				  "#include <string.h>\n"
				  "#include <unistd.h>\n"
				  "\n"
				  "static int say(int fd, const char *text)\n"
				  "{\n"
				  "\tsize_t len = strlen(text);\n"
				  "\n"
				  "\twhile (len > 0) {\n"
				  "\t\tssize_t n = write(fd, text, len);\n"
				  "\n"
				  "\t\tif (n < 0)\n"
				  "\t\t\treturn -1;\n"
				  "\t\ttext += n;\n"
				  "\t\tlen -= (size_t)n;\n"
				  "\t}\n"
				  "\treturn 0;\n"
				  "}\n"
				  "\n"
				  "int main(int argc, char *argv[])\n"
				  "{\n"
				  "\tif (argc != 2) {\n"
				  "\t\tsay(2, \"usage: @NAME@ WORD\\n\");\n"
				  "\t\treturn 2;\n"
				  "\t}\n"
				  "\treturn say(1, argv[1]) < 0 || say(1, \"\\n\") < 0;\n"
				  "}\n";

static const char right_exit[] =
	"/*\n"
	" * BLANK: another one. This one ends by exit() and prints byte by byte.\n"
	" */\n"
	"#include <stdio.h>\n"
	"#include <stdlib.h>\n"
	"\n"
	"int main(int argc, char *argv[])\n"
	"{\n"
	"\tif (argc != 2) {\n"
	"\t\tfprintf(stderr, \"usage: %s WORD\\n\", argc ? argv[0] : \"@NAME@\");\n"
	"\t\texit(2);\n"
	"\t}\n"
	"\tfor (const char *p = argv[1]; *p; p++)\n"
	"\t\tputchar(*p);\n"
	"\tputchar('\\n');\n"
	"\texit(EXIT_SUCCESS);\n"
	"}\n";

static const char wrong_newline[] =
	"/*\n"
	" * BLANK: what students really write. This one forgets the newline.\n"
	" *\n"
	" * check: says_the_word\n"
	" * message: does not end with a newline\n"
	" */\n"
	"#include <stdio.h>\n"
	"\n"
	"int main(int argc, char *argv[])\n"
	"{\n"
	"\tif (argc != 2) {\n"
	"\t\tfputs(\"usage: @NAME@ WORD\\n\", stderr);\n"
	"\t\treturn 2;\n"
	"\t}\n"
	"\tprintf(\"%s\", argv[1]);\n"
	"\treturn 0;\n"
	"}\n";

static const char wrong_usage[] = "/*\n"
				  " * BLANK: another one. This one goes on without an argument.\n"
				  " *\n"
				  " * check: usage_ends_with_2\n"
				  " * message: ended with exit status %d; it should be 2\n"
				  " */\n"
				  "#include <stdio.h>\n"
				  "\n"
				  "int main(int argc, char *argv[])\n"
				  "{\n"
				  "\tif (argc != 2)\n"
				  "\t\tfputs(\"usage: @NAME@ WORD\\n\", stderr);\n"
				  "\telse\n"
				  "\t\tputs(argv[1]);\n"
				  "\treturn 0;\n"
				  "}\n";

static const char test[] = "/*\n"
			   " * @ID@: BLANK: what the contract promises, in a line.\n"
			   " *\n"
			   " * lab/judge/judge.h is the manual. A check runs the program and says "
			   "what must hold; its words\n"
			   " * tell a student what happened, where, and why it is wrong.\n"
			   " */\n"
			   "@CONFIG@#include <string.h>\n"
			   "\n"
			   "#include \"lab/judge/judge.h\"\n"
			   "\n"
			   "/* The word is drawn: it cannot be hard-coded. */\n"
			   "START_TEST(says_the_word)\n"
			   "{\n"
			   "\tconst char *word = draw_word(6);\n"
			   "\tstruct judged *run = judge_run(\"@NAME@\", .args = ARGS(word));\n"
			   "\n"
			   "\texpect(run, strcmp(output_of(run), word) != 0, CLASS_OUTPUT,\n"
			   "\t\t\"`%s` printed %s, which does not end with a newline ('\\\\n'): "
			   "whoever reads lines \"\n"
			   "\t\t\"waits for it.\",\n"
			   "\t\tcommand_of(run), shown(output_of(run)));\n"
			   "\texpect_output(run, text_of(\"%s\\n\", word));\n"
			   "\texpect_errors(run, false);\n"
			   "\texpect_exit(run, 0);\n"
			   "}\n"
			   "END_TEST\n"
			   "\n"
			   "START_TEST(usage_ends_with_2)\n"
			   "{\n"
			   "\texpect_cases(\"@NAME@\", {.status = 2, .output = \"\"},\n"
			   "\t\t{.args = ARGS(\"two\", \"words\"), .status = 2, .output = \"\"});\n"
			   "}\n"
			   "END_TEST\n"
			   "\n"
			   "JUDGE(CHECK(says_the_word), CHECK(usage_ends_with_2))\n";

static const char lesson[] =
	"# BLANK: the chapter's title\n"
	"\n"
	"BLANK: the lesson: what a student reads before the exercises. Short and exact.\n"
	"\n"
	"## Myths\n"
	"\n"
	"BLANK: what is often said about it and not true, and what is.\n";

const struct new_file new_files[] = {
	{"exercises/@ID@/README.md", readme},
	{"exercises/@ID@/@NAME@.c", starter},
	{"solutions/@ID@/@NAME@.c", reference},
	{"solutions/@ID@/right/write-only.c", right_write},
	{"solutions/@ID@/right/byte-by-byte.c", right_exit},
	{"solutions/@ID@/wrong/no-newline.c", wrong_newline},
	{"solutions/@ID@/wrong/goes-on.c", wrong_usage},
	{"tests/exercises/@ID@.c", test},
	{NULL, NULL},
};

static const char makefile[] =
	"# Builds the hidden tests of this course, against the ipclab that pkg-config finds: make, "
	"make\n"
	"# verify, make clean; what else it can is told at the head of the file that is included.\n"
	"COURSE_MK := $(shell PKG_CONFIG_PATH='$(PKG_CONFIG_PATH)' pkg-config "
	"--variable=course_mk ipclab)\n"
	"ifeq ($(COURSE_MK),)\n"
	"$(error pkg-config finds no ipclab: install it, or name the folder of its ipclab.pc with "
	"make PKG_CONFIG_PATH=DIR)\n"
	"endif\n"
	"include $(COURSE_MK)\n";

const struct new_file new_makefile = {"Makefile", makefile};
const struct new_file new_lesson = {"exercises/@CHAPTER@/README.md", lesson};

void new_fill(struct buf *into, const char *text, const char *id, bool elsewhere)
{
	const char *slash = strchr(id, '/'), *name = strchr(slash, '-') + 1;

	while (*text) {
		if (strncmp(text, "@ID@", 4) == 0) {
			buf_puts(into, id);
			text += 4;
		} else if (strncmp(text, "@NAME@", 6) == 0) {
			buf_puts(into, name);
			text += 6;
		} else if (strncmp(text, "@CHAPTER@", 9) == 0) {
			buf_add(into, id, (size_t)(slash - id));
			text += 9;
		} else if (strncmp(text, "@CONFIG@", 8) == 0) {
			buf_puts(into, elsewhere ? "" : "#include \"config.h\"\n\n");
			text += 8;
		} else {
			buf_putc(into, *text++);
		}
	}
}
