"""A first sitting, as somebody plays it who knows only what the screen says: from the library to a ticket that is sold three times by hand,
to the deadlock of the philosophers, back and another way; and what can still happen, asked before and after it is too late."""
import os
import re
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from forklore_test import PROGRAM, Terminal, no_process_left  # noqa: E402

ASKS = "who moves next|下一步让谁运行"
WHOLE = "a digit moves another|按数字键改为运行其他进程"


class Sitting(unittest.TestCase):
    def open(self, lang, size):
        self.home = tempfile.TemporaryDirectory()
        self.addCleanup(self.home.cleanup)
        command = ["env", "-C", self.home.name, PROGRAM if os.path.isabs(PROGRAM) else os.path.abspath(PROGRAM), "--lang", lang]
        return Terminal(command=command, size=size, env={"XDG_STATE_HOME": self.home.name, "LC_ALL": "C.UTF-8"})

    def see(self, t, *patterns):
        """All of them are on the screen, each perhaps in several lines."""
        parts = [re.compile(p.replace(" ", r"[\s│]*")) for p in patterns]
        return "\n".join(t.wait_until(lambda now: all(p.search("\n".join(now)) for p in parts), " & ".join(patterns), 15))

    def press(self, t, *pairs):
        for keys, seen in pairs:
            t.send(keys) if len(keys) > 1 and keys[0].isupper() else t.type(keys)
            self.see(t, seen)

    def move(self, t, digits):
        """Each choice is made from a question that says all that it has to say."""
        for digit in digits:
            now = t.wait_until(self.asks, "it asks")
            self.assertRegex(now[-1], WHOLE + "|wake|醒来|choose another|另选", "the question is cut")
            self.assertNotIn("…", now[1] + now[2], "the goal is cut")
            step = re.search(r"(?:step|第) (\d+)", now[0])[1]
            t.type(digit) if digit else t.send("Enter")
            t.wait_until(lambda new, step=step: self.asks(new) is False or (self.asks(new) and not re.search(r"(?:step|第) %s " % step, new[0])),
                         "%s has moved" % (digit or "it"))

    def asks(self, screen):
        """Is there a question? None: it goes on by itself, or the picture is half drawn."""
        first, last = bool(re.search("your choice|请选择", screen[0])), bool(re.search(ASKS, screen[-1]))
        return first if first == last and (last or re.search("again|重来", screen[-1])) else None

    def go_on(self, t):
        """Enter, until it has ended."""
        while True:
            if not self.asks(t.wait_until(lambda now: self.asks(now) is not None, "it asks, or has ended")):
                return
            self.move(t, [""])

    def find(self, t, words, title):
        self.press(t, ("/", "Esc shows all|Esc 显示全部"), (words, "▶ . " + title))
        self.assertNotIn("…", t.screen()[-1])
        self.press(t, ("Enter", "Enter play|回车 演示"))

    def break_the_race(self, t):
        self.find(t, "ticket-race", "Ticket race|抢票")
        self.press(t, ("Enter", "c challenges|c 挑战"), ("c", "can be done|可以做到"), ("Enter", 'Goal: Break "no ticket is sold twice"|目标：使预期“同一张票不会卖两次”不成立'))
        self.move(t, "123123")          # all three have read that there is one ticket, and sleep
        self.go_on(t)
        self.see(t, 'REACHED: Break "no ticket is sold twice"|已达成：使预期“同一张票不会卖两次”不成立', "sold +3 ", "BROKEN|不成立", "can be done with fewer|抢占还可以更少")
        self.press(t, ("q", "✓ 1 (solved|已解决)"))

    def deadlock(self, t):
        """The wrong goal first: its words are whole, and another one is begun from there."""
        t.send("Escape")
        self.find(t, "dining-philosophers", "Dining philosophers|哲学家进餐")
        self.press(t, ("Enter", "c challenges|c 挑战"), ("c", "Make it deadlock|使它死锁"), ("1", "this: with luck all five|目标：使运行以“"))
        self.see(t, r"\beat\b|五个人都能吃上")
        t.type("c")
        t.wait_until(lambda now: re.match(" (Enter begin|回车 开始)", now[-1]), "the keys of the card, not the question behind it")
        self.press(t, ("2", "Goal: Make it deadlock|目标：使它死锁"))
        self.move(t, "1122334455")      # each has one fork
        t.type("x")
        last = self.see(t, "MUST HAPPEN deadlock|必然发生 死锁").split("\n")[-1]
        self.assertNotRegex(last, r"\d (Shared|Program|Output|共享|程序|输出)", "a digit would choose a process")
        self.press(t, ("Escape", ASKS))
        self.move(t, "51234")           # they sleep, and wait; the others wake
        self.go_on(t)
        self.see(t, "REACHED: Make it deadlock|已达成：使它死锁", "DEADLOCK|死锁", "step 15 on|第 15 步起")

    def avoid(self, t):
        self.press(t, ("g", "go to step:|转到第几步："), ("14", "14"), ("Enter", "past: step 14 of 20|回看：第 14 / 20 步"))
        self.press(t, ("x", "deadlock: in some orders, not in others|死锁：有的执行次序会，有的不会"), ("Escape", "go on|继续"))
        self.see(t, "past: step 14|回看：第 14")
        self.press(t, ("Space", "b branch from here|b 从这里另开分支"), ("b", "branch 2|分支 2"))
        self.move(t, "44")              # it has both forks
        self.press(t, ("m", "paused|已暂停"), ("]]]]]]]]]]", "paused|已暂停"), ("Space", "meals +5 "))
        self.see(t, "finished|as expected|运行结束|符合预期", "6 (terminated|终止)")

    def test_all_of_it(self):
        for lang, size in (("en", (80, 24)), ("zh", (80, 24)), ("en", (120, 40)), ("zh", (120, 40))):
            with self.subTest(lang, size=size), self.open(lang, size) as t:
                self.see(t, "Hello, process|你好，进程")
                self.break_the_race(t)
                self.deadlock(t)
                self.avoid(t)
                self.press(t, ("q", "Enter play|回车 演示"))
                t.send("q")
                self.assertEqual(t.wait_end(), 0)
                no_process_left(t.mark)


if __name__ == "__main__":
    unittest.main()
