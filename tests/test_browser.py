"""forklore alone: the library on a terminal, what is behind the viewer, and what may be done from there."""
import os
import re
import signal
import tempfile
import unittest
from pathlib import Path

import torture
from forklore_test import PROGRAM, SANITIZED, Terminal, hold, no_process_left, proc, processes_with, run, wait_until

RACE = """scenario: mine
title: {en: My race, zh: 我的竞态}
shared: {n: 0}
processes:
  p: {count: 2, steps: [x = n, n = x + 1]}
  q: {steps: []}
expect: [{name: both count, finally: n == 2}]
"""
CIRCLE = """scenario: circle
title: Two in a circle
objects: {a: lock, b: lock}
processes:
  p: {steps: [{acquire: a}, {sleep: 1s}, {acquire: b}]}
  q: {steps: [{acquire: b}, {sleep: 1s}, {acquire: a}]}
"""


def is_child_of(pid, parent):
    try:
        return int(Path("/proc/%d/stat" % pid).read_text().rpartition(")")[2].split()[1]) == parent
    except FileNotFoundError:
        return False


class Browser(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="forklore-browse-")
        self.addCleanup(directory.cleanup)
        self.dir = Path(directory.name)
        (self.dir / "here").mkdir()

    def test_a_key_without_a_meaning_says_so(self):
        for words, said in ((["--lang", "en"], "This key does nothing here; ? shows all keys."), (["--lang", "zh"], "这个按键在这里没有作用")):
            for command in ([], ["learn"]):
                with self.subTest(words=words, command=command), self.open(*words, *command) as t:
                    t.wait_for("q quit" if words[1] == "en" else "q 退出")
                    t.send("Z")
                    t.wait_for(said)
                    t.send("q")
                    self.assertEqual(t.wait_end(), 0)

    def open(self, *args, size=(80, 24), env=None, before=()):
        command = ["env", "-C", str(self.dir / "here"), *before, PROGRAM if os.path.isabs(PROGRAM) else os.path.abspath(PROGRAM), *args]
        return Terminal(command=command, size=size, env={"XDG_STATE_HOME": str(self.dir / "state"), **(env or {})})

    def progress(self):
        return sorted((self.dir / "state/forklore/progress").read_text().split("\n"))[1:]

    def selected(self, title):
        return lambda screen: any("▶" in row and title in row for row in screen)

    def find(self, t, words, title):
        t.send("/")
        t.type(words)
        t.wait_until(lambda screen: screen[-1].startswith(" / " + words) and self.selected(title)(screen), title)
        t.send("Enter")
        t.wait_until(lambda screen: "Enter play" in screen[-1] or "回车" in screen[-1], "the keys")

    def test_what_is_seen(self):
        for size in ((80, 24), (120, 40), (200, 60)):
            for language, first, word, keys in (("en", "Hello, process", "not seen", "q quit"), ("zh", "你好，进程", "没看过", "q 退出")):
                with self.subTest(size=size, language=language), self.open("--lang", language, size=size) as t:
                    screen = t.wait_until(self.selected(first), "the first lesson")
                    text = "\n".join(screen)
                    for part in ("hello-process", word, keys):
                        self.assertIn(part, text)
                    if size[0] > 80:        # its preview, drawn by the dashboard
                        self.assertIn("PID", text)
                        self.assertIn({"en": "main joins child", "zh": "等到 child 结束"}[language], text)
                    self.find(t, "hello", first)
                    hold("library-" + language, t, lambda text: re.sub(r"\d+ (scenarios|个场景)", r"N \1", text))      # what is found stays so as it grows
                    t.send("q")
                    self.assertEqual(t.wait_end(), 0)

    def test_play_and_come_back(self):
        with self.open(size=(100, 30)) as t:
            t.wait_until(self.selected("Hello, process"), "the list")
            t.send("Enter")
            t.wait_until(lambda screen: "What to look for" in "\n".join(screen) and "Space begins" in screen[-1], "the lesson")
            self.assertEqual(set(processes_with("FORKLORE_TEST_RUN=" + t.mark).values()) - {"main"}, {os.path.basename(PROGRAM)}, "as `ps` shows them")
            t.send("q")
            t.wait_until(lambda screen: self.selected("Hello, process")(screen) and "○ 1 seen" in screen[0], "the list again")
            self.assertEqual(self.progress(), ["seen hello-process"])
            t.send("n")
            t.wait_until(self.selected("A family tree"), "what was never seen")
            t.send("q")
            self.assertEqual(t.wait_end(), 0)
            no_process_left(t.mark)

    def test_what_is_watched_is_seen_what_is_chosen_is_broken(self):
        (self.dir / "here/circle.yaml").write_text(CIRCLE)
        with self.open() as t:
            t.wait_until(self.selected("Two in a circle"), "the viewer's own file")
            t.send("Enter")
            t.wait_until(lambda screen: "circle" in screen[0] and "forklore" in screen[0] and "seed" in screen[0], "the run")
            for _ in range(8):
                t.send("]")
            t.wait_until(lambda screen: "DEADLOCK" in "\n".join(screen), "the deadlock")
            t.send("q")
            t.wait_until(lambda screen: any("▶ " in row and "Two in a circle" in row for row in screen) and "seen" in screen[0], "its mark")
            self.assertNotIn("✗ Two in a circle", "\n".join(t.screen()))
            self.assertEqual(self.progress(), ["seen circle.yaml"])
        (self.dir / "here/circle.yaml").write_text(CIRCLE + "lesson: [Which one has what?]\n")
        with self.open() as t:
            t.wait_until(self.selected("Two in a circle"), "the viewer's own file")
            t.send("Enter")
            t.wait_until(lambda screen: "Space begins" in screen[-1], "the first card")
            t.send("s")
            t.wait_until(lambda screen: "step 1 " in screen[0], "one step")
            t.send("m")
            t.wait_for("Manual")
            t.send("Space")
            t.wait_for("your choice")
            t.type("1")
            t.wait_for("p acquires a")
            t.type("2")
            t.wait_for("q acquires b")
            while "DEADLOCK" not in "\n".join(t.screen()):
                before = t.screen()[0]
                t.send("Enter")
                t.wait_until(lambda screen: screen[0] != before, "the next step")
            t.wait_until(lambda screen: "DEADLOCK" in "\n".join(screen), "the deadlock")
            t.send("q")
            t.wait_until(lambda screen: any("▶ ✗ Two in a circle" in row for row in screen) and "broken by you" in screen[0], "its mark")
            self.assertEqual(self.progress(), ["broken circle.yaml", "seen circle.yaml"])

    def test_questions_after_a_play(self):
        """Offered on the card as soon as it was seen; what came of them stays there, and is what the answers were worth."""
        answers = re.findall("The answer: (.*)", run(["quiz", "hello-process"], stdin="").out)
        self.assertGreater(len(answers), 3)
        for language, title, begins, offer, back, none, some, all_right, score in (
                ("en", "Hello, process", "Space begins", "Quiz about what you saw: a", "Enter returns to the list", "Not all were right: a asks again.",
                 "Quiz: 0 of %d right. Again: a", "All questions were answered right.", "Quiz: all %d right"),
                ("zh", "你好，进程", "空格开始", "按 a 做本场景的测验", "按回车返回场景列表", "没有全部答对：按 a 再做一次。",
                 "测验：答对 0 / %d 题。按 a 再做一次", "全部答对。", "测验：%d 题全部答对")):
            with self.subTest(language=language), self.open("--lang", language, size=(100, 30)) as t:
                screen = t.wait_until(self.selected(title), "the first lesson")
                self.assertNotIn(offer, "\n".join(screen))     # nothing was seen yet
                t.send("Enter")
                t.wait_until(lambda screen: begins in screen[-1], "the run")
                t.send("Q")
                t.wait_until(lambda screen: offer in "\n".join(screen), "the offer")
                t.send("a")
                t.wait_for("1. ")
                t.send("C-d")                                   # no more answers: none was right
                t.wait_for(back)
                t.send("Enter")
                t.wait_until(lambda screen: none in screen[-1] and some % len(answers) in "\n".join(screen), "what came of it")
                t.send("a")
                t.wait_for("1. ")
                for n, answer in enumerate(answers):
                    t.wait_until(lambda screen: any(row.startswith("%d. " % (n + 1)) for row in screen) and [row for row in screen if row][-1].strip() == ">", answer)
                    t.type(answer.replace(" ms", ""))
                    t.send("Enter")
                t.wait_for(back)
                t.send("Enter")
                t.wait_until(lambda screen: all_right in screen[-1] and score % len(answers) in "\n".join(screen), "the best of all times")
                self.assertIn("answered %d/%d hello-process" % (len(answers), len(answers)), self.progress())
                t.send("q")
                self.assertEqual(t.wait_end(), 0)
                no_process_left(t.mark)
            (self.dir / "state/forklore/progress").unlink()

    def test_a_quiz_that_was_killed(self):
        with self.open() as t:
            t.wait_until(self.selected("Hello, process"), "the first lesson")
            t.send("a")
            t.wait_for("1. ")
            quizzes = [int(p) for p in os.listdir("/proc") if p.isdigit() and is_child_of(int(p), t.pid)]
            self.assertEqual(len(quizzes), 1)
            os.kill(quizzes[0], signal.SIGKILL)
            t.wait_for("Enter returns to the list")
            t.send("Enter")
            t.wait_until(lambda screen: "quiz was ended by signal 9" in screen[-1], "how it ended")

    def test_the_next_lesson_from_a_run(self):
        with self.open() as t:
            t.wait_until(self.selected("Hello, process"), "the list")
            t.send("Enter")
            t.wait_until(lambda screen: "Space begins" in screen[-1], "the lesson")
            t.send("Space", "]", "]", "]", "]", "]", "]")
            t.wait_until(lambda screen: "AS EXPECTED" in "\n".join(screen).upper(), "the end")
            t.send(">")
            t.wait_until(lambda screen: "A family tree" in screen[0], "the next lesson")
            t.send("q")
            t.wait_until(self.selected("A family tree"), "the list, where the viewer is now")

    def test_every_order(self):
        with self.open() as t:
            t.wait_until(self.selected("Hello, process"), "the list")
            self.find(t, "ticket-race", "Ticket race")
            t.send("x")
            t.wait_until(lambda screen: "Enter returns to the list" in "\n".join(screen) and "explore" in "\n".join(screen), "what explore says")
            t.send("Enter")
            t.wait_until(self.selected("Ticket race"), "the list again")

    def test_search(self):
        with self.open() as t:
            t.wait_until(self.selected("Hello, process"), "the list")
            t.send("/")
            t.type("semaphore toilet")
            t.wait_until(self.selected("A toilet with"), "each word, wherever it stands")
            t.send("C-u")
            t.type("race")          # graceful-shutdown, which has these letters, stands before it
            t.wait_until(self.selected("Ticket race"), "what is called so")
            t.type("zzz")
            t.wait_until(lambda screen: "Nothing has these words" in "\n".join(screen), "nothing")
            for key in ("Enter", "Enter", "x", "c", "e", "a", "Down", "Up", "PageDown", "Home", "Left", "?", "?", "Escape"):
                t.send(key)
            t.wait_until(self.selected("Hello, process"), "all of them")
            self.assertEqual(os.listdir(self.dir / "here"), [])

    def test_chinese_is_found_as_it_is_typed(self):
        with self.open("--lang", "zh") as t:
            t.wait_until(self.selected("你好，进程"), "the list")
            t.send("/")
            t.type("抢票　加锁")
            t.wait_until(self.selected("抢票：加锁"), "a full-width blank is one, too")

    def test_copy_edit_and_errors_in_place(self):
        editor = self.dir / "editor"
        editor.write_text("#!/bin/sh\nsed -i \"s/stalls:/$WORD:/\" \"$1\"\n")
        editor.chmod(0o700)
        with self.open(env={"VISUAL": str(editor), "WORD": "stals"}) as t:
            t.wait_until(self.selected("Hello, process"), "the list")
            self.find(t, "toilet", "A toilet with")
            t.send("c")
            t.wait_until(lambda screen: "toilet.yaml is yours now" in screen[-1], "the copy")
            t.send("c")
            t.wait_until(lambda screen: "toilet-2.yaml is yours now" in screen[-1], "nothing is written over")
            self.assertIn("scenario: toilet-2\n", (self.dir / "here/toilet-2.yaml").read_text())
            t.send("e")
            t.wait_until(lambda screen: "can't be played yet" in "\n".join(screen) and "unknown name" in "\n".join(screen), "what is wrong in it")
            t.send("Enter")
            t.wait_until(lambda screen: "It has errors" in screen[-1], "it is not played")
            # As an editor in another window does:
            path = self.dir / "here/toilet-2.yaml"
            path.write_text(path.read_text().replace("stals:", "stalls:"))
            t.wait_until(lambda screen: "can't be played yet" not in "\n".join(screen), "it is read again")

    def test_no_such_editor(self):
        (self.dir / "here/mine.yaml").write_text(RACE)
        with self.open(env={"VISUAL": "no-such-editor --wait"}) as t:
            t.wait_until(self.selected("My race"), "the viewer's own file")
            t.send("e")
            t.wait_until(lambda screen: "There is no such editor" in screen[-1], "a word")

    def test_files_that_are_none(self):
        for name, text in (("other.yaml", "services: {}\n"), ("broken.yaml", "scenario: [\n"), ("-x.yaml", RACE), ("esc\x1b[31m.yaml", RACE), ("bin.yaml", "scenario: \x00")):
            (self.dir / "here" / name).write_text(text)
        os.mkfifo(self.dir / "here/pipe.yaml")
        (self.dir / "here/dir.yaml").mkdir()
        with self.open() as t:
            screen = "\n".join(t.wait_until(lambda screen: "Yours" in "\n".join(screen), "the list"))
            self.assertNotIn("other.yaml", screen)
            self.assertIn("broken.yaml", screen)

    def test_small(self):
        for size in ((60, 12), (40, 8), (20, 5), (1, 1)):
            with self.subTest(size=size), self.open(size=(80, 24)) as t:
                t.wait_until(self.selected("Hello, process"), "the list")
                t.resize(*size)
                t.send("Down", "?", "?", "/", "a", "Escape")
                t.resize(80, 24)
                t.wait_until(lambda screen: "q quit" in screen[-1] and "▶" in "\n".join(screen), "the list")

    def test_requests_to_end(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number), self.open() as t:
                t.wait_until(self.selected("Hello, process"), "the list")
                os.kill(t.pid, number)
                self.assertEqual(t.wait_end(), 128 + number)

    @unittest.skipIf(SANITIZED, "the sanitizer looks for leaks as a debugger would, which strace is already")
    @unittest.skipUnless(torture.can_inject(), "strace can't be used here")
    def test_a_request_to_end_while_a_run_is_being_started(self):
        """It comes before there is a run that it could be passed on to: that gets it as soon as it is there."""
        for number in (signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number), self.open(before=["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=execve", "-e", "inject=execve:delay_enter=1000000"]) as t:
                t.wait_until(self.selected("Hello, process"), "the list")
                browser = wait_until(lambda: proc(t.pid, "task/%d/children" % t.pid).split(), "it is traced")[0]
                t.send("Enter")
                wait_until(lambda: proc(browser, "task/%s/children" % browser), "a run is being started")
                os.kill(int(browser), number)
                self.assertEqual(t.wait_end(), 128 + number)
                no_process_left(t.mark)

    def test_without_a_terminal_that_can_show_it(self):
        with self.open(env={"TERM": "dumb"}) as t:
            t.wait_until(lambda screen: "forklore run ticket-race" in "\n".join(screen), "the list as text")


if __name__ == "__main__":
    unittest.main()
