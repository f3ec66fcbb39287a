"""No text of a scenario, file name or argument reaches a terminal, a file or a program as characters that it would obey."""
import json
import pathlib
import re
import subprocess
import tempfile
import unittest
import xml.dom.minidom

from forklore_test import PROGRAM, Terminal, run

# Control characters but line ends, marks that reorder a line or are not seen, and what ends a line elsewhere.
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
TEXTS = r'''scenario: escapes
title: "T\e]0;owned\a\e[2J\r\n\x9b31m\u202e"
about: "about \e[31m\u202e"
topics: ["\e[5m"]
lesson: ["les\eson\x9b31m\u2066"]
shared: {t: "\e[2J\r\n\u202e\u2028\x9d0;x\x9c", u: "a\u200bb\u0085c", l: ["\e[2J"], d: {"\e[1m": "\u202e"}}
objects: {q: queue, b: {file: {n: "\e[2J"}}}
functions: {f: {params: [x], steps: [{raise: Foo, message: "m\e[2J\x07\u202e"}]}}
processes:
  p:
    each: {food: ["a\e[2J", "b\u202e"]}
    named: "{food}\e[31m"
    steps:
      - say: "hello \e]0;owned\a \e[2J \x9b31m \b\b\r\n \u202eabc\u202c \u2066x"
      - {say: "n", note: "note \e]0;owned\a"}
      - {say: "q", ask: "ask \e[2J\u202e{t}\u2066?"}
      - {put: q, item: "x\e[2J"}
      - {get: q, into: y}
      - t = t + "x"
      - l = l + ["\u2066"]
      - b.n = "\u009b31m"
      - {call: f, args: ["\e[2J"]}
expect:
  - {name: "exp \e[2J", always: t != "z"}
  - {name: "c\u202e", finally: len(l) == 1, verdict: never}
  - {name: "d\x9b31m", reachable: len(l) == 3}
  - exception: possible
'''
RUNS = (["--plain"], ["--quiet"], ["--json"], ["--plain", "--policy", "fifo"], ["--screen", "-", "--at", "9", "--size", "120x40"],
        ["--screen", "-", "--at", "99", "--size", "200x60"], ["--plain", "--schedule", "[p.1 x3, p.2]"])
COMMANDS = (["explore"], ["explore", "--json"], ["explore", "--outcomes"], ["explore", "--mutate"], ["explore", "--samples", "2"],
            ["explore", "--story", "c\u202e"], ["explore", "--at", "3"], ["compare"], ["compare", "--json"], ["quiz"], ["check"], ["check", "--deep"],
            *(["check", "--format", form] for form in ("short", "json", "github", "sarif")))


class Escapes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="forklore-escapes-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.files = [cls.folder / name for name in ("plain.yaml", "e\x1b[31m\u202e'\u2028.yaml")]
        for file in cls.files:
            file.write_text(TEXTS)

    def clean(self, args, codes=(0, 1, 4), **kw):
        result = run(args, **kw)
        self.assertIn(result.code, codes, result)
        self.assertEqual([(m[0], line) for line in (result.out + result.err).split("\n") for m in [OBEYED.search(line)] if m], [], args)
        return result.out

    def test_runs(self):
        for language in "en", "zh":
            for args in RUNS:
                for file in self.files:
                    said = self.clean(["run", "--model", *args, "--lang", language, file])
            for args in (["--plain"], ["--quiet"], ["--json"]):
                self.clean(["run", *args, "--lang", language, self.files[0]])
        self.assertIn("\\x1b", said)

    def test_other_commands(self):
        for language in "en", "zh":
            for args in COMMANDS:
                for file in self.files:
                    self.clean([*args, "--lang", language, file], stdin="\x1b[2J\nx\nx\nx\nx\n")

    def test_grades(self):
        """An exercise of a stranger, graded by its own file, in the form of each platform."""
        exercise = self.folder / "exercise.yaml"
        keys = 'exercise:\n  task: "task \\e[2J\\u202e"\n  edit: [processes.p.steps]\n  hints: ["hint \\e[31m\\u2066"]\n'
        exercise.write_text(TEXTS.replace("objects:", keys + "objects:").replace("verdict: never}", 'points: 2, hint: "h\\e[2J\\u202e"}'))
        for form in ("text", "json", "gradescope", "classroom50", "prairielearn", "coderunner", "submitty", "exercism", "markdown", "junit", "tap"):
            for feedback in "full", "schedule", "hint":
                said = self.clean(["grade", exercise, exercise, "--format", form, "--feedback", feedback])
            self.assertIn("exp ", said, form)

    def test_as_lines(self):
        """The dashboard as plain lines: its answers to commands, questions and challenges."""
        commands = "help\nstep\nstep\nstep\nstep\nshared\nprocesses\nprogram\nstory\nabout\nwhy p.1\nstate\nx\nwhere\nback\nrun\nend\nquit\n"
        for language in "en", "zh":
            for args in [], ["--challenge"]:
                for file in self.files:
                    said = self.clean(["run", "--model", "--linear", *args, "--lang", language, file], stdin=commands)
        self.assertIn("owned", said)

    def test_what_is_no_text(self):
        """Bytes that are no UTF-8, a NUL, a half of a pair: the messages are UTF-8, and nothing of it is obeyed."""
        for raw in (b"title: \"a\xff\xfe\"\n", b"title: a\0b\n", b"title: \xed\xa0\x80\n", b"title: t\xc2\x9b31m\n", b"title: \xe2\x80\xa8\n", b"title: \xe2\x80\xae", b"\xf4\x90\x80\x80"):
            for args in (["check", "--format", form] for form in ("text", "short", "json", "github", "sarif")):
                for language in "en", "zh":
                    done = subprocess.run([PROGRAM, *args, "--lang", language, "-"], input=b"scenario: x\n" + raw, capture_output=True, check=False)
                    said = (done.stdout + done.stderr).decode()
                    self.assertIn(done.returncode, (0, 3), said)
                    self.assertEqual([m[0] for line in said.split("\n") for m in [OBEYED.search(line)] if m], [], (args, raw))

    def test_json_has_them_as_numbers(self):
        events = [json.loads(line) for line in run(["run", "--model", "--json", self.files[0]]).out.splitlines()]
        said = next(e["text"] for e in events if e["type"] == "say")
        self.assertEqual(said, "hello \x1b]0;owned\x07 \x1b[2J \x9b31m \b\b\r\n \u202eabc\u202c \u2066x")
        found = json.loads(run(["explore", "--json", self.files[0]]).out)
        self.assertEqual([e["name"] for e in found["expect"]][:3], ["exp \x1b[2J", "c\u202e", "d\x9b31m"])

    def test_files_side_by_side(self):
        """Several are told apart by their names: on a terminal, in a table of any form, and where a run is cut off."""
        for flags in ([], ["--json"], ["--seeds", "2"], ["--seeds", "2", "--json"], ["--timeout", "0.00001"],
                      *(["--table", form] for form in ("text", "markdown", "csv", "latex"))):
            self.clean(["compare", *self.files, *flags])

    def test_files_that_are_written(self):
        for name in "run.svg", "run.txt", "run.yaml":
            args = ["--record", self.folder / name] if name == "run.yaml" else ["--at", "9", "--screen", self.folder / name]
            for file in self.files:
                self.clean(["run", "--model", "--quiet" if name == "run.yaml" else "--step", *args, file], codes=(0, 1, 2))
                run(["run", "--model", *args, file])
                self.assertIsNone(OBEYED.search((self.folder / name).read_text()), name)
        self.clean(["run", "--model", "--quiet", "--schedule", self.folder / "run.yaml", self.files[1]])
        self.clean(["explore", "-o", self.folder / "found.yaml", self.files[1]])
        self.assertIsNone(OBEYED.search((self.folder / "found.yaml").read_text()))

    def test_a_picture_is_well_formed(self):
        """Also where a text has characters that XML does not allow."""
        file = self.folder / "marks.yaml"
        file.write_text('scenario: marks\ntitle: "<\\uFFFE&\\uFFFF\\x01>"\nshared: {t: "<\\uFFFE\\uFFFF>"}\nmain:\n  - say: "&\\uFFFE\\uFFFF"\n')
        for args in ["--at", "1"], ["--at", "9", "--size", "120x40"]:
            xml.dom.minidom.parseString(run(["run", "--model", "--screen", "x.svg", *args, file], cwd=self.folder).out or (self.folder / "x.svg").read_text())

    def test_what_is_typed(self):
        evil = "x\x1b[2J\u202e\x9b"
        for args in ([evil], ["run", evil], ["run", "--" + evil], ["run", "--policy", evil, "toilet"], ["run", "--model", "--schedule", "[%s]" % evil, "toilet"],
                     ["explore", "--story", evil, "toilet"], ["explain", evil], ["list", evil], ["new", evil], ["new", "mine", "--from", evil],
                     ["check", evil], ["compare", "--policies", evil, "cpu-rr"], ["explain", "dead", evil], ["check", "--format", evil, "toilet"]):
            self.clean(args, codes=(2, 3, 5), cwd=self.folder)

    def test_an_offered_command_can_be_typed(self):
        """A file name that a terminal would obey is offered in the form that a shell reads."""
        told = run(["explore", self.files[1]]).out
        self.assertIn("e\\x1b[31m\\xe2\\x80\\xae\\'\\xe2\\x80\\xa8.yaml'", told)

    def test_the_dashboard(self):
        with Terminal("run", "--model", "--speed", "max", str(self.files[1]), size=(120, 40)) as t:
            for key, shown in (("", "]0;owned"), ("Space", "Broken"), ("q", "again:")):
                if key:
                    t.send(key)
                t.wait_for(shown)
                self.assertEqual([line for line in t.screen() if OBEYED.search(line)], [])
                self.assertNotIn("owned", t.ask("#{pane_title}"))


if __name__ == "__main__":
    unittest.main()
