/*
 * One write a frame: see frame.h. Curses writes whenever it moves the cursor, twenty times for a
 * new screen, and a terminal that draws in between, or a network that sends each of them, shows
 * half a frame. So it writes on a descriptor of its own, which leads to memory while a frame is
 * made and else to the terminal. Where there is no such memory it writes as ever.
 */
#include "config.h"

#include "runner/screen/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lab/base/fd.h"

static FILE *out;
static int memory = -1;

FILE *frame_open(void)
{
	FD_SCOPED fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!out)
		return NULL;
	fd_keep(&fd);
	memory = memfd_create("frame", MFD_CLOEXEC);
	return out;
}

void frame_hold(void)
{
	if (memory >= 0)
		dup3(memory, fileno(out), O_CLOEXEC);
}

/* Also where somebody left the terminal such that it does not wait. */
static void write_all(const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDOUT_FILENO, bytes, len);

		if (n < 0 && errno == EAGAIN)
			poll(&(struct pollfd){STDOUT_FILENO, POLLOUT, 0}, 1, -1);
		else if (n < 0 && errno != EINTR)
			return; /* it is gone: the loop will hear of that */
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
}

void frame_show(void)
{
	BUF_SCOPED frame = BUF_INIT;
	off_t size = memory < 0 ? 0 : lseek(memory, 0, SEEK_CUR);

	if (memory < 0)
		return;
	dup3(STDOUT_FILENO, fileno(out), O_CLOEXEC);
	if (lseek(memory, 0, SEEK_SET) == 0 && fd_read_to_end(memory, &frame, (size_t)size) == 0)
		write_all(buf_text(&frame), frame.len);
	if (ftruncate(memory, 0) < 0 || lseek(memory, 0, SEEK_SET) < 0)
		fd_close(&memory);
}

void frame_close(void)
{
	fd_close(&memory);
	if (out)
		fclose(out);
	out = NULL;
}
