"""What docs/room.md promises: one run on many screens, and who only looks on changes nothing."""
import tempfile
import unittest
from pathlib import Path

from forklore_test import PROGRAM, Terminal


class Room(unittest.TestCase):
    def test_one_run_on_two_screens(self):
        with tempfile.TemporaryDirectory(prefix="forklore-room-") as folder:
            socket = str(Path(folder) / "class")
            shared = ["env", "-u", "TMUX", "tmux", "-S", socket, "-f", "/dev/null"]
            with Terminal(command=[*shared, "new", "-s", "class", PROGRAM, "run", "ticket-race", "--step"], env={"LC_ALL": "C.UTF-8"}) as lecturer:
                lecturer.wait_for("What to look for")
                with Terminal(command=[*shared, "attach", "-r", "-t", "class"], env={"LC_ALL": "C.UTF-8"}) as student:
                    student.wait_for("What to look for")
                    lecturer.send("s")
                    student.wait_for("main starts buyer.1")
                    student.send("s", "q", "Q")
                    lecturer.send("S")
                    student.wait_for("past: step 0 of 1")
                lecturer.send("Q")
                lecturer.wait_end()


if __name__ == "__main__":
    unittest.main()
