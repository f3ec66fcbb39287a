"""Footprints of actions, on random scenarios: FORKLORE_CHECK ends the program where an action changes or reads something that its
row in sim/language/ops.def does not say. The scenarios of the tests are looked at by tests/unit/test_footprint.c."""
import unittest

import explore_oracle as oracle
from forklore_test import run, slow

SCENARIOS, STATES = 2000, 400


class Random(unittest.TestCase):
    def check(self, seeds):
        for seed in seeds:
            scenario = oracle.yaml(oracle.Author(seed).scenario())
            result = run(["explore", "-", "--full", "--json", "--max-states", STATES], stdin=scenario, env={"FORKLORE_CHECK": "1"})
            with self.subTest(seed=seed):
                self.assertIn(result.code, (0, 1, 4), "%s\n%r" % (scenario, result))

    def test_some_actions_are_as_their_rows_say(self):
        self.check(range(1, 41))

    @slow
    def test_actions_are_as_their_rows_say(self):
        self.check(range(60001, 60001 + SCENARIOS))


if __name__ == "__main__":
    unittest.main()
