#!/bin/sh
# usage: part.sh EXERCISE N OF RESULTS FILE..: the part of machine N (1, 2, ..) of OF machines. Each writes RESULTS.N.jsonl, and goes
# on with it where it was stopped.
exercise=$1 number=$2 of=$3 results=$4
shift 4
i=0
for file; do
	shift
	i=$((i + 1))
	[ $((i % of)) -ne $((number % of)) ] || set -- "$@" "$file"
done
[ $# -gt 0 ] || exit 0
"${FORKLORE:-forklore}" grade "$exercise" "$@" -o "$results.$number.jsonl" > /dev/null
case $? in 0|1) exit 0 ;; *) exit 1 ;; esac
