"""learn: the exercises, one after the other; the learner's file is graded whenever it is saved."""
import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from forklore_test import COUNTED, PROGRAM, ROOT, Terminal, hold, no_process_left, processes_with, run, wait_until

NAME = "five-philosophers"
TITLE = "Five philosophers"
EXERCISE = ROOT / "scenarios/exercises" / (NAME + ".yaml")
SOLUTION = ROOT / "scenarios/exercises/solutions" / (NAME + ".yaml")
# Ever new states, and each takes long: it is left only by a limit, after a minute.
ENDLESS = """      - n = 0
      - forever:
        do: [n += 1, {acquire: "forks[0]"}, i = 0, {while: i < 100000, do: [i += 1]}, {release: "forks[0]"}]
"""




def without_hints(text):
    """As it is copied for a student: each hint of the library stands on lines of its own."""
    kept, below = [], None
    for line in text.splitlines(True):
        indent = len(line) - len(line.lstrip(" "))
        if below is not None and indent > below:
            continue
        below = indent if re.match(r" *hints?:", line) else None
        if below is None:
            kept.append(line)
    return "".join(kept)


COPY = without_hints(EXERCISE.read_text())


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="forklore-learn-")
        self.addCleanup(directory.cleanup)
        self.dir = Path(directory.name)
        self.here = self.dir / "here"
        self.here.mkdir()
        self.mine = self.here / (NAME + ".yaml")
        self.env = {"XDG_STATE_HOME": str(self.dir / "state")}

    def lines(self, args, stdin="", env=None):
        return run("learn " + args, stdin=stdin, cwd=self.here, env={**self.env, **(env or {})}, timeout=60)

    def remembered(self, file="learn"):
        return (self.dir / "state/forklore" / file).read_text().splitlines()

    def export(self):
        result = self.lines("--export-csv -")
        self.assertEqual((result.code, result.err), (0, ""), result)
        return list(csv.DictReader(io.StringIO(result.out, newline="")))


class Lines(Case):
    """Without a terminal."""

    def test_commands_are_as_the_user_began(self):
        """What `grade` writes is for somebody else, who calls the program otherwise."""
        shutil.copy(EXERCISE, self.mine)
        out = run(["learn", "--linear", NAME], stdin="quit\n", cwd=self.here, env=self.env, timeout=60, called="./forklore").out
        self.assertIn("on real processes: ./forklore run %s --schedule '[" % self.mine.name, out)
        out = run(["grade", NAME, self.mine], timeout=60, called="./forklore").out
        self.assertIn("forklore run ", out)
        self.assertNotIn("./forklore", out)

    def test_the_list(self):
        result = self.lines("")
        self.assertEqual((result.code, result.err), (0, ""), result)
        rows = result.out.splitlines()[:-1]
        self.assertEqual(rows[0], " 1  sell-each-ticket-once  not begun, 0/4  Sell each ticket once")
        self.assertEqual(sorted(row.split()[1] for row in rows), sorted(p.stem for p in (ROOT / "scenarios/exercises").glob("*.yaml")))
        self.assertIn("未开始，0/4".replace("，", ", "), self.lines("--lang zh").out)
        self.assertFalse(list(self.here.iterdir()))

    def test_one_is_begun_and_graded(self):
        result = self.lines(NAME)
        self.assertEqual((result.code, result.err), (1, ""), result)
        self.assertEqual(self.mine.read_text(), COPY)
        for part in ("two can eat at the same time", "You may change: `objects`", "Forbidden there: `eating`, `meals`, ", "Your file: five-philosophers.yaml", "five-philosophers.yaml: 3 of 5\n",
                     "  LOST 0/2  nobody waits for ever\n            BROKEN: in some orders", "  ok   1/1  everybody eats\n"):
            self.assertIn(part, result.out)
        self.assertEqual(self.remembered(), ["points five-philosophers 3"])
        self.assertIn("in progress, 3/5", self.lines("").out)
        no_process_left(result.mark)

    def test_the_same_grade_as_grade_gives(self):
        self.lines(NAME)
        graded = run(["grade", NAME, self.mine.name], cwd=self.here)
        self.assertIn(graded.out, self.lines(NAME).out)

    def test_what_is_there_is_never_written_over(self):
        self.mine.write_text("my work\n")
        result = self.lines(NAME, "begin\nquit\n")
        self.assertIn("five-philosophers.yaml: 0 of 5: it is not a valid scenario", result.out)
        self.assertEqual((self.mine.read_text(), result.code), ("my work\n", 1))

    def test_solved(self):
        shutil.copy(SOLUTION, self.mine)
        result = self.lines(NAME)
        self.assertEqual(result.code, 0, result)
        self.assertIn("five-philosophers.yaml: 5 of 5\n", result.out)
        self.assertEqual(self.remembered("progress"), ["seen five-philosophers", "solved five-philosophers"])
        self.assertIn("solved, 5/5", self.lines("").out)
        self.mine.unlink()
        self.assertIn("5/5", self.lines(NAME, "list\n").out)            # the best counts, not the last

    def test_typed_commands(self):
        result = self.lines("", "%s\nhint\nhint\nhelp\nnonsense\nlist\nquit\n" % NAME)
        self.assertEqual(result.code, 0, result)
        for part in ("Hint 1 of ", "Hint 2 of ", "edit: opens your file", "NUMBER or NAME", "No such command", "five-philosophers  in progress, 3/5"):
            self.assertIn(part, result.out)
        self.assertIn("hints five-philosophers 2", self.remembered())
        order = re.findall(r'EXERCISE\("(.*)"\)', (ROOT / "ui/cli/exercises.def").read_text())
        result = self.lines("--lang zh", "%d\n提示\n退出\n" % (order.index(NAME) + 1))
        self.assertIn("提示 3/", result.out)

    def test_the_editor(self):
        editor = self.dir / "editor"
        editor.write_text('#!/bin/sh\ncp "%s" "$1.new" && mv "$1.new" "$1"\n' % SOLUTION)
        editor.chmod(0o700)
        result = self.lines(NAME, "edit\ngrade\nquit\n", env={"VISUAL": str(editor)})
        self.assertEqual(result.code, 0, result)
        self.assertIn(": 5 of 5", result.out)

    def test_replay(self):
        result = self.lines(NAME, "show\nquit\n")
        self.assertIn("Deadlock", result.out)

    def test_one_that_is_answered_by_a_schedule(self):
        """The form has the names of its own processes; an order is replayed whether it breaks the exercise or not, a wrong claim by what refutes it."""
        answer = self.here / "it-was-published-answer.yaml"
        for language, words in (("en", "Write an order"), ("zh", "请写一种使练习出错的执行次序")):
            self.lines("it-was-published --lang " + language)
            self.assertIn(words, answer.read_text())
            self.assertIn("[visitor.1, visitor.2 x3]", answer.read_text())
            answer.unlink()
        for text, score, found in (("schedule: [visitor.2 x3, visitor.1 x3, visitor.2 x3]\n", 3, "Broken"), ("[visitor.1 x5]\n", 0, "As expected"), ("answer: safe\n", 0, "Broken")):
            with self.subTest(text):
                answer.write_text(text)
                result = self.lines("it-was-published", "show\nquit\n")
                self.assertIn("answer.yaml: %d of 3\n" % score, result.out)
                self.assertIn("\n%s, after " % found, result.out)

    def test_unknown(self):
        result = self.lines("five-philosofers")
        self.assertEqual((result.code, result.out), (3, ""), result)
        self.assertIn("there is no exercise `five-philosofers`", result.err)
        self.assertIn("did you mean `five-philosophers`?", result.err)
        self.assertEqual(self.lines("ticket-race").code, 3)

    def test_a_copy_spoils_no_hints(self):
        """And what is missing from it costs nothing: it is graded as the exercise itself is, hints included."""
        for path in sorted((ROOT / "scenarios/exercises").glob("*.yaml")):
            with self.subTest(path.stem):
                self.lines(path.stem)
                copy = self.here / path.name
                if copy.exists():
                    self.assertEqual(copy.read_text(), without_hints(path.read_text()))
                    self.assertNotIn("hint", copy.read_text())
                    for feedback in ("full", "hint"):
                        rows = [json.loads(run(["grade", path, "-", "--format", "json", "--feedback", feedback], stdin=file.read_text()).out)[0] for file in (path, copy)]
                        of_itself, of_copy = [re.sub(r"\d+", "N", json.dumps({**row, "key": ""})) for row in rows]     # lines have moved up
                        self.assertEqual(of_itself, of_copy)
                        self.assertEqual(rows[0]["score"], rows[1]["score"])

    def test_where_nothing_can_be_written(self):
        gone = self.dir / "gone"
        gone.mkdir()
        shell = 'cd "$1" && rmdir "$1" && exec "$2" learn ' + NAME
        with Terminal(command=["sh", "-c", shell, "sh", str(gone), os.path.abspath(PROGRAM)], env=self.env) as t:
            t.wait_until(lambda screen: "Begin in another folder" in screen[-1] and "No such file" in screen[-1], "why not")
            self.assertNotIn("which of these are false", "\n".join(t.screen()))
            t.send("Down", "Enter")
            t.wait_until(lambda screen: "Begin in another folder" in screen[-1], "why not")
            self.assertNotIn("which of these are false", "\n".join(t.screen()))
            t.send("q")
            self.assertEqual(t.wait_end(), 0)

    def test_it_is_said_before_one_is_chosen_that_nothing_can_be_written(self):
        for language, words in (("en", "Begin in another folder"), ("zh", "请换一个文件夹")):
            gone = self.dir / language
            gone.mkdir()
            shell = 'cd "$1" && rmdir "$1" && exec "$2" learn --lang ' + language
            with self.subTest(language), Terminal(command=["sh", "-c", shell, "sh", str(gone), os.path.abspath(PROGRAM)], env=self.env) as t:
                t.wait_until(lambda screen: words in screen[-1] and "0/4" in "\n".join(screen), "the list, and why not")
                t.send("q")
                self.assertEqual(t.wait_end(), 0)
            gone.mkdir()
            lines = ["sh", "-c", shell + " three-stalls </dev/null", "sh", str(gone), os.path.abspath(PROGRAM)]
            done = subprocess.run(lines, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **self.env}, check=False)
            self.assertEqual((done.returncode, done.stderr), (5, b""))
            self.assertIn(words, done.stdout.decode())

    def test_in_the_folder_of_the_exercises(self):
        library = self.dir / "library"
        (library / "scenarios").mkdir(parents=True)
        shutil.copy(PROGRAM, library / "forklore")
        shutil.copytree(EXERCISE.parent, library / "scenarios/exercises")
        before = EXERCISE.read_text()
        with Terminal(command=["env", "-C", str(library / "scenarios/exercises"), str(library / "forklore"), "learn", "--linear", NAME], env=self.env) as t:
            t.wait_for("This is the exercise itself")
        self.assertEqual((library / "scenarios/exercises" / (NAME + ".yaml")).read_text(), before)

    def test_without_a_place_to_remember(self):
        for env in ({"XDG_STATE_HOME": "", "HOME": ""}, {"XDG_STATE_HOME": "/dev/null/x"}, {"XDG_STATE_HOME": "relative", "HOME": "/dev/null"}):
            with self.subTest(env):
                result = self.lines(NAME, "list\n", env=env)
                self.assertEqual((result.code, result.err), (0, ""), result)
                self.assertIn("five-philosophers  in progress, 3/5", result.out)
        self.assertFalse((self.here / "relative").exists())

    def test_what_is_remembered_may_be_anything(self):
        (self.dir / "state/forklore").mkdir(parents=True)
        (self.dir / "state/forklore/learn").write_bytes(b"points five-philosophers 99999999999999999999\nhints five-philosophers -7\nbefore five-philosophers \xff\n"
                                                        b"points\n\nafter five-philosophers bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
        result = self.lines("")
        self.assertIn("five-philosophers  in progress, 5/5", result.out)
        self.assertEqual([r["before"] for r in self.export()], [""] * 4)


@unittest.skipIf(COUNTED, "no file may become long, and the counts are in files")
class Lost(Case):
    """What can't be remembered is said, and nothing of it is half written."""

    def setUp(self):
        super().setUp()
        shutil.copy(EXERCISE, self.mine)
        self.state = self.dir / "state/forklore"
        self.state.mkdir(parents=True)

    def limited(self, blocks, args):
        """No file may become longer than so many KiB."""
        script = "ulimit -f %d; cd \"$1\"; exec \"$0\" %s" % (blocks, args)
        return ["bash", "-c", script, os.path.abspath(PROGRAM), str(self.here)]

    def test_lines(self):
        for language, words in (("en", "state/forklore/progress: File too large; what should be remembered there is lost"), ("zh", "应当记在那里的内容已丢失")):
            done = subprocess.run(self.limited(0, "learn %s --lang %s" % (NAME, language)), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                                  env={**os.environ, **self.env})
            self.assertEqual(done.returncode, 5, done)
            self.assertIn(words, done.stderr)
            self.assertRegex(done.stdout, "3( of | / )5")

    def test_a_line_is_written_whole_or_not_at_all(self):
        had = "points two-accounts 1\n" * 46
        self.assertTrue(1024 - len("points five-philosophers 3\n") < len(had) < 1024)
        (self.state / "learn").write_text(had)
        done = subprocess.run(self.limited(1, "learn " + NAME), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, env={**os.environ, **self.env})
        self.assertEqual(done.returncode, 5, done)
        self.assertEqual((self.state / "learn").read_text(), had)

    def test_a_file_whose_last_line_has_no_end(self):
        """As an editor may leave it: what comes next is a line of its own."""
        (self.state / "learn").write_text("points two-accounts 1")
        (self.state / "progress").write_text("seen toilet")
        self.assertEqual(self.lines(NAME).code, 1)
        self.assertEqual((self.state / "learn").read_text(), "points two-accounts 1\npoints five-philosophers 3\n")
        self.assertEqual((self.state / "progress").read_text(), "seen toilet\nseen five-philosophers\n")
        self.assertEqual(run(["run", "--model", "--quiet", "toilet"], env=self.env).code, 0)

    def test_what_is_no_file(self):
        path = self.state / "progress"
        for make, remove in ((path.mkdir, path.rmdir), (lambda: os.mkfifo(path), path.unlink), (lambda: path.symlink_to("elsewhere"), path.unlink)):
            make()
            result = self.lines(NAME)
            self.assertEqual(result.code, 5, result)
            self.assertIn("state/forklore/progress: ", result.err)
            remove()

    def test_on_a_screen(self):
        """At once, where it can be seen, and once more in the end."""
        with Terminal(command=self.limited(0, "learn " + NAME), size=(200, 24), env=self.env) as t:
            t.wait_until(lambda screen: "progress: File too large" in screen[-1], "what is lost")
            t.send("q")
            self.assertEqual(t.wait_end(), 5)
            self.assertIn("what should be remembered there is lost", t.tmux("capture-pane", "-p", "-S", "-50"))

    def test_a_run_that_is_watched(self):
        """Its verdict is what it exits with: it was the run that was asked for."""
        with Terminal(command=self.limited(0, "run --model --step ticket-race"), env=self.env, size=(200, 24)) as t:
            t.wait_for("What to look for")
            t.send("g")
            t.type("999\r")
            t.wait_for("Broken, as this scenario")
            t.send("q")
            t.wait_for("progress: File too large; what should be remembered there is lost")
            self.assertEqual(t.wait_end(), 0)


class Table(Case):
    def test_nothing_was_answered(self):
        self.assertEqual(self.export(), [])
        result = self.lines("--export-csv table.csv")
        self.assertEqual((result.code, result.out), (0, ""), result)
        self.assertEqual((self.here / "table.csv").read_text(), "exercise,number,claim,truth,before,after,hints,points,max\n")

    def test_of_one_exercise(self):
        (self.dir / "state/forklore").mkdir(parents=True)
        (self.dir / "state/forklore/learn").write_text("before three-stalls hhhh\nbefore five-philosophers bbhh\nafter five-philosophers hhhh\n")
        result = self.lines("three-stalls --export-csv -")
        self.assertEqual((result.code, {r["exercise"] for r in csv.DictReader(io.StringIO(result.out))}), (0, {"three-stalls"}))
        self.assertEqual({r["exercise"] for r in self.export()}, {"three-stalls", NAME})
        self.assertEqual(self.lines("two-accounts --export-csv -").out.count("\n"), 1)
        result = self.lines("three-stals --export-csv -")
        self.assertEqual((result.code, result.out), (3, ""))
        self.assertIn("did you mean `three-stalls`?", result.err)

    def test_before_and_after(self):
        with Terminal(command=["env", "-C", str(self.here), os.path.abspath(PROGRAM), "learn", "--linear"], size=(120, 60), env=self.env) as t:
            t.wait_for("Type a number or a name")
            t.send(NAME, "Enter")
            t.wait_for("0 for none")
            t.send("2", "Space", "4", "Enter")
            t.wait_for("3 of 5")
            shutil.copy(SOLUTION, self.mine)
            t.wait_for("Now that it is solved")
            t.send("1", "Enter")
            wait_until(lambda: len(self.remembered()) == 4, "what was answered")
            t.send("quit", "Enter")
            self.assertEqual(t.wait_end(), 0)
        self.assertEqual([(r["exercise"], r["number"], r["truth"], r["before"], r["after"], r["points"], r["max"]) for r in self.export()],
                         [(NAME, "1", "broken", "holds", "broken", "5", "5"), (NAME, "2", "holds", "broken", "holds", "5", "5"),
                          (NAME, "3", "holds", "holds", "holds", "5", "5"), (NAME, "4", "holds", "broken", "holds", "5", "5")])
        # The truth is what `grade` says of the exercise as it is; that a program must be able to do anything at all is not asked.
        row, = json.loads(run(["grade", NAME, str(EXERCISE), "--format", "json"]).out)
        self.assertEqual((row["checks"][-1]["name"], row["checks"][-1]["max"]), ("everybody can eat", 0))
        self.assertEqual([r["truth"] == "holds" for r in self.export()], [c["passed"] for c in row["checks"][:-1]])
        self.assertEqual([r["claim"] for r in self.export()], [c["name"] for c in row["checks"][:-1]])


class Screen(Case):
    def open(self, *args, size=(80, 24), env=None):
        """Called as one that is installed: pictures of it are the same everywhere."""
        command = ["bash", "-c", 'cd "$1" && exec -a forklore "$2" learn "${@:3}"', "bash", str(self.here), os.path.abspath(PROGRAM), *args]
        return Terminal(command=command, size=size, env={**self.env, **(env or {})})

    def begun(self, *args, **more):
        """One that is open and graded; nothing is asked."""
        if not self.mine.exists():
            shutil.copy(EXERCISE, self.mine)
        t = self.open(NAME, *args, **more)
        return t

    def graded(self, t, points):
        return t.wait_until(lambda screen: re.search(r"\b%s of 5 points\b" % points, "\n".join(screen)), "%s points" % points, timeout=20)

    def solved(self, t):
        return t.wait_until(lambda screen: "All points." in "\n".join(screen), "all points", timeout=20)

    def test_the_list_and_the_question(self):
        for size in ((80, 24), (120, 40), (200, 60)):
            for language in ("en", "zh"):
                with self.subTest(size=size, language=language), self.open("--lang", language, size=size) as t:
                    t.wait_for("▶ ·")
                    text = "\n".join(t.screen())
                    for part in ({"en": ("Sell each ticket once", "not begun", "0/4", "You may change: `objects`", "q quit"),
                                  "zh": ("未开始", "0/4", "可以改动：`objects`", "q 退出")})[language]:
                        self.assertIn(part, text)
                    t.send("Enter")
                    t.wait_for({"en": "which of these are false", "zh": "哪些预期不成立"}[language])
                    t.send("q")
                    self.assertEqual(t.wait_end(), 0)
                    no_process_left(t.mark)
        self.assertFalse(list(self.here.iterdir()))

    def test_pictures(self):
        for size in ((80, 24), (120, 40), (200, 60)):
            for language in ("en", "zh"):
                with self.subTest(size=size, language=language), self.begun("--lang", language, size=size) as t:
                    t.wait_for("✗", timeout=20)
                    hold("learn-" + language, t)
        with self.subTest("hints"), self.begun() as t:
            self.graded(t, 3)
            t.send("i", "i")
            hold("learn-hints", t)

    def test_from_the_question_to_all_points(self):
        with self.open(NAME) as t:
            t.wait_for("which of these are false for the program as it is")
            t.send("?")
            t.wait_for("marks a statement as false")
            self.assertIn("Space mark  Enter answer  Esc skip  ? help  q quit", t.screen()[-1])
            t.send("x")
            t.wait_gone("marks a statement as false")
            t.send("1", "Down", "Space", "Enter")
            self.graded(t, 3)
            self.assertEqual(self.remembered(), ["before five-philosophers bbhh", "points five-philosophers 3"])
            new = self.here / "new"
            shutil.copy(SOLUTION, new)
            new.rename(self.mine)               # as editors do
            t.wait_for("Now that it is solved", timeout=20)
            t.send("1", "Enter")
            self.solved(t)
            wait_until(lambda: self.remembered()[-1] == "after five-philosophers bhhh", "the answer")
            t.send("Escape")
            t.wait_until(lambda screen: "✓ 1 solved" in screen[0] and any("▶ ✓ " + TITLE in row and "5/5" in row for row in screen), "the list")
            t.send("n")
            t.wait_until(lambda screen: any("▶ · The lost wake-up" in row for row in screen), "the next one")
            t.send("q")
            self.assertEqual(t.wait_end(), 0)
        no_process_left(t.mark)

    def test_the_counterexample_and_back(self):
        with self.begun() as t:
            self.graded(t, 3)
            t.send("Enter")
            t.wait_until(lambda screen: "seed" in screen[0] and "Space begins" in screen[-1], "the run")
            t.send("Space", "]", "]", "]", "]", "]", "]")
            t.wait_for("DEADLOCK", timeout=20)
            t.send("q")
            self.graded(t, 3)
            t.send("Down", "Enter")
            t.wait_until(lambda screen: "It holds: there is no counterexample." in screen[-1], "nothing to be played")
            t.send("q")
            self.assertEqual(t.wait_end(), 0)
        no_process_left(t.mark)

    def test_what_a_run_can_show_comes_first(self):
        """And it is in sight, however many checks there are."""
        shutil.copy(EXERCISE.parent / "who-saw-whom.yaml", self.here)
        with self.open("who-saw-whom", size=(80, 16)) as t:
            t.wait_for("▶ ✗ CAN HAPPEN    0/0  one too many: ann_sees = 0, ben_sees = 0", timeout=20)
            t.send("Up", "Up", "Up", "Up")
            t.wait_for("▶ ✗ CAN'T HAPPEN  0/1  a possible outcome: ann_sees = 1, ben_sees = 1")
            t.send("Enter")
            t.wait_until(lambda screen: "There is no single run that shows it." in screen[-1], "nothing to be played")

    def test_outcomes_whose_names_are_cut_can_be_told_apart(self):
        shutil.copy(EXERCISE.parent / "who-saw-whom.yaml", self.here)
        for language in ("en", "zh"):
            for size in ((112, 30), (120, 40), (64, 30)):
                with self.subTest(language, size=size), self.open("who-saw-whom", "--lang", language, size=size) as t:
                    t.wait_for({"en": "CAN'T HAPPEN", "zh": "不可能发生"}[language], timeout=20)
                    rows = [row.split("│")[1].split("/1  ")[1].strip() for row in t.screen() if re.search(r"[✓✗] .* [01]/1 ", row)]
                    self.assertEqual((len(rows), len(set(rows))), (4, 4), rows)

    def test_the_editor(self):
        editor = self.dir / "editor"
        editor.write_text("#!/bin/sh\nsed -i 's/count: 5}/count: 5} # mine/' \"$1\"; sed -i 's/acquire: left/aquire: left/; s/edit: /edti: /' \"$1\"\n")
        editor.chmod(0o700)
        with self.begun(env={"VISUAL": str(editor)}) as t:
            self.graded(t, 3)
            t.send("e")
            t.wait_for("it is not a valid scenario", timeout=20)
            t.send("q")
        with self.begun(env={"VISUAL": "no-such-editor"}) as t:
            t.wait_for("it is not a valid scenario", timeout=20)
            t.send("e")
            t.wait_until(lambda screen: "There is no such editor" in screen[-1], "a word")

    def test_the_file_is_deleted_made_again_and_no_file(self):
        with self.begun() as t:
            self.graded(t, 3)
            self.mine.unlink()
            t.wait_until(lambda screen: "is not there: Enter copies the exercise again" in "\n".join(screen) and "Enter copy" in screen[-1], "what Enter does")
            t.send("Enter")
            t.wait_until(lambda screen: "Enter show" in screen[-1], "what Enter does")
            self.graded(t, 3)
            self.assertEqual(self.mine.read_text(), COPY)
            self.mine.unlink()
            self.mine.mkdir()
            t.wait_for("can't be read")
            self.mine.rmdir()
            t.wait_for("is not there")
            shutil.copy(SOLUTION, self.mine)
            self.solved(t)

    def test_why_it_is_not_judged_is_shown_in_place_of_the_hints(self):
        with self.begun() as t:
            self.graded(t, 3)
            t.send("i")
            t.wait_for("1 of 3")
            self.mine.write_text("")
            t.wait_for("the file is empty", timeout=20)
            t.send("i")
            t.wait_for("1 of 3")            # the same one again: it costs no further hint
            shutil.copy(SOLUTION, self.mine)
            self.solved(t)
            t.wait_for("1 of 3")

    def test_the_help_names_every_key(self):
        for language, words in (("en", ("marks a check", "with PgDn", "opens your file")), ("zh", ("选择检查项", "PgDn", "打开您的文件"))):
            with self.subTest(language), self.begun("--lang", language) as t:
                t.wait_for("✗", timeout=20)
                t.send("?")
                t.wait_until(lambda screen: all(word in "\n".join(screen) for word in words), "the help")

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_the_file_is_made_unreadable(self):
        with self.begun() as t:
            self.graded(t, 3)
            self.mine.chmod(0)
            t.wait_for("can't be read: Permission denied")
            self.mine.chmod(0o600)
            self.graded(t, 3)

    def test_a_hundred_saves(self):
        with self.begun() as t:
            self.graded(t, 3)
            for i in range(100):
                shutil.copy((EXERCISE, SOLUTION)[i % 2], self.mine)
            self.solved(t)
            self.assertLessEqual(len(processes_with("FORKLORE_TEST_RUN=" + t.mark)), 2)
            t.send("q")
            self.assertEqual(t.wait_end(), 0)
        no_process_left(t.mark)

    def explodes(self):
        text = EXERCISE.read_text()
        head, _, _ = text.rpartition("    steps:\n")
        self.mine.write_text(head + "    steps:\n" + ENDLESS)

    def test_what_explodes_is_left(self):
        for leave in ("q", "Escape", signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self.explodes()
            with self.subTest(leave), self.begun() as t:
                t.wait_for("every interleaving is explored")
                wait_until(lambda: len(processes_with("FORKLORE_TEST_RUN=" + t.mark)) == 2, "a process that judges")
                t.send("?", "?", "i")            # the screen is alive
                t.wait_for("Hints")
                if leave == "Escape":
                    t.send(leave)
                    t.wait_until(lambda screen: any("▶ ○ " + TITLE in row for row in screen), "the list")
                    wait_until(lambda: len(processes_with("FORKLORE_TEST_RUN=" + t.mark)) == 1, "nobody judges any more")
                    t.send("q")
                    self.assertEqual(t.wait_end(), 0)
                elif leave == "q":
                    t.send(leave)
                    self.assertEqual(t.wait_end(), 0)
                else:
                    os.kill(t.pid, leave)
                    self.assertEqual(t.wait_end(), 128 + leave)
                no_process_left(t.mark)

    def test_it_is_graded_anew_while_it_is_graded(self):
        self.explodes()
        with self.begun() as t:
            t.wait_for("every interleaving is explored")
            shutil.copy(SOLUTION, self.mine)
            self.solved(t)

    def test_what_breaks_an_older_text_is_not_played_on_a_newer_one(self):
        for language, words in (("en", "It is being graded: what breaks it is not known yet."), ("zh", "正在评测：还不知道反例。")):
            shutil.copy(EXERCISE, self.mine)
            with self.subTest(language), self.begun("--lang", language) as t:
                t.wait_for("✗", timeout=20)
                self.explodes()
                t.wait_for({"en": "every interleaving is explored", "zh": "正在探索全部交错执行次序"}[language])
                t.send("Enter")
                t.wait_until(lambda screen: words in screen[-1], "nothing to be played yet")
                self.mine.write_text("")
                t.wait_for("E002", timeout=20)
                t.send("Enter")
                t.wait_until(lambda screen: {"en": "It could not be judged", "zh": "无法评测"}[language] in screen[-1], "nothing to be played")

    def test_sizes(self):
        with self.begun() as t:
            self.graded(t, 3)
            for size in ((200, 60), (60, 12), (40, 8), (20, 5), (1, 1), (120, 10), (30, 40)):
                t.resize(*size)
                t.send("Down", "i", "?", "?", "Up", "PageDown", "PageUp", "g")
            t.resize(80, 24)
            t.wait_until(lambda screen: "q quit" in screen[-1] and "3 of 5 points" in "\n".join(screen), "all of it", timeout=20)

    def test_from_the_browser(self):
        with Terminal(command=["env", "-C", str(self.here), os.path.abspath(PROGRAM)], env=self.env) as t:
            t.wait_for("Hello, process")
            t.send("/")
            t.type("fork philosophers five exercise")
            t.send("Enter")
            t.wait_until(lambda screen: "Enter play" in screen[-1] and "An exercise: Enter opens it" in "\n".join(screen), "its card")
            t.send("Enter")
            t.wait_for("which of these are false")
            t.send("Escape")
            self.graded(t, 3)
            t.send("q")
            t.wait_for("An exercise: Enter opens it")

    def test_without_a_terminal_that_can_show_it(self):
        with self.open(env={"TERM": "dumb"}) as t:
            t.wait_for("Type a number or a name to open one")
            t.send("quit", "Enter")
            self.assertEqual(t.wait_end(), 0)


if __name__ == "__main__":
    unittest.main()
