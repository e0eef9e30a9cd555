/* Becomes a program of a 32-bit machine (x86: exit(7)). */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const unsigned char program[] = {
	0x7f, 'E', 'L', 'F', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,      /* 32 bits, little-endian */
	2, 0, 3, 0, 1, 0, 0, 0, 0x54, 0x80, 4, 8, 52, 0, 0, 0,        /* EXEC, 386, entry, phoff */
	0, 0, 0, 0, 0, 0, 0, 0, 52, 0, 32, 0, 1, 0, 0, 0, 0, 0, 0, 0, /* one program header */
	1, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 4, 8, 0, 0x80, 4, 8,         /* LOAD at 0x8048000 */
	96, 0, 0, 0, 96, 0, 0, 0, 5, 0, 0, 0, 0, 0x10, 0, 0, 0xb8, 1, 0, 0, 0, 0xbb, 7, 0, 0, 0,
	0xcd, 0x80, /* exit(7) */
};

int main(int argc, char **argv)
{
	int fd = open("of-386", O_WRONLY | O_CREAT | O_TRUNC, 0700);

	(void)argc;
	if (fd < 0 || write(fd, program, sizeof(program)) != (ssize_t)sizeof(program) || close(fd))
		perror("of-386");
	execv("./of-386", argv);
	perror("execv");
	return 1;
}
