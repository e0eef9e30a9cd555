/*
 * Unusual: no stdio at all. The line is built in an array and handed to the kernel by write(2) in
 * as many pieces as it takes; the process ends by _exit(2), which has no buffers to write out.
 */
#include <stddef.h>
#include <unistd.h>

/* Puts VALUE (not negative) in decimal at AT; returns the place after it. */
static char *put_number(char *at, long value)
{
	char digits[24];
	size_t n = 0;

	do {
		digits[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	while (n > 0)
		*at++ = digits[--n];
	return at;
}

static char *put_text(char *at, const char *text)
{
	while (*text != '\0')
		*at++ = *text++;
	return at;
}

int main(void)
{
	char line[80];
	char *end = line;
	size_t done = 0;

	end = put_text(end, "pid=");
	end = put_number(end, getpid());
	end = put_text(end, " ppid=");
	end = put_number(end, getppid());
	end = put_text(end, "\n");

	/* write(2) may take fewer bytes than offered, and says how many: we offer the rest. */
	while (done < (size_t)(end - line)) {
		ssize_t n = write(STDOUT_FILENO, line + done, (size_t)(end - line) - done);

		if (n == -1)
			_exit(1);
		done += (size_t)n;
	}
	_exit(0);
}
