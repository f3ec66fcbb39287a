"""The library: every scenario is valid and explained in two languages, plays the same on processes as on the model, and
shows what it says it shows."""
import json
import re
import unittest

from forklore_test import ROOT, no_process_left, run, run_json, slow

LIBRARY = sorted((ROOT / "scenarios").glob("*.yaml"))
EXERCISES = sorted((ROOT / "scenarios/exercises").glob("*.yaml"))
LANGUAGES = ["en", "zh"]
HAN = re.compile(r"[\u4e00-\u9fff]")
NUMBER = re.compile(r"([0-9]+)")


def section(text, key):
    """What the top-level key says, from its name to the next one."""
    found = re.search(r"^%s:.*\n(?:[ #].*\n|\n)*" % key, text, re.M)
    return found[0] if found else ""


def languages(text):
    """How many texts there are in each language."""
    return [len(re.findall(r"(?<!\w)%s: " % language, text)) for language in LANGUAGES]


def pids(model, processes):
    """{what stands for a pid on the model: the process's pid}"""
    pairs = [(m, p) for m, p in zip(model, processes) if m["type"] == p["type"] == "process"]
    return {m["pid"]: p["pid"] for m, p in pairs if m["process"] == p["process"]}


def same(model, real, known):
    """Whether two values are the same but for pids, which may also stand in texts."""
    if isinstance(model, dict) and isinstance(real, dict):
        return list(model) == list(real) and all(k == "mode" or same(model[k], real[k], known) for k in model)
    if isinstance(model, list) and isinstance(real, list):
        return len(model) == len(real) and all(same(m, r, known) for m, r in zip(model, real))
    if isinstance(model, str) and isinstance(real, str) and model != real:
        parts = [[int(s) if s.isdecimal() else s for s in NUMBER.split(text)] for text in (model, real)]
        return same(*parts, known)
    if type(model) is int and type(real) is int and model != real:
        if model == min(known) - 1:  # stands for forklore itself, who adopts orphans
            known.setdefault(model, real)
        return known.get(model) == real
    return type(model) is type(real) and model == real


class Library(unittest.TestCase):
    maxDiff = None

    def every(self, holds):
        """holds(path) for each scenario, as a test of its own."""
        self.assertGreater(len(LIBRARY), 30)
        for path in LIBRARY:
            with self.subTest(path.stem):
                holds(path)

    def test_check_finds_nothing(self):
        result = run(["check", "--format", "short", *LIBRARY])
        self.assertEqual(result.code, 0, result)
        self.assertEqual(result.out + result.err, "", result)

    def test_every_topic_has_a_chinese_word(self):
        known = re.findall(r'TOPIC\("(.*?)"', (ROOT / "ui/cli/topics.def").read_text())
        used = {topic for path in [*LIBRARY, *EXERCISES] for line in re.findall(r"(?m)^topics: \[(.*)\]", path.read_text()) for topic in line.split(", ")}
        self.assertEqual(sorted(used), sorted(known))

    def test_everything_is_said_in_both_languages(self):
        def holds(path):
            text = path.read_text()
            self.assertEqual(section(text, "scenario"), "scenario: %s\n" % path.stem)
            for key, least, most in ("title", 1, 1), ("about", 1, 1), ("lesson", 2, 4):
                english, chinese = languages(section(text, key))
                self.assertEqual(english, chinese, key)
                self.assertTrue(least <= english <= most, "%s: %d texts" % (key, english))
            self.assertEqual(*languages(text))
            for line in re.findall(r"^ +zh: .*", section(text, "about") + section(text, "lesson"), re.M):
                self.assertRegex(line, HAN)
        self.every(holds)

    def test_it_expects_what_it_shows(self):
        def holds(path):
            self.assertRegex(section(path.read_text(), "expect"), r"(always|finally|reachable|ends|deadlock|exception): ")
        self.every(holds)

    def test_on_processes_as_on_the_model(self):
        def holds(path):
            model, real = run_json(path, "--model", codes=[0]), run_json(path, codes=[0])
            known = pids(model, real)
            self.assertEqual(len(set(known.values())), len(known))
            for m, r in zip(model, real):
                self.assertTrue(same(m, r, known), "model:     %s\nprocesses: %s" % (json.dumps(m), json.dumps(r)))
            self.assertEqual(len(model), len(real))
        self.every(holds)

    def test_it_holds_and_leaves_nobody(self):
        def holds(path):
            result = run(["run", "--quiet", path])
            breaks = "verdict: sometimes" in path.read_text() and "leads_to" not in path.read_text()  # what breaks that may never end
            self.assertEqual(result.code, 0, result)
            self.assertEqual(" broken since " in result.out or " broken at " in result.out, breaks, result)
            if breaks:
                self.assertIn("as this scenario is there to show", result.out, result)
            no_process_left(result.mark)
        self.every(holds)

    @slow
    def test_its_expectations_notice_a_missing_lock(self):
        """Whatever one lock, semaphore or wait of it is taken out: some expectation fails."""
        for path in sorted((ROOT / "scenarios").glob("*.yaml")):
            if re.search(r"acquire|with:", path.read_text()):
                with self.subTest(path.stem):
                    done = run(["explore", "--mutate", "--lang", "en", path], timeout=60)
                    self.assertEqual(re.findall(r"NOT (?:NOTICED|DECIDED) *without `(?:acquire|with|wait)\b.*", done.out), [])

    def test_the_course_has_every_scenario_once(self):
        course = re.findall(r'LESSON\("(.*)"\)', (ROOT / "ui/cli/course.def").read_text())
        self.assertEqual(sorted(course), sorted(path.stem for path in (ROOT / "scenarios").glob("*.yaml")))
        for broken, mended in (("ticket-race", "ticket-lock"), ("ticket-file", "ticket-file-lock"), ("manager-counter", "manager-counter-lock"),
                               ("dining-philosophers", "dining-philosophers-ordered")):
            self.assertEqual(course[course.index(broken) + 1], mended)

    def test_a_plain_run_in_both_languages(self):
        def holds(path):
            for language in LANGUAGES:
                result = run(["run", "--plain", "--model", "--lang", language, path])
                self.assertEqual(result.code, 0, result)
                self.assertEqual(result.err, "", result)
                self.assertGreater(len(result.out.splitlines()), 10, result)
                events = run_json(path, "--model", "--lang", language)
                said = [event["text"] for event in events if event["type"] == "say"]
                self.assertEqual([HAN.search(text) is not None for text in said], [language == "zh"] * len(said), said)
                for text in said:
                    self.assertIn(text, result.out, result)
        self.every(holds)

    def test_list_shows_it_under_its_topic(self):
        chinese = dict(re.findall(r'TOPIC\("(.*?)", +"(.*?)"\)', (ROOT / "ui/cli/topics.def").read_text()))
        for language in LANGUAGES:
            result = run(["list", "--lang", language])
            rows = {row["name"]: row for row in json.loads(run(["list", "--json", "--lang", language]).out)}
            shown = {}
            for part in result.out.split("\n\n"):
                topic, *lines = part.splitlines()
                shown.update({line.split()[0]: (topic, line) for line in lines})

            def holds(path):
                row = rows[path.stem]
                topic = row["topics"][0]
                self.assertEqual(shown[path.stem][0], chinese[topic] if language == "zh" else topic, result)
                self.assertTrue(shown[path.stem][1].endswith(" " + row["title"]), result)
                width = max([20] + [len(other["name"]) for other in rows.values() if other["topics"][0] == row["topics"][0]])
                self.assertEqual(shown[path.stem][1], "  %-*s  %s" % (width, path.stem, row["title"]))
                self.assertEqual(HAN.search(row["title"]) is not None, language == "zh", row)
            self.every(holds)


if __name__ == "__main__":
    unittest.main()
