#!/bin/sh
# usage: zip.sh EXERCISE [PROGRAM]: makes autograder.zip, to be uploaded. PROGRAM has been built on a system like Gradescope's, Ubuntu 22.04 or later.
set -e
here=$(dirname "$0") folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$here/setup.sh" "$here/run_autograder" "$folder"
cp "$1" "$folder/exercise.yaml"
cp "${2:-$(command -v forklore)}" "$folder/forklore"
chmod +x "$folder/setup.sh" "$folder/run_autograder" "$folder/forklore"
rm -f autograder.zip
zip -q -j autograder.zip "$folder"/*
