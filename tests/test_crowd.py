"""A list of processes that does not fit: those that are alike share a row, which can be opened."""
import re
import tempfile
import unittest

from forklore_test import Terminal, golden, no_process_left, run

CROWD = """
scenario: crowd
title: {en: Two hundred buyers, zh: 两百名买家}
objects: {door: lock}
shared: {tickets: 5}
processes:
  buyer:
    count: 200
    steps:
      - acquire: door
      - n = tickets
      - sleep: 100ms
      - tickets = n - 1
      - release: door
"""


def picture(at, size, *args):
    result = run(["run", "-", "--model", "--screen", "-", "--at", at, "--size", size, *args], stdin=CROWD)
    assert result.code == 0, result
    return result.out


class Pictures(unittest.TestCase):
    def test_alike_ones_share_a_row(self):
        """main, the one that holds the door, the crowd before it and the one of them that moved last: no matter how many they are."""
        for size in ("80x24", "120x40", "200x60"):
            for lang in ("en", "zh"):
                text = picture(300, size, "--lang", lang)
                golden("screens/crowd-%s-%s.txt" % (lang, size), text)
        rows = picture(300, "80x24").split("\n")
        crowd = next(row for row in rows if "▸" in row and "buyer" in row)
        self.assertRegex(crowd, r"▸\d+ buyer +B blocked +10 acquire: door +door ← buyer\.1")
        self.assertEqual(sum("└ buyer" in row for row in rows), 1)

    def test_a_few_have_a_row_each(self):
        self.assertNotIn("▸", run(["run", "toilet", "--model", "--screen", "-", "--at", "24"]).out.split("Shared")[0].split("\n", 1)[1])


class Keys(unittest.TestCase):
    """On a terminal."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="forklore-crowd-")
        self.addCleanup(self.folder.cleanup)
        self.file = self.folder.name + "/crowd.yaml"
        with open(self.file, "w") as f:
            f.write(CROWD)

    def begin(self, t):
        t.wait_for("step 0 ")
        t.type("g300")
        t.send("Enter")
        t.wait_for("step 300 ")

    def test_a_row_is_opened_and_closed(self):
        with Terminal("run", self.file, "--step", "--model", "--lang", "en", size=(120, 40)) as t:
            self.begin(t)
            t.send("End")
            t.wait_until(lambda now: any("▶" in row and "▸" in row for row in now), "the row of several is selected")
            t.type("K")
            t.wait_for("K: is for one process: Enter opens this row")
            t.send("Enter")
            t.wait_until(lambda now: sum("└ buyer" in row for row in now) > 2, "its processes stand below it")
            t.send("Down")
            t.send("Down")
            t.wait_until(lambda now: any("▶" in row and "└ buyer" in row for row in now), "one of them is selected")
            t.type("K")
            t.wait_for("SIGKILL  kills it immediately")
            t.send("k")
            t.wait_for("killed by signal 9")
            t.send("Q")
            self.assertEqual(t.wait_end(), 0)
        no_process_left(t.mark)

    def test_digits_choose_members(self):
        """Those that a digit chooses have rows of their own, however many there are."""
        with Terminal("run", self.file, "--step", "--model", "--lang", "en") as t:
            self.begin(t)
            t.type("m")
            now = t.wait_for("your choice")
            number = min(row[2] for row in now if row[2:3].isdigit())
            t.type(number)
            t.wait_for("step 301 ")
            t.send("Q")
            self.assertEqual(t.wait_end(), 0)
        no_process_left(t.mark)

    def test_ascii(self):
        with Terminal("run", self.file, "--step", "--model", "--lang", "en", env={"LC_ALL": "C"}) as t:
            self.begin(t)
            t.wait_until(lambda now: any(re.search(r"  \+97 buyer +B blocked", row) for row in now), "in ASCII, too")
            t.send("Q")
            self.assertEqual(t.wait_end(), 0)
        no_process_left(t.mark)

    def test_the_filter_finds_members(self):
        with Terminal("run", self.file, "--step", "--model", "--lang", "en") as t:
            self.begin(t)
            t.type("/buyer.19")
            t.send("Enter")
            t.wait_until(lambda now: "/ buyer.19 " in now[1] and any(" buyer.19 " in row for row in now[3:12]) and
                         not any(" main " in row for row in now[3:12]), "what was found")
            t.send("Home")
            t.wait_until(lambda now: any("▶" in row and "buyer.19" in row for row in now[3:12]), "one of them is selected")
            t.send("Q")
            self.assertEqual(t.wait_end(), 0)
        no_process_left(t.mark)
