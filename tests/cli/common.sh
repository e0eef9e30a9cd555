# What the tests of commands share: TAP, a scratch folder, submissions. Sourced.
# shellcheck shell=sh

ipclab=${IPCLAB:-./ipclab}
top=${abs_top_srcdir:?}
scratch=$(mktemp -d) || exit 99
hogs=
ended() {
	# shellcheck disable=SC2086
	test -z "$hogs" || kill $hogs 2>/dev/null
	rm -rf "$scratch"
}
trap ended EXIT
trap 'exit 99' HUP INT TERM

done_tests=0
failed_tests=0
# told STATUS SENTENCE: one line of TAP
told() {
	done_tests=$((done_tests + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $done_tests - $2"
	else
		failed_tests=$((failed_tests + 1))
		echo "not ok $done_tests - $2"
	fi
}
finish() {
	echo "1..$done_tests"
	[ $failed_tests -eq 0 ]
}

# Where the lab cannot run anything (doctor says why), there is nothing to show.
"$ipclab" doctor >"$scratch/doctor" 2>&1
if [ $? -eq 4 ]; then
	echo "1..0 # SKIP ipclab doctor finds that this machine cannot"
	exit 0
fi

# small_course DIR EXERCISE...: a course of these alone, so that tests do not grow with the course
small_course() {
	course=$1
	shift
	for exercise; do
		mkdir -p "$course/exercises/$exercise" "$course/judges/${exercise%/*}"
		cp "$top/exercises/$exercise"/* "$course/exercises/$exercise"
		cp "$top/exercises/${exercise%/*}/README.md" "$course/exercises/${exercise%/*}"
		chmod -R u+w "$course/exercises"
		sed 's/^needs: .*/needs: []/' "$top/exercises/$exercise/README.md" \
			>"$course/exercises/$exercise/README.md"
		cp "${IPCLAB_JUDGES:-$PWD/judges}/$exercise" "$course/judges/$exercise"
	done
}

# Two processes that want both processors, for a while at most.
load_on() {
	for _ in 1 2; do
		timeout 1000 sh -c 'while :; do :; done' &
		hogs="$hogs $!"
	done
}
load_off() {
	# shellcheck disable=SC2086
	kill $hogs 2>/dev/null
	hogs=
}

# submission EXERCISE PROGRAM DIR: PROGRAM (a file, or a folder, of which its files) laid out in DIR
submission() {
	mkdir -p "$3"
	rm -rf "${3:?}"/*
	if [ -d "$2" ]; then
		find "$2" -maxdepth 1 -type f -exec cp {} "$3" \;
		return
	fi
	for file in "$top/exercises/$1"/*.c; do
		cp "$2" "$3/$(basename "$file")"
	done
}
