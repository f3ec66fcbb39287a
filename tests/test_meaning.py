"""What scenarios mean: each file of tests/meaning says in its first comment lines what must come out. It is run on the
model and on real processes: both must say just that, and the same JSON but for pids and `mode`.

    # verdict: ok                       of the last line; left out: ok, unless `exit` says 1, 3 or 4
    # exit: 0                           the program's exit code; left out: 0
    # args: --seed 7                    more arguments of `run`
    # shared: {x: 3, l: [1, "two"]}     the shared variables named have these values in the end
    # says: p: hello                    all that is said, in this order
    # exception: p ValueError caught    all exceptions, in this order; `caught` where somebody handles it,
    #                                   `message: the text` where the text matters
    # blocked: {a: right}               which processes wait for what in the end; all of them
    # exits: {p: 3}                     exit codes
    # results: p [1, true]              what the actions of p gave, in order; of those that give something
    # expect: name true                 an expectation, and whether it held; `false since 3`: after which action it was false
    # steps: 12   # time: 3s            of the last line
    # finish: {a: 7ms}                  likewise response, turnaround, wait, cpu, blocked_for, first_run, arrive
    # stderr: some text                 is part of what stands on stderr
    # host: yes                         the interleaving makes no difference: under the kernel's policy the same comes out
"""
import json
import re
import unittest
from concurrent.futures import ThreadPoolExecutor

from forklore_test import ROOT, no_process_left, run, run_json

METRICS = "arrive first_run finish response turnaround wait cpu blocked_for".split()
UNITS = {"us": 1, "ms": 1000, "s": 1000000}


def flow(text):
    """A YAML flow value of plain words, numbers, times, lists and mappings."""
    def token(match):
        word = match[0].strip()
        time = re.fullmatch(r"(\d+)(us|ms|s)", word)
        if time:
            return str(int(time[1]) * UNITS[time[2]])
        if word == "none":
            return "null"
        if match[0][0] == '"' or re.fullmatch(r"-?\d+|true|false|null", word):
            return word
        return json.dumps(word, ensure_ascii=False)
    return json.loads(re.sub(r'"(?:[^"\\]|\\.)*"|[^\s{}\[\],:"][^{}\[\],:"]*', token, text))


class Wanted:
    """The header of a file."""

    def __init__(self, path):
        self.lists = {"says": [], "exception": [], "expect": [], "results": [], "stderr": []}
        self.one = {}
        for line in path.read_text().splitlines():
            match = re.fullmatch(r"# ([a-z_]+): (.*)", line)
            if match and match[1] in self.lists:
                self.lists[match[1]].append(match[2])
            elif match:
                self.one[match[1]] = match[2]
            elif not line.startswith("#"):
                break
        unknown = set(self.one) - set("verdict exit args shared blocked exits steps time host".split()) - set(METRICS)
        assert not unknown, "%s: unknown in its header: %s" % (path.name, unknown)
        self.code = int(self.one.get("exit", 0))
        self.verdict = self.one.get("verdict", "ok" if self.code == 0 else None)
        self.args = self.one.get("args", "").split()


class Played:
    """A run of the program with --json, and what can be read from it."""

    def __init__(self, path, *args, timeout=20):
        result = run(["run", path, "--json", *args], timeout=timeout)
        self.result, self.code, self.err = result, result.code, result.err
        self.lines = result.out.splitlines()
        self.events = [json.loads(line) for line in self.lines]
        self.end = self.events[-1] if self.events and self.events[-1]["type"] == "end" else None
        self.pids = {str(e["pid"]): e["process"] for e in self.events if e["type"] == "process"}
        self.pids["1000" if "--model" in args else str(result.pid)] = "nobody"      # main's parent, and the orphans'
        no_process_left(result.mark)

    def of(self, kind):
        return [e for e in self.events if e["type"] == kind]

    def without_pids(self, line):
        event = json.loads(line)
        if "mode" in event:
            event["mode"] = ""
        for key in ("pid", "text", "result", "value", "message", "shared"):
            if key in event:
                event[key] = re.sub(r"(?<![\w.])\d+(?![\w.])", lambda m: "<%s>" % self.pids.get(m[0], m[0]), str(event[key]))
        return json.dumps(event, ensure_ascii=False)

    def name_pids(self, text):
        """{pid:p} in a wanted text is p's pid."""
        of = {name: pid for pid, name in self.pids.items()}
        return re.sub(r"\{pid:(\S+?)\}", lambda m: of[m[1]], text)

    def exits(self):
        """By process, the code that was reported; of one whose place another took, that of the last."""
        codes = {}
        for e in self.events:
            if e["type"] in ("process", "exit"):
                codes[e["process"]] = e.get("code")
        return codes

    def exceptions(self, wanted):
        told = []
        for e, want in zip(self.of("exception"), wanted + [""] * 99):
            message = " message: " + str(e["message"]) if " message: " in want else ""
            told.append("%s %s%s%s" % (e["process"], e["name"], message, " caught" if e["caught"] else ""))
        return told

    def metric(self, name):
        return {p["process"]: p["blocked" if name == "blocked_for" else name] for p in self.end["processes"]}


def same_lines(case, model, real):
    """The same JSON, but for pids and mode."""
    for a, b in zip(model.lines, real.lines):
        if a != b and model.without_pids(a) != real.without_pids(b):
            case.fail("model and processes differ:\n%s\n%s" % (a, b))
    case.assertEqual(len(model.lines), len(real.lines), "the last are:\n%s\n%s" % (model.lines[-1:], real.lines[-1:]))
    case.assertEqual((model.code, model.err), (real.code, real.err))


def check_ends(case, wanted, played):
    end = played.end
    if wanted.verdict:
        case.assertEqual(end["verdict"], wanted.verdict)
    for key, value in flow(wanted.one.get("shared", "{}")).items():
        case.assertEqual(end["shared"][key], value, key)
    if "blocked" in wanted.one:
        case.assertEqual(end["blocked"], flow(wanted.one["blocked"]))
    case.assertEqual({name: code for name, code in played.metric("exit").items() if code is not None},
                     {name: code for name, code in played.exits().items() if code is not None})
    for name, code in flow(wanted.one.get("exits", "{}")).items():
        case.assertEqual(played.metric("exit")[name], code, name)


def check_course(case, wanted, played):
    """What holds for a run under a virtual CPU only."""
    if wanted.lists["says"]:
        case.assertEqual(["%s: %s" % (e["process"], e["text"]) for e in played.of("say")],
                         [played.name_pids(text) for text in wanted.lists["says"]])
    if wanted.lists["exception"]:
        case.assertEqual(played.exceptions(wanted.lists["exception"]), wanted.lists["exception"])
    for line in wanted.lists["results"]:
        name, values = line.split(" ", 1)
        told = [e["result"] for e in played.of("step") if e["process"] == name and e["result"] is not None]
        case.assertEqual(told, flow(values))
    for line in wanted.lists["expect"]:
        name, holds, since = re.fullmatch(r"(.*) (true|false)(?: since (\d+))?", line).groups()
        told = [e for e in played.of("expect") if e["name"] == name]
        case.assertEqual([e["holds"] for e in told], [holds == "true"], name)
        if since:
            case.assertEqual(told[0]["since"], int(since), name)
    if "steps" in wanted.one:
        case.assertEqual(played.end["steps"], int(wanted.one["steps"]))
    if "time" in wanted.one:
        case.assertEqual(played.end["time"], flow(wanted.one["time"]))
    for metric in set(METRICS) & set(wanted.one):
        for name, value in flow(wanted.one[metric]).items():
            case.assertEqual(played.metric(metric)[name], value, "%s of %s" % (metric, name))


def check(case, wanted, played, course):
    shown = "\n%r" % played.result
    case.assertEqual(played.code, wanted.code, shown)
    for text in wanted.lists["stderr"]:
        case.assertIn(text, played.err)
    if played.code in (0, 1, 4):
        case.assertIsNotNone(played.end, shown)
        check_ends(case, wanted, played)
        if course:
            check_course(case, wanted, played)


class Meaning(unittest.TestCase):
    maxDiff = None


class Sentences(unittest.TestCase):
    """Whatever happens in a scenario can be said."""

    def test_in_both_languages(self):
        def told(path):
            wanted = Wanted(path)
            codes = {run(["run", path, "--model", "--plain", "--lang", lang, *wanted.args]).code for lang in ("en", "zh")}
            return path.name, codes, {wanted.code}
        with ThreadPoolExecutor(2) as pool:
            for name, codes, wanted in pool.map(told, sorted((ROOT / "tests/meaning").glob("*.yaml"))):
                self.assertEqual(codes, wanted, name)


class Between(unittest.TestCase):
    """What happens between two actions, where the steps of a process are its own."""

    def test_of_many_exceptions_the_first_are_reported(self):
        many = ("scenario: many\nshared: {n: 0}\nmain:\n  - k = 0\n  - repeat: 2345\n"
                "    do: [{try: [{raise: E}], except: {any: [k += 1]}}]\n  - n = k\n")
        for args in ["--model"], []:
            played = run_json("-", *args, stdin=many)
            self.assertEqual(sum(e["type"] == "exception" for e in played), 999)        # and the change of k: a thousand in all
            self.assertEqual(played[-1]["shared"], {"n": 2345})

    def test_many_steps_between_the_actions_of_a_batch(self):
        """A process gives the world back for them, and goes on where it was."""
        counts = ("scenario: counts\nshared: {n: 0}\nprocesses:\n  p:\n    steps:\n      - repeat: 30\n        do:\n"
                  "          - k = 0\n          - {repeat: 500, do: [k += 1]}\n          - n += k\n")
        for batch in 1, 15:
            played = run_json("-", "--policy", "host", "--batch", batch, stdin=counts)
            self.assertEqual(played[-1]["shared"], {"n": 30 * 500})

    def test_time_is_up_within_a_function(self):
        long = ('scenario: long\nfunctions:\n  f:\n    steps:\n      - t = "12345678" * 100000\n      - repeat: 300000\n'
                '        do: ["u = upper(t)"]\nmain:\n  - say: begins\n  - sleep: 1ms\n  - call: f\n  - say: never\n')
        for args in ["--model"], []:
            result = run(["run", "-", "--plain", "--timeout", "0.3", *args], stdin=long)
            self.assertEqual(result.code, 4, result)
            self.assertIn("begins", result.out)
            self.assertNotIn("never", result.out)
            self.assertIn("stopped after 0.3 s (--timeout)", result.err)
            no_process_left(result.mark)


class Library(unittest.TestCase):
    """The scenarios that come with the program: model and processes say the same, under every policy."""


def meaning_test(path):
    def test(self):
        wanted = Wanted(path)
        model, real = Played(path, "--model", *wanted.args), Played(path, *wanted.args)
        check(self, wanted, model, True)
        check(self, wanted, real, True)
        same_lines(self, model, real)
        if wanted.one.get("host") == "yes":
            check(self, wanted, Played(path, "--policy", "host"), False)
    return test


def library_test(path):
    def test(self):
        for args in [[], ["--policy", "fifo"], ["--policy", "random", "--seed", "3"], ["--cpus", "4", "--quantum", "20ms"],
                     ["--policy", "stcf"], ["--policy", "mlfq", "--cpus", "2"], ["--policy", "priority", "--quantum", "30ms"]]:
            limit = ["--max-steps", "3000", *args]
            same_lines(self, Played(path, "--model", *limit), Played(path, *limit))
    return test


def test_name(path):
    return "test_" + re.sub(r"\W", "_", str(path.with_suffix("").name))


for file in sorted((ROOT / "tests/meaning").glob("*.yaml")):
    setattr(Meaning, test_name(file), meaning_test(file))
for file in sorted((ROOT / "scenarios").rglob("*.yaml")):
    setattr(Library, test_name(file), library_test(file))
