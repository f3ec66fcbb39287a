"""The sandbox around a run: that it is there, what its flags say, and that nothing is lost by it. What it denies: unit/test_sandbox."""
import os
import re
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

import torture
from forklore_test import COUNTED, PATIENCE, PROGRAM, ROOT, SANITIZED, fresh_mark, no_process_left, processes_with, run, wait_until

SLEEPS = "scenario: sleeps\nprocesses: {p: {steps: [{sleep: 1000s}]}}\n"


def kernel_filters():
    """Does this kernel filter system calls, and are there no filters around us that would be taken for ours?"""
    return "\nSeccomp:\t0\n" in Path("/proc/self/status").read_text()


class Case(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="forklore-sandbox-")
        self.addCleanup(directory.cleanup)
        self.dir = Path(directory.name)
        (self.dir / "s.yaml").write_text(SLEEPS)

    def statuses(self, *flags):
        """Of the controller and the processes of a run under host: what /proc says of their filters."""
        mark = fresh_mark()
        with subprocess.Popen([PROGRAM, "run", self.dir / "s.yaml", "--policy", "host", "--json", *flags], stdout=subprocess.PIPE,
                              env={**os.environ, "FORKLORE_TEST_RUN": mark}) as process:
            try:
                wait_until(lambda: len(list(processes_with("FORKLORE_TEST_RUN=" + mark))) >= 3, "its processes run", 20)
                found = [re.search(r"Seccomp:\t(.)", Path("/proc/%s/status" % pid).read_text())[1] for pid in processes_with("FORKLORE_TEST_RUN=" + mark)]
            finally:
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=20 * PATIENCE)
        no_process_left(mark)
        return found


@unittest.skipIf(SANITIZED or COUNTED, "a sanitizer would be kept from its work, as would what counts branches: it has no sandbox")
class Around(Case):
    @unittest.skipUnless(kernel_filters(), "a filter is here already, or none can be")
    def test_every_process_of_a_run_is_in_it(self):
        self.assertEqual(set(self.statuses()), {"2"})
        self.assertEqual(set(self.statuses("--no-sandbox")), {"0"})

    @unittest.skipUnless(torture.can_inject(), "strace can't be used here")
    def test_a_kernel_that_has_none(self):
        """It is said, once, and the run is the same; or refused, if it is required."""
        for calls, words, zh in (("landlock_create_ruleset", "it does not limit which files can be opened (Landlock)", "不能限制可以打开的文件"),
                                 ("prctl", "this kernel has no sandbox", "没有可用于运行的沙箱")):
            for command in (["run", "ticket-race", "--quiet", "--model"], ["grade", "three-stalls", "{solution}"]):
                solution = str(Path(PROGRAM).resolve().parent / "scenarios/exercises/solutions/three-stalls.yaml")
                command = [word.replace("{solution}", solution) for word in command]
                traced = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + calls, "-e", "inject=%s:error=%s" % (calls, "ENOSYS" if "land" in calls else "EINVAL")]
                for flags, code, said in (([], 0, words), (["--require-sandbox"], 5, words), (["--no-sandbox"], 0, ""), (["--lang", "zh"], 0, zh)):
                    done = subprocess.run([*traced, PROGRAM, *command, *flags], capture_output=True, text=True, timeout=60 * PATIENCE, check=False)
                    with self.subTest(call=calls, command=command[0], flags=flags):
                        self.assertEqual(done.returncode, code, done)
                        self.assertEqual(done.stderr.count(said) if said else done.stderr, 1 if said else "", done)
                        if code == 5:
                            self.assertIn("without --require-sandbox it runs all the same", done.stderr)


class Calls(unittest.TestCase):
    def test_each_is_allowed_for_a_reason(self):
        rows = re.findall(r'^CALL\((\w+), +"(.*)"\)', (ROOT / "sim/stage/sandbox.def").read_text(), re.M)
        self.assertGreater(len(rows), 100)
        self.assertEqual([name for name, why in rows if not why], [])


class Flags(Case):
    def test_one_leaves_it_out_and_one_needs_it(self):
        for command in ("run ticket-race", "grade three-stalls ticket-race"):
            done = run(command + " --no-sandbox --require-sandbox")
            self.assertEqual(done.code, 2, done)
            self.assertIn("`--no-sandbox` and `--require-sandbox` contradict each other", done.err)
        self.assertEqual(run("explore ticket-race --no-sandbox").code, 2)

    def test_runs_are_the_same_without(self):
        for name in ("ticket-file", "echo-server", "pool-map", "manager-counter"):
            runs = [run(["run", name, "--plain", *flags]) for flags in ([], ["--no-sandbox"])]
            self.assertEqual(*[re.sub(r"\d{3,}", "", r.out) for r in runs])


class Outputs(Case):
    """Files that flags name are written all the same, and nothing beside them."""

    def test_a_recording_and_a_picture(self):
        (self.dir / "r.yaml").write_text("old\n")
        done = run(["run", "ticket-race", "--quiet", "--record", self.dir / "r.yaml"])
        self.assertEqual((done.code, done.err), (0, ""), done)
        self.assertIn("history:", (self.dir / "r.yaml").read_text())
        self.assertEqual(run(["run", "ticket-race", "--schedule", self.dir / "r.yaml", "--quiet"]).out, done.out)
        run(["run", "ticket-race", "--screen", self.dir / "p.svg", "--record", self.dir / "r2.yaml", "--at", "9"])
        self.assertIn("</svg>", (self.dir / "p.svg").read_text())
        self.assertEqual({p.name for p in self.dir.iterdir()} - {"r2.yaml"}, {"s.yaml", "r.yaml", "p.svg"})

    def test_a_run_that_is_ended_leaves_its_recording(self):
        mark = fresh_mark()
        with subprocess.Popen([PROGRAM, "run", self.dir / "s.yaml", "--policy", "host", "--json", "--record", self.dir / "r.yaml"], stdout=subprocess.PIPE,
                              env={**os.environ, "FORKLORE_TEST_RUN": mark}, start_new_session=True) as process:
            wait_until(lambda: len(list(processes_with("FORKLORE_TEST_RUN=" + mark))) >= 4, "its processes run", 20)
            os.killpg(process.pid, signal.SIGINT)       # as ^C does: to all that is in the foreground
            process.communicate(timeout=20 * PATIENCE)
        self.assertEqual(process.returncode, 130)
        self.assertIn("history:", (self.dir / "r.yaml").read_text())
        no_process_left(mark)

    def test_killed_it_leaves_nothing_behind(self):
        mark = fresh_mark()
        (self.dir / "r.yaml").write_text("old\n")
        with subprocess.Popen([PROGRAM, "run", self.dir / "s.yaml", "--policy", "host", "--json", "--record", self.dir / "r.yaml"], stdout=subprocess.PIPE,
                              env={**os.environ, "FORKLORE_TEST_RUN": mark}) as process:
            wait_until(lambda: len(list(processes_with("FORKLORE_TEST_RUN=" + mark))) >= 4, "its processes run", 20)
            process.kill()
        wait_until(lambda: not list(processes_with("FORKLORE_TEST_RUN=" + mark)), "all are gone", 20)
        self.assertEqual((self.dir / "r.yaml").read_text(), "old\n")


if __name__ == "__main__":
    unittest.main()
