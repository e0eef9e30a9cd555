/* Nobody wakes a futex. */
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	static int word;

	syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
	return 0;
}
