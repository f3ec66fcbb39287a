"""What beginners write, and what `check` answers: the tables in tests/check, one test for each case."""
import json
import re
import tempfile
import unittest
from pathlib import Path

from forklore_test import ROOT, run

OF_FILES = {"E001"}

FRAME = """scenario: frame
shared: {tickets: 1, l: [1, 2], t: hi}
objects: {door: lock, stalls: {semaphore: 3}, green: event, buns: queue}
processes:
  q: {steps: [{sleep: 1s}]}
  r: {count: 2, steps: [{sleep: 1s}]}
  p:
    steps:
      - with: door
        do: [{acquire: stalls}, {release: stalls}, {wait: green, timeout: 1s}, {get: buns, timeout: 1s, into: x}]
"""


class Case:
    """The text of a scenario, and what is to be said of it: dictionaries code, line, column, message, help, zh, sees."""

    def __init__(self, name, form):
        self.name, self.form, self.lines, self.said = name, form, [], []

    def text(self):
        while self.lines and not self.lines[-1]:
            self.lines.pop()
        lines = [re.sub(r"\{U\+(\w+)\}", lambda m: chr(int(m[1], 16)), line) for line in self.lines]
        if self.form == "steps":
            return FRAME + "".join("      %s\n" % line for line in lines)
        return ("" if self.form == "file" else "scenario: case\n") + "".join(line + "\n" for line in lines)


def read_cases(path):
    cases = []
    for line in path.read_text().split("\n"):
        head = re.match(r"=== (.*?)(?: \((steps|file|deep)\))?$", line)
        said = re.match(r"--> (\w+) (\d+):(\d+) ?(.*)$", line)
        more = re.match(r"    (help|zh|sees): (.*)$", line)
        if head:
            cases.append(Case(*head.groups()))
        elif said:
            cases[-1].said.append({"code": said[1], "at": "%s:%s" % (said[2], said[3]), "message": said[4]})
        elif more and cases[-1].said:
            cases[-1].said[-1][more[1]] = more[2]
        elif cases:
            cases[-1].lines.append(line)
    return cases


def findings(text, language="en", *flags):
    result = run(["check", "--format", "json", "--lang", language, *flags, "-"], stdin=text)
    return result.code, json.loads(result.out)


class Mistakes(unittest.TestCase):
    """One mistake, one message: its code, its place, what is wrong, and what to write instead, in both languages."""

    maxDiff = None

    def check(self, case):
        text, flags = case.text(), ["--deep"] * (case.form == "deep")
        code, found = findings(text, "en", *flags)
        chinese = findings(text, "zh", *flags)[1]
        shown = text + "\n" + "\n".join("%(code)s %(line)d:%(column)d %(message)s | %(help)s" % f for f in found)
        self.assertEqual([(f["code"], "%d:%d" % (f["line"], f["column"])) for f in found],
                         [(w["code"], w["at"]) for w in case.said], shown)
        self.assertEqual(code, 3 if any(f["severity"] == "error" for f in found) else 0, shown)
        for f, z, want in zip(found, chinese, case.said):
            self.assertIn(want["message"], f["message"], shown)
            self.assertIn(want.get("help", ""), f["help"] or "", shown)
            self.assertIn(want.get("zh", ""), "%s | %s" % (z["message"], z["help"]))
            self.assertEqual((z["line"], z["column"], z["help"] is None), (f["line"], f["column"], f["help"] is None), shown)
            self.assertNotEqual(z["message"], f["message"], "in Chinese, too: " + shown)
            if "sees" in want:
                self.assertEqual("%d:%d" % (f["note_line"], f["note_column"]), want["sees"], shown)


class Codes(unittest.TestCase):
    """Every code of the table of diagnostics has a case that gets it, followed by one that is nearly the same and right."""

    def test_every_code_has_a_case_and_a_near_miss(self):
        codes = set(re.findall(r'(?m)^DIAG\(\w+, *"(\w+)"', (ROOT / "sim" / "base" / "diag.def").read_text()))
        wrong, near = set(), set()
        for path in sorted((ROOT / "tests" / "check").glob("*.txt")):
            above = set()
            for case in read_cases(path):
                said = {w["code"] for w in case.said}
                near |= set() if said else above
                above = above | said if said else set()
                wrong |= said
        self.assertGreater(len(codes), 30)
        self.assertEqual((codes - wrong - OF_FILES, codes - near - OF_FILES), (set(), set()))

    def test_codes_of_files(self):
        """What is no matter of a file's text: whether it can be read."""
        with tempfile.TemporaryDirectory() as folder:
            there, big = Path(folder) / "there.yaml", Path(folder) / "big.yaml"
            there.write_text("scenario: there\nmain: [{say: hi}]\n")
            big.write_text("# %s\n" % ("x" * (1 << 20)) + there.read_text())
            for path, codes in ((there, []), (Path(folder) / "absent.yaml", ["E001"]), (Path(folder), ["E001"]), (big, ["E001"])):
                with self.subTest(path=path.name):
                    found = json.loads(run(["check", "--format", "json", str(path)]).out)
                    self.assertEqual([f["code"] for f in found], codes)


def add_tests():
    for path in sorted((ROOT / "tests" / "check").glob("*.txt")):
        for case in read_cases(path):
            name = "test_" + re.sub(r"\W+", "_", case.name)
            assert not hasattr(Mistakes, name), name
            setattr(Mistakes, name, lambda self, c=case: self.check(c))


add_tests()

if __name__ == "__main__":
    unittest.main()
