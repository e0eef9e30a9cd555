/*
 * lines GUEST.O PROGRAM [SOURCE]...
 *
 * Looks into a freshly linked PROGRAM, inside the build's sandbox, because the file is as hostile
 * as the sources it was made from: whatever libelf or libdw make of it stays in here. Two answers:
 *
 * standard output: the line table of lab/run/lines.h, for the SOURCEs (the submission's own files).
 *
 * standard error: one line for everything that a submission may not define, because a program that
 * defines it could forge markers:
 *	symbol NAME FILE LINE	a reserved name (FILE is "-" where it is unknown)
 *	section NAME		something was put into our runtime's section
 *
 * lines --any <PROGRAM
 *
 * The line table alone, of a program that is no submission's (trace): all files below the folder in
 * which it was compiled.
 *
 * Exit status 0: both answers are whole. 1: the file cannot be read as a program.
 */
#include "config.h"

#include "lab/guest/lines.h"

#include <elf.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/guest/markers.h"

#define RUNTIME_SECTION "ipclab_text"
#define CALLS_SECTION   "ipclab_calls"
#define FLAG            "ipclab_in_handler" /* guest.o has it: a second one does not link */
#define TAPE            "ipclab_tape"       /* likewise */
#define SHARED          "ipclab_shared"     /* race.o likewise; elsewhere it means nothing */

_Noreturn void lines_die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("lines: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(1);
}

/* Names that only the library, the compiler or our runtime may define. */
static bool is_reserved(const char *name)
{
	static const char *const prefixes[] = {
		"__wrap_", "__real_", "ipclab_", "__sanitizer_", "__tsan_", "__asan_", "__ubsan_"};
	static const char *const names[] = {
#define X(name) #name,
		GUEST_LIBRARY_CALLS(X)
#undef X
			"__errno_location"};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0) {
			return true;
		}
	}
	size_t len = strcspn(name, "@"); /* .symver adds a version */

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strlen(names[i]) == len && strncmp(name, names[i], len) == 0) {
			return true;
		}
	}
	return false;
}

static Elf *read_elf(int fd, const char *name)
{
	Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);

	if (elf == NULL || elf_kind(elf) != ELF_K_ELF) {
		lines_die("%s is no ELF file", name);
	}
	return elf;
}

static Elf *open_elf(const char *path, int *fd)
{
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*fd < 0) {
		lines_die("cannot open %s", path);
	}
	return read_elf(*fd, path);
}

/* The section NAME; more than one of it is a forgery. NULL: none. */
static Elf_Scn *find_section(Elf *elf, const char *name, GElf_Shdr *header)
{
	size_t names;
	Elf_Scn *found = NULL;
	GElf_Shdr shdr;

	if (elf_getshdrstrndx(elf, &names) != 0) {
		lines_die("no section names");
	}
	for (Elf_Scn *scn = NULL; (scn = elf_nextscn(elf, scn)) != NULL;) {
		const char *is = NULL;

		if (gelf_getshdr(scn, &shdr) != NULL) {
			is = elf_strptr(elf, names, shdr.sh_name);
		}
		if (is == NULL || strcmp(is, name) != 0) {
			continue;
		}
		if (found != NULL) {
			lines_die("section %s is there twice", name);
		}
		found = scn;
		*header = shdr;
	}
	return found;
}

/* CALLS is the section of unsafe.a: who puts a wrapper of his own there hides a call from the lab
 * as he could in other ways, but forges nothing. */
static void check_symbol(const struct lines_table *table, const char *name, const GElf_Sym *sym,
	size_t runtime, size_t calls)
{
	int type = GELF_ST_TYPE(sym->st_info);

	if (sym->st_shndx == SHN_UNDEF || sym->st_shndx == runtime || type == STT_FILE ||
		type == STT_SECTION || !is_reserved(name)) {
		return;
	}
	if ((sym->st_shndx == calls && strncmp(name, "__wrap_", 7) == 0) ||
		strcmp(name, FLAG) == 0 || strcmp(name, TAPE) == 0 || strcmp(name, SHARED) == 0) {
		return;
	}
	const struct lines_row *row = lines_table_find(table, sym->st_value);

	fprintf(stderr, "symbol %.200s %s %d\n", name, row != NULL ? table->names[row->file] : "-",
		row != NULL ? row->line : 0);
}

/* Prints "var" for a variable of the program's own. Compilers put a number behind the name of one
 * that is static in a function. */
static void print_variable(const char *name, const GElf_Sym *sym)
{
	static const char fit[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	size_t len = strcspn(name, ".");

	if (GELF_ST_TYPE(sym->st_info) != STT_OBJECT || sym->st_shndx == SHN_UNDEF ||
		sym->st_size == 0 || len == 0 || len > LINES_VARIABLE_NAME || *name == '_' ||
		strspn(name, fit) != len || is_reserved(name)) {
		return;
	}
	printf("var %llx %llx %.*s\n", (unsigned long long)sym->st_value,
		(unsigned long long)sym->st_size, (int)len, name);
}

static void check_symbols(Elf *elf, const struct lines_table *table, size_t runtime)
{
	GElf_Shdr shdr;
	Elf_Scn *unsafe = find_section(elf, CALLS_SECTION, &shdr);
	Elf_Scn *scn = find_section(elf, ".symtab", &shdr);
	size_t calls = unsafe != NULL ? elf_ndxscn(unsafe) : SHN_UNDEF;
	Elf_Data *data = scn != NULL ? elf_getdata(scn, NULL) : NULL;

	if (data == NULL || shdr.sh_entsize == 0) {
		lines_die("no symbol table");
	}
	size_t count = shdr.sh_size / shdr.sh_entsize, variables = 0;

	for (size_t i = 0; i < count; i++) {
		GElf_Sym sym;
		const char *name = NULL;

		if (gelf_getsym(data, (int)i, &sym) != NULL) {
			name = elf_strptr(elf, shdr.sh_link, sym.st_name);
		}
		if (name == NULL) {
			lines_die("symbol %zu cannot be read", i);
		}
		check_symbol(table, name, &sym, runtime, calls);
		if (++variables <= LINES_VARIABLES_MAX) {
			print_variable(name, &sym);
		}
	}
}

/* Prints "text" and "entry". */
static void print_layout(Elf *elf)
{
	GElf_Ehdr ehdr;
	size_t count;
	uint64_t begin = UINT64_MAX, end = 0;

	if (gelf_getehdr(elf, &ehdr) == NULL || elf_getphdrnum(elf, &count) != 0) {
		lines_die("no program headers");
	}
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr phdr;

		if (gelf_getphdr(elf, (int)i, &phdr) == NULL || phdr.p_type != PT_LOAD ||
			(phdr.p_flags & PF_X) == 0) {
			continue;
		}
		begin = phdr.p_vaddr < begin ? phdr.p_vaddr : begin;
		end = phdr.p_vaddr + phdr.p_memsz > end ? phdr.p_vaddr + phdr.p_memsz : end;
	}
	if (begin >= end) {
		lines_die("nothing in it can be executed");
	}
	printf("text %llx %llx\n", (unsigned long long)begin, (unsigned long long)end);
	printf("entry %llx\n", (unsigned long long)ehdr.e_entry);
}

/* Prints "runtime" and says if somebody else added to its section. Returns its section number. */
static size_t print_runtime(Elf *elf, const char *guest_path)
{
	int guest_fd;
	Elf *guest = open_elf(guest_path, &guest_fd);
	GElf_Shdr own, linked;

	if (find_section(guest, RUNTIME_SECTION, &own) == NULL) {
		lines_die("%s has no section %s", guest_path, RUNTIME_SECTION);
	}
	Elf_Scn *scn = find_section(elf, RUNTIME_SECTION, &linked);

	if (scn == NULL) {
		lines_die("no section %s", RUNTIME_SECTION);
	}
	if (linked.sh_size != own.sh_size) {
		fprintf(stderr, "section %s\n", RUNTIME_SECTION);
	}
	printf("runtime %llx %llx\n", (unsigned long long)linked.sh_addr,
		(unsigned long long)(linked.sh_addr + linked.sh_size));
	elf_end(guest);
	close(guest_fd);
	return elf_ndxscn(scn);
}

static int print_any(void)
{
	struct lines_table table = {.any = true};
	Elf *elf = read_elf(STDIN_FILENO, "standard input");

	puts("ipclab-lines 1");
	print_layout(elf);
	puts("runtime 0 0");
	lines_table_read(&table, elf);
	lines_table_print(&table);
	return fflush(stdout) == 0 ? 0 : 1; /* the process ends: nothing is freed */
}

int main(int argc, char *argv[])
{
	elf_version(EV_CURRENT);
	if (argc == 2 && strcmp(argv[1], "--any") == 0) {
		return print_any();
	}
	if (argc < 3) {
		lines_die("usage: lines GUEST.O PROGRAM [SOURCE]... | lines --any <PROGRAM");
	}

	int fd;
	Elf *elf = open_elf(argv[2], &fd);
	struct lines_table table = {.names = argv + 3, .name_count = (size_t)(argc - 3)};

	puts("ipclab-lines 1");
	print_layout(elf);

	size_t runtime = print_runtime(elf, argv[1]);

	lines_table_read(&table, elf);
	lines_table_print(&table);
	check_symbols(elf, &table, runtime);
	lines_table_done(&table);
	elf_end(elf);
	close(fd);
	return fflush(stdout) == 0 && fflush(stderr) == 0 ? 0 : 1;
}
