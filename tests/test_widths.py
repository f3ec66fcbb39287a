"""Help and tables fit the screen: the terminal's width, or what COLUMNS says, else 80 columns."""
import re
import unicodedata
import unittest

from forklore_test import ROOT, run
from test_explored import on_a_terminal

COMMANDS = re.findall(r'(?m)^[A-Z]+\([A-Z]+, *"(\w+)"', (ROOT / "ui/cli/commands.def").read_text())
LANGUAGES = ("en", "zh")
# Tables and charts: of policies, of scenarios, of a run that does not end well, of settings, of outcomes, of a crowd, for a sheet.
TABLES = ["compare cpu-fifo", "compare cpu-fifo --quantum 1ms,10ms,100ms", "compare cpu-two-processors", "compare cpu-fifo dining-philosophers --policies mlfq,rr",
          "compare ticket-race ticket-lock toilet --seeds 5", "compare cpu-fifo --seeds 5 --policies fifo,sjf,stcf,rr,mlfq", "compare semaphore-lanes pool-lorries",
          "compare cpu-fifo cpu-rr --table text", "run cpu-edf --model --table text", "run cpu-mlfq --model --table text"]
USUAL = ["list", "list --long", "quiz cpu-fifo --fill", "quiz cpu-rr"]          # as they are, in 80 columns


def cells(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def too_wide(text, columns):
    return [line for line in text.splitlines() if cells(line) > columns]


def letters(text):
    return re.sub(r"\s+", "", text)


class Help(unittest.TestCase):
    def all_help(self):
        self.assertGreater(len(COMMANDS), 12)
        for command in ["", *COMMANDS]:
            for lang in LANGUAGES:
                yield [*command.split(), "--help", "--lang", lang]

    def test_it_fits(self):
        for args in self.all_help():
            with self.subTest(args):
                usual = run(args).out
                self.assertEqual(too_wide(usual, 80), [])
                for columns in (64, 132):
                    out = run(args, env={"COLUMNS": str(columns)}).out
                    self.assertEqual(too_wide(out, columns), [])
                    self.assertEqual(letters(out), letters(usual))

    def test_what_columns_can_not_be_is_ignored(self):
        for said in ("", "x", "5", "-3", "80x", "99999999999999999999"):
            self.assertEqual(run("run --help", env={"COLUMNS": said}).out, run("run --help").out, said)

    def test_on_a_terminal(self):
        for columns in (70, 100):
            out = on_a_terminal(["explore", "--help"], columns, 24)
            self.assertEqual(too_wide(out, columns), [])
            self.assertGreater(max(map(cells, out.splitlines())), columns - 20)


class Notices(unittest.TestCase):
    """What the dashboard's last line says may take three lines: with names in place of their slots, each sentence fits at 60 columns."""

    def test_they_fit(self):
        rows = []
        for table in ("words", "predict"):
            text = (ROOT / ("ui/dashboard/%s.def" % table)).read_text()
            rows += [(name, said) for name, *both in re.findall(r'(?m)^(?:WORD|MESSAGE)\((\w+), .*?"((?:[^"\\]|\\.)*)", *"((?:[^"\\]|\\.)*)"\)$', text) for said in both]
        self.assertGreater(len(rows), 500)
        self.assertEqual([row for row in rows if not row[0].startswith("LINEAR_") and cells(re.sub(r"\{\w+\}", "buyer.10", row[1])) > 3 * 56], [])


class Tables(unittest.TestCase):
    def lines(self, args, lang, columns=None):
        out = run([*args.split(), "--lang", lang], env={"COLUMNS": str(columns)} if columns else None, stdin="", timeout=60).out
        self.assertTrue(out)
        return out.splitlines()

    def test_they_fit(self):
        for args in TABLES:
            for lang in LANGUAGES:
                for columns in (None, 70, 110):
                    with self.subTest(args, lang=lang, columns=columns):
                        self.assertEqual([line for line in self.lines(args, lang, columns) if cells(line) > (columns or 80)], [])

    def test_lists_and_quizzes_fit_in_80_columns(self):
        """But for where a file is, and a quiz's sentences, which are broken on a terminal."""
        for args in USUAL:
            for lang in LANGUAGES:
                with self.subTest(args, lang=lang):
                    lines = [line for line in self.lines(args, lang) if line.startswith("  ") and not re.match(r" +(file: |文件：)", line)]
                    self.assertGreater(len(lines), 5)
                    self.assertEqual([line for line in lines if cells(line) > 80], [])

    def test_a_table_in_blocks_has_all_numbers(self):
        """Each block begins with the names; side by side they are the table of a wide screen."""
        args = "compare cpu-fifo cpu-rr --table text"
        wide, narrow = (run(args, env={"COLUMNS": columns}).out for columns in ("200", "50"))
        whole = [line.split() for line in wide.splitlines()[1:]]
        blocks = [[line.split() for line in block.splitlines()[-2:]] for block in narrow.split("\n\n")]
        self.assertGreater(len(blocks), 1)
        for row, parts in zip(whole, zip(*blocks)):
            self.assertEqual({part[0] for part in parts}, {row[0]})
            self.assertEqual([number for part in parts for number in part[1:]], row[1:])
        self.assertEqual(len(whole), 2)


if __name__ == "__main__":
    unittest.main()
