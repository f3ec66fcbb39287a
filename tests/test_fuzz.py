"""The fuzz targets of tests/fuzz, without a fuzzer: what was kept, the library, and some random keys. `make fuzz` seeks more."""
import os
import random
import subprocess
import tempfile
import unittest
from pathlib import Path

from forklore_test import PATIENCE, ROOT

BUILD = ROOT / os.environ.get("FORKLORE_BUILD", "build/release")
KEPT = ROOT / "tests" / "fuzz" / "kept"


class Replayed(unittest.TestCase):
    def gives(self, target, files):
        """It comes back from each, with nothing that a sanitizer or an assertion would report."""
        self.assertTrue(files)
        done = subprocess.run([BUILD / "tests" / "fuzz" / ("fuzz_" + target), *files], cwd=ROOT, capture_output=True, text=True, errors="replace",
                              timeout=120 * PATIENCE, check=False)
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])

    def test_scenarios(self):
        self.gives("scenario", sorted(KEPT.glob("scenario/*")) + sorted((ROOT / "scenarios").glob("*.yaml")))

    def test_schedules(self):
        self.gives("schedule", sorted(KEPT.glob("schedule/*")))

    def test_json(self):
        self.gives("json", sorted(KEPT.glob("json/*")))

    def test_expressions(self):
        self.gives("expression", sorted(KEPT.glob("expression/*")))

    def test_random_scenarios(self):
        """Explored with and without reductions, on the model and on processes."""
        self.gives("random", sorted(KEPT.glob("random/*")))

    def test_keys(self):
        """Kept ones, and random ones: likely keys, any bytes."""
        chance = random.Random(4)
        likely = b"sS,.gnNmaAKwxbBuRrP+-/?:pHZ{}[]0123456789 \r\t\x1b\x1b[A\x1b[B\x1b[C\x1b[D\x1b[<0;9;9M"
        with tempfile.TemporaryDirectory() as folder:
            for i in range(60):
                keys = bytes(chance.choice(likely) if chance.random() < 0.8 else chance.randrange(256) for _ in range(200))
                Path(folder, "%02d" % i).write_bytes(keys)
            self.gives("keys", sorted(KEPT.glob("keys/*")) + sorted(Path(folder).iterdir()))


if __name__ == "__main__":
    unittest.main()
