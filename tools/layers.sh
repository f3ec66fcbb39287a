#!/bin/sh
# Proves the order of the floors from the #include lines, and four promises that go with it. Prints what offends.

cd "$(dirname "$0")/.." || exit 1
find sim ui -name '*.[ch]' -o -name '*.def' | LC_ALL=C sort | awk '
function offend(what) { print file ":" line ": " what; bad++ }
function folder(path) { sub(/\/[^\/]*$/, "", path); return path }

# The code alone: no comments, and texts emptied, so that neither can look like a call.
function code(s,    out, at, mark) {
	while (s != "") {
		if (comment) {
			if (!(at = index(s, "*/"))) return out
			s = substr(s, at + 2); comment = 0; continue
		}
		if (!match(s, /"([^"\\]|\\.)*"|\047([^\047\\]|\\.)*\047|\/\*|\/\//)) return out s
		mark = substr(s, RSTART, 2); out = out substr(s, 1, RSTART - 1)
		if (mark == "//") return out
		if (mark == "/*") comment = 1; else out = out "\"\""
		s = substr(s, RSTART + RLENGTH)
	}
	return out
}

function sees(from, to) {
	return from == to || floor[to] < floor[from]
}

function look(path,    text, target) {
	file = path; line = 0; comment = 0
	if (!(folder(path) in floor)) offend("no such floor: " folder(path))
	while ((getline text < path) > 0) {
		line++
		if (text ~ /^[ \t]*#[ \t]*include[ \t]*"/ && !comment) {
			target = text; sub(/^[^"]*"/, "", target); sub(/".*/, "", target)
			if (!(target in known)) offend("\"" target "\" is no file, as seen from the top folder")
			else {
				if (!sees(folder(path), folder(target))) offend(folder(path) " may not see " target)
				edges++; tail[edges] = path; head[edges] = target; where[edges] = path ":" line
			}
		}
		text = code(text)
		if (text ~ /^[ \t]*#[ \t]*include[ \t]*<.*(curses|<term|<panel)/ && folder(path) != "ui/dashboard")
			offend("only ui/dashboard knows curses")
		if (text ~ /(^|[^A-Za-z0-9_])v?fork[ \t]*\(/ && folder(path) != "sim/stage")
			offend("only sim/stage calls fork()")
		if (folder(path) == "sim/stage" && path !~ /\/system\./) {
			if (path ~ /\.c$/ && text ~ /^[ \t]*#[ \t]*include[ \t]*<(sys\/|unistd|fcntl|poll|sched|signal|time|pthread)/)
				offend("only sim/stage/system.h includes what declares system calls")
			if (match(text, calls)) offend("system calls are made by the functions of sim/stage/system.h: sys_..")
		}
	}
	close(path)
}

# Whatever includes nothing that remains is in no cycle, and goes; what stays in the end is one, or leads to one.
function cycles(    i, gone, n, stays) {
	do {
		gone = 0
		for (i = 1; i <= edges; i++) if (!(i in cut)) waits[tail[i]]++
		for (i = 1; i <= edges; i++) if (!(i in cut) && !waits[head[i]]) { cut[i]; gone++ }
		split("", waits)
	} while (gone)
	do {	# and backwards: whatever is included by nothing that remains only led there
		gone = 0
		for (i = 1; i <= edges; i++) if (!(i in cut)) waits[head[i]]++
		for (i = 1; i <= edges; i++) if (!(i in cut) && !waits[tail[i]]) { cut[i]; gone++ }
		split("", waits)
	} while (gone)
	for (i = 1; i <= edges; i++) if (!(i in cut)) { print where[i] ": includes " head[i] " in a circle"; bad++ }
}

# A call of one of the rows of system.def, by its own name.
function system_calls(    text, name, list) {
	while ((getline text < "sim/stage/system.def") > 0)
		if (text ~ /^(CALL|RAW)\(/) { split(text, name, /, */); list = list "|" name[2] }
	close("sim/stage/system.def")
	return "(^|[^A-Za-z0-9_.>*])(syscall|futex" list ")[ \t]*\\("
}

BEGIN {
	calls = system_calls()
	n = split("sim/base sim/language sim/world sim/schedule sim/stage sim/explore sim/report ui/plain ui/dashboard ui/browser ui/cli", order)
	for (i = 1; i <= n; i++) floor[order[i]] = i
	floor["ui/dashboard"] = floor["ui/plain"]	# neighbours: neither sees the other
}
{ known[$0]; paths[NR] = $0 }
END {
	for (i = 1; i <= NR; i++) look(paths[i])
	cycles()
	if (bad) { print bad " offences against the order of the floors"; exit 1 }
	print NR " files, " edges " includes: each floor sees only what stands below it"
}'
