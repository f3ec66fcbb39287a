"""Objects look like things, where there is room for pictures of them; and what has changed stands out."""
import re
import tempfile
import unittest

from forklore_test import Terminal, golden, no_process_left, run

THINGS = (("lock", "ticket-lock", 20), ("semaphore", "toilet", 24), ("event", "event-result", 18), ("barrier", "barrier", 12), ("pipe", "pipe-adder", 12),
          ("condition", "bounded-buffer-one-condition", 30), ("queue", "producer-consumer", 40))


def cells(text):
    return sum(2 if "\u1100" <= c <= "\u115f" or "\u2e80" <= c <= "\uffdc" else 1 for c in text)


def cut(text, width):
    while cells(text) > width:
        text = text[:-1]
    return text


def shared(scenario, at, size, *args):
    """The panel of what is shared, alone."""
    result = run(["run", scenario, "--model", "--screen", "-", "--at", at, "--size", size, *args])
    assert result.code == 0, result
    rows = result.out.split("\n")
    first = next(i for i, row in enumerate(rows) if "2 Shared" in row or "2 共享" in row)
    to = cells(rows[first][:rows[first].index("──  ") + 2]) if "──  " in rows[first] else 1000
    last = next(i for i in range(first + 1, len(rows)) if rows[i].startswith("── "))
    return "\n".join(cut(row, to).rstrip() for row in rows[first:last]) + "\n"


class Pictures(unittest.TestCase):
    def test_each_kind(self):
        for size in ("120x40", "200x60"):
            for lang in ("en", "zh"):
                text = "".join("%s\n%s\n" % (what, shared(scenario, at, size, "--lang", lang)) for what, scenario, at in THINGS)
                golden("screens/things-%s-%s.txt" % (lang, size), text)

    def test_a_door_is_open_or_shut(self):
        self.assertIn("□ free", shared("ticket-lock", 3, "120x40"))
        shut = shared("ticket-lock", 20, "120x40")
        self.assertRegex(shut, r"│ ■ buyer\.2 │  ← in line: buyer\.1, buyer\.3")

    def test_where_there_is_little_room_they_are_said_in_a_row(self):
        self.assertIn("■ buyer.2", shared("ticket-lock", 20, "80x24"))
        self.assertNotIn("┌", shared("ticket-lock", 20, "80x24"))
        many = shared("dining-philosophers", 20, "120x40")
        self.assertNotIn("┌", many)
        self.assertEqual(shared("dining-philosophers", 20, "200x60").count("┌"), 5)

    def test_zoomed_and_in_ascii(self):
        with Terminal("run", "toilet", "--model", "--step", "--lang", "en", env={"LC_ALL": "C"}) as t:
            t.wait_for("What to look for")
            t.send("Enter")
            t.wait_gone("What to look for")
            t.type("24s2")
            t.wait_for("[2] Shared")
            t.send("z")
            t.wait_until(lambda now: any("| guest.2 | guest.3 |  free   |" in row for row in now) and any("+---------+---------+" in row for row in now), "slots")
            self.assertTrue("".join(t.screen()).isascii())
            t.send("Q")
            self.assertEqual(t.wait_end(), 0)
        no_process_left(t.mark)


class Fading(unittest.TestCase):
    def ink(self, at, theme):
        """How `tickets` is written, which the action 14 changes."""
        with tempfile.TemporaryDirectory() as folder:
            result = run(["run", "ticket-race", "--model", "--screen", folder + "/x.ansi", "--at", at, "--theme", theme, "--lang", "en"])
            self.assertEqual(result.code, 0, result)
            with open(folder + "/x.ansi") as f:
                return re.search(r"tickets *\033\[[0-9;]*m *\033\[([0-9;]*)m0|tickets *\033\[([0-9;]*)m0", f.read())[0].split("\033[")[-1]

    def test_what_changed_stands_out_then_fades(self):
        for theme in ("dark", "mono", "colorblind"):
            with self.subTest(theme=theme):
                fresh, first, second, third = (self.ink(at, theme) for at in (14, 15, 16, 17))
                self.assertEqual(first, second)
                self.assertEqual(len({fresh, first, third}), 3)
