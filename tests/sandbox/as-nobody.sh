#!/bin/sh
# The sandbox's tests once more as an ordinary user, when they were run as root. Prints one TAP
# stream of all of them.
set -eu

skip()
{
	echo "1..0 # SKIP $*"
	exit 0
}

[ "$(id -u)" -eq 0 ] || skip "not root: the other tests have run as an ordinary user"
command -v setpriv >/dev/null || skip "no setpriv(1)"

join=$(cd "$(dirname "$0")" && pwd)/join.awk
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cp tests/sandbox/attacks tests/sandbox/test_attacks tests/sandbox/test_compiler \
	tests/sandbox/test_less tests/sandbox/test_life \
	tests/sandbox/test_program tests/sandbox/test_reduced tests/sandbox/test_yard "$dir"
chmod 755 "$dir"/*
cd "$dir"
export IPCLAB_TEST_ATTACKS="$dir/attacks" TMPDIR=/tmp HOME=/

for test in attacks compiler less life program reduced yard; do
	# A test that ends without its plan has crashed: that is a failure too.
	setpriv --reuid=65534 --regid=65534 --clear-groups "./test_$test" 2>&1 ||
		echo "# test_$test: exit $?"
	echo "end of test_$test"
done | awk -f "$join"
