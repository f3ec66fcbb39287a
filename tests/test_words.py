"""The words: every text exists in Chinese, and none uses what docs/glossary.md rejects."""
import functools
import re
import shlex
import tempfile
import unittest

import yaml

from forklore_test import ROOT, run
from test_mistakes import findings, read_cases

HAN = re.compile(r"[\u4e00-\u9fff]")
TABLES = sorted(t for t in [*ROOT.glob("sim/*/*.def"), *ROOT.glob("ui/*/*.def")] if t.name != "examples.def")
CODE = re.compile(r"`[^`]*`|\{.*\}|\[.*\]|\w+\(\)")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')

# Latin words that Chinese texts use as they are.
LATIN = set("""CPU I O K JSON YAML j UTF TCP Python PID SIGTERM SIGKILL SIGSEGV SIGSTOP SIGCONT FILE NAME TOPIC MiB ms us s FCFS SJF LJF SRTN HRRN RR
MLQ MLFQ EDF ASCII Schema forklore main join Esc Tab PgUp PgDn Home End Shift en English zh
auto dark light contrast mono colorblind github sarif svg ansi txt G M h V o ticket race my true callbacks answers requests take tend note
gradescope classroom prairielearn coderunner submitty exercism junit tap markdown csv latex""".split())


def words_of(text):
    return set(re.findall(r"[A-Za-z]+", text))


def code_words():
    """Words of the language and of the command line: what the first strings of the tables' rows say, and Python's."""
    words = set()
    for name in ("verbs", "kinds", "functions", "keys", "exceptions", "policies"):
        for line in (ROOT / "sim/language" / (name + ".def")).read_text().splitlines():
            for text in STRING.findall(line):
                words |= set() if HAN.search(text) or " " in text.strip() and text[0].islower() and "(" not in text else words_of(text)
    for name in ("commands", "options"):
        for line in (ROOT / "ui/cli" / (name + ".def")).read_text().splitlines():
            for text in STRING.findall(line)[:2]:
                words |= words_of(text)
    return words


def strings(table):
    """(line number, text) of all strings of a table's rows, comments left out. Of lines of a scenario: the comments alone."""
    text = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m[0]), table.read_text(), flags=re.S)
    for m in STRING.finditer(text):
        yield text.count("\n", 0, m.start()) + 1, m[1].partition("#")[2] if table.name == "template.def" else m[1]


@functools.lru_cache(None)
def glossary():
    """(words to use, words rejected) in Chinese, and the rejected English phrases."""
    use, reject, english, section = set(), set(), set(), ""
    for line in (ROOT / "docs/glossary.md").read_text().splitlines():
        section = line[3:] if line.startswith("## ") else section
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if len(cells) == 3 and cells[0] != "English" and not cells[0].startswith("---"):
            use.update(word for cell in cells[1].split(" / ") for word in [re.sub(r" [A-Z]+$", "", cell)] if word)
            reject.update(word for word in cells[2].split(" / ") if word)
        elif len(cells) == 2 and cells[0] != "not" and not cells[0].startswith("---") and section.startswith("English"):
            english.add(cells[0])
    return use, reject, english


class Glossary(unittest.TestCase):
    def faults(self, text, where):
        """The rejected words in it; one that is part of a right word is no fault."""
        use, reject, english = glossary()
        wrong = [w for w in reject if w in text]
        for word in sorted((u for u in use if any(w in u for w in wrong)), key=len, reverse=True):
            text = text.replace(word, "..")
        found = [w for w in wrong if w in text] + [w for w in english if w in text.lower() and re.search(r"(?i)\b%s\b" % re.escape(w), text)]
        return ["%s: %s: %s" % (where, word, text) for word in sorted(found)]

    def test_no_table_uses_a_rejected_word(self):
        use, reject, english = glossary()
        self.assertGreater(len(reject), 20)
        self.assertGreater(len(english), 8)
        found = []
        for table in TABLES:
            for line, text in strings(table):
                if not (table.name == "concepts.def" and "|" in text):   # what people may type, the right words among them
                    found += self.faults(text, "%s:%d" % (table.relative_to(ROOT), line))
        self.assertEqual("\n".join(found), "")

    def test_no_scenario_uses_a_rejected_word(self):
        found, some = [], 0
        for path in sorted((ROOT / "scenarios").rglob("*.yaml")):
            lines = path.read_text().splitlines()
            some += len(lines)
            for n, line in enumerate(lines, 1):
                found += self.faults(line, "%s:%d" % (path.relative_to(ROOT), n))
        self.assertGreater(some, 5000)
        self.assertEqual("\n".join(found), "")

    def test_no_text_in_the_code_uses_a_rejected_word(self):
        found, some = [], 0
        for path in sorted([*ROOT.glob("sim/*/*.c"), *ROOT.glob("ui/*/*.c")]):
            for line, text in strings(path):
                some += 1
                found += self.faults(text, "%s:%d" % (path.relative_to(ROOT), line))
        self.assertGreater(some, 3000)
        self.assertEqual("\n".join(found), "")

    def test_no_handout_and_no_feedback_uses_a_rejected_word(self):
        """What students read: each exercise as it is handed out, and the feedback on one that nobody has worked on; marks, too."""
        marks, some, graded = Typography(), 0, 0
        found = []
        with tempfile.TemporaryDirectory() as folder:
            for n, path in enumerate(sorted((ROOT / "scenarios/exercises").glob("*.yaml"))):
                for language in ("en", "zh"):
                    mine = "%s/%s-%s.yaml" % (folder, language, path.stem)
                    self.assertEqual(run(["new", mine[:-5], "--from", path.stem, "--student", "--lang", language]).code, 0)
                    with open(mine) as file:
                        handout = re.sub("(?m)^# yaml-language-server.*\n", "", file.read())
                    said = handout.splitlines()
                    if n % 4 == 0 and not re.search("(?m)^  answer: |\\?\\?\\?$", handout):
                        feedback = run(["grade", path.stem, mine, "--lang", language], timeout=60).out.splitlines()[1:]
                        self.assertGreater(len(feedback), 3)
                        graded += 1
                        said += feedback
                        if language == "zh":
                            shown = [re.sub(r"--schedule '.*|原子操作：.*|^ +\S*[;'].*|\[被抢占\]", "", line) for line in feedback]
                            found += [fault for line in shown for fault in marks.faults(re.sub("^ *[0-9]* +(?:\\S+ [0-9]/[0-9]  )?", "", line), path.stem)]
                    some += len(said)
                    found += [fault for line in said for fault in self.faults(line, path.stem)]
        self.assertGreater(some, 2000)
        self.assertGreater(graded, 8)
        self.assertEqual("\n".join(found), "")

    def test_no_document_uses_rejected_english(self):
        self.maxDiff = None
        english = re.compile(r"(?i)\b(%s)\b" % "|".join(re.escape(phrase) for phrase in sorted(glossary()[2])))
        found = []
        documents = [p for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("man/*")] if p.name != "glossary.md"]
        for path in sorted(documents):
            text = re.sub(r"\s+", " ", path.read_text())
            found += ["%s: %s" % (path.relative_to(ROOT), m[0]) for m in english.finditer(text)]
        self.assertEqual("\n".join(found), "")


class Marks(unittest.TestCase):
    def test_chinese_has_full_width_marks(self):
        """No `,` `;` `:` `(` `)` next to a Chinese letter."""
        found = []
        for table in TABLES:
            for line, text in strings(table):
                plain = CODE.sub("", text)
                if HAN.search(plain) and re.search(r"[\u4e00-\u9fff] ?[,;:()]|[,;:()] ?[\u4e00-\u9fff]", plain):
                    found.append("%s:%d: %s" % (table.relative_to(ROOT), line, text))
        self.assertEqual("\n".join(found), "")

    def test_a_blank_between_chinese_and_latin(self):
        found = []
        for table in TABLES:
            for line, text in strings(table):
                if HAN.search(text) and re.search(r"[\u4e00-\u9fff][A-Za-z0-9`]|[A-Za-z0-9`][\u4e00-\u9fff]", re.sub(r"`[^`]*`", "`", text)):
                    found.append("%s:%d: %s" % (table.relative_to(ROOT), line, text))
        self.assertEqual("\n".join(found), "")


class Typography(unittest.TestCase):
    """Of all Chinese that people read: tables, code, documents, scenarios. Quotes are “ ”; no blank stands beside a full-width mark;
    marks beside Chinese have full width, beside code half width. Code is left out: it has marks of its own."""

    HAN = "\u4e00-\u9fff"
    RULES = [(r"[，。；：？！、（）“”] +[%s`A-Za-z0-9]" % HAN, "a blank behind a full-width mark"),
             (r"[%s`A-Za-z0-9] +[，。；：？！、（）“”]" % HAN, "a blank before a full-width mark"),
             (r"[%s] ?[,;:!()](?![0-9])|[%s][?]|[,;:!?()] ?[%s]" % (HAN, HAN, HAN), "a half-width mark beside Chinese"),
             (r"[%s][A-Za-z0-9`]|[A-Za-z0-9`][%s]" % (HAN, HAN), "no blank between Chinese and Latin letters"),
             (r"\"[^\"]*[%s][^\"]*\"|[「」『』]" % HAN, "other quotes than “ ”"),
             (r"[%s]\.(\s|$)|\.\.\.+ ?[%s]" % (HAN, HAN), "half-width full stops"),
             (r"，，|。。|[，；：、][。，；：、]|（）", "marks that meet")]
    NATIVE = r"\w+\(\)"           # notify(), as Python writes it

    maxDiff = None

    def faults(self, text, where):
        plain = re.sub(self.NATIVE, "f", re.sub(r"`[^`]*`", "`", text))
        if not re.search("[%s]" % self.HAN, plain):
            return []
        return ["%s: %s: %s: %s" % (where, why, m[0], text[:120]) for rule, why in self.RULES for m in [re.search(rule, plain)] if m]

    def test_tables_and_code(self):
        found = []
        code = sorted([*ROOT.glob("sim/*/*.c"), *ROOT.glob("ui/*/*.c")])
        for path in [*TABLES, *code]:
            name = str(path.relative_to(ROOT))
            if name in Whole.MARKS or path.name in ("concepts.def", "schema.c"):         # alternatives, examples, JSON
                continue
            for line, text in strings(path):
                text = text.replace('\\"', '"').replace("\\n", " ").strip()
                text = re.sub(r"%[-*.0-9]*l*[a-z]\b|\{[a-z_]+\}", "□", text)             # it may be Chinese or not
                text = re.sub(r"\{[^}]*\}", "`", re.sub(r"\[[^\]]*\]", "`", text)).replace("  ", "□")
                text = re.sub(r"[PV]\(□\)|按 \?|单步 · \?", "`", text)
                found += self.faults(text, "%s:%d" % (name, line))
        self.assertEqual("\n".join(found), "")

    def test_documents(self):
        found = []
        for path in [ROOT / "README.zh.md", ROOT / "CONTRIBUTING.zh.md", *sorted((ROOT / "docs/zh").rglob("*.md"))]:
            text = re.sub(r"(?ms)^```.*?^```|<!--.*?-->", lambda m: "\n" * m[0].count("\n"), path.read_text())
            for line, words in enumerate(text.splitlines(), 1):
                words = re.sub(r"\{[^}`|]*\}", "`", re.sub(r"`[^`]*`", "`", words))
                words = re.sub(r"([。？！：]\*+) ", r"\1", words)            # Markdown needs it there
                words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", words).replace("*", "")
                found += self.faults(words, "%s:%d" % (path.relative_to(ROOT), line))
        self.assertEqual("\n".join(found), "")

    def test_scenarios(self):
        found, some = [], 0
        for path in sorted((ROOT / "scenarios").rglob("*.yaml")):
            for text in self.chinese_of(yaml.load(path.read_text(), Loader=yaml.BaseLoader)):
                some += 1
                found += self.faults(re.sub(r"\{[^}]*\}", "X" if "}" in text else "", text), path.relative_to(ROOT))
        self.assertGreater(some, 500)
        self.assertEqual("\n".join(found), "")

    def test_diagnostics(self):
        """Filled in: what check says of the mistakes in tests/check."""
        found, some = [], 0
        for case in [c for path in sorted((ROOT / "tests/check").glob("*.txt")) for c in read_cases(path) if c.form != "deep"]:
            for one in findings(case.text(), "zh")[1]:
                for text in (one["message"], one.get("help") or ""):
                    some += 1
                    found += self.faults(re.sub(r"'[^']*'|\"[^\"]*\"|\{[^}]*\}|\[[^\]]*\]", "`", text), case.name) + ["%s: %r" % (case.name, text)] * (text != text.strip())
        self.assertGreater(some, 200)
        self.assertEqual("\n".join(found), "")

    def test_screens(self):
        """What is drawn and printed in Chinese, part by part: the program's text, which is code, left out."""
        found, some = [], 0
        for path in sorted(p for folder in ("screens", "explored", "lab") for p in (ROOT / "tests" / folder).glob("*.txt")):
            for line, row in enumerate(path.read_text().splitlines(), 1):
                for part in re.split(r"  +|[│╭╮╰╯─┤├]+", row):
                    part = re.sub(r"(?:^|(?<= ))[?!»>.,·✓✗] (?=[%s])|^[•▷▶]+" % self.HAN, "", part.strip())           # signs
                    part = re.sub(r"\"[^\"]*\"", "X", part)                                              # values
                    if re.match(r"(?:\d+ )?(?:- )?[a-z_]+: |(?:\d+ )?\w+ [-+*]?= ", part):
                        continue
                    some += bool(re.search("[%s]" % self.HAN, part))
                    found += ["%s:%d: a half-width bracket: %s" % (path.relative_to(ROOT), line, part)] * bool(
                        re.search("[%s]" % self.HAN, part) and re.search(r"\w \(", part))
                    found += self.faults(part, "%s:%d" % (path.relative_to(ROOT), line))
        self.assertGreater(some, 1000)
        self.assertEqual("\n".join(found), "")

    def chinese_of(self, node, known=False):
        if isinstance(node, dict):
            for key, item in node.items():
                yield from self.chinese_of(item, key == "zh")
        elif isinstance(node, list):
            for item in node:
                yield from self.chinese_of(item, known)
        elif known:
            yield node


class Whole(unittest.TestCase):
    """Sentences are whole templates: no text is glued to another one. (The build refuses such rows of tables.)"""

    MARKS = {"ui/browser/study.c", "ui/cli/quiz.c", "ui/dashboard/canvas_wrap.c", "sim/base/text.c"}     # what they read, and where lines may break

    def test_no_text_in_the_code_is_a_part(self):
        found = []
        for source in sorted([*ROOT.glob("sim/*/*.c"), *ROOT.glob("ui/*/*.c")]):
            name = str(source.relative_to(ROOT))
            for line, text in enumerate(source.read_text().splitlines(), 1) if name not in self.MARKS else ():
                if any(re.search(r"^[，；：、。）]|[，；、]$|^（[^）]*$", part) for part in STRING.findall(text)):
                    found.append("%s:%d: %s" % (name, line, text.strip()))
        self.assertEqual("\n".join(found), "")

    def test_the_build_refuses_parts(self):
        """Beginnings and ends are found by the tool itself."""
        rows = [text for table in TABLES for _, text in strings(table) if table.name in ("messages.def", "words.def", "sentences.def", "story.def")]
        self.assertGreater(len(rows), 500)
        self.assertEqual([r for r in rows if re.search(r"^ \S|[^.]+[,;，；、 ]$|^[,;:，；：、]", r)], [])


class Screens(unittest.TestCase):
    """In Chinese no English word is left on any screen: but names, code, and what Chinese uses itself."""

    def left(self, args, known=(), stdin=None, codes=(0, 1, 2, 3, 4)):
        result = run([*args, "--lang", "zh"], stdin=stdin, timeout=60)
        self.assertIn(result.code, codes, result)
        text = re.sub(r"(?m)^.*\|.*$|\w*…\w*|'[^'\n]*'|\b[EW][0-9]{3}\b|\b[A-La-c]{6,}\b", "", result.out + result.err)  # charts, names cut short, texts
        shown = CODE.sub("", text)
        self.assertRegex(shown, HAN)
        return sorted(words_of(shown) - LATIN - self.code - set(known))

    @classmethod
    def setUpClass(cls):
        cls.code = code_words()

    def test_help(self):
        for command in ("", "run", "explore", "check", "list", "new", "explain", "compare", "quiz", "schema"):
            with self.subTest(command):
                self.assertEqual(self.left([*command.split(), "--help"]), [])

    def test_command_line_errors(self):
        for args in ("rn", "run", "run a b", "run toilet --seed", "run toilet --seed x", "run toilet --speed x", "run toilet --size x",
                     "run toilet --timeout x", "run toilet --quantum x", "run toilet --policy x", "explore toilet --max-memory x",
                     "run toilet --plain --json", "run toilet --nope", "list --seed 3", "run toilet --policy host --model",
                     "explain frobnicate", "new Big", "new q --from nowhere", "run nowhere", "compare cpu-fifo --policies x",
                     "check /", "check ''", "run toilet --screen x.png", "run toilet --model --max-steps 3 --quiet",
                     "run toilet --model --schedule [guest.9]", "run toilet --model --schedule '[guest.1 x9, guest.1]'"):
            with self.subTest(args):
                self.assertEqual(self.left(shlex.split(args), known=words_of(args) | {"e", "stalls", "concepts", "codes", "verbs", "kinds", "keys", "exceptions", "words"}), [])

    def test_explain(self):
        concepts = words_of(" ".join(re.findall(r'CONCEPT\("([^"]*)"', (ROOT / "sim/language/concepts.def").read_text()))) | {"POSIX"}
        for name in ("concepts", "codes", "verbs", "kinds", "functions", "policies", "states", "keys", "exceptions"):
            with self.subTest(name):
                states = {"new", "ready", "running", "blocked", "zombie", "terminated", "sleeping", "stopped"}
                self.assertEqual(self.left(["explain", name], known=states | set("NRBZXST") | concepts | {name, "abort", "fpe", "ill", "segv", "right", "square", "ages"}), [])

    def test_library(self):
        """Its stories, its end and its screen (charts have a letter for each process)."""
        for path in sorted((ROOT / "scenarios").glob("*.yaml")):
            known = words_of(path.read_text()) | set("NRBSZXTglrtzfvqkjwABCDEFGHIJKL") | {"hellohello", "heyhey", "byebye", "AA"}
            for args in (["run", "--model", "--plain", str(path)], ["run", "--model", "--screen", "-", "--at", "20", "--size", "120x40", str(path)]):
                with self.subTest(path.stem, args=args[2]):
                    self.assertEqual(self.left(args, known), [])

    def library_words(self):
        """Of names, of what is written in scenarios, and of what they are called."""
        words = set()
        for path in (ROOT / "scenarios").rglob("*.yaml"):
            words |= words_of(path.read_text() + " " + path.stem)
        return words

    def test_list(self):
        library = self.library_words() | words_of(str(ROOT)) | {"yaml", "scenarios", "exercises", "build", "debug", "release", "asan", "tmp"}
        topics = re.findall(r'TOPIC\("[^"]*", *"([^"]*)"\)', (ROOT / "ui/cli/topics.def").read_text())
        self.assertGreater(len(topics), 20)
        for args in (["list"], ["list", "--long"], *(["list", topic] for topic in topics)):
            with self.subTest(args):
                result = run([*args, "--lang", "zh"])
                titles = re.findall(r"(?m)^  ([a-z0-9-]+)  +(.*)$", result.out)
                self.assertTrue(titles, result)
                self.assertEqual([t for t in titles if not HAN.search(t[1])], [])
                self.assertEqual(self.left(args, library), [])

    def test_compare(self):
        for path in sorted((ROOT / "scenarios").glob("cpu-*.yaml")):
            with self.subTest(path.stem):
                self.assertEqual(self.left(["compare", str(path)], words_of(path.read_text()) | set("zABCDEFGH")), [])

    def test_quiz(self):
        """A whole session, with wrong answers and right ones."""
        for path in sorted((ROOT / "scenarios").glob("cpu-*.yaml")):
            with self.subTest(path.stem):
                self.assertEqual(self.left(["quiz", str(path)], words_of(path.read_text()) | set("zABCDEFGH"), stdin="p1\np1\n7\n7\n"), [])

    def test_explain_every_word(self):
        """What it says in its own words: examples are code, and comments in them are Chinese."""
        code = {"else", "SIGABRT", "SIGSEGV", "SIGFPE", "SIGILL"} | words_of("".join(
            text for line, text in strings(ROOT / "sim/language/examples.def") if not HAN.search(text) and re.search(r"[:{]", text)))
        listed = run(["explain", "words"]).out
        for name in ("codes", "verbs", "kinds", "functions", "policies", "states", "keys", "exceptions", "words"):
            listed += run(["explain", name]).out.split("\n\n")[0]
        names = sorted(set(re.findall(r"(?m)^  (\w{2,}) ", listed)))
        self.assertGreater(len(names), 150)
        titles = words_of(" ".join(re.findall(r'POLICY\(\w+, *"[^"]*", *"([^"]*)"', (ROOT / "sim/language/policies.def").read_text())))
        python = words_of((ROOT / "sim/language/verbs.def").read_text() + (ROOT / "sim/language/functions.def").read_text())
        for name in names:
            with self.subTest(name):
                out = run(["explain", name, "--lang", "zh"]).out
                self.assertRegex(out, HAN)
                said = [line for line in out.splitlines() if HAN.search(line) or not line.startswith("  ")]     # the others are YAML
                said = [line for line in said if not line.lstrip().startswith(("- ", "{"))]
                shown = CODE.sub("", re.sub(r"# objects:.*|Python 写法：.*|实例：.*", "", "\n".join(said)))
                self.assertEqual(sorted(words_of(shown) - LATIN - self.code - titles - code - words_of(name)), [], out)

    def test_new(self):
        with tempfile.TemporaryDirectory(prefix="forklore-") as folder:
            for args, known in ((["new", folder + "/mine"], {"mine", "yaml"} | words_of(folder)), (["new", folder + "/mine"], {"mine", "yaml"} | words_of(folder)),
                                (["new", folder + "/none/mine"], {"mine", "yaml", "none"} | words_of(folder)), (["new", "a b"], {"a", "b"})):
                self.assertEqual(self.left(args, known, codes=(0, 2, 5)), [])

    def test_explore(self):
        for path in sorted((ROOT / "scenarios").glob("*.yaml")):
            known = words_of(path.read_text()) | {"outcomes", "story", "max", "states", "schedule", "timeout", "x", "byebye", "hellohello", "teahot", "coffeehot"}
            if path.stem in ("pool-pids", "echo-server-pool", "crawler", "pool-six-tasks", "pool-or-processes"):  # take long
                continue
            for args in (["explore", str(path), "--timeout", "60"], ["explore", str(path), "--mutate", "--max-states", "5000"]):
                with self.subTest(path.stem, args=args[2]):
                    self.assertEqual(self.left(args, known | words_of(str(path))), [])

    def test_check(self):
        for text in ("scenario: Big\n", "scenario: a\nprocesses: {p: {steps: [{aquire: x}]}}\n", "scenario: a\nprocesses: {p: {cuont: 2, steps: [n = m]}}\n"):
            self.assertEqual(self.left(["check", "-"], words_of(text) | {"stdin"}, stdin=text), [])


class Names(unittest.TestCase):
    # CONTRIBUTING: inside a function a letter is enough, always the same one. What has these types is called so, if by a letter.
    LETTER = {"program": "g", "play": "y", "mover": "m", "ins": "i", "compiler": "c", "canvas": "c", "arena": "a"}

    def test_a_letter_names_one_thing(self):
        """A pair that is compared may be a and b."""
        page = (ROOT / "CONTRIBUTING.md").read_text()
        for letter in "gymi":
            self.assertIn("| `%s` |" % letter, page)
        found, right = [], 0
        for source in sorted([*ROOT.glob("sim/*/*.[ch]"), *ROOT.glob("ui/*/*.[ch]")]):
            text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), source.read_text(), flags=re.S)
            for m in re.finditer(r"\bstruct (%s) \**(?:const )?([a-z])\b" % "|".join(self.LETTER), text):
                right += m[2] == self.LETTER[m[1]]
                if m[2] not in (self.LETTER[m[1]], "a", "b"):
                    found.append("%s:%d: %s" % (source.relative_to(ROOT), text.count("\n", 0, m.start()) + 1, m[0]))
        self.assertGreater(right, 1000)
        self.assertEqual("\n".join(found), "")

    def test_a_place_is_one_in_a_file(self):
        """One word, one thing (CONTRIBUTING): nothing but a struct place is called so."""
        found = []
        for source in sorted([*ROOT.glob("sim/*/*.[ch]"), *ROOT.glob("ui/*/*.[ch]")]):
            text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), source.read_text(), flags=re.S)
            for m in re.finditer(r"\b(?:u?int(?:\d+_t)?|size_t|proc_id|cell|bool) \*?(?:\w+_)?places?\b(?!\()", text):
                found.append("%s:%d: %s" % (source.relative_to(ROOT), text.count("\n", 0, m.start()) + 1, m[0]))
        self.assertEqual("\n".join(found), "")
