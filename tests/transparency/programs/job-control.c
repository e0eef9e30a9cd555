/* SIGSTOP, SIGCONT, SIGTSTP, WUNTRACED, WCONTINUED, and a stop that ends a stopped process. */
#include "say.h"

static void loop(void)
{
	for (;;)
		pause();
}

int main(void)
{
	pid_t pid = child(loop);
	int value;

	handle(SIGCHLD, count, SA_RESTART);
	kill(pid, SIGSTOP);
	say("waited for the right one %d", waitpid(pid, &value, WUNTRACED) == pid);
	status("stop", value);
	result("no news", waitpid(pid, &value, WUNTRACED | WCONTINUED | WNOHANG));
	kill(pid, SIGCONT);
	waitpid(pid, &value, WCONTINUED);
	status("continue", value);
	kill(pid, SIGTSTP);
	waitpid(pid, &value, WUNTRACED);
	status("stop", value);
	kill(pid, SIGTERM); /* pending until it goes on */
	result("still there", waitpid(pid, &value, WNOHANG));
	kill(pid, SIGCONT);
	waitpid(pid, &value, 0);
	status("end", value);
	say("SIGCHLD came %d", caught > 0);
	pid = child(loop);
	kill(pid, SIGSTOP);
	waitpid(pid, &value, WUNTRACED);
	kill(pid, SIGKILL); /* needs no SIGCONT */
	waitpid(pid, &value, 0);
	status("end", value);
	handle(SIGCHLD, count, SA_RESTART | SA_NOCLDSTOP);
	caught = 0;
	pid = child(loop);
	kill(pid, SIGSTOP);
	waitpid(pid, &value, WUNTRACED);
	say("SA_NOCLDSTOP: %d", (int)caught);
	kill(pid, SIGKILL);
	waitpid(pid, &value, 0);
	say("then: %d", (int)caught);
	return 0;
}
