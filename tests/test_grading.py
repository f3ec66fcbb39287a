"""What docs/grading/ has for platforms, run as a platform would run it."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

import yaml

from forklore_test import PATIENCE, PROGRAM, ROOT, run

FOLDER = ROOT / "docs/grading"
EXERCISE = ROOT / "scenarios/exercises/sell-each-ticket-once.yaml"
SOLUTION = ROOT / "scenarios/exercises/solutions" / EXERCISE.name


class Platforms(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="forklore-grading-")
        self.addCleanup(directory.cleanup)
        self.dir = Path(directory.name)
        (self.dir / "bin").mkdir()
        (self.dir / "bin/forklore").symlink_to(PROGRAM)

    def sh(self, script, *args, cwd=None, code=0, **env):
        path = os.pathsep.join([str(self.dir / "bin"), os.environ["PATH"]])
        done = subprocess.run([*script, *map(str, args)], cwd=cwd or self.dir, env={**os.environ, "PATH": path, **env}, timeout=60 * PATIENCE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, code, done)
        return done.stdout.decode()

    def put(self, where, what):
        path = self.dir / where
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(what, path)

    def results(self, path):
        return json.loads((self.dir / path).read_text())

    def test_gradescope(self):
        self.put("source/exercise.yaml", EXERCISE)
        (self.dir / "source/forklore").symlink_to(PROGRAM)
        for submitted, score in ((SOLUTION, 4), (EXERCISE, 1)):
            self.put("submission/mine.yaml", submitted)
            self.sh([FOLDER / "gradescope/run_autograder"], AUTOGRADER=str(self.dir))
            self.assertEqual(self.results("results/results.json")["score"], score)

    @unittest.skipUnless(shutil.which("zip"), "no zip")
    def test_gradescope_zip(self):
        """What zip.sh packs runs where Gradescope unpacks it, with nothing beside it."""
        self.sh([FOLDER / "gradescope/zip.sh"], EXERCISE, os.path.abspath(PROGRAM))
        with zipfile.ZipFile(self.dir / "autograder.zip") as packed:
            self.assertEqual(sorted(packed.namelist()), ["exercise.yaml", "forklore", "run_autograder", "setup.sh"])
            packed.extractall(self.dir / "source")
        for name in ("forklore", "run_autograder"):
            (self.dir / "source" / name).chmod(0o755)
        self.put("submission/mine.yaml", SOLUTION)
        self.sh([self.dir / "source/run_autograder"], AUTOGRADER=str(self.dir))
        self.assertEqual(self.results("results/results.json")["score"], 4)

    def jobs(self, workflow):
        return yaml.safe_load((FOLDER / "github" / workflow).read_text())["jobs"]

    def runs(self, job, **values):
        for step in job["steps"]:
            command = step.get("run", "true")
            for name, value in values.items():
                command = command.replace("${{ matrix.%s }}" % name, str(value))
            self.assertNotIn("${{", command)
            yield command

    def test_github(self):
        summary = self.dir / "summary.md"
        for submitted, code in ((SOLUTION, 0), (EXERCISE, 1)):
            self.put("exercise.yaml", EXERCISE)
            self.put("submission.yaml", submitted)
            for command in self.runs(self.jobs("grade.yml")["grade"]):
                self.sh(["sh", "-ec", command], code=code if "forklore" in command else 0, GITHUB_STEP_SUMMARY=str(summary))
        self.assertIn("| submission.yaml | 4/4 |", summary.read_text())
        self.assertIn("| submission.yaml | 1/4 |", summary.read_text())
        self.assertIn("<failure", (self.dir / "report.xml").read_text())

    def test_github_matrix(self):
        """Its two machines are one here, one after the other."""
        jobs, summary = self.jobs("many.yml"), self.dir / "summary.md"
        self.put("exercise.yaml", EXERCISE)
        shutil.copytree(FOLDER / "machines", self.dir / "machines")
        for i in range(5):
            self.put("submissions/s%d.yaml" % i, SOLUTION if i % 2 else EXERCISE)
        self.assertEqual(jobs["join"]["needs"], "part")
        for machine in jobs["part"]["strategy"]["matrix"]["machine"]:
            for command in self.runs(jobs["part"], machine=machine):
                self.sh(["sh", "-ec", command])
            self.assertTrue((self.dir / ("grades.%d.jsonl" % machine)).exists())
        for command in self.runs(jobs["join"]):
            self.sh(["sh", "-ec", command], GITHUB_STEP_SUMMARY=str(summary))
        self.assertEqual(re.findall(r"submissions/s\d.yaml \| (\d)/4", summary.read_text()), list("14141"))

    def test_slurm(self):
        """An array of two tasks, as Slurm would run them."""
        names = []
        for i in range(3):
            names.append("s%d.yaml" % i)
            self.put(names[-1], SOLUTION)
        for task in (1, 2):
            self.sh([FOLDER / "machines/slurm.sh"], EXERCISE, *names, SLURM_SUBMIT_DIR=str(FOLDER / "machines"), SLURM_ARRAY_TASK_ID=str(task), SLURM_ARRAY_TASK_COUNT="2")
        rows = json.loads(self.sh([FOLDER / "machines/join.sh"], EXERCISE, "grades", *names))
        self.assertEqual([(r["file"], r["score"]) for r in rows], [(n, 4) for n in names])

    @unittest.skipUnless(shutil.which("parallel"), "no GNU parallel")
    def test_gnu_parallel(self):
        for i in range(3):
            self.put("s%d.yaml" % i, SOLUTION)
        self.sh(["parallel", "--wd", ".", "sh", FOLDER / "machines/part.sh", EXERCISE, "{}", "2", "grades", "s0.yaml", "s1.yaml", "s2.yaml", ":::", "1", "2"])
        self.assertEqual([len((self.dir / ("grades.%d.jsonl" % m)).read_text().splitlines()) for m in (1, 2)], [2, 1])

    def test_classroom50(self):
        self.put("exercise.yaml", EXERCISE)
        self.put("submission.yaml", EXERCISE)
        self.sh([FOLDER / "classroom50/autograder.sh"], CLASSROOM="os")
        self.assertEqual([self.results("result.json")[k] for k in ("schema", "classroom", "score")], ["classroom50/result/v1", "os", 1])
        (self.dir / "exercise.yaml").write_text("no: exercise\n")
        self.sh([FOLDER / "classroom50/autograder.sh"], code=1)

    def test_prairielearn(self):
        self.put("tests/exercise.yaml", EXERCISE)
        self.put("student/submission.yaml", SOLUTION)
        self.sh([FOLDER / "prairielearn/run.sh"], GRADE=str(self.dir))
        self.assertEqual(self.results("results/results.json")["score"], 1)
        (self.dir / "student/submission.yaml").write_text("scenario: [\n")
        self.sh([FOLDER / "prairielearn/run.sh"], GRADE=str(self.dir))
        self.assertIs(self.results("results/results.json")["gradable"], False)
        self.assertEqual(json.loads((FOLDER / "prairielearn/info.json").read_text())["gradingMethod"], "External")

    def test_coderunner(self):
        self.put("exercise.yaml", EXERCISE)
        answer = SOLUTION.read_text().replace("\\", "\\\\").replace('"', '\\"')         # as the template's filter does
        template = (FOLDER / "coderunner/template.py").read_text()
        self.assertIn("{{ STUDENT_ANSWER | e('py') }}", template)
        (self.dir / "program.py").write_text(template.replace("{{ STUDENT_ANSWER | e('py') }}", answer))
        self.assertEqual(json.loads(self.sh([sys.executable, "program.py"]))["fraction"], 1)

    def test_submitty(self):
        self.put("exercise.yaml", EXERCISE)
        self.put("submission.yaml", EXERCISE)
        self.assertEqual(self.sh([FOLDER / "submitty/validate.sh"]), "")
        self.assertEqual(self.results("validation_results.json")["data"]["score"], 0.25)
        json.loads((FOLDER / "submitty/config.json").read_text())

    def test_exercism(self):
        self.put("in/.meta/exercise.yaml", EXERCISE)
        self.put("in/sell.yaml", SOLUTION)
        (self.dir / "out").mkdir()
        self.sh([FOLDER / "exercism/run.sh"], "sell", self.dir / "in", self.dir / "out")
        self.assertEqual(self.results("out/results.json")["status"], "pass")

    def test_two_machines(self):
        names = []
        for i in range(9):
            names.append("s%d.yaml" % i)
            self.put(names[-1], SOLUTION if i % 3 else EXERCISE)
        part, join = FOLDER / "machines/part.sh", FOLDER / "machines/join.sh"
        for machine in (1, 2):
            self.sh([part], EXERCISE, machine, 2, "grades", *names)
        parts = [len((self.dir / ("grades.%d.jsonl" % m)).read_text().splitlines()) for m in (1, 2)]
        self.assertEqual(parts, [5, 4])
        rows = json.loads(self.sh([join], EXERCISE, "grades", *names, code=1))
        self.assertEqual([(r["file"], r["score"]) for r in rows], [(n, 4 if i % 3 else 1) for i, n in enumerate(names)])
        self.assertEqual(rows, json.loads(run(["grade", EXERCISE, *names, "--format", "json"], cwd=self.dir).out))

    def test_every_format_has_a_place(self):
        formats = set(re.findall(r'GRADE_FORMAT\(\w+, +"(\w+)"', (ROOT / "sim/report/grades_formats.def").read_text()))
        self.assertEqual(formats - set(re.findall(r"`(\w+)`", (FOLDER / "README.md").read_text())), {"text", "json"})

    def test_scripts_are_what_a_shell_takes(self):
        for script in sorted(FOLDER.rglob("*.sh")) + [FOLDER / "gradescope/run_autograder"]:
            self.sh(["sh", "-n"], script)


if __name__ == "__main__":
    unittest.main()
