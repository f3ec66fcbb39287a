"""The stage: real processes, seen from outside. Do they exist, do they wait where they should, and what is left of them
when somebody is killed? Mostly under the kernel's own policy, so that there is time to look."""
import ctypes
import fcntl
import json
import os
import re
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torture_workers
from forklore_test import COUNTED, PATIENCE, PROGRAM, ROOT, SANITIZED, Terminal, no_process_left, proc, processes_with, run, run_json, slow, wait_until
from test_meaning import Played

FUTEX, NANOSLEEP, WAITID, POLL, RESTART = 202, 230, 247, 7, 219  # on x86-64; the last: what it was in, after it was stopped
SHOWN = re.compile(r"..?.? *(?:└ )?(\S+) +(\d+) +\S (?:T )?(ready|running|blocked|sleeping|zombie|stopped)\b")
X86_64 = os.uname().machine == "x86_64"


class Running:
    """A run of a scenario, going on."""
    count = 0

    def __init__(self, text, *args, policy="host", form="--json", prepare=None, program=PROGRAM, where=None, env=None):
        Running.count += 1
        self.mark = "stage-%d-%d" % (os.getpid(), Running.count)
        self.folder = tempfile.mkdtemp(prefix="forklore-stage-", dir=where)
        os.chmod(self.folder, 0o755)
        self.file = Path(self.folder, "scenario.yaml")
        self.file.write_text(text)
        self.out, self.err = Path(self.folder, "out"), Path(self.folder, "err")
        command = [program, "run", str(self.file), form, *(["--policy", policy] if policy else []), *args]
        with self.out.open("wb") as out, self.err.open("wb") as err:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, preexec_fn=prepare,
                                            env={**os.environ, "FORKLORE_TEST_RUN": self.mark, **(env or {})}, start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ask_to_end()
        for pid in [self.process.pid, *processes_with("FORKLORE_TEST_RUN=" + self.mark)]:
            kill(pid, signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask_to_end(self):
        """A build that counts branches writes what it has counted when it ends by itself."""
        if COUNTED and self.process.poll() is None:
            kill(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(2)
            except subprocess.TimeoutExpired:
                pass

    def events(self, kind):
        lines = self.out.read_text().splitlines(True)
        return [e for e in (json.loads(line) for line in lines if line.endswith("\n")) if e["type"] == kind]

    def pids(self, *names):
        """{name: pid}, when all of these have been born."""
        def born():
            found = {e["process"]: e["pid"] for e in self.events("process")}
            return found if all(name in found for name in names) else None
        return wait_until(born, "born: " + ", ".join(names))

    def by_name(self):
        """{name: pid} of all its processes that live."""
        return {name: pid for pid, name in processes_with("FORKLORE_TEST_RUN=" + self.mark).items()}

    def end(self, timeout=5):
        """Until it has ended: its exit code and its last line. No process of it may be left."""
        code = self.process.wait(timeout * PATIENCE)
        no_process_left(self.mark)
        return code, (self.events("end") or [None])[-1]


def kill(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def own_files():
    """Files of shared memory, but for the semaphores that Python makes meanwhile in another test."""
    return {name for name in os.listdir("/dev/shm") if not name.startswith("sem.mp-")}


def stat(pid):
    """(state, parent's pid); ("", 0): it is gone."""
    fields = proc(pid, "stat").rpartition(")")[2].split()
    return (fields[0], int(fields[1])) if fields else ("", 0)


def syscall(pid):
    """(number, first argument) of the system call it is in; (-1, 0): none."""
    words = proc(pid, "syscall").split()
    return (int(words[0]), int(words[1], 16)) if len(words) > 2 and words[0].lstrip("-").isdigit() else (-1, 0)


def comm(pid):
    return proc(pid, "comm").strip()


def children(pid):
    return [int(child) for child in proc(pid, "task/%d/children" % pid).split()]


def children_of_all(pid):
    """Its children, and theirs."""
    found = children(pid)
    return found + [pid for child in found for pid in children(child)]


def open_files(pid):
    """What its descriptors are, as the kernel names it: socket:[..], pipe:[..], a path."""
    found = set()
    for fd in Path("/proc/%d/fd" % pid).iterdir():
        try:
            found.add(os.readlink(fd))
        except FileNotFoundError:
            pass
    return found


def listens_at(pid):
    """The TCP port where it listens; None: at none."""
    inodes = open_files(pid)
    for line in proc(pid, "net/tcp").splitlines()[1:]:
        words = line.split()
        if words[3] == "0A" and "socket:[%s]" % words[9] in inodes:
            return int(words[1].split(":")[1], 16)
    return None


def wait_in(pid, number):
    """Until it sleeps in this system call: its first argument."""
    wait_until(lambda: stat(pid)[0] == "S" and syscall(pid)[0] == number, "%s (%d) sleeps in system call %d" % (comm(pid), pid, number))
    return syscall(pid)[1]


FAMILY = """
scenario: family
processes:
  child: {count: 2, steps: [{start: "grandchild[index]"}, {sleep: 60s}]}
  grandchild: {count: 2, steps: [{sleep: 60s}]}
  a_name_longer_than_fifteen_bytes: {steps: [{sleep: 60s}]}
main: [{start: child}, {start: a_name_longer_than_fifteen_bytes}, {sleep: 60s}]
"""

WAITS = """
scenario: waits
objects:
  door: lock
  inner: rlock
  stalls: {semaphore: 0}
  green: event
  changed: {condition: inner}
  gate: {barrier: 3}
  buns: queue
  box: {queue: {maxsize: 1, joinable: true}}
  link: pipe
  oneway: {pipe: {duplex: false, capacity: 1}}
  server: socket
  bank: {manager: {n: 0}}
processes:
  locks: {count: 2, steps: [{acquire: door}]}
  semaphores: {count: 2, steps: [{acquire: stalls}]}
  events: {count: 2, steps: [{wait: green}]}
  conditions: {count: 2, steps: [{acquire: inner}, {wait: changed}]}
  barriers: {count: 2, steps: [{wait: gate}]}
  takers: {count: 2, steps: [{get: buns}]}
  putter: {steps: [{put: box, item: 2}]}
  patient: {steps: [{get: buns, timeout: 60s}]}
  done: {steps: [{join: box}]}
  receivers: {count: 2, steps: [{recv: link.left}]}
  oneway_receiver: {steps: [{recv: oneway.left}]}
  acceptor: {steps: [{accept: server, into: c}, {accept: server, into: d}]}
  client: {steps: [{connect: server, into: c}, {recv: c}]}
  sleeper: {steps: [{sleep: 60s}]}
  parent: {steps: [{start: kid}, {join: kid}]}
  ending: {steps: [{start: kid2}]}
  kid: {steps: [{sleep: 60s}]}
  kid2: {steps: [{sleep: 60s}]}
  finished: {steps: [{exit: 3}]}
main:
  - acquire: door
  - put: box
    item: 1
  - listen: server
  - start: locks
  - start: semaphores
  - start: events
  - start: conditions
  - start: barriers
  - start: takers
  - start: putter
  - start: patient
  - start: done
  - start: receivers
  - start: oneway_receiver
  - start: acceptor
  - start: client
  - start: sleeper
  - start: parent
  - start: ending
  - start: finished
  - join: parent
"""

# What each of them is in, and what it is said to wait for. One that waits with a timeout, or for room, does it where the others do.
WAITS_IN = {
    "locks": (FUTEX, "door"), "semaphores": (FUTEX, "stalls"), "events": (FUTEX, "green"), "conditions": (FUTEX, "changed"),
    "barriers": (FUTEX, "gate"), "takers": (FUTEX, "buns"), "patient": (FUTEX, "buns"), "putter": (FUTEX, "box"),
    "done": (FUTEX, "box"), "receivers": (POLL, "link"), "oneway_receiver": (POLL, "oneway"), "acceptor": (POLL, "server"),
    "client": (POLL, "server#1"), "bank": (POLL, "bank"), "sleeper": (NANOSLEEP, "clock"), "kid": (NANOSLEEP, "clock"),
    "kid2": (NANOSLEEP, "clock"), "parent": (WAITID, "kid"), "ending": (WAITID, "kid2"), "main": (WAITID, "parent"),
}


POOL = """
scenario: pool
shared: {r: []}
objects: {pool: {pool: 3}, link: {pipe: {duplex: false}}}
functions:
  hold: {params: [end], steps: [{sleep: 60s}]}
  echo: {params: [n], steps: [{return: n}]}
main:
  - {apply_async: pool, call: hold, args: [link.right], into: held}
  - close: link.right
  - start: reader
  - {get: held, timeout: 60s}
processes: {reader: {steps: [{try: [{recv: link.left}], except: {EOFError: [{map: pool, call: echo, over: 1..6, into: r}, {sleep: 300ms}, {kill: main}]}}]}}
"""


class Exist(unittest.TestCase):
    """Every process of the scenario is one of the system's."""

    def test_names_in_chinese(self):
        """Cut between characters, in the middle: 15 bytes are 5 of them."""
        with Running("scenario: names\nprocesses: {急着回家的人: {count: 2, steps: [{sleep: 60s}]}, 买家: {steps: [{sleep: 60s}]}}\n") as r:
            for name, short in (("急着回家的人.1", "急着…人.1"), ("急着回家的人.2", "急着…人.2"), ("买家", "买家")):
                pid = r.pids(name)[name]
                wait_until(lambda: comm(pid) == short, "comm is " + short)
                wait_until(lambda: proc(pid, "cmdline").rstrip("\0") == name, "its command line")

    def test_many_variables_of_its_own(self):
        text = "scenario: s\nprocesses: {a: {count: 2, steps: [%s, {exit: v300}]}}\n" % ", ".join("v%d = %d" % (k, k % 7) for k in range(1, 301))
        for policy in "rr", "host":
            events = run_json("-", "--policy", policy, stdin=text)
            self.assertEqual([e["code"] for e in events if e["type"] == "exit" and e["process"] != "main"], [300 % 7] * 2)

    def test_names_where_there_is_little_room(self):
        """The command line is as long as the words that the program was called with: a name is cut there, or left out."""
        for name, shown in (("a_name_longer_than_that", "a_name"), ("急着回家的人", "")):
            with tempfile.TemporaryDirectory() as folder:
                Path(folder, "x").write_text("scenario: s\ncpu: {policy: host}\nprocesses: {%s: {steps: [{sleep: 60s}]}}\n" % name)
                mark = "little-%d" % os.getpid()
                with subprocess.Popen(["f", "run", "x"], executable=PROGRAM, cwd=folder, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                                      env={**os.environ, "FORKLORE_TEST_RUN": mark}, start_new_session=True) as process:
                    wait_until(lambda: {proc(pid, "cmdline").rstrip("\0") for pid in children_of_all(process.pid)} == {shown, "main"}, "their command lines")
                    process.terminate()
                no_process_left(mark)

    def test_a_program_without_a_name(self):
        for called in ("", "/", "somewhere/"):
            done = run("run ticket-race --quiet", called=called)
            self.assertEqual((done.code, done.err), (0, ""), done)

    def test_names_and_parents(self):
        with Running(FAMILY) as r:
            pids = r.pids("main", "child.1", "child.2", "grandchild.1", "grandchild.2", "a_name_longer_than_fifteen_bytes")
            for name, pid in pids.items():
                wait_until(lambda: comm(pid) == name[:15], "comm is " + name)
                wait_until(lambda: proc(pid, "cmdline").rstrip("\0") == name, "its command line")
            self.assertEqual(stat(pids["main"])[1], r.process.pid)
            for child, parent in [("child.1", "main"), ("grandchild.1", "child.1"), ("grandchild.2", "child.2")]:
                self.assertEqual(stat(pids[child])[1], pids[parent], child)

    def test_shared_memory_is_nobodys_file(self):
        before = own_files()
        with Running(FAMILY) as r:
            maps = Path("/proc/%d/maps" % r.pids("grandchild.2")["grandchild.2"]).read_text()
            files = {line.split()[-1] for line in maps.splitlines() if " rw-s " in line and len(line.split()) > 5}
            self.assertLessEqual(files, {"/dev/zero", "(deleted)"})
            self.assertEqual(own_files() - before, set())

    @unittest.skipUnless(X86_64, "the numbers of system calls are x86-64's")
    def test_where_they_wait(self):
        with Running(WAITS) as r:
            pids = r.pids("finished", "kid", "kid2", "client")
            words = {}
            for name, pid in pids.items():
                if name == "finished":
                    wait_until(lambda: stat(pid)[0] == "Z", "a zombie until it is joined")
                    continue
                number, on = WAITS_IN[name.split(".")[0]]
                first = wait_in(pid, number)
                if number == FUTEX:
                    words.setdefault((on, name.startswith(("putter", "done")) and name), set()).add(first)
            for object, addresses in words.items():
                self.assertEqual(len(addresses), 1, "all who wait for one thing sleep on one word: %s" % (object,))
            self.assertEqual(len(set.union(*words.values())), len(words), "different things, different words")
            said = wait_until(lambda: self.said(r), "said to be blocked, all of them")
            self.assertEqual(said.pop("finished"), ("zombie", None))
            self.assertEqual(said, {name: ("blocked", WAITS_IN[name.split(".")[0]][1]) for name in said})
            self.assertEqual(set(said) | {"finished"}, set(pids))

    def said(self, r):
        states = {e["process"]: (e["to"], e["on"]) for e in r.events("state")}
        return states if all(to in ("blocked", "zombie") for to, _ in states.values()) else None

    @unittest.skipUnless(X86_64, "the numbers of system calls are x86-64's")
    def test_what_a_paused_dashboard_says(self):
        """Between any two actions: what the screen says of each process is what the kernel says of that pid."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "waits.yaml")
            file.write_text(WAITS)
            with Terminal("run", str(file), "--step", size=(150, 60), env={"LC_ALL": "C.UTF-8"}) as t:
                t.wait_for("paused")
                t.type("1z")
                seen = set()
                for steps in range(0, 64, 8):
                    seen.update(state for _, state in self.shown(t, r"step +%d\b" % steps).values())
                    t.type("s" * 8)
                self.assertGreaterEqual(seen, {"ready", "blocked", "sleeping", "zombie"})

    @unittest.skipUnless(X86_64, "the numbers of system calls are x86-64's")
    def test_a_process_stopped_while_the_run_is_paused(self):
        """kill -STOP from another terminal is shown in place of the state, for as long as the kernel says T; then the state's word is back."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "waits.yaml")
            file.write_text(WAITS)
            with Terminal("run", str(file), "--step", size=(150, 60), env={"LC_ALL": "C.UTF-8"}) as t:
                t.wait_for("paused")
                t.type("1z" + "s" * 56)
                before = self.shown(t, r"step +56\b")
                chosen = {state: next(name for name, (_, word) in before.items() if word == state)
                          for state in ("ready", "blocked", "sleeping")}
                pids = {name: before[name][0] for name in chosen.values()}
                for pid in pids.values():
                    kill(pid, signal.SIGSTOP)
                stopped = self.shown(t, r"3 stopped\b")
                self.assertEqual({name: pid for name, (pid, state) in stopped.items() if state == "stopped"}, pids)
                zombie = [name for name, (_, word) in before.items() if word == "zombie"]
                self.assertEqual(zombie, ["finished"])
                for pid in pids.values():
                    kill(pid, signal.SIGCONT)
                t.wait_until(lambda screen: not any("stopped" in line for line in screen), "none is called stopped")
                # those that went on are in a system call begun anew
                wait_until(lambda: self.shown(t, r"step +56\b", continued=pids) == before, "all is as it was before")

    @unittest.skipUnless(X86_64, "the numbers of system calls are x86-64's")
    def test_whose_turn_it_is_may_be_stopped(self):
        """Then nothing goes on, and the screen says why, and how it would; the keys work; and after SIGCONT it goes on by itself."""
        text = "scenario: turn\nmain: [{say: one}, {say: two}, {say: three}]\n"
        for lang, why, playing in ("en", "main is next but stopped (SIGSTOP); resume: kill -CONT", False), ("zh", "轮到 main，但它已被暂停（SIGSTOP）", True):
            with self.subTest(lang), tempfile.TemporaryDirectory() as folder:
                file = Path(folder, "turn.yaml")
                file.write_text(text)
                with Terminal("run", str(file), "--step", "--lang", lang, size=(80, 24), env={"LC_ALL": "C.UTF-8"}) as t:
                    screen = t.wait_for("main")
                    pid = next(int(m[1]) for m in (re.search(r"main +(\d+)", line) for line in screen) if m)
                    kill(pid, signal.SIGSTOP)
                    wait_until(lambda: stat(pid)[0] == "T", "main is stopped")
                    t.type(" " if playing else "s")
                    self.assertIn("kill -CONT %d" % pid, t.wait_for(why)[23])
                    t.type("?")
                    t.wait_for("T stopped" if lang == "en" else "T 暂停")
                    t.send("Escape")
                    t.wait_for(why)
                    kill(pid, signal.SIGCONT)
                    t.wait_for("main 说“three”" if playing else re.compile(r"step 1\b"))
                    t.wait_until(lambda screen: why not in screen[23], "the last line is about keys again")

    def test_whose_cpu_is_taken_while_it_is_stopped(self):
        """A CPU fewer, or another policy, while a process that is next is stopped: after SIGCONT it goes on, and so does the run."""
        text = "scenario: two\nshared: {n: 0}\nprocesses:\n  w: {count: 2, steps: [{repeat: 4, do: [n += 1]}]}\n"
        for keys, change in ("-", "1 CPU"), ("P", "From here on: "):
            with self.subTest(keys), tempfile.TemporaryDirectory() as folder:
                file = Path(folder, "two.yaml")
                file.write_text(text)
                with Terminal("run", str(file), "--step", "--cpus", "2", "--lang", "en", size=(100, 40), env={"LC_ALL": "C.UTF-8"}) as t:
                    t.wait_for("paused")
                    t.type("4s")
                    screen = t.wait_for(re.compile(r"step 4\b"))
                    pid = next(int(m[1]) for m in (re.search(r"w\.2 +(\d+)", line) for line in screen) if m)
                    kill(pid, signal.SIGSTOP)
                    wait_until(lambda: stat(pid)[0] == "T", "w.2 is stopped")
                    for _ in range(4):
                        if any("w.2 is next but stopped" in line for line in t.screen()):
                            break
                        t.type("s")
                        t.wait_for(re.compile(r"w\.2 is next but stopped|step [5-9]\b"))
                    t.wait_for("w.2 is next but stopped")
                    t.type(keys)
                    t.wait_for(change)
                    kill(pid, signal.SIGCONT)
                    t.wait_gone("w.2 is next but stopped")
                    t.type("g99\r")
                    t.wait_for("r again")
                    t.send("q")
                    self.assertEqual(t.wait_end(), 0)
                    no_process_left(t.mark)

    def test_interrupted_where_the_viewer_chooses(self):
        """^C from another terminal: the terminal is given back, the run is kept, and the exit code says the signal."""
        with Terminal("run", "ticket-race", "--policy", "manual", "--lang", "en", size=(120, 40), env={"LC_ALL": "C.UTF-8"}) as t:
            t.wait_for("What to look for")
            t.send("Space")
            t.wait_for("who moves next?")
            t.type("121")
            t.wait_for(re.compile(r"step 6\b"))
            os.kill(t.pid, signal.SIGINT)
            self.assertEqual(t.wait_end(), 128 + signal.SIGINT)
            t.wait_for("the same again:")
            no_process_left(t.mark)

    def shown(self, t, text, continued=()):
        """{name: (pid, state)} on the screen, once all of it is so: it is drawn from top to bottom, and may be seen half drawn."""
        found = {}

        def holds(screen):
            found.clear()
            found.update({m[1]: (int(m[2]), m[3]) for m in map(SHOWN.match, screen) if m})
            return re.search(text, "\n".join(screen)) and all(name in continued or self.agrees(name, *row) for name, row in found.items())

        t.wait_until(holds, "what %s shows is what the kernel says" % text)
        return found

    def agrees(self, name, pid, state):
        if state in ("stopped", "zombie"):
            return stat(pid)[0] == {"stopped": "T", "zombie": "Z"}[state]
        calls = {"sleeping": NANOSLEEP, "blocked": WAITS_IN.get(name.split(".")[0], (None,))[0]}
        return stat(pid)[0] == "S" and syscall(pid)[0] == calls.get(state, syscall(pid)[0])     # ready, running: it waits for its grant

    def test_stopped_from_outside(self):
        with Running(WAITS) as r:
            pids = r.pids("client", "takers.1", "receivers.1", "sleeper", "parent", "finished")
            for name in ("takers.1", "receivers.1", "sleeper", "parent"):
                number = WAITS_IN[name.split(".")[0]][0]
                wait_in(pids[name], number)
                kill(pids[name], signal.SIGSTOP)
                wait_until(lambda: stat(pids[name])[0] == "T", name + " is stopped")
                kill(pids[name], signal.SIGCONT)
                wait_until(lambda: stat(pids[name])[0] == "S" and syscall(pids[name])[0] in (number, RESTART), name + " sleeps on")
            self.assertIsNone(r.process.poll())

    @unittest.skipUnless(X86_64, "the numbers of system calls are x86-64's")
    def test_a_pool(self):
        """Workers are main's children, a thread of main's tends them; those without a task sleep on one word. A process that holds the
        end that came with its task is killed: its reader notices, another takes its place, and its task is lost."""
        with Running(POOL) as r:
            pids = r.pids("pool.1", "pool.2", "pool.3", "reader")
            main, workers = pids["main"], ["pool.1", "pool.2", "pool.3"]
            for name in workers:
                self.assertEqual(stat(pids[name])[1], main)
                wait_until(lambda: proc(pids[name], "cmdline").rstrip("\0") == name, "its command line")
            threads = [Path(task, "comm").read_text().strip() for task in Path("/proc/%d/task" % main).iterdir()]
            self.assertEqual((sorted(threads), pids["pool.callbacks"]), (["main", "pool.callbacks"], main))
            holder = wait_until(lambda: [e["process"] for e in r.events("step") if e["do"].startswith("sleep")], "one has the task")[0]
            wait_in(pids[holder], NANOSLEEP)
            self.assertEqual(len({wait_in(pids[name], FUTEX) for name in workers if name != holder}), 1)
            wait_in(main, FUTEX)
            kill(pids[holder], signal.SIGKILL)
            code, end = r.end()
            self.assertEqual((end["shared"]["r"], end["verdict"]), ([1, 2, 3, 4, 5, 6], "ok"), r.err.read_text())
            another = [e["pid"] for e in r.events("process") if e["process"] == holder]
            self.assertEqual((len(another), another[0]), (2, pids[holder]))

    def test_joined_is_gone(self):
        text = "scenario: gone\nprocesses: {p: {steps: []}}\nmain: [{start: p}, {join: p}, {sleep: 60s}]\n"
        with Running(text) as r:
            pid = r.pids("p")["p"]
            wait_until(lambda: not os.path.exists("/proc/%d" % pid), "off the kernel's list")


HOLDER = """
scenario: holder
objects: {door: lock}
processes:
  holder: {steps: [{acquire: door}, {sleep: 60s}, {release: door}]}
  other: {count: 2, steps: [{sleep: 20ms}, {acquire: door}]}
"""


FILE = """
scenario: file
objects: {db: {file: {n: 1}}}
processes: {p: {steps: [{repeat: 10, do: [db.n = 2, {sleep: 50ms}]}]}}
"""


ENDLESS = """
scenario: endless
shared: {n: 0}
processes: {victim: {steps: [{sleep: 100000s}]}, busy: {steps: [{while: alive(victim), do: [{atomic: n += 1}]}]}}
main: [{start: victim}, {start: busy}, {join: busy}, {join: victim}]
"""


class Told(unittest.TestCase):
    """What somebody outside of the scenario does to its processes is reported, with its time, in every form: nobody is to believe
    that a process which was killed has ended by itself."""

    def outside(self, r, pid, numbers, told):
        """Send these signals, the next when the one before has been reported."""
        for number, word in zip(numbers, told):
            kill(pid, number)
            wait_until(lambda: word in r.out.read_text(errors="ignore"), word)

    def test_in_plain_sentences(self):
        for policy, lang in (("host", "en"), ("rr", "en"), ("host", "zh")):
            told = (["victim was stopped from outside (SIGSTOP); to resume it: kill -CONT %d", "victim was resumed from outside (SIGCONT)",
                     "victim was killed from outside (SIGKILL)"] if lang == "en" else
                    ["victim 被外部暂停（SIGSTOP）；恢复它：kill -CONT %d", "victim 被外部恢复（SIGCONT）", "victim 被外部杀死（SIGKILL）"])
            with self.subTest(policy, lang=lang), \
                    Running(ENDLESS, "--max-steps", "100000000", "--lang", lang, policy=policy, form="--plain") as r:
                pid = wait_until(lambda: r.by_name().get("victim"), "the victim lives")
                told[0] %= pid
                self.outside(r, pid, (signal.SIGSTOP, signal.SIGCONT, signal.SIGKILL), told)
                self.assertEqual(r.process.wait(10 * PATIENCE), 0, r.err.read_text())
                ended = "Finished" if lang == "en" else "运行结束"
                self.assertEqual(r.out.read_text().rpartition(ended)[2].splitlines()[1].strip(), told[2])

    def test_of_a_run_that_says_only_how_it_ended(self):
        for form in ("--plain", "--json"):
            with Running(ENDLESS, "--max-steps", "100000000", "--quiet", form=form) as r:
                kill(wait_until(lambda: r.by_name().get("victim"), "the victim lives"), signal.SIGTERM)
                self.assertEqual(r.process.wait(10 * PATIENCE), 0, r.err.read_text())
                if form == "--plain":
                    self.assertIn("victim was killed from outside (SIGTERM)", r.out.read_text())
                else:
                    self.assertEqual(r.events("end")[0]["killed"], {"victim": 15})

    def test_in_json_with_the_time_when_it_was(self):
        begun = time.monotonic()
        with Running(HOLDER.replace("60s", "4s")) as r:
            pids = r.pids("holder", "other.1")
            time.sleep(0.3)
            kill(pids["other.1"], signal.SIGSTOP)
            wait_until(lambda: r.events("signal"), "it is told")
            kill(pids["other.1"], signal.SIGKILL)
            wait_until(lambda: r.events("exit"), "it is told")
            passed = time.monotonic() - begun
            code, end = r.end(10)
            self.assertEqual((code, end["killed"]), (0, {"other.1": 9}))
            self.assertEqual([(e["process"], e["signal"], e["from"]) for e in r.events("signal")],
                             [("other.1", 19, "outside"), ("other.1", 9, "outside")])
            stopped, killed = [e["time"] / 1e6 for e in r.events("signal")]
            self.assertGreaterEqual(stopped, 0.3)
            self.assertGreaterEqual(killed, stopped)
            self.assertLess(killed, passed)         # the clock begins with the run
            self.assertEqual({e["time"] / 1e6 for e in r.events("exit") if e["process"] == "other.1"}, {killed})

    def test_under_a_virtual_clock_with_what_it_showed(self):
        """An action takes 10 ms there; what passes meanwhile on the wall's clock is nothing to it."""
        with Running(ENDLESS, "--max-steps", "100000000", policy="rr") as r:
            pids = r.pids("victim", "busy")
            for pid, number in (pids["busy"], signal.SIGSTOP), (pids["busy"], signal.SIGCONT), (pids["victim"], signal.SIGKILL):
                before = len(r.events("signal"))
                kill(pid, number)
                wait_until(lambda: len(r.events("signal")) > before, "it is told")
            self.assertEqual(r.end(10)[0], 0)
            self.assertEqual([e["time"] % 10000 for e in r.events("signal")], [0, 0, 0])

    def test_a_process_still_stopped_in_the_end(self):
        """The process whose turn it is, is stopped: nothing goes on, and the reason is reported immediately."""
        with Running(ENDLESS, "--timeout", "2", "--max-steps", "100000000", policy="rr", form="--plain") as r:
            pid = wait_until(lambda: r.by_name().get("busy"), "it lives")
            self.outside(r, pid, [signal.SIGSTOP], ["busy was stopped from outside (SIGSTOP)"])
            self.assertEqual(r.process.wait(5 * PATIENCE), 4, r.err.read_text())
            self.assertIn("busy is still stopped from outside (SIGSTOP)", r.out.read_text())


ALIVE = """
scenario: alive
shared: {x: 0}
processes:
  server: {daemon: true, steps: [{while: "alive(client[1]) or alive(client[2])", do: []}, x = 1]}
  client: {count: 2, steps: [{sleep: 3ms}]}
expect: [{always: x == 0}]
"""

NOT_STARTED = """
scenario: not-started
shared: {x: 0}
processes:
  p: {steps: [{try: [{terminate: q}], except: {AttributeError: [x = 1]}}]}
  others: {count: 20, steps: []}
  q: {steps: [{sleep: 1ms}]}
expect: [{finally: x == 0}]
"""

LATER = NOT_STARTED.replace("steps: ", "arrive: 30ms, steps: ", 3).replace("not-started", "later")

MANY = """
scenario: many
shared: {n: 0}
processes: {p: {count: 600, steps: [{atomic: n += 1}]}}
"""


class DefaultMain(unittest.TestCase):
    """Also under the kernel's policy it takes no time: it moves as soon as it can, before anybody else."""

    def test_it_ends_immediately(self):
        """A daemon never sees that all are dead, but main has not ended."""
        for _ in range(40):
            self.assertEqual(run(["run", "-", "--policy", "host", "--quiet"], stdin=ALIVE).code, 0)

    def test_it_starts_all_before_any_of_them_moves(self):
        for text in (NOT_STARTED, LATER):
            for _ in range(20):
                self.assertEqual(run(["run", "-", "--policy", "host", "--quiet"], stdin=text).code, 0)

    def begun(self, r):
        """main's pid, when it is starting the others."""
        return wait_until(lambda: next((pid for pid in children(r.process.pid) if children(pid)), None), "the first is started")

    def test_it_may_be_killed(self):
        """Also in its turn: those it has started go on without it."""
        for k in range(15):
            with Running(MANY) as r:
                main = self.begun(r)
                time.sleep(k * 0.002)
                kill(main, signal.SIGKILL)
                code, end = r.end(10)
                self.assertEqual(code, 0, r.err.read_text())
                exits = [p["exit"] for p in end["processes"]]
                self.assertIn(exits[0], (0, -9))
                self.assertEqual(end["shared"]["n"], exits.count(0) - (exits[0] == 0))

    def test_it_may_be_killed_while_it_waits_for_the_next_to_arrive(self):
        text = "scenario: s\nprocesses: {a: {steps: [{sleep: 100ms}, {kill: main}]}, b: {arrive: 60s, steps: []}}\n"
        with Running(text) as r:
            code, end = r.end()
            self.assertEqual(code, 0, r.err.read_text())
            self.assertEqual({p["process"]: p["exit"] for p in end["processes"]}["main"], -9)

    def test_it_may_be_stopped(self):
        """In its turn: then nobody moves, and it is said why; after SIGCONT it goes on."""
        for k in range(8):
            with Running(MANY, form="--plain") as r:
                main = self.begun(r)
                time.sleep(k * 0.002)
                kill(main, signal.SIGSTOP)
                wait_until(lambda: "main was stopped from outside (SIGSTOP)" in r.out.read_text() or r.process.poll() is not None,
                           "it is told")
                told = r.out.read_text()
                if told.count("main starts") < 600:
                    self.assertNotIn("ends, exit code", told)
                    self.assertIsNone(r.process.poll())
                kill(main, signal.SIGCONT)
                self.assertEqual(r.process.wait(10 * PATIENCE), 0)
                self.assertIn("n = 600", r.out.read_text())

    def test_why_nothing_goes_on_while_it_is_stopped(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "many.yaml")
            file.write_text(MANY)
            with Terminal("run", str(file), "--step", "--policy", "host", size=(90, 24), env={"LC_ALL": "C.UTF-8"}) as t:
                screen = t.wait_for("main")
                pid = next(int(m[1]) for m in (re.search(r"main +(\d+)", line) for line in screen) if m)
                kill(pid, signal.SIGSTOP)
                t.type(" ")
                self.assertIn("kill -CONT %d" % pid, t.wait_for("main is next but stopped (SIGSTOP)")[23])
                kill(pid, signal.SIGCONT)
                t.wait_for("finished", timeout=20)


class KilledFromOutside(unittest.TestCase):
    def blocked(self, r, *names):
        for name in names:
            wait_until(lambda: any(e["process"] == name and e["to"] == "blocked" and e["on"] == "door"
                                   for e in r.events("state")), name + " waits for the door")

    def test_the_holder_of_a_lock(self):
        """What it holds stays held: the others deadlock, and that is reported immediately."""
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV):
            with Running(HOLDER) as r:
                pids = r.pids("holder", "other.1", "other.2")
                self.blocked(r, "other.1", "other.2")
                kill(pids["holder"], number)
                code, end = r.end()
                self.assertEqual((code, end["verdict"]), (1, "deadlock"), r.err.read_text())
                self.assertEqual(end["blocked"], {"main": "other", "other.1": "door", "other.2": "door"})
                self.assertEqual([e["code"] for e in r.events("exit") if e["process"] == "holder"], [-number])

    def test_a_waiting_process(self):
        """It leaves the line; the others go on when the lock comes free."""
        with Running(HOLDER.replace("60s", "500ms")) as r:
            pids = r.pids("holder", "other.1", "other.2")
            self.blocked(r, "other.1", "other.2")
            kill(pids["other.1"], signal.SIGKILL)
            wait_until(lambda: any(e["process"] == "other.1" for e in r.events("exit")), "its death is told")
            code, end = r.end()
            exits = {p["process"]: p["exit"] for p in end["processes"]}
            self.assertEqual(exits["other.1"], -9)
            self.assertEqual((code, exits["other.2"], end["verdict"]), (0, 0, "ok"))

    def test_main(self):
        """Its children live on as orphans, and the run ends when they do."""
        text = "scenario: main\nprocesses: {p: {count: 3, steps: [{sleep: 300ms}, {say: still here}]}}\n"
        with Running(text) as r:
            kill(r.pids("p.3")["main"], signal.SIGKILL)
            code, end = r.end()
            self.assertEqual([e["text"] for e in r.events("say")], ["still here"] * 3, r.err.read_text())
            self.assertEqual({p["exit"] for p in end["processes"] if p["process"] != "main"}, {0})

    def test_while_others_are_busy(self):
        """Deaths are noticed although actions never cease, in an order that the twin can follow."""
        text = """
scenario: busy
shared: {n: 0}
processes:
  victim: {steps: [{sleep: 60s}]}
  busy: {count: 2, steps: [{while: alive(victim), do: [{atomic: n += 1}]}]}
main: [{start: victim}, {start: busy}, {join: busy}]
"""
        for _ in range(10):
            with Running(text, "--max-steps", "100000000") as r:
                kill(r.pids("busy.2")["victim"], signal.SIGKILL)
                code, end = r.end(10)
                self.assertEqual((code, end["verdict"]), (0, "ok"), r.err.read_text())

    def test_under_a_virtual_cpu(self):
        """The death is taken in at the next action; the rest goes on."""
        text = """
scenario: virtual
shared: {n: 0}
processes:
  victim: {steps: [{sleep: 100000s}]}
  busy: {steps: [{while: alive(victim), do: [{atomic: n += 1}]}]}
main: [{start: victim}, {start: busy}, {join: busy}]
"""
        with Running(text, "--max-steps", "100000000", policy="rr") as r:
            pid = wait_until(lambda: [p for p, name in processes_with("FORKLORE_TEST_RUN=" + r.mark).items() if name == "victim"],
                             "the victim lives")[0]
            kill(pid, signal.SIGKILL)
            code, end = r.end(10)
            self.assertEqual((code, end["verdict"]), (0, "ok"), r.err.read_text())

    @slow
    def test_workers_of_a_pool_of_64(self):
        """At random, again and again: the run comes to its end, and replays (tests/torture_workers.py; tests/torture.py does it for longer)."""
        for policy in torture_workers.POLICIES:
            self.assertGreater(torture_workers.comes_to_its_end((policy, 7)), 0)

    def test_a_managers_server(self):
        """Also in the middle of a request: a process that asks it afterwards gets EOFError."""
        text = """
scenario: served
objects: {m: {manager: {n: 0}}}
processes: {a: {count: 2, steps: [{forever: , do: [m.n += 1]}]}}
"""
        for policy in ["host", "rr"] * 6:
            with Running(text, "--max-steps", "100000000", policy=policy) as r:
                pids = r.pids("a.1", "a.2")
                kill(pids["m"], signal.SIGKILL)
                code, end = r.end()
                self.assertEqual((code, end["verdict"]), (1, "exception"), r.err.read_text())
                self.assertEqual({(e["process"], e["name"]) for e in r.events("exception")}, {("a.1", "EOFError"), ("a.2", "EOFError")})

    def test_a_managers_server_that_is_stopped(self):
        """A process that asks waits for it, however long; its death ends that."""
        text = "scenario: served\nobjects: {m: {manager: {n: 0}}}\nprocesses: {a: {steps: [{forever: , do: [m.n += 1]}]}}\n"
        with Running(text, "--max-steps", "100000000") as r:
            pids = r.pids("a")
            kill(pids["m"], signal.SIGSTOP)
            time.sleep(6)           # longer than anybody had patience once
            self.assertIsNone(r.process.poll(), r.err.read_text())
            kill(pids["m"], signal.SIGKILL)
            code, end = r.end()
            self.assertEqual((code, end["verdict"]), (1, "exception"), r.err.read_text())

    def test_a_process_that_asks_and_writes(self):
        """What a process had set in a manager, or written to a file, when it was killed and its action undone: nobody sees it."""
        text = """
scenario: asking
objects: {m: {manager: {n: 0}}, f: {file: {n: 0}}}
processes:
  a:
    count: 30
    steps:
      - forever:
        do:
          - m.n += 1
          - try: [f.n += 1]
            except: {ValueError: []}
"""
        for policy in ["host", "rr"] * 2:
            with Running(text, "--max-steps", "100000000", policy=policy) as r:
                pids = r.pids("a.30")
                for i in range(1, 28):
                    kill(pids["a.%d" % i], signal.SIGKILL)
                    time.sleep(0.01)
                self.assertIsNone(r.process.poll(), r.err.read_text())

    def test_a_process_that_listens(self):
        """A process that connects at this moment connects to one that dies a little later."""
        for policy in ["host", "rr"] * 5:
            with Running(CONNECTIONS, "--max-steps", "100000000", policy=policy) as r:
                pids = r.pids("client.20", "server.2")
                time.sleep(0.02)
                for name in ("server.1", "first", "server.2"):
                    kill(pids[name], signal.SIGKILL)
                time.sleep(0.1)
                self.assertIsNone(r.process.poll(), r.err.read_text())

    def test_processes_that_connect_and_accept(self):
        """A connection that did not take effect is nobody's; one that went with the process that accepted it is missed by none."""
        for policy in ["host", "rr"] * 3:
            with Running(CONNECTIONS, "--max-steps", "100000000", policy=policy) as r:
                pids = r.pids("client.20", "server.2")
                for name in ["client.%d" % i for i in range(1, 20)] + ["server.1", "server.2"]:
                    kill(pids[name], signal.SIGKILL)
                    time.sleep(0.005)
                time.sleep(0.1)
                self.assertIsNone(r.process.poll(), r.err.read_text())

    def test_a_stranger_connects(self):
        """As one whose connecting did not take effect: who accepts gets the connection of the scenario."""
        text = """
scenario: stranger
objects: {port: socket}
processes:
  server: {steps: [{listen: port}, {sleep: 400ms}, {accept: port, into: c}, {recv: c, into: x}, {say: "{x}"}]}
  client: {steps: [{sleep: 300ms}, {connect: port, into: c}, {send: c, item: 7}]}
"""
        with Running(text) as r:
            server = r.pids("server")["server"]
            with socket.create_connection(("127.0.0.1", wait_until(lambda: listens_at(server), "it listens"))):
                code, _ = r.end()
            self.assertEqual((code, [e["text"] for e in r.events("say")]), (0, ["7"]), r.err.read_text())

    @unittest.skipUnless(subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode == 0, "there can be no network of its own")
    def test_a_stranger_connects_from_the_same_port(self):
        """Of another address: in a network with two ports, one of which the listener has, it is the client's port."""
        text = """
scenario: stranger
objects: {port: socket}
processes:
  server: {steps: [{listen: port}, {sleep: %(later)dms}, {accept: port, into: c}, {recv: c, into: x}, {say: "{x}"}]}
  client: {steps: [{sleep: %(soon)dms}, {connect: port, into: c}, {send: c, item: 7}]}
"""
        for delay in (500, 3000, 20000):
            with Running(text % {"soon": delay, "later": delay + 100}, prepare=two_ports) as r:
                pids = r.pids("server", "client")
                wait_until(lambda: listens_at(pids["server"]), "it listens")
                with subprocess.Popen(["nsenter", "-n", "-t", str(pids["server"]), sys.executable, "-c", STRANGER], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True) as stranger:
                    self.assertEqual(stranger.stdout.readline(), "connected\n")
                    late = any("connect" in e["do"] for e in r.events("step"))
                    code, _ = r.end(60)
                    stranger.stdin.close()
                if not late:
                    self.assertEqual((code, [e["text"] for e in r.events("say")]), (0, ["7"]), r.err.read_text())
                    return
        self.fail("the client was always sooner")


def two_ports():
    """A network of its own, whose programs get the ports 40000 and 40001."""
    up = struct.pack("16sH14x", b"lo", 0x41)        # IFF_UP, IFF_RUNNING
    if ctypes.CDLL(None, use_errno=True).unshare(0x40000000):       # CLONE_NEWNET
        raise OSError(ctypes.get_errno(), "unshare")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, 0x8914, up)                  # SIOCSIFFLAGS
    Path("/proc/sys/net/ipv4/ip_local_port_range").write_text("40000 40001")


# The kernel gives away a port that was bound only once; one that it chooses for a connection it gives to each address.
STRANGER = """
import socket, sys
IP_BIND_ADDRESS_NO_PORT = 24
for port in (40000, 40001):
    s = socket.socket()
    s.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
    s.bind(("127.0.0.2", 0))
    try:
        s.connect(("127.0.0.1", port))
    except OSError:
        continue
    print("connected", flush=True)
    sys.stdin.read()
"""


CONNECTIONS = """
scenario: connections
objects: {port: socket}
functions:
  serve:
    steps:
      - forever:
        do:
          - {accept: port, into: c}
          - try: [{recv: c, into: x}, {send: c, item: x}]
            except: {EOFError: [], BrokenPipeError: []}
          - close: c
processes:
  server: {count: 2, steps: [{call: serve}]}
  first: {steps: [{listen: port}, {start: server}, {call: serve}]}
  client:
    count: 20
    steps:
      - forever:
        do:
          - try:
              - {connect: port, into: c}
              - {send: c, item: index}
              - {recv: c, into: x}
              - {close: c}
              - {if: x != index, then: [{exit: 1}]}
            except: {ConnectionRefusedError: [{sleep: 100us}], EOFError: [{close: c}], BrokenPipeError: [{close: c}]}
main: [{start: first}, {start: client}, {join: client}]
"""


ONE_WAY, TWO_WAY = [("""
scenario: messages
shared: {got: 0}
objects: {link: {pipe: {duplex: %s, capacity: 8}}}
processes:
  sender:
    count: 2
    steps:
      - close: link.left
      - try: [{repeat: 6000, as: i, do: [{send: link.right, item: i}]}]
        except: {BrokenPipeError: [{exit: 7}]}
  receiver:
    count: 2
    steps:
      - close: link.right
      - try: [{forever: , do: [{recv: link.left, into: x}, {atomic: got += 1}]}]
        except: {EOFError: [{exit: 8}]}
main: [{start: receiver}, {start: sender}, {close: link.left}, {close: link.right}, {join: sender}, {join: receiver}]
""" % two_way) for two_way in ("false", "true")]

ONE_EACH = ONE_WAY.replace("count: 2", "count: 1")

CONNECTION = """
scenario: connection
shared: {got: 0}
objects: {server: socket}
processes:
  sender:
    count: 1
    steps:
      - {connect: server, into: c}
      - try: [{repeat: 6000, as: i, do: [{send: c, item: i}, {if: i % 7 == 0, then: [{recv: c, into: x}]}]}]
        except: {BrokenPipeError: [{exit: 7}], EOFError: [{exit: 7}]}
  receiver:
    count: 1
    steps:
      - {accept: server, into: c}
      - try: [{forever: , do: [{recv: c, into: x}, {if: x % 7 == 0, then: [{send: c, item: x}]}, {atomic: got += 1}]}]
        except: {BrokenPipeError: [{exit: 8}], EOFError: [{exit: 8}]}
main: [{listen: server}, {start: receiver}, {start: sender}, {join: sender}, {join: receiver}]
"""


class KilledWithMessages(unittest.TestCase):
    """Killed between what it does in the kernel and what it reports to the others: no message is lost or comes twice."""

    def play(self, text, victim, pause):
        """The exit codes of all; how many messages were received. They travel one by one, or many together."""
        self.plays = getattr(self, "plays", 0) + 1
        with Running(text, "--max-steps", "10000000", "--batch", ("1", "15")[self.plays // 2 % 2]) as r:
            pid = r.pids("sender.1", "receiver.1")[victim]
            time.sleep(pause)
            kill(pid, signal.SIGKILL)
            code, end = r.end(20)
            self.assertEqual((code, end and end["verdict"]), (0, "ok"), r.err.read_text())
            return {p["process"]: p["exit"] for p in end["processes"]}, end["shared"]["got"]

    def test_one_of_several(self):
        """The others go on, and what the living send arrives."""
        for text in (ONE_WAY, TWO_WAY):
            for k in range(8):
                victim = ("sender.1", "receiver.1")[k % 2]
                exits, got = self.play(text, victim, 0.01 + k * 0.003)
                self.assertEqual([exits["sender.2"], exits["receiver.2"]], [0, 8], victim)
                if victim == "sender.1":
                    self.assertGreaterEqual(got, 6000)

    def test_the_only_one(self):
        """Its end is reported to the process at the other end."""
        for text in (ONE_EACH, CONNECTION):
            for k, (victim, other, code) in enumerate([("sender.1", "receiver.1", 8), ("receiver.1", "sender.1", 7)] * 4):
                exits, _ = self.play(text.replace("6000", "1000000"), victim, 0.005 + k * 0.003)
                self.assertEqual((exits[victim], exits[other]), (-9, code))


CROWD = """
scenario: crowd
objects: {door: lock, s: {semaphore: 0}}
processes:
  w: {count: 150, steps: [{acquire: s}]}
  sleeper: {count: 30, steps: [{sleep: 600s}]}
  parent: {steps: [{start: orphan}, {sleep: 600s}]}
  orphan: {count: 20, steps: [{sleep: 600s}]}
main: [{start: w}, {start: sleeper}, {start: parent}, {sleep: 600s}]
"""


class EndsWell(unittest.TestCase):
    """Whichever way the controller ends, nothing of the run outlives it."""

    def crowd(self):
        r = Running(CROWD)
        pids = r.pids("w.150", "sleeper.30", "orphan.20")
        kill(pids["parent"], signal.SIGKILL)        # now there are orphans
        kill(pids["w.7"], signal.SIGSTOP)
        wait_until(lambda: stat(pids["orphan.1"])[1] == r.process.pid, "the orphans are adopted")
        return r

    def gone(self, r):
        wait_until(lambda: not processes_with("FORKLORE_TEST_RUN=" + r.mark), "all of it has ended")

    def test_killed(self):
        with self.crowd() as r:
            r.process.kill()
            self.assertEqual(r.process.wait(), -9)
            self.gone(r)

    def test_killed_while_others_are_being_started(self):
        """A process that is just being forked belongs to the run, too."""
        for _ in range(12):
            with Running(CROWD) as r:
                r.pids("w.150")
                r.process.kill()
                r.process.wait()
                self.gone(r)

    def test_signals(self):
        numbers = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
        if not SANITIZED:               # which has its own way with a SIGSEGV
            numbers.append(signal.SIGSEGV)
        for number in numbers:
            with self.crowd() as r:
                r.process.send_signal(number)
                code = r.process.wait(5 * PATIENCE)
                self.assertIn(code, (128 + number, -number) if number == signal.SIGSEGV else (128 + number,))
                self.gone(r)

    def test_signal_under_a_virtual_cpu(self):
        text = "scenario: endless\nshared: {n: 0}\nprocesses: {p: {count: 3, steps: [{forever: , do: [n += 1]}]}}\n"
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            with Running(text, "--max-steps", "1000000000", policy="rr") as r:
                wait_until(lambda: r.out.stat().st_size > 100000, "it runs")
                r.process.send_signal(number)
                self.assertEqual(r.process.wait(5 * PATIENCE), -9 if number == signal.SIGKILL else 128 + number)
                self.gone(r)

    def test_nobody_reads(self):
        for args in (["--plain"], ["--json"], ["--json", "--policy", "host"]):
            r = Running(FAMILY)         # for its file and its mark
            with r:
                r.process.kill()
                r.process.wait()
                text = r.file.read_text().replace("60s", "20ms")
                r.file.write_text(re.sub(r"main: .*", "main: [{repeat: 400, do: [{say: 'again and again and again'}]}]", text))
                with subprocess.Popen([PROGRAM, "run", str(r.file), *args], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                      env={**os.environ, "FORKLORE_TEST_RUN": r.mark}) as p:
                    p.stdout.readline()
                    p.stdout.close()
                    p.wait(5 * PATIENCE)
                self.gone(r)

    def test_nothing_is_left_in_the_file_system(self):
        with tempfile.TemporaryDirectory() as scratch:
            before = own_files()
            for name in sorted((ROOT / "scenarios").rglob("*.yaml")):
                run(["run", name, "--json", "--max-steps", "200"], env={"TMPDIR": scratch})
            with Running(CROWD, env={"TMPDIR": scratch}) as r:
                r.pids("w.150")
                r.process.kill()
                r.process.wait()
                self.gone(r)
            self.assertEqual((os.listdir(scratch), own_files() - before), ([], set()))


SEVERAL = "scenario: several\nprocesses: {p: {count: 30, steps: [{sleep: 10ms}]}}\n"
NOBODY = 65534


HANDLERS = """
scenario: handlers
processes:
  server:
    on: {SIGUSR1: [{say: one}], SIGCHLD: [{say: child}]}
    steps: [{sleep: 60s}, {sleep: 60s}]
main: [{start: server}, {sleep: 60s}]
"""

GROWS = """
scenario: grows
objects: {link: pipe}
processes: {a: {steps: [{sleep: 1s}, t = "12345678", {repeat: 17, do: [t = t + t]}, {send: link.right, item: t}]}}
main: [{start: a}, {join: a}]
"""

LATE_TASK = """
scenario: late-task
objects: {pool: {pool: 1}, a: pipe, b: pipe}
functions: {tell: {params: [ends], steps: [{send: "ends[0]", item: 1}]}}
main: [{sleep: 1s}, {apply_async: pool, call: tell, args: [[a.right, b.right]]}, {recv: a.left}]
"""


class Surroundings(unittest.TestCase):
    """What a process's signals, limits and CPUs are is not the scenario's alone."""

    def test_signals_that_carry_something(self):
        """Which an action's do, too: what comes from elsewhere is taken for no action's."""
        def sigqueue(pid, number):
            self.assertEqual(ctypes.CDLL(None).sigqueue(pid, int(number), ctypes.c_void_p(5)), 0)
        with Running(HANDLERS) as r:
            server = r.pids("server")["server"]
            kill(r.pids("main")["main"], signal.SIGCHLD)        # which has no handler, and goes on
            for send, number, said in (sigqueue, signal.SIGUSR1, "one"), (kill, signal.SIGCHLD, "child"):
                wait_until(lambda: syscall(server)[0] > 0, "it sleeps")
                send(server, number)
                wait_until(lambda: [e for e in r.events("signal") if e["signal"] == number and e["from"] == "outside"], "it has been sent " + said)
                wait_until(lambda: said in r.out.read_text(), "it has handled it")
            sigqueue(server, signal.SIGTERM)
            wait_until(lambda: [e["code"] for e in r.events("exit") if e["process"] == "server"] == [-15], "it is dead")

    def test_no_room_for_what_a_signal_carries(self):
        """Then the kernel delivers it all the same, without."""
        for policy in "rr", "host":
            for file, name, expected in ("meaning/signals", "r", [[-15, -9, -15, False]]), ("refused/lives", "n", [111, 112]):       # two children's ends may be one signal
                with Running((ROOT / "tests" / (file + ".yaml")).read_text(), policy=policy,
                             prepare=lambda: resource.setrlimit(resource.RLIMIT_SIGPENDING, (0, 0))) as r:
                    code, end = r.end(20)
                    self.assertEqual(code, 0, r.err.read_text())
                    self.assertIn(end["shared"][name], expected)

    @unittest.skipIf(SANITIZED, "the sanitizer needs more")
    def test_a_process_that_has_no_memory(self):
        with Running(GROWS) as r:
            resource.prlimit(r.pids("a")["a"], resource.RLIMIT_AS, (0, 0))
            code, _ = r.end(20)
            self.assertEqual(code, 5, r.err.read_text())
            self.assertIn("a ended by itself in the middle of its steps", r.err.read_text())

    def test_no_room_for_the_ends_of_a_task(self):
        with Running(LATE_TASK) as r:
            resource.prlimit(r.pids("pool.1")["pool.1"], resource.RLIMIT_NOFILE, (3, 3))
            code, _ = r.end(20)
            self.assertEqual(code, 5, r.err.read_text())
            self.assertIn("pool.1 could not go on: Too many open files", r.err.read_text())

    def test_one_cpu(self):
        """Or a class of scheduling that somebody chose before."""
        def one():
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

        def batch():
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        for prepare in one, batch:
            with Running(MIXED, form="--quiet", prepare=prepare) as r:
                self.assertEqual(r.process.wait(20 * PATIENCE), 0, r.err.read_text())
                no_process_left(r.mark)


class Limits(unittest.TestCase):
    """Where the system refuses: exit 5, a sentence, and nothing is left."""

    def refused(self, prepare, policy, text):
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            os.chmod(folder, 0o755)
            program = shutil.copy(PROGRAM, folder)      # where everybody may run it
            with Running(SEVERAL, policy=policy, prepare=prepare, program=program, where="/tmp") as r:
                code, _ = r.end()
                self.assertEqual(code, 5, r.err.read_text())
                self.assertIn(text, r.err.read_text())

    def test_too_many_processes(self):
        if os.geteuid():
            self.skipTest("only root can become a user with few processes")

        def few():
            resource.setrlimit(resource.RLIMIT_NPROC, (10, 10))
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)

        for policy in ("rr", "host"):
            self.refused(few, policy, "Resource temporarily unavailable")

    def test_too_few_descriptors(self):
        self.refused(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40)), "rr", "Too many open files")

    def test_no_room_for_files(self):
        """What was refused is said: the place, not the processes."""
        for folder, words in (("/nowhere", "No such file or directory"), ("/proc", "No such file or directory")):
            result = run(["run", "-", "--plain"], stdin=FILE, env={"TMPDIR": folder})
            self.assertEqual((result.code, result.out), (5, ""), result)
            self.assertIn("the scenario's files can't be made in %s (TMPDIR): %s" % (folder, words), result.err)
            no_process_left(result.mark)

    def test_no_folder_is_named_for_files(self):
        """They are in /tmp then."""
        rest = {name: value for name, value in os.environ.items() if name != "TMPDIR"}
        for env in rest, {**rest, "TMPDIR": ""}:
            with self.subTest(env.get("TMPDIR")):
                done = subprocess.run([PROGRAM, "run", "ticket-file-lock", "--quiet"], env=env, capture_output=True, text=True, timeout=20 * PATIENCE, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_the_process_that_tidies_up_is_killed(self):
        """The folder of the scenario's files is taken away by the controller, or, when that is killed, by the sweeper."""
        for victim in ("sweeper", "forklore"):
            with tempfile.TemporaryDirectory() as scratch:
                with Running(FILE, env={"TMPDIR": scratch}) as r:
                    r.pids("p")
                    self.assertTrue(os.listdir(scratch), "there is a folder")
                    found = processes_with("FORKLORE_TEST_RUN=" + r.mark)
                    kill({name: pid for pid, name in found.items()}[victim], signal.SIGKILL)
                    r.process.wait(10 * PATIENCE)
                    wait_until(lambda: not os.listdir(scratch), "nothing is left in the folder")

    def test_the_process_that_tidies_up_is_stopped(self):
        """Nobody waits for it."""
        with Running(FILE) as r:
            r.pids("p")
            found = processes_with("FORKLORE_TEST_RUN=" + r.mark)
            kill({name: pid for pid, name in found.items()}["sweeper"], signal.SIGSTOP)
            kill(r.process.pid, signal.SIGTERM)
            self.assertEqual(r.end()[0], 128 + signal.SIGTERM)

    @unittest.skipIf(SANITIZED, "the sanitizer needs its own")
    def test_enough_descriptors(self):
        with Running(SEVERAL, policy="rr", prepare=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (16, 80))) as r:
            self.assertEqual(r.end()[0], 0, r.err.read_text())


MIXED = """
scenario: mixed
shared: {n: 0, got: 0, l: [0, 0, 0]}
objects: {door: lock, often: {lock: {fair: false}}, s: {semaphore: 2}, go: event, q: {queue: {maxsize: 2, joinable: true}}}
processes:
  adder: {count: 3, steps: [{wait: go}, {repeat: 10, do: [{with: door, do: [n += 1]}, {with: often, do: ["l[index - 1] += 1"]}]}]}
  maker: {count: 2, steps: [{repeat: 10, as: i, do: [{put: q, item: i}]}, {join: q}]}
  taker: {count: 2, daemon: true, steps: [{forever: , do: [{get: q, into: x}, {atomic: got += 1}, {task_done: q}]}]}
  hasty: {count: 2, steps: [{repeat: 5, do: [{acquire: s, timeout: 1ms, into: ok}, {if: ok, then: [{sleep: 0s..1ms}, {release: s}]}]}]}
  parent: {steps: [{start: kid}, {start: pest}]}
  kid: {steps: [{sleep: 1ms}, {exit: 4}]}
  pest: {daemon: true, steps: [{sleep: 100s}]}
main:
  - start: adder
  - start: maker
  - start: taker
  - start: hasty
  - start: parent
  - set: go
  - join: adder
  - join: maker
  - join: hasty
  - join: parent
expect:
  - finally: n == 30 and l == [10, 10, 10] and got == 20
"""


THOUSAND_WAIT = """
scenario: thousand-wait
shared: {n: 0}
objects: {door: lock}
processes: {w: {count: 1000, steps: [{acquire: door}, {atomic: n += 1}, {release: door}]}}
main: [{acquire: door}, {start: w}, {sleep: 300ms}, {release: door}, {join: w}]
expect: [{finally: n == 1000}]
"""

THOUSAND_ARE_FREED = """
scenario: thousand-are-freed
shared: {n: 0}
objects: {go: event}
processes: {w: {count: 1000, steps: [{wait: go}, {atomic: n += 1}]}}
main: [{start: w}, {sleep: 300ms}, {set: go}, {join: w}]
expect: [{finally: n == 1000}]
"""

CHAIN = """
scenario: chain
shared: {n: 0}
processes: {w: {count: 200, steps: [{if: index < 200, then: [{start: "w[index + 1]"}]}, {atomic: n += 1}]}}
main: [{start: "w[1]"}, {join: "w[1]"}]
expect: [{finally: n == 200}]
"""


class Strangers(unittest.TestCase):
    """Other programs on the machine."""

    def test_a_managers_server_has_no_address(self):
        """Nobody but the run's processes can ask it: no socket of the run has a name to which another program could connect."""
        text = "scenario: s\nobjects: {m: {manager: {n: 0}}}\nprocesses: {a: {steps: [m.n += 1, {sleep: 60s}]}}\n"
        with Running(text) as r:
            wait_until(lambda: any("m.n" in e["do"] for e in r.events("step")), "the server has been asked")
            sockets = set().union(*(open_files(pid) for pid in r.by_name().values()))
            rows = [line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:]]
            ours = [row for row in rows if "socket:[%s]" % row[6] in sockets]
            self.assertTrue(ours, "it is asked over a socket")
            self.assertEqual([row for row in ours if len(row) > 7], [])

    def test_a_file_is_changed(self):
        """That is said, and not taken for a fault of forklore's."""
        text = "scenario: f\nobjects: {f: {file: {n: 0}}}\nprocesses: {a: {steps: [{forever: , do: [f.n += 1, {sleep: 10ms}]}]}}\n"
        for change in lambda _: "something else\n", lambda was: re.sub(r"\d", "x", was):
            with self.subTest(change("1")), tempfile.TemporaryDirectory() as scratch, Running(text, env={"TMPDIR": scratch}) as r:
                wait_until(lambda: any("f.n" in e["do"] for e in r.events("step")), "the file has been used")
                file = next(Path(scratch).glob("forklore-*/f.json"))

                def ends():
                    try:
                        file.write_text(change(file.read_text()))
                    except FileNotFoundError:
                        pass
                    return r.process.poll() is not None
                wait_until(ends, "the run ends", 20)
                self.assertEqual(r.end()[0], 5)
                self.assertIn("a could not go on: another program has changed the file that it reads", r.err.read_text())

    def test_a_listeners_backlog_is_filled(self):
        """Nobody waits for ever for a place in it: the mutex is held meanwhile."""
        text = """
scenario: s
objects: {server: socket}
processes: {client: {steps: [{sleep: %ds}, {connect: server, into: c}, {recv: c}]}}
main: [{listen: server}, {start: client}, {sleep: 1000s}]
"""
        crowd = 5000
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if 0 <= hard < crowd + 100:
            self.skipTest("too few descriptors")
        resource.setrlimit(resource.RLIMIT_NOFILE, (crowd + 100, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        for delay in (1, 5, 25):
            with Running(text % delay) as r:
                pids, connections = r.pids("main", "client"), []
                port = wait_until(lambda: listens_at(pids["main"]), "main listens")
                for _ in range(crowd):
                    connections.append(socket.socket())
                    connections[-1].setblocking(False)
                    connections[-1].connect_ex(("127.0.0.1", port))
                late = any("connect" in e["do"] for e in r.events("step"))
                code = None if late else r.end(delay + 10)[0]
                for c in connections:
                    c.close()
                if not late:
                    self.assertEqual(code, 5, r.err.read_text())
                    self.assertIn("client could not go on: Connection timed out", r.err.read_text())
                    return
        self.fail("the client was always sooner")


IN_A_ROW = """
scenario: in-a-row
shared: {got: 0}
objects: {many: {pipe: {duplex: false, capacity: 100}}}
processes:
  reader: {steps: [{close: many.right}, {try: [{forever: , do: [{recv: many.left, into: x}, {atomic: got += x}]}], except: {EOFError: []}}]}
main:
  - start: reader
  - repeat: 4
    do:
      - {repeat: 80, do: [{send: many.right, item: 1}]}
      - {repeat: 100, do: [t = 1]}
  - close: many.right
expect: [{finally: got == 320}]
"""

LINES = ["s%d" % k for k in range(1, 41)]
MANY_LINES = """
scenario: many-lines
shared: {n: 0}
objects: {%s}
processes: {w: {count: 40, steps: ["lines = [%s]", {acquire: "lines[index - 1]"}, {atomic: n += 1}]}}
main: [{start: w}, {sleep: 300ms}, {for: line, in: [%s], do: [{release: line}]}, {join: w}]
expect: [{finally: n == 40}]
""" % (", ".join(line + ": {semaphore: 0}" for line in LINES), ", ".join(LINES), ", ".join(LINES))


class Timeouts(unittest.TestCase):
    """Under the kernel's own policy: of nothing, and at what the kernel itself would wait for."""

    def test_they_end_a_wait(self):
        for name, r in (("a-timeout-of-nothing", [False, False]), ("pipe-recv-timeout", ["late", 5])):
            events = run_json(ROOT / "tests/meaning" / (name + ".yaml"), "--policy", "host")
            self.assertEqual(events[-1]["shared"]["r"], r)


class Batches(unittest.TestCase):
    """Many actions for each taking of the mutex: the run ends as with one."""

    def test_messages_and_wakes(self):
        for text in IN_A_ROW, MANY_LINES:
            for batch in "1", "20", "1000":
                done = run(["run", "-", "--quiet", "--policy", "host", "--batch", batch], stdin=text)
                self.assertEqual((done.code, done.err), (0, ""), done)

    def test_handlers(self):
        for path in sorted((ROOT / "tests/meaning").glob("handler*.yaml")):
            one, many = (run(["run", str(path), "--quiet", "--policy", "host", "--batch", batch]) for batch in ("1", "1000"))
            with self.subTest(path.name):
                self.assertEqual((many.code, many.err), (one.code, one.err))


class Again(unittest.TestCase):
    def test_the_same_seed_is_the_same_run(self):
        for path in sorted((ROOT / "scenarios").rglob("*.yaml")):
            runs = [Played(path, "--seed", "7", "--max-steps", "2000") for _ in range(5)]
            lines = [[played.without_pids(line) for line in played.lines] for played in runs]
            for other in lines[1:]:
                self.assertEqual(lines[0], other, path.name)

    def test_many_runs_without_a_hang(self):
        r = Running(MIXED)
        with r:
            r.process.kill()
            r.process.wait()
            for seed in range(150 if not SANITIZED else 30):
                played = Played(r.file, "--policy", "host", "--seed", str(seed), "--batch", ("1", "15", "1000")[seed % 3])
                self.assertEqual((played.code, played.end["verdict"]), (0, "ok"), played.result)

    def test_a_worker_that_is_replaced_immediately(self):
        """While the machine is busy the first worker may be gone before the controller has looked: it is known all the same."""
        text = """
scenario: replaced
shared: {pids: []}
objects: {pool: {pool: 1}}
functions:
  quit: {params: [], steps: [{exit: 3}]}
  who: {params: [], steps: [{return: pid}]}
main:
  - {apply: pool, call: who, into: before}
  - {apply_async: pool, call: quit}
  - {apply: pool, call: who, into: after}
  - pids = [before, after]
"""
        def played(seed):
            return run(["run", "-", "--policy", "host", "--seed", str(seed)], stdin=text)
        with ThreadPoolExecutor(12) as at_once:
            for result in at_once.map(played, range(48)):
                self.assertEqual(result.code, 0, result)

    def test_no_wake_up_is_lost(self):
        """Many short sleeps and joins: a process that is granted its action just before it falls asleep must not sleep on."""
        text = """
scenario: naps
shared: {n: 0}
processes:
  p: {steps: [{repeat: 1500, do: [{sleep: 1ms}]}]}
  q: {count: 20, steps: [{sleep: 0s}]}
main: [{start: p}, {join: p}, {repeat: 20, as: i, do: [{start: "q[i + 1]"}, {join: "q[i + 1]"}]}]
"""
        with Running(text, policy="fifo") as r:
            self.assertEqual(r.end(5)[0], 0)

    def test_crowds(self):
        """A thousand processes, all of them waiting for one thing; a long chain of parents."""
        for text in (THOUSAND_WAIT, THOUSAND_ARE_FREED, CHAIN):
            for args in ([], ["--policy", "host"], ["--policy", "random", "--cpus", "64"]):
                with Running(text, *args, policy=None) as r:
                    code, end = r.end(60)
                    self.assertEqual((code, end["verdict"]), (0, "ok"), r.err.read_text())

    def test_a_deadlock_is_reported_immediately(self):
        text = """
scenario: at-once
objects: {a: lock, b: lock}
processes:
  p: {steps: [{acquire: a}, {sleep: 50ms}, {acquire: b}]}
  q: {steps: [{acquire: b}, {sleep: 50ms}, {acquire: a}]}
"""
        def seconds(policy):
            begun = time.monotonic()
            with Running(text, policy=policy) as r:
                code, end = r.end()
                self.assertEqual((code, end["blocked"]), (1, {"main": "p", "p": "b", "q": "a"}))
                return time.monotonic() - begun

        for policy in ("host", "rr"):   # whatever else the machine does: the least that was seen counts
            self.assertTrue(any(seconds(policy) < 0.4 * PATIENCE for _ in range(20)), policy)

    def test_killed_at_any_moment(self):
        """Whichever is killed while all are busy, the shared part stays whole: the twin checks every action."""
        for seed in range(16):
            with Running(MIXED, "--seed", str(seed), "--timeout", "2", "--batch", ("1", "15")[seed % 2]) as r:
                pids = r.pids("parent")
                victim = sorted(pids)[seed % len(pids)]
                time.sleep(seed % 5 * 0.001)
                kill(pids[victim], signal.SIGKILL)
                code, end = r.end(10)
                self.assertIsNotNone(end, r.err.read_text())
                self.assertIn(end["verdict"], ("ok", "deadlock", "violated", "limit"), victim + ": " + r.err.read_text())
                self.assertNotIn("fault of forklore", r.err.read_text())


class Computing(unittest.TestCase):
    """A process that computes on the screen really computes: the kernel counts its time. Not while the show is paused."""

    def ticks(self, pid):
        return int(proc(pid, "stat").rpartition(")")[2].split()[11])

    def test_it_shows_in_the_kernels_accounts(self):
        text = ("scenario: busy\ncpu: {policy: rr, quantum: 1ms, step: 0ms}\n"
                "processes: {p: {count: 2, steps: [{compute: 9s}]}, idler: {steps: [{sleep: 99s}]}}\n")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "busy.yaml"
            file.write_text(text)
            with Terminal("run", file, "--speed", "4") as t:
                t.wait_for("Round robin")
                def pids():
                    found = {}
                    for pid, name in processes_with("FORKLORE_TEST_RUN=" + t.mark).items():
                        if name in ("p.1", "p.2", "idler"):
                            found[name] = pid
                    return found
                for _ in range(100):
                    if len(pids()) == 3:
                        break
                    time.sleep(0.1)
                at = pids()
                wait_until(lambda: all(self.ticks(at[name]) > 20 for name in ("p.1", "p.2")), "both have computed for 0.2 s", 10)
                self.assertLess(self.ticks(at["idler"]), 10)
                t.send("Space")
                t.wait_for("paused")
                before = self.ticks(at["p.1"]) + self.ticks(at["p.2"])
                time.sleep(1)
                self.assertLess(self.ticks(at["p.1"]) + self.ticks(at["p.2"]) - before, 10)
                t.send("Q")
                t.wait_end()
            no_process_left(t.mark)


if __name__ == "__main__":
    unittest.main()
