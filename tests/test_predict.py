"""The dashboard: questions before interesting steps, answered by a key, and held against what then happens."""
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from forklore_test import Terminal, WithFolder, hold, no_process_left, run_json  # noqa: E402

# Each kind of question, one after the other; `open` is a truth value.
KINDS = """
scenario: kinds
shared: {total: 10, open: false}
objects: {door: lock, gate: event}
processes:
  owner: {steps: [{acquire: door}, {sleep: 50ms}, n = total, total = n - 25, open = total < 0, total = 7, {release: door}, {set: gate}]}
  guest: {count: 2, steps: [{sleep: "10ms * index"}, {acquire: door}, {sleep: 500ms}, {release: door}]}
"""


# There is nothing to be asked about.
PLAIN = "scenario: plain\nshared: {n: 0}\nprocesses:\n  p: {steps: [n = 1, n = 2]}\n"
# One step, again and again.
ROUND = "scenario: round\nshared: {n: 0}\nprocesses:\n  p: {steps: [{forever: , do: [n = (n + 1) % 3]}]}\n"


class Predict(WithFolder):
    def begin(self, scenario, *args, lesson=None, paused="paused", **how):
        t = Terminal("run", scenario, "--speed", "max", *args, **how)
        t.__enter__()
        self.addCleanup(t.close)
        t.wait_for(lesson or paused)
        if lesson:
            t.send("Escape" if "--step" in args else "Space")
            t.wait_gone(lesson)
        return t

    def on(self, t):
        t.send("a")
        t.wait_for("Questions on: Space runs")

    def leave(self, t, code=0):
        t.send("Q")
        self.assertEqual(t.wait_end(), code)
        no_process_left(t.mark)

    def answer(self, t, question, *keys, shown):
        """The next question is this one; keys answer it, and that is shown."""
        t.send("Space")
        t.wait_for(question)
        t.send(*keys)
        t.wait_for(shown)

    def test_at_the_end_they_begin_with_the_next_run(self):
        t = self.begin(self.file(KINDS), "--step", "--model", size=(120, 40))
        t.send("Space")
        t.wait_for("finished")
        t.send("a")
        t.wait_for("Questions on: this run has ended, r begins again")
        t.send("r")
        t.wait_for("Next: owner, `acquire: door`. What state will owner be in?")
        self.leave(t)

    def test_each_kind(self):
        """What is right comes from the run itself; free text may have blanks, capitals and full-width signs, nonsense is asked again."""
        for args in ["--model"], []:
            with self.subTest(args=args):
                t = self.begin(self.file(KINDS), "--step", *args, size=(120, 40))
                self.on(t)
                self.answer(t, "Next: owner, `acquire: door`. What state will owner be in?", "1", shown="Right: running or ready. owner acquires door. Correct: 1 of 1.")
                self.answer(t, "Next: guest.1, `acquire: door`. What state will guest.1 be in?", "1",
                            shown="No: blocked, not running or ready. guest.1 has to wait for door, which owner holds. Correct: 1 of 2.")
                self.answer(t, "What state will guest.2 be in?", "2", shown="Right: blocked.")
                t.send("Space")
                t.wait_for("Next: owner, `total = n - 25`. What will total be?")
                t.send("x", "Enter")
                t.wait_for("Type a number, such as 0 or -1; Esc skips the question.")
                t.send("Enter")
                t.wait_for("Type a number")
                t.type(" \uff0d\uff11 5")
                t.wait_for(">  -1 5")
                t.send("Enter")
                t.wait_for("Right: -15. owner sets total to -15; it knew n = 10. Correct: 3 of 4.")
                t.wait_for(re.compile(r"value +total +-15"))
                t.send("Space")
                t.wait_for("Next: owner, `open = total < 0`. What will open be?")
                t.send("7", "Enter")
                t.wait_for("Type true or false")
                t.type("TRUE")
                t.wait_for("> TRUE")
                t.send("Enter")
                t.wait_for("Right: true.")
                self.answer(t, "Next: owner, `release: door`. Which waiting process will be able to go on?", "2", shown=re.compile("No: guest.1, not guest.2. owner releases door; guest.1 "))
                self.answer(t, "Next: owner, `set: gate`. Will this let any waiting process go on?", "2", shown="Right: no. owner sets gate; no process waits for gate.")
                self.answer(t, "Next: guest.1, `release: door`. Will this let any waiting process go on?", "2", shown="No: yes, not no. guest.1 releases door; guest.2 ")
                t.send("Space")
                t.wait_for("Next: guest.2, `release: door`. Will this let any waiting process go on?")
                t.send("Escape")                        # not counted; and it went on by itself
                t.wait_for("Your predictions")
                t.wait_for("Correct: 5 of 8.")
                t.wait_for(re.compile("step 15  Next: owner, `release: door`. Which waiting process"))
                self.leave(t)

    def test_what_was_typed_before_is_no_answer(self):
        """These keys come at once: the first one opens the question, the others were pressed before it was on the screen."""
        steps = [e for e in run_json("ticket-race", "--model") if e["type"] == "step"]
        before = next(e["n"] for e in steps if e["do"] == "tickets = n - 1") - 1
        for keys in "s5\r", "s0\r":
            with self.subTest(keys=keys):
                t = self.begin("ticket-race", "--step", "--model", lesson="What to look for")
                self.on(t)
                t.type("g%d\r" % before)
                t.wait_for("step %d " % before)
                t.type(keys)
                t.wait_for("`tickets = n - 1`. What will tickets be?")
                t.wait_for(re.compile(r"^ > +a number, then Enter", re.M))
                t.send("0", "Enter")
                t.wait_for("Right: 0.")
                self.leave(t)

    def test_it_is_said_that_no_question_comes(self):
        for lang, on, none, title in (("en", "Questions on: Space runs", "No question came before the end of the run.", "VERDICT"),
                                      ("zh", "在关键步骤之前提问", "到运行结束为止没有问题。", "")):
            with self.subTest(lang=lang):
                t = self.begin(self.file(PLAIN), "--step", "--model", "--lang", lang, paused="已暂停" if lang == "zh" else "paused")
                t.send("a")
                t.wait_for(on)
                t.send("Space")
                t.wait_for(none)
                self.leave(t)

    def test_it_is_said_that_a_step_is_not_asked_about_any_more(self):
        t = self.begin(self.file(ROUND), "--step", "--model")
        self.on(t)
        for right in 1, 2:
            self.answer(t, "Next: p, `n = (n + 1) % 3`. What will n be?", str(right % 3), "Enter", shown="Right: %d." % right)
        t.type("ss")                    # it reads, and would set
        t.wait_for("`n = (n + 1) % 3` has been asked about twice with this answer: there are no")
        self.leave(t)

    def test_a_missed_question_is_asked_again(self):
        """So is none that was right, nor one that has been asked twice with the same answer."""
        t = self.begin("ticket-race", "--step", "--model", lesson="What to look for")
        self.on(t)
        self.answer(t, "`tickets = n - 1`. What will tickets be?", "5", "Enter", shown="No: 0, not 5.")
        t.send("S", "s")
        t.wait_for("`tickets = n - 1`. What will tickets be?")
        t.send("0", "Enter")
        t.wait_for("Right: 0.")
        t.send("a")
        t.wait_for("No more questions. Correct: 0 of 1.")
        self.leave(t)

    def test_at_the_end(self):
        """Score, and what was missed; Enter goes to before it, where it is asked again: in the past, too."""
        t = self.begin("ticket-race", "--step", "--model", lesson="What to look for")
        self.on(t)
        self.answer(t, "`tickets = n - 1`. What will tickets be?", "5", "Enter", shown="No: 0, not 5.")
        step = int(re.search(r"step (\d+)", t.screen()[0])[1])
        t.type("g9999\r")                               # what is gone through at full speed is not asked about
        t.wait_for("Your predictions")
        t.wait_for("Correct: 0 of 1.")
        t.send("Enter")
        t.wait_for("past: step %d of" % (step - 1))
        t.send("s")
        t.wait_for("`tickets = n - 1`. What will tickets be?")
        t.send("0", "Enter")
        t.wait_for("Right: 0.")
        t.wait_for("past: step %d of" % step)
        t.send("A")
        t.wait_for(re.compile("Answered\\s+correctly\\s+since"))
        t.send("Escape")
        t.wait_gone("Your predictions")
        t.send("q")
        t.wait_end()
        self.assertIn("Correct: 0 of 1.", "\n".join(t.screen()))
        no_process_left(t.mark)

    def test_where_the_viewer_chooses(self):
        """What was chosen is asked about, then done; also on a branch. No question is asked twice."""
        t = self.begin("ticket-race", "--model", "--policy", "manual", "--lang", "zh", lesson="观察要点")
        t.wait_for("请选择   第 3 步")
        t.send("a")
        t.wait_for("在关键步骤之前提问")
        for step in 4, 5:
            t.send("1")
            t.wait_for("请选择   第 %d 步 " % step)
        t.send("1")
        t.wait_for("下一步：buyer.1，`tickets = n - 1`。之后 tickets 是多少？")
        t.send("\uff10", "Enter")
        t.wait_for("答对了：0。")
        t.send("S")
        t.wait_for("第 5 / 6 步")
        t.send("b")
        t.wait_for(re.compile("▶ 请选择 +第 5 步 "))
        t.send("1")                                     # that was another run's: it is asked in this one, too
        t.wait_for("下一步：buyer.1，`tickets = n - 1`。之后 tickets 是多少？")
        t.send("9", "Enter")
        t.wait_for("不对，正确答案：0；您的回答：9。")
        t.send("A")
        t.wait_for("预测题：答对 0 / 1。")
        t.send("Escape")
        self.leave(t)

    def test_the_scenario_asks(self):
        """In its own words, in both languages, and also where nothing would be asked else."""
        asks = ("scenario: asks\nshared: {total: 1}\nprocesses:\n  a:\n    steps:\n"
                "      - {do: total = 5, ask: {en: 'What has {name} left in total?', zh: '{name} 在 total 里留下多少？'}}\n"
                "      - {sleep: 10ms, ask: {en: Where is it now?, zh: 它现在在做什么？}}\n")
        for lang, first, second, right in (("en", "`total = 5`. What has a left in total?", "`sleep: 10ms`. Where is it now?", "Right: sleeping."),
                                           ("zh", "`total = 5`。a 在 total 里留下多少？", "`sleep: 10ms`。它现在在做什么？", "答对了：睡眠。")):
            with self.subTest(lang=lang):
                t = self.begin(self.file(asks), "--step", "--model", "--lang", lang, paused="已暂停" if lang == "zh" else "paused")
                t.send("a", "Space")
                t.wait_for(first)
                t.send("5", "Enter", "Space")
                t.wait_for(second)
                t.send("3")
                t.wait_for(right)
                self.leave(t)

    def test_the_kernel_is_not_foreseen(self):
        t = self.begin("ticket-race", "--policy", "host", lesson="What to look for")
        t.send("a")
        t.wait_for("No questions under host")
        self.leave(t)

    def test_screens(self):
        for size, lang, question, right in (((80, 24), "en", "Which waiting process will be able to go on?", "Right: guest.4"), ((120, 40), "zh", "之后哪个等待的进程可以继续？", "答对了：guest.4"),
                                            ((200, 60), "en", "Which waiting process will be able to go on?", "Right: guest.4")):
            with self.subTest(size=size):
                t = Terminal("run", "toilet", "--model", "--step", "--speed", "max", "--lang", lang, size=size)
                t.__enter__()
                self.addCleanup(t.close)
                t.wait_for("观察要点" if lang == "zh" else "What to look for")
                t.send("Escape")
                t.wait_gone("观察要点" if lang == "zh" else "What to look for")
                t.type("g22\r")
                t.wait_for("第 22 步 " if lang == "zh" else "step 22 ")
                t.send("a")
                t.wait_for("在关键步骤之前提问" if lang == "zh" else "Questions on")
                t.send("s")
                t.wait_for(question)
                hold("predict-asks-" + lang, t)
                t.send("1")
                t.wait_for(right)
                hold("predict-right-" + lang, t)
                t.send("A")
                t.wait_for("全部答对" if lang == "zh" else "All were right")
                t.send("Escape")
                self.leave(t)


if __name__ == "__main__":
    unittest.main()
