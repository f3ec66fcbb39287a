#!/bin/sh
# The entry point of the grading container: /grade/tests has exercise.yaml, /grade/student the submission.
grade=${GRADE:-/grade}
mkdir -p "$grade/results"
"${FORKLORE:-forklore}" grade "$grade/tests/exercise.yaml" "$grade/student/${SUBMISSION:-submission.yaml}" \
	--timeout 20 --format prairielearn > "$grade/results/results.json"
case $? in 0|1) exit 0 ;; *) exit 1 ;; esac
