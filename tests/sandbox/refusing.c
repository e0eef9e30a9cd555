/*
 * refusing HOW COMMAND...: runs COMMAND on a machine that refuses user namespaces (HOW: see
 * refusals.h). Its own failures end with 125, a command that cannot be started with 127.
 */
#include "config.h"

#include "refusals.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int rc;

	if (argc < 3) {
		fprintf(stderr, "usage: refusing docker|apparmor|old-kernel COMMAND...\n");
		return 125;
	}
	rc = refuse_as(argv[1]);
	if (rc < 0) {
		fprintf(stderr, "refusing %s: %s\n", argv[1], strerror(-rc));
		return 125;
	}
	execvp(argv[2], argv + 2);
	fprintf(stderr, "refusing: exec \"%s\": %s\n", argv[2], strerror(errno));
	return 127;
}
