"""The dashboard under the fingers of its viewer: keys in states in which they are seldom pressed."""
import fcntl
import os
import pathlib
import pty
import random
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import torture  # noqa: E402
from forklore_test import PATIENCE, PROGRAM, SANITIZED, Terminal, fresh_mark, no_process_left, run, run_json  # noqa: E402


def screen(scenario, at, size, *args, stdin=None):
    result = run(["run", scenario, "--model", "--screen", "-", "--at", str(at), "--size", size, *args], stdin=stdin)
    if result.code != 0:
        raise AssertionError(repr(result))
    return result.out


class Keys(unittest.TestCase):
    def begin(self, t, first="What to look for"):
        t.wait_for(first)
        t.send("Enter")
        t.wait_gone(first)

    def leave(self, t, code=0):
        t.send("Q")
        self.assertEqual(t.wait_end(), code)
        no_process_left(t.mark)

    @unittest.skipIf(SANITIZED, "the sanitizer looks for leaks as a debugger would, which strace is already")
    @unittest.skipUnless(torture.can_inject(), "strace can't be used here")
    def test_a_picture_comes_in_few_pieces(self):
        """Not in one for each movement of the cursor, which a slow line shows one after another."""
        with tempfile.TemporaryDirectory() as home:
            writes = os.path.join(home, "writes")
            traced = ["strace", "-f", "-qq", "-o", writes, "-e", "trace=write", PROGRAM, "run", "ticket-race", "--step", "--model"]
            with Terminal(command=traced) as t:
                self.begin(t)
                before = pathlib.Path(writes).read_text().count("write(1,")
                t.send("?")
                t.wait_until(lambda now: "theme" in now[-1], "the menu")
                self.assertIn(pathlib.Path(writes).read_text().count("write(1,") - before, range(1, 12))
                t.send("Escape")
                t.wait_gone("twice the speed")
                self.leave(t)

    def test_a_run_made_by_hand_is_not_dropped_unasked(self):
        """The first r says what it would do, any other key takes it back; a run that its seed brings again goes at once."""
        for key, new in ("r", "seed 1"), ("R", "seed 2"):
            for how in ("chosen", "killed", "branched", "changed"):
                with self.subTest(key=key, how=how), Terminal("run", "ticket-race", "--step", "--lang", "en", size=(120, 30)) as t:
                    self.begin(t)
                    t.type("6s")
                    t.wait_for("step 6 ")
                    if how == "chosen":
                        t.type("m")
                        t.wait_for("your choice")
                        t.type("2")
                        t.wait_for("step 7 ")
                    elif how == "killed":
                        t.type("K")
                        t.wait_for("SIGKILL  kills it immediately")
                        t.type("k")
                        t.wait_for("killed by signal 9")
                    elif how == "branched":
                        t.type("2S b")
                        t.wait_for("branch, your choice")
                    else:
                        t.type("+")
                        t.wait_for("2 CPUs")
                    t.type(key)
                    t.wait_for("This run was made by hand")
                    t.type("=" + key)
                    self.assertIsNone(re.search(r"step [0-3] ", t.wait_for("This run was made by hand")[0]))
                    t.type(key)
                    t.wait_until(lambda now: re.search(r"step [0-3] ", now[0]) and new in now[0], "a new run")
                    self.leave(t)
        with Terminal("run", "ticket-race", "--step", "--lang", "en") as t:
            self.begin(t)
            t.type("6s")
            t.wait_for("step 6 ")
            t.type("r")
            t.wait_for("step 0 ")
            self.leave(t)

    def test_what_y_keeps_of_a_run_that_goes_on_replays_up_to_there(self):
        """With the signal that the viewer has sent."""
        with tempfile.TemporaryDirectory() as home:
            with Terminal("run", "ticket-race", "--step", "--lang", "en", "--model", env={"XDG_STATE_HOME": home}) as t:
                self.begin(t)
                t.type("14s")
                t.wait_for("step 14 ")
                t.type("K")
                t.wait_for("SIGKILL  kills it immediately")
                t.type("k")
                t.wait_for("killed by signal 9")
                t.type("y")
                t.wait_for("send the file")
                self.leave(t)
            kept = pathlib.Path(home, "forklore/ticket-race-1.yaml")
            self.assertRegex(kept.read_text(), r"(?m)^  \d+ signal \S+ 9 turn \d+")
            events = run_json("ticket-race", "--schedule", kept, "--model")
            self.assertEqual(len([e for e in events if e["type"] == "step"]), 14)
            self.assertIn(-9, [e["code"] for e in events if e["type"] == "exit"])
            self.assertEqual(events[-1]["verdict"], "stopped")

    def test_a_run_that_is_over_says_how_a_signal_can_still_be_sent(self):
        with Terminal("run", "deadlock-abba", "--lang", "en", "--model", "--speed", "max") as t:
            self.begin(t)
            t.wait_for("DEADLOCK")
            t.send("Down", "K")
            t.wait_for("no process gets a signal any more: S goes back")
            t.type("S")
            t.wait_for("past: step")
            t.type("b")
            t.wait_for("your choice")
            t.type("K")
            t.wait_for("SIGKILL  kills it immediately")
            t.type("k")
            t.wait_for("was killed from outside")
            self.leave(t)

    def test_digits_behind_the_last_choice_are_dropped_and_a_count_has_a_limit(self):
        with Terminal("run", "deadlock-abba", "--lang", "en", "--model", "--speed", "max", "--challenge=1", size=(120, 40)) as t:
            t.wait_for("Goal: ")
            t.type("1212121212")
            t.wait_for("DEADLOCK")
            t.type("33333")
            now = t.wait_for("the run has ended; r plays it again, S goes back")
            n = int(re.search(r"step (\d+)", now[0])[1])
            t.type("S")
            t.wait_for("past: step %d of %d" % (n - 1, n))
            t.type("99999S")
            t.wait_for("past: step 0 of %d" % n)
            t.wait_for("%d steps" % (n - 1))
            self.leave(t)

    def test_a_challenge_begins_again_as_one(self):
        """Also where another policy has decided for a while."""
        with Terminal("run", "ticket-race", "--lang", "en", "--model", "--challenge=1", size=(120, 40)) as t:
            t.wait_for("who moves next")
            t.type("111m")
            t.wait_for(re.compile("Round robin|rr"))
            t.type("rr")
            t.wait_for("0 moves, 0 forced switches")
            t.wait_for("who moves next")
            self.leave(t)

    def test_an_order_that_was_found_is_seen_as_it_is_played(self):
        with Terminal("run", "ticket-race", "--lang", "en", "--model", "--speed", "max", "--step", size=(120, 40)) as t:
            self.begin(t)
            t.type("3s")
            t.wait_for("step 3 ")
            t.type("x")
            t.wait_for("MAY BREAK ")
            t.send("Enter")
            t.wait_gone("[x] What can still happen")
            t.wait_for("4 Time line")
            t.type("x")
            t.wait_for("[x] What ")
            self.leave(t)

    def test_a_third_hint_says_that_there_is_none(self):
        with Terminal("run", "ticket-race", "--lang", "en", "--model", "--challenge=1", size=(120, 40)) as t:
            t.wait_for("who moves next")
            t.type("i")
            t.wait_for("Hint: ")
            t.type("ii")
            t.wait_for("There are no more hints here.")
            self.leave(t)

    def test_the_first_choice_says_what_it_does(self):
        with Terminal("run", "ticket-race", "--lang", "en", "--model", "--challenge=1", size=(120, 40)) as t:
            now = t.wait_for("who moves next")
            self.assertTrue([line for line in now if re.search(r"buyer\.1 .*ready.* runs", line)], now)
            self.leave(t)

    def test_a_digit_is_no_choice_in_the_past(self):
        """It says so, shows no panel, and still is a number before a key."""
        with Terminal("run", "ticket-race", "--step", "--lang", "en", "--model") as t:
            self.begin(t)
            t.type("6sm")
            t.wait_for("your choice")
            t.type("S")
            t.wait_for("past: step 5 of 6")
            t.type("6")
            now = t.wait_for("6: so many steps, for s or S; to choose, go back to now first (Space)")
            self.assertFalse([line for line in now if "[6]" in line])
            t.type("=3S")
            t.wait_for("past: step 2 of 6")
            self.leave(t)

    LONG = """
scenario: long
shared: {n: 0}
processes:
  adder:
    count: 2
    steps:
      - repeat: 2000
        do: [n += 1]
"""

    def test_what_is_typed_while_a_branch_begins_is_done_in_the_branch(self):
        """Its processes repeat thousands of actions first: that takes longer than to type on."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "long.yaml")
            path.write_text(self.LONG)
            with Terminal("run", str(path), "--step", "--lang", "en", size=(120, 30)) as t:
                t.wait_for("step 0 ")
                t.type("g2500\r")
                t.wait_for("step 2500 ")
                t.type("100S")
                t.wait_for("past: step 2400 of 2500")
                t.type("bsss")
                t.wait_until(lambda now: "branch" in now[0] and "step 2403 " in now[0], "three steps further, in the branch")
                self.leave(t)

    def test_why_shows_the_lost_update_where_an_expectation_is_broken(self):
        for lang, words in ("en", ("Lost updates of `tickets`: 2", "LOST: buyer.1, which had read before, overwrites it at 14")), \
                           ("zh", ("有预期不成立。`tickets` 发生丢失更新 2 次", "丢失：buyer.1 在第 14 步把它覆盖")):
            with self.subTest(lang), Terminal("run", "ticket-race", "--lang", lang, "--model", size=(120, 40)) as t:
                self.begin(t, "空格开始" if lang == "zh" else "Space begins")
                t.type("gend\rgend\r")
                t.wait_for("预期不成立" if lang == "zh" else "BROKEN")
                t.type("w")
                for word in words:
                    t.wait_for(word)
                self.leave(t)

    def test_shared_things_are_filtered(self):
        for lang, word, gone in ("en", "value", "lock"), ("zh", "变量", "互斥锁"):
            with self.subTest(lang), Terminal("run", "dining-philosophers", "--step", "--lang", lang, "--model", size=(120, 40)) as t:
                self.begin(t, "空格开始" if lang == "zh" else "Space begins")
                t.type("2/[3\r")
                now = t.wait_until(lambda now: not [line for line in now if "forks[0]  □" in line], "one lock")
                self.assertTrue([line for line in now if "forks[3]  □" in line])
                t.type("w")
                t.wait_for("─ forks[3] ─")
                t.send("Escape")
                t.type("/" + word)
                t.send("Enter")
                now = t.wait_until(lambda now: not [line for line in now if "forks[3]  □" in line], "no lock")
                self.assertTrue([line for line in now if "meals" in line and word in line])
                t.type("/no such thing")
                t.send("Enter")
                t.wait_for("没有含这些词的行" if lang == "zh" else "no line has these words")
                t.type("/")
                t.send("Escape")
                t.wait_for("forks[0]  □")
                self.leave(t)


class Schedule(unittest.TestCase):
    WAY = "[buyer.1 x2, buyer.2 x3, buyer.1 x3, buyer.2 x2]"

    def test_a_kill_ends_the_schedule_and_not_the_run(self):
        """It does not fit any more: the policy decides, in the past too, and that is said; where nobody kills, it is played whole."""
        for how, lang, said in ((), "en", "the policy decides from here on"), (("--model",), "zh", "此后由调度算法决定"):
            with self.subTest(how=how, lang=lang), Terminal("run", "ticket-race", "--step", "--schedule", self.WAY, "--lang", lang, *how, size=(120, 30)) as t:
                t.wait_for("空格开始" if lang == "zh" else "Space begins")
                t.send("Enter")
                t.type("5s")
                t.wait_for("第 5 步" if lang == "zh" else "step 5 ")
                t.send("Home")
                t.wait_until(lambda now: any("▶" in row and "main" in row for row in now[:10]), "main is selected")
                t.send("Down")
                t.wait_until(lambda now: any("▶" in row and "buyer.1" in row for row in now[:10]), "buyer.1 is selected")
                t.type("Kk")
                t.wait_for("SIGKILL")
                t.type("20s")
                t.wait_for(said)
                t.type("gend\r")
                t.wait_for("4 终止" if lang == "zh" else "4 terminated")
                t.type("4S")
                t.wait_for("回看" if lang == "zh" else "past: step")
                t.type("Q")
                self.assertIn(t.wait_end(), (0, 1))
                no_process_left(t.mark)

    def test_a_schedule_that_never_fitted_is_a_mistake(self):
        with Terminal("run", "ticket-race", "--schedule", "[buyer.1 x9]", "--lang", "en", "--model", "--speed", "max") as t:
            t.wait_for("Space begins")
            t.send("Space")
            t.wait_for("w why")
            t.type("Q")
            self.assertEqual(t.wait_end(), 3)


class Pictures(unittest.TestCase):
    def test_the_time_line_has_a_row_for_each_philosopher(self):
        for size in ("120x40", "200x60"):
            rows = screen("dining-philosophers", 999, size).split("Time line")[1].split("What happened")[0]
            for n in range(1, 6):
                self.assertIn("philosopher.%d  " % n, rows)

    def test_at_the_end_the_last_line_says_how_to_ask_why(self):
        for size in ("80x24", "120x40"):
            self.assertIn("w why", screen("dining-philosophers", 999, size).split("\n")[-2])


class AskedTerminals(unittest.TestCase):
    """What the terminal answers, whenever it does, changes colours, and is no key."""
    ASKS = b"\033]11;?\033\\\033[?2026$p\033[c"
    LIGHT, DARK = b"38;5;24m", b"38;5;116m"         # the accent in both themes

    def begin(self, *args, **env):
        self.mark = fresh_mark()
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen([PROGRAM, "run", "ticket-race", "--model", "--step", "--lang", "en", *args], stdin=slave, stdout=slave, stderr=slave,
                                        start_new_session=True, env={**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8",
                                                                     "FORKLORE_TEST_RUN": self.mark, **env})
        os.close(slave)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)
        self.text = b""

    def wait_for(self, what):
        until = time.monotonic() + 10 * PATIENCE
        while what not in self.text:
            self.assertLess(time.monotonic(), until, "%r\n%r" % (what, self.text[-3000:]))
            if select.select([self.master], [], [], 0.05)[0]:
                self.text += os.read(self.master, 65536)

    def send(self, what):
        os.write(self.master, what)

    def leave(self):
        self.send(b"Q")
        try:
            self.wait_for(b"nothing but the end ends this")
        except OSError:         # nobody holds the terminal any more
            pass
        self.assertEqual(self.process.wait(), 0)
        os.close(self.master)
        no_process_left(self.mark)
        self.assertNotIn(b"does nothing", self.text)

    def test_the_ground_decides(self):
        for ground, colour in (b"rgb:ffff/ffff/ffff", self.LIGHT), (b"rgb:1e1e/1e1e/2e2e", self.DARK), (b"rgb:ff/fd/e0", self.LIGHT):
            with self.subTest(ground=ground):
                self.begin()
                self.wait_for(self.ASKS)
                self.send(b"\033]11;" + ground + b"\033\\\033[?2026;2$y\033[?62;22c")
                self.wait_for(b"Space begins")
                self.wait_for(colour)
                self.send(b" ")
                self.wait_for(b"\033[?2026h")
                self.wait_for(b"\033[?2026l")
                self.leave()

    def test_an_answer_that_comes_late(self):
        """Keys before it and behind it are keys, Escape too; the colours follow."""
        self.begin()
        self.wait_for(b"Space begins")
        self.wait_for(self.DARK)
        self.send(b"\033")
        self.wait_for(b"outcomes")
        self.text = b""
        self.send(b"s\033]11;rgb:eeee/eeee/eeee\a\033[?62;22cs")
        self.wait_for(self.LIGHT)
        self.send(b"?")
        self.wait_for(b"half the speed")
        self.send(b"\033")
        self.assertNotIn(b"\033[?2026h", self.text)         # it has not said that it knows that
        self.leave()

    def test_what_is_no_key_costs_no_key(self):
        """A byte that is no letter, an answer without an end, sequences that nobody knows: the key behind them is heard."""
        self.begin()
        self.wait_for(b"Space begins")
        self.send(b"\033")
        self.wait_for(b"outcomes")
        for what in (b"\377", b"\346", b"\346\261", b"\360\237\230", b"\200\201\202", b"\033]11;rgb:ffff/ff", b"\033]0;\001", b"\033[12;34\001", b"\033[99;99u",
                     b"\033P>|some terminal(1)\033\\", b"\033]11;rgb:1234/", b"\0"):
            with self.subTest(what=what):
                self.text = b""
                self.send(what + b"?")
                self.wait_for(b"half the speed")
                self.text = b""
                self.send(what + b"?")
                self.wait_for(b"outcomes")
        self.leave()

    def test_a_terminal_that_answers_nothing(self):
        self.begin("--theme", "auto", COLORFGBG="0;15")
        self.wait_for(b"Space begins")
        self.wait_for(self.LIGHT)
        self.leave()
        self.begin(TERM="vt220")
        self.wait_for(b"Space begins")
        self.assertNotIn(b"\033]11", self.text)
        self.leave()


class RandomKeys(unittest.TestCase):
    """Whatever is pressed, however the terminal's size changes: the program lives, model and processes agree, the terminal is given back."""
    KEYS = int(os.environ.get("FORKLORE_KEYS", 250))
    NAMED = ["\033[A", "\033[B", "\033[C", "\033[D", "\033[5~", "\033[6~", "\033[H", "\033[F", "\t", "\033[Z", "\r", "\033", "\177", "\033OP", "\x0c", "\x10"]
    LEAVE = set("qQX>")         # these would end it

    def key(self, dice):
        if dice.random() < 0.35:
            return dice.choice(self.NAMED)
        if dice.random() < 0.1:
            return dice.choice(["Kk", "Kt", "Ks", "Kc", "xx", "m1", "m2", " ", "b", "g3\r", "gend\r", "c1", "ii", "２", "汉"])
        return chr(dice.choice([n for n in range(32, 127) if chr(n) not in self.LEAVE]))

    def drain(self, master):
        """What it has written meanwhile is read, so that it never waits for us."""
        text = b""
        while select.select([master], [], [], 0)[0]:
            try:
                got = os.read(master, 65536)
            except OSError:
                break
            if not got:
                break
            text += got
        return text

    def session(self, scenario, seed, *args):
        dice, mark = random.Random("%s %d" % (scenario, seed)), fresh_mark()
        master, slave = pty.openpty()
        before = termios.tcgetattr(slave)
        with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile() as errors:
            process = subprocess.Popen([PROGRAM, "run", scenario, *args], stdin=slave, stdout=slave, stderr=errors, start_new_session=True,
                                       env={**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "XDG_STATE_HOME": home, "FORKLORE_TEST_RUN": mark, "MALLOC_PERTURB_": "165"})
            pressed, text = [], b""
            try:
                while b"\033[?1049h" not in text:
                    self.assertIsNone(process.poll())
                    text += self.drain(master)
                    time.sleep(0.01)
                for _ in range(self.KEYS):
                    if dice.random() < 0.02:
                        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", dice.randint(1, 70), dice.randint(1, 230), 0, 0))
                        process.send_signal(28)         # SIGWINCH: it is no job of this terminal's
                    pressed.append(self.key(dice))
                    os.write(master, pressed[-1].encode())
                    text = (text + self.drain(master))[-4000:]
                    time.sleep(0.001)
                until = time.monotonic() + 30 * PATIENCE
                while process.poll() is None and time.monotonic() < until:
                    os.write(master, b"\033Q")          # out of whatever question is open
                    time.sleep(0.1)
                    text = (text + self.drain(master))[-4000:]
            finally:
                if process.poll() is None:
                    process.kill()
            code = process.wait()
            errors.seek(0)
            said = "%s, seed %d, %s: exit code %d, after %r\n%s" % (scenario, seed, args, code, "".join(pressed)[-300:], errors.read().decode(errors="replace"))
            text += self.drain(master)
            self.assertIn(code, (0, 1, 3, 4), said)
            self.assertIn(b"\033[?1049l", text, said)
            self.assertEqual(termios.tcgetattr(slave), before, said)
            no_process_left(mark)
        os.close(master)
        os.close(slave)

    def test_on_a_terminal(self):
        for seed, (scenario, *args) in enumerate((("dining-philosophers", "--step"), ("ticket-race", "--step", "--lang", "zh"), ("producer-consumer",), ("crawler", "--model"))):
            with self.subTest(scenario):
                self.session(scenario, seed, "--seed", "1", *args)


if __name__ == "__main__":
    unittest.main()
