"""The memory of parent and child since the fork, on the card of a process: what is still shared, and what was copied, when, and by whose write."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from forklore_test import Terminal, WithFolder, hold  # noqa: E402

FORK = """scenario: fork
private: {before: 1, mine: 2, yours: 3, both: 4, untouched: 5}
main:
  - before = 10
  - start: child
  - yours = 30
  - both = 40
  - sleep: 1s
  - join: child
processes:
  child:
    steps:
      - sleep: 100ms
      - mine = 2
      - both = 44
      - sleep: 500ms
"""


class Pages(WithFolder):
    def card(self, path, step, size=(120, 40), lang="en"):
        t = Terminal("run", path, "--model", "--step", "--lang", lang, size=size)
        t.__enter__()
        self.addCleanup(t.leave)
        t.wait_for("forklore")
        t.send("Escape")
        t.wait_until(lambda screen: "step 0" in screen[0] or "第 0 步" in screen[0], "the run, not begun")
        t.type("g%d\r" % step)
        t.wait_until(lambda screen: "step %d " % step in screen[0] or "第 %d 步 " % step in screen[0], "there")
        t.send("Down", "Enter")
        return t

    def test_what_was_written_since(self):
        """A write is one also where the value stays the same; what the parent wrote before the fork is shared."""
        t = self.card(self.file(FORK), 3)
        t.wait_for("Memory since the fork: main forked child at step 1")
        screen = t.wait_for("copied as a whole")
        row = {name: next(line for line in screen if "│  " + name in line).partition(name)[2].split("│  ")[0:9] for name in ("before", "mine", "yours", "both", "untouched")}
        said = {name: " ".join("│  ".join(parts).split()) for name, parts in row.items()}
        self.assertIn("main │ 10 │ child shared", said["before"])
        self.assertIn("main │ 2 │ │ 2 │ child copied at step 3 by child", said["mine"])
        self.assertIn("main │ 30 │ │ 3 │ child copied at step 1 by main", said["yours"])
        self.assertIn("main │ 40 │ │ 44 │ child copied at step 1 by main", said["both"])
        self.assertIn("main │ 5 │ child shared", said["untouched"])

    def test_in_the_past_it_is_as_it_was(self):
        t = self.card(self.file(FORK), 3)
        t.wait_for("copied at step 3 by child")
        t.send("Escape", "S", "Enter")
        t.wait_until(lambda screen: any("mine" in row and "shared" in row for row in screen), "before the write")

    def test_what_has_ended_has_none(self):
        t = self.card(self.file(FORK), 5)
        t.wait_for("The memory of child was given back when it ended.")

    def test_it_looks_so(self):
        for size, lang in (((120, 40), "en"), ((200, 60), "en"), ((120, 40), "zh"), ((200, 60), "zh")):
            with self.subTest(size=size, lang=lang):
                t = self.card("private-memory", 3, size, lang)
                t.wait_for("copied at step 2 by child" if lang == "en" else "第 2 步复制：child 写入")
                hold("pages-" + lang, t)


if __name__ == "__main__":
    unittest.main()
