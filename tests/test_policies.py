"""Every scenario of the library and of tests/meaning under every second policy of the virtual CPU, in turn: nothing of ours
breaks, and the model and real processes say the same JSON but for pids and `mode`. What must come out stands in test_meaning; the
quick tests play the model alone.
"""
import os
import unittest

from forklore_test import ROOT
from test_meaning import Played, same_lines, test_name

POLICIES = "fifo sjf stcf ljf lrtf hrrn priority mlq mlfq lottery stride edf random manual".split()     # rr is the default, in test_meaning
FOR_AGES = {"the-clock-goes-no-further", "the-longest-burst-is-last"}     # of time slices there would be no end
MODEL_ALONE = bool(os.environ.get("FORKLORE_QUICK"))


class Policies(unittest.TestCase):
    maxDiff = None


def policies_test(path, policies):
    def test(self):
        for policy in policies:
            args = ["--policy", policy, "--max-steps", "1000"]
            model = Played(path, "--model", *args)
            self.assertIn(model.code, (0, 1, 3, 4), model.result)      # 3: the file is refused, or its schedule does not fit
            if not MODEL_ALONE:
                same_lines(self, model, Played(path, *args))
    return test


for number, file in enumerate(sorted([*(ROOT / "scenarios").rglob("*.yaml"), *(ROOT / "tests/meaning").glob("*.yaml")])):
    if file.stem not in FOR_AGES:
        setattr(Policies, test_name(file.relative_to(ROOT)), policies_test(file, POLICIES[number % 2::2]))
