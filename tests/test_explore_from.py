"""explore --at N: what can still happen from the moment after N actions of a run."""
import json
import unittest

from forklore_test import ROOT, run

SCENARIOS = [ROOT / "scenarios" / (name + ".yaml") for name in
             "ticket-race ticket-lock dining-philosophers toilet deadlock-abba manager-counter pool-map pipe-eof exit-codes kill-the-holder".split()]
SMALL = sorted((ROOT / "tests" / "explore").glob("*.yaml"))[::4]
UNLIKE = ("seconds", "states", "transitions", "at")


def explored(scenario, *args):
    result = run(["explore", scenario, "--json", "--timeout", "10", *args], timeout=30)
    return json.loads(result.out) if result.code in (0, 1, 4) else result


def ends(found):
    return {json.dumps([o["values"], o["end"]], sort_keys=True) for o in found["outcomes"]}


def but_for(found):
    return {k: v for k, v in found.items() if k not in UNLIKE}


class From(unittest.TestCase):
    maxDiff = 3000

    def steps(self, scenario):
        out = run(["run", scenario, "--model", "--json", "--max-steps", "60"]).out
        return json.loads(out.splitlines()[-1])["steps"]

    def check(self, scenario, at, whole, *args):
        found = explored(scenario, "--at", str(at), *args)
        self.assertIsInstance(found, dict, (scenario, at, found))
        if not found["complete"]:
            return
        self.assertLessEqual(ends(found), ends(whole), (scenario, at, args))
        for outcome in found["outcomes"][:2]:
            again = run(["run", scenario, "--json", "--model", "--schedule", json.dumps(outcome["schedule"])])
            shared = json.loads(again.out.splitlines()[-1])["shared"]
            wanted = {k: v for k, v in outcome["values"].items() if k in shared}
            self.assertEqual({k: shared[k] for k in wanted}, wanted, (scenario, at, outcome, again.err))
        return found

    def test_what_is_left_is_part_of_all(self):
        for scenario in SCENARIOS + SMALL:
            whole = explored(scenario)
            if not isinstance(whole, dict) or not whole["complete"] or "arrive" in scenario.read_text():
                continue
            steps = self.steps(scenario)
            for at in sorted({0, 3, steps // 2, max(0, steps - 1), steps}):
                if at > steps:
                    continue
                found = self.check(scenario, at, whole)
                if at == 0 and found:
                    self.assertEqual(but_for(found), but_for(whole), scenario)
                if found and at == steps // 2 and whole["states"] < 300:
                    full = self.check(scenario, at, whole, "--full")
                    if full:
                        self.assertEqual((ends(full), full["expect"], full["deadlock"]), (ends(found), found["expect"], found["deadlock"]),
                                         (scenario, at))

    def test_of_a_schedule(self):
        """Once all three have read 1, the ticket is sold three times; once two have, at least twice."""
        for schedule, sold in (("[buyer.1, buyer.2, buyer.3]", {3}), ("[buyer.1, buyer.2]", {2, 3}), ("[buyer.1]", {1, 2, 3})):
            at = 3 + schedule.count("buyer")
            found = explored("ticket-race", "--at", str(at), "--schedule", schedule)
            self.assertEqual({o["values"]["sold"] for o in found["outcomes"]}, sold)
            self.assertEqual(found["at"], at)

    def test_to_leave_the_process_that_moved_last(self):
        """It is a forced switch if that one could go on; after what nobody notices it may be left for nothing."""
        for steps, forced in (("[x = 1, x = 2]", 1), ("[x = 1, say: there]", 0)):
            text = "scenario: two\nshared: {x: 0, y: 0}\nprocesses:\n  p: {steps: %s}\n  q: {steps: [y = x]}\nexpect: [{reachable: y == 1}]\n" % steps
            for full in ([], ["--full"]):
                found = json.loads(run(["explore", "-", "--json", "--at", "3", "--schedule", "[p]", *full], stdin=text).out)
                self.assertEqual(found["expect"][0]["preemptions"], forced, (text, full))

    def test_on_real_processes(self):
        found = explored("deadlock-abba", "--at", "4")
        for outcome in found["outcomes"]:
            end = json.loads(run(["run", "deadlock-abba", "--json", "--schedule", json.dumps(outcome["schedule"])]).out.splitlines()[-1])
            self.assertEqual(end["verdict"] == "deadlock", outcome["end"] == "deadlock")

    def test_said_in_both_languages(self):
        self.assertIn("every interleaving from step 6", run("explore ticket-race --at 6 --lang en").out)
        self.assertIn("从第 6 步起的全部交错执行次序", run("explore ticket-race --at 6 --lang zh").out)

    def test_what_can_not_be(self):
        for line, code, *words in (("explore ticket-race --schedule [buyer.1]", 2, "--at"),
                                   ("explore ticket-race --at 1000", 3, "the run ends after 23 actions"),
                                   ("explore ticket-race --at -1", 2, "--at"),
                                   ("explore ticket-race --at 5 --schedule [buyer.1,nobody]", 3, "nobody")):
            result = run(line)
            self.assertEqual(result.code, code, result)
            for word in words:
                self.assertIn(word, result.err)


if __name__ == "__main__":
    unittest.main()
