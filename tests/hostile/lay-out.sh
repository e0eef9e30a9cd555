# What the rows of table.txt are laid out by. Sourced; wants top, class, out, course.
# shellcheck shell=sh disable=SC2154 # of the caller

archiver=$PWD/tests/hostile/archive
first=00-basecamp/01-first-run
right=$top/solutions/$first/first-run.c

program() {
	mkdir -p "$student"
	sed -e "s|@VICTIM@|$class/ada/first-run.c|g; s|@OUT@|$out|g; s|@JUDGE@|$course/judges/$first|g" \
		"$top/tests/hostile/programs/$1.c" >"$student/first-run.c"
}
honest() {
	mkdir -p "$(dirname "$1")"
	cp "$right" "$1"
}
archive() {
	mkdir -p "$(dirname "$2")"
	"$archiver" "$@"
}

# hostile_rows: the table without what is for people
hostile_rows() {
	sed -e '/^#/d; /^ *$/d; s/ *| */|/g' "$top/tests/hostile/table.txt"
}

# hand_in STUDENT HOW
hand_in() {
	student=$1
	(cd "$class" && eval "${2:-program $student}") || echo "# $student cannot be laid out"
}
