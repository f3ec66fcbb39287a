"""A search that was stopped: what it says is so, whatever stopped it; and what it can't know it does not say.

Every scenario is explored twice, to its end and only until some limit. What the second says, if it is not null, must be what
the first says."""
import json
import random
import unittest

import explore_oracle as oracle
from forklore_test import ROOT, run, slow
from test_explore import is_pid, play_text

CASES = sorted((ROOT / "tests" / "explore").glob("*.yaml"))
LIBRARY = sorted((ROOT / "scenarios").glob("*.yaml"))
STATES, SCENARIOS = 3000, 60


def explored(text, *args):
    """(exit code, what was found), of a scenario that is given as text."""
    result = run(["explore", "-", "--json", *args], stdin=text, timeout=60)
    if result.code not in (0, 1, 4):
        raise AssertionError(repr(result) + text)
    return result.code, json.loads(result.out)


def wrong_claims(part, whole):
    """What the stopped search says that is not so."""
    found = []

    def claim(what, said, so):
        if said is not None and said != so:
            found.append("%s: %r, but it is %r" % (what, said, so))

    def among(what, said, so):
        for one in said:
            if one not in so:
                found.append("%s: %r can't be" % (what, one))

    claim("endless", part["endless"], whole["endless"])
    for event in "deadlock", "dead_end":
        claim(event, part[event]["reachable"], whole[event]["reachable"])
        claim(event + ".preemptions", part[event]["preemptions"], whole[event]["preemptions"])
        if part[event]["preemptions"] is not None:
            claim(event + ".steps", part[event]["steps"], whole[event]["steps"])
    for one, other in zip(part["expect"], whole["expect"]):
        for key in "holds", "verdict", "preemptions":
            claim("%s: %s" % (one["name"], key), one[key], other[key])
    among("outcome", [(o["values"], o["end"]) for o in part["outcomes"]], [(o["values"], o["end"]) for o in whole["outcomes"]])
    among("exception", [(x["process"], x["name"]) for x in part["exceptions"]], [(x["process"], x["name"]) for x in whole["exceptions"]])
    return found


def unknown(found):
    """Whether something that is asked for is not known."""
    asked = [found["deadlock"]["reachable"], found["dead_end"]["reachable"], found["endless"]]
    return None in asked + [e[k] for e in found["expect"] for k in ("holds", "verdict")]


def known_to_be_cheapest(found):
    """Of each way that may be: whether it is."""
    ways = [found["deadlock"], found["dead_end"], *(e for e in found["expect"] if e["kind"] not in ("starvation", "leads_to"))]
    return [w["preemptions"] is not None for w in ways if w["schedule"] is not None]


class Stopped(unittest.TestCase):
    def some_limits(self, r, states):
        some = {1, states - 1, states, *(r.randint(1, states) for _ in range(2))}
        return [["--max-states", str(n)] for n in sorted(some) if n > 0] + [["--timeout", "%.6f" % r.uniform(0.0001, 0.01)]]

    def check(self, text, *flags):
        """Whether it could be explored to its end, to be compared with that."""
        r = random.Random(text)
        code, whole = explored(text, "--max-states", str(STATES), "--timeout", "5", *flags)
        for limit in self.some_limits(r, whole["states"]) if whole["complete"] else ():
            with self.subTest(limit=limit, flags=flags):
                stopped, part = explored(text, *limit, *flags)
                self.assertEqual(wrong_claims(part, whole), [], text)
                self.assertFalse(unknown(part) and part["complete"], (part, text))
                self.assertIn(stopped, (code,) if part["complete"] else (1, 4) if code == 1 else (4,), (part, text))
                self.assertTrue(part["complete"] or part["stopped"], (part, text))
                if part["stopped"] is None:
                    self.assertTrue(part["complete"] and all(known_to_be_cheapest(part)), (part, text))
                    self.assertNotIn(None, [o["schedule"] for o in part["outcomes"] + part["exceptions"]])
                self.plays(text, part)
        return whole["complete"]

    def plays(self, text, part):
        """Schedules lead there, also those that are found in a part of the states."""
        for outcome in [o for o in part["outcomes"] if o["schedule"] is not None][-1:]:
            end = play_text(text, outcome["schedule"])[-1]
            for name, value in outcome["values"].items():
                if name in end["shared"] and not is_pid(name, value):
                    self.assertEqual(end["shared"][name], value, outcome)

    def check_files(self, paths, *flags):
        compared = 0
        for path in paths:
            with self.subTest(case=path.name):
                compared += self.check(path.read_text(), *flags)
        self.assertGreater(compared, len(paths) / 2)

    def test_cases(self):
        self.check_files(CASES)

    @slow
    def test_cases_without_reductions(self):
        self.check_files(CASES, "--full")

    @slow
    def test_library(self):
        self.check_files(LIBRARY)

    @slow
    def test_random(self):
        for seed in range(1, SCENARIOS + 1):
            with self.subTest(seed=seed):
                self.check(oracle.yaml(oracle.Author(seed).scenario()))


# A search of this never comes to its end: g may go on for ever. Both ways that w can go are found immediately.
BRANCHES = """scenario: s
shared: {x: 0, y: 0}
objects: {a: lock}
processes:
  g: {steps: [c = 1, {while: c, do: [x += 1, "c = random(0, 1)"]}]}
  w: {steps: ["n = random(0, 1)", {if: n, then: [%s], else: [%s]}]}
expect: [{%s}]
"""
EVENTS = "deadlock", "dead_end", "exception", "starvation"
# what w does, in either branch; what is expected; what is known then: `holds` and `verdict`
TABLE = [
    ("y = 1", "y = 2", "always: y != 2", False, "sometimes"),
    ("y = 1", "y = 2", "always: x >= 0", None, None),
    ("y = 1", "y = 2", "always: y == 9", False, "never"),          # it is false from the first state on
    ("y = 1", "y = 1", "always: y == 0", False, None),             # can it hold in another execution?
    ("y = 1", "y = 2", "finally: y == 1", False, "sometimes"),
    ("y = 1", "y = 2", "finally: y > 0", None, None),
    ("y = 1", "y = 2", "finally: y == 9", False, None),
    ("y = 1", "y = 2", "reachable: y == 2", True, "sometimes"),
    ("y = 1", "y = 1", "reachable: y == 1", True, None),
    ("y = 1", "y = 2", "reachable: y == 0", True, "always"),       # it is true in the first state
    ("y = 1", "y = 2", "reachable: y == 9", None, None),
    ("y = 1", "y = 2", "ends: y == 2", True, "sometimes"),
    ("y = 1", "y = 1", "ends: y == 1", True, None),
    ("y = 1", "y = 2", "ends: y == 9", None, None),
    ("y = 1", "acquire: a}, {acquire: a", "ends: y == 1", True, "sometimes"),       # a deadlock is no end
    ("y = 1", "acquire: a}, {acquire: a", "finally: y == 1", None, "sometimes"),       # nor is it one with y == 1
    ("y = 1", "acquire: a}, {acquire: a", "deadlock: never", False, "sometimes"),
    ("y = 1", "acquire: a}, {acquire: a", "deadlock: possible", True, "sometimes"),
    ("acquire: a}, {acquire: a", "acquire: a}, {acquire: a", "deadlock: possible", True, None),
    ("y = 1", "y = 2", "deadlock: never", None, None),
    ("y = 1", "y = 2", "deadlock: possible", None, None),
    ("y = 1", "y = 2", "dead_end: never", None, None),
    ("y = 1", "y = 2", "dead_end: possible", None, None),
    ("y = 1", "forever: , do: [{sleep: 1s}]", "dead_end: possible", None, None),
    ("y = 1", "raise: Oops", "exception: never", False, "sometimes"),
    ("y = 1", "raise: Oops", "exception: possible", True, "sometimes"),
    ("raise: Oops", "raise: Oops", "exception: possible", True, None),
    ("y = 1", "y = 2", "exception: never", None, None),
    ("y = 1", "y = 2", "starvation: never", None, None),
    ("y = 1", "y = 2", "starvation: possible", None, None),
]


# The same with a declared verdict; what is known then of whether it is met.
DECLARED = [
    ("y = 1", "y = 2", "{always: y != 2, verdict: sometimes}", True),
    ("y = 1", "y = 2", "{always: y != 2, verdict: always}", False),
    ("y = 1", "y = 1", "{always: y == 0, verdict: always}", False),         # one execution is enough
    ("y = 1", "y = 1", "{always: y == 0, verdict: never}", None),
    ("y = 1", "y = 2", "{always: x >= 0, verdict: always}", None),
    ("y = 1", "y = 2", "{always: x >= 0, verdict: never}", False),
    ("y = 1", "y = 2", "{finally: y > 0, verdict: sometimes}", None),
    ("y = 1", "y = 2", "{finally: y > 0, verdict: never}", False),
    ("y = 1", "acquire: a}, {acquire: a", "{finally: y == 1, verdict: always}", False),
    ("y = 1", "y = 2", "{reachable: y == 2, verdict: sometimes}", True),
    ("y = 1", "y = 1", "{reachable: y == 1, verdict: never}", False),
    ("y = 1", "y = 2", "{reachable: y == 9, verdict: never}", None),
    ("y = 1", "y = 2", "{ends: y == 9, verdict: always}", False),
]


def in_braces(step):
    return step if step.startswith("y =") else "{%s}" % step


class Table(unittest.TestCase):
    """Each kind of expectation, in a search that was stopped."""

    def test_what_is_known(self):
        for one, other, expected, holds, verdict in TABLE:
            for flags in ([], ["--full"]):
                with self.subTest(one=one, other=other, expected=expected, flags=flags):
                    text = BRANCHES % (in_braces(one), in_braces(other), expected)
                    code, found = explored(text, "--max-states", "2000", *flags)
                    self.assertFalse(found["complete"])
                    told = found["expect"][0]
                    self.assertEqual((told["holds"], told["verdict"]), (holds, verdict))
                    self.assertEqual(code, 1 if holds is False or found["exceptions"] and "exception: possible" not in expected
                                     or found["deadlock"]["reachable"] and "deadlock: possible" not in expected else 4)

    def test_whether_a_declared_verdict_is_met(self):
        for one, other, expected, met in DECLARED:
            for flags in ([], ["--full"]):
                with self.subTest(one=one, other=other, expected=expected, flags=flags):
                    text = BRANCHES.replace("{%s}", "%s") % (in_braces(one), in_braces(other), expected)
                    code, found = explored(text, "--max-states", "2000", *flags)
                    self.assertEqual(found["expect"][0]["met"], met)
                    self.assertEqual(code, 1 if met is False or found["deadlock"]["reachable"] else 4)

    def test_where_nothing_ends_nothing_is_counted(self):
        text = "scenario: s\nshared: {x: 0}\nmain: [{forever: , do: [x += 1]}]\nexpect: [%s]\n"
        for word in "never", "possible":
            kinds = ["{always: x < 9}", "{always: x >= 0}", "{finally: x > 0}", "{reachable: x == 9}", "{ends: x == 9}",
                     *("{%s: %s}" % (event, word) for event in EVENTS)]
            _, found = explored(text % ", ".join(kinds), "--max-states", "500")
            self.assertEqual([(e["holds"], e["verdict"]) for e in found["expect"]],
                             [(False, None), (None, None), (None, None), (True, None)] + [(None, None)] * 5)
            self.assertIsNone(found["endless"])

    def test_starvation_may_be_all_that_is_not_known(self):
        """The search without names is far smaller than the one with names that starvation needs."""
        text = """scenario: s
shared: {x: 0}
processes: {p: {count: 4, steps: [x += 1, x += 1]}}
expect: [{starvation: never}, {always: x <= 8}, {ends: x == 2}]
"""
        code, found = explored(text, "--max-states", "2000")
        self.assertEqual((code, found["complete"], found["stopped"]), (4, False, "states"))
        self.assertEqual([(e["holds"], e["verdict"]) for e in found["expect"]], [(None, None), (True, "always"), (True, "sometimes")])
        self.assertEqual([found[e]["reachable"] for e in ("deadlock", "dead_end")], [False, False])

    def test_a_schedule_that_was_not_written_down_is_not_an_empty_one(self):
        text = """scenario: s
shared: {x: 0, y: 0}
processes: {w: {steps: [y = 1]}, u: {daemon: true, steps: [{forever: , do: [x += 1]}]}}
"""
        for seconds in "0.05", "0.2", "0.6":
            result = run(["explore", "-", "--timeout", seconds], stdin=text, timeout=60)
            self.assertEqual(result.code, 4, result)
            self.assertNotIn("--schedule '[]'", result.out)


if __name__ == "__main__":
    unittest.main()
