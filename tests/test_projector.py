"""Projector mode: fewer panels, more room, words instead of letters; on a large screen the programs side by side and who waits for whom."""
import unittest

from forklore_test import Terminal, hold, no_process_left


class Projector(unittest.TestCase):
    def begin(self, size, lang, scenario="producer-consumer", steps="40"):
        t = Terminal("run", scenario, "--model", "--step", "--lang", lang, size=size)
        t.__enter__()
        self.addCleanup(t.close)
        lesson, step = ("What to look for", "step %s ") if lang == "en" else ("观察要点", "第 %s 步")
        t.wait_for(lesson)
        t.send("Enter")
        t.wait_gone(lesson)
        t.type(steps + "s")
        t.wait_for(step % steps)
        return t

    def leave(self, t):
        t.send("Q")
        self.assertEqual(t.wait_end(), 0)
        no_process_left(t.mark)

    def test_screens(self):
        for size in ((80, 24), (120, 40), (200, 60)):
            for lang in ("en", "zh"):
                with self.subTest(size=size, lang=lang):
                    t = self.begin(size, lang)
                    t.type("p")
                    t.wait_gone("B blocked" if lang == "en" else "B 阻塞")
                    hold("projector-" + lang, t)
                    self.leave(t)

    def test_there_and_back(self):
        for size in ((80, 24), (200, 60)):
            with self.subTest(size=size):
                t = self.begin(size, "en")
                before = t.screen()
                t.type("p")
                t.wait_gone("B blocked")
                t.type("p")
                t.wait_until(lambda now: now[:-1] == before[:-1], "as it was, but for what was said of the number typed")
                self.leave(t)

    def test_a_large_screen_shows_all_programs_and_who_waits(self):
        t = self.begin((200, 60), "en")
        t.type("p")
        t.wait_gone("B blocked")
        now = t.wait_for("Who waits for what, and who holds it")
        self.assertTrue(any("cook.1 ──" in row and "eater.2 ──" in row for row in now), now)
        self.assertTrue(any("cook.1, cook.3 → buns" in row for row in now), now)
        self.leave(t)

    def test_other_panels_take_the_place_of_the_story(self):
        t = self.begin((80, 24), "en")
        t.type("p")
        t.wait_gone("B blocked")
        for key, name in (("3", "[3] Program"), ("4", "[4] Time line"), ("6", "[6] Output"), ("5", "[5] What happened")):
            t.type(key)
            t.wait_for(name)
        t.type("H")
        t.wait_for("This panel can't be hidden or resized")
        self.leave(t)
