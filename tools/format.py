#!/usr/bin/env python3
"""Asks clang-format about the C files, and takes its word for what is inside a line.

usage: tools/format.py [--check] [FILE...]      without FILE: all .c and .h that git knows

Taken: the spaces between two words of a line, and the indentation of a statement. Left as it was written: where lines are
broken, and columns that are laid out by hand (tables, comments behind code, continued lines). clang-format knows no way to
leave those alone. With --check nothing is changed: each line that should be is printed, and the exit code is 1.
"""
import re
import subprocess
import sys
from xml.etree import ElementTree

# clang-format takes C for C++. Words that are keywords there, and names here, are shown to it in other letters.
KEYWORDS = re.compile(rb"\b(new|delete|this|class|operator|template|try|catch|throw|export|using|private|public|virtual|friend)\b")


def is_taken(text, at, end, put):
    old, before, after = text[at:end], text[:at].rstrip()[-1:], text[end:end + 2]
    if old.count(b"\n") != put.count(b"\n"):
        return False                            # where lines are broken
    if b"\n" in old:
        by_hand = b"\\" in old or re.search(rb"\t {8}", old)    # a macro's lines; what stands below what is behind a `case ..:`
        return before in (b";", b"{", b"}", b"") and not by_hand
    if re.search(rb"  |\t", old) or re.search(rb"  |\t", put):
        return False                            # a column
    if after in (b"/*", b"//") or after[:1] in (b"}", b";", b")") or before in (b"{", b";"):
        return False                            # `{ 1, 2 }` or `{1, 2}`; `for (; ; )`
    return not (before == b"*" and not old)     # after a struct's body it takes the star of `} *name` for a product


def changes(path, text):
    """[(from, to, what to put there)] of the file, in order."""
    shown = KEYWORDS.sub(lambda word: b"x" * len(word[0]), text)
    done = subprocess.run(["clang-format", "--output-replacements-xml", "--assume-filename=" + path], input=shown, stdout=subprocess.PIPE,
                          check=True)
    for row in ElementTree.fromstring(done.stdout).iter("replacement"):
        at, put = int(row.get("offset")), (row.text or "").encode()
        end = at + int(row.get("length"))
        if is_taken(text, at, end, put):
            yield at, end, put


def main(check, paths):
    paths = paths or subprocess.run(["git", "ls-files", "*.c", "*.h"], stdout=subprocess.PIPE, check=True).stdout.decode().split()
    wrong = 0
    for path in paths:
        with open(path, "rb") as file:
            text = file.read()
        made, last, lines = b"", 0, set()
        for at, end, put in changes(path, text):
            made, last = made + text[last:at] + put, end
            lines.add(text.count(b"\n", 0, end) + 1)
        made += text[last:]
        if made == text:
            continue
        wrong += len(lines)
        if check:
            for line in sorted(lines):
                print("%s:%d: %s" % (path, line, text.split(b"\n")[line - 1].decode().strip()))
        else:
            with open(path, "wb") as file:
                file.write(made)
            print("%s: %d lines" % (path, len(lines)))
    if check and wrong:
        print("%d lines are not as clang-format would write them: make format" % wrong)
    return 1 if check and wrong else 0


if __name__ == "__main__":
    words = sys.argv[1:]
    if any(word.startswith("-") and word != "--check" for word in words):
        sys.exit(__doc__)
    sys.exit(main("--check" in words, [word for word in words if word != "--check"]))
