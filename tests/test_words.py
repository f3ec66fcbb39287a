"""The words: every text exists in Chinese, and none uses what docs/glossary.md rejects."""
import re
import shlex
import unittest

from forklore_test import ROOT, run

HAN = re.compile(r"[\u4e00-\u9fff]")
TABLES = sorted(t for t in [*ROOT.glob("sim/*/*.def"), *ROOT.glob("ui/*/*.def")] if t.name != "examples.def")
CODE = re.compile(r"`[^`]*`|\{.*\}|\[.*\]|\w+\(\)")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')

# Latin words that Chinese texts use as they are.
LATIN = set("""CPU I O JSON YAML UTF TCP Python PID SIGTERM SIGKILL SIGSTOP SIGCONT FILE NAME TOPIC MiB ms us s FCFS SJF LJF SRTN HRRN RR
MLQ MLFQ EDF ASCII forklore main join Esc Tab PgUp PgDn Home End Shift en English zh
auto dark light contrast mono github sarif svg ansi txt G M h V o ticket race my true callbacks answers requests take tend note""".split())


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
    """(line number, text) of all strings of a table's rows, comments left out."""
    text = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m[0]), table.read_text(), flags=re.S)
    for m in STRING.finditer(text):
        yield text.count("\n", 0, m.start()) + 1, m[1]


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
    def test_no_table_uses_a_rejected_word(self):
        use, reject, english = glossary()
        self.assertGreater(len(reject), 20)
        self.assertGreater(len(english), 8)
        found = []
        for table in TABLES:
            for line, text in strings(table):
                rest = text
                for word in sorted((u for u in use if any(r in u for r in reject)), key=len, reverse=True):
                    rest = rest.replace(word, "")  # a rejected word that is part of a right one is no fault
                found += ["%s:%d: %s: %s" % (table.relative_to(ROOT), line, word, text)
                          for word in sorted(reject) if word in rest]
                found += ["%s:%d: %s: %s" % (table.relative_to(ROOT), line, word, text)
                          for word in sorted(english) if re.search(r"(?i)\b%s\b" % re.escape(word), text)]
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


class Screens(unittest.TestCase):
    """In Chinese no English word is left on any screen: but names, code, and what Chinese uses itself."""

    def left(self, args, known=(), stdin=None):
        result = run([*args, "--lang", "zh"], stdin=stdin, timeout=60)
        self.assertIn(result.code, (0, 1, 2, 3, 4), result)
        text = re.sub(r"(?m)^.*\|.*$|\w*…\w*|'[^'\n]*'|\b[EW][0-9]{3}\b|\b[A-L]{6,}\b", "", result.out + result.err)  # charts, names cut short, texts
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
                self.assertEqual(self.left(shlex.split(args), known=words_of(args) | {"e", "stalls", "codes", "verbs", "kinds", "keys", "exceptions", "words"}), [])

    def test_explain(self):
        for name in ("codes", "verbs", "kinds", "functions", "policies", "states", "keys", "exceptions"):
            with self.subTest(name):
                states = {"new", "ready", "running", "blocked", "zombie", "terminated", "sleeping", "stopped"}
                self.assertEqual(self.left(["explain", name], known=states | set("NRBZXST") | {name, "abort", "fpe", "ill", "segv", "right", "square"}), [])

    def test_library(self):
        """Its stories, its end and its screen (charts have a letter for each process)."""
        for path in sorted((ROOT / "scenarios").glob("*.yaml")):
            known = words_of(path.read_text()) | set("NRBSZXTglrtzfvqkjwABCDEFGHIJKL") | {"hellohello", "heyhey", "byebye"}
            for args in (["run", "--model", "--plain", str(path)], ["run", "--model", "--screen", "-", "--at", "20", "--size", "120x40", str(path)]):
                with self.subTest(path.stem, args=args[2]):
                    self.assertEqual(self.left(args, known), [])
