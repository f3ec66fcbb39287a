"""The exercises of the library: in both languages, with a solution that gets all points, and wrong submissions that lose the right ones,
each by a schedule that fails on real processes."""
import functools
import json
import re
import tempfile
import unittest
from pathlib import Path

import yaml

from forklore_test import ROOT, run, run_json

EXERCISES = sorted((ROOT / "scenarios/exercises").glob("*.yaml"))
MARK = "# Your part begins here. 从这里开始由你来写。\n"
ENDLESS = {"dead_end", "starvation", "leads_to"}  # what shows in no run that ends
BELIEFS = ROOT / "tests/exercises/misconceptions.yaml"
HAN = re.compile(r"[\u4e00-\u9fff]")


def is_about(path, key):
    """Is it answered by a schedule (`answer: schedule`); has it blanks (`???`)?"""
    return re.search({"schedule": r"(?m)^  answer: schedule$", "blanks": r"(?m)^ *- \?\?\?$"}[key], path.read_text()) is not None


def handed_in(path, part):
    """The file that a submission is: the exercise with another part behind the mark, or an answer on its own."""
    text = path.read_text()
    if is_about(path, "schedule"):
        return part
    if not part:
        return text
    head, own = text.split(MARK)
    indent = own[:len(own) - len(own.lstrip(" "))]
    return head + MARK + "".join(indent + line for line in part.splitlines(True))


def required(path):
    """What must hold before anything else counts."""
    return {e["name"]["en"] for e in yaml.safe_load(path.read_text())["expect"] if e.get("required")}


class Plain(yaml.SafeDumper):
    """`forever:` stays without a value."""


Plain.add_representer(type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", ""))


def grade(exercise, *files, flags=()):
    result = run(["grade", exercise, *files, "--format", "json", *flags], timeout=120)
    assert result.err == "", result
    return json.loads(result.out)


class Questions(unittest.TestCase):
    """What learn asks before and after: statements of which each says something else, in each language."""

    SAME = re.compile(r"\b(?:can|be|is|are|has|have|the|all|both|everybody|everything)\b|ed\b|s\b|可以|都|了|已经?|总能|每[人位]|所有人?|\W")

    def asked(self, path, language):
        rows = yaml.safe_load(path.read_text())["expect"]
        while rows[-1].get("required") and rows[-1].get("points") == 0:
            rows.pop()
        return [row["name"][language] for row in rows]

    def test_no_two_are_nearly_the_same(self):
        found, some = [], 0
        for path in EXERCISES:
            if is_about(path, "schedule") or is_about(path, "blanks"):
                continue
            for language in ("en", "zh"):
                names = self.asked(path, language)
                some += len(names)
                bare = [self.SAME.sub("", name) for name in names]
                found += ["%s: %s" % (path.stem, name) for name, b in zip(names, bare) if not b or bare.count(b) > 1]
        self.assertGreater(some, 150)
        self.assertEqual("\n".join(found), "")


class Exercises(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="forklore-exercises-")
        cls.addClassCleanup(cls.folder.cleanup)

    def every(self, holds):
        self.assertGreater(len(EXERCISES), 9)
        for path in EXERCISES:
            with self.subTest(path.stem):
                holds(path)

    @classmethod
    @functools.cache
    def wrong(cls, path):
        """[(what was handed in, what is believed, the names of what it does not meet, how it is graded)]"""
        cases = yaml.safe_load((ROOT / "tests/exercises" / path.name).read_text())
        files = [Path(cls.folder.name) / ("%s-%d.yaml" % (path.stem, i)) for i in range(len(cases))]
        for file, case in zip(files, cases):
            file.write_text(handed_in(path, case["part"]))
        return [(file, case["believes"], case["fails"], row) for file, case, row in zip(files, cases, grade(path, *files))]

    def test_they_are_valid(self):
        whole = [path for path in EXERCISES if not is_about(path, "blanks")]
        solutions = [path.parent / "solutions" / path.name for path in EXERCISES if not is_about(path, "schedule")]
        result = run(["check", "--format", "short", *whole, *solutions])
        self.assertEqual((result.code, result.out + result.err), (0, ""), result)
        for path in set(EXERCISES) - set(whole):
            found = run(["check", "--format", "short", path]).out.splitlines()
            self.assertEqual([line for line in found if "E032" not in line], [])
            self.assertTrue(found)

    def test_everything_is_said_in_both_languages(self):
        def texts(node, key=""):
            if isinstance(node, dict) and "en" in node:
                yield node
            elif isinstance(node, dict):
                for k, v in node.items():
                    yield from texts(v, k)
            elif isinstance(node, list):
                for v in node:
                    yield from texts(v)

        def holds(path):
            head = yaml.safe_load(path.read_text())
            self.assertEqual(head["scenario"], path.stem)
            self.assertEqual(head["topics"], ["exercises"])
            self.assertGreaterEqual(len(head["exercise"]["hints"]), 2)
            every = list(texts(head))
            self.assertGreaterEqual(len(every), 3 + len(head["exercise"]["hints"]) + len(head["expect"]))
            for text in every:
                self.assertEqual(list(text), ["en", "zh"])
                self.assertRegex(text["zh"], HAN)
                self.assertNotRegex(text["en"], HAN)
        self.every(holds)

    def test_the_solution_gets_all_points(self):
        def holds(path):
            row, = grade(path, path.parent / "solutions" / path.name)
            self.assertEqual((row["score"], row["status"]), (row["max"], "judged"), row)
            played = ["--schedule", path.parent / "solutions" / path.name, path] if is_about(path, "schedule") else [path.parent / "solutions" / path.name]
            self.assertEqual(run(["run", "--quiet", *played]).code, int(is_about(path, "schedule")))
        self.every(holds)

    def test_what_courses_see_believed(self):
        """Each misconception of the table is what some wrong submission comes from, and each exercise that courses ask for is there."""
        table = yaml.safe_load(BELIEFS.read_text())
        self.assertGreater(len(table["believed"]), 15)
        for belief, where in table["believed"].items():
            for exercise, words in where.items():
                with self.subTest(belief, exercise=exercise):
                    cases = yaml.safe_load((ROOT / "tests/exercises" / (exercise + ".yaml")).read_text())
                    self.assertIn(words, [case["believes"] for case in cases])
        listed = run("list exercises").out
        for wish, exercise in table["asked for"].items():
            with self.subTest(wish):
                self.assertIn(exercise, [path.stem for path in EXERCISES])
                self.assertIn("  %s " % exercise, listed)
        self.assertEqual(run("learn").out.count("not begun"), len(EXERCISES))

    def test_every_kind_of_exercise(self):
        """A repair, blanks to be filled in, an order that breaks it, outcomes that are asked for."""
        heads = [yaml.safe_load(path.read_text())["exercise"] for path in EXERCISES]
        self.assertEqual({head.get("answer", "edit" if "edit" in head else "blanks") for head in heads}, {"edit", "blanks", "schedule", "outcomes"})

    def test_wrong_submissions_lose_the_right_points(self):
        def holds(path):
            wrong = self.wrong(path)
            self.assertGreaterEqual(len(wrong), 3)
            self.assertEqual(len({believes for _, believes, _, _ in wrong}), len(wrong))
            for _, believes, fails, row in wrong:
                with self.subTest(believes):
                    failed = [c for c in row["checks"] if not c["passed"]]
                    self.assertEqual([c["name"] for c in failed], fails, row)
                    none = required(path) & {c["name"] for c in failed}
                    self.assertEqual(row["score"], 0 if none else row["max"] - sum(c["max"] for c in failed))
                    self.assertEqual("must hold before anything else counts" in (row["reason"] or ""), bool(none))
                    self.assertTrue(failed)
        self.every(holds)

    def emptied(self, path):
        """The files of those who do nothing: where anything may be changed, and where a process, or main, may be."""
        text, texts = path.read_text(), []
        if is_about(path, "schedule"):
            texts = ["schedule: []\n"]
        elif is_about(path, "blanks"):
            texts = [text.replace("- ???", "- {say: done}")]
        else:
            paths = [p.split(".") for p in yaml.safe_load(text)["exercise"]["edit"] if p == "main" or p.endswith(".steps")]
            for some in [paths] + [[p] for p in paths if p[0] != "functions"]:
                tree = yaml.safe_load(text)
                for *way, last in some:
                    functools.reduce(dict.__getitem__, way, tree)[last] = [{"say": "done"}]
                texts.append(yaml.dump(tree, Dumper=Plain, sort_keys=False, allow_unicode=True))
        files = [Path(self.folder.name) / ("%s-nothing-%d.yaml" % (path.stem, i)) for i in range(len(texts))]
        for file, of in zip(files, texts):
            file.write_text(of)
        return files

    def test_where_the_work_was_removed_nothing_counts(self):
        def holds(path):
            for row in grade(path, *self.emptied(path), flags=["--feedback", "none"]):
                with self.subTest(row["file"]):
                    self.assertEqual((row["score"], row["status"]), (0, "judged"), row)
                    if any(c["passed"] for c in row["checks"]):
                        self.assertIn("must hold before anything else counts: was work removed?", row["reason"])
        self.every(holds)

    def test_points_need_the_work(self):
        for name, cheats in yaml.safe_load((ROOT / "tests/exercises/cheats.yaml").read_text()).items():
            path = ROOT / "scenarios/exercises" / (name + ".yaml")
            files = [Path(self.folder.name) / ("%s-cheat-%d.yaml" % (name, i)) for i in range(len(cheats))]
            for file, cheat in zip(files, cheats):
                file.write_text(handed_in(path, cheat["part"]))
            for row, cheat in zip(grade(path, *files), cheats):
                with self.subTest(name, how=cheat["how"]):
                    self.assertEqual(row["status"], "judged", row)
                    self.assertLess(row["score"], row["max"], row)

    def test_tricks_get_no_points_for_nothing(self):
        """Through other keys of the file, other names for what is forbidden, other processes than those that are to do the work."""
        limits = ["--max-states", "20000", "--timeout", "600"]
        for name, tricks in yaml.safe_load((ROOT / "tests/exercises/tricks.yaml").read_text()).items():
            path = ROOT / "scenarios/exercises" / (name + ".yaml")
            solution = (path.parent / "solutions" / path.name).read_text()
            files = [Path(self.folder.name) / ("%s-trick-%d.yaml" % (name, i)) for i in range(len(tricks))]
            for file, trick in zip(files, tricks):
                text = handed_in(path, trick["part"]) if "part" in trick else solution
                for old, new in trick.get("change", {}).items():
                    self.assertIn(old, text)
                    text = text.replace(old, new, 1)
                file.write_text(text + trick.get("more", ""))
            for row, trick in zip(grade(path, *files, flags=limits), tricks):
                with self.subTest(name, how=trick["how"]):
                    self.assertEqual(row["status"], trick["is"], row)
                    self.assertLess(row["score"], row["max"] if trick["is"] == "judged" else 1, row)
                    failed = [c["name"] for c in row["checks"] if not c["passed"]]
                    self.assertIn(trick["says"], failed if trick["is"] == "judged" else row["reason"])

    def test_what_shows_it_fails_on_real_processes(self):
        """The schedule of each deduction, played on processes, comes to a finding."""
        def holds(path):
            endless = [e["name"]["en"] for e in yaml.safe_load(path.read_text())["expect"] if ENDLESS & set(e)]
            shown = [(file, check) for file, _, _, row in self.wrong(path) for check in row["checks"]
                     if not check["passed"] and check["schedule"] and check["name"] not in endless]
            self.assertTrue(shown)
            for file, check in shown:
                with self.subTest(file.name, check=check["name"]):
                    played = [path if is_about(path, "schedule") else file, "--schedule", json.dumps(check["schedule"])]
                    if check["name"].startswith("one too many: "):      # no finding: an outcome that is not asked for
                        end, ends = run_json(*played)[-1], dict(re.findall(r"(\w+) = (\w+)", check["name"]))
                        self.assertEqual({name: str(end["shared"][name]) for name in ends}, ends)
                        self.assertEqual(end["verdict"] == "deadlock", "deadlock" in check["name"])
                    else:
                        result = run(["run", "--quiet", *played])
                        self.assertEqual(result.code, 1, result)
        self.every(holds)

    def test_hints_and_no_schedule(self):
        def holds(path):
            row, = grade(path, self.wrong(path)[0][0], flags=["--feedback", "hint"])
            failed = [c for c in row["checks"] if not c["passed"]]
            self.assertTrue(failed)
            for check in failed:
                self.assertIn("hint: ", check["message"])
                self.assertIsNone(check["schedule"])
        self.every(holds)

    def test_forbidden_words(self):
        def holds(path):
            text = (path.parent / "solutions" / path.name if is_about(path, "blanks") else path).read_text()
            if is_about(path, "schedule"):
                return
            head, part = text.split(MARK)
            first = list(re.finditer(r"(?m)\b(?:steps|main):(\n( +)- | \[)", part))[-1]
            words, files = yaml.safe_load(text)["exercise"]["forbid"], []
            for word in words:
                step = "{if: '\"%s\" == 0', then: [{say: x}]}" % word
                step += "\n%s- " % first[2] if first[2] else ", "
                files.append(Path(self.folder.name) / ("%s-without-%s.yaml" % (path.stem, word)))
                files[-1].write_text(head + MARK + part[:first.end()] + step + part[first.end():])
            for word, row in zip(words, grade(path, *files)):
                self.assertEqual((row["score"], row["status"]), (0, "refused"), row)
                self.assertIn("`%s` may not be used here" % word, row["reason"])
        self.every(holds)


class New(unittest.TestCase):
    def test_for_whoever_gives_it_and_for_students(self):
        with tempfile.TemporaryDirectory() as folder:
            result = run("new mine --from three-stalls", cwd=folder)
            self.assertEqual(result.code, 0, result)
            self.assertIn("grade three-stalls mine.yaml", result.out)
            self.assertEqual(sorted(p.name for p in Path(folder).iterdir()), ["mine-solution.yaml", "mine.yaml"])
            for name, code in (("mine.yaml", 1), ("mine-solution.yaml", 0)):
                self.assertEqual(run(["grade", "three-stalls", name], cwd=folder).code, code)
            self.assertEqual(run(["grade", "mine.yaml", "mine-solution.yaml"], cwd=folder).code, 0)
            result = run("new hers --from three-stalls --student", cwd=folder)
            self.assertEqual((result.code, result.err), (0, ""))
            self.assertNotIn("hers-solution.yaml", [p.name for p in Path(folder).iterdir()])
            self.assertNotIn("hint", (Path(folder) / "hers.yaml").read_text())
            row, = json.loads(run(["grade", "three-stalls", "hers.yaml", "--format", "json"], cwd=folder).out)
            self.assertEqual((row["status"], row["score"]), ("judged", 3), row)
            (Path(folder) / "own.yaml").write_text((Path(folder) / "mine.yaml").read_text())
            result = run("new theirs --from own.yaml --student", cwd=folder)
            self.assertEqual((result.code, result.err), (0, ""), result)
            self.assertNotIn("hint", (Path(folder) / "theirs.yaml").read_text())
            result = run("new his --from toilet --student", cwd=folder)
            self.assertEqual(result.code, 0)
            self.assertIn("leaves out nothing", result.err)

    def test_one_that_is_answered_by_a_schedule(self):
        with tempfile.TemporaryDirectory() as folder:
            for args, files in (("", ["mine-solution.yaml", "mine.yaml"]), (" --student", ["mine.yaml"])):
                result = run("new mine --from it-was-published" + args, cwd=folder)
                self.assertEqual((result.code, result.err), (0, ""), result)
                self.assertIn("grade it-was-published mine-answer.yaml", result.out)
                self.assertEqual(sorted(p.name for p in Path(folder).iterdir()), files)
                if not args:
                    self.assertEqual(run(["grade", "mine.yaml", "mine-solution.yaml"], cwd=folder).code, 0)
                for name in files:
                    (Path(folder) / name).unlink()

    def test_list(self):
        shown = run("list exercises").out
        for path in EXERCISES:
            self.assertIn("  %s " % path.stem, shown)


if __name__ == "__main__":
    unittest.main()
