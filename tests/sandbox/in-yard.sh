#!/bin/sh
# Attacks and programs once more in a sandbox that is the second of a yard, and started with less to
# copy (struct sandbox_command, soon). One TAP stream.
set -u

for test in attacks program; do
	IPCLAB_TEST_YARD=1 "tests/sandbox/test_$test" 2>&1 || echo "# test_$test: exit $?"
	echo "end of test_$test"
done | awk -f "$(dirname "$0")/join.awk"
