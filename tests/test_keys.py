"""Every key of the dashboard's table, pressed in every state. Both come from tables: a key that is new in ui/dashboard/keys.def is tested by itself.
Sizes and languages go round: in each state, half of the keys are pressed on an English screen and half on a Chinese one, and one size follows the
other from key to key, beginning with another one in the next state."""
import fcntl
import os
import pty
import random
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from forklore_test import PATIENCE, PROGRAM, ROOT, fresh_mark, no_process_left  # noqa: E402

ASKED, KNOWN = b"\033[?2026$p", b"\033[?2026;2$y\033[?62;22c"      # whether pictures may be marked, so:
BEGIN, END, CLEAR, LEFT = b"\033[?2026h", b"\033[?2026l", b"\033[H\033[2J", b"\033[?1049l"
NAMED = {"ENTER": "\r", "ESCAPE": "\033", "BACKSPACE": "\177", "TAB": "\t", "BACKTAB": "\033[Z", "UP": "\033[A", "DOWN": "\033[B", "RIGHT": "\033[C",
         "LEFT": "\033[D", "PAGE_UP": "\033[5~", "PAGE_DOWN": "\033[6~", "HOME": "\033[H", "END": "\033[F", "F1": "\033OP", "F9": "\033[20~", "F10": "\033[21~",
         "REDRAW": "\x0c", "PALETTE": "\x10"}


def keys_of_table():
    """What a terminal sends for each of them, in the order of the table."""
    table = re.sub(r"/\*.*?\*/", "", (ROOT / "ui/dashboard/keys.def").read_text(), flags=re.S)
    found = []
    for row in re.findall(r"^KEY\(\w+,\s*K\((.*?)\),  ", table, re.M):
        for letter, name in re.findall(r"'(.)'|PRESS_(\w+)", row):
            found.append(letter or NAMED[name])
    return list(dict.fromkeys(found))


CROWD = """scenario: crowd
about: {en: What to look for, zh: 观察要点}
shared: {left: 50}
objects: {door: lock}
processes: {guest: {count: 80, steps: [{acquire: door}, n = left, left = n - 1, {release: door}]}}
"""
KEYS = keys_of_table()
BACK = "\033\033\033\0331\177"          # out of cards and questions, to the first panel, at the usual speed
AGAIN = BACK + "gend\rrrs"              # now, or the end; then a run anew, paused
# Keys after which a run is not the same when it is begun again: after them the dashboard is started anew.
REMAINS = set("mPR+-acpHXqQ>") | {NAMED["F10"]}

# name, scenario, how it is started, keys once at the beginning, then keys that lead into the state from wherever one is, and what is seen there, or on the way
# there, again and again (None: it is started anew for each key)
STATES = [
    ("running", "ticket-race", [], "", AGAIN + " ", "▸ running"),
    ("paused", "ticket-race", [], "", AGAIN, "paused"),
    ("past", "ticket-race", [], "", AGAIN + "5sS", "past: step"),
    ("ended", "producer-consumer", ["--model"], "", AGAIN + "gend\rgend\r", "As expected"),
    ("deadlocked", "dining-philosophers", [], "", AGAIN + "gend\rgend\r", "DEADLOCK"),
    ("broken", "ticket-race", [], "", AGAIN + "gend\rgend\r", "this scenario is there to show"),
    ("which way", "ticket-race", [], "", AGAIN + "5sS ", "branch from here"),
    ("choosing", "ticket-race", ["--policy", "manual"], "", BACK + "gend\rrr", "your choice"),
    ("challenge", "ticket-race", [], "", BACK + "c1", "your choice"),
    ("challenges", "ticket-race", ["--model"], "", AGAIN + "c", "Challenges"),
    ("predicting", "ticket-race", ["--model"], "a" + 14 * "s", None, "Esc skip"),
    ("predictions", "ticket-race", ["--model"], "", AGAIN + "A", "Your predictions"),
    ("signal", "ticket-race", [], "", AGAIN + "K", "SIGSTOP"),
    ("why", "ticket-race", ["--model"], "", AGAIN + "w", "Why?"),
    ("still", "ticket-race", [], "", AGAIN + "x", "What can still happen"),
    ("palette", "ticket-race", ["--model"], "", AGAIN + ":", "Commands"),
    ("filter", "ticket-race", ["--model"], "", AGAIN + "/bu", "/ bu"),
    ("step", "ticket-race", ["--model"], "", AGAIN + "g1", "go to step:"),
    ("help", "ticket-race", ["--model"], "", AGAIN + "?", "half the speed"),
    ("lesson", "ticket-race", ["--model"], "", AGAIN + "l", "What to look for"),
    ("branches", "ticket-race", [], "", AGAIN + "5sSb", "branch, your choice", "B", "Branches"),
    ("zoomed", "ticket-race", ["--model"], "", AGAIN + "z", "all panels"),
    ("number", "ticket-race", ["--model"], "", AGAIN + "12", "paused"),
    ("laboratory", "ticket-race", ["--model"], "", AGAIN + "7", "[7]"),
    ("shared", "ticket-race", ["--model"], "", AGAIN + "2", "[2]"),
    ("program", "ticket-race", ["--model"], "", AGAIN + "3", "[3]"),
    ("time line", "ticket-race", ["--model"], "", AGAIN + "5s4", "[4]"),
    ("story", "ticket-race", ["--model"], "", AGAIN + "20s5", "[5]"),
    ("output", "ticket-race", ["--model"], "", AGAIN + "6", "[6]"),
    ("a process", "ticket-race", ["--model"], "", AGAIN + "\r", "time running"),
    ("a thing", "ticket-race", ["--model"], "", AGAIN + "2\r", "Who wrote it"),
    ("many", CROWD, ["--model"], "", AGAIN + "20sj", "[1]"),
    ("host", "ticket-race", ["--policy", "host"], "", None, "[1]"),
]


ANY = [["ticket-race"], ["dining-philosophers"], ["cpu-mlfq"], ["producer-consumer", "--model"], ["echo-server"], ["toilet", "--policy", "manual"]]
SIZES = [(80, 24), (120, 40), (200, 60)]
USUAL = 120, 36                         # where a state is entered
CHINESE = {"▸ running": "▸ 运行中", "paused": "已暂停", "past: step": "回看：第", "As expected": "符合预期", "DEADLOCK": "死锁",
           "this scenario is there to show": "这正是本场景要演示的", "branch from here": "从这里另开分支", "your choice": "请选择", "Challenges": "挑战",
           "Esc skip": "Esc 跳过", "Your predictions": "您的预测", "Why?": "等待关系：", "What can still happen": "还可能发生什么", "Commands": "命令",
           "go to step:": "转到第几步：", "half the speed": "速度减半", "What to look for": "观察要点", "branch, your choice": "分支，请选择", "Branches": "分支",
           "all panels": "所有面板", "time running": "运行时间", "Who wrote it": "由谁写入"}


def shown(picture):
    return re.sub(r"\033\[[0-9;?]*[A-Za-z]", " ", picture.decode(errors="replace"))


class Session:
    def __init__(self, language, scenario, *args):
        self.mark, self.text, self.pressed = fresh_mark(), b"", ""
        self.master, self.slave = pty.openpty()
        self.language, self.process = language, None
        self.resize(USUAL)
        self.before = termios.tcgetattr(self.slave)
        self.home, self.errors = tempfile.TemporaryDirectory(), tempfile.TemporaryFile()
        if "\n" in scenario:
            (Path(self.home.name) / "it.yaml").write_text(scenario)
            scenario = "it.yaml"
        self.process = subprocess.Popen([PROGRAM, "run", scenario, "--step", "--lang", language, *args], stdin=self.slave, stdout=self.slave, stderr=self.errors,
                                        start_new_session=True, cwd=self.home.name,
                                        env={**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "XDG_STATE_HOME": self.home.name, "FORKLORE_MOUSE": "off",
                                             "COLORFGBG": "15;0", "FORKLORE_TEST_RUN": self.mark, "MALLOC_PERTURB_": "165"})
        until = time.monotonic() + 10 * PATIENCE
        while ASKED not in self.text and time.monotonic() < until:
            self.drain(0.05)
        os.write(self.master, KNOWN)

    def resize(self, size):
        """It has no controlling terminal, whose foreground group the kernel would signal."""
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        if self.process:
            os.killpg(self.process.pid, signal.SIGWINCH)

    def drain(self, patience=0.0):
        while select.select([self.master], [], [], patience)[0]:
            try:
                got = os.read(self.master, 65536)
            except OSError:
                return
            self.text += got
            patience = 0

    def send(self, keys):
        self.pressed = (self.pressed + keys)[-200:]
        os.write(self.master, keys.encode())

    def said(self):
        self.errors.seek(0)
        return "after %r\n%s" % (self.pressed, self.errors.read().decode(errors="replace"))

    def see(self, what):
        """On a screen that is drawn anew, again and again: it may take a moment to come there. Nothing is left to be drawn then."""
        what = CHINESE.get(what, what) if self.language == "zh" else what
        until, last = time.monotonic() + 10 * PATIENCE, None
        while last is None or what.encode() not in last:
            if time.monotonic() > until or self.process.poll() is not None:
                raise AssertionError("%r is not seen, exit code %s, %s\n%s" % (what, self.process.poll(), self.said(), shown(last or b"")))
            self.send("\x0c")
            drawn = b""
            while drawn is not None and CLEAR not in drawn:
                drawn = self.picture(until - time.monotonic())
            last = drawn or last

    def picture(self, patience):
        """What is sent for the next picture: b"" where it is the same as the one before. None: none comes, or the program has ended."""
        until = time.monotonic() + patience
        while END not in self.text:
            if self.process.poll() is not None or time.monotonic() > until or LEFT in self.text:
                return None
            self.drain(0.05)
        one, _, self.text = self.text.partition(END)
        return one.partition(BEGIN)[2]

    def is_answered(self):
        """Is anything to be seen of the last key? What takes its time is waited for."""
        until = time.monotonic() + 10 * PATIENCE
        while time.monotonic() < until:
            if self.picture(until - time.monotonic()) or self.process.poll() is not None or LEFT in self.text:
                return True
        return False

    def end(self):
        """The exit code. Nothing is left, and the terminal is as it was."""
        until = time.monotonic() + 30 * PATIENCE
        while self.process.poll() is None and time.monotonic() < until:
            try:
                os.write(self.master, b"\033Q")
            except OSError:
                break
            self.drain(0.05)
        if self.process.poll() is None:
            self.process.kill()
        code = self.process.wait()
        self.drain()
        restored = termios.tcgetattr(self.slave) == self.before
        os.close(self.master)
        os.close(self.slave)
        said = self.said()
        self.errors.close()
        no_process_left(self.mark)
        self.home.cleanup()
        if code not in (0, 1, 3, 4) or not restored:
            raise AssertionError("exit code %s, terminal restored: %s, %s" % (code, restored, said))


class EveryKey(unittest.TestCase):
    def test_the_table_is_read(self):
        self.assertGreater(len(KEYS), 60)
        self.assertLess({"s", "K", "M", " ", "q", NAMED["F9"], NAMED["BACKTAB"], NAMED["PALETTE"]}, set(KEYS))

    def all_keys(self, number, *state):
        silent = [key for k, language in enumerate(("en", "zh")) for key in self.keys_in(language, number, KEYS[k::2], *state)]
        self.assertEqual(silent, [], "nothing is to be seen of these keys, and nothing is said")

    def keys_in(self, language, number, keys, scenario, args, once, *ways):
        session, silent = None, []
        for k, key in enumerate(keys):
            if session:
                session.resize(USUAL)
            else:
                session = Session(language, scenario, *args)
                session.see("What to look for")
                session.send("\033" + once)
            for enter, seen in zip(ways[::2], ways[1::2]):
                session.send(enter or "")
                session.see(seen)
            session.resize(SIZES[(number + k) % len(SIZES)])
            session.picture(10 * PATIENCE)
            session.see("")
            session.send(key)
            if key != NAMED["REDRAW"] and not session.is_answered():
                silent.append(key)
            if key in REMAINS or ways[0] is None:
                session.end()
                session = None
        if session:
            session.end()
        return silent

    def test_random_keys_and_sizes(self):
        """Ten thousand: it goes on, draws, and leaves the terminal as it was; what it did is what its twin did, or it would have ended."""
        keys = sorted(set(KEYS) - set("qQX>") - {NAMED["F10"]}) + ["g12\r", "gend\r", "5s", "9S", "/a\r", ":step\r"]
        for seed, (scenario, *args) in enumerate(ANY):
            chance, session = random.Random(seed), Session("zh" if seed % 2 else "en", scenario, *args)
            with self.subTest(scenario):
                session.see("What to look for")
                for _ in range(10000 // len(ANY) + 1):
                    if chance.random() < 0.1:
                        session.resize((chance.randint(1, 230), chance.randint(1, 70)))
                    session.send(chance.choice(keys))
                    session.drain()
                session.resize(USUAL)
                session.see("")
                session.end()


def each(number, name, *state):
    def test(self):
        self.all_keys(number, *state)
    setattr(EveryKey, "test_" + name.replace(" ", "_"), test)


for row in enumerate(STATES):
    each(row[0], *row[1])


if __name__ == "__main__":
    unittest.main()
