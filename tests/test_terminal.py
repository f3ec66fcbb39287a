"""The tests' own terminal: a picture that comes in pieces is not taken for a whole one."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from forklore_test import Terminal  # noqa: E402

# The question of step 1; then step 2's first half, which leaves that question in the last line; and soon its second half, that it goes on.
PIECES = """
import os, sys, time
def draw_on_for(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until: pass
os.write(1, b"\\x1b[2J\\x1b[1;1Hstep 1\\x1b[2;1Hwho moves next?")
sys.stdin.readline()
os.write(1, b"\\x1b[1;1Hstep 2")
draw_on_for(float(sys.argv[1]))
os.write(1, b"\\x1b[2;1Hgoes on        ")
draw_on_for(float(sys.argv[2]))
os.write(1, b"\\x1b[1;1Hstep 3\\x1b[2;1Hr again        ")
time.sleep(1000)
"""


class Pictures(unittest.TestCase):
    def see(self, *pauses):
        def ended_or_asks(now):
            return now[0] == "step 3" or (now[0] == "step 2" and now[1] == "who moves next?")
        with Terminal(command=[sys.executable, "-c", PIECES, *map(str, pauses)]) as t:
            t.wait_for("step 1")
            t.send("Enter")
            return t.wait_until(ended_or_asks, "step 3")[:2]

    def test_half_of_a_picture_is_none(self):
        self.assertEqual(self.see(0.01, 0.05), ["step 3", "r again"])

    def test_half_of_a_picture_may_lack_what_is_asked_about(self):
        with Terminal(command=[sys.executable, "-c", PIECES, "0.1", "0.1"]) as t:
            t.send("Enter")
            self.assertEqual(t.wait_until(lambda now: now.index("r again") == 1, "the end")[0], "step 3")
            with self.assertRaisesRegex(AssertionError, "still not: never"):
                t.wait_until(lambda now: now.index("never") == 1, "never", 0.1)

    def test_what_was_there_for_a_moment_was_there(self):
        self.assertEqual(self.see(0.1, 1000), ["step 2", "who moves next?"])


if __name__ == "__main__":
    unittest.main()
