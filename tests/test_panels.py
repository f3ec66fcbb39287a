"""Panels are hidden and resized; how they are arranged is remembered beside the rest of what is."""
import os
import re
import tempfile
import unittest

from forklore_test import Terminal, no_process_left, run

SIZES = ((80, 24), (120, 40), (200, 60))


def heads(screen):
    """Each panel's name, and the row in which it begins."""
    found = {}
    for y, row in enumerate(screen):
        for name in ("Processes", "Shared", "Program", "Time line", "What happened", "Output"):
            if "── " in row and (" %s ─" % name in row or "] %s ─" % name in row):
                found[name] = y
    return found


class Panels(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="forklore-panels-")
        self.addCleanup(folder.cleanup)
        self.home = folder.name
        self.file = os.path.join(self.home, "forklore", "panels")

    def begin(self, size, state=None):
        t = Terminal("run", "ticket-race", "--model", "--step", "--lang", "en", size=size, env={"XDG_STATE_HOME": state or self.home})
        t.__enter__()
        self.addCleanup(t.close)
        t.wait_for("What to look for")
        t.send("Enter")
        t.wait_gone("What to look for")
        return t

    def leave(self, t):
        t.send("Q")
        self.assertEqual(t.wait_end(), 0)
        no_process_left(t.mark)

    def kept(self):
        with open(self.file) as f:
            return f.read()

    def write(self, text):
        os.makedirs(os.path.dirname(self.file), exist_ok=True)
        with open(self.file, "w") as f:
            f.write(text)

    def test_hidden_where_a_digit_chooses_a_process(self):
        t = self.begin((120, 40))
        t.type("m")
        t.wait_for("who moves next?")
        t.type("H")
        self.assertNotIn("1 shows it", t.wait_for("Processes is hidden; Z shows all")[-1])
        t.type("Z")
        t.wait_until(lambda now: "Processes" in heads(now), "all of them")
        self.leave(t)

    def test_hidden_shown_and_remembered(self):
        for size in SIZES:
            with self.subTest(size=size):
                t = self.begin(size)
                t.type("3H")
                t.wait_for("Program is hidden; 3 shows it")
                self.assertNotIn("Program", heads(t.screen()))
                t.send("Tab")
                t.send("BTab")
                self.leave(t)
                self.assertEqual(self.kept(), "forklore panels 1\nhide program\n")
                t = self.begin(size)
                self.assertNotIn("Program", heads(t.screen()))
                t.wait_until(lambda now: "hidden: 3 Program" in now[-1], "the last line says that it is hidden")
                t.type("3")
                t.wait_until(lambda now: "Program" in heads(now), "it is shown again")
                self.leave(t)
                self.assertEqual(self.kept(), "forklore panels 1\n")
                self.assertEqual(os.listdir(os.path.dirname(self.file)).count("panels"), 1)

    def test_larger_smaller_and_as_at_first(self):
        for size in SIZES:
            with self.subTest(size=size):
                t = self.begin(size)
                before = heads(t.screen())
                t.type("1}")
                larger = t.wait_until(lambda now: heads(now)["Shared"] > before["Shared"], "the list is larger")
                t.type("{{")
                t.wait_until(lambda now: heads(now)["Shared"] < heads(larger)["Shared"], "it is smaller")
                t.type("Z")
                t.wait_for("Layout reset")
                t.wait_until(lambda now: heads(now) == before, "as at first")
                self.leave(t)
                self.assertFalse(os.path.exists(self.file), "nothing was changed")

    def test_what_a_variable_takes_from_a_list_is_named_whole(self):
        """On 80 columns, too: "f…[0]" does not say what it is."""
        for scenario in "dining-philosophers", "dining-philosophers-ordered", "dining-philosophers-waiter":
            for lang in "en", "zh":
                screen = run(["run", scenario, "--model", "--at", "14", "--screen", "-", "--size", "80x24", "--lang", lang]).out
                with self.subTest(scenario, lang=lang):
                    self.assertNotRegex(screen, r"(?<!\w)\w?…\[")

    def test_the_scheduler_says_its_unit(self):
        """Also where long names leave no room behind the columns; and with room, how turnaround is to service."""
        jobs = os.path.join(self.home, "jobs.yaml")
        with open(jobs, "w") as f:
            f.write("scenario: jobs\nprocesses:\n  a_job_with_a_long_name: {count: 2, steps: [{compute: 20ms}]}\n")
        for size, lang, heading, last in (((80, 24), "en", r"^ \(ms\) +ARRIVE .* BLOCKED$", r"^ a_.*2 .* 0$"), ((80, 24), "zh", r"^ \(ms\) +到达时间 .* 阻塞时间$", r"^ a_.*2 .* 0$"),
                                          ((120, 40), "en", r"^ +ARRIVE .* BLOCKED ms +WEIGHTED$", r"^ a_.*2 .* 2\.00$"),
                                          ((120, 40), "zh", r"^ +到达时间 .* 阻塞时间 ms +带权周转时间$", r"^ a_.*2 .* 2\.00$")):
            with self.subTest(size=size, lang=lang), Terminal("run", jobs, "--model", "--step", "--lang", lang, size=size) as t:
                t.wait_for("jobs")
                t.type("gend\r")
                t.wait_for("finished" if lang == "en" else "运行结束")
                t.send("7")
                t.wait_for(re.compile(heading, re.M))
                t.wait_for(re.compile(last, re.M))
                self.leave(t)

    def test_the_title_says_how_many_cpus(self):
        """What changes with the run comes before what the file is called."""
        for lang in "en", "zh":
            for scenario in "dining-philosophers", "ticket-race", "manager-counter-lock":
                first = run(["run", scenario, "--model", "--at", "5", "--screen", "-", "--size", "120x40", "--lang", lang]).out.splitlines()[0]
                with self.subTest(scenario, lang=lang):
                    self.assertRegex(first, r"1 (?:个 )?CPU( |$)")

    def test_one_panel_stays(self):
        t = self.begin((120, 40))
        for key in "23456":
            t.type(key + "H")
            t.wait_for("is hidden; %s shows it" % key)
        t.type("1H")
        t.wait_for("The last panel can't be hidden")
        t.wait_until(lambda now: list(heads(now)) == ["Processes"], "one panel")
        t.type("7H")
        t.wait_for("This panel can't be hidden or resized")
        self.leave(t)
        self.assertEqual(self.kept().count("hide"), 5)

    def test_what_is_damaged_or_foreign_is_ignored(self):
        as_at_first = None
        for text in (None, "", "hide program\n", "forklore panels 2\nhide program\n", "forklore panels 1\nhide program", "forklore panels 1\nhide everything\n",
                     "forklore panels 1\nhide program\nrows shared 999\n", "forklore panels 1\nhide program extra\n", "\0" * 100, "x" * 100000,
                     "forklore panels 1\n" + "".join("hide %s\n" % n for n in ("processes", "shared", "program", "timeline", "story", "output"))):
            with self.subTest(text=text and text[:50]):
                if text is not None:
                    self.write(text)
                t = self.begin((120, 40))
                t.wait_until(lambda now: len(heads(now)) == 6, "all panels")
                as_at_first = as_at_first or heads(t.screen())
                t.wait_until(lambda now: heads(now) == as_at_first, "as at first")
                self.leave(t)
                if text is not None:
                    self.assertEqual(self.kept(), text)

    def test_no_link_is_followed(self):
        target = os.path.join(self.home, "target")
        with open(target, "w") as f:
            f.write("forklore panels 1\nhide program\n")
        os.makedirs(os.path.dirname(self.file))
        os.symlink(target, self.file)
        t = self.begin((120, 40))
        t.wait_until(lambda now: "Program" in heads(now), "the program is shown")
        t.type("6H")
        t.wait_for("Output is hidden")
        self.leave(t)
        self.assertTrue(os.path.islink(self.file))
        with open(target) as f:
            self.assertEqual(f.read(), "forklore panels 1\nhide program\n")

    def test_where_nothing_can_be_kept(self):
        blocked = os.path.join(self.home, "blocked")
        with open(blocked, "w"):
            pass
        for state in (blocked, "relative/path", "/proc/nowhere"):
            with self.subTest(state=state):
                t = self.begin((80, 24), state)
                t.type("2H")
                t.wait_for("Shared is hidden")
                self.leave(t)
