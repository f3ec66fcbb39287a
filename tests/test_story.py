"""Sentences about a run: each names who, what and why, in English and in Chinese."""
import re
import unittest

from forklore_test import ROOT, run

LIBRARY = sorted((ROOT / "scenarios").glob("*.yaml"))
HAN = re.compile(r"[\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z_]+")
FORMAT = re.compile(r"%(?:ll|z)?[a-z]|%\.\d+[a-z]")
# Words of Chinese sentences that are no names out of the scenario: those of the system, of the clock, of values.
INTERNATIONAL = {"I", "O", "CPU", "SIGTERM", "join", "main", "callbacks", "s", "ms", "us", "is", "false", "true", "none", "result", "index"}

WALK = """
scenario: walk
shared: {n: 0, l: [0, 0]}
objects: {doll: rlock, door: lock, changed: {condition: door}, own: condition, lights: {list: event, count: 2}, forks: {list: lock, count: 2}}
processes:
  sleeper: {steps: [{acquire: door}, {wait: changed}, {release: door}]}
main:
  - {acquire: doll}
  - {acquire: doll}
  - {release: doll}
  - {release: doll}
  - atomic: ["n += 2", "l[1] = n"]
  - "l[0] = 7"
  - "l[0] = 7"
  - i = 1
  - set: lights[i]
  - wait: lights[i]
  - fork = forks[i]
  - acquire: fork
  - start: sleeper
  - sleep: 1s
  - {with: door, do: [{notify: changed}]}
  - {acquire: own}
  - {wait: own, timeout: 1s}
"""

TOLD = """
main acquires doll
main acquires doll again, now 2 deep
main releases doll, and still holds it 1 deep
main releases doll
main does at once: n += 2; l[1] = n (n = 2, l = [0, 2])
main sets l[0] to 7
main sets an element of l to 7
main's i is now 1
main sets lights[1]
main goes on past lights[1]
main's fork is now forks[1]
main acquires fork (forks[1])
main starts sleeper
main sleeps for 1s
sleeper acquires door
sleeper has to wait for changed, and gives back door
main acquires door
main notifies changed
main releases door
main acquires own
main has to wait for own, and gives back its lock
sleeper goes on past changed, and has door again
sleeper releases door
sleeper ends, exit code 0
main gives up waiting for own: the timeout
main ends, exit code 0
""".strip().split("\n")

TOLD_ZH = """
main 取得 doll
main 取得 doll，现在是第 2 层
main 释放 doll，还拿着 1 层
main 释放 doll
main 一步做完：n += 2; l[1] = n (n = 2, l = [0, 2])
main 把 l[0] 设为 7
main 把 l[..] 设为 7
main 的 i 现在是 1
main 把 lights[1] 置位
main 等到了 lights[1]
main 的 fork 现在是 forks[1]
main 取得 fork (forks[1])
main 启动 sleeper
main 睡眠 1s
sleeper 取得 door
sleeper 得等 changed，先放开 door
main 取得 door
main 通知 changed
main 释放 door
main 取得 own
main 得等 own，先放开它的锁
sleeper 等到了 changed，又拿到 door
sleeper 释放 door
sleeper 结束，退出码 0
main 不再等 own：超时
main 结束，退出码 0
""".strip().split("\n")


def rows(table, macro):
    """The strings of each row of a .def table."""
    text = (ROOT / table).read_text()
    return [re.findall(r'"((?:[^"\\]|\\.)*)"', line) for line in text.splitlines() if line.startswith(macro + "(")]


def sentences(text):
    """Without numbers and times."""
    return [re.sub(r"^ *(\d+ +[\d.]+s)? +", "", line) for line in text.splitlines()]


class Story(unittest.TestCase):
    maxDiff = None

    def told(self, *args, **kw):
        result = run(["run", "--model", "--plain", *args], **kw)
        self.assertIn(result.code, (0, 1), result)
        return result.out

    def test_every_sentence_names_what_it_is_about(self):
        for lang, told in (("en", TOLD), ("zh", TOLD_ZH)):
            with self.subTest(lang):
                self.assertEqual(sentences(self.told("--lang", lang, "-", stdin=WALK))[1:-2], told)

    def test_both_languages_say_the_same(self):
        """What is filled in is the same, and in the same order."""
        for table in ("sim/report/story.def", "sim/report/explored.def"):
            found = rows(table, "PHRASE")
            self.assertGreater(len(found), 30)
            for english, chinese in found:
                with self.subTest(english):
                    self.assertEqual(FORMAT.findall(english), FORMAT.findall(chinese))

    def test_in_chinese_no_english_is_left(self):
        """Nothing but names, values and what the system calls things; an exception's message is a value."""
        for path in LIBRARY:
            with self.subTest(path.stem):
                known = set(WORD.findall(path.read_text())) | INTERNATIONAL
                for line in self.told("--lang", "zh", path).splitlines():
                    if "第 " in line and "行：" in line:
                        line = line[:line.index("行：")]
                    if re.match(r"  +[a-zA-Z0-9_.]+( +[\d.]+)+$", line):
                        continue        # a row of the closing table
                    line = re.sub(r'"[^"]*"', "", line)
                    strange = set(WORD.findall(line)) - known
                    self.assertFalse({w for w in strange if not w.endswith(("Error", "Empty", "Full"))}, line)

    def test_explore_tells_it_in_chinese(self):
        result = run(["explore", "--lang", "zh", "dining-philosophers"])
        for line in ("取得 left (forks[0])", "philosopher.1 在等 forks[1]，它在 philosopher.2 手里", "main 在等 philosopher 结束"):
            self.assertIn(line, result.out)
        for word in (" waits ", " acquires ", " sleeps ", " says "):
            self.assertNotIn(word, result.out)

    def test_a_deadlock_names_who_could_still_send(self):
        for lang, told in (("en", "  reader waits for link: the other end is still open in main, reader"),
                           ("zh", "  reader 在等 link：另一端还开着，在 main, reader 里")):
            self.assertIn(told, self.told("--lang", lang, "pipe-forgotten-end").splitlines())

    def test_the_end_tells_what_managers_and_files_hold(self):
        self.assertIn("\n  in the end: bank.money = 2\n", self.told("manager-counter"))
        self.assertIn("\n  in the end: sold = 3, empty_seen = 0, counter.tickets = 0\n", self.told("ticket-file"))

    def test_a_server_does_not_wait_for_itself(self):
        text = "scenario: m\nobjects: {bank: {manager: {n: 0}}}\nmain: [bank.n = 1]\n"
        for lang, row, told in (("en", "a request", "bank waits for a request"), ("zh", "请求", "bank 在等请求")):
            screen = run(["run", "--model", "--screen", "-", "--at", "1", "--lang", lang, "-"], stdin=text).out.splitlines()
            self.assertTrue(any(line.lstrip().startswith("bank") and line.endswith(row) for line in screen), screen)
            self.assertTrue(any(line.endswith(told) for line in screen), screen)

    def test_json_is_the_same_in_every_language(self):
        text = "scenario: j\nobjects: {l: lock}\nmain: [{acquire: l}, {release: l}, {sleep: 1s}, {raise: Oops}]\n"
        told = [run(["run", "--model", "--json", "--lang", lang, "-"], stdin=text).out for lang in ("en", "zh")]
        self.assertEqual(*told)


if __name__ == "__main__":
    unittest.main()
