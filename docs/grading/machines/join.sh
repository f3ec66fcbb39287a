#!/bin/sh
# usage: join.sh EXERCISE RESULTS FILE..: all parts in one, printed in the order of the files. What some part lacks is judged here.
exercise=$1 results=$2
shift 2
cat "$results".[0-9]*.jsonl > "$results.jsonl"
exec "${FORKLORE:-forklore}" grade "$exercise" "$@" -o "$results.jsonl" --format "${FORMAT:-json}"
