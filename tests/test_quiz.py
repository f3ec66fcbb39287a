"""quiz beyond scheduling: what it asks at a moment of a run, and of which process starts which. Its answers are held against what
`run --json` says of the same run, which other parts of the program say."""
import json
import os
import re
import tempfile
import unittest

from forklore_test import run, run_json

UNFAIR = """scenario: lanes
objects: {door: {lock: {fair: false}}, beds: {semaphore: {value: 2, fair: false}}}
processes:
  car: {count: 4, steps: [{acquire: door}, {sleep: 10ms}, {release: door}]}
  guest: {count: 5, steps: [{acquire: beds}, {sleep: 10ms}, {release: beds}]}
"""
TREE = """scenario: tree
main: [{start: a}, {start: b}]
processes:
  a: {steps: [{start: c}, {join: c}]}
  b: {steps: [{sleep: 30ms}]}
  c: {count: 2, steps: [{say: hello}]}
"""


ASKS = """scenario: asks
shared: {total: 0}
objects: {door: lock}
processes:
  p:
    count: 2
    steps:
      - {acquire: door, ask: {en: "May {name} go in?", zh: "{name} 能进去吗？"}}
      - {do: total = total + 5, ask: {en: "What has {name} left in total?", zh: "{name} 在 total 里留下多少？"}}
      - {sleep: 10ms, ask: {en: Where is it now?, zh: 它现在在做什么？}}
      - {release: door}
"""


def questions(text):
    """By number: what stands before the mark where the answer is typed, and what follows it."""
    parts = re.split(r"^\d+\. ", text, flags=re.M)[1:]
    return [(part.partition("\n> ")[0], part.partition("\n> ")[2]) for part in parts]


def answer(reply):
    said = re.search(r"The answer: (.*)", reply)[1]
    return [] if said == "none" else said.split(", ")


def on_file(text, *args, stdin=""):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "it.yaml")
        with open(path, "w") as file:
            file.write(text)
        return run(["quiz", path, *args], stdin=stdin)


class Values(unittest.TestCase):
    def test_every_end_counts_that_explore_lists(self):
        """The values asked for are those of all outcomes, of a deadlock as well."""
        for name, variable in (("dining-philosophers", "meals"), ("ticket-race", "sold")):
            ends = json.loads(run(["explore", name, "--json"]).out)["outcomes"]
            values = sorted({end["values"][variable] for end in ends})
            if name == "dining-philosophers":
                self.assertEqual(sorted({end["end"] for end in ends}), ["deadlock", "ok"])
            for lang, asked in (("en", "Which values can `%s` have at the end"), ("zh", "到最后 `%s` 可能是哪些值")):
                out = run(["quiz", name, "--lang", lang, "--seed", "1"], stdin="").out
                question, reply = next(q for q in questions(out) if asked % variable in q[0])
                self.assertEqual([int(n) for n in re.findall(r"-?\d+", re.search("The answer: (.*)|答案是：(.*)", reply)[0])], values)


class Run:
    """A run as its events have it."""

    def __init__(self, name, seed):
        self.events = run_json(name, "--model", "--seed", str(seed))

    def until(self, steps):
        """All events before action steps + 1."""
        for event in self.events:
            if event["type"] == "step" and event["n"] > steps:
                return
            yield event

    def states(self, steps):
        """By process, after so many actions: its state and what it is blocked on."""
        now = {}
        for event in self.until(steps):
            if event["type"] == "state":
                now[event["process"]] = (event["to"], event["on"])
        return now

    def freed(self, n):
        """By action n: those that waited for something else than the clock."""
        before, after = self.states(n - 1), self.states(n)
        return {p for p, (state, on) in before.items()
                if state == "blocked" and on != "clock" and (after[p][0] in ("ready", "running"))}

    def in_queue(self, name, steps):
        items = []
        for event in self.until(steps):
            if event["type"] == "step" and event["result"] is not None:
                if re.match(r"put: %s\b" % name, event["do"]):
                    items.append(str(event["result"]))
                elif re.match(r"get: %s\b" % name, event["do"]):
                    items.pop(0)
        return items


class Head(unittest.TestCase):
    def test_a_quantum_is_named_where_it_counts(self):
        """A process of a priority runs as long as it likes, unless a quantum is asked for."""
        for lang, quantum in ("en", ", quantum 20 ms;"), ("zh", "时间片 20 ms"):
            asked = run(["quiz", "cpu-priority-starvation", "--quantum", "20ms", "--lang", lang]).out
            self.assertIn(quantum, asked)
            self.assertNotRegex(run(["quiz", "cpu-priority-starvation", "--lang", lang]).out, r"quantum \d|时间片 \d")


class Leaving(unittest.TestCase):
    def test_q_leaves_unless_a_process_is_called_so(self):
        for word in ("q", "quit", "退出"):
            out = run(["quiz", "ticket-race"], stdin=word + "\n").out
            self.assertEqual((len(questions(out)), "You leave here.\n" in out, "Skipped" in out), (1, True, False), out)
            self.assertNotRegex(out, r"answer|\d of \d right")
            self.assertEqual(run(["quiz", "ticket-race"], stdin=word + "\n").code, 0)
        skipped = run(["quiz", "ticket-race"], stdin="\n\nq\n").out
        self.assertIn("You leave here.\n0 of 1 right.", skipped)
        out = on_file(TREE.replace("b", "q"), stdin="q\n").out
        self.assertGreater(len(questions(out)), 1, out)

    def test_texts_are_in_one_language_and_unfinished_processes_are_shown(self):
        for lang, said, other in (("zh", "我在地窖里", "I am in the cellar"), ("en", "I am in the cellar", "我在地窖里")):
            out = run(["quiz", "kill-the-holder", "--lang", lang], stdin="q\n").out
            self.assertIn(said, out)
            self.assertNotIn(other, out)
            self.assertRegex(out, r"(?m)^  guest  +")

    def test_one_process_has_no_order(self):
        out = run(["quiz", "kill-the-holder"], stdin="").out
        self.assertNotIn("In which order", out)

    def test_commands_are_as_the_user_began(self):
        out = run(["quiz", "ticket-race", "--lang", "zh"], stdin="", called="./forklore").out
        self.assertRegex(out, r"\./forklore explore ticket-race --lang zh")


class Moments(unittest.TestCase):
    SCENARIOS = ("ticket-lock", "lock-serial", "toilet", "traffic-light", "barrier", "rendezvous", "condition-buffer", "producer-consumer",
                 "producer-consumer-sentinels", "queue-ten-and-ten", "zombie-and-orphan", "process-tree", "start-order", "exit-codes")

    def asked(self, name, seed):
        out = run(["quiz", name, "--seed", str(seed)], stdin="").out
        return [(int(re.search(r"\d+", question)[0]), question, reply) for question, reply in questions(out)
                if question.startswith(("In this run, after", "What happened to"))]

    def stuck(self, question, played, n):
        """Of those about to put or get: where there is no room, or no item. What is in the queue is the run's."""
        room, items = re.search(r"in \w+(?:, which has room for (\d+))?, its head first: (.*)", question).groups()
        queue = re.search(r"in (\w+),", question)[1]
        items = [] if items == "none" else items.split(", ")
        self.assertEqual(items, played.in_queue(queue, n))
        about = re.findall(r"the next action of (\S+): (put|get):", question)
        self.assertTrue(not items or len(items) == int(room or 0), question)
        return {p for p, does in about if does == ("put" if items else "get")}

    def test_answers_are_those_of_the_run(self):
        kinds = set()
        for name in self.SCENARIOS:
            for seed in (1, 2):
                played = Run(name, seed)
                for n, question, reply in self.asked(name, seed):
                    with self.subTest(name, seed=seed, question=question):
                        said = answer(reply)
                        if "may go on" in question:
                            kinds.add("who")
                            self.assertEqual(set(said), played.freed(n + 1))
                        elif "zombies now" in question:
                            kinds.add("zombies")
                            states = played.states(n)
                            self.assertEqual(set(said), {p for p, (state, _) in states.items() if state == "zombie"})
                        elif "What is in" in question:
                            kinds.add("items")
                            queue = re.search(r"What is in (\w+) at this point", question)[1]
                            before = re.search(r"its head first: (.*)", question)[1]
                            self.assertEqual([] if before == "none" else before.split(", "), played.in_queue(queue, n))
                            turns = [line for line in question.splitlines() if re.search(r" (puts|gets) ", line)]
                            self.assertEqual(len(turns), 4)
                            after = [e["n"] for e in played.events if e["type"] == "step" and e["n"] > n and e["result"] is not None
                                     and re.match(r"(put|get): %s\b" % queue, e["do"])][3]
                            self.assertEqual(said, played.in_queue(queue, after))
                        elif "have to wait" in question:
                            kinds.add("full")
                            self.assertEqual(set(said), self.stuck(question, played, n))
        self.assertEqual(kinds, {"who", "zombies", "items", "full"})

    def test_a_line_that_is_not_fair(self):
        """Any of them may be the next, but one alone gets through."""
        for lang, who, many, any_of in (("en", "Which waiting processes may go on", "How many of them get through", "any of car.2, car.3, car.4 may be the next"),
                                        ("zh", "等待者中哪些可以继续", "其中能有几个先后通过", "car.2、car.3、car.4 中任何一个都可能是下一个")):
            out = on_file(UNFAIR, "--lang", lang).out
            self.assertIn(any_of, out)
            asked = questions(out)
            at = [i for i, (question, _) in enumerate(asked) if who in question and "door" in question][0]
            self.assertRegex(asked[at][1], "car.2. ?car.3. ?car.4")
            self.assertIn(many, asked[at + 1][0])
            self.assertRegex(asked[at + 1][1], r"(The answer: |答案是：)1\n")

    def test_a_notified_process_needs_the_lock(self):
        out = run(["quiz", "condition-buffer"], stdin="\n\n" * 5 + "none\n").out
        question, reply = questions(out)[5]
        self.assertIn("the next action of cook: notify_all: changed", question)
        self.assertTrue(reply.startswith("Right."), reply)
        self.assertIn("eater.1 was notified of changed, and waits for its lock, which cook holds", reply)

    def test_answers_as_a_chinese_keyboard_writes_them(self):
        skip = "\n\n" * 3
        out = run(["quiz", "producer-consumer", "--lang", "zh"], stdin=skip + "谁\neater.1；\ncook.1、\nswill2，bone1\nbun1\ncook.1，cook.2；cook.3\n").out
        self.assertIn("`谁` 不是这些进程之一：cook.1、cook.2、cook.3、eater.1、eater.2。", out)
        self.assertIn("swill2", out)
        right = [reply.splitlines()[0] for question, reply in questions(out)[3:] if "等待者" in question or "中有什么" in question or "做不了" in question]
        self.assertGreater(right.count("正确。"), 1, right)

    def test_until_when_is_it_a_zombie(self):
        out = run(["quiz", "zombie-and-orphan"], stdin="\n\n" * 7 + "main\n").out
        question, reply = questions(out)[7]
        self.assertIn("mayfly is a zombie until some process joins it, or ends.", question)
        self.assertTrue(reply.startswith("Right."), reply)
        joined = [e["n"] for e in run_json("zombie-and-orphan", "--model") if e["type"] == "step" and e["process"] == "main" and "mayfly" in e["do"]][-1]
        self.assertIn("mayfly is a zombie until action %d: main joins mayfly" % joined, reply)

    def test_where_nothing_of_it_occurs_it_is_not_asked(self):
        out = run(["quiz", "peterson"], stdin="").out
        self.assertNotRegex(out, "In this run, after|zombie|Draw the tree")
        self.assertNotIn("zombie", run(["quiz", "ticket-race"], stdin="").out)        # whose main stands nowhere
        self.assertNotIn("In this run, after", run(["quiz", "cpu-fifo"], stdin="").out)


class Trees(unittest.TestCase):
    def drawn(self, line, *args, text=TREE):
        """The reply to it. The tree is the last question; the one before asks how many there are."""
        asked = questions(on_file(text, *args).out)
        out = on_file(text, *args, stdin="\n\n" * (len(asked) - 2) + "4\n" + line + "\n").out
        return questions(out)[-1][1]

    def test_as_it_is(self):
        for line in ("main(a(c.1 c.2) b)", "main(b, a(c.2, c.1))", "a(c c) b", "main [a [c c] b]", "main（a（c.1，c.2），b）", "main: a b; a: c.1 c.2",
                     "main：a、b；a：c.1、c.2", "main > a > c.1, a > c.2; main > b", "main→a→c.1；a→c.2；main→b", "main -> a -> c.1; a -> c.2; main -> b",
                     "main(a(c.1 c.2) b"):
            reply = self.drawn(line)
            self.assertTrue(reply.startswith("Right.\n  main\n    a\n      c.1\n      c.2\n    b\n"), (line, reply))

    def test_the_first_wrong_edge(self):
        for line, lang, why in (("main(a b(c c))", "en", "No. The answer: main(a(c.1 c.2) b)\nThe first wrong edge: c.1 is started by a, not by b.\n"),
                                ("main(a(c) b)", "en", "The first missing edge: c.2 is started by a.\n"),
                                ("main: a b; main: c.1; a: c.2", "en", "The first wrong edge: c.1 is started by a, not by main.\n"),
                                ("main(a b(c c))", "zh", "第一条画错的边：c.1 由 a 启动，而不是 b。\n"),
                                ("main(a(c) b)", "zh", "第一条漏画的边：c.2 由 a 启动。\n"),
                                ("main(a(b(c c)))", "en", "The first wrong edge: b is started by main, not by a.\n")):
            self.assertIn(why, self.drawn(line, "--lang", lang))

    def test_what_is_no_tree_is_asked_again(self):
        for line, why in (("main(a(d) b)", "something is wrong at `d`"), ("main)a", "something is wrong at `)`"), ("(a b)", "something is wrong at `(`"),
                          ("main(a(c.1) b(c.1))", "c.1 appears twice"), (": a", "something is wrong at `:`"), ("main: a; c.1", "something is wrong at `c.1`")):
            reply = self.drawn(line + "\nmain(a(c c) b)")
            self.assertIn(why, reply, line)
            self.assertIn("> Right.", reply)

    def test_processes_of_a_group_are_alike(self):
        """Which kid is whose depends on who starts one first."""
        text = TREE.replace("c: {count: 2", "c: {count: 4").replace("b: {steps: [{sleep: 30ms}]}", "b: {steps: [{start: \"c[3]\"}, {start: \"c[4]\"}]}")
        text = text.replace("{start: c}, {join: c}", "{start: \"c[1]\"}, {start: \"c[2]\"}")
        asked = questions(on_file(text).out)
        for line in ("main(a(c.1 c.2) b(c.3 c.4))", "main(a(c.4 c.2) b(c.1 c.3))"):
            out = on_file(text, stdin="\n\n" * (len(asked) - 2) + "6\n" + line + "\n").out
            self.assertIn("Right.", questions(out)[-1][1], line)

    def test_a_tree_that_depends_on_a_draw_is_not_asked(self):
        text = TREE.replace("{start: c}, {join: c}", "{if: \"random(1, 2) == 1\", then: [{start: c}]}")
        out = on_file(text)
        self.assertNotEqual(out.out, "")
        self.assertNotRegex(out.out, "Draw the tree|How many processes")


class WhatTheScenarioAsks(unittest.TestCase):
    def of_it(self, said, *begins):
        return [part for part in re.split(r"^\d+\. ", said, flags=re.M)[1:] if part.startswith(begins)]

    def test_its_own_questions_are_among_them(self):
        """Each once, where the run comes to it; answered by a number, in words, or, as nothing else can be meant, asked again."""
        before = "\n" * 8                               # what it asks of this run goes before: skipped
        for lang, begins, words, answers, again, right in (
                ("en", "Next: p.1", ("May p.1 go in?", "What has p.1 left in total?", "Where is it now?"), "7\n1\nx\n5\nSleeping\n",
                 ("Write the number of one of the answers, 1 to 4. Try again:", "Write a number, such as 0 or -1. Try again:"), "Right."),
                ("zh", "下一步：p.1", ("p.1 能进去吗？", "p.1 在 total 里留下多少？", "它现在在做什么？"), "７\n１\nx\n５\n睡眠\n",
                 ("请写出答案的编号，1 到 4。请重新作答：", "请写一个数，例如 0 或 -1。请重新作答："), "正确。")):
            with self.subTest(lang=lang):
                said = on_file(ASKS, "--lang", lang, stdin=before + answers).out
                own = self.of_it(said, begins)
                self.assertEqual([part.splitlines()[0].split("`")[-1].lstrip(".。 ") for part in own], list(words))
                for part, expected in zip(own, again + (right,)):
                    self.assertIn(expected, part)
                    self.assertIn(right, part)

    def test_an_answer_that_is_too_long(self):
        own = self.of_it(on_file(ASKS, stdin="\n" * 8 + "1\n" + "5" * 3000 + "\n4\n").out, "Next: p.1, `total")
        self.assertIn("Write a number, such as 0 or -1. Try again:", own[0])
        self.assertIn("No. The answer: 5", own[0])

    def test_nothing_of_its_own(self):
        self.assertEqual(self.of_it(run(["quiz", "ticket-race"], stdin="").out, "Next: "), [])


if __name__ == "__main__":
    unittest.main()
