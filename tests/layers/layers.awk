# awk -f layers.awk layers.txt FILE...: prints every include of the FILEs that the table forbids.
# FILEs are named from the top of the tree. Exit code 1 if there is one.

function forbid(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what
	found++
}

# lab/event/log.c -> event, runner/main.c -> runner, all else -> ""
function room_of(path, part) {
	if (split(path, part, "/") > 2 && part[1] == "lab")
		return part[2]
	return part[1] == "runner" ? "runner" : ""
}

# The table's patterns: '*' stands for anything at the end.
function fits(path, pattern) {
	if (pattern ~ /\*$/)
		return index(path, substr(pattern, 1, length(pattern) - 1)) == 1
	return path == pattern
}

function ours(header, from, to) {
	to = room_of(header)
	if (header == "config.h")
		return
	if (to == "")
		forbid("\"" header "\" is not named from the top of the tree")
	else if (!((from, to) in allowed) && !((from, substr(header, 5)) in allowed))
		forbid((from == "runner" ? "runner" : "lab/" from) " may not include \"" header "\"")
}

function theirs(header, n, list, i) {
	if (!(header in only))
		return
	n = split(only[header], list, " ")
	for (i = 1; i <= n; i++)
		if (fits(FILENAME, list[i]))
			return
	forbid("<" header "> belongs to " only[header])
}

# The table
FNR == NR && (/^#/ || NF == 0) { next }
FNR == NR && $2 == "<" {
	for (i = 3; i <= NF; i++)
		only[$1] = only[$1] (i > 3 ? " " : "") $i
	next
}
FNR == NR {
	room = $1
	sub(/:$/, "", room)
	known[room] = 1
	allowed[room, room] = allowed[room, "base"] = 1
	for (i = 2; i <= NF; i++) {
		name = $i
		sub(/\/.*/, "", name)
		if (!(name in known) || name == room)
			forbid("\"" $i "\" does not stand above " room)
		allowed[room, $i] = 1
	}
	next
}

# The files
FNR == 1 {
	here = room_of(FILENAME)
	if (!(here in known))
		forbid("this room does not stand in layers.txt")
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, quoted, "\"")
	ours(quoted[2], here)
}
/^[ \t]*#[ \t]*include[ \t]*</ {
	split($0, quoted, /[<>]/)
	theirs(quoted[2])
}
END { exit found > 0 }
