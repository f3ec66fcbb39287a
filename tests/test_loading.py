"""Large files: loading takes time and memory as the file is long, whatever is in it; and what is wrong is said in little."""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from forklore_test import COUNTED, PROGRAM, SANITIZED, run

ONE = "processes: {p: {steps: [{sleep: 1ms}]}}\n"


def lines(pattern, n):
    return "".join(pattern.replace("#", str(i)) + "\n" for i in range(n))


def steps(pattern, n, before=""):
    return before + "processes:\n  p:\n    steps:\n" + lines("      - " + pattern, n)


RECORD = "objects:\n  m:\n    manager:\n"
# Each grows in one direction. How large n is for the smaller of two files whose times are compared.
GROWING = {
    "functions": (1000, lambda n: "functions:\n" + lines("  f#: {params: [a], steps: [b = a]}", n) + ONE),
    "calls of functions": (1000, lambda n: "functions:\n" + lines("  f#: {params: [a], steps: [b = a]}", n)
                           + steps("{call: f#, args: [1]}", n)),
    "shared variables": (1000, lambda n: "shared:\n" + lines("  v#: 0", n) + steps("v# += 1", n)),
    "private variables": (1000, lambda n: "private:\n" + lines("  v#: 0", n) + steps("v# += 1", n)),
    "names by assignment": (1000, lambda n: steps("v# = 1", n)),
    "values": (4000, lambda n: steps("v = #", n)),
    "texts": (4000, lambda n: steps("v = \"t#\"", n)),
    "objects": (1000, lambda n: "objects:\n" + lines("  o#: condition", n) + steps("{acquire: o#}", n)),
    "pools": (15, lambda n: "objects:\n" + lines("  o#: {pool: 1}", n) + steps("{apply_async: \"o1\", call: f}", 50 * n)
              + "functions: {f: {steps: [a = 1]}}\n"),
    "fields": (4000, lambda n: RECORD + lines("      f#: 0", n) + steps("m.f# = 1", n) + "observe:\n" + lines("- m.f#", n)),
    "groups": (240, lambda n: "processes:\n" + lines("  g#: {arrive: 1ms, private: {v: 1}, steps: [v = #]}", n)),
    "an entry of a schedule": (8000, lambda n: "processes: {p: {count: 999, steps: [a = 1]}}\nschedule:\n" + lines("- p.999", n)),
    "handlers": (3000, lambda n: steps("{try: [a = 1], except: {any: [a = 2]}}", n)),
    "exceptions": (4000, lambda n: steps("try: [a = 1]", 1) + "        except:\n" + lines("          E#: [a = 2]", n)),
    "ways out": (2000, lambda n: "functions:\n  f:\n    steps:\n" + lines("    - {try: [{return: 1}], finally: [a = 1]}", n) + ONE),
    "expectations": (3000, lambda n: ONE + "shared: {s: 1}\nexpect:\n" + lines("- always: s == 1", n)),
    "which wait": (2000, lambda n: "shared: {s: 1}\nobjects: {k: {list: lock, count: 1000}}\n" + steps("a = waiting(s)", n)),
    "a list": (20000, lambda n: "shared:\n  l:\n" + lines("  - #", n) + ONE),
    "one line": (8000, lambda n: "shared: {s: 1}\nprocesses: {p: {steps: [" + ", ".join(["a = s"] * n) + "]}}\n"),
}
# Wrong all over.
WRONG = {
    "unknown keys": (lambda n: lines("k#: 1", n) + ONE, 80000),
    "unknown keys of a function": (lambda n: "functions:\n  f:\n" + lines("    k#: 1", n) + ONE, 75000),
    "unknown kinds": (lambda n: "objects:\n" + lines("  o#: lok", n) + ONE, 60000),
    "unknown functions": (lambda n: steps("a = foo#(1)", n), 40000),
    "unknown objects, many that are similar": (lambda n: "objects:\n" + lines("  door#: lock", 4000) + steps("acquire: dooor#", n), 30000),
    "unknown names": (lambda n: steps("a = q#", n), 40000),
    "unknown names in texts": (lambda n: steps("say: \"" + "{q} " * 16000 + "\"", n), 14),
    "unknown names, many that are similar": (lambda n: "shared:\n" + lines("  some#: 1", 4000) + steps("a = sane#", n), 30000),
    "unknown verbs": (lambda n: steps("aquire#: k", n), 40000),
    "unknown modifiers": (lambda n: steps("acquire: k", 1, "objects: {k: lock}\n") + lines("        m#: 1", n), 40000),
    "keys given twice": (lambda n: "shared:\n" + lines("  a: 1", n) + ONE, 100000),
    "expectations given twice": (lambda n: ONE + "expect:\n" + lines("- deadlock: never", n), 50000),
    "unknown processes": (lambda n: "processes: {p: {count: 900, steps: [a = 1]}}\nschedule:\n" + lines("- q.1", n), 100000),
    "blanks of an exercise": (lambda n: "exercise: {task: fill}\n" + steps("a = ??? + q#", n), 40000),
    "too many names": (lambda n: "functions:\n" + lines("  f#: {steps: [a = 1]}", n) + ONE, 30000),
    "too many objects": (lambda n: "objects:\n" + lines("  o#: {list: socket, count: 1000}", n) + ONE, 20000),
    "too many fields": (lambda n: "objects:\n  m:\n    list:\n      manager:\n" + lines("        f#: 0", n) + "    count: 900\n" + ONE, 16000),
    "too many private variables": (lambda n: "processes:\n  p:\n    count: 900\n    private:\n" + lines("      v#: 0", n)
                                   + "    steps: [a = 1]\n", 60000),
    "too many pools": (lambda n: "objects:\n" + lines("  o#: pool", n) + ONE, 60000),
    "errors in one line": (lambda n: "processes: {p: {steps: [" + ", ".join(["a = 票"] * n) + "]}}\n", 90000),
    "a long name": (lambda n: "shared:\n  " + "a" * n + "-: 1\n" + ONE, 60000),
    "long unknown names": (lambda n: steps("a = " + "b" * n, 14), 60000),
    "a sum": (lambda n: steps("a = " + "1 + " * n + "1", 1), 16000),
    "indices": (lambda n: steps("a" + "[0]" * n + " = 1", 1), 20000),
}
# What no scenario begins with.
NO_SCENARIO = {
    "no blank behind the colon": (lambda n: lines("key#:1", n), 70000),
    "another character as colon": (lambda n: lines("key#：1", n), 60000),
    "open brackets in one line": (lambda n: "scenario: x\nprocesses: {p: {steps: [" + ", ".join(["x = f(1"] * n) + "]}}\n", 110000),
    "aliases in one line": (lambda n: "a: [" + ", ".join(["*a"] * n) + "]\n", 200000),
    "questions in one line": (lambda n: "? " * n, 400000),
    "a long key": (lambda n: "k" * n + "\n", 900000),
    "long unknown keys": (lambda n: lines("? " + "k" * n + "#\n: 1", 14), 60000),
    "directives": (lambda n: lines("%TAG !a#! b", n) + "---\na: 1\n", 60000),
    "directives behind": (lambda n: "a: 1\n...\n" + lines("%TAG !a#! b", n) + "---\na: 1\n", 60000),
    "brackets": (lambda n: "a: " + "[" * n, 900000),
    "braces": (lambda n: "a: " + "{a: " * n, 200000),
    "dashes": (lambda n: "- " * n + "a\n", 400000),
    "anchors": (lambda n: lines("a#: &a# 1", n), 50000),
    "documents": (lambda n: "---\n" * n, 200000),
    "an open quote": (lambda n: "a: \"" + "b" * n, 900000),
    "control characters": (lambda n: "a: " + "\x01" * n, 900000),
    "blanks": (lambda n: " " * n + "a: 1", 900000),
}


def measured(path, *args):
    """CPU seconds, mebibytes and what was printed."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen([PROGRAM, *args, path], stdout=out, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, process.returncode, out.read().decode()


class Growing(unittest.TestCase):
    """Four times as much takes about four times as long; with anything compared to everything it would be sixteen times."""

    def best(self, folder, text):
        path = os.path.join(folder, "a.yaml")
        with open(path, "w") as f:
            f.write("scenario: x\n" + text)
        code, out = measured(path, "check")[2:]
        self.assertEqual(code, 0, out[:2000])
        return path

    def test_time_grows_as_the_file_does(self):
        for name, (n, make) in GROWING.items():
            with self.subTest(name), tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
                small, large = self.best(folder, make(n)), self.best(other, make(4 * n))
                for _ in range(8):      # whatever else the machine does: the least that was seen counts
                    few = min(measured(small, "check")[0] for _ in range(3))
                    many = min(measured(large, "check")[0] for _ in range(3))
                    if many < 9 * few:
                        break
                else:
                    self.fail("%s: %.3f s, four times as many: %.3f s" % (name, few, many))


class Wrong(unittest.TestCase):
    def little(self, text, form):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.yaml")
            with open(path, "w") as f:
                f.write(text)
            self.assertLessEqual(os.path.getsize(path), 1 << 20)
            memory, code, out = measured(path, "check", "--format", form)[1:]
        self.assertEqual(code, 3, out[:2000])
        self.assertLess(len(out), 120000)
        if not SANITIZED:
            self.assertLess(memory, 64)

    def test_little_is_said_and_little_memory_taken(self):
        for name, (make, n) in WRONG.items():
            with self.subTest(name):
                self.little("scenario: x\n" + make(n), "text")
        for name, (make, n) in NO_SCENARIO.items():
            with self.subTest(name):
                self.little(make(n), "text")

    @unittest.skipIf(COUNTED, "counting takes time of its own, and not the same for each branch")
    def test_it_takes_little_longer_than_a_good_file(self):
        """However much is wrong, and however many names or keys could be meant by each."""
        good = "shared:\n  l:\n" + lines("  - #", 100000) + ONE
        files = {name: "scenario: x\n" + make(n) for name, (make, n) in WRONG.items()}
        files.update((name, make(n)) for name, (make, n) in NO_SCENARIO.items())
        with tempfile.TemporaryDirectory() as folder:
            best = {}

            def seconds(name, text):
                path = os.path.join(folder, "a.yaml")
                with open(path, "w") as f:
                    f.write(text)
                best[name] = min(best.get(name, 999), measured(path, "check")[0])
                return best[name]
            for name, text in files.items():
                with self.subTest(name):
                    for _ in range(8):      # whatever else the machine does: the least that was seen counts
                        few, many = seconds("", "scenario: x\n" + good), seconds(name, text)
                        if many < 6 * few:
                            break
                    else:
                        self.fail("%s: %.3f s, a good file: %.3f s" % (name, many, few))

    def test_the_same_for_programs(self):
        for form in ("json", "github", "short"):
            with self.subTest(form):
                make, n = WRONG["errors in one line"]
                self.little("scenario: x\n" + make(n), form)

    def test_a_hundred_findings_and_a_count(self):
        text = "scenario: x\n" + steps("a = q#", 2345)
        out = run("check --format short -", stdin=text).out.splitlines()
        self.assertEqual(len(out), 101)
        self.assertEqual(out[-1], "<stdin>: error: more errors than can be listed: 2245 are left out [E006]")
        self.assertEqual(out[99], "<stdin>:104:13: error: unknown name `q99` [E024]")
        self.assertIn("\n2345 errors. ", run("check -", stdin=text).out)

    def test_a_hundred_are_all(self):
        out = run("check --format short -", stdin="scenario: x\n" + steps("a = q#", 100)).out.splitlines()
        self.assertEqual((len(out), out[-1]), (100, "<stdin>:104:13: error: unknown name `q99` [E024]"))

    def test_the_middle_of_a_long_message_is_left_out(self):
        out = run("check --format short -", stdin="scenario: x\n" + steps("a = " + "票" * 20000, 1)).out
        self.assertRegex(out, r"^<stdin>:5:13: error: unknown name `票{60,100}…票{30,60}` \[E024\]\n$")

class TooLarge(unittest.TestCase):
    """Each part is allowed, all of them together are not."""

    def refused(self, text, message, *remedy):
        for lang, words in zip(("en", "zh"), zip(message, *remedy)):
            result = run(["check", "--lang", lang, "-"], stdin="scenario: x\n" + text)
            self.assertEqual(result.code, 3, result)
            for word in words:
                self.assertIn(word, result.out + result.err)

    def test_the_tasks_of_all_pools(self):
        self.refused("objects:\n" + lines("  o#: {pool: 1}", 64) + "functions: {f: {steps: []}}\nmain:\n  - forever:\n    do:\n"
                     + lines("      - {apply_async: o#, call: f}", 64),
                     ("more than 65535 tasks in all pools", "65535"), ("use fewer pools", "减少进程池"))

    def test_the_memory_of_a_process(self):
        self.refused("functions:\n  f:\n    steps:\n      - n = 1\n      - {call: f}\n      - l = [" + "n, " * 4200 + "n]\n"
                     + "main: [{call: f}]\n",
                     ("a process would need more than 16 MiB", "16 MiB"), ("use fewer variables in functions that call themselves", ""))


if __name__ == "__main__":
    unittest.main()
