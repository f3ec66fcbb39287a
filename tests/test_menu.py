"""`?`: the keys as a menu of the panel that has them. What acts here and now stands first; Enter, or a click, does it."""
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from forklore_test import Terminal, golden, run  # noqa: E402
from test_mouse import cells  # noqa: E402


class Menu(unittest.TestCase):
    def begin(self, *args, size=(120, 40), lang="en"):
        t = Terminal("run", "ticket-race", "--model", "--step", "--lang", lang, *args, size=size)
        t.__enter__()
        self.addCleanup(t.leave)
        t.wait_for("What to look for" if lang == "en" else "观察要点")
        t.send("Escape")
        t.wait_gone("What to look for" if lang == "en" else "观察要点")
        return t

    def picked(self, words):
        return lambda screen: any(re.search("▶[^▶│]{0,14}" + re.escape(words), row) for row in screen)

    def test_it_looks_so(self):
        for size in ((80, 24), (120, 40), (200, 60)):
            for lang, first in (("en", "run, pause"), ("zh", "运行、暂停")):
                with self.subTest(size=size, lang=lang):
                    t = self.begin(size=size, lang=lang)
                    t.send("?")
                    t.wait_until(self.picked(first), "the menu")
                    golden("screens/menu-%s-%dx%d.txt" % (lang, *size), "\n".join(t.screen()) + "\n")

    def test_enter_does_what_the_key_does(self):
        t = self.begin()
        t.send("?", "Down")
        t.wait_until(self.picked("one action"), "the second row")
        t.send("Enter")
        t.wait_until(lambda screen: "step 1" in screen[0] and not any("Keys: " in row for row in screen), "one action")
        t.send("?", "End")
        t.wait_until(self.picked("follow the moving process"), "the last one")
        t.send("Home", "Right")
        t.wait_until(lambda screen: any("run, pause" in row and row.rindex("▶") > row.index("run, pause") for row in screen if "▶" in row), "the other column")
        t.send("Left")
        t.wait_until(self.picked("run, pause"), "the first one")
        t.send("k")
        t.wait_for("k: there is nothing further up")
        t.send("Escape")
        t.wait_gone("Keys: ")

    def test_quitting_from_the_menu(self):
        t = self.begin()
        t.send("?")
        t.wait_until(self.picked("run, pause"), "the menu")
        for _ in range(60):
            if self.picked("quit, or go back")(t.screen()):
                break
            before = t.screen()
            t.send("Down")
            t.wait_until(lambda screen: screen != before, "the next row")
        t.send("Enter")
        self.assertEqual(t.wait_end(), 0)

    def test_what_acts_here_stands_first(self):
        """By panel, and by state: Left goes back on the time line, and nothing can be filtered there."""
        order = {}
        for panel in "14":
            t = self.begin()
            t.send(panel, "?")
            screen = t.wait_until(self.picked("run, pause"), "the menu")
            rows = [row.split("│")[1] for row in screen if row.count("│") >= 2]
            order[panel] = [row[2:38].strip() for row in rows] + [row[38:].strip() for row in rows]
        place = lambda panel, words: next(i for i, row in enumerate(order[panel]) if words in row)      # noqa: E731
        for words, here, elsewhere in (("one step back", "4", "1"), ("lines with these words", "1", "4")):
            self.assertLess(place(here, words), place(here, "in the past: another way"), words)
            self.assertGreater(place(elsewhere, words), place(elsewhere, "other colours"), words)
        t = self.begin()
        t.type("gend\r")
        t.wait_for("this scenario is there to show")
        t.type("?")
        screen = t.wait_until(lambda screen: any("Keys: " in row for row in screen), "the menu")
        rows = [row.split("│")[1] for row in screen if row.count("│") >= 2]
        order["end"] = [row[2:38].strip() for row in rows] + [row[38:].strip() for row in rows]
        self.assertGreater(place("end", "run, pause"), place("end", "at the end: next lesson"))

    def test_a_row_of_several_keys(self):
        t = self.begin()
        t.send("?")
        t.wait_until(self.picked("run, pause"), "the menu")
        for _ in range(60):
            if self.picked("this panel: show it")(t.screen()):
                break
            before = t.screen()
            t.send("Down")
            t.wait_until(lambda screen: screen != before, "the next row")
        t.send("Enter")
        t.wait_for("there are several: press one of 1 .. 7 itself")

    def test_a_click_does_it(self):
        t = self.begin()
        t.send("?")
        screen = t.wait_until(self.picked("run, pause"), "the menu")
        y = next(i for i, row in enumerate(screen) if "one action" in row)
        x = cells(screen[y].partition("one action")[0])
        for ends in "Mm":
            t.send("-H", *["%02x" % b for b in b"\033[<0;%d;%d%s" % (x + 1, y + 1, ends.encode())])
        t.wait_until(lambda screen: "step 1" in screen[0] and not any("Keys: " in row for row in screen), "one action")

    def test_on_the_first_card(self):
        with Terminal("run", "ticket-race", "--model", "--step", "--lang", "en", size=(100, 30)) as t:
            t.wait_for("What to look for")
            t.send("?", "Down")
            t.wait_until(self.picked("one action"), "the menu")
            t.send("Escape")
            t.wait_for("What to look for")
            t.send("?", "Down", "Enter")
            t.wait_until(lambda screen: "step 1" in screen[0], "one action")

    def test_lines_have_it_too(self):
        for lang, now, later in (("en", "Not here, or not now:", "at the end: next lesson"), ("zh", "这里或现在不能用：", "结束后：下一课")):
            for word in ("?", "h", "f1", "help"):
                said = run(["run", "ticket-race", "--model", "--linear", "--step", "--lang", lang], stdin=word + "\nq\n").out
                self.assertIn(later, said.partition(now)[2], (lang, word))
                self.assertNotIn(later, said.partition(now)[0])


if __name__ == "__main__":
    unittest.main()
