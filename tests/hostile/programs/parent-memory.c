/* Looks for its parent in /proc: its memory, its program, its words and descriptors. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	static const char *const what[] = {
		"mem", "exe", "cmdline", "environ", "fd/3", "root/etc/passwd"};
	char path[64], text[256];

	for (size_t i = 0; i < sizeof(what) / sizeof(*what); i++) {
		for (long pid = 1; pid <= (long)getppid();
			pid += getppid() > 1 ? getppid() - 1 : 1) {
			int fd;

			snprintf(path, sizeof(path), "/proc/%ld/%s", pid, what[i]);
			fd = open(path, O_RDWR);
			if (fd < 0)
				fd = open(path, O_RDONLY);
			if (fd >= 0 && read(fd, text, sizeof(text)) > 0)
				dprintf(2, "%s: %.200s\n", path, text);
			if (fd >= 0)
				close(fd);
		}
	}
	printf("pid=%ld ppid=%ld\n", (long)getpid(), (long)getppid());
	return 0;
}
