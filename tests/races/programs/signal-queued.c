/* clean: a queued signal for each value; each has its own order. */
#include "shared.h"

int main(void)
{
	int *x = share(3 * sizeof(*x)), sum = 0;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (int i = 0; i < 3; i++) {
		if (NEED(fork()) == 0) {
			x[i] = i + 1;
			NEED(sigqueue(getppid(), SIGRTMIN, (union sigval){.sival_int = i}));
			_exit(0);
		}
	}
	for (int i = 0; i < 3; i++) {
		siginfo_t info;

		NEED(sigwaitinfo(&set, &info));
		sum += x[info.si_value.sival_int];
	}
	return sum != 6 || finish();
}
