/* waitid with WNOWAIT, wait for groups, ECHILD, SIGCHLD ignored, SA_NOCLDWAIT, EINTR. */
#include "say.h"

#include <sys/resource.h>

static void three(void)
{
	_exit(3);
}

static void soon(void)
{
	usleep(100000);
	_exit(4);
}

static void soon_a_signal(void)
{
	usleep(50000);
	kill(getppid(), SIGUSR1);
	usleep(50000);
}

int main(void)
{
	siginfo_t info = {0};
	struct rusage usage;
	pid_t pid;
	int value;

	result("no child", wait(NULL));
	pid = child(three);
	result("waitid, look only", waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT));
	say("code %d status %d right %d", info.si_code == CLD_EXITED, info.si_status,
		info.si_pid == pid);
	result("kill a zombie", kill(pid, 0));
	say("again %d", waitpid(pid, &value, 0) == pid);
	status("again", value);
	result("gone", kill(pid, 0));
	pid = child(soon);
	result("not yet", waitpid(pid, &value, WNOHANG));
	memset(&info, 0, sizeof(info));
	result("waitid not yet", waitid(P_ALL, 0, &info, WEXITED | WNOHANG));
	say("pid %d", (int)info.si_pid);
	say("wait4 %d", wait4(-1, &value, 0, &usage) == pid);
	status("wait4", value);

	pid = child(soon);
	setpgid(pid, pid);
	result("nobody of my group", waitpid(0, &value, 0));
	say("of its group %d", waitpid(-pid, &value, 0) == pid);

	handle(SIGUSR1, count, 0);
	pid = child(soon_a_signal);
	result("interrupted", waitpid(pid, &value, 0));
	waitpid(pid, &value, 0);
	handle(SIGUSR1, count, SA_RESTART);
	pid = child(soon_a_signal);
	say("restarted %d", waitpid(pid, &value, 0) == pid);
	say("caught %d", (int)caught);

	signal(SIGCHLD, SIG_IGN);
	child(three);
	child(soon);
	result("ignored SIGCHLD: waits for all, finds none", wait(&value));
	handle(SIGCHLD, count, SA_NOCLDWAIT);
	caught = 0;
	child(three);
	while (wait(&value) > 0 || errno == EINTR)
		;
	result("SA_NOCLDWAIT", -1);
	say("SIGCHLD %d", (int)caught);
	return 0;
}
