"""grade: submissions to an exercise, judged by every interleaving of theirs."""
import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

import jsonschema
import yaml

from forklore_test import COUNTED, PROGRAM, SANITIZED, no_process_left, run, wait_until

EXERCISE = """scenario: sell
title: {en: Sell it, zh: 卖票}
shared: {tickets: 1, sold: 0}
processes:
  buyer:
    count: 3
    steps:
      - n = tickets
      - if: n > 0
        then:
          - tickets = n - 1
          - atomic: sold += 1
expect:
  - {name: {en: sold once, zh: 只卖一次}, finally: sold <= 1, points: 2, hint: Who else has read it?}
  - {name: all are sold, finally: sold >= 1}
exercise:
  task: Repair it.
  edit: [processes.buyer.steps, objects]
  hints: [Which actions belong together?, A lock?]
"""
RACE = EXERCISE[EXERCISE.index("      - n = tickets"):EXERCISE.index("expect:")]
LOCKED = """      - with: door
        do:
          - n = tickets
          - if: n > 0
            then: [tickets = n - 1, {atomic: sold += 1}]
"""


def submission(steps, objects="objects: {door: lock}\n"):
    return EXERCISE.replace(RACE, steps).replace("processes:\n", objects + "processes:\n", 1)


GOOD = submission(LOCKED)


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="forklore-grade-")
        self.addCleanup(directory.cleanup)
        self.dir = Path(directory.name)
        self.file("exercise.yaml", EXERCISE)

    def file(self, name, text):
        path = self.dir / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def grade(self, *files, exercise="exercise.yaml", flags=(), code=None, env=None):
        result = run(["grade", exercise, *files, "--format", "json", *flags], cwd=self.dir, timeout=60, env=env)
        self.assertEqual(result.err, "", result)
        rows = json.loads(result.out)
        self.assertEqual([r["file"] for r in rows], list(files))
        if code is not None:
            self.assertEqual(result.code, code, result)
        return rows

    def one(self, text, exercise=None, flags=(), code=None):
        self.file("s.yaml", text)
        if exercise:
            self.file("exercise.yaml", exercise)
        return self.grade("s.yaml", flags=flags, code=code)[0]

    def refused(self, text, *words, exercise=None, status="refused", flags=()):
        row = self.one(text, exercise, flags, code=1)
        self.assertEqual((row["score"], row["status"]), (0, status), row)
        self.assertEqual([c["passed"] for c in row["checks"]], [False], row)
        for word in words:
            self.assertIn(word, row["reason"])
        return row


class Points(Case):
    def test_the_solution_gets_them_all(self):
        row = self.one(GOOD, code=0)
        self.assertEqual((row["score"], row["max"], row["reason"]), (3, 3, None))
        self.assertEqual([(c["name"], c["passed"], c["points"], c["max"], c["schedule"]) for c in row["checks"]],
                         [("sold once", True, 2, 2, None), ("all are sold", True, 1, 1, None)])

    def test_points_of_what_holds_are_kept(self):
        row = self.one(EXERCISE, code=1)
        self.assertEqual((row["score"], row["max"], row["status"]), (1, 3, "judged"))
        broken, holds = row["checks"]
        self.assertEqual((broken["passed"], broken["points"], holds["passed"], holds["points"]), (False, 0, True, 1))
        self.assertIn("point of no return", broken["message"])

    def test_the_schedule_shows_it_on_real_processes(self):
        schedule = self.one(EXERCISE)["checks"][0]["schedule"]
        result = run(["run", "s.yaml", "--schedule", json.dumps(schedule), "--json"], cwd=self.dir)
        end = json.loads(result.out.splitlines()[-1])
        self.assertEqual((result.code, end["verdict"]), (1, "violated"), result)
        self.assertGreater(end["shared"]["sold"], 1)

    def test_what_stops_gets_nothing_where_nothing_is_said_of_it(self):
        dead = submission(LOCKED.replace("- with: door", "- acquire: door\n      - with: door"))
        row = self.one(dead, code=1)
        self.assertEqual((row["score"], row["status"], [c["points"] for c in row["checks"]]), (0, "judged", [0, 0, 0]))
        self.assertIn("deadlock", row["reason"])
        self.assertEqual(row["checks"][2]["schedule"], ["buyer.1"])
        stated = EXERCISE.replace("exercise:", "  - {deadlock: never, points: 5}\nexercise:")
        row = self.one(EXERCISE.replace("exercise:", "  - {deadlock: never, points: 5}\nexercise:"), stated)
        self.assertEqual((row["score"], row["max"]), (6, 8))

    def test_text_for_people(self):
        self.file("good.yaml", GOOD)
        self.file("race.yaml", EXERCISE)
        result = run(["grade", "exercise.yaml", "good.yaml", "race.yaml"], cwd=self.dir)
        self.assertEqual(result.code, 1)
        for line in ("good.yaml: 3 of 3", "  ok   2/2  sold once", "race.yaml: 1 of 3", "  LOST 0/2  sold once", "2 submissions: 1 with all points, 0 not judged"):
            self.assertIn(line + "\n", result.out)
        self.assertIn("forklore run race.yaml --schedule '[buyer.1, ", result.out)
        result = run(["grade", "exercise.yaml", "race.yaml", "--lang", "zh"], cwd=self.dir)
        self.assertIn("race.yaml：1 / 3\n  失分 0/2  只卖一次\n", result.out)


class Required(Case):
    """`required: true`: nothing else counts before it holds."""
    EXERCISE = EXERCISE.replace("exercise:", "  - {name: {en: one can be sold, zh: 可以卖出一张}, ends: sold == 1, points: 0, required: true}\n"
                                             "  - {deadlock: never, points: 4}\nexercise:")
    NOTHING = EXERCISE[:EXERCISE.index("          - tickets = n")] + "          - say: nothing\n" + EXERCISE[EXERCISE.index("expect:"):]
    SAYS = "no points: `one can be sold` must hold before anything else counts: was work removed?"

    def test_where_it_does_not_hold_nothing_counts(self):
        row = self.one(self.NOTHING, self.EXERCISE, code=1)
        self.assertEqual((row["score"], row["max"], row["status"], row["reason"]), (0, 7, "judged", self.SAYS))
        self.assertEqual([(c["name"], c["passed"], c["points"], c["max"]) for c in row["checks"]],
                         [("sold once", True, 0, 2), ("all are sold", False, 0, 1), ("one can be sold", False, 0, 0), ("deadlock: never", True, 0, 4)])
        self.assertIn("required: nothing else counts before it holds", row["checks"][2]["message"])

    def test_a_race_and_a_deadlock_of_some_orders_lose_no_more_than_before(self):
        self.assertEqual([(r["score"], r["reason"]) for r in (self.one(self.EXERCISE, self.EXERCISE), self.one(self.EXERCISE.replace("required: true", "required: false"),
                         self.EXERCISE.replace("required: true", "required: false")))], [(5, None), (5, None)])
        row = self.one(self.NOTHING.replace("required: true", "required: false"), self.EXERCISE.replace("required: true", "required: false"))
        self.assertEqual((row["score"], row["reason"]), (6, None))

    def test_several(self):
        """Each is named, and what stops the submission is said beside it."""
        exercise = self.EXERCISE.replace("sold >= 1}", "sold >= 1, required: true}").replace("  - {deadlock: never, points: 4}\n", "")
        row = self.one(self.NOTHING.replace("say: nothing", "raise: Enough").replace("sold >= 1}", "sold >= 1, required: true}").replace("  - {deadlock: never, points: 4}\n", ""), exercise)
        self.assertEqual(row["score"], 0)
        required, stops = row["reason"].split("\n")
        self.assertIn("`all are sold`, `one can be sold` must hold", required)
        self.assertIn("exception", stops)

    def test_it_may_not_be_changed(self):
        self.refused(self.NOTHING.replace(", required: true", ""), "`expect[2].required` is missing", exercise=self.EXERCISE)

    def test_every_format_says_it(self):
        self.file("exercise.yaml", self.EXERCISE)
        self.file("s.yaml", self.NOTHING)
        for format in ("text", "json", "tap", "junit", "markdown", *SCHEMAS):
            for language, words in (("en", "else counts"), ("zh", "其他各项都不计分")):
                with self.subTest(format, language=language):
                    result = run(["grade", "exercise.yaml", "s.yaml", "--format", format, "--lang", language], cwd=self.dir)
                    self.assertEqual((result.code, result.err), (1, ""))
                    shown = result.out if format in ("text", "tap", "junit", "markdown") else json.dumps(json.loads(result.out), ensure_ascii=False)
                    self.assertIn(words, shown)
                    self.assertRegex(shown, "was work removed|Was work removed" if language == "en" else "是否删去了该做的工作")

    def test_it_changes_no_run_and_no_exploration(self):
        self.file("a.yaml", self.EXERCISE)
        self.file("b.yaml", self.EXERCISE.replace(", required: true", ""))
        for command in ("explore --quiet", "run --quiet --seed 1"):
            one, other = (run("%s %s" % (command, name), cwd=self.dir) for name in ("a.yaml", "b.yaml"))
            self.assertEqual((one.code, one.out.replace("a.yaml", "b.yaml")), (other.code, other.out))


class Feedback(Case):
    def messages(self, feedback, exercise=EXERCISE):
        row = self.one(exercise, exercise, flags=["--feedback", feedback])
        self.assertEqual(row["score"], 1)
        return row["checks"][0]["message"], row["checks"][0]["schedule"]

    def test_how_much_is_shown(self):
        message, schedule = self.messages("schedule")
        self.assertNotIn("no return", message)
        self.assertIn("forklore run s.yaml --schedule '[" + ", ".join(schedule) + "]'", message)
        message, schedule = self.messages("hint")
        self.assertIn("hint: Who else has read it?", message)
        self.assertIsNone(schedule)
        message, schedule = self.messages("hint", EXERCISE.replace(", hint: Who else has read it?", ""))
        self.assertIn("hint: Which actions belong together?", message)
        self.assertEqual(self.messages("none"), ("", None))


class Structure(Case):
    """What may be changed, and what is only written otherwise."""

    def test_written_otherwise(self):
        lines = GOOD.split("expect:")
        other = "# mine\nexpect:" + lines[1] + lines[0].replace("scenario: sell", "scenario: 'mine'").replace("{tickets: 1, sold: 0}", "\n  sold: 0\n  tickets: 1 # left")
        self.assertEqual(self.one(other, code=0)["score"], 3)

    WRITTEN = """scenario: written
params: {N: 2}
shared: {n: 0, l: [1, 2]}
objects: {door: lock, doors: {list: lock, count: 2}, m: {manager: {a: [], b: []}}}
private: {mine: 0}
functions:
  twice: {params: [x], steps: [return: x * 2]}
processes:
  a:
    count: 2
    private: {own: 1}
    on: {SIGTERM: [say: "over {n + 1}"]}
    steps:
      - x = n + 1
      - if: x > 0 and not (x == l[1])
        then: [n += mine + own]
      - {repeat: N, do: [{with: "doors[0]", do: [{sleep: 100ms}]}]}
      - {call: twice, args: [x + 1], into: x}
      - atomic: [x = x + 1, n = n]
      - {append: m.a, item: ["t", x]}
  b: {steps: [{say: mine}]}
expect:
  - finally: n > 0
exercise: {task: Write., edit: [processes.b.steps, objects], forbid: [kill]}
"""

    def test_an_expression_is_compared_by_its_meaning(self):
        """It is read, and what it means compared: how it is written does not count. Other objects have other numbers meanwhile."""
        for old, new in (("x = n + 1", "x=(n  +  1)"), ("x > 0 and not (x == l[1])", "((x) > 0) and not x==l[1]"), ("mine + own", "(mine+own)"), ("doors[0]", "doors[ 0 ]"), ("100ms", "100000us"), ("[x + 1]", "[x+1]"),
                         ("x = x + 1, n", "x=x+1, n"), ('["t", x]', "['t', (x)]"), ("{n + 1}", "{n+1}"), ("n > 0", "n>0"), ("x * 2", "x*2")):
            self.assertIn(old, self.WRITTEN)
            other = self.WRITTEN.replace(old, new, 1).replace("{door:", "{more: event, door:")
            self.assertEqual(self.one(other, self.WRITTEN)["status"], "judged", new)
            self.refused(other.replace("say: mine", "if: false, then: [kill: a.1]"), "`kill` may not be used here", exercise=self.WRITTEN)

    def test_an_expression_that_means_something_else(self):
        for old, new, path in (("x = n + 1", "x = n + 2", "processes.a.steps[0]"), ("x = n + 1", "y = n + 1", "processes.a.steps[0]"), ("x = n + 1", "x = mine + 1", "processes.a.steps[0]"), ("x = n + 1", "x += n + 1", "processes.a.steps[0]"),
                               ("x > 0 and", "x > 0 or", "processes.a.steps[1].if"), ("mine + own", "own + mine", "processes.a.steps[1].then[0]"), ("mine + own", "mine + mine", "processes.a.steps[1].then[0]"),
                               ("repeat: N", "repeat: 2", "processes.a.steps[2].repeat"), ("doors[0]", "doors[1]", "processes.a.steps[2].do[0].with"), ("100ms", "101ms", "processes.a.steps[2].do[0].do[0].sleep"),
                               ("append: m.a", "append: m.b", "processes.a.steps[5].append"), ('["t", x]', '["t", "x"]', "processes.a.steps[5].item[1]"), ("{n + 1}", "{n + 2}", "processes.a.on.SIGTERM[0].say"),
                               ("n > 0", "n >= 0", "expect[0].finally"), ("x * 2", "x * x", "functions.twice.steps[0].return")):
            self.assertIn(old, self.WRITTEN)
            self.refused(self.WRITTEN.replace(old, new, 1), "`%s`" % path, exercise=self.WRITTEN)

    MEANT = """scenario: meant
shared: {n: 0, l: [1, 2]}
objects:
  door: lock
  doors: {list: lock, count: 2}
  s: {semaphore: 1}
  q: queue
  m: {manager: {a: [], b: 0}}
  c: {condition: {lock: door}}
  w: {pool: {size: 1, initializer: ready, args: [1]}}
functions:
  ready: {params: [x], steps: [say: "{x}"]}
  more: {params: [x], steps: [return: x + 1]}
processes:
  a:
    count: 2
    private: {own: 1}
    on: {SIGTERM: [n = 0]}
    steps:
      - n += 1
      - x = n + 1
      - {put: q, item: x}
      - atomic: n += 1
      - m.b += 1
      - l[0] += 1
      - acquire: s
      - {release: s, note: {en: free, zh: 释放}, ask: {en: why, zh: 为什么}}
      - {call: more, args: [n], into: x}
      - try: [{raise: Enough, message: "{n}"}]
        except: {Enough: [n = 0]}
      - {apply_async: w, call: more, args: [1], callback: ready}
      - {signal: a.1, with: SIGUSR1}
      - if: n > 1
        then: [n = 0]
  b: {steps: [{say: mine}]}
expect:
  - finally: n >= 0
exercise: {task: Write., edit: [processes.b.steps], forbid: [kill]}
"""

    def test_steps_and_declarations_are_compared_by_their_meaning(self):
        """Short and long forms, what is given and is so anyway, one statement or a list of one: no change. A word that is forbidden is found behind it."""
        for old, new in (("- n += 1", "- n = n + 1"), ("x = n + 1", "{do: [x = n + 1]}"), ("atomic: n += 1", "atomic: [n = n + 1]"), ("m.b += 1", "m.b = m.b + 1"),
                         ("{put: q, item: x}", "{item: (x), put: q, wait: true}"), ("door: lock", "door: {lock: {}}"), ("{semaphore: 1}", "semaphore"), ("{semaphore: 1}", "{semaphore: {value: 1, bounded: false}}"),
                         ("q: queue", "q: {queue: 0}"), ("a: [], b: 0", "b: 0, a: []"), ("{list: lock, count: 2}", "{count: 2, list: {lock: {}}}"), ("private: {own: 1}", "private: {own: 1}\n    priority: 0\n    daemon: false"),
                         ("note: {en: free, zh: 释放}", "note: 释放"), ("ask: {en: why, zh: 为什么}", "ask: why"), ("args: [1], callback", "args: [(1)], callback")):
            self.assertIn(old, self.MEANT)
            exercise = self.MEANT if new != "{do: [x = n + 1]}" else self.MEANT.replace(old, "{do: x = n + 1}")
            other = self.MEANT.replace(old, new, 1)
            self.assertNotIn(self.one(other, exercise, flags=["--max-states", "100"])["status"], ("refused", "invalid"), new)
            self.refused(other.replace("say: mine", "if: false, then: [kill: a.1]"), "`kill` may not be used here", exercise=exercise)

    def test_steps_and_declarations_that_mean_something_else(self):
        steps = "processes.a.steps"
        for old, new, path in (("- n += 1", "- n = n + 2", steps + "[0]"), ("- n += 1", "- n = 1 + n", steps + "[0]"), ("- n += 1", "- n -= 1", steps + "[0]"), ("- n += 1", "- atomic: n += 1", steps + "[0]"),
                               ("atomic: n += 1", "n += 1", steps + "[3]"), ("atomic: n += 1", "atomic: [n += 1, n = n]", steps + "[3].atomic"), ("m.b += 1", "m.b += 2", steps + "[4]"),
                               ("l[0] += 1", "l[0] = l[0] + 1", steps + "[5]"), ("acquire: s", "acquire: door", steps + "[6].acquire"), ("acquire: s", "release: s", steps + "[6].acquire"),
                               ("{put: q, item: x}", "{put: q, item: x, timeout: 1s}", steps + "[2].timeout"), ("{put: q, item: x}", "{put: q, item: x, wait: false}", steps + "[2].wait"),
                               ("zh: 释放", "zh: 不", steps + "[7].note.zh"), ("zh: 为什么", "zh: 不", steps + "[7].ask.zh"), ("call: more, args: [n]", "call: ready, args: [n]", steps + "[8].call"),
                               ("raise: Enough,", "raise: Other,", steps + "[9].try[0].raise"), ("except: {Enough", "except: {any", steps + "[9].except.Enough"), ("w, call: more", "w, call: ready", steps + "[10].call"),
                               ("callback: ready", "callback: more", steps + "[10].callback"), (", callback: ready", ", error_callback: ready", steps + "[10].callback"), ("SIGUSR1", "SIGUSR2", steps + "[11].with"),
                               ("then: [n = 0]", "then: [n = 0]\n        else: [n = 1]", steps + "[12].else"), ("then: [n = 0]", "then: [n = 0, n = 0]", steps + "[12].then[1]"), ("SIGTERM: [n = 0]", "SIGTERM: [n = 1]", "processes.a.on.SIGTERM[0]"),
                               ("door: lock", "door: rlock", "objects.door"), ("{semaphore: 1}", "{semaphore: 2}", "objects.s.semaphore"), ("{semaphore: 1}", "{semaphore: {value: 1, bounded: true}}", "objects.s.semaphore"),
                               ("q: queue", "q: {queue: 1}", "objects.q"), ("a: [], b: 0", "b: 1, a: []", "objects.m.manager.b"), ("{lock: door}", "{}", "objects.c.condition.lock"),
                               ("lock, count: 2", "lock, count: 3", "objects.doors.count"), ("args: [1]}}", "args: [2]}}", "objects.w.pool.args[0]"), ("initializer: ready", "initializer: more", "objects.w.pool.initializer"),
                               ("private: {own: 1}", "private: {own: '1'}", "processes.a.private.own"), ("count: 2\n", "count: 3\n", "processes.a.count"), ("own: 1}", "own: 1}\n    priority: 1", "processes.a.priority")):
            self.assertIn(old, self.MEANT)
            self.refused(self.MEANT.replace(old, new, 1), "`%s`" % path, exercise=self.MEANT)

    def fixed(self, a, b, exercise="scenario: fixed\nshared: {n: 0}\n%s\nprocesses:\n  mine: {steps: [n = 1]}\n%s\nexpect: [{finally: n == 1}]\nexercise: {task: Write., edit: [processes.mine.steps]}\n"):
        """The verdict on b in place of a, where only a program may be changed."""
        return self.one(exercise % b, exercise % a, flags=["--max-states", "100"])

    def test_each_property_of_an_object(self):
        """Alone, it is a change; given though it is so anyway, it is none."""
        for a, b, same in (("lock", "{lock: {fair: true}}", False), ("lock", "{lock: {fair: false}}", False), ("{semaphore: {value: 1, view: textbook}}", "{semaphore: 1}", False), ("{semaphore: {value: 1, binary: true}}", "{semaphore: 1}", False),
                           ("queue", "{queue: {joinable: true}}", False), ("queue", "{queue: {joinable: false}}", True), ("pipe", "{pipe: {duplex: false}}", False), ("pipe", "{pipe: {duplex: true}}", True), ("condition", "{condition: {spurious: true}}", False),
                           ("queue", "{queue: {feeder: true}}", False), ("{queue: {feeder: true}}", "{queue: {feeder: true, capacity: 2}}", False), ("{queue: {feeder: true}}", "{queue: {capacity: 64, feeder: true}}", True), ("pipe", "{pipe: {capacity: 3}}", False),
                           ("{pool: {size: 1, maxtasksperchild: 1}}", "{pool: 1}", False), ("{pool: {size: 1}}", "{pool: 1}", True), ("{manager: {a: 1}}", "{manager: {b: 1}}", False), ("{manager: {a: 1}}", "{manager: {a: 1, b: 1}}", False),
                           ("{condition: {lock: door}}", "{condition: {lock: gate}}", False), ("{pool: {size: 1, initializer: f}}", "{pool: 1}", False), ("{pool: {size: 1, initializer: f}}", "{pool: {size: 1, initializer: g}}", False),
                           ("{pool: {size: 1, initializer: f}}", "{pool: {initializer: f, size: 1, args: []}}", True), ("event", "{event: {set: true}}", False), ("event", "{event: {set: false}}", True), ("lock", "{list: lock, count: 1}", False),
                           ("{barrier: 2}", "{barrier: {parties: 2}}", True), ("{barrier: 2}", "{barrier: 3}", False), ("{list: lock, count: 2}", "{list: lock, count: 3}", False), ("{list: lock, count: 3}", "{list: lock, count: 2}", False), ("{pool: {size: 1, initializer: f}}", "{pool: {size: 1, initializer: k, args: [1]}}", False), ("{pool: {size: 1, initializer: k, args: [1]}}", "{pool: {size: 1, initializer: k, args: [2]}}", False), ("{semaphore: {value: 1, bounded: true}}", "{semaphore: 1}", False), ("{file: {a: [1, two]}}", "{file: {a: [1, 'two']}}", True)):
            text = "objects: {door: lock, gate: lock, o: %s}\nfunctions: {f: {steps: [return: 1]}, g: {steps: [return: 2]}, k: {params: [x], steps: [return: x]}}"
            row = self.fixed((text % a, ""), (text % b, ""))
            self.assertEqual(row["status"] == "refused", not same, (a, b, row))
            self.assertTrue(same or "`objects.o" in row["reason"], row)

    def test_each_setting_of_a_group(self):
        for a, b, same in (("", "count: 1, ", False), ("", "daemon: true, ", False), ("", "daemon: false, ", True), ("", "priority: 0, ", True), ("", "priority: 1, ", False), ("", "arrive: 0ms, ", True), ("", "arrive: 1ms, ", False),
                           ("count: 2, arrive: index * 1ms, ", "count: 2, arrive: 1ms * index, ", True), ("count: 2, arrive: index * 1ms, ", "count: 2, arrive: 2ms, ", False), ("", "deadline: 1s, ", False), ("", "tickets: 1, ", False),
                           ("tickets: 2, ", "tickets: 3, ", False), ("private: {v: 1, w: 2}, ", "private: {v: 1, u: 2}, ", False), ("private: {v: 1}, ", "private: {v: 1, u: 2}, ", False), ("private: {v: 1}, ", "private: {v: 2}, ", False),
                           ("each: {v: [1, 2]}, ", "each: {v: [1, 3]}, ", False), ("each: {v: [1, 2]}, ", "count: 2, private: {v: 1}, ", False)):
            row = self.fixed(("", "  other: {%ssteps: [n = 1]}" % a), ("", "  other: {%ssteps: [n = 1]}" % b))
            self.assertEqual(row["status"] == "refused", not same, (a, b, row))
            self.assertTrue(same or "`processes.other" in row["reason"], row)

    def test_each_part_of_an_expression(self):
        """What has a name is compared by it, whatever its number is in the file."""
        for a, b, same in (("{if: alive(mine), then: [n = 1]}", "{if: (alive(mine)), then: [n=1]}", True), ("{if: alive(mine), then: [n = 1]}", "{if: alive(main), then: [n = 1]}", False),
                           ("{join: mine}", "{join: main}", False), ("{signal: others.1, with: SIGTERM}", "{signal: 'others.1', with: SIGTERM}", True), ("{signal: others.1, with: SIGTERM}", "{signal: others.2, with: SIGTERM}", False),
                           ("{join: others}", "{join: others.1}", False), ("\"x = [door, 'a', {'k': 1}]\"", "\"x = [door,'a',{'k':1}]\"", True), ("x = [door, 'a']", "x = [gate, 'a']", False), ("x = [none, true]", "x = [none, false]", False),
                           ("\"x = {'k': 1}\"", "\"x = {'k': 2}\"", False), ("\"x = {'k': 1}\"", "\"x = {'l': 1}\"", False), ("x = n + 1", "x = n - 1", False), ("x = -n", "x = not n", False), ("x = len('ab')", "x = len( 'ab' )", True),
                           ("x = name", "x = group", False), ("x = [1, 2][0..1]", "x = [1, 2][0 .. 1]", True), ("x = 5000000000000000", "x = 5000000000000001", False), ("{send: p.left, item: 1}", "{send: p.right, item: 1}", False),
                           ("{send: p.left, item: 1}", "{item: 1, send: p.left}", True), ("{raise: Odd}", "{raise: Even}", False), ("{do: [n = 1, x = n]}", "{do: [n = 1]}", False),
                           ("{try: [n = 1], except: {any: [{raise: }]}}", "{try: [n = 1], except: {any: [{raise: Odd}]}}", False), ("{do: [n = 1, x = n]}", "{do: [n=1, x=(n)]}", True),
                           ("{do: [n = 1]}", "{do: [n = 1, x = n]}", False), ("{try: [n = 1], except: {any: [{raise: Odd}]}}", "{try: [n = 1], except: {any: [{raise: }]}}", False), ("n += 1", "n = 1", False), ("n += 1", "n = n - 1", False), ("n += 1", "o = o + 1", False), ("n += 1", "n = o + 1", False),
                           ("n = n + 1", "n += 1", True), ("n = n + 1", "n += 2", False), ("{acquire: door, timeout: 1s}", "{acquire: door}", False), ("{acquire: door}", "{acquire: door, timeout: 1s}", False), ("x = [n]", "x = [n, n]", False), ("{append: m.a, item: 1}", "{append: k.a, item: 1}", False),
                           ("{call: f, args: [1]}", "{call: g, args: [1, 2]}", False), ("{call: f, args: [1]}", "{args: [(1)], call: f}", True), ("{apply_async: w, call: f, args: [1], error_callback: f}", "{apply_async: w, call: f, args: [1], error_callback: h}", False),
                           ("{apply_async: w, call: f, args: [1], error_callback: f}", "{apply_async: w, call: f, args: [1]}", False), ("{map: w, call: f, over: [1, 2]}", "{map: w, call: f, over: [1, (2)]}", True), ("{map: w, call: f, over: [1, 2]}", "{map: w, call: h, over: [1, 2]}", False),
                           ("{say: hi, note: {en: one, zh: 一}}", "{say: hi, note: two}", False), ("x = m.a", "x = m.q", False), ("{repeat: 2, do: [n = 1]}", "{repeat: 2, do: [break]}", False)):
            text = "objects: {door: lock, gate: lock, p: pipe, m: {manager: {a: []}}, k: {manager: {a: []}}, w: {pool: 1}}\nfunctions: {f: {params: [x], steps: [return: x]}, h: {params: [x], steps: [return: x]}, g: {params: [x, y], steps: [return: x]}}\nprivate: {o: 0}"
            row = self.fixed((text, "  others: {count: 2, steps: [n = 1]}\n  other:\n    steps:\n      - %s" % a), (text, "  others: {count: 2, steps: [n = 1]}\n  other:\n    steps:\n      - %s" % b))
            self.assertNotEqual(row["status"], "invalid", (a, b, row))
            self.assertEqual(row["status"] == "refused", not same, (a, b, row))

    def test_beside_what_has_to_be_filled_in_first(self):
        """A step that cannot be read before it is filled in has no meaning to compare: there the letters decide."""
        exercise = "scenario: blank\nshared: {n: 0}\nobjects: {door: lock}\nprocesses:\n  a:\n    steps:\n      - {acquire: \"???\", note: mine}\n      - atomic: [\"??? = 1\", n = 1]\n      - {do: [n = 1]}\nexpect: [{finally: n == 1}]\nexercise: {task: Fill., edit: [title]}\n"
        good = exercise.replace('"???"', "door").replace('"??? = 1"', "x = 1")
        for old, new, refused in (("", "", False), ("[n = 1]}", "n = 1}", False), ("x = 1, n = 1", "x = 1, n = 2", True), ("x = 1, n = 1", "x = 2, n = 1", True), ("note: mine", "note: other", True), ("acquire: door", "release: door", True)):
            row = self.one(good.replace(old, new) if old else good, exercise)
            self.assertEqual(row["status"], "refused" if refused else "judged", (old, new, row))

    def test_paths_and_what_only_begins_like_them(self):
        exercise = "scenario: paths\nshared: {n: 0}\nobjects: {door: lock}\nmain: {private: {v: 1}, steps: [{start: min}, {start: mine}, {join: mine}, {join: min}]}\nprocesses:\n  min: {steps: [n = 1]}\n  mine: {steps: [n = 1, {say: \"{n}\", note: x}, {repeat: 2, do: [n = 1]}]}\nexpect: [{deadlock: never, points: 1}]\nexercise: {task: Write., edit: [processes.mine.steps, 'main.steps[0].start', objects.door]}\n"
        for old, new, path in (("objects: {door: lock}\n", "", None), ("{door: lock}", "{door: event}", None), ("{start: min}", "{start: (min)}", None), ("{start: min}", "{start: min, note: x}", "main.steps[0].note"),
                               ("min: {steps: [n = 1]}", "min: {steps: [n = 2]}", "processes.min.steps[0]"), ("min: {steps: [n = 1]}", "min: {steps: [n = 1], daemon: true}", "processes.min.daemon"), ("task: Write.", "task: Nothing.", "exercise.task"),
                               ("{v: 1}", "{v: 2}", "main.private.v"), ("{join: mine}, {join: min}", "{join: min}, {join: mine}", "main.steps[2].join")):
            self.assertIn(old, exercise)
            row = self.one(exercise.replace(old, new), exercise, flags=["--max-states", "1000"])
            self.assertNotEqual(row["status"], "invalid", (new, row))
            self.assertEqual("`%s`" % path in (row["reason"] or "") if path else row["status"] != "refused", True, (new, row))
        bare = exercise.replace("[n = 1, {say: \"{n}\", note: x}, {repeat: 2, do: [n = 1]}]", "[]").replace("min: {steps: [n = 1]}", "min: {steps: []}").replace("{start: min}, {start: mine}, {join: mine}, {join: min}", "")
        self.assertEqual(self.one(exercise.replace("min: {steps: [n = 1]}", "min: {steps: []}").replace("{start: min}, {start: mine}, {join: mine}, {join: min}", ""), bare)["status"], "judged")

    def test_what_is_added_to_a_variable_is_the_same_program(self):
        """Why `n += 1` and `n = n + 1` are no change of each other."""
        counts = []
        for statement in ("n += 1", "n = n + 1"):
            self.file("s.yaml", "scenario: s\nshared: {n: 0}\nprocesses:\n  p: {count: 3, steps: [%s]}\n" % statement)
            found = json.loads(run(["explore", "s.yaml", "--json"], cwd=self.dir).out)
            counts.append((found["states"], found["transitions"], [o["values"] for o in found["outcomes"]]))
        self.assertEqual(counts[0], counts[1])
        self.assertIn({"n": 1}, counts[0][2])

    def test_a_field_that_is_not_there(self):
        """It raises `KeyError`, and is no error of the file."""
        text = self.WRITTEN.replace("- {append: m.a", "- m.c = n + 1\n      - {append: m.a")
        self.assertEqual(self.one(text, text)["status"], "judged")
        for other in ("m.c=n+1", "m.d = n + 1"):
            self.refused(text.replace("m.c = n + 1", other), "`processes.a.steps[5]`", exercise=text)

    def test_what_may_not_be_changed(self):
        for old, new, *words in ((("finally: sold <= 1"), "finally: sold <= 9", "expect[0].finally", "line 1"), ("sold >= 1}", "sold >= 1, verdict: sometimes}", "expect[1].verdict"),
                                 ("count: 3", "count: 1", "processes.buyer.count"), ("count: 3", "count: 3\n    daemon: true", "processes.buyer.daemon"),
                                 ("tickets: 1", "tickets: '1'", "shared.tickets"), ("tickets: 1", "tickets: 2", "shared.tickets"),
                                 ("steps, objects]", "steps, objects, expect]", "exercise.edit[2]"), ("exercise:", "main: [{start: buyer}]\nexercise:", "main"),
                                 ("exercise:", "cpu: {policy: fifo}\nexercise:", "cpu"), ("exercise:", "schedule: [main]\nexercise:", "schedule"),
                                 ("processes:\n", "processes:\n  thief: {steps: [{say: hi}]}\n", "processes.thief")):
            self.assertIn(old, GOOD)
            self.refused(GOOD.replace(old, new, 1), "`" + words[0] + "`", *words[1:], "only this may be changed: `processes.buyer.steps`, `objects`")
        self.assertEqual(self.one(GOOD[:GOOD.index("exercise:")], code=0)["score"], 3, "that it is an exercise may be left out")
        self.refused(GOOD.replace("  - {name: all are sold, finally: sold >= 1}\n", ""), "`expect[1]` is missing")

    def test_a_path_into_a_mapping_leaves_the_rest_alone(self):
        inner = EXERCISE.replace("steps, objects]", "steps, objects.door]")
        self.assertEqual(self.one(GOOD.replace("steps, objects]", "steps, objects.door]"), inner)["score"], 3)
        self.refused(GOOD.replace("steps, objects]", "steps, objects.door]").replace("{door: lock}", "{door: lock, gate: lock}"), "`objects.gate`", exercise=inner)

    def test_an_element_of_a_list(self):
        inner = EXERCISE.replace("edit: [processes.buyer.steps, objects]", "edit: ['processes.buyer.steps[1]']")
        self.refused(inner.replace("processes:", "objects: {door: lock}\nprocesses:"), "`objects`", exercise=inner)
        self.assertEqual(self.one(inner.replace("- tickets = n - 1", "- tickets = 0"), inner)["status"], "judged")
        self.refused(inner.replace("- n = tickets", "- n = 0"), "`processes.buyer.steps[0]`", exercise=inner)

    def test_expectations_are_those_of_the_exercise(self):
        free = EXERCISE.replace("steps, objects]", "steps, objects, expect]")
        self.assertEqual(self.one(free.replace("finally: sold <= 1", "finally: sold <= 9"), free)["score"], 1)

    def test_no_valid_scenario(self):
        row = self.refused("foo: [\n", "it is not a valid scenario", "s.yaml:1:6: error", status="invalid")
        self.refused("", status="invalid")
        self.refused(b"\xff\xfe\0", status="invalid")
        self.refused(GOOD.replace("n = tickets\n", "n = tikcets[\n"), "E0", status="invalid")
        self.assertEqual(self.grade("nosuch.yaml", code=1)[0]["status"], "invalid")

    def test_what_to_write_instead(self):
        bad = GOOD.replace("- with: door", "- with: dooor")
        row = self.refused(bad, "[E024]\n  = help: did you mean `door`?", status="invalid")
        self.assertEqual(row["reason"].count("= help: "), 1)
        self.assertIn("= 提示：是否想写 `door`？", self.refused(bad, status="invalid", flags=("--lang", "zh"))["reason"])
        self.file("s.yaml", bad)
        self.assertIn("\n    = help: did you mean `door`?\n", run("grade exercise.yaml s.yaml", cwd=self.dir).out)

    def test_where_it_is_read_from(self):
        """As by every other command: a path, a name of the library, or standard input, which can be read only once."""
        library = run(["grade", "three-stalls", "three-stalls", "--format", "json"], cwd=self.dir)
        self.assertEqual((library.code, json.loads(library.out)[0]["status"]), (1, "judged"), library)
        for flags in ([], ["-o", str(self.dir / "r.jsonl")]):
            result = run(["grade", "exercise.yaml", "-", "exercise.yaml", *flags, "--format", "json"], cwd=self.dir, stdin=GOOD)
            self.assertEqual([(r["file"], r["status"], r["score"]) for r in json.loads(result.out)], [("-", "judged", 3), ("exercise.yaml", "judged", 1)], flags)

    def test_exercises_that_are_none(self):
        for text, words in ((GOOD[:GOOD.index("exercise:")], "is not an exercise"), (EXERCISE.replace("points: 2", "points: 0").replace("sold >= 1", "sold >= 1, points: 0"), "nothing that gives points"),
                            (EXERCISE.replace("buyer.steps", "byer.steps"), "did you mean `buyer`"), (EXERCISE.replace("objects]", "obejcts]"), "`objects`"),
                            (EXERCISE.replace("buyer.steps", "buyer.stepz"), "`steps`"), (EXERCISE.replace("[processes.buyer.steps, objects]", "processes"), "list of paths")):
            self.file("e.yaml", text)
            result = run(["grade", "e.yaml", "exercise.yaml"], cwd=self.dir)
            self.assertEqual((result.code, result.out), (3, ""), result)
            self.assertIn(words, result.err)


class Cheats(Case):
    """What is handed in to get points without the work. Most of it is in tests/test_exercises.py: there the exercises are made so that it does not pay."""
    STRICT = EXERCISE.replace("hints:", "forbid: [sold, atomic, queue]\n  hints:").replace("- atomic: sold += 1", "- call: sell").replace(
        "processes:\n", "functions: {sell: {steps: [{atomic: sold += 1}]}}\nprocesses:\n", 1).replace("objects]", "objects, main]")

    def cheat(self, steps, *words, status="refused", objects="", main=""):
        start = self.STRICT.index("      - n = tickets")
        text = self.STRICT[:start] + steps + self.STRICT[self.STRICT.index("expect:"):] + objects + main
        row = self.one(text, self.STRICT)
        self.assertEqual(row["status"], status, row)
        for word in words:
            self.assertIn(word, json.dumps(row, ensure_ascii=False))
        return row["score"]

    def test_words_that_are_forbidden(self):
        self.assertEqual(self.cheat("      - sold = 1\n", "line 9: `sold` may not be used here"), 0)
        self.assertEqual(self.cheat("      - {atomic: [x = 1]}\n", "`atomic` may not be used here"), 0)
        self.assertEqual(self.cheat("      - say: x\n", "`queue`", objects="objects: {q: {queue: 2}}\n"), 0)
        self.assertEqual(self.cheat("      - say: x\n", "`queue`", objects="objects: {note: queue, message: {queue: 2}}\n"), 0)
        self.assertEqual(self.cheat("      - say: \"{'sold'} out, atomic, pid\"\n", status="judged"), 2)

    def test_words_in_values_and_words_that_mean_the_same(self):
        """A dictionary may have a key by which a step says something; `signal` kills as `kill` does, unless the exercise does so itself."""
        self.assertEqual(self.cheat("      - {for: d, in: [{say: sold}], do: [{say: x}]}\n", "`sold` may not be used here"), 0)
        self.assertEqual(self.cheat("      - {forever: , do: [{for: d, in: [{note: [{say: sold}], do: [{say: 1}]}], do: [break]}, break]}\n", "`sold` may not be used here"), 0)
        for forbidden in ("kill", "terminate", "signal"):
            exercise = EXERCISE.replace("hints: [Which", "forbid: [%s]\n  hints: [Which" % forbidden)
            for step in ("{kill: buyer.2}", "{terminate: buyer.2}", "{signal: buyer.2, with: SIGKILL}"):
                self.refused(exercise.replace("      - n = tickets\n", "      - n = tickets\n      - %s\n" % step), "`%s` may not be used here" % step[1:].split(":")[0], exercise=exercise)
            uses = exercise.replace("      - n = tickets\n", "      - {signal: buyer.1, with: SIGUSR1}\n      - n = tickets\n")
            if forbidden != "signal":
                self.assertEqual(self.one(uses.replace("SIGUSR1", "SIGUSR2"), uses)["status"], "judged")

    def test_who_looks_whether_it_is_being_graded(self):
        for question in ("pid > 1000", "ppid == 1", "pid(buyer.1) > 99"):
            self.assertEqual(self.cheat("      - {if: %s, then: [{call: sell}]}\n" % question, "`pid`" if "ppid" not in question else "`ppid`"), 0)

    def test_work_that_is_not_done(self):
        self.assertEqual(self.cheat("      - say: done\n", "all are sold", status="judged"), 2)
        self.assertEqual(self.cheat("      - {exit: 0}\n      - {call: sell}\n", status="judged"), 2)
        self.assertEqual(self.cheat("      - {call: sell}\n", status="judged", main="main: [{say: all is well}]\n"), 2)

    def test_exceptions(self):
        self.assertEqual(self.cheat("      - {raise: Enough}\n", "exception", status="judged"), 0)
        self.assertEqual(self.cheat("      - {try: [{raise: Enough}], except: {any: [{exit: 0}]}}\n", status="judged"), 2)

    def test_what_stops_or_never_ends(self):
        self.assertEqual(self.cheat("      - {acquire: door}\n      - {acquire: door}\n", "deadlock", status="judged", objects="objects: {door: lock}\n"), 0)
        self.assertEqual(self.cheat("      - {forever: , do: [{sleep: 1s}]}\n", status="judged"), 0)

    def test_a_daemon(self):
        text = self.STRICT.replace("    count: 3\n", "    count: 3\n    daemon: true\n")
        self.refused(text, "`processes.buyer.daemon`", exercise=self.STRICT)

    def test_sleeping_orders_nothing(self):
        self.assertEqual(self.cheat("      - {sleep: 1s..9s}\n      - n = tickets\n      - {if: n > 0, then: [{sleep: 1s}, tickets = n - 1, {call: sell}]}\n", status="judged"), 1)

    def test_more_output_than_anybody_reads(self):
        steps = "      - n = tickets\n      - repeat: 40\n        do: [{say: \"%s\"}]\n      - {if: n > 0, then: [tickets = n - 1, {call: sell}]}\n" % ("x" * 3000)
        self.assertEqual(self.cheat(steps, status="judged"), 1)
        result = run(["grade", "exercise.yaml", "s.yaml"], cwd=self.dir, timeout=60)
        self.assertLess(len(result.out), 40000)

    def test_a_file_that_is_huge_or_no_file(self):
        self.assertIn("1 MiB", self.refused("a" * (2 << 20), status="invalid")["reason"])
        self.refused("a: " + "[" * 5000, status="invalid")
        os.mkfifo(self.dir / "fifo")
        for name in ("fifo", ".", "/dev/zero"):
            self.assertEqual(self.grade(name, code=1)[0]["status"], "invalid")


class Blanks(Case):
    """`???` is to be filled in, and nothing else may be changed."""
    TEXT = """scenario: blanks
shared: {n: 0}
objects: {stalls: {semaphore: "???"}}
processes:
  adder:
    count: 2
    steps:
      - ???
      - n = n + ???
      - {release: stalls}
expect:
  - finally: n == 2
  - {deadlock: never, points: 2}
exercise:
  task: Fill it in, ??? and all.
  forbid: [atomic]
"""

    def filled(self, value, steps, number, text=TEXT):
        return text.replace('"???"', value, 1).replace("      - ???\n", steps, 1).replace("+ ???", "+ " + number, 1)

    def test_what_is_filled_in(self):
        acquire = "      - {acquire: stalls}\n"
        for value, steps, number, score in (("1", acquire, "1", 3), ("1", "      - x = 1\n" + acquire, "x", 3), ("2", acquire, "1", 2), ("2", "", "1", 2), ("1", acquire, "2", 2),
                                            ("0", acquire, "1", 0)):
            row = self.one(self.filled(value, steps, number), self.TEXT)
            self.assertEqual((row["score"], row["status"]), (score, "judged"), row)

    def test_nothing_else_may_be_changed(self):
        good = self.filled("1", "      - {acquire: stalls}\n", "1")
        for old, new, path in (("n = n +", "n = 0 +", "processes.adder.steps[1]"), ("- {release: stalls}", "- {say: x}", "processes.adder.steps[2].release"), ("count: 2", "count: 1", "processes.adder.count"),
                               ("semaphore: 1", "lock: {}", "objects.stalls.semaphore")):
            self.assertIn("`%s`" % path, self.refused(good.replace(old, new), "may be changed: `???`", exercise=self.TEXT)["reason"])

    def test_lists_and_texts_that_do_not_fit(self):
        """What stands around a blank must be there, whole and in its place; several blanks in a list are one item each."""
        text = self.TEXT.replace("      - n = n + ???\n", "      - n = ??? + 1\n      - {atomic: [\"n ??? 0\"]}\n").replace("      - ???\n", "      - ???\n      - ???\n")
        text = text.replace("forbid: [atomic]", "forbid: [kill]")
        good = text.replace('"???"', "1", 1).replace("      - ???\n      - ???\n", "      - {acquire: stalls}\n      - x = 1\n").replace("n = ??? + 1", "n = n + 1").replace('"n ??? 0"', "n += 0")
        self.assertEqual(self.one(good, text)["status"], "judged")
        for statement, filled, refused in (("n = n + ???", "n += 1", False), ("n += ???", "n = n + 1", False), ("n = n + ???", "n -= 1", True), ("n += ???", "n = x + 1", True), ("n = n + ???", "x += 1", True)):
            written = self.TEXT.replace("n = n + ???", statement)
            row = self.one(self.filled("1", "      - {acquire: stalls}\n      - x = 1\n", "1", written.replace(statement, filled)), written)
            self.assertEqual(row["status"], "refused" if refused else "judged", (statement, filled, row))
        for old, new, path in (("n = n + 1", "n = n + 2", "processes.adder.steps[2]"), ("      - x = 1\n", "", "processes.adder.steps[2]"), ("      - {acquire: stalls}\n      - x = 1\n      - n = n + 1\n      - {atomic: [n += 0]}\n", "", "processes.adder.steps[1]"),
                               ("n += 0", "n += 1", "processes.adder.steps[3].atomic[0]"), ("      - {release: stalls}\n", "", "processes.adder.steps[4]"), ("Fill it in, ???", "Fill it in, 1", "exercise.task")):
            self.assertIn(old, good)
            self.refused(good.replace(old, new), "`%s`" % path, exercise=text)
        short = self.filled("1", "", "1").replace("      - {release: stalls}\n", "").replace("      - n = n + 1\n", "      - x = 1\n")
        self.assertEqual(self.one(short, self.TEXT)["status"], "refused")

    def test_names_that_are_declared_where_it_is_filled_in(self):
        """The fixed part may use them already: then they must be those, however they are written there."""
        text = "scenario: open\nshared: {n: 0}\nparams: {M: 1}\nprocesses:\n  a:\n    steps:\n      - {with: door, do: [n = ???]}\n      - x = N + 1\n      - {join: zed}\n      - y = p\nexpect: [{finally: n == 1}]\nexercise: {task: Fill., edit: [objects, params, processes.zed]}\n"
        good = text.replace("???", "1").replace("{M: 1}", "{M: 1, N: 2}").replace("processes:\n", "objects: {door: lock, gate: lock, p: pipe}\nprocesses:\n  zed: {steps: [n = 1]}\n  zoo: {steps: [n = 1]}\n".replace("  zoo: {steps: [n = 1]}\n", ""))
        for old, new, refused in (("", "", False), ("with: door", "with: (door)", False), ("with: door", "with: (gate)", True), ("x = N + 1", "x = (N) + 1", False), ("x = N + 1", "x = (M) + 1", True), ("x = N + 1", "x = 2 + 1", True),
                                  ("join: zed", "join: (zed)", False), ("join: zed", "join: (a)", True), ("y = p", "y = (p)", False), ("y = p", "y = p.left", True), ("y = p", "y = N", True)):
            row = self.one(good.replace(old, new) if old else good, text, flags=["--max-states", "1000"])
            self.assertNotEqual(row["status"], "invalid", (new, row))
            self.assertEqual(row["status"] == "refused", refused, (new, row))

    def test_words_that_are_forbidden(self):
        self.refused(self.filled("1", "      - {atomic: n += 1}\n", "0"), "`atomic` may not be used here", exercise=self.TEXT)

    def test_names_of_the_exercise_are_forbidden(self):
        """Also such as its task mentions beside a blank: that text is no blank."""
        exercise = self.TEXT.replace("Fill it in, ???", "The adder fills in ???").replace("[atomic]", "[adder]")
        good = self.filled("1", "      - {acquire: stalls}\n", "1", exercise)
        self.assertEqual(self.one(good, exercise)["score"], 3)
        self.refused(self.filled("1", "      - {if: alive(adder.1), then: [{acquire: stalls}]}\n", "1", exercise), "`adder` may not be used here", exercise=exercise)
        self.file("e.yaml", exercise.replace("[adder]", "[addder]"))
        result = run(["grade", "e.yaml", "s.yaml"], cwd=self.dir)
        self.assertEqual((result.code, result.out), (3, ""), result)
        self.assertIn("`addder`", result.err)

    OPEN = """scenario: open
params: {N: 2}
shared: {n: 0}
objects: {stalls: {semaphore: "???"}, doors: {list: lock, count: 2}, gate: "???", rooms: {list: lock, count: "???"}}
functions:
  more: {params: [by], steps: [return: by + ???]}
processes:
  adder:
    count: 2
    steps:
      - ???
      - n = x + ???
      - {with: "doors[0]", do: [{acquire: stalls}, {sleep: 10ms}]}
      - if: x > 0 and n == N
        then: [{call: more, args: [x + 1], into: y}, say: "{y} of {n}"]
      - {release: stalls}
      - {with: gate, do: [{acquire: "rooms[0]"}, {release: "rooms[0]"}]}
      - do: ["made[0] = x", "x = made[0]"]
expect:
  - finally: n >= 0
exercise: {task: Fill it in., forbid: [random]}
"""

    def test_the_rest_may_be_written_otherwise(self):
        """What is no blank is compared by its meaning, also names that only what is filled in declares, and beside a blank in one expression."""
        good = self.OPEN.replace('gate: "???"', "gate: lock").replace('"???"', "1").replace("- ???", '- do: [x = n, "made = [n]"]').replace("+ ???", "+ 1")
        for old, new in (("n = x + 1", "n=x+1"), ("n = x + 1", "n = (x) + (n - n + 1)"), ("by + 1", "by+(1)"), ("doors[0]", "doors[ 0 ]"), ("acquire: stalls", "acquire: (stalls)"), ("10ms", "10000us"),
                         ("x > 0 and n == N", "(x>0) and n==N"), ("[x + 1]", "[(x+1)]"), ("{y} of {n}", "{y} of {(n)}"), ("n >= 0", "n>=0"),
                         ("with: gate", "with: (gate)"), ('"made[0] = x"', "'made[ 0 ] = (x)'"), ('"x = made[0]"', '"x=(made[0])"')):
            self.assertIn(old, good)
            self.assertEqual(self.one(good.replace(old, new, 1), self.OPEN)["status"], "judged", new)
        for old, new, path in (("n = x + 1", "n=y+1", "processes.adder.steps[1]"), ("n = x + 1", "n=x-1", "processes.adder.steps[1]"), ("n = x + 1", "x=x+1", "processes.adder.steps[1]"), ("by + 1", "by*1", "functions.more.steps[0].return"),
                               ("doors[0]", "doors[1]", "processes.adder.steps[2].with"), ("acquire: stalls", 'acquire: "doors[1]"', "processes.adder.steps[2].do[0].acquire"), ("10ms", "10001us", "processes.adder.steps[2].do[1].sleep"),
                               ("x > 0 and", "y > 0 and", "processes.adder.steps[3].if"), ("n == N", "n == 2", "processes.adder.steps[3].if"), ("[x + 1]", "[y + 1]", "processes.adder.steps[3].then[0].args[0]"),
                               ("{y} of {n}", "{y} of {x}", "processes.adder.steps[3].then[1].say"), ("n >= 0", "n > 0", "expect[0].finally"),
                               ("with: gate", 'with: "doors[0]"', "processes.adder.steps[5].with"), ('acquire: "rooms[0]"', 'acquire: gate', "processes.adder.steps[5].do[0].acquire"),
                               ('"made[0] = x"', '"made[0] = n"', "processes.adder.steps[6].do[0]"), ('"x = made[0]"', '"n = made[0]"', "processes.adder.steps[6].do[1]")):
            self.assertIn(old, good)
            self.refused(good.replace(old, new, 1), "`%s`" % path, exercise=self.OPEN)
        self.refused(good.replace("n = x + 1", "n=x+random(1,1)"), "`random` may not be used here", exercise=self.OPEN)

    def test_a_blank_that_is_left(self):
        row = self.refused(self.TEXT, "s.yaml:8:9: error: `???` is a blank to be filled in [E032]", exercise=self.TEXT, status="invalid")
        self.assertEqual(row["reason"].count("E032"), 3)
        result = run(["run", "exercise.yaml"], cwd=self.dir)
        self.assertEqual((result.code, result.err.count("a blank to be filled in")), (3, 3), result)

    def test_several_blanks_in_one_text_or_list(self):
        exercise = EXERCISE.replace("  edit: [processes.buyer.steps, objects]\n", "").replace("- if: n > 0", "- if: ??? and n ??? 0").replace("- tickets = n - 1", "- ???\n          - ???")
        for filled, status in (("- if: true and n > 0", "judged"), ("- if: n > 0", "refused"), ("- if: true and n", "refused"), ("- if: n > 0 and n < 9 and n != 0", "judged")):
            answer = exercise.replace("- if: ??? and n ??? 0", filled).replace("- ???\n          - ???", "- x = 1\n          - tickets = 0")
            self.assertEqual(self.one(answer, exercise)["status"], status, filled)


class BreakIt(Case):
    """A schedule that breaks the exercise is handed in, or the claim that there is none."""
    BROKEN = EXERCISE.replace("  edit: [processes.buyer.steps, objects]\n", "  answer: schedule\n")
    SAFE = GOOD.replace("  edit: [processes.buyer.steps, objects]\n", "  answer: schedule\n")

    def score(self, answer, exercise, status="judged", flags=()):
        row = self.one(answer, exercise, flags)
        self.assertEqual((row["status"], row["max"], len(row["checks"])), (status, 3, 1), row)
        return row["score"], row["checks"][0]

    def test_a_schedule(self):
        breaks = "[buyer.1, buyer.2 x4, buyer.3 x2, buyer.1 x3]"
        for answer in (breaks, "schedule: %s\n" % breaks, '["buyer.1", "buyer.2 x4"]'):
            self.assertEqual(self.score(answer, self.BROKEN)[0], 3)
        self.assertEqual(self.score("[buyer.1 x9]", self.BROKEN)[0], 0)
        score, check = self.score("[buyer.1 x4, buyer.2]", self.BROKEN)
        self.assertEqual((score, check["message"]), (0, "in this order nothing is broken"))
        self.assertEqual(self.score("[buyer.1, buyer.2]", self.SAFE)[0], 0)
        score, check = self.score("[buyer.1 x2, buyer.2 x9]", self.SAFE)
        self.assertEqual(score, 0)
        self.assertIn("does not fit", check["message"])

    def test_an_order_is_played_as_run_plays_it(self):
        """Under the policy of the file behind its end; where it does not fit into fair lines, in others."""
        quick = self.BROKEN.replace("shared:", "cpu: {quantum: 10ms}\nshared:", 1)
        line = self.SAFE.replace("finally: sold >= 1", "finally: tickets == 5")
        for exercise, answer in ((quick, "schedule: []"), (self.BROKEN, "schedule: []"), (line, "[buyer.1 x2, buyer.2, buyer.3, buyer.1 x2]"),
                                 (line, "[buyer.1, buyer.2, buyer.3, buyer.1 x5, buyer.3]")):
            with self.subTest(answer, exercise=exercise[:60]):
                score, _ = self.score(answer, exercise)
                played = run(["run", "--model", "--quiet", "exercise.yaml", "--schedule", "s.yaml"], cwd=self.dir)
                self.assertEqual(played.code == 1, score == 3, played)

    def test_what_shows_it_is_played_by_the_name_in_the_library(self):
        self.file("s.yaml", "answer: safe\n")
        row, = self.grade("s.yaml", exercise="it-was-published")
        self.assertIn("forklore run it-was-published --schedule '[", row["checks"][0]["message"])

    def test_a_claim(self):
        score, check = self.score("safe\n", self.SAFE)
        self.assertEqual((score, check["passed"]), (3, True))
        self.assertIn("it is safe", check["message"])
        score, check = self.score("answer: safe\n", self.BROKEN)
        self.assertEqual((score, check["passed"]), (0, False))
        self.assertIn("point of no return", check["message"])
        self.assertEqual(check["schedule"][0], "buyer.1")
        score, check = self.score("safe", self.BROKEN, flags=["--feedback", "hint"])
        self.assertIn("hint: Which actions belong together?", check["message"])
        self.assertIsNone(check["schedule"])

    def test_neither(self):
        for answer in ("perhaps", "schedule: 3\n", "[nobody x2]", "[buyer.1 x0]", "{}", "[[buyer.1]]", "[buyer.1"):
            self.assertEqual(self.score(answer, self.BROKEN, status="invalid")[0], 0)
        self.assertIn("s.yaml:1:2: error", self.one("[nobody]", self.BROKEN)["reason"])
        self.file("e.yaml", self.BROKEN.replace("answer: schedule", "answer: essay"))
        self.assertEqual(run(["grade", "e.yaml", "s.yaml"], cwd=self.dir).code, 3)


class MatchIt(Case):
    """A scenario with exactly these outcomes is handed in."""
    EXERCISE = """scenario: match
shared: {x: 0, spare: 0}
processes:
  a: {steps: [x += 1]}
  b: {steps: [x += 1]}
observe: [x]
exercise:
  task: Lose an update, or do not.
  edit: [processes.a.steps, processes.b.steps, objects]
  answer: outcomes
  outcomes: [{x: 1}, {x: 2}]
  hints: [What is between reading and writing?]
"""
    STEPS = "a: {steps: [x += 1]}\n  b: {steps: [x += 1]}"

    def judged(self, steps, exercise=EXERCISE, flags=()):
        row = self.one(exercise.replace(self.STEPS, steps), exercise, flags)
        return row["score"], [(c["name"], c["passed"], c["points"]) for c in row["checks"]], row

    def test_exactly_these(self):
        score, checks, _ = self.judged(self.STEPS)
        self.assertEqual((score, checks), (4, [("a possible outcome: x = 1", True, 1), ("a possible outcome: x = 2", True, 1), ("there is no other outcome", True, 2)]))

    def test_what_is_missing(self):
        score, checks, row = self.judged("a: {steps: [{atomic: x += 1}]}\n  b: {steps: [{atomic: x += 1}]}")
        self.assertEqual((score, checks), (3, [("a possible outcome: x = 1", False, 0), ("a possible outcome: x = 2", True, 1), ("there is no other outcome", True, 2)]))
        self.assertEqual(row["checks"][0]["message"], "CAN'T HAPPEN: no order ends so")

    def test_what_never_ends_has_no_outcome(self):
        steps = "a: {steps: [{forever: , do: [spare = 1]}]}\n  b: {steps: [x += 1]}"
        for language, words in (("en", "BROKEN: no execution ends"), ("zh", "不成立：任何一次执行都不会结束")):
            score, checks, row = self.judged(steps, flags=("--lang", language))
            self.assertEqual((score, [c[1] for c in checks]), (0, [False] * 3))
            self.assertEqual(row["checks"][2]["message"].splitlines()[0], words)

    def test_what_is_too_many_is_shown_by_a_schedule(self):
        score, checks, row = self.judged("a: {steps: [x += 1, x += 1]}\n  b: {steps: [x += 1]}")
        self.assertEqual((score, checks[2:]), (2, [("there is no other outcome", False, 0), ("one too many: x = 3", False, 0)]))
        many = row["checks"][3]
        self.assertIn("forklore run s.yaml --schedule", many["message"])
        result = run(["run", "s.yaml", "--json", "--schedule", json.dumps(many["schedule"])], cwd=self.dir)
        self.assertEqual(json.loads(result.out.splitlines()[-1])["shared"]["x"], 3)

    def test_what_is_too_many_is_shown_in_the_simplest_way(self):
        """As few processes as can be are interrupted, and each is shown with as few actions as it takes."""
        exercise = self.EXERCISE.replace("[{x: 1}, {x: 2}]", "[{x: 7}]")
        _, _, row = self.judged("a: {steps: [x += 1, spare = 1]}\n  b: {steps: [x += 1, spare = 2]}", exercise)
        shown = {c["name"]: (c["message"].count("[forced switch from "), c["schedule"]) for c in row["checks"][2:]}
        self.assertEqual(shown, {"one too many: x = 1": (1, ["a", "b x4", "a x3"]), "one too many: x = 2": (0, ["a x4", "b x4"])})
        _, _, row = self.judged("a: {steps: [x += 1, {raise: Oops}]}\n  b: {steps: [x += 1, {acquire: l}, {acquire: l}]}\nobjects: {l: lock}", exercise)
        self.assertEqual([c["message"].count("[forced switch from ") for c in row["checks"][2:]], [1, 0])

    def test_more_than_anybody_reads(self):
        score, checks, row = self.judged("a: {steps: ['x = random(1, 20)']}\n  b: {steps: []}")
        self.assertEqual((score, len(checks)), (2, 8))
        self.assertIn("more than 5", row["checks"][2]["message"])

    def test_what_else_differs_does_not_count(self):
        """Only what the exercise observes makes up an outcome."""
        score, _, _ = self.judged("a: {steps: ['spare = random(1, 3)', x += 1]}\n  b: {steps: [x += 1]}")
        self.assertEqual(score, 4)
        exercise = self.EXERCISE.replace("observe: [x]\n", "").replace("{x: 1}, {x: 2}", "{x: 1, spare: 0}, {spare: 0, x: 2}")
        self.assertEqual(self.judged(self.STEPS, exercise)[0], 4)
        self.assertEqual(self.judged("a: {steps: [spare = 1, x += 1]}\n  b: {steps: [x += 1]}", exercise)[0], 0)

    def test_deadlocks_and_exceptions_are_ends(self):
        stops = "a: {steps: [{acquire: l}, {acquire: l}]}\n  b: {steps: [x += 1]}\nobjects: {l: lock}"
        score, checks, row = self.judged(stops)
        self.assertEqual((score, checks[-1][0], row["reason"]), (0, "one too many: deadlock: x = 1", None))
        wished = self.EXERCISE.replace("[{x: 1}, {x: 2}]", "[{x: 1, end: deadlock}]")
        self.assertEqual(self.judged(stops, wished)[0], 2)
        self.assertEqual(self.judged("a: {steps: [{raise: Oops}]}\n  b: {steps: [x += 1]}", wished.replace("deadlock", "exception"))[0], 2)

    def test_what_never_ends_has_no_outcome(self):
        score, checks, _ = self.judged("a: {steps: [{forever: , do: [spare = 0]}]}\n  b: {steps: []}")
        self.assertEqual((score, [c[1] for c in checks]), (0, [False] * 3))

    def test_values_of_every_kind(self):
        exercise = self.EXERCISE.replace("[{x: 1}, {x: 2}]", '[{x: one}, {x: [1, "two"]}, {x: true}, {x: 1000000000000}, {x: none}]')
        steps = """a:
    steps:
      - r = random(1, 5)
      - if: r == 1
        then: ["x = 'one'"]
        else:
          - if: r == 2
            then: ["x = [1, 'two']"]
            else:
              - if: r == 3
                then: [x = true]
                else:
                  - if: r == 4
                    then: [x = 1000000000000]
                    else: [x = none]
  b: {steps: []}"""
        self.assertEqual(self.judged(steps, exercise)[0], 10)

    def test_how_much_is_shown(self):
        more = "a: {steps: [x += 1, x += 1]}\n  b: {steps: [x += 1]}"
        _, checks, row = self.judged(more, flags=["--feedback", "none"])
        self.assertEqual((len(checks), {c["message"] for c in row["checks"]}), (3, {""}))
        _, _, row = self.judged(more, flags=["--feedback", "hint"])
        self.assertIn("hint: What is between", row["checks"][3]["message"])
        self.assertIsNone(row["checks"][3]["schedule"])

    def test_limits(self):
        row = self.one(self.EXERCISE.replace(self.STEPS, "a: {steps: [{forever: , do: [x += 1]}]}\n  b: {steps: []}"), self.EXERCISE, ["--max-states", "2000"])
        self.assertEqual((row["score"], row["status"]), (0, "undecided"))

    def test_exercises_that_are_none(self):
        for old, new, word in (("  outcomes: [{x: 1}, {x: 2}]\n", "", "needs the `outcomes`"), ("  answer: outcomes\n", "", "without `answer: outcomes`"),
                               ("{x: 2}", "{y: 2}", "`y` is no part"), ("{x: 2}", "{}", "does not say what `x` is"), ("{x: 2}", "{x: 2, end: well}", "`ok`, `deadlock` or"),
                               ("[{x: 1}, {x: 2}]", "[1, 2]", "a list of outcomes"), ("[{x: 1}, {x: 2}]", "[]", "a list of outcomes"),
                               ("{x: 2}", "{spare: 2, x: 1}", "`spare` is no part")):
            self.file("e.yaml", self.EXERCISE.replace(old, new))
            self.file("s.yaml", self.EXERCISE)
            result = run(["grade", "e.yaml", "s.yaml"], cwd=self.dir)
            self.assertEqual((result.code, result.out), (3, ""), result)
            self.assertIn(word, result.err)


class Parameters(Case):
    """The person who grades sets them, for the exercise and for what is handed in alike."""
    EXERCISE = EXERCISE.replace("shared: {tickets: 1", "params: {T: 1}\nshared: {tickets: T").replace("sold <= 1", "sold <= T")
    ONCE = (EXERCISE.replace(RACE, LOCKED.replace("n - 1", "0")).replace("processes:\n", "objects: {door: lock}\nprocesses:\n", 1))

    def test_what_is_right_for_one_value_only(self):
        exercise, once = (text.replace("sold >= 1", "sold == T") for text in (self.EXERCISE, self.ONCE))
        self.assertEqual(self.one(once, exercise, code=0)["score"], 3)
        row = self.one(once, exercise, flags=["--set", "T=2"], code=1)
        self.assertEqual((row["score"], [c["passed"] for c in row["checks"]]), (2, [True, False]), row)

    def test_what_shows_it_is_played_with_them(self):
        row = self.one(self.EXERCISE, self.EXERCISE, flags=["--set", "T=2"], code=1)
        check = row["checks"][0]
        self.assertIn("forklore run s.yaml --set T=2 --schedule '[", check["message"])
        result = run(["run", "--quiet", "s.yaml", "--set", "T=2", "--schedule", json.dumps(check["schedule"])], cwd=self.dir)
        self.assertEqual(result.code, 1, result)

    def test_what_the_exercise_does_not_have(self):
        for text in (self.EXERCISE, self.EXERCISE.replace("tickets = n - 1", "???")):
            self.file("e.yaml", text)
            for setting in ("X=2", "T=yes", "T"):
                result = run(["grade", "e.yaml", "s.yaml", "--set", setting], cwd=self.dir)
                self.assertEqual((result.code, result.out), (2, ""), result)

    def test_what_the_submission_does_not_have(self):
        free = self.EXERCISE.replace("edit: [", "edit: [params, ")
        row = self.refused(self.ONCE.replace("params: {T: 1}\n", "params: {T: 1s}\n").replace("edit: [", "edit: [params, "), "`--set T=2`", exercise=free, status="invalid", flags=["--set", "T=2"])
        self.assertEqual(row["max"], 3)

    def test_a_schedule_that_breaks_it(self):
        exercise = self.EXERCISE.replace("edit: [processes.buyer.steps, objects]", "answer: schedule").replace("sold <= T", "sold <= 1").replace("sold >= 1", "sold >= T")
        self.assertEqual(self.one("safe", exercise, flags=["--set", "T=0"])["score"], 3)
        self.assertEqual(self.one("safe", exercise, flags=["--set", "T=1"])["score"], 0)

    def test_results_under_other_parameters_are_made_again(self):
        self.file("exercise.yaml", self.EXERCISE)
        self.file("s.yaml", self.ONCE)
        keys = [self.grade("s.yaml", flags=["-o", "r.jsonl", "--set", "T=%d" % t])[0]["key"] for t in (1, 2, 2)]
        self.assertEqual((keys[0] == keys[1], keys[1] == keys[2]), (False, True))


class Limits(Case):
    def test_states(self):
        loop = submission("      - {forever: , do: [tickets += 1]}\n")
        self.refused(loop, "more than 3000 states", status="undecided", flags=["--max-states", "3000"])

    def test_time(self):
        loop = submission("      - i = 0\n      - {while: i < 1000000000000, do: [i += 1]}\n")
        self.refused(loop, "more than 0.001 s", status="undecided", flags=["--timeout", "0.001"])     # a million private steps take longer

    @unittest.skipIf(SANITIZED, "its memory is not limited so")
    def test_memory(self):
        loop = submission("      - t = 'x'\n      - {forever: , do: [tickets += 1, \"t = t + t\"]}\n")
        self.assertEqual(self.one(loop, flags=["--max-memory", "40M", "--max-states", "100000000"], code=1)["score"], 0)

    def test_one_that_is_lost_hurts_no_other(self):
        """Whatever kills a process that judges, from outside or by a fault of ours."""
        self.file("slow.yaml", submission("      - i = 0\n      - {while: i < 1000000000000, do: [i += 1]}\n"))
        self.file("good.yaml", GOOD)
        child = subprocess.Popen([PROGRAM, "grade", "exercise.yaml", "slow.yaml", "good.yaml", "--jobs", "1", "--format", "json"], stdout=subprocess.PIPE, cwd=self.dir)
        kids = Path("/proc/%d/task/%d/children" % (child.pid, child.pid))
        wait_until(lambda: kids.read_text().split(), "a process that judges")
        os.kill(int(kids.read_text().split()[0]), signal.SIGKILL)
        slow, good = json.loads(child.communicate()[0])
        self.assertEqual((slow["status"], slow["score"], good["score"]), ("failed", 0, 3))
        self.assertIn("signal 9", slow["reason"])
        self.assertEqual(child.returncode, 5)

    def test_no_control_characters(self):
        evil = GOOD.replace("- n = tickets", "- say: \"\\e]0;x\\a\\e[2J\"\n          - n = tickets") + "foo\\e: \"\\e[31m\"\n"
        self.file("e\x1b[2J.yaml", evil)
        for text in (evil, EXERCISE.replace("- n = tickets", "- {raise: Boom, message: \"\\e[2J\"}")):
            self.file("e\x1b[2J.yaml", text)
            result = run(["grade", "exercise.yaml", "e\x1b[2J.yaml"], cwd=self.dir)
            self.assertEqual(result.code, 1)
            self.assertFalse([c for c in result.out if ord(c) < 32 and c != "\n"], result.out)


class Output(Case):
    def test_how_much_may_be_shown_of_one_submission(self):
        """It is cut; its points are not."""
        self.file("s.yaml", submission(RACE))
        (all_of_it,), (little,) = (self.grade("s.yaml", flags=flags, code=1) for flags in ([], ["--max-output", "200"]))
        size = [sum(len((c["message"] + json.dumps(c["schedule"])).encode()) for c in g["checks"]) for g in (all_of_it, little)]
        self.assertGreater(size[0], 600)
        self.assertLess(size[1], 250)
        self.assertEqual([(c["name"], c["points"]) for c in little["checks"]], [(c["name"], c["points"]) for c in all_of_it["checks"]])
        self.assertEqual(little["status"], "judged")


class Many(Case):
    def test_a_whole_course(self):
        """300 submissions in one call: each is judged, and no process takes more than 100 MiB."""
        names = ["s%03d.yaml" % i for i in range(300)]
        for i, name in enumerate(names):
            self.file(name, (GOOD, EXERCISE, "bad: [")[i % 3] + "\n# %d\n" % i)
        with (self.dir / "out.json").open("w") as out:
            child = subprocess.Popen([PROGRAM, "grade", "exercise.yaml", *names, "--format", "json"], stdout=out, cwd=self.dir)
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        rows = json.loads((self.dir / "out.json").read_text())
        self.assertEqual([(r["file"], r["score"]) for r in rows], [(name, (3, 1, 0)[i % 3]) for i, name in enumerate(names)])
        self.assertEqual(child.returncode, 1)
        if not SANITIZED:
            self.assertLess(used.ru_maxrss, 100 << 10)


class Resume(Case):
    def test_results_are_kept_and_not_made_again(self):
        names = []
        for i in range(6):
            names.append("s%d.yaml" % i)
            self.file(names[-1], GOOD if i % 2 else EXERCISE)
        whole = self.grade(*names, flags=["-o", "r.jsonl"])
        rows = (self.dir / "r.jsonl").read_text().splitlines()
        self.assertEqual([json.loads(r) for r in rows], whole)
        rows[3] = rows[3].replace('"score": 3', '"score": 77')          # as if it had come out so: it is not judged again
        (self.dir / "r.jsonl").write_text("\n".join(reversed(rows[2:])) + "\n" + rows[1][:40])
        again = self.grade(*names, flags=["-o", "r.jsonl"])
        self.assertEqual([r["score"] for r in again], [1, 3, 1, 77, 1, 3])
        self.assertEqual([json.loads(r) for r in (self.dir / "r.jsonl").read_text().splitlines()], again)
        self.file("s3.yaml", EXERCISE)
        self.assertEqual([r["score"] for r in self.grade(*names, flags=["-o", "r.jsonl"])], [1, 3, 1, 1, 1, 3])
        self.assertEqual(self.grade("s3.yaml", flags=["-o", "r.jsonl", "--feedback", "none"])[0]["checks"][0]["message"], "")

    # Ever new states, and each takes long: it is left only by a limit, and that is far away.
    SLOW = submission("      - n = 0\n      - {forever: , do: [n += 1, {acquire: door}, i = 0, {while: i < 100000, do: [i += 1]}, {release: door}]}\n")
    FAR = ("--timeout", "3600", "--max-states", "1000000000")

    def begun(self, *files):
        """A grader that has written the first row, and hangs at the next."""
        command = [PROGRAM, "grade", "exercise.yaml", *files, "--jobs", "1", "-o", "r.jsonl", "--format", "json", *self.FAR]
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=self.dir, env={**os.environ, "FORKLORE_TEST_RUN": self.dir.name})
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        results = self.dir / "r.jsonl"
        wait_until(lambda: results.exists() and results.read_text().count("\n") == 1, "the first row")
        return child

    def test_a_grader_that_is_killed_goes_on_where_it_was(self):
        for name, text in (("a.yaml", GOOD), ("slow.yaml", self.SLOW), ("b.yaml", EXERCISE)):
            self.file(name, text)
        child = self.begun("a.yaml", "slow.yaml", "b.yaml")
        child.send_signal(signal.SIGKILL)
        child.wait()
        no_process_left(self.dir.name)
        results = self.dir / "r.jsonl"
        results.write_text(results.read_text().replace('"score": 3', '"score": 77') + '{"file": "b.ya')      # the kill came in the middle of a row
        rows = self.grade("a.yaml", "b.yaml", flags=["-o", "r.jsonl", *self.FAR])
        self.assertEqual([r["score"] for r in rows], [77, 1])
        self.assertEqual([json.loads(r) for r in results.read_text().splitlines()], rows)

    def test_two_graders_do_not_write_to_one_file(self):
        self.file("a.yaml", GOOD)
        self.file("slow.yaml", self.SLOW)
        self.begun("a.yaml", "slow.yaml")
        before = (self.dir / "r.jsonl").read_text()
        for language, words in (("en", "another grader is writing to r.jsonl"), ("zh", "另一个评测程序正在写 r.jsonl")):
            result = run(["grade", "exercise.yaml", "a.yaml", "-o", "r.jsonl", "--lang", language], cwd=self.dir)
            self.assertEqual((result.code, result.out), (5, ""), result)
            self.assertIn(words, result.err)
        self.assertEqual((self.dir / "r.jsonl").read_text(), before)

    def test_results_of_other_files_stay(self):
        self.file("a.yaml", GOOD)
        self.file("b.yaml", EXERCISE)
        rows = [self.grade(name, flags=["-o", "r.jsonl"])[0] for name in ("a.yaml", "b.yaml")]
        self.assertEqual([json.loads(r) for r in (self.dir / "r.jsonl").read_text().splitlines()], rows)

    @unittest.skipIf(COUNTED, "no file may become long, and the counts are in files")
    def test_results_that_can_not_be_written_are_printed_all_the_same(self):
        """The disk is full, say."""
        names = [self.file("s%d.yaml" % i, EXERCISE + "# %d\n" % i) for i in range(9)]
        limited = "import os, resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)); os.execv(sys.argv[1], sys.argv[1:])"
        command = [sys.executable, "-c", limited, os.path.abspath(PROGRAM), "grade", "exercise.yaml", *names, "-o", "r.jsonl", "--format", "json"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.dir, check=False)
        self.assertEqual(done.returncode, 5, done)
        self.assertIn(b"r.jsonl: File too large", done.stderr)
        self.assertEqual([r["score"] for r in json.loads(done.stdout)], [1] * 9)
        kept = (self.dir / "r.jsonl").read_text()
        self.assertTrue(kept.endswith("\n"), "a row was half written")
        self.assertLess(0, len([json.loads(line) for line in kept.splitlines()]))

    def test_the_order_and_the_results_are_the_same_with_any_number_of_processes(self):
        names = [self.file("s%d.yaml" % i, (GOOD, EXERCISE, "bad: [")[i % 3]) for i in range(9)]
        self.assertEqual(self.grade(*names, flags=["--jobs", "1"]), self.grade(*names, flags=["--jobs", "9"]))

    def test_another_file_is_not_written_over(self):
        self.file("essay.txt", "my essay\n")
        result = run(["grade", "exercise.yaml", "exercise.yaml", "-o", "essay.txt"], cwd=self.dir)
        self.assertEqual(result.code, 3, result)
        self.assertEqual((self.dir / "essay.txt").read_text(), "my essay\n")


def mapping(**keys):
    """A schema of objects that have these keys and no others; `_` stands for `-`. A type, a schema, or a list of values."""
    def of(k):
        return {"type": k} if isinstance(k, str) else {"enum": k} if isinstance(k, list) else k
    keys = {k.replace("__", "-"): of(v) for k, v in keys.items()}
    return {"type": "object", "properties": keys, "required": list(keys), "additionalProperties": False}


def listing(items):
    return {"type": "array", "items": {"type": items} if isinstance(items, str) else items}


SHARE = {"type": "number", "minimum": 0, "maximum": 1}
VISIBLE = dict(output_format=["text"], visibility=["visible"])
GRADED = mapping(gradable=[True], score=SHARE, message="string", tests=listing(mapping(name="string", points="integer", max_points="integer", message="string")))
# What the platforms ask for.
SCHEMAS = {
    "gradescope": mapping(score="number", output="string", **VISIBLE, tests=listing(
        mapping(name="string", score="number", max_score="number", status=["passed", "failed"], output="string", **VISIBLE))),
    "classroom50": mapping(schema=["classroom50/result/v1"], classroom="string", assignment="string", submission="string", commit="string", release="string",
                           review="string", datetime={"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}, score="integer", max__score="integer", tests=listing(
                               mapping(test__name="string", passed="boolean", score="integer", max__score="integer", message="string",
                                       schedule={"type": ["array", "null"], "items": {"type": "string"}}))),
    "prairielearn": {"oneOf": [GRADED, mapping(gradable=[False], message="string", format_errors=listing("string"))]},
    "coderunner": mapping(fraction=SHARE, testresults=listing(listing({})), columnformats=listing({"enum": ["%s", "%h"]}), prologuehtml="string"),
    "submitty": mapping(status=["success"], data=mapping(score=SHARE, message=listing(
        mapping(message="string", status=["success", "information", "failure", "warning"])))),
    "exercism": mapping(version=[3], status=["pass", "fail", "error"], message={"type": ["string", "null"]}, tests=listing(
        mapping(name="string", status=["pass", "fail", "error"], task_id="integer", message={"type": ["string", "null"]}))),
}


class Formats(Case):
    def setUp(self):
        super().setUp()
        self.file("good.yaml", GOOD)
        self.file("race.yaml", EXERCISE)
        self.file("<a&b>'\"#`|.yaml", "bad: [\n")
        self.names = ["good.yaml", "race.yaml", "<a&b>'\"#`|.yaml"]

    def printed(self, format, *files, **more):
        result = run(["grade", "exercise.yaml", *files, "--format", format], cwd=self.dir, **more)
        self.assertEqual((result.code, result.err), (0 if files == ("good.yaml",) else 1, ""), result)
        return result.out

    def of_one(self, format, **more):
        """What the platform reads of the solution, of the race, and of what is no scenario."""
        values = [json.loads(self.printed(format, name, **more)) for name in self.names]
        for value in values:
            jsonschema.validate(value, SCHEMAS[format])
        return values

    def test_tap(self):
        head, plan, *lines = self.printed("tap", *self.names).splitlines()
        self.assertEqual((head, plan), ("TAP version 13", "1..5"))
        text = "\n".join(lines).split("\n  ...")
        self.assertEqual([t.strip().splitlines()[0] for t in text if t.strip()],
                         ["ok 1 - good.yaml: sold once", "ok 2 - good.yaml: all are sold", "not ok 3 - race.yaml: sold once", "ok 4 - race.yaml: all are sold",
                          "not ok 5 - <a&b>'\"\\#`|.yaml: the submission can be judged"])
        block = yaml.safe_load(text[2].split("---\n")[1])
        self.assertEqual((block["points"], block["max"], block["schedule"][0]), (0, 2, "buyer.1"))

    def test_junit(self):
        root = xml.fromstring(self.printed("junit", *self.names))
        self.assertEqual((root.get("tests"), root.get("failures"), root.get("errors")), ("5", "2", "0"))
        self.assertEqual([suite.get("name") for suite in root], self.names)
        failure = root[1][0].find("failure")
        self.assertEqual(failure.get("message"), "BROKEN: in some orders, not in others")
        self.assertIn("point of no return", failure.text)
        self.assertIsNone(root[0][0].find("failure"))

    def test_markdown(self):
        text = self.printed("markdown", *self.names)
        self.assertTrue(text.startswith("## Sell it: grades\n\n| Submission | Points | |\n|---|---:|---|\n| good.yaml | 3/3 |  |\n"), text)
        self.assertIn("| \\<a\\&b\\>'\"\\#\\`\\|.yaml | 0/3 | it is not a valid scenario: |\n", text)
        self.assertIn("❌ 0/2 sold once\n\n```text\nBROKEN", text)

    def test_gradescope(self):
        good, race, bad = self.of_one("gradescope")
        self.assertEqual([v["score"] for v in (good, race, bad)], [3, 1, 0])
        self.assertEqual([(t["score"], t["max_score"], t["status"]) for t in race["tests"]], [(0, 2, "failed"), (1, 1, "passed")])

    def test_classroom50(self):
        good, race, bad = self.of_one("classroom50", env={"CLASSROOM": "os", "ASSIGNMENT": "sell", "SUBMISSION_TAG": "s/1", "COMMIT_URL": "https://x/c"})
        self.assertEqual([good[k] for k in ("classroom", "assignment", "submission", "commit", "score", "max-score")], ["os", "sell", "s/1", "https://x/c", 3, 3])
        self.assertEqual(race["tests"][0]["schedule"][0], "buyer.1")
        self.assertEqual(bad["score"], 0)

    def test_prairielearn(self):
        good, race, bad = self.of_one("prairielearn")
        self.assertEqual((good["score"], round(race["score"], 5), bad["gradable"]), (1, 0.33333, False))

    def test_coderunner(self):
        good, race, bad = self.of_one("coderunner")
        self.assertEqual([good["fraction"], bad["fraction"]], [1, 0])
        for value in (good, race, bad):
            head, *rows = value["testresults"]
            self.assertEqual(len(head), len(value["columnformats"]) + 1)
            self.assertTrue(all(len(row) == len(head) for row in rows))
        self.assertEqual(xml.fromstring(race["testresults"][1][3]).tag, "pre")

    def test_submitty(self):
        good, race, bad = self.of_one("submitty")
        self.assertEqual([m["status"] for m in race["data"]["message"]], ["failure", "success"])
        self.assertEqual([good["data"]["score"], bad["data"]["score"]], [1, 0])

    def test_exercism(self):
        good, race, bad = self.of_one("exercism")
        self.assertEqual([v["status"] for v in (good, race, bad)], ["pass", "fail", "error"])
        self.assertIn("not a valid scenario", bad["message"])

    def test_platforms_ask_for_one(self):
        for format in SCHEMAS:
            result = run(["grade", "exercise.yaml", "good.yaml", "race.yaml", "--format", format], cwd=self.dir)
            self.assertEqual((result.code, result.out), (2, ""))
            self.assertIn("one submission", result.err)


if __name__ == "__main__":
    unittest.main()
