"""The documents say what is so: examples run with the result shown, pictures are what the program draws, links lead
somewhere, the reference is what the tables say.

In README.md and docs/:
  ```yaml      with `scenario: NAME` in it: a scenario; it must be valid, and a ```console block must play it (as NAME.yaml)
  ```console   `$ forklore ..`, then what it prints; "..." stands for any lines, or for the rest of one. Without output: not run
  ```yaml fragment, ```sh, ```text, ..  are only shown
  <!-- forklore run --screen docs/pictures/X.svg .. -->   how a picture is made
`make bless` writes outputs (of those without "...") and pictures anew.
"""
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from forklore_test import ROOT, run

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
REFERENCE = [ROOT / "docs/reference", ROOT / "docs/zh/reference"]
MANUAL = ["forklore.1", "forklore-scenario.5"]
BLESS = bool(os.environ.get("FORKLORE_BLESS"))
BLOCK = re.compile(r"^```(\S*)([^\n]*)\n(.*?)^```$", re.M | re.S)
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.M)
PICTURE = re.compile(r"<!-- forklore (run --screen (\S+) .*?) -->")


def short(path):
    return str(path.relative_to(ROOT))


def blocks(text, kind):
    return [b for b in BLOCK.finditer(text) if b[1] == kind]


def scenarios(text):
    """{name: text} of the whole scenarios that a document shows."""
    found = {}
    for block in blocks(text, "yaml"):
        name = re.search(r"^scenario: (\S+)", block[3], re.M)
        if name and block[2].strip() != "fragment":
            found[name[1]] = block[3]
    return found


def matches(shown, printed):
    """"..." on a line of its own stands for any lines, at the end of a line for its rest."""
    def pattern(line):
        if line.strip() == "...":
            return r"(?:.*\n)*"
        return re.escape(line[:-3]) + r".*\n" if line.endswith("...") else re.escape(line) + r"\n"
    return re.fullmatch("".join(map(pattern, shown.splitlines())), printed) is not None


def visible(path):
    """A document without its code, for looking at links."""
    return re.sub(r"`[^`\n]*`", "", BLOCK.sub("", path.read_text()))


def anchors(path):
    """Of the headings, as a forge makes them."""
    headings = re.findall(r"^#+ (.*)$", BLOCK.sub("", path.read_text()), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in headings}


class Examples(unittest.TestCase):
    maxDiff = None

    def test_every_scenario_shown_is_valid_and_is_played(self):
        for path in DOCUMENTS:
            text = path.read_text()
            played = " ".join(b[3] for b in blocks(text, "console"))
            for name, scenario in scenarios(text).items():
                with self.subTest(document=short(path), scenario=name):
                    checked = run(["check", "-"], stdin=scenario)
                    self.assertEqual(checked.code, 0, checked)
                    self.assertIn(name + ".yaml", played, "no console block plays it")

    def test_commands_print_what_is_shown(self):
        for path in DOCUMENTS:
            with self.subTest(document=short(path)):
                self.check_commands(path)

    def check_commands(self, path):
        text = path.read_text()
        folder = tempfile.mkdtemp()
        for name, scenario in scenarios(text).items():
            Path(folder, name + ".yaml").write_text(scenario)

        def block(b):
            return b[0] if b[1] != "console" else "```console%s\n%s```" % (b[2], COMMAND.sub(command, b[3]))

        def command(c):
            if not c[2]:
                return c[0]
            words = c[1].split()
            self.assertEqual(words[0], "forklore", c[1])
            done = run(words[1:], cwd=folder, env={"COLUMNS": "80"})
            printed = re.sub(r"[ ]+$", "", done.out + done.err, flags=re.M)
            if BLESS and not re.search(r"\.\.\.$", c[2], re.M):
                return "$ %s\n%s" % (c[1], printed)
            if not matches(c[2], printed):
                self.assertMultiLineEqual(c[2], printed, "\n%s: $ %s\nIf the new text (+) is right: make bless" % (short(path), c[1]))
            return c[0]

        try:
            new = BLOCK.sub(block, text)
        finally:
            shutil.rmtree(folder)
        if BLESS and new != text:
            path.write_text(new)

    def test_what_a_lesson_says_to_type_works(self):
        """Commands of which no output is shown, and those within the text: they are not refused."""
        for path in [p for p in DOCUMENTS if p.parent.name == "lessons"]:
            text = path.read_text()
            said = [c[1] for b in blocks(text, "console") for c in COMMAND.finditer(b[3]) if not c[2]]
            said += re.findall(r"`(forklore [^`\n]+)`", BLOCK.sub("", text))
            self.assertTrue(said, short(path))
            with tempfile.TemporaryDirectory() as folder:
                for name, scenario in scenarios(text).items():
                    Path(folder, name + ".yaml").write_text(scenario)
                for command in said:
                    with self.subTest(document=short(path), command=command):
                        self.assertIn(run(command.split()[1:], cwd=folder).code, (0, 1), command)

    def test_options_that_a_document_names_exist(self):
        """`forklore explore --mutate`, `explore --at N`, or `--fair` alone: the command has them, or some command."""
        commands = re.findall(r"^  forklore (\w+)", run(["--help"]).out, re.M)
        self.assertIn("explore", commands)
        known = {c: set(re.findall(r"--[a-z][a-z-]*", run([c, "--help"]).out)) for c in commands}
        oracle = re.findall(r'add_argument\("(--\w+)"', (ROOT / "tests/explore_oracle.py").read_text())     # of which the tour tells
        every = set(oracle).union({"--version"}, *known.values())
        for path in DOCUMENTS:
            text = path.read_text()
            said = [c[1] for b in blocks(text, "console") for c in COMMAND.finditer(b[3])]
            said += [line for b in blocks(text, "sh") for line in re.findall(r"(?m)^(?:\./)?(forklore .*)", b[3])]
            said += re.findall(r"`((?:forklore|--|%s)[^`]*)`" % "|".join(c + " " for c in commands), BLOCK.sub("", text))
            for command in said:
                words = command.split("|")[0].split()
                first = words[1] if words[0] == "forklore" and len(words) > 1 else words[0]
                with self.subTest(document=short(path), command=command):
                    self.assertEqual(set(re.findall(r"--[a-z][a-z-]*", " ".join(words))) - known.get(first, every), set())

    def test_pictures_are_what_the_program_draws(self):
        made = set()
        for path in DOCUMENTS:
            for command, picture in PICTURE.findall(path.read_text()):
                with self.subTest(picture=picture):
                    made.add(picture)
                    words = command.split()
                    words[words.index(picture)] = new = tempfile.mktemp(suffix=".svg")
                    done = run(words, cwd=ROOT)
                    self.assertEqual(done.code, 0, done)
                    text = Path(new).read_text()
                    os.unlink(new)
                    if BLESS:
                        (ROOT / picture).write_text(text)
                    self.assertEqual((ROOT / picture).read_text() == text, True, picture + " is out of date: make bless")
        there = {short(p) for p in (ROOT / "docs/pictures").glob("*")}
        self.assertEqual(made, there, "pictures and the comments that say how they are made")


class Links(unittest.TestCase):
    def test_links_lead_somewhere(self):
        for path in DOCUMENTS:
            for target in re.findall(r"\]\(([^)\s]+)\)", visible(path)):
                if re.match(r"[a-z]+:", target):
                    continue
                file, _, anchor = target.partition("#")
                there = (path.parent / file).resolve() if file else path
                with self.subTest(document=short(path), link=target):
                    self.assertTrue(there.exists())
                    if anchor:
                        self.assertIn(anchor, anchors(there))

    def test_files_and_functions_that_the_tour_names_exist(self):
        text = (ROOT / "docs/tour.md").read_text() + (ROOT / "docs/zh/tour.md").read_text()
        source = "\n".join(p.read_text() for folder in ("sim", "ui") for p in sorted((ROOT / folder).rglob("*.[ch]")))
        for name in set(re.findall(r"`((?:sim|ui|tests|tools|scenarios)/[\w./-]+)`", text)):
            with self.subTest(file=name):
                self.assertTrue((ROOT / name).exists())
        for name in set(re.findall(r"`(?:struct )?(\w+_\w+)(?:\(\))?`", text)):
            with self.subTest(function=name):
                self.assertIsNotNone(re.search(r"\b%s\b" % name, source + "run_ID steps_ID emit_ID command_ID"))


class Translations(unittest.TestCase):
    """Each document for users exists in both languages, and the two say the same: section by section they have the same blocks of
    code (commands but for --lang, scenarios but for their texts), lists, tables and paragraphs that begin in bold."""
    ALONE = {"docs/glossary.md": "holds both languages"}

    maxDiff = None

    def pairs(self):
        """All but the reference, of which both editions are generated from the same rows."""
        for path in DOCUMENTS:
            if not {"zh", "reference"} & set(path.parts) and not path.name.endswith(".zh.md") and short(path) not in self.ALONE:
                yield path, path.with_suffix(".zh.md") if path.parent == ROOT else ROOT / short(path).replace("docs/", "docs/zh/", 1)

    def sections(self, path):
        """[(heading, what the section is made of)]; the first has what stands before any heading."""
        text = BLOCK.sub(lambda b: b[0].replace("\n#", "\n #"), path.read_text())         # a comment in code is no heading
        found = []
        for part in re.split(r"(?m)^(?=#+ )", text):
            heading, _, prose = BLOCK.sub("\n", part).partition("\n")
            code = []
            for block in BLOCK.finditer(part):
                commands = [c.replace(" --lang zh", "") for c in re.findall(r"(?m)^\$ (.*)", block[3])]
                commands += [line.partition("  #")[0].strip() for line in block[3].splitlines() if block[1] == "sh"]
                lines = block[3].count("\n") if block[1] == "yaml" else 0
                code.append(tuple(x for x in (block[1], block[2].strip(), lines, *commands) if x))
            found.append((heading, {"code": code, "paragraphs": len(re.findall(r"\n\n+(?=[^\s|])", "\n" + prose)),
                                    "items of lists": len(re.findall(r"(?m)^ *(?:- |\d+\. )", prose)),
                                    "rows of tables": len(re.findall(r"(?m)^\|", prose)),
                                    "parts in bold": len(re.findall(r"(?:\n\n|- )\*\*", prose))}))
        return found

    def test_both_editions_have_the_same_sections(self):
        for english, chinese in self.pairs():
            with self.subTest(document=short(chinese)):
                ours, theirs = self.sections(english), self.sections(chinese)
                levels = [[heading.partition(" ")[0] for heading, _ in found] for found in (ours, theirs)]
                self.assertEqual(*levels, [heading for found in (ours, theirs) for heading, _ in found])
                for (heading, one), (_, other) in zip(ours, theirs):
                    with self.subTest(document=short(chinese), section=heading):
                        self.assertEqual(one, other)

    def test_both_editions_lead_to_each_other(self):
        for english, chinese in self.pairs():
            for path, other in ((english, chinese), (chinese, english)):
                with self.subTest(document=short(path)):
                    self.assertIn("](%s)" % os.path.relpath(other, path.parent), path.read_text())

    def test_a_chinese_page_leads_to_chinese_pages(self):
        """Unless there is none, which it says. Beside its own English edition."""
        translated = [english for english, _ in self.pairs()] + list(REFERENCE[0].glob("*.md"))
        for english, chinese in self.pairs():
            for target in re.findall(r"\]\(([^)\s:]+)\)", visible(chinese)):
                page = (chinese.parent / target.partition("#")[0]).resolve()
                with self.subTest(document=short(chinese), link=target):
                    self.assertFalse(page != english and page in translated)

    def test_chinese_has_its_marks(self):
        """Outside of code no mark of half width stands behind or before a Chinese character, and a Latin one not without a blank."""
        for path in [chinese for _, chinese in self.pairs()]:
            prose = re.sub(r"\]\([^)]*\)|<!--.*?-->", "]", BLOCK.sub("", path.read_text()))
            code = re.sub(r"`[^`\n]*`", "`", prose)
            with self.subTest(document=short(path)):
                self.assertEqual(re.findall(r".{0,9}[\u4e00-\u9fff] ?[,;:?!](?:\s|[\u4e00-\u9fff]).{0,9}", code), [])
                self.assertEqual(re.findall(r".{0,9}[\u4e00-\u9fff][A-Za-z0-9`].{0,9}|.{0,9}[A-Za-z0-9`][\u4e00-\u9fff].{0,9}", code), [])

    def test_the_guide_names_every_scenario(self):
        library = {p.stem for p in (ROOT / "scenarios").glob("*.yaml")}
        for path in (ROOT / "docs/lecturers.md", ROOT / "docs/zh/lecturers.md"):
            named = set(re.findall(r"`([\w-]+)`", path.read_text()))
            self.assertEqual(library - named, set(), short(path))


class Limits(unittest.TestCase):
    """The numbers that documents name are those of the code."""
    DEFINED = {"MAX_PROCESSES": "sim/language/program.h", "MAX_CPUS": "sim/language/program.h", "MOST_OBJECTS": "sim/language/declare.c",
               "MOST_EXPECTS": "sim/explore/explore.h", "MOST_AXES": "ui/cli/sweep.h", "MOST_CELLS": "ui/cli/sweep.h",
               "MUTANT_STATES": "ui/cli/cli.h", "MOST_ENDS": "sim/world/pool.c", "MOST_IN_A_BATCH": "sim/language/program.h"}
    SAID = [("README.md", "At most {MAX_PROCESSES} processes, {MOST_OBJECTS} objects, {MAX_CPUS} virtual processors"),
            ("README.zh.md", "最多 {MAX_PROCESSES} 个进程、{MOST_OBJECTS} 个对象、{MAX_CPUS} 个虚拟处理器"),
            ("docs/exploring.md", "up to {MOST_AXES} parameters and {MOST_CELLS} combinations"),
            ("docs/zh/exploring.md", "最多 {MOST_AXES} 个参数、{MOST_CELLS} 种组合"),
            ("docs/exploring.md", "at most {MUTANT_STATES} states"), ("docs/zh/exploring.md", "最多保存 {MUTANT_STATES} 个状态"),
            ("docs/exploring.md", "after the {MOST_EXPECTS}th"), ("docs/zh/exploring.md", "第 {MOST_EXPECTS} 条之后"),
            ("docs/design.md", "At most {MOST_ENDS} ends of pipes"), ("docs/zh/design.md", "最多带 {MOST_ENDS} 个管道端"),
            ("docs/reference/keys.md", "1 to {MOST_IN_A_BATCH}; with more"), ("docs/zh/reference/keys.md", "1 到 {MOST_IN_A_BATCH}；")]

    def test_they_are_those_of_the_code(self):
        value = {}
        for name, file in self.DEFINED.items():
            is_ = re.search(r"\b%s = (\d+)(?: << (\d+))?\b" % name, (ROOT / file).read_text())
            value[name] = int(is_[1]) << int(is_[2] or 0)
        for file, said in self.SAID:
            with self.subTest(document=file, said=said):
                text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", " ".join((ROOT / file).read_text().split()))
                self.assertIn(said.format(**value), text)


class Glossary(unittest.TestCase):
    def rows(self, columns):
        text = (ROOT / "docs/glossary.md").read_text()
        cells = [[c.strip() for c in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")]
        return [row for row in cells if len(row) == columns and row[0] not in ("English", "not")]

    def test_a_term_stands_there_once_in_both_languages(self):
        rows = self.rows(3)
        terms = [term for row in rows for term in row[0].split(" / ")]
        self.assertGreater(len(rows), 80)
        self.assertEqual(sorted(terms), sorted(set(terms)))
        for english, chinese, _ in rows:
            with self.subTest(term=english):
                self.assertTrue(english.isascii())
                self.assertRegex(chinese, "[\u4e00-\u9fff]")

    def test_documents_do_not_use_the_rejected_english(self):
        """Nor begin a statement with "Who": "A process that waits ..", not "Who waits ..". A question may."""
        rejected = [row[0] for row in self.rows(2)]
        self.assertIn("does at once", rejected)
        for path in [p for p in DOCUMENTS if p.name != "glossary.md"]:
            prose = " ".join(re.sub(r"`[^`]*`", "", BLOCK.sub("", path.read_text())).split())
            with self.subTest(document=short(path)):
                self.assertEqual([phrase for phrase in rejected if phrase in prose], [])
                self.assertEqual(re.findall(r"(?:^|[.;] |- |\d\. |\| )(Who [^.?;|]*[.;|])", prose), [])

    def comments(self, path):
        """Those of a file, each as one line."""
        text = path.read_text()
        if path.suffix in (".c", ".h", ".def", ".pml"):
            found = re.findall(r"/\*(.*?)\*/", text, re.S)
        else:
            found = re.findall(r"(?m)^((?: *# .*\n)+)", text) + re.findall(r"(?m) # (.*)$", text)
            if path.suffix == ".py":
                found += re.findall(r'(?:\A|:\n) *"""(.*?)"""', text, re.S)
        return [" ".join(re.sub(r"(?m)^ *[*#] ?|`[^`]*`|\"[^\"]*\"", "", comment).split()) for comment in found]

    def test_comments_do_not_use_the_rejected_english(self):
        """Nor "whoever" and "told", nor a statement that begins with "Who"."""
        rejected = [row[0] for row in self.rows(2)] + ["hoever"]
        files = [p for folder in ("sim", "ui", "tools", "tests", "scenarios") for p in sorted((ROOT / folder).rglob("*"))
                 if p.suffix in (".c", ".h", ".def", ".py", ".yaml", ".pml", ".sh")]
        self.assertGreater(len(files), 300)
        for path in files:
            wrong = [c for c in self.comments(path) if any(phrase in c for phrase in rejected) or
                     re.search(r"\btold\b(?! apart)|(?:^|[.;] )Who(?:se|m)? [^?]*(?:[.;]|$)", c)]
            self.assertEqual(wrong, [], "%s: \"A process that ..\", not \"Who ..\"; reported, not told; see docs/glossary.md" % short(path))

    def test_chinese_documents_do_not_use_the_rejected_words(self):
        """A rejected word that is part of a right one is no fault."""
        rejected = {word for row in self.rows(3) for word in row[2].split(" / ") if word}
        right = {word for row in self.rows(3) for word in row[1].split(" / ") if any(r in word for r in rejected)}
        self.assertIn("运行队列", rejected)
        for path in [p for p in DOCUMENTS if ROOT / "docs/zh" in p.parents or p.name.endswith(".zh.md")]:
            prose = visible(path)
            for word in right:
                prose = prose.replace(word, "")
            with self.subTest(document=short(path)):
                self.assertEqual([word for word in rejected if word in prose], [])

    def test_no_word_is_both_right_and_rejected(self):
        right = {word for row in self.rows(3) for word in row[1].split(" / ")}
        rejected = {word for row in self.rows(3) for word in row[2].split(" / ") if word}
        self.assertEqual(right & rejected, set())
        self.assertGreater(len(self.rows(2)), 5)


class Reference(unittest.TestCase):
    def test_the_manual_of_the_language_has_all_words(self):
        """Those that `explain` lists."""
        page = (ROOT / "man" / "forklore-scenario.5").read_text()
        has = set(re.findall(r"^\.It Cm \\&(\S+)$", page, re.M))
        for table in ("verbs", "kinds", "functions", "policies", "keys", "exceptions", "words"):
            with self.subTest(table=table):
                words = [line.split()[0] for line in run(["explain", table]).out.split("\n\n")[0].splitlines() if line.startswith("  ")]
                self.assertGreater(len(words), 5)
                self.assertEqual(set(words) - has, set())
        self.assertIn("SIGUSR1", has)

    def test_is_what_docgen_prints(self):
        docgen = ROOT / os.environ.get("FORKLORE_BUILD", "build/release") / "docgen"
        if not docgen.exists():
            self.skipTest("`make docs` builds %s" % docgen)
        folder = tempfile.mkdtemp()
        folders = [Path(folder, str(i)) for i in range(len(REFERENCE))]
        try:
            for f in folders:
                f.mkdir()
            pages = [shutil.copy(ROOT / "man" / name, folder) for name in MANUAL]
            subprocess.run([docgen, *folders, *pages], check=True)
            new = {(i, p.name): p.read_text() for i, f in enumerate(folders) for p in f.iterdir()}
            new.update((name, Path(page).read_text()) for name, page in zip(MANUAL, pages))
        finally:
            shutil.rmtree(folder)
        old = {(i, p.name): p.read_text() for i, f in enumerate(REFERENCE) for p in f.iterdir()}
        old.update((name, (ROOT / "man" / name).read_text()) for name in MANUAL)
        self.assertEqual(sorted(map(str, old)), sorted(map(str, new)))
        for name in old:
            with self.subTest(page=name):
                self.assertEqual(old[name] == new[name], True, "it is not what the tables say: make docs")


class Manual(unittest.TestCase):
    def test_mandoc_finds_nothing(self):
        if not shutil.which("mandoc"):
            self.skipTest("mandoc is not installed")
        pages = sorted((ROOT / "man").glob("*.[1-8]"))
        done = subprocess.run(["mandoc", "-T", "lint", *pages], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        found = [line for line in done.stdout.decode().splitlines() if "referenced manual not found" not in line]
        self.assertEqual(found, [])


class Alone(unittest.TestCase):
    def test_documents_refer_to_nothing_outside(self):
        for path in [*DOCUMENTS, ROOT / "Makefile", *sorted((ROOT / "man").iterdir())]:
            with self.subTest(document=short(path)):
                text = path.read_text()
                self.assertNotRegex(text, r"/(?:home|root|tmp)/")
                for up in re.findall(r"(?:\.\./)+", text):
                    self.assertTrue((path.parent / up).resolve().is_relative_to(ROOT), up)


if __name__ == "__main__":
    unittest.main()
