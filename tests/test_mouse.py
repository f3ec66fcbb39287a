"""The mouse: what it is pressed on is found on the screen by its words, and the terminal's sequences for it are sent."""
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import unicodedata
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from forklore_test import PATIENCE, PROGRAM, Terminal, WithFolder, fresh_mark, no_process_left, run  # noqa: E402

ON, OFF = b"\033[?1000h\033[?1002h\033[?1006h", b"\033[?1006l\033[?1002l\033[?1000l"
LEFT, MIDDLE, RIGHT, UP, DOWN, DRAG = 0, 1, 2, 64, 65, 32


def cells(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


class Mouse(WithFolder):
    def place(self, t, words):
        """Of "WORDS" or "WORDS @LINE-WORDS" (the first line that has both): the column and row of the words' middle."""
        what, _, line = words.partition(" @")
        screen = t.wait_until(lambda now: any(what in row and line in row for row in now), words)
        y = next(i for i, row in enumerate(screen) if what in row and line in row)
        return cells(screen[y][:screen[y].index(what)]) + (cells(what) - 1) // 2, y

    def press(self, t, button, x, y, ends="M"):
        t.send("-H", *["%02x" % b for b in b"\033[<%d;%d;%d%s" % (button, x + 1, y + 1, ends.encode())])

    def click(self, t, words, button=LEFT):
        x, y = self.place(t, words)
        self.press(t, button, x, y)
        self.press(t, button, x, y, "m")

    def play(self, script, *args, size=(120, 40), leave="Q", env=None):
        """A script of lines: click WORDS, right WORDS, up WORDS, down WORDS (the wheel), type LETTERS, key KEY, see WORDS, gone WORDS."""
        with Terminal(*args, size=size, env=env) as t:
            for line in script.strip().splitlines():
                verb, _, words = line.strip().partition(" ")
                if verb in ("click", "right", "middle"):
                    self.click(t, words, {"click": LEFT, "right": RIGHT, "middle": MIDDLE}[verb])
                elif verb in ("up", "down"):
                    self.press(t, UP if verb == "up" else DOWN, *self.place(t, words))
                elif verb == "key":
                    t.send(words)
                elif verb == "type":
                    t.type(words)
                elif verb == "see":
                    self.place(t, words)
                else:
                    self.assertEqual(verb, "gone")
                    t.wait_gone(words)
            t.type(leave)
            self.assertEqual(t.wait_end(), 0)
            no_process_left(t.mark)

    def test_a_click_selects_and_another_one_opens(self):
        self.play("""
            key Enter
            gone Space begins
            type sss
            see step 3
            click philosopher.4 @new
            see ▶ philosopher.4
            gone ╭─ philosopher.4
            click philosopher.4 @new
            see ╭─ philosopher.4
            click Esc goes back
            gone ╭─ philosopher.4
            click forks[3]  □
            see ▶lock
            gone ╭─ forks[3]
            click forks[3]  □
            see ╭─ forks[3]
            click Processes
            gone ╭─ forks[3]
            click What happened
            click Processes
            type j
            see ▶ philosopher.5
        """, "run", "dining-philosophers", "--step", "--model", "--lang", "en")

    def test_keys_that_are_named_can_be_clicked(self):
        self.play("""
            key Enter
            gone Space begins
            click step @faster
            see step 1
            click step @faster
            see step 2
            click back @faster
            see past: step 1 of 2
            click go on @step
            see branch from here
            click now @branch from here
            gone past
            click help @faster
            click one CPU more
            see 2 CPUs
            type :
            type next policy
            click the next policy
            gone Round robin
        """, "run", "ticket-race", "--step", "--model", "--lang", "en")
        self.play("""
            key Enter
            gone 空格开始
            click 单步 @加速
            see 第 1 步
            click 单步 @加速
            see 第 2 步
            click 后退 @加速
            see 回看：第 1 / 2 步
            click 继续 @单步
            click 回到最新一步 @另开分支
            gone 回看
            click buyer.2 @就绪
            type K
            click SIGKILL @杀死
            see SIGKILL @buyer.2
        """, "run", "ticket-race", "--step", "--lang", "zh")

    def test_choices_on_cards(self):
        """A row of a list is selected, then opened; a click beside a card puts it away, one within it does not."""
        self.play("""
            key Enter
            gone Space begins
            type l
            see What to look for
            click What to look for
            see What to look for
            click Processes
            gone What to look for
            type m
            type sss
            see your choice
            click buyer.2 @ready
            click buyer.2 @ready
            see •▶
        """, "run", "ticket-race", "--step", "--model", "--lang", "en")

    def test_the_wheel_scrolls_what_lies_under_it(self):
        self.play("""
            key Enter
            gone Space begins
            down main @ready
            see ▶ buyer.1
            down main @ready
            see ▶ buyer.2
            up main @ready
            see ▶ buyer.1
            type h
            see one action
            down one action
            see ▶]
            up twice the speed
            see ▶Space
        """, "run", "ticket-race", "--step", "--model", "--lang", "en", size=(80, 24))

    def test_other_buttons_do_nothing(self):
        self.play("""
            key Enter
            gone Space begins
            right step @faster
            middle step @faster
            right buyer.2 @new
            type s
            see step 1
            see ▶ main
        """, "run", "ticket-race", "--step", "--model", "--lang", "en")

    def test_the_scrubber_is_dragged(self):
        """Also from the line that stands there now; when it is let go, the mouse moves nothing any more; at its end is now."""
        with Terminal("run", "ticket-race", "--step", "--model", "--lang", "en", size=(120, 40)) as t:
            t.send("Enter")
            t.wait_gone("Space begins")
            t.type("20s")
            t.wait_for("step 20 ")
            x, y = self.place(t, "0s @0s")
            self.press(t, LEFT, x + 30, y)
            t.wait_for("past: step ")
            bar = t.wait_for("━●")[y]
            first, last = cells(bar[:bar.index("0 ━") + 2]), cells(bar[:bar.rindex("─") + 1]) - 1
            for at in first, last - 4, first + (last - first) // 2, 0:
                step = max(0, (2 * (at - first) * 20 + last - first) // (2 * (last - first)))
                self.press(t, LEFT | DRAG, at, y - (step > 0))           # a hand does not keep to one line
                t.wait_for("past: step %d of 20" % step)
            self.press(t, LEFT | DRAG, last + 9, y)
            t.wait_gone("past: step")
            self.press(t, LEFT | DRAG, first, y)
            t.wait_for("past: step 0 of 20")
            self.press(t, LEFT, first, y, "m")
            self.press(t, LEFT | DRAG, last - 1, y)
            t.type("s")
            t.wait_for("past: step 1 of 20")
            t.type("Q")
            self.assertEqual(t.wait_end(), 0)

    def test_what_can_still_happen(self):
        self.play("""
            key Enter
            gone Space begins
            type x
            see What can still happen
            click deadlock @deadlock
            see [x]
        """, "run", "dining-philosophers", "--step", "--model", "--lang", "en")

    def test_the_browser(self):
        self.play("""
            click A family tree
            see ▶ · A family tree
            down Ticket race
            see ▶ · Starting is not running
            click Starting is not running @▶
            click Space begins
            see running @forklore
            type Q
            see scenarios
            click help @quit
            see leaves forklore
            click leaves forklore
            gone leaves forklore
            click quit @help
        """, size=(120, 40), leave="", env={"LC_ALL": "C.UTF-8"})

    def test_learn(self):
        with Terminal("learn", "--lang", "en", size=(120, 40), env={"HOME": self.folder}) as t:
            t.wait_for("Exercises")
            rows = [row for row in t.screen() if "/" in row and "│" in row]
            self.assertGreater(len(rows), 3)
            self.click(t, "help @quit")
            t.wait_for("not begun")
            self.click(t, "not begun @not begun")
            t.type("q")
            self.assertEqual(t.wait_end(), 0)


class Given(unittest.TestCase):
    """The terminal's mouse is taken and given back."""

    def begin(self, *args, **env):
        self.mark, self.text = fresh_mark(), b""
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen([PROGRAM, "run", "ticket-race", "--step", "--lang", "en", *args], stdin=slave, stdout=slave, stderr=slave,
                                        preexec_fn=lambda: (os.setsid(), fcntl.ioctl(0, termios.TIOCSCTTY, 0)),
                                        env={**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "FORKLORE_TEST_RUN": self.mark, **env})
        os.close(slave)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)
        self.wait_for(b"Space begins")

    def wait_for(self, what):
        until = time.monotonic() + 10 * PATIENCE
        while what not in self.text:
            self.assertLess(time.monotonic(), until, "%r\n%r" % (what, self.text[-3000:]))
            if select.select([self.master], [], [], 0.05)[0]:
                try:
                    self.text += os.read(self.master, 65536)
                except OSError:
                    self.fail("%r\n%r" % (what, self.text[-3000:]))

    def leave(self):
        self.process.wait()
        os.close(self.master)
        no_process_left(self.mark)

    def test_on_exit(self):
        self.begin()
        self.wait_for(ON)
        os.write(self.master, b" Q")
        self.wait_for(OFF)
        self.wait_for(b"\033[?1049l")
        self.leave()
        self.assertLess(self.text.index(OFF), self.text.rindex(b"\033[?1049l"))

    def test_on_a_crash(self):
        """The controller is killed: its guard gives the terminal back."""
        self.begin()
        self.wait_for(ON)
        child = int(open("/proc/%d/task/%d/children" % (self.process.pid, self.process.pid)).read().split()[0])
        os.kill(child, signal.SIGKILL)
        self.wait_for(OFF)
        self.leave()

    def test_a_key_switches_it_off_and_on(self):
        self.begin()
        self.wait_for(ON)
        os.write(self.master, b" M")
        self.wait_for(b"The mouse is off")
        self.assertIn(OFF, self.text)
        self.text = b""
        os.write(self.master, b"\033[<0;5;5MM")
        self.wait_for(b"click, drag")
        self.assertIn(ON, self.text)
        os.write(self.master, b"Q")
        self.wait_for(OFF)
        self.leave()

    def test_it_is_not_taken_where_it_is_not_wanted(self):
        for args, env in (("--no-mouse",), {}), ((), {"FORKLORE_MOUSE": "off"}), ((), {"TERM": "vt220"}):
            with self.subTest(args=args, env=env):
                self.begin(*args, **env)
                os.write(self.master, b"\033[<0;5;5M s")
                self.wait_for(b"main starts buyer.1")
                os.write(self.master, b"Q")
                self.leave_quietly()

    def leave_quietly(self):
        while self.process.poll() is None or select.select([self.master], [], [], 0)[0]:
            try:
                self.text += os.read(self.master, 65536)
            except OSError:
                break
        self.leave()
        self.assertNotIn(b"?1000h", self.text)
        self.assertNotIn(b"?1006h", self.text)


if __name__ == "__main__":
    unittest.main()
