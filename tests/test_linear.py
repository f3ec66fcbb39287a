"""The dashboard as lines: what is typed, and what is printed. No terminal is needed."""
import pathlib
import re
import subprocess
import tempfile
import time
import unittest

from forklore_test import PATIENCE, PROGRAM, Terminal, fresh_mark, no_process_left, run


def typed(*lines, scenario="ticket-race", args=(), code=0):
    """What is printed, as lines."""
    result = run(["run", scenario, "--linear", *args], stdin="".join(line + "\n" for line in lines))
    assert (result.code, result.err) == (code, ""), result
    assert "\x1b" not in result.out, result
    return result.out.splitlines()


class Linear(unittest.TestCase):
    maxDiff = None

    def said(self, lines, *words):
        """These, in this order."""
        rest = iter(lines)
        for word in words:
            self.assertTrue(any(word in line for line in rest), "%r is not there, or not in this order:\n%s" % (word, "\n".join(lines)))

    def test_the_lesson_then_steps(self):
        lines = typed("s", "step 2", "2s", "", "q")
        self.said(lines, "Ticket race", "What to look for", "[paused; step 0; 0.000s]", "1  0.000s  main starts buyer.1", "[paused; step 1;",
                  "3  0.000s  main starts buyer.3", "[paused; step 3;", "5  0.010s  buyer.1 sleeps", "[paused; step 5;", "[paused; step 7;",
                  "Left before the end, at step 7", "the same again:")
        self.assertNotIn("─", "".join(lines))

    def test_to_the_end_and_back(self):
        lines = typed("go end", "back", "back 3", "go 4", "space", "b", "q", args=("--model",))
        self.said(lines, "Broken", "[BROKEN", "[past: step 22 of 23", "[past: step 19 of 23", "[past: step 4 of 23", "branch from here", "buyer.1 reads tickets: 1", "[branch, your choice; step 4;", "forced switch")

    def test_commands_that_are_piped_wait_for_those_before(self):
        """A run that goes on thousands of actions, or repeats them in a branch, takes longer than to read on."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "long.yaml")
            path.write_text("scenario: long\nshared: {n: 0}\nprocesses:\n  adder:\n    count: 2\n    steps:\n      - repeat: 2000\n        do: [n += 1]\n")
            lines = typed("go 2500", "back 100", "b", "space", "step", "q", scenario=str(path), args=("--step",))
        self.said(lines, "[past: step 2400 of 2500", "[branch, your choice; step 2400;", "2401  23.980s", "Left before the end, at step 2401")

    def test_panels_and_names(self):
        lines = typed("4s", "processes", "buyer.2", "enter", "esc", "tickets", "why", "esc", "shared", "program", "time line", "output", "q")
        self.said(lines, "Processes:", "buyer.1", "buyer.2", "From the beginning", "Who wrote it", "Shared:", "value  sold", "Program:",
                  "n = tickets", "Time line:", "Output:")

    def test_by_hand(self):
        lines = typed("manual", "1", "2", "3", "1", "1", "2", "q", args=("--step",))
        self.said(lines, "your choice", "1 buyer.1", "2 buyer.2", "buyer.1 reads tickets: 1; n = 1", "forced switch", "buyer.1 sets tickets to 0")

    def test_a_digit_chooses_the_process_of_that_number(self):
        for typing in (("manual", "3", "2"), ("m", "３", "2")):
            lines = [line for line in typed(*typing, "q", args=("--step",)) if " reads tickets" in line]
            self.assertEqual([line.split()[2] for line in lines], ["buyer.3", "buyer.2"])

    def test_a_letter_of_several_means_itself(self):
        """Not the first one of its row: t is SIGTERM, and k SIGKILL; 5 is that panel."""
        self.said(typed("5s", "buyer.2", "signal", "t", "s", "q", args=("--model",)), "SIGTERM")
        self.said(typed("5", "q"), "What happened:")

    def test_a_run_to_the_end_stops_where_the_viewer_is_asked(self):
        self.said(typed("m", "go end", "2", "q", args=("--step",)), "your choice", "buyer.2 reads tickets")

    def test_every_command_has_a_chinese_word(self):
        lines = typed("帮助", "q", args=("--lang", "zh"))
        rows = [line for line in lines if re.match(r"  \S.*：", line)]
        self.assertGreater(len(rows), 40)
        self.assertEqual([row for row in rows if not re.match(r"  [\u4e00-\u9fff]", row)], [])
        self.said(typed("挑战", "q", args=("--lang", "zh")), "您就是调度器")
        self.said(typed("3s", "分享", "q", args=("--lang", "zh", "--model")), "重现本次运行：")

    def test_columns_stand_below_each_other(self):
        lines = typed("3s", "processes", "q", args=("--model",))
        at = lines.index(next(line for line in lines if "NEXT ACTION" in line))
        names = {line.index(name) for line in lines[at:at + 5] for name in ("NAME", "main ", "buyer.1", "buyer.2") if name in line}
        self.assertEqual(len(names), 1, lines[at:at + 5])

    def test_why_the_policy_chose(self):
        """Of each choice with --explain, as run --explain has it; else when it is asked for, also of the past."""
        for lang, word in (("en", "explain"), ("zh", "理由")):
            plain = run(["run", "cpu-stcf", "--model", "--explain", "--lang", lang]).out
            chosen = [line.strip() for line in plain.splitlines() if re.match(r" +[0-9.]+s  (stcf chooses|按最短剩余时间优先选择) ", line)]
            self.assertGreater(len(chosen), 3)
            told = run(["run", "cpu-stcf", "--model", "--linear", "--explain", "--lang", lang], stdin="step 100\nq\n").out
            self.assertEqual([line.strip() for line in told.splitlines() if line.strip() in chosen], chosen)
            quiet = run(["run", "cpu-stcf", "--model", "--linear", "--lang", lang], stdin="step 8\n%s\ngo 3\n%s\nq\n" % (word, word)).out
            self.assertEqual([line.strip() for line in quiet.splitlines() if line.strip() in chosen], [chosen[1], chosen[0]])

    def test_what_a_search_has_found_is_printed_and_played(self):
        """When it is over, without being asked for again; and the way goes to its end where the viewer decides, too."""
        for lang, begun, found, played in (("en", "q quits", "Every interleaving from step 5:", "[DEADLOCK; step 20;"),
                                           ("zh", "q 退出", "从第 5 步起的全部交错执行次序：", "[死锁；第 20 步；")):
            with self.subTest(lang=lang), Terminal("run", "dining-philosophers", "--model", "--challenge=2", "--linear", "--speed", "max", "--lang", lang,
                                                   size=(100, 60)) as t:
                t.wait_for(begun)
                t.type("x\r")
                t.wait_for(found)
                t.type("enter\r")
                t.wait_for(played)
                t.type("Q\r")
                t.wait_end()

    def test_a_deadlock_is_found_by_hand_and_explained(self):
        lines = typed("go end", "why", "esc", "q", scenario="dining-philosophers")
        self.said(lines, "Deadlock: nobody can go on", "philosopher.5 waits for forks[0], which philosopher.1 holds", "[DEADLOCK", "philosopher.1")

    def test_chinese(self):
        lines = typed("单步", "３ｓ", "共享", "帮助", "没有", "退出", args=("--lang", "zh"))
        self.said(lines, "观察要点", "[已暂停；第 0 步；0.000s]", "main 启动 buyer.1", "[已暂停；第 1 步", "[已暂停；第 4 步", "共享：", "tickets",
                  "单步（s .）：", "没有命令、面板或名称 `没有`")

    def test_every_command_has_a_word_in_the_help(self):
        lines = typed("help", "q")
        self.said(lines, "run (Space): ", "step (s .): ", "why (w): ", "quit (q): ")

    def test_what_is_no_command(self):
        lines = typed("frobnicate", "s x y", "9999999999999s", "\x1b[31m", "a" * 1000, "\x00", "", "s", "q")
        self.said(lines, "no command, panel or name `frobnicate`", "no command, panel or name `s x y`", "main starts buyer.1")

    def test_the_input_ends(self):
        self.said(typed("s"), "[paused; step 1;", "Left before the end, at step 1")
        self.said(typed(), "[paused; step 0;", "Left before the end, at step 0")

    def test_a_finding_is_the_exit_code(self):
        broken = "scenario: x\nshared: {n: 0}\nmain: [n = 1]\nexpect: [{finally: n == 2}]\n"
        with subprocess.Popen(["mktemp", "-d"], stdout=subprocess.PIPE, text=True) as made:
            folder = made.communicate()[0].strip()
        path = folder + "/x.yaml"
        with open(path, "w") as f:
            f.write(broken)
        self.said(typed("go end", "q", scenario=path, code=1), "BROKEN")
        subprocess.run(["rm", "-r", folder], check=True)

    def test_what_it_can_not_be_with(self):
        for args in (["--plain"], ["--json"], ["--quiet"], ["--screen", "x.svg"]):
            result = run(["run", "ticket-race", "--linear", *args])
            self.assertEqual((result.code, result.out), (2, ""))
            self.assertIn("`--linear` is the dashboard as lines", result.err)
        self.assertIn("takes its commands from standard input", run(["run", "-", "--linear"], stdin="scenario: x\n").err)

    def test_a_line_is_answered_before_the_next_is_there(self):
        """As somebody types it, who reads the answer first."""
        mark = fresh_mark()
        with subprocess.Popen([PROGRAM, "run", "ticket-race", "--linear"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
                              env={"FORKLORE_TEST_RUN": mark, "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}) as p:
            def hear(word):
                until = time.monotonic() + 20 * PATIENCE
                while word not in (line := p.stdout.readline()):
                    self.assertLess(time.monotonic(), until, word)
                    self.assertTrue(line, word)
            hear("q quits")
            for line, word in (("s", "main starts buyer.1"), ("s", "[paused; step 2"), ("processes", "buyer.3"), ("q", "Left before the end")):
                p.stdin.write(line + "\n")
                hear(word)
            self.assertEqual(p.wait(20 * PATIENCE), 0)
        no_process_left(mark)

    def test_on_a_terminal(self):
        with Terminal("run", "ticket-race", "--linear", "--step") as t:
            t.wait_for("q quits")
            self.assertEqual(t.ask("#{alternate_on}"), "0")
            t.type("s")
            t.send("Enter")
            t.wait_for("main starts buyer.1")
            t.type("q")
            t.send("Enter")
            self.assertEqual(t.wait_end(), 0)


if __name__ == "__main__":
    unittest.main()
