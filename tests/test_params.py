"""Parameters: `--set`, what it refuses, and what carries the settings on."""
import json
import re
import tempfile
import unittest
from pathlib import Path

from forklore_test import run, run_json

SCENARIO = """\
scenario: shelf
params: {cooks: 2, room: 1, nap: 20ms, open: true, who: Tom}
shared: {left: cooks, sign: who, lit: open}
objects: {shelf: {queue: room}}
processes:
  cook: {count: cooks, steps: [{sleep: nap}, {put: shelf, item: index}]}
  eater: {steps: [{repeat: cooks, do: [{get: shelf}, left -= 1]}]}
expect:
  - {finally: left == 0}
"""


class Params(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = Path(folder.name)
        self.file = self.dir / "shelf.yaml"
        self.file.write_text(SCENARIO)

    def groups(self, *args):
        return [e["process"] for e in run_json(self.file, "--model", *args) if e["type"] == "process" and e["group"] == "cook"]

    def test_set_counts(self):
        self.assertEqual(self.groups(), ["cook.1", "cook.2"])
        self.assertEqual(self.groups("--set", "cooks=3"), ["cook.1", "cook.2", "cook.3"])
        self.assertEqual(self.groups("--set", "room=2,cooks=1"), ["cook.1"])
        self.assertEqual(self.groups("--set", "room=2", "--set=cooks=1"), ["cook.1"])

    def test_what_is_said_of_them(self):
        first = run_json(self.file, "--model", "--set", 'who="a, b",nap=1s')[0]
        self.assertEqual(first["params"], {"cooks": 2, "room": 1, "nap": 1000000, "open": True, "who": "a, b"})
        found = json.loads(run(["explore", self.file, "--json", "--set", "cooks=1"]).out)
        self.assertEqual(found["params"]["cooks"], 1)
        self.assertNotIn("params", run_json("ticket-race", "--model")[0])
        self.assertTrue(run(["run", "--plain", "--model", self.file]).out.startswith("shelf (cooks = 2, room = 1, nap = 20ms, "))

    def test_what_is_refused(self):
        for given, message, help in (
                ("coks=3", "the scenario has no parameter `coks`", "did you mean `cooks`?"),
                ("x=3", "no parameter `x`", "its parameters: cooks, room, nap, open, who"),
                ("cooks=abc", "the parameter `cooks` can't be `abc`: it is a number", "--set cooks=3"),
                ("cooks=3s", "can't be `3s`: it is a number", "--set cooks=3"),
                ("cooks=", "can't be ``: it is a number", "--set cooks=3"),
                ("cooks=99999999999999999999", "can't be `99999999999999999999`", "--set cooks=3"),
                ("nap=3", "can't be `3`: it is a time with its unit", "--set nap=200ms"),
                ("nap=true", "can't be `true`: it is a time with its unit", "--set nap=200ms"),
                ("open=yes", "can't be `yes`: it is true or false", "--set open=true"),
                ("cooks", "`cooks` does not set a parameter", "--set cooks=2"),
                ("=3", "`=3` does not set a parameter", "--set cooks=2"),
                ("cooks=3,", "`` does not set a parameter", "--set cooks=2"),
                ("cooks=1,cooks=1", "the parameter `cooks` is set twice", "leave one")):
            for command in ("run", "explore", "check", "compare", "quiz"):
                with self.subTest(given=given, command=command):
                    result = run([command, self.file, "--set", given])
                    self.assertEqual((result.code, result.out), (2, ""), result)
                    self.assertIn(message, result.err)
                    self.assertIn(help, result.err)

    def test_of_two_that_are_wrong_the_first_is_said(self):
        result = run(["run", self.file, "--set", "coks=3,nap=3"])
        self.assertEqual(result.code, 2)
        self.assertIn("no parameter `coks`", result.err)
        self.assertNotIn("nap", result.err)

    def test_a_time_may_be_0_without_a_unit(self):
        self.assertEqual(run_json(self.file, "--model", "--set", "nap=0")[0]["params"]["nap"], 0)
        self.assertEqual(run(["run", self.file, "--set", "nap=1"]).code, 2)

    def test_twice_is_said_however_many_there_are(self):
        names = ["p%d" % i for i in range(100)]
        self.file.write_text("scenario: many\nparams: {%s}\nmain: [{say: hi}]\n" % ", ".join("%s: 1" % name for name in names))
        for name in ("p0", "p63", "p64", "p99"):
            with self.subTest(name=name):
                result = run(["run", self.file, "--set", "%s=2,%s=3" % (name, name)])
                self.assertEqual(result.code, 2)
                self.assertIn("the parameter `%s` is set twice" % name, result.err)

    def test_quotes_in_a_text(self):
        """A text that begins with a quote is set, and said again, as it is."""
        for who in ('"a', '"', 'a"b', '"a" b'):
            with self.subTest(who=who):
                recording = self.dir / "r.yaml"
                once = run(["run", "--json", "--model", self.file, "--set", "who=" + who, "--record", recording])
                self.assertEqual(once.code, 0, once)
                self.assertEqual(json.loads(once.out.splitlines()[0])["params"]["who"], who)
                again = run(["run", "--json", "--model", self.file, "--schedule", recording])
                self.assertEqual((again.code, again.out), (0, once.out), again)

    def test_what_is_refused_in_chinese(self):
        result = run(["run", self.file, "--lang", "zh", "--set", "cooks=abc"])
        self.assertIn("参数 `cooks` 不能是 `abc`：它应是一个数", result.err)
        result = run(["run", self.file, "--lang", "zh", "--set", "cokes=1"])
        self.assertIn("场景没有参数 `cokes`", result.err)

    def test_where_a_value_does_not_fit(self):
        result = run(["run", self.file, "--set", "cooks=0"])
        self.assertEqual(result.code, 3)
        self.assertIn("shelf.yaml:6:17: error: 0 is out of range", result.err)

    def test_a_scenario_without_any(self):
        result = run(["run", "ticket-race", "--set", "N=3"])
        self.assertEqual(result.code, 2)
        self.assertIn("params: {N: 2}", result.err)
        for given in ("N", "", "=3"):
            with self.subTest(given=given):
                result = run(["run", "ticket-race", "--set", given])
                self.assertEqual(result.code, 2)
                self.assertIn("`%s` does not set a parameter" % given, result.err)
                self.assertIn("params: {N: 2}", result.err)

    def test_the_dashboard_shows_them(self):
        for lang, shown in ("en", "cooks = 3, room = 1"), ("zh", "cooks = 3，room = 1"):
            wide = run(["run", self.file, "--model", "--screen", "-", "--size", "160x40", "--set", "cooks=3", "--lang", lang])
            self.assertIn(shown, wide.out.splitlines()[0], wide)

    def test_a_recording_is_played_as_it_was(self):
        recording = self.dir / "r.yaml"
        once = run(["run", "--json", "--model", self.file, "--set", 'cooks=3,who="a, b"', "--record", recording])
        self.assertIn('set: {cooks: 3, room: 1, nap: 20ms, open: true, who: "a, b"}\n', recording.read_text())
        self.file.write_text(SCENARIO.replace("room: 1", "room: 4"))    # other values in the file: what was recorded stays
        again = run(["run", "--json", "--model", self.file, "--schedule", recording])
        self.assertEqual((again.code, again.out), (0, once.out))
        same = run(["run", "--json", "--model", self.file, "--set", 'who="a, b",room=1,cooks=3', "--schedule", recording])
        self.assertEqual(same.out, once.out)
        other = run(["run", "--json", "--model", self.file, "--set", "cooks=2", "--schedule", recording])
        self.assertEqual(other.code, 3, other)
        self.assertIn('made with other parameters: cooks=3,room=1,nap=20ms,open=true,who="a, b"', other.err)
        self.file.write_text(SCENARIO.replace("room", "space"))
        gone = run(["run", "--json", "--model", self.file, "--schedule", recording])
        self.assertEqual(gone.code, 3, gone)
        self.assertIn("no parameter `room`", gone.err)

    def test_a_counterexample_is_played_as_it_was(self):
        text = SCENARIO.replace("repeat: cooks", "repeat: cooks + 1")
        self.file.write_text(text)
        way = self.dir / "way.yaml"
        found = run(["explore", self.file, "--set", "cooks=3", "-o", way])
        self.assertEqual(found.code, 1, found)
        commands = re.findall(r"forklore (run \S+ .*)", found.out)
        self.assertTrue(commands)
        for command in commands:
            self.assertIn(" --set cooks=3 --schedule ", command)
            self.assertIn("Deadlock", run(command + " --model --quiet").out)
        played = run(["run", "--quiet", "--model", self.file, "--schedule", way])
        self.assertIn("Deadlock", played.out, played)
        later = run(["explore", self.file, "--at", "2", "--schedule", way, "--json"])
        self.assertEqual(json.loads(later.out)["params"]["cooks"], 3)

    def test_mutants_have_them_too(self):
        self.file.write_text("""\
scenario: sums
params: {N: 1}
shared: {n: 0}
objects: {door: lock}
processes: {a: {count: N, steps: [{with: door, do: [n += 1]}]}}
expect: [{finally: n == N}]
""")
        noticed = [json.loads(run(["explore", self.file, "--mutate", "--json", *args]).out)["mutants"][0]["noticed"]
                   for args in ([], ["--set", "N=2"])]
        self.assertEqual(noticed, [False, True])


if __name__ == "__main__":
    unittest.main()
