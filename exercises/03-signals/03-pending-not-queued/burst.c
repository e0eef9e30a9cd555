/* Nine signals of four kinds, all sent while they are blocked. */
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void show(int sig)
{
	if (sig == SIGUSR1)
		write(STDOUT_FILENO, "1 ", 2);
	else if (sig == SIGUSR2)
		write(STDOUT_FILENO, "2 ", 2);
	else if (sig == SIGRTMIN)
		write(STDOUT_FILENO, "3 ", 2);
	else
		write(STDOUT_FILENO, "4 ", 2);
}

int main(int argc, char *argv[])
{
	const char *how = argc == 2 ? argv[1] : "";
	const int sent[] = {SIGRTMIN + 1, SIGRTMIN, SIGUSR2, SIGUSR1, SIGRTMIN, SIGUSR1, SIGUSR2,
		SIGRTMIN, SIGUSR1};
	const struct timespec now = {0};
	struct sigaction action = {.sa_handler = show};
	sigset_t four, before;
	int sig;

	sigemptyset(&four);
	for (int i = 0; i < 9; i++)
		sigaddset(&four, sent[i]);

	if (strcmp(how, "full") == 0)
		action.sa_mask = four; /* else it is empty */
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	sigaction(SIGRTMIN, &action, NULL);
	sigaction(SIGRTMIN + 1, &action, NULL);

	sigprocmask(SIG_BLOCK, &four, &before);
	for (int i = 0; i < 9; i++)
		kill(getpid(), sent[i]);

	if (strcmp(how, "wait") == 0)
		while ((sig = sigtimedwait(&four, NULL, &now)) > 0)
			show(sig);
	else
		sigprocmask(SIG_SETMASK, &before, NULL); /* all are unblocked */
	write(STDOUT_FILENO, "\n", 1);
	return 0;
}
