"""Commands by words, lists by filter, and the command of this run in the clipboard."""
import unittest

from forklore_test import Terminal, no_process_left, run


def below(screen, title):
    """The lines of a panel, by its title."""
    first = next(i for i, row in enumerate(screen) if row.startswith("──") and title in row)
    return [row for row in screen[first + 1:] if not row.startswith("──")]


class Palette(unittest.TestCase):
    def paused(self, *args, size=(80, 24), scenario="toilet", **more):
        return Terminal("run", scenario, "--step", *args, size=size, **more)

    def begin(self, t):
        t.wait_for("forklore")
        t.send("Escape")
        t.wait_until(lambda screen: "step 0" in screen[0] or "第 0 步" in screen[0], "the run, not begun")

    def test_a_command_by_its_letters(self):
        for opener in (":", "C-p"):
            with self.subTest(opener), self.paused() as t:
                self.begin(t)
                t.send(opener)
                t.type("one actoin")
                t.wait_for("no command has these letters")
                t.send(*["BSpace"] * 4)
                t.wait_until(lambda screen: any("▶" in row and "one action" in row for row in screen), "step, found")
                t.send("Enter")
                t.wait_until(lambda screen: "step 1" in screen[0], "done")

    def test_a_word_or_all_that_was_typed_is_taken_back(self):
        """^W and ^U, wherever something is typed: a command, a filter, a step."""
        with self.paused("--model", "--lang", "en") as t:
            self.begin(t)
            t.send(":")
            t.type("one action zzz")
            t.wait_for("no command has these letters")
            t.send("C-w")
            t.wait_until(lambda screen: any("▶" in row and "one action" in row for row in screen), "the first words are left")
            t.type("zzz")
            t.wait_for("no command has these letters")
            t.send("C-u")
            t.wait_gone("no command has these letters")
            t.send("Escape", "/")
            t.type("zzz")
            t.wait_for("/ zzz")
            t.send("C-u")
            t.wait_gone("/ zzz")
            t.send("Escape", "g")
            t.type("end")
            t.send("C-u")
            t.type("1")
            t.send("Enter")
            t.wait_until(lambda screen: "step 1 " in screen[0], "the step typed last")

    def test_chinese_words(self):
        with self.paused("--lang", "zh") as t:
            self.begin(t)
            t.send(":")
            t.type("单步")
            t.wait_until(lambda screen: any("▶" in row and "单步" in row for row in screen), "found")
            t.send("Enter")
            t.wait_until(lambda screen: "第 1 步" in screen[0], "done")

    def test_it_chooses_and_closes(self):
        with self.paused() as t:
            self.begin(t)
            t.send(":")
            t.wait_for("Type a few letters")
            t.send("Down", "Down", "Up", "Escape")
            t.wait_until(lambda screen: "Space run" in screen[-1], "the keys again")
            t.send(":")
            t.type("quit, or go")
            t.wait_until(lambda screen: any("▶" in row and "quit, or go back" in row for row in screen), "quit")
            t.send("Enter")
            self.assertEqual(t.wait_end(), 0)
            no_process_left(t.mark)

    def test_what_can_not_be_done_now_says_so(self):
        with self.paused() as t:
            self.begin(t)
            t.send(":")
            t.type("next lesson")
            t.wait_until(lambda screen: any("▶" in row and "next lesson" in row for row in screen), "found")
            t.send("Enter")
            t.wait_until(lambda screen: screen[-1].lstrip().startswith(">:"), "why not")

    def test_nothing_is_found(self):
        """Enter leaves the palette open, and panels that list nothing of what was typed say so."""
        with self.paused("--model", "--lang", "en") as t:
            self.begin(t)
            t.type("2s:zzzz")
            t.wait_for("no command has these letters")
            t.send("Enter")
            t.wait_until(lambda screen: "no command has these letters" in screen[-1] and any("Commands" in row for row in screen), "it stays, and says why")
            t.send("Escape")
            for panel, said in (("1", "no process has these words: all are shown"), ("5", "no line has these words"), ("6", "no line has these words")):
                t.type(panel + "/zzz")
                t.wait_for(said)
                t.send("Escape")
                t.wait_gone(said)

    def test_keys_that_do_nothing_there(self):
        """No process moves when the run has ended; and a card on which nothing can be chosen does not offer Enter."""
        for lang, ended, nothing, empty, back in (
                ("en", "As expected", "the run has ended: there is no moving process to follow", "No question has been answered yet", "Esc back"),
                ("zh", "符合预期", "运行结束，没有可跟随的进程", "还没有回答过问题", "Esc 返回")):
            with self.subTest(lang), self.paused("--model", "--lang", lang, scenario="hello-process") as t:
                self.begin(t)
                t.type("gend\r")
                t.wait_for(ended)
                t.send("f")
                t.wait_for(nothing)
                t.send("A")
                t.wait_for(empty)
                last = t.wait_until(lambda screen, back=back: back in screen[-1], "the card's keys")[-1]
                self.assertFalse("Enter" in last or "回车" in last, last)

    def test_a_number_before_a_key(self):
        """A digit also shows a panel: that it counts is shown before the key that takes it, and said after."""
        for lang, label, said in (("en", "s . 3 steps", "3 steps: that number was typed before the key"), ("zh", "s . 3 步", "3 步：按键之前输入了这个数")):
            with self.subTest(lang), self.paused("--model", "--lang", lang) as t:
                self.begin(t)
                t.send("3")
                t.wait_for(label)
                t.send("s")
                t.wait_for(said)

    def test_the_processes_with_these_words(self):
        for size in ((80, 24), (120, 40), (200, 60)):
            with self.subTest(size), self.paused(size=size) as t:
                self.begin(t)
                t.send("9", "s", "/")
                t.type("guest.7")
                t.wait_until(lambda screen: any("/ guest.7" in row for row in screen) and not any("guest.6 " in row for row in below(screen, "Processes")[:4]),
                             "one process")
                t.send("Enter", "Down", "Up", "PageDown", "Enter")
                t.wait_until(lambda screen: any("guest.7" in row and "─ " in row for row in screen), "its card")
                t.send("Escape", "Escape")
                t.wait_until(lambda screen: not any("/ guest.7" in row for row in screen), "all of them")

    def test_the_story_with_these_words(self):
        with self.paused(size=(120, 40)) as t:
            self.begin(t)
            t.send("3", "0", "s")
            t.wait_until(lambda screen: "step 30" in screen[0], "thirty actions")
            t.send("5", "/")
            t.type("acquires")
            t.wait_until(lambda screen: all("acquires" in row[:60] for row in below(screen, "What happened")[:-1] if row[:60].strip()), "only these")
            t.send("Escape", "3", "/")
            t.wait_for("1, 2, 5 and 6 can be filtered")

    def test_the_command_is_in_the_clipboard(self):
        with self.paused("--seed", "7") as t:
            t.tmux("set", "-g", "set-clipboard", "on")
            self.begin(t)
            t.send("3", "s", "y")
            t.wait_for("copied (if it can't be pasted, q prints it):")
            self.assertRegex(t.tmux("show-buffer"), r"forklore run toilet --seed 7$")
            self.assertRegex(" ".join(row.strip() for row in t.screen()[-3:]), r"prints it\): .*run toilet --seed 7$")      # on two lines, whole
            t.send("Q")
            t.wait_for("the same again:")

    def test_a_run_that_goes_on_can_be_shared(self):
        """What was chosen by hand so far is a schedule; after it the policy decides."""
        with self.paused("--model") as t:
            t.tmux("set", "-g", "set-clipboard", "on")
            self.begin(t)
            t.send("5", "s", "m")
            t.wait_for("who moves next?")
            t.send("1", "1", ":")
            t.type("share")
            t.send("Enter")
            t.wait_for("copied (q prints it, too); send the file")
            command = t.tmux("show-buffer").split()
            self.assertIn("--schedule", command)
            played = run([*command[1:], "--plain"])
            self.assertEqual((played.code, played.err), (0, ""))


if __name__ == "__main__":
    unittest.main()
