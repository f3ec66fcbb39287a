"""The stage's system calls go through one file (sim/stage/system.h), where each can be made to fail; tests/refusals.py does that to all
of them, this to some. A release build has nothing of it."""
import errno
import os
import re
import shutil
import signal
import subprocess
import unittest

import refusals
from forklore_test import PROGRAM, ROOT, SANITIZED, Terminal, no_process_left, processes_with, run, slow, wait_until
from test_stage import Running, kill, stat

BUILD = ROOT / os.environ.get("FORKLORE_BUILD", "build/release")
# What the stage calls besides those: functions that make no system call, or one that can't fail.
HARMLESS = set("""abort atoi calloc fflush fprintf free getenv malloc memcmp memcpy memset qsort realloc snprintf sscanf strchr strcmp strlen strncmp
    strrchr strtol stderr _exit clock_gettime getpgrp getpid getppid gettid getuid htonl sched_getcpu sched_yield sigdelset sigemptyset sigfillset siglongjmp
    signal pthread_detach pthread_exit pthread_mutex_clocklock pthread_mutex_consistent pthread_mutex_init pthread_mutex_trylock pthread_mutex_unlock
    pthread_mutex_lock pthread_mutexattr_destroy pthread_mutexattr_init pthread_mutexattr_setpshared pthread_mutexattr_setrobust pthread_self
    pthread_setname_np pthread_sigmask syscall""".split())
SOME = [refusals.RUNS[0], refusals.RUNS[1], refusals.RUNS[2], refusals.RUNS[3]]


class OneFile(unittest.TestCase):
    def test_nothing_else_is_called(self):
        """`make layers` finds the calls of the table by name; this finds calls that are not in it."""
        objects = sorted((BUILD / "sim/stage").glob("*.o"))
        if not shutil.which("nm") or not objects:
            self.skipTest("there are no objects, or no nm")
        ours = {word[2] for word in map(str.split, self.nm(sorted((BUILD / "sim").glob("*/*.o")))) if len(word) == 3}
        used = {re.sub(r"_chk$", "", word[1].lstrip("_")) if word[1] != "_exit" else "_exit"
                for word in map(str.split, self.nm(objects)) if len(word) == 2 and word[0] == "U" and word[1] not in ours and not re.match("__|_G", word[1])}
        self.assertTrue(used)
        self.assertEqual(used - set(refusals.NAMES) - HARMLESS, set())

    def nm(self, objects):
        return subprocess.run(["nm", *map(str, objects)], capture_output=True, text=True, check=True).stdout.splitlines()

    def test_all_rows_are_read(self):
        text = (ROOT / "sim/stage/system.def").read_text()
        self.assertEqual(refusals.NAMES, re.findall(r"^(?:CALL|RAW)\([^()]*?(\w+), \(", text, re.M)[-len(refusals.NAMES):])


@unittest.skipIf(refusals.can_refuse(), "this build checks itself")
class Release(unittest.TestCase):
    def test_nothing_of_it_is_there(self):
        for wish in ("fork:11:1", "nonsense"):
            done = run("run ticket-race --quiet", env={"FORKLORE_REFUSE": wish})
            self.assertEqual((done.code, done.err), (0, ""), done)


@unittest.skipUnless(refusals.can_refuse(), "only builds that check themselves can let a system call fail")
class Refused(unittest.TestCase):
    maxDiff = None

    def lost(self, points, at_once=2):
        done, losses = refusals.tried(refusals.refuse, points, workers=at_once)
        self.assertGreater(done, 0)
        self.assertEqual(losses, [])

    def test_the_first_call_of_each_kind_fails(self):
        seen = set()
        for args in SOME:
            first = [p for p in refusals.points(args, 1) if (p[1], p[2]) not in seen]
            seen |= {(p[1], p[2]) for p in first}
            self.lost([p for p in first if not SANITIZED or p[2] == refusals.CALLS[p[1]][0]])
        self.assertGreater(len(seen), 60)

    def test_no_process_can_be_forked(self):
        """Whichever of a run's: the controller's main and sweeper, servers, workers, processes."""
        for args in SOME:
            self.lost([p for p in refusals.points(args, 99, ["fork", "pthread_create"]) if p[2] == "EAGAIN"])

    def test_an_answer_is_interrupted(self):
        """A manager writes it once more."""
        self.lost([p for p in refusals.points(refusals.RUNS[1], 99, ["write"]) if p[2] == "EINTR"])

    def test_a_manager_that_lives_is_not_taken_for_dead(self):
        """Whatever ends a connection to it: what it holds is not known then, and nobody goes on as if it were."""
        for args in refusals.RUNS[1], refusals.HOST[1]:
            self.lost([p for p in refusals.points(args, 99, ["write", "sendmsg", "recvmsg"]) if p[2] in ("EPIPE", "ENOMEM")], 8)

    def test_ends_that_do_not_come(self):
        """They go to a pool's worker with its task."""
        self.lost(refusals.points(refusals.RUNS[-1], 99, ["sendmsg", "recvmsg"]))

    def test_connections(self):
        """Calls that others have made before those of a connection."""
        path = ROOT / "tests/refused/sockets.yaml"
        for policy in "rr", "host":
            self.lost(refusals.points(refusals.part(path, policy), 12, ["poll", "fcntl", "setsockopt"]), 8)

    @slow
    def test_each_thing_in_the_kernel(self):
        for path in refusals.PARTS:
            for policy in "rr", "host":
                points = refusals.points(refusals.part(path, policy), 3, refusals.named(path, "refused"))
                with self.subTest(path=path.name, policy=policy):
                    self.lost([p for p in points if not SANITIZED or p[2] == refusals.CALLS[p[1]][0]])

    @slow
    def test_killed_within_an_action(self):
        for path in refusals.PARTS:
            for policy in "rr", "host":
                made = refusals.Usual.of(refusals.part(path, policy)).made
                points = [(path, policy, call, n) for call in refusals.named(path, "killed") for n in range(1, min(made[call.rstrip(">")], 4) + 1)]
                with self.subTest(path=path.name, policy=policy):
                    done, losses = refusals.tried(refusals.killed, points, workers=2)
                    self.assertEqual(losses, [])
                    self.assertGreater(done, 0)

    def test_from_then_on(self):
        for call, error in (("fork", "EAGAIN"), ("open", "EMFILE"), ("pipe2", "EMFILE"), ("mmap", "ENOMEM"), ("pidfd_open", "ENOSYS"), ("socketpair", "EMFILE")):
            made = refusals.Usual.of(SOME[0]).made[call]
            self.lost([(SOME[0], call, error, n, "+") for n in range(1, min(made, 6) + 1)])

    def test_what_main_begins_with(self):
        for args in refusals.RUNS[0], refusals.HOST[0]:
            self.lost(refusals.points(args, 5, ["fcntl", "setpgid", "getrlimit", "poll"]))

    def test_a_search_beside(self):
        for args in refusals.OTHERS[0], refusals.RUNS[0]:
            self.lost(refusals.points(args, 9, ["open", "close_range", "waitpid", "pipe2", "fork"]))

    def test_a_process_that_writes(self):
        """What was recorded goes to it."""
        self.lost(refusals.points(refusals.OTHERS[4], 9, ["send", "read", "socketpair", "fork"]) + refusals.points(refusals.OTHERS[4], 40, ["waitpid"]))

    def test_it_never_begins(self):
        """Main, or the process that makes the folder of files, is stopped before it could say anything, or killed."""
        for policy in "rr", "host":
            for call in "fcntl", "mkdtemp":
                done = run(["run", "ticket-file", "--quiet", "--policy", policy, "--timeout", "1"], env={"FORKLORE_REFUSE": "%s:%d:1" % (call, -signal.SIGSTOP)})
                self.assertEqual(done.code, 4, done)
                no_process_left(done.mark)
                done = run(["run", "ticket-file", "--quiet", "--policy", policy], env={"FORKLORE_REFUSE": "%s:%d:1" % (call, -signal.SIGKILL)})
                self.assertEqual(done.code, 5, done)
                self.assertRegex(done.err, "main was killed from outside before it began" if call == "fcntl" else "files can't be made in .*: Broken pipe")
                no_process_left(done.mark)

    def test_it_never_answers(self):
        """Stopped in the middle of an action, once it has taken effect: the run can be ended."""
        with Running((ROOT / "tests/refused/lives.yaml").read_text(), policy="rr", env={"FORKLORE_REFUSE": "sigqueue:%d:1" % -signal.SIGSTOP}) as r:
            wait_until(lambda: any(stat(pid)[0] == "T" for pid in r.by_name().values()), "one is stopped")
            kill(r.process.pid, signal.SIGINT)
            self.assertEqual(r.end()[0], 130, r.err.read_text())

    def test_the_dashboard_ends_all_the_same(self):
        with Terminal("run", str(ROOT / "tests/refused/lives.yaml"), "--speed", "max", env={"FORKLORE_REFUSE": "sigqueue:%d:1" % -signal.SIGSTOP}) as t:
            wait_until(lambda: any(stat(pid)[0] == "T" for pid in processes_with("FORKLORE_TEST_RUN=" + t.mark)), "one is stopped")
            os.kill(t.pid, signal.SIGTERM)
            self.assertIn(t.wait_end(20), (143, None))
            mark = t.mark
        no_process_left(mark)

    def test_no_group_of_its_own(self):
        """What kills the run's processes with the controller would kill what it was started with."""
        self.lost([(["run", "ticket-race", "--plain", "--max-steps", "3"], "setpgid", "EPERM", 1, "+")])

    def test_deaths_that_nothing_reports(self):
        """They are looked up: no run waits for a process that is dead."""
        text = "scenario: dying\nshared: {x: 0}\nprocesses: {a: {count: 2, steps: [{forever: , do: [x += 1]}]}}\n"
        for policy in "rr", "host":
            for wish in ("pidfd_open:%d:1+" % errno.ENOSYS, "pidfd_open:%d:2" % errno.EMFILE, "epoll_ctl:%d:1+" % errno.ENOSPC,
                         "open:%d:1+" % errno.EMFILE, "read:%d:1+" % errno.EIO):
                with self.subTest(policy=policy, wish=wish), Running(text, "--max-steps", "1000000000", policy=policy, env={"FORKLORE_REFUSE": wish}) as r:
                    pids = r.pids("a.1", "a.2")
                    for name in "a.1", "a.2":
                        kill(pids[name], signal.SIGKILL)
                    code, end = r.end()
                    self.assertEqual((code, end["verdict"]), (0, "ok"), r.err.read_text())
                    self.assertEqual([e["code"] for e in r.events("exit") if e["process"] != "main"], [-9, -9])

    def test_while_there_is_a_screen(self):
        """Then also the guard's. The terminal is as it was before, and what could not be done is said where the screen was."""
        points = refusals.points(refusals.SCREENS[0], 2)
        self.lost([p for p in points if not SANITIZED or p[2] == refusals.CALLS[p[1]][0]])

    @slow
    def test_many_calls_fail(self):
        for args in refusals.RUNS + refusals.HOST + refusals.OTHERS:
            self.lost(refusals.points(args, 2))

    def test_a_quiz_without_a_search(self):
        """The questions that need one are left out, and that is said."""
        for call, error in ("fork", "EAGAIN"), ("pipe2", "EMFILE"):
            usual, run = (refusals.Refused(["quiz", "ticket-race", "--lang", "en"], wish) for wish in (None, "%s:%d:1" % (call, getattr(errno, error))))
            self.assertEqual((usual.err, run.err), ("", "forklore: no process for the search: %s\n" % os.strerror(getattr(errno, error))))
            self.assertLess(len(run.out), len(usual.out))
            run.must_be_clean()

    def test_a_call_that_is_not_there(self):
        for wish in ("nothing:1:1", "fork:11", "fork"):
            done = subprocess.run([PROGRAM, "list"], env={**os.environ, "FORKLORE_REFUSE": wish}, capture_output=True, text=True, check=False)
            self.assertIn("FORKLORE_REFUSE=%s: no such system call" % wish, done.stderr)


if __name__ == "__main__":
    unittest.main()
