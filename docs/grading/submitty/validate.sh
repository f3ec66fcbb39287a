#!/bin/sh
# A custom validator: writes validation_results.json, and nothing to standard output.
"${FORKLORE:-forklore}" grade "${EXERCISE:-exercise.yaml}" "${SUBMISSION:-submission.yaml}" --timeout 60 --format submitty > validation_results.json
exit 0
