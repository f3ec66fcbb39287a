"""The command line: exit codes, suggestions, files that are none, requests to end, recorded runs."""
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import yaml

from forklore_test import PATIENCE, PROGRAM, ROOT, SANITIZED, Terminal, cpu_seconds, fresh_mark, hears, no_process_left, run, run_json, wait_until

LIBRARY = sorted(p.stem for p in (ROOT / "scenarios").glob("*.yaml"))
LATER = ["export"]
ENDLESS = "scenario: x\nprocesses: {p: {steps: [{forever: , do: [{say: again}]}]}}\n"
DEADLOCK = """scenario: x
objects: {a: lock, b: lock}
processes:
  p: {steps: [{acquire: a}, {sleep: 1s}, {acquire: b}]}
  q: {steps: [{acquire: b}, {sleep: 1s}, {acquire: a}]}
"""


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="forklore-cli-")
        self.addCleanup(directory.cleanup)
        self.dir = Path(directory.name)

    def file(self, name, text):
        path = self.dir / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def says(self, args, code, *words, stdin=None, env=None):
        """What goes wrong is said on stderr, in these words, and nothing on stdout."""
        result = run(args, stdin=stdin, env=env)
        self.assertEqual(result.code, code, result)
        for word in words:
            self.assertIn(word, result.err, result)
        self.assertEqual(result.out, "", result)
        self.assertNotIn("\x1b", result.err)
        return result

    def refused(self, path, *words, stdin=None):
        """Exit 3, in no time."""
        for command in (["run", "--model"], ["run"]):
            took = cpu_seconds(lambda: self.says([*command, path], 3, "error:", *words, stdin=stdin))
            self.assertLess(took, 0.1 * PATIENCE * (5 if SANITIZED else 1))
        result = run(["check", path], stdin=stdin)
        self.assertEqual(result.code, 3)
        for word in words:
            self.assertIn(word, result.out)


class Usage(Case):
    def test_bare(self):
        self.says("", 2, "forklore run FILE")

    def test_help(self):
        for args in ("--help", "-h", "--help --no-such-flag", "-h --seed"):
            result = run(args)
            self.assertEqual((result.code, result.err), (0, ""), result)
            for word in ("run", "check", "list", "new", "explain", "compare", "quiz", "schema"):
                self.assertIn("forklore " + word, result.out)
            for word in LATER:
                self.assertNotIn("forklore " + word, result.out)

    def test_help_is_also_a_word(self):
        """As in git: `help` is `--help`, `help run` is `run --help`."""
        for words, flags in (("help", "--help"), ("help run", "run --help"), ("help --lang zh explore", "explore --help --lang zh")):
            word, flag = run(words.split()), run(flags.split())
            self.assertEqual((word.code, word.out), (0, flag.out), words)
        self.says("help frobnicate", 2, "unknown command `frobnicate`")

    def test_a_policy_in_place_of_a_file(self):
        self.says("compare cpu-fifo fifo rr", 3, "a scheduling policy is named with a flag: --policies fifo,rr")
        self.says("run cpu-fifo rr", 2, "a scheduling policy is named with a flag: --policy rr")

    def test_help_of_a_command(self):
        for args in ("run --help", "--help run", "run -h ticket-race", "run --no-such-flag --help"):
            result = run(args)
            self.assertEqual((result.code, result.err), (0, ""), result)
            for flag in ("plain", "json", "seed N", "policy P", "cpus N", "quantum D", "speed N", "step", "schedule FILE",
                         "record FILE", "max-steps N", "timeout S", "model", "theme T", "lang L", "color WHEN"):
                self.assertIn("--" + flag, result.out)
        self.assertNotIn("--seed", run("check --help").out)

    def test_help_in_chinese(self):
        self.assertIn("演示一个场景", run("--help --lang zh").out)
        self.assertIn("演示一个场景", run("--help", env={"LC_ALL": "zh_CN.UTF-8"}).out)

    def test_version(self):
        for args in ("--version", "-V", "run -V", "list --version"):
            result = run(args)
            self.assertEqual((result.code, result.err), (0, ""), result)
            self.assertRegex(result.out, r"^forklore \d+\.\d+")

    def test_mistyped_commands(self):
        for wrong, right in (("rnu", "run"), ("chek", "check"), ("lsit", "list"), ("explian", "explain"), ("RUN", "run")):
            self.says([wrong, "x"], 2, "unknown command `%s`" % wrong, "did you mean `%s`?" % right)

    def test_an_unknown_command(self):
        self.says("frobnicate", 2, "unknown command `frobnicate`", "forklore --help")

    def test_a_scenario_as_a_command(self):
        self.says("ticket-race", 2, "forklore run ticket-race")

    def test_commands_to_type_begin_as_the_user_began(self):
        """Whatever is to be typed next names the program as it was called: the shell finds it by that."""
        mine, recording = str(self.dir / "mine.yaml"), str(self.dir / "recording.yaml")
        for called, typed in (("./forklore", "./forklore"), ("forklore", "forklore"), ("fl", "fl"), ("/opt/my tools/forklore", "'/opt/my tools/forklore'")):
            for args, said in (("ticket-race", "%s run ticket-race"), ("frobnicate", "`%s --help` lists"), ("run", "usage: %s run FILE"),
                               ("run toilet --frobnicate", "`%s run --help` lists"), ("run frobnicate", "`%s list` shows"),
                               ("--help", "Begin with: %s run ticket-race"), ("list ticket-race", "%s run ticket-race"),
                               (["check", self.file("bad.yaml", "scenario: Big\n")], "%s explain E0"),
                               (["new", mine, "--from", "ticket-race"], "%s run " + mine), (["explore", mine], "on real processes: %s run " + mine),
                               (["explore", mine, "-o", recording], "      %s run " + mine),
                               (["run", mine, "--model", "--quiet", "--record", recording], "")):
                with self.subTest(called, args=args):
                    result = run(args, called=called)
                    self.assertIn(said % typed if said else "", result.out + result.err, result)
                    if recording in args:
                        self.assertRegex(Path(recording).read_text(), r"\A# .* To play it: %s run %s --schedule THIS_FILE\n" % (re.escape(typed), mine))
            Path(mine).unlink()

    def test_commands_of_later_versions(self):
        for word in LATER:
            self.says([word, "ticket-race", "--json"], 2, "`%s` is not in this version yet" % word)

    def test_mistyped_flags(self):
        for wrong, right in (("--plian", "--plain"), ("--jsn", "--json"), ("--sede=3", "--seed"), ("--polcy", "--policy"),
                             ("--max-step", "--max-steps"), ("--modle", "--model")):
            self.says(["run", "ticket-race", wrong], 2, "unknown flag `%s`" % wrong.split("=")[0], "did you mean `%s`?" % right)

    def test_unknown_flags(self):
        self.says("run ticket-race --frobnicate", 2, "unknown flag `--frobnicate`", "forklore run --help")
        self.says("run ticket-race -x", 2, "unknown flag `-x`")
        self.says("run ticket-race --fair", 2, "`run` has no flag `--fair`", "it belongs to: `explore`")
        self.says(["run", "ticket-race", "--\x1b[31m"], 2, "unknown flag")

    def test_flags_of_other_commands(self):
        self.says("check ticket-race --seed 3", 2, "`check` has no flag `--seed`", "it belongs to: `run`")
        self.says("list --format json", 2, "`list` has no flag `--format`", "`check`")

    def test_every_flag_with_every_command(self):
        """Either the command knows it, or it is said in a whole sentence which commands do."""
        def rows(table, kind):
            text = (ROOT / "ui/cli" / table).read_text()
            return re.findall(r'^%s\((\w+), +"([\w-]+)",(.*)$' % kind, text, re.M)
        commands = {ident: word for ident, word, _ in rows("commands.def", "READY")}
        options = rows("options.def", "OPTION")
        self.assertGreater(len(commands) * len(options), 200)
        for command in commands.values():
            for _, flag, rest in options:
                known = [commands[c] for c in re.findall(r"OF\((\w+)\)", rest) if c in commands]
                value = "" if re.match(r" +(0|'.'), +NULL", rest) else "=x"
                operands = {"list": [], "new": ["x"]}.get(command, ["no-such-thing"])
                result = run([command, *operands, "--" + flag + value], cwd=self.dir)
                if "EVERY" in rest or command in known:
                    self.assertNotIn("has no flag", result.err)
                else:
                    self.assertEqual((result.code, result.out, result.err),
                                     (2, "", "forklore: error: `%s` has no flag `--%s`\n  = help: %s\n" % (
                                         command, flag, "it belongs to: " + ", ".join("`%s`" % c for c in known)
                                         if known else "it comes with a later version")))

    def test_a_missing_operand(self):
        for word, operand in (("run", "FILE"), ("check", "FILE..."), ("new", "NAME")):
            self.says(word, 2, "`%s` needs %s" % (word, operand), "usage: forklore %s %s" % (word, operand))
        self.says("explain", 2, "`explain` needs an error code or a word", "usage: forklore explain CODE|WORD")

    def test_a_title_typed_as_a_name(self):
        """Its words in any order, of any language, are enough to name the scenario."""
        for words, name in (("dining philosophers", "dining-philosophers"), ("philosophers dining", "dining-philosophers"),
                            ("ticket race", "ticket-race"), ("Consumer Producer", "producer-consumer")):
            for command in "run", "explore", "quiz":
                self.says([command, *words.split()], 2, "unexpected argument", "did you mean `%s`?" % name)
            self.says(["run", words], 3, "no such file", "did you mean `%s`?" % name)
        for word, name in (("philosophers", "dining-philosophers"), ("哲学家", "dining-philosophers"), ("抢票", "ticket-race"), ("ticket-rase", "ticket-race")):
            self.says(["run", word], 3, "no such file", "did you mean `%s`?" % name)

    def test_too_many_operands(self):
        self.says("run ticket-race toilet", 2, "unexpected argument `toilet`", "usage: forklore run FILE")
        self.says("list races pipes", 2, "unexpected argument `pipes`")

    def test_a_missing_argument(self):
        for flag in ("--seed", "--policy", "--record", "--timeout", "--color", "--lang"):
            self.says(["run", "ticket-race", flag], 2, "`%s` needs" % flag, "write %s" % flag)
            self.says(["run", "ticket-race", flag, "--plain"], 2, "`%s` needs" % flag)

    def test_an_argument_too_much(self):
        self.says("run ticket-race --json=yes", 2, "`--json` takes no argument")

    def test_bad_numbers(self):
        for flag, values in {
                "--seed": ("x", "", "-1", "1.5", "3 ", "99999999999999999999", "0x10"),
                "--cpus": ("0", "65", "two", "-1"),
                "--batch": ("0", "1001", "all", "-1"),
                "--quantum": ("0ms", "100", "soon", "-5ms", "1.5s", "", "1000000001s"),
                "--max-steps": ("0", "-1", "many"),
                "--max-output": ("0", "-1", "much", "5X", "1e18"),
                "--timeout": ("0", "-1", "soon", "inf", "nan", "1e3", "1000000001s"),
                "--speed": ("0", "-1", "fast", "inf", ""),
                "--at": ("-1", "end"),
                "--size": ("80", "80x", "x24", "0x0", "80x24x3", "99999x5", "-80x24")}.items():
            for text in values:
                self.says(["run", "ticket-race", "--model", flag + "=" + text], 2, "`%s` can't be `%s`" % (flag, text), "expected")

    def test_bad_words(self):
        self.says("run ticket-race --policy rrr", 2, "`--policy` can't be `rrr`", "did you mean `rr`?")
        self.says("run ticket-race --policy cleverest", 2, "one of these is expected: fifo")
        self.says("run ticket-race --theme drak", 2, "did you mean `dark`?")
        self.says("run ticket-race --color sometimes", 2, "auto, always, never")
        self.says("check ticket-race --format jsn", 2, "did you mean `json`?")

    def test_flags_that_do_nothing_beside_others(self):
        """What was typed for nothing is said; what runs is the same."""
        self.says("run ticket-race --model --at 5", 2, "`--at` does nothing without `--screen`", "--screen FILE")
        self.says("run ticket-race --model --size 80x24 --plain", 2, "`--size` does nothing without `--screen`")
        for words, said in (("run ticket-race --model --plain --speed max", "`--speed` does nothing with `--plain`"),
                            ("run ticket-race --model --json --step --theme dark", "`--step` does nothing with `--json`"),
                            ("run ticket-race --model --json --step --theme dark", "`--theme` does nothing with `--json`"),
                            ("run ticket-race --model --quiet --batch 3", "`--batch` does nothing under the policy rr"),
                            ("run ticket-race --quiet --policy host --cpus 2", "`--cpus` does nothing under the policy host"),
                            ("explore ticket-lock --json --outcomes", "`--outcomes` does nothing with `--json`"),
                            ("run ticket-race --model --quiet --batch 3 --lang zh", "在调度算法 rr 下，`--batch` 不起作用")):
            result = run(words.split())
            self.assertEqual(result.code, 0, result)
            self.assertIn("forklore" + ("：" if "zh" in words else ": ") + said + "\n", result.err)

    def test_contradictions(self):
        self.says("run ticket-race --plain --json", 2, "--plain", "--json")
        self.says("run ticket-race --model --policy host", 2, "host", "--policy rr")
        for command in ("run - --schedule - --model", "explore --at 1 --schedule - -", "check - -", "compare - toilet -", "grade - -", "grade three-stalls - -"):
            self.says(command, 2, "standard input can't be two files at once", stdin="scenario: x")
        self.says("run ticket-race --record - --model", 2, "--record")
        self.says("run ticket-race --screen - --json", 2, "--screen")

    def test_flags_anywhere(self):
        expected = run("run ticket-race --model --json --seed 7").out
        for args in ("--json run --seed 7 ticket-race --model", "run --seed=7 --json --model -- ticket-race",
                     "--seed 7 --model --json run ticket-race", "run ticket-race --seed 3 --model --json --seed 7"):
            self.assertEqual(run(args).out, expected, args)

    def test_the_end_of_flags(self):
        self.says("run -- --plain", 3, "--plain: error:")

    def test_all_wrong_at_once_is_wrong_usage(self):
        self.says("run no-such-file --seed x", 2)


class Language(Case):
    def titles(self, args="", **env):
        return run("list " + args, env={"LC_ALL": "", "LC_MESSAGES": "", "LANG": "", **env}).out

    def test_which(self):
        self.assertIn("Ticket race", self.titles())
        self.assertIn("Ticket race", self.titles(LC_ALL="C", LANG="zh_CN.UTF-8"))
        self.assertIn("抢票", self.titles(LANG="zh_CN.UTF-8"))
        self.assertIn("抢票", self.titles(LC_MESSAGES="zh_TW", LANG="en_GB.UTF-8"))
        self.assertIn("抢票", self.titles("--lang zh", LC_ALL="en_GB.UTF-8"))
        self.assertIn("Ticket race", self.titles("--lang en", LC_ALL="zh_CN.UTF-8"))
        self.assertIn("Ticket race", self.titles(LANG="fr_FR.UTF-8"))
        for name in "zh", "zh_CN", "zh-CN", "ZH", "cn", "中文", "zh_CN.UTF-8", "Chinese":
            self.assertIn("抢票", self.titles("--lang " + name, LANG="C.UTF-8"), name)
        for name in "en", "english", "en_GB", "EN":
            self.assertIn("Ticket race", self.titles("--lang " + name, LANG="zh_CN.UTF-8"), name)

    def test_a_language_that_forklore_does_not_speak(self):
        """A scenario's own texts are shown in it, however it is asked for; what is not in it falls back to English, then to the first that is given."""
        path = self.file("fr.yaml", "scenario: f\ntitle: {en: Hello, fr: Bonjour}\nmain:\n  - say: {zh: 你好, en: hi}\n  - say: {de: hallo, fr: salut}\n")
        for words, title, other in (("--lang fr", "Bonjour", "salut"), ("--lang=fr_CA.UTF-8", "Bonjour", "salut"), ("--lang nds", "Hello", "hallo"), ("--lang de", "Hello", "hallo")):
            result = run(["run", path, "--model", *words.split()])
            self.assertEqual((result.code, result.err), (0, ""), result)
            for line in (title + ": seed 1", 'says "hi"', 'says "%s"' % other, "Finished"):
                self.assertIn(line, result.out)
            self.assertEqual(run(["run", path, "--model"], env={"LC_ALL": words[7:]}).out, result.out, "the same as by the locale")
        self.assertIn("--lang fr explain E001", run("run nonesuch --lang fr").err)

    def test_a_language_that_is_not_known(self):
        for name in "klingon", "''", "f", "12", "fr1", "français", "french_FR", "e n":
            result = run(["list", "--lang", name.strip("'")])
            self.assertEqual((result.code, result.out), (2, ""), result)
            self.assertIn("`en` English, `zh` 中文", result.err)

    def locale(self, locale):
        """Made for this test: what it takes to run under it."""
        name, charset = locale.split(".")
        subprocess.run(["localedef", "-i", name, "-f", charset, "%s/%s" % (self.dir, locale)], check=True, capture_output=True)
        return dict(LOCPATH=str(self.dir), LC_ALL=locale)

    def test_where_chinese_cannot_be_shown(self):
        """English, and one line that says why: never signs that nobody can read."""
        locales = str(self.dir)
        gbk = self.locale("zh_CN.GBK")
        self.locale("zh_CN.GB18030")
        for env, args, charset in ((dict(LC_ALL="C"), "list --lang zh", "ANSI_X3.4-1968"), (gbk, "list", "GBK"),
                                   (gbk, "list --lang zh", "GBK"), (dict(gbk, LC_ALL="zh_CN.GB18030"), "list", "GB18030"),
                                   (dict(gbk, LC_ALL="", LC_CTYPE="zh_CN.GBK", LANG="zh_CN.UTF-8"), "list", "GBK"),
                                   (dict(LC_ALL="", LC_MESSAGES="zh_CN.GBK", LANG="C"), "list", "ANSI_X3.4-1968")):
            with self.subTest(args, env=env):
                result = run(args, env=env)
                self.assertIn("Ticket race", result.out)
                self.assertEqual(result.err, "forklore: in English: Chinese needs UTF-8, and this locale's character set is %s; "
                                             "try LC_ALL=C.UTF-8\n" % charset)
        # The shell goes on: where a pane has ended, tmux takes the first row away, in which this stands.
        with Terminal(command=["sh", "-c", "%s run ticket-race --step; sleep 99" % PROGRAM], env=gbk, size=(120, 40)) as t:
            t.wait_for("What to look for")
            t.send("q")
            t.wait_for("character set is GBK")
        with Terminal(command=["sh", "-c", "%s new --help --lang zh; sleep 99" % PROGRAM], term="linux") as t:
            t.wait_for("forklore: in English: TERM=linux can't show Chinese")
            t.wait_for("begin a scenario of your own")


    def test_names_that_the_terminal_has_no_letters_for(self):
        """By kind and number, where a name of the scenario is not called so already; and one line that says why."""
        path = self.file("names.yaml", "scenario: names\ntitle: {en: Race, zh: 抢票}\nshared: {票: 1, v1: 0}\nobjects: {门: lock}\nprocesses:\n"
                         "  买家:\n    count: 2\n    steps:\n      - {acquire: 门}\n      - n = 票\n      - 票 = n - 1\n      - {release: 门}\n"
                         "expect:\n  - {name: {zh: 不超卖}, always: 票 >= -1}\n")
        for env, term, why in ((dict(LC_ALL="C"), "tmux-256color", "character set, ANSI_X3.4-1968"), (dict(LC_ALL="C.UTF-8"), "linux", "TERM=linux can't show"),
                               (self.locale("zh_CN.GBK"), "tmux-256color", "character set is GBK")):
            command = "%s run --model --speed max %s 2>%s.err" % (PROGRAM, path, path)
            with self.subTest(term, env=env), Terminal(command=["sh", "-c", command], size=(110, 34), env=env, term=term) as t:
                t.wait_for("Race")
                t.send("Space")
                screen = t.wait_for("main joins g1")
                text = "\n".join(screen)
                for shown in ("g1.2 sets v2 to -1", "acquire: o1", "v2 = n - 1", "was 0, by g1.2", "[zh]"):
                    self.assertIn(shown, text)
                self.assertNotRegex(text.replace("? help", ""), r"[?]|[^\x00-\x7f]")
                t.send("q")
                self.assertEqual(t.wait_end(), 0)
                self.assertIn(why, Path("%s.err" % path).read_text())


@unittest.skipIf(SANITIZED, "the sanitizer needs it")
class WithoutProc(Case):
    """Where /proc is not mounted: a container, a chroot."""

    def setUp(self):
        if subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/proc"], capture_output=True, check=False).returncode:
            self.skipTest("only root may hide it")

    def out(self, *args):
        hidden = subprocess.run(["unshare", "-m", "sh", "-c", 'mount -t tmpfs none /proc && exec "$@"', "sh", PROGRAM, *args],
                                capture_output=True, text=True, timeout=20 * PATIENCE, check=False)
        self.assertEqual(hidden.stderr, "")
        return hidden.stdout

    def test_the_library_is_found(self):
        self.assertEqual(self.out("list"), run("list").out)

    def test_a_run(self):
        for policy in ("rr", "host"):
            self.assertIn("in the end: tickets = 0, sold = ", self.out("run", "ticket-race", "--plain", "--policy", policy))


class Library(Case):
    def test_list(self):
        result = run("list")
        self.assertEqual((result.code, result.err), (0, ""))
        for name in LIBRARY:
            self.assertRegex(result.out, r"(?m)^  %s +\S" % name)

    def test_list_as_json(self):
        found = json.loads(run("list --json").out)
        self.assertEqual(sorted(e["name"] for e in found), sorted(LIBRARY + [p.stem for p in (ROOT / "scenarios/exercises").glob("*.yaml")]))
        for entry in found:
            self.assertTrue(entry["title"] and entry["about"] and entry["topics"] and Path(entry["file"]).exists(), entry)

    def test_list_of_a_topic(self):
        """Everything that has the topic, also where it is not the first one; in both languages by both words."""
        every = {e["name"]: e["topics"] for e in json.loads(run("list --json").out)}
        for topic, chinese, language in (("locks", "锁", "en"), ("life and death", "进程的生命周期", "zh"), ("deadlock", "死锁", "zh")):
            has = [name for name in every if topic in every[name]]
            self.assertGreater(len(has), 2)
            for word in (topic, topic.upper(), chinese):
                result = run(["list", word, "--lang", language])
                self.assertEqual((result.code, result.err), (0, ""))
                self.assertEqual(result.out.splitlines()[0], chinese if language == "zh" else topic)
                self.assertEqual(sorted(re.findall(r"(?m)^  (\S+)", result.out)), sorted(has))
            self.assertEqual(sorted(e["name"] for e in json.loads(run(["list", topic, "--json"]).out)), sorted(has))

    def test_list_long(self):
        every = json.loads(run("list pipes --json").out)
        result = run("list pipes --long")
        for entry in every:
            found = re.search(r"(?m)^  %s  %s\n((?:    .*\n)+)" % (entry["name"], re.escape(entry["title"])), result.out)
            text = " ".join(found[1].split())
            self.assertEqual(text, "%s topics: %s file: %s" % (entry["about"], ", ".join(entry["topics"]), entry["file"]))
        self.assertIn("    主题：管道、", run("list pipes --long --lang zh").out)

    def test_a_topic_that_does_not_exist(self):
        self.says("list deadlok", 2, "no topic `deadlok` in the library", "did you mean `deadlock`?")
        self.says(["list", "多级反馈队例", "--lang", "zh"], 2, "场景库里没有主题 `多级反馈队例`", "`多级反馈队列`")
        self.says("list zzzz", 2, "the topics are: ", "life and death")
        self.says("list ticket-race", 2, "`ticket-race` is a scenario: forklore run ticket-race")

    def test_a_mistyped_name(self):
        self.says("run ticket-rase", 3, "ticket-rase: error:", "no scenario of this name", "did you mean `ticket-race`?", "[E001]")
        self.says("run frobnicate", 3, "forklore list")

    def test_a_path_goes_first(self):
        self.file("toilet", "scenario: mine\nprocesses: {p: {steps: [{say: hi}]}}\n")
        (self.dir / "ticket-race").mkdir()
        result = run("run toilet --model --json", cwd=self.dir)
        self.assertIn('"mine"', result.out)
        result = run("run ticket-race --model --json", cwd=self.dir)
        self.assertIn('"ticket-race"', result.out)

    def test_new(self):
        """A template, in either language: it is right as it is, with what is commented out, too, and names the editor's schema."""
        texts = {}
        for language in "en", "zh":
            with self.subTest(language=language):
                mine, full = self.dir / ("my-%s.yaml" % language), self.dir / ("full-%s.yaml" % language)
                self.assertEqual(run(["new", mine.stem, "--lang", language], cwd=self.dir).code, 0)
                modeline, _, text = mine.read_text().partition("\n")
                self.assertRegex(modeline, "^# yaml-language-server: [$]schema=/")
                self.assertEqual(Path(modeline.split("=", 1)[1]).read_text(), run("schema").out)
                self.assertIn("\nscenario: %s\n" % mine.stem, text)
                full.write_text(re.sub("(?m)^# ", "", text))
                self.assertRegex(full.read_text(), "(?m)^objects:\n")
                for path in mine, full:
                    self.assertEqual(run(["check", path.name], cwd=self.dir).out, path.name + ": ok\n")
                    for args in (["run", "--quiet"], ["run", "--quiet", "--model"], ["explore"]):
                        self.assertEqual(run([*args, path.name], cwd=self.dir).code, 0, (args, path))
                texts[language] = text
        self.assertNotRegex(texts["en"], "[^\\x00-\\x7f]")
        self.assertEqual(*(re.sub(r"(?m) *#.*|(title|about|say):.*|  - .*[a-z]\.$|  - [^ -~].*|name: [^,]*|my-..", "", re.sub("(?m)^# ", "", text)) for text in texts.values()))

    def test_new_copy(self):
        self.assertEqual(run("new my-race --from ticket-race", cwd=self.dir).code, 0)
        old, new = (ROOT / "scenarios/ticket-race.yaml").read_text(), (self.dir / "my-race.yaml").read_text()
        modeline, _, new = new.partition("\n")
        self.assertEqual(new, old.replace("scenario: ticket-race", "scenario: my-race"))
        self.assertRegex(modeline, "^# yaml-language-server: [$]schema=/")
        self.assertEqual(run("new again --from my-race.yaml", cwd=self.dir).code, 0)
        self.assertEqual((self.dir / "again.yaml").read_text().count("yaml-language-server"), 1)
        self.assertEqual(run("check my-race.yaml", cwd=self.dir).code, 0)

    def test_commands_that_are_offered_for_a_file_can_be_typed(self):
        """Wherever the file is: a shell that reads the commands runs them."""
        for folder in ("my folder", "it's", "$HOME"):
            (self.dir / folder).mkdir()
            offers = re.findall("(?m)(?:Play|Judge) it: forklore (.*)$", run(["new", folder + "/mine", "--from", "three-stalls"], cwd=self.dir).out)
            self.assertEqual([line.split()[0] for line in offers], ["run", "grade"])
            for line in offers:
                result = subprocess.run(["bash", "-c", '"$0" ' + line, PROGRAM], cwd=self.dir, capture_output=True, text=True, timeout=60 * PATIENCE)
                self.assertEqual((result.returncode in (0, 1), result.stderr), (True, ""), line)
                self.assertNotIn("0 of", result.stdout.splitlines()[0])
        self.file("my folder/stuck.yaml", DEADLOCK)
        self.assertIn("`forklore explore 'my folder/stuck.yaml'` shows how", run(["check", "--deep", "my folder/stuck.yaml"], cwd=self.dir).out)
        self.file("my folder/r.yaml", "scenario: ticket-race\nsections: {}\n")
        self.assertIn("play it: forklore run ticket-race --schedule 'my folder/r.yaml'", run(["run", "my folder/r.yaml"], cwd=self.dir).err)

    def test_new_in_one_language(self):
        """Of texts in several languages one is left; all else of the file is as it was."""
        def one(node, language, key=""):
            if isinstance(node, dict) and ("en" in node or language in node) and key not in ("objects", "shared", "private"):
                return node.get(language, node.get("en"))
            if isinstance(node, dict):
                return {k: one(v, language, k) for k, v in node.items()}
            return [one(v, language, key) for v in node] if isinstance(node, list) else node
        folders = (ROOT / "scenarios", ROOT / "scenarios" / "exercises")
        names = [path.stem for folder in folders for path in sorted(folder.glob("*.yaml"))]
        for n, name in enumerate(names):
            language = ("en", "zh")[n % 2]
            with self.subTest(name, language=language):
                self.assertEqual(run(["new", "mine", "--from", name, "--lang", language], cwd=self.dir).code, 0)
                old = yaml.load(next(f for f in (folder / (name + ".yaml") for folder in folders) if f.exists()).read_text(), yaml.BaseLoader)
                mine = (self.dir / "mine.yaml").read_text()
                self.assertEqual(yaml.load(mine, yaml.BaseLoader), dict(one(old, language), scenario="mine"))
                comments = re.findall("(?m)^ *# (?!yaml-language-server)(.*)$", mine)
                self.assertEqual([c for c in comments if bool(re.search("[\u4e00-\u9fff]", c)) != (language == "zh")], [])
                for path in self.dir.glob("mine*.yaml"):
                    path.unlink()

    def test_a_copy_in_one_language_is_graded_as_the_exercise(self):
        self.assertEqual(run("new mine --from three-stalls --lang zh", cwd=self.dir).code, 0)
        text = (self.dir / "mine-solution.yaml").read_text()
        self.assertNotIn("{en:", text)
        self.assertEqual(run("grade three-stalls mine-solution.yaml", cwd=self.dir, timeout=60).code, 0)
        (self.dir / "other.yaml").write_text(re.sub("(?m)^title: .*", "title: 别的", text))
        self.assertEqual(run("grade three-stalls other.yaml", cwd=self.dir, timeout=60).code, 1)

    def test_new_for_students_is_of_an_exercise(self):
        self.says("new mine --student", 2, "`--student` needs `--from` an exercise", "--from three-stalls")
        self.assertFalse((self.dir / "mine.yaml").exists())

    def test_new_from(self):
        self.assertEqual(run("new --from toilet loo.yaml", cwd=self.dir).code, 0)
        self.assertIn("scenario: loo\n", (self.dir / "loo.yaml").read_text())

    def test_new_in_chinese(self):
        """Any letters may name a scenario; marks, blanks and what turns a line round may not."""
        self.assertEqual(run("new 抢票", cwd=self.dir).code, 0)
        self.assertIn("scenario: 抢票\n", (self.dir / "抢票.yaml").read_text())
        self.assertEqual(run("run --model --quiet 抢票.yaml", cwd=self.dir).code, 0)
        for name in "抢，票", "抢\u3000票", "a\u202eb", "Race", "a b", "抢票！":
            self.says(["new", name], 2, "can't be the name of a scenario")
            self.assertRegex(run(["check", "-"], stdin="scenario: '%s'\nmain: {steps: [{say: hi}]}\n" % name).out, r"\[E0(07|24)\]")

    def test_topics_in_chinese(self):
        """A topic that scenarios of the library are shown under has its Chinese."""
        shown = re.findall(r"(?m)^(\S.*)$", run("list --lang zh").out)
        self.assertEqual([t for t in shown if not re.search(r"[\u4e00-\u9fff]", t)], [])

    def test_new_never_overwrites(self):
        path = self.file("mine.yaml", "precious")
        self.says(["new", path], 5, "the file already exists")
        self.assertEqual(Path(path).read_text(), "precious")

    def test_new_of_what_is_not_there(self):
        self.says("new mine --from toilett", 3, "did you mean `toilet`?")
        self.says("new My_Race", 2, "`My_Race`", "lowercase")
        self.says("new /no/such/folder/mine", 5, "No such file")


class Explain(Case):
    def test_words(self):
        for word, said in (("E021", "verb"), ("e021", "verb"), ("acquire", "lock.acquire"), ("semaphore", "units"),
                           ("is_set", "event.is_set()"), ("rr", "quantum"), ("zombie", "joined"), ("observe", "outcome"),
                           ("timeout", "a modifier of"), ("joinable", "queue"), ("IndexError", "exception")):
            result = run(["explain", word])
            self.assertEqual((result.code, result.err), (0, ""), result)
            self.assertIn(said, result.out)

    def test_lists(self):
        for word, said in (("verbs", "acquire"), ("kinds", "semaphore"), ("functions", "is_set"), ("policies", "fifo"),
                           ("states", "zombie"), ("keys", "shared"), ("codes", "E021"), ("exceptions", "IndexError")):
            result = run(["explain", word])
            self.assertEqual(result.code, 0, result)
            self.assertIn(said, result.out)

    def test_every_word_of_every_list(self):
        """Each is explained, and but for codes with an example below it, which can be copied."""
        for name in ("verbs", "kinds", "functions", "policies", "keys", "exceptions", "words", "codes"):
            for word in set(re.findall(r"(?m)^  (\S+)", run(["explain", name]).out.split("\n\n")[0])):
                result = run(["explain", word])
                self.assertEqual(result.code, 0, word)
                if name != "codes":
                    self.assertRegex(result.out, r"\n\n(  # .*\n)*  [-\w]", word)

    def test_examples_are_in_one_language(self):
        """But for those that show how a text is given in both."""
        words = [w for name in ("verbs", "kinds", "keys", "words", "concepts") for w in re.findall(r"(?m)^  (\S+)", run(["explain", name]).out.split("\n\n")[0])]
        self.assertGreater(len(set(words)), 150)
        for word in sorted(set(words) - {"title", "about"}):
            for language, other in (("en", r"^  .*[\u4e00-\u9fff]"), ("zh", r"^  .*\b(name|task|hint|note|named): [A-Z]?[a-z]+ ")):
                examples = run(["explain", word, "--lang", language]).out.partition("\n\n")[2]
                self.assertNotRegex(examples, r"\b(en|zh): ")
                self.assertNotRegex(examples, "(?m)" + other)
        for word in ("title", "about"):
            self.assertRegex(run(["explain", word]).out, r"\n +en: .*\n +zh: ")

    CONCEPTS = re.findall(r'(?m)^CONCEPT\("([^"]*)", "([^"]*)",\n\t"([^"]*)",\n\t"([^"]*)",\n\t"([^"]*)",\n((?:\t".*\n)+)',
                          (ROOT / "sim/language/concepts.def").read_text().replace('\\"', "''"))

    def test_concepts(self):
        """What the screens say of programs is explained under each of its names, in both languages, with an example."""
        self.assertEqual(len(self.CONCEPTS), (ROOT / "sim/language/concepts.def").read_text().count("\nCONCEPT("))
        for names, chinese, meaning, meaning_zh, command, example in self.CONCEPTS:
            for name in names.split("|") + chinese.split("|"):
                for language, said in ("en", meaning), ("zh", meaning_zh):
                    result = run(["explain", *name.split(), "--lang", language])
                    self.assertEqual((result.code, result.err), (0, ""), name)
                    self.assertIn(said.replace("''", '"'), result.out, name)
                    self.assertRegex(result.out, r"\n\n  [a-z]+:", name)
        for name in ("dead_end", "dead-end", "DEAD END", "forced-switch", "HOLDS", "CAN'T HAPPEN", "竞态", "互斥锁", "就绪", "时间片轮转", "Round robin"):
            self.assertEqual(run(["explain", name]).code, 0, name)
        for wrong, right in (("deadlok", "deadlock"), ("starvaton", "starvation"), ("死琐", "死锁"), ("point of return", "point of no return")):
            self.says(["explain", *wrong.split()], 2, "did you mean `%s`?" % right)

    def test_offered_commands_speak_the_language_that_was_asked_for(self):
        """Where the locale would not choose it; and not where it would."""
        bad = "scenario: Big\n"
        for args, offered, stdin in ((["explore", "ticket-race"], r"forklore run ticket-race --schedule '[^']*' --lang zh$", None),
                                     (["check", "-"], r"forklore --lang zh explain E0", bad), (["explain", "死锁"], "forklore --lang zh explore deadlock-abba", None),
                                     (["run", "tiolet"], "forklore --lang zh explain E001", None), (["explain"], "forklore explain CODE", None)):
            for locale, again in ("C.UTF-8", True), ("zh_CN.UTF-8", False):
                result = run([*args, "--lang", "zh"], stdin=stdin, env={"LC_ALL": "", "LC_CTYPE": "C.UTF-8", "LC_MESSAGES": locale, "LANG": ""})
                said = result.out + result.err
                self.assertRegex(said, "(?m)" + (offered if again else offered.replace(" --lang zh", "")))
                self.assertEqual("--lang zh" in said, again and "--lang" in offered, said)

    def test_what_shows_a_concept(self):
        """The command below it can be typed, and says the word."""
        says = {"deadlock": "deadlock", "starvation": "the writer may never get in: in some orders", "race": "BROKEN", "critical section": "HOLDS", "forced switch": "forced switch",
                "point of no return": "point of no return", "verdict": "as this scenario is there to show", "holds": "HOLDS",
                "broken": "BROKEN", "can happen": "CAN HAPPEN", "not decided": "NOT DECIDED", "outcome": "How it can end", "orphan": "parent"}
        for names, _, _, _, command, _ in self.CONCEPTS:
            if command:
                result = run(command)
                self.assertIn(result.code, (0, 1, 4), command)
                self.assertIn(says.pop(names.split("|")[0], ""), result.out, command)
        self.assertEqual(says, {})

    def test_what_python_has_no_form_for_is_said_in_chinese(self):
        for word in re.findall(r"(?m)^  (\w+)", run("explain verbs").out):
            python = re.findall("Python 写法：(.*)", run(["explain", word, "--lang", "zh"]).out)
            self.assertEqual([p for p in python if p.startswith("(")], [], word)

    def test_examples_of_modifiers(self):
        for language, shows in ("en", "# timeout, raise Full after that time"), ("zh", "# timeout：超时则引发 Full"):
            for word in "put", "timeout":
                result = run(["explain", word, "--lang", language])
                self.assertIn("  %s\n  # objects: {buns: {queue: 2}}\n  - put: buns\n    item: \"bun {n}\"\n    timeout: 500ms\n" % shows, result.out)
        self.assertIn("SIGTERM", run("explain signal").out)
        self.assertIn("- terminate: worker[1]", run("explain terminate").out)

    def test_unknown(self):
        self.says("explain aquire", 2, "did you mean `acquire`?")
        self.says("explain frobnicate", 2, "codes, verbs")
        self.says("explain sem", 2, "entries with this word: semaphore")
        self.says("explain 锁 --lang zh", 2, "含有它的条目：", "互斥锁")
        self.says("explain e", 2, "codes, verbs")            # too many to be of help
        self.says("explain learn", 2, "no entry for `learn`", "it is a command: `forklore learn --help` explains it")
        self.says("explain grade --lang zh", 2, "没有 `grade` 这个条目", "它是一个命令：见 `forklore --lang zh grade --help`")
        for language, word, lists in ("en", "no entry for ``", "codes, verbs"), ("zh", "没有 `` 这个条目", "codes、verbs"):
            self.says(["explain", "", "--lang", language], 2, word, lists)


@unittest.skipIf(SANITIZED, "a sanitizer takes its own")
class LittleAddressSpace(Case):
    def test_a_small_machine_can_play(self):
        for args in (["list"], ["check", "ticket-race"], ["run", "--model", "--plain", "ticket-race"], ["run", "--plain", "ticket-race"],
                     ["explore", "ticket-race"], ["compare", "cpu-rr"]):
            command = ["bash", "-c", 'ulimit -v 200000; exec "$@"', "-", PROGRAM, *args]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60 * PATIENCE)
            plenty = run(args)
            self.assertEqual((done.returncode, done.stderr), (plenty.code, plenty.err), args)
            self.assertGreater(len(done.stdout.splitlines()), 0)


class NoName(Case):
    def test_an_empty_name_is_no_file(self):
        for args in (["run", ""], ["run", "--model", ""], ["check", ""], ["explore", ""], ["compare", ""], ["quiz", ""]):
            result = run(args)
            self.assertEqual(result.code, 3, result)
            self.assertIn("'': error: the file name is empty", result.out + result.err)
        for args in (["new", "q", "--from", ""], ["run", "toilet", "--record", ""], ["run", "toilet", "--screen="],
                     ["run", "toilet", "--schedule", ""], ["explore", "toilet", "-o", ""]):
            option = "--output" if "-o" in args else next(a for a in args if a.startswith("--")).rstrip("=")
            self.says(args, 2, "`%s`: the file name is empty" % option)


class BadInput(Case):
    """Exit 3, with the name of the file, in no time."""

    def test_missing(self):
        self.refused(str(self.dir / "none.yaml"), "none.yaml: error:", "No such file", "E001")

    def test_every_command_that_reads_one(self):
        for name, word in ((str(self.dir / "none.yaml"), "No such file"), ("nonesuch", "no such file"), (str(self.dir), "this is a directory"),
                           (self.file("empty.yaml", ""), "empty"), (self.file("binary.yaml", b"\xff\xfe"), "UTF-8"), (self.file("open.yaml", "a: ["), "never closed")):
            for command in ("run --json %s", "explore %s", "explore --sweep P=1..2 %s", "compare %s", "compare --seeds 2 %s", "quiz %s",
                            "grade %s ticket-race", "grade --format json %s ticket-race", "new mine --from %s"):
                self.says(command % name, 3, word, "error: ")

    def test_directory(self):
        self.refused(str(self.dir), "this is a directory")

    def test_empty(self):
        self.refused(self.file("empty.yaml", ""), "empty.yaml: error:", "empty", "E002")
        self.refused("-", "<stdin>: error:", "empty", stdin="")

    def test_binary(self):
        self.refused(PROGRAM, "error:") if os.path.getsize(PROGRAM) > 1 << 20 else None
        self.refused(self.file("a.yaml", bytes(range(256)) * 40), "E003")
        self.refused("-", "E003", stdin=b"\x7fELF\0\0\0\xff\xfe")

    def test_too_large(self):
        path = self.file("large.yaml", b"# x\n" * (1 << 19))
        self.refused(path, "larger than 1 MiB")
        os.truncate(path, 1 << 40)
        self.refused(path, "larger than 1 MiB")

    def test_no_end(self):
        with open("/dev/zero", "rb") as zeros:
            done = subprocess.run([PROGRAM, "check", "-"], stdin=zeros, capture_output=True, timeout=10 * PATIENCE)
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"larger than 1 MiB", done.stdout)

    def test_named_pipe(self):
        os.mkfifo(self.dir / "pipe")
        self.refused(str(self.dir / "pipe"), "named pipe", "write `-`")

    def test_socket(self):
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(str(self.dir / "socket"))
            self.refused(str(self.dir / "socket"), "socket")

    def test_device(self):
        for device in ("/dev/null", "/dev/zero", "/dev/tty"):
            self.refused(device, "device")

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_forbidden(self):
        path = self.file("secret.yaml", "scenario: x\n")
        os.chmod(path, 0)
        self.refused(path, "Permission denied")

    def test_a_loop_of_links(self):
        (self.dir / "a").symlink_to("b")
        (self.dir / "b").symlink_to("a")
        self.refused(str(self.dir / "a"), "symbolic links")

    def test_strange_names(self):
        self.refused(str(self.dir / "\x1b[31mred"), "\\x1b[31mred: error:")
        self.refused("a" * 5000, "error:")
        self.refused("", "error:")

    def test_all_findings_are_reported(self):
        self.says("run - --model", 3, "<stdin>:1:1", "<stdin>:2:1", "errors", stdin="a: 1\nb: 2\n")

    def test_a_closed_standard_input(self):
        done = subprocess.run(["sh", "-c", 'exec "$0" check - <&-', PROGRAM], capture_output=True, text=True)
        self.assertEqual(done.returncode, 3, done)
        self.assertIn("<stdin>: error:", done.stdout)


LOOP = "p:\n    steps:\n      - forever:\n        do: [x = 1]\n"
# What would never end: the file, and what is reported when it is played, on the model and on real processes.
WITHOUT_END = {
    "starts-itself": ("processes:\n  p: {steps: [{start: p}]}\n", "AssertionError in p, line 3: cannot start a process twice"),
    "recursion": ("functions:\n  f: {steps: [{call: f}]}\nprocesses:\n  p: {steps: [{call: f}]}\n",
                  "RecursionError in p, line 3, called in line 3: maximum recursion depth exceeded: 1000 calls"),
    "loop": ("processes:\n  " + LOOP, "EndlessLoop in p, line 6: a million steps without an action"),
    "caught": ("functions:\n  f: {steps: [{try: [{call: f}], except: {any: [{call: f}]}, finally: [{call: f}]}]}\n"
               "processes:\n  p: {steps: [{call: f}]}\n", "EndlessLoop in p, line 3, called in line 3: a million steps without an action"),
}
TOO_MUCH = {
    "count": ("processes:\n  p: {count: 1001, steps: []}\n",
              ":3:14: error: 1001 is out of range: 1 to 1000 is allowed here", "help: the nearest allowed value is 1000"),
    "sum": ("processes:\n  p: {count: 600, steps: []}\n  q: {count: 401, steps: []}\n",
            ":4:3: error: more than 1000 processes in one scenario", "help: give the groups smaller counts"),
    "queue": ("objects: {q: {queue: -1}}\nprocesses: {p: {steps: []}}\n",
              ":2:22: error: -1 is out of range: 0 to 4096 is allowed here", "help: the nearest allowed value is 0"),
    "maxsize": ("objects: {q: {queue: {maxsize: -1}}}\nprocesses: {p: {steps: []}}\n",
                ":2:32: error: -1 is out of range: 0 to 4096", "help: the nearest allowed value is 0"),
}


class Traceback(Case):
    def test_an_uncaught_exception_names_the_lines_of_the_calls(self):
        path = self.file("calls.yaml", """scenario: calls
functions:
  f: {steps: [{call: g}]}
  g:
    steps:
      - n = 1 // 0
main:
  - try: [{call: f}]
    finally: [n = 1]
""")
        for args in (["--model"], [], ["--policy", "host"]):
            told = run(["run", path, "--plain", *args]).out
            self.assertIn("uncaught ZeroDivisionError in main, line 6, called in line 3, line 8: integer", told)
            events = [json.loads(line) for line in run(["run", path, "--json", *args]).out.splitlines()]
            self.assertEqual([e["calls"] for e in events if e["type"] == "exception"], [[3, 8]])


class WithoutEnd(Case):
    """Too much of something: refused, or stopped at a limit that is reported, with the line."""

    def stopped(self, path, words, *args):
        result = run(["run", path, "--plain", *args])
        self.assertEqual(result.code, 1, result)
        self.assertIn("uncaught " + words, result.out)
        self.assertLess(len(result.out.splitlines()), 1100)
        no_process_left(result.mark)

    def test_stopped(self):
        for name, (text, words) in WITHOUT_END.items():
            path = self.file(name + ".yaml", "scenario: %s\n%s" % (name, text))
            self.assertEqual(run(["check", path]).code, 0)
            for args in (["--model"], [], ["--policy", "host"]):
                self.assertLess(cpu_seconds(lambda: self.stopped(path, words, *args)), 5 * PATIENCE)

    def test_refused(self):
        for name, (text, *words) in TOO_MUCH.items():
            self.refused(self.file(name + ".yaml", "scenario: %s\n%s" % (name, text)), *words)


class Output(Case):
    def shell(self, script):
        return subprocess.run(["bash", "-c", script, PROGRAM], capture_output=True, text=True, timeout=20 * PATIENCE)

    def test_where_there_is_nothing_to_write_that_is_no_error(self):
        with tempfile.TemporaryDirectory() as folder:
            result = run(["explore", "ticket-lock", "-o", folder + "/way.yaml"])
            self.assertEqual((result.code, os.path.exists(folder + "/way.yaml")), (0, False), result)
            self.assertRegex(result.err, r"^forklore: [^ ]*/way\.yaml was not written: .*\n$")

    def test_a_full_disk(self):
        for args in ("run ticket-race --model --json", "run ticket-race --json", "run ticket-race --model --plain", "list", "--help",
                     "check ticket-race", "explain verbs", "run toilet --json"):
            done = self.shell('"$0" %s > /dev/full' % args)
            self.assertEqual(done.returncode, 5, (args, done))
            self.assertIn("standard output: No space left on device", done.stderr)

    def test_a_full_disk_while_more_is_done(self):
        """What failed is reported as it failed, whatever the system has refused since."""
        with tempfile.TemporaryDirectory() as home:
            for args in ("learn", "learn two-accounts", "quiz ticket-race", "run ticket-race --linear --speed max"):
                done = self.shell("cd %s; HOME=$PWD XDG_STATE_HOME=$PWD \"$0\" %s > /dev/full < /dev/null" % (home, args))
                self.assertEqual(done.returncode, 5, (args, done))
                self.assertIn("standard output: No space left on device", done.stderr, args)

    def test_lines_that_nobody_reads_any_more(self):
        """The reader has gone, though more may be typed: the run ends, and nothing is reported."""
        with subprocess.Popen([PROGRAM, "run", "ticket-race", "--linear"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as p:
            p.stdout.readline()
            p.stdout.close()
            p.stdin.write(b"step\n")
            p.stdin.flush()
            self.assertEqual((p.wait(10 * PATIENCE), p.stderr.read()), (141, b""))

    def test_a_closed_output(self):
        done = self.shell('"$0" list >&-')
        self.assertEqual(done.returncode, 5, done)
        self.assertIn("standard output: Bad file descriptor", done.stderr)

    def test_a_reader_that_goes_away(self):
        path = self.file("endless.yaml", ENDLESS)
        for model in ("", "--model"):
            mark = fresh_mark()
            done = subprocess.run(["bash", "-c", '"$0" run "$1" --plain %s | head -n 5; echo "${PIPESTATUS[0]}"' % model, PROGRAM, path],
                                  capture_output=True, text=True, timeout=20 * PATIENCE, env={**os.environ, "FORKLORE_TEST_RUN": mark})
            self.assertEqual(done.stdout.splitlines()[-1], "141", done)
            self.assertEqual(done.stderr, "")
            no_process_left(mark)

    def test_a_complaint_stands_behind_what_was_printed(self):
        """Also where both go to one place."""
        path = self.file("endless.yaml", ENDLESS)
        for form in "--plain", "--json", "--quiet":
            done = self.shell('"$0" run %s %s --model --max-steps 2000 2>&1' % (path, form))
            self.assertEqual(done.returncode, 4, done)
            self.assertRegex(done.stdout, r"\nforklore: stopped after 2000 actions \(--max-steps\)\n\Z")

    def test_no_terminal_means_plain(self):
        self.assertEqual(run("run ticket-race --model").out, run("run ticket-race --model --plain").out)


class Ends(Case):
    def test_codes(self):
        for text, flags, code in (
                ("processes: {p: {steps: [{say: hi}]}}", "", 0),
                ("processes: {p: {steps: [{raise: Odd}]}}", "", 1),
                ("processes: {p: {steps: [{raise: Odd}]}}\nexpect: [{exception: possible}]", "", 0),
                ("processes: {p: {steps: [{exit: 3}]}}", "", 0),
                ("shared: {s: 1}\nprocesses: {p: {steps: [s = 2]}}\nexpect: [{always: s == 1}]", "", 1),
                ("shared: {s: 1}\nprocesses: {p: {steps: [s = 2]}}\nexpect: [{finally: s == 1}]", "", 1),
                ("shared: {s: 1}\nprocesses: {p: {steps: [s = 2]}}\nexpect: [{reachable: s == 7}]", "", 0),
                (DEADLOCK[12:], "", 1),
                (DEADLOCK[12:] + "expect: [{deadlock: possible}]", "", 0),
                (ENDLESS[12:], "--max-steps 50", 4),
                (ENDLESS[12:], "--timeout 0.2", 4),
                ("processes: {p: {steps: [{say: hi}]}}\nschedule: [p x5]", "", 3)):
            for form in ("--json --model", "--plain", "--json"):
                result = run("run - %s %s" % (form, flags), stdin="scenario: x\n" + text + "\n")
                self.assertEqual(result.code, code, result)
                no_process_left(result.mark)

    def test_limits_are_reported(self):
        self.assertIn("--max-steps", run("run - --max-steps 9 --model", stdin=ENDLESS).err)
        self.assertIn("--timeout", run("run - --timeout 0.1 --model", stdin=ENDLESS).err)
        one_action = "scenario: x\nmain: [{compute: 1000000000s}]\n"       # in ten thousand million slices
        self.assertIn("--timeout", run("run - --timeout 0.1 --model", stdin=one_action).err)
        events = run("run - --max-steps 9 --model --json", stdin=ENDLESS).out.splitlines()
        self.assertEqual((json.loads(events[-1])["verdict"], json.loads(events[-1])["steps"]), ("limit", 9))

    def test_a_run_that_ends_with_the_last_action_it_may_take(self):
        """Nothing cut it short: it is judged as without the limit. With one action less it is not."""
        ends = {"ok": (0, "shared: {n: 0}\nprocesses: {p: {count: 2, steps: [n = 1, {sleep: 1s}, {say: bye}]}}"),
                "violated": (1, "shared: {n: 0}\nprocesses: {p: {steps: [n = 1]}}\nexpect: [{finally: n == 0}]"),
                "deadlock": (1, "objects: {l: lock}\nmain: [{acquire: l}, {acquire: l}]")}
        for verdict, (code, text) in ends.items():
            path = self.file("ends.yaml", "scenario: x\n" + text + "\n")
            for form in ("--model", "--model --cpus 2", "--policy mlfq", "--policy host"):
                command = ["run", path, "--json", "--quiet", *form.split()]
                whole = json.loads(run(command).out)
                for fewer, expected, how in ((0, code, verdict), (1, 4, "limit")):
                    result = run([*command, "--max-steps", whole["steps"] - fewer])
                    self.assertEqual((result.code, json.loads(result.out)["verdict"], "--max-steps" in result.err), (expected, how, how == "limit"), (form, result))
            record = self.dir / "ends.rec"
            run(["run", path, "--model", "--quiet", "--record", record])
            again = run(["run", path, "--model", "--json", "--quiet", "--schedule", record, "--max-steps", json.loads(run(["run", path, "--model", "--json", "--quiet"]).out)["steps"]])
            self.assertEqual((again.code, json.loads(again.out)["verdict"]), (code, verdict), again)

    # What a process says, or writes into a file, again and again; each time a little under 1 KiB, and then 1 MiB.
    FLOODS = {"say": """scenario: flood
main:
  - t = "%s"
  - repeat: 1000000
    do: [{say: "{t}"}]
""", "file": """scenario: flood
objects: {f: {file: {t: ""}}}
main:
  - t = "%s"
  - repeat: 1000000
    do: [f.t = t]
""", "reads": """scenario: flood
shared: {t: "%s"}
main:
  - repeat: 1000000
    do: [n = t]
"""}

    def test_endless_output(self):
        """What a run may put out is limited, and the same wherever it is played: where it stops does not depend on how it is shown."""
        for what, text in self.FLOODS.items():
            path = self.file("flood.yaml", text % ("y" * (5000 if what == "reads" else 1000)))
            ends = set()
            for form in ("--model --plain", "--plain", "--model --json", "--json", "--model --quiet", "--policy host --json"):
                result = run(["run", path, *form.split(), "--max-output", "100K"])
                self.assertEqual((result.code, result.err),
                                 (4, "forklore: stopped: what its processes say and write has come to 100 KiB (--max-output)\n"), (what, form))
                no_process_left(result.mark)
                if "--json" in form:
                    last = json.loads(result.out.splitlines()[-1])
                    self.assertEqual(last["verdict"], "limit")
                    ends.add(last["steps"])
            actions = {"say": 103, "file": 206, "reads": 13}[what]      # of 1001 bytes; in two steps; 5001 twice, without what is usual
            self.assertEqual(ends, {actions}, what)
            record = self.dir / "flood.rec"
            run(["run", path, "--model", "--quiet", "--max-output", "100K", "--record", record])
            again = run(["run", path, "--model", "--quiet", "--schedule", record])
            self.assertEqual(again.code, 4, again)
            self.assertIn("as the recorded run was", again.err)
        self.assertIn("--max-output", run(["run", path, "--model", "--quiet", "--max-output", "100K", "--lang", "zh"]).err)
        path = self.file("flood.yaml", """scenario: flood
main:
  - t = "12345678"
  - repeat: 17
    do: ["t = t + t"]
  - repeat: 100000
    do: [{say: "{t}"}]
""")
        self.assertEqual(run(["run", path, "--model", "--quiet"], timeout=60).code, 4)         # without being asked: a hundred gigabytes

    def test_a_finding_comes_before_the_limit_of_output(self):
        text = self.FLOODS["say"] % "y" + "shared: {s: 1}\nexpect: [{always: s == 2}]\n"
        self.assertEqual(run(["run", "-", "--model", "--max-output", "1K"], stdin=text).code, 1)

    def test_signals(self):
        path = self.file("endless.yaml", ENDLESS)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for args in (["--json"], ["--json", "--model"], ["--plain"]):
                mark = fresh_mark()
                with open(self.dir / "out", "w") as out, subprocess.Popen(
                        [PROGRAM, "run", path, "--max-steps", "999999999", *args], stdout=out, stderr=subprocess.PIPE, text=True,
                        env={**os.environ, "FORKLORE_TEST_RUN": mark}, start_new_session=True) as process:
                    wait_until(lambda: (self.dir / "out").stat().st_size >= 100000, "it runs", 20)
                    process.send_signal(number)
                    err = process.communicate(timeout=5 * PATIENCE)[1]
                self.assertEqual(process.returncode, 128 + number, err)
                self.assertEqual(err, "forklore: stopped by ^C\n" if number == signal.SIGINT else "")
                no_process_left(mark)
                last = (self.dir / "out").read_text().splitlines()[-1]
                if "--json" in args:
                    self.assertEqual(json.loads(last)["verdict"], "stopped")

    # A stretch of private steps that takes far longer than anybody waits: each `len` counts half a million characters.
    STRETCH = """scenario: stretch
main:
  - t = "12345678"
  - say: begins
  - repeat: 16
    do: ["t = t + t"]
  - n = 0
  - repeat: 300000
    do: ["n = n + len(t)"]
  - say: "{n}"
"""

    def test_time_is_up_within_a_stretch_of_private_steps(self):
        path = self.file("stretch.yaml", self.STRETCH)
        for args in (["--model"], []):
            result = run(["run", path, "--quiet", "--timeout", "1", *args])
            self.assertEqual(result.code, 4, result)
            self.assertIn("--timeout", result.err)

    def test_a_signal_within_a_stretch_of_private_steps(self):
        path, recording = self.file("stretch.yaml", self.STRETCH), self.dir / "r.yaml"
        for args in (["--model"], []):
            with subprocess.Popen([PROGRAM, "run", path, "--quiet", "--record", recording, *args], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True) as process:
                wait_until(lambda: hears(process.pid, signal.SIGINT), "it would hear the signal", 20)
                time.sleep(0.5)
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=6 * PATIENCE)
            self.assertEqual((process.returncode, err), (130, "forklore: stopped by ^C\n"), out)
            self.assertIn("Stopped by the user, after", out)
            self.assertTrue(recording.exists())
            recording.unlink()

    def test_a_signal_while_nobody_reads(self):
        mark = fresh_mark()
        with subprocess.Popen([PROGRAM, "run", "-", "--json", "--max-steps", "999999999"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "FORKLORE_TEST_RUN": mark}) as process:
            process.stdin.write(ENDLESS.encode())
            process.stdin.close()
            wait_until(lambda: hears(process.pid, signal.SIGTERM), "it would hear the signal", 20)
            time.sleep(0.5)
            process.terminate()
            self.assertEqual(process.wait(6 * PATIENCE), 128 + signal.SIGTERM)
        no_process_left(mark)


class Seeds(Case):
    def test_the_same_seed_gives_the_same_run(self):
        for name in LIBRARY:
            for seed in ("1", "2", "9223372036854775807"):
                for policy in ("rr", "fifo", "random"):
                    args = ["run", name, "--json", "--model", "--max-steps", "2000", "--seed", seed, "--policy", policy]
                    first, second = run(args), run(args)
                    self.assertEqual(first.out, second.out)
                    self.assertEqual(first.code, second.code)

    def test_one_is_the_default(self):
        self.assertEqual(run("run toilet --json --model").out, run("run toilet --json --model --seed 1").out)

    def test_other_seeds_give_other_runs(self):
        self.assertNotEqual(run("run toilet --json --model").out, run("run toilet --json --model --seed 2").out)

    def test_flags_are_used(self):
        start = run_json("toilet", "--model", "--seed", "5", "--policy", "fifo", "--cpus", "3")[0]
        self.assertEqual({k: start[k] for k in ("seed", "policy", "cpus", "fair", "mode")},
                         {"seed": 5, "policy": "fifo", "cpus": 3, "fair": True, "mode": "model"})


class Recorded(Case):
    def end(self, args):
        events = run_json(args[0], "--model", "--max-steps", "2000", *args[1:])  # under fifo, who busy-waits never ends
        end = events[-1]
        return events, {k: end[k] for k in ("verdict", "steps", "shared")} | {
            "blocked": end["blocked"] if end["verdict"] == "deadlock" else None,    # else also by time, which is another
            "exits": {p["process"]: p["exit"] for p in end["processes"]},
            "said": [(e["process"], e["text"]) for e in events if e["type"] == "say"]}

    def scenarios(self):
        return LIBRARY + [
            self.file("deadlock.yaml", DEADLOCK),
            self.file("draws.yaml", "scenario: draws\nshared: {s: 0, l: [0, 0, 0]}\nprocesses:\n  p:\n    count: 3\n    steps:\n"
                      "      - {repeat: 4, do: ['n = random(0, 2)', s += n, 'l[random(0, 2)] += n']}\n      - say: '{s} {l}'\n"),
            self.file("main.yaml", "scenario: main\nshared: {s: 0}\nprocesses: {p: {count: 2, steps: [s += 1]}}\n"
                      "main: [{start: p}, s += 5, {join: p}, {say: '{s}'}]\n"),
            self.file("late.yaml", "scenario: late\nobjects: {k: lock}\nprocesses:\n  p: {arrive: 2s, steps: [{acquire: k, timeout: 1s, "
                      "into: got}, {say: '{got}'}]}\n  q: {steps: [{acquire: k}, {sleep: 9s}, {release: k}]}\n")]

    def test_a_recorded_run_ends_the_same(self):
        record = str(self.dir / "r.yaml")
        for scenario in self.scenarios():
            for seed, policy in (("1", "rr"), ("2", "random"), ("3", "fifo"), ("4", "random")):
                events, end = self.end([scenario, "--seed", seed, "--policy", policy, "--record", record])
                again, other = self.end([scenario, "--schedule", record])
                self.assertEqual(other, end, scenario)
                self.assertEqual(again[0]["seed"], int(seed))
                late = "arrive:" in open(scenario if "/" in str(scenario) else ROOT / "scenarios" / (scenario + ".yaml")).read()
                # While a schedule is played a compute passes whole, so those who arrive meanwhile may be started later.
                order = [[(e["process"], e["do"], e["result"]) for e in x if e["type"] == "step" and not
                          (late and e["process"] == "main")] for x in (events, again)]
                self.assertEqual(order[0], order[1], scenario)

    def test_on_processes(self):
        record = str(self.dir / "r.yaml")
        events = run_json("ticket-race", "--policy", "random", "--seed", "5", "--record", record)
        again = run_json("ticket-race", "--schedule", record)
        self.assertEqual(events[-1]["shared"], again[-1]["shared"])
        self.assertEqual(events[-1]["steps"], again[-1]["steps"])

    def test_a_flag_overrules_the_seed(self):
        record = self.file("r.yaml", "seed: 7\nschedule: [buyer.1]\n")
        self.assertEqual(run_json("ticket-race", "--model", "--schedule", record)[0]["seed"], 7)
        self.assertEqual(run_json("ticket-race", "--model", "--schedule", record, "--seed", "8")[0]["seed"], 8)

    def test_a_bare_list(self):
        for text in ("[buyer.2 x2, buyer.1]", '["buyer.2 x2", "buyer.1"]', "- buyer.2\n- buyer.2\n- buyer.1\n"):
            events = run_json("ticket-race", "--model", "--schedule", "-", stdin=text)
            steps = [e["process"] for e in events if e["type"] == "step" and e["process"] != "main"]
            self.assertEqual(steps[:3], ["buyer.2", "buyer.2", "buyer.1"])

    def test_a_changed_scenario(self):
        old = "scenario: x\nshared: {s: 0}\nprocesses: {p: {steps: [{say: hi}]}}\n"
        path, record = self.file("x.yaml", old), str(self.dir / "r.yaml")
        run(["run", path, "--model", "--record", record])
        self.assertEqual(run(["run", path, "--model", "--schedule", record]).code, 0)
        self.file("x.yaml", "# a comment\n" + old.replace("scenario: x", "scenario:   x\ntitle: Other"))
        self.assertEqual(run(["run", path, "--model", "--schedule", record]).code, 0)
        self.file("x.yaml", old.replace("s: 0", "s: 1").replace("hi", "ho"))
        result = self.says(["run", path, "--model", "--schedule", record], 3, "has changed", "`shared`, `processes`", '|   shared: "')
        self.assertNotIn("`objects`", result.err)
        self.says(["run", "toilet", "--model", "--schedule", record], 3, "made for `x`, not for `toilet`")

    def test_schedules_that_do_not_fit(self):
        for text, *words in (
                ("[buyer.9]", "<stdin>:1:2", "no process is named `buyer.9`"),
                ("[buyer.1 y3]", "not an entry of a schedule"),
                ("[buyer.1 x0]", "not an entry of a schedule"),
                ("[[a]]", "the name of a process"),
                ("hello", "a list of processes is expected"),
                ("schedule: 3", "a list of processes is expected"),
                ("seed: 3", "`schedule` is missing"),
                ("seed: x\nschedule: []", "a number is expected"),
                ("fair: 3\nschedule: []", "a truth value"),
                ("colour: red\nschedule: []", "unknown key `colour`"),
                ("scenario: toilet\nschedule: []", "made for `toilet`"),
                ("[a", "never closed"),
                ("", "empty")):
            self.says("run ticket-race --model --json --schedule -", 3, *words, stdin=text)
        self.says("run ticket-race --model --schedule /no/such/file", 3, "/no/such/file: error:")
        result = run("run ticket-race --model --schedule -", stdin="[buyer.1 x9]")
        self.assertEqual(result.code, 3)
        self.assertIn("the schedule does not fit: entry 1, buyer.1", result.err)

    def test_a_run_that_was_stopped_is_recorded(self):
        record = self.dir / "r.yaml"
        run(["run", "-", "--model", "--max-steps", "20", "--record", record], stdin=ENDLESS)
        self.assertIn("p x", record.read_text())


RACE = (ROOT / "scenarios/ticket-race.yaml").read_text()
# Every option that names a file to be written, with a command that writes it.
WRITERS = {"--record": ["run", "--model", "--quiet"], "--screen": ["run"], "--output": ["explore"], "-o": ["explore"]}
# The same as whole commands, and those that read no scenario.
WRITING = {**{option: [*command, "ticket-race"] for option, command in WRITERS.items()}, "--export-csv": ["learn"]}


class Outputs(Case):
    """Files that are written."""

    def setUp(self):
        super().setUp()
        self.path = self.file("f.yaml", RACE)
        self.schedule = self.file("s.yaml", "[buyer.1]\n")
        for name, target in (("link.yaml", "f.yaml"), ("link-to-link.yaml", "link.yaml")):
            (self.dir / name).symlink_to(target)
        os.link(self.path, self.dir / "hard.yaml")
        (self.dir / "folder").mkdir()

    def shell(self, script):
        return subprocess.run(["bash", "-c", script, PROGRAM], capture_output=True, text=True, timeout=20 * PATIENCE, cwd=self.dir)

    def test_every_writer_is_here(self):
        table = (ROOT / "ui/cli/outputs.c").read_text()
        rows = re.findall(r"\{ OPTION_(\w+), +true", table)
        self.assertEqual(sorted(row.lower().replace("_", "-") for row in rows), sorted(w[2:] for w in WRITING if w.startswith("--")))

    def unhurt(self, done, code, word):
        self.assertEqual(done.returncode, code, done)
        self.assertIn(word, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual((self.dir / "f.yaml").read_text(), RACE)
        self.assertEqual((self.dir / "s.yaml").read_text(), "[buyer.1]\n")

    def test_a_scenario_is_not_overwritten(self):
        """Whatever names it, on either side."""
        names = ["f.yaml", "./f.yaml", str(self.dir / "f.yaml"), "folder/../f.yaml", "link.yaml", "link-to-link.yaml", "hard.yaml"]
        for option, command in WRITERS.items():
            for name in names:
                for read, written in ((name, "f.yaml"), ("f.yaml", name)):
                    self.unhurt(self.shell('"$0" %s %s %s %s' % (" ".join(command), read, option, written)), 2,
                                "`%s` would overwrite the scenario itself" % ("--output" if option == "-o" else option))
            for name in ("f.yaml", "hard.yaml", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"):
                self.unhurt(self.shell('"$0" %s - %s %s < f.yaml' % (" ".join(command), option, name)), 2, "would overwrite")

    def test_a_schedule_is_not_overwritten(self):
        for option in ("--record", "--screen"):
            command = " ".join(WRITERS[option])
            for name in ("s.yaml", "./s.yaml"):
                self.unhurt(self.shell('"$0" %s f.yaml --schedule s.yaml %s %s' % (command, option, name)), 2, "overwrite the schedule")
            self.unhurt(self.shell('"$0" %s f.yaml --schedule - %s s.yaml < s.yaml' % (command, option)), 2, "overwrite the schedule")

    def test_a_scenario_of_the_library_is_not_overwritten(self):
        library = ROOT / "scenarios/ticket-race.yaml"
        for option, command in WRITERS.items():
            self.says([*command, "ticket-race", option, library], 2, "would overwrite the scenario")
        self.assertEqual(library.read_text(), RACE)

    def test_standard_output_goes_elsewhere(self):
        for command in ("run --model f.yaml", "check f.yaml", "explore f.yaml", "compare f.yaml", "run --model f.yaml --schedule s.yaml"):
            self.unhurt(self.shell('"$0" %s >> f.yaml' % command), 2, "standard output would overwrite the scenario")
        self.unhurt(self.shell('"$0" run f.yaml --schedule s.yaml >> s.yaml'), 2, "standard output would overwrite the schedule")

    def test_two_outputs_are_two_files(self):
        for one, other in (("new", "new"), ("new", "./new"), ("new", "folder/../new")):
            done = self.shell('"$0" run f.yaml --record %s --screen %s' % (one, other))
            self.unhurt(done, 2, "`--screen` would overwrite the recording itself")
            self.assertFalse((self.dir / "new").exists())
        done = self.shell('"$0" explore f.yaml -o new > new')
        self.assertIn("`--output` would overwrite what goes to standard output", done.stderr)

    def test_devices_and_pipes_are_no_files(self):
        for script in ('"$0" run --model --quiet - --record /dev/null --schedule s.yaml < f.yaml',
                       '"$0" run f.yaml --record /dev/null --screen /dev/null',
                       '"$0" explore f.yaml -o /dev/null > /dev/null', 'cat f.yaml | "$0" explore - -o - | cat',
                       '"$0" explore f.yaml -o /dev/stdout | awk "/buyer.1/ {n++} END {exit !n}"', '"$0" explore f.yaml -o >(cat > /dev/null)'):
            done = self.shell("set -o pipefail; " + script)
            self.assertEqual((done.returncode, done.stderr), (0, ""), script)

    def test_what_can_not_be_written(self):
        for option, command in WRITING.items():
            for path, word in (("/no/such/folder/r", "No such file"), (self.dir, "Is a directory"), (self.dir / "folder/", "Is a directory"),
                               (self.path + "/r", "Not a directory"), ("/dev/full", "No space left")):
                result = run([*command, option, path])
                self.assertEqual(result.code, 5, result)
                self.assertIn("%s: %s" % (path, word), result.err)
        self.assertEqual(sorted(p.name for p in self.dir.iterdir()),
                         ["f.yaml", "folder", "hard.yaml", "link-to-link.yaml", "link.yaml", "s.yaml"])

    @unittest.skipIf(os.geteuid() == 0, "root may write everything")
    def test_what_may_not_be_written(self):
        old = self.file("old", "precious")
        os.chmod(old, 0o444)
        os.chmod(self.dir / "folder", 0o555)
        for option, command in WRITING.items():
            for path in (old, self.dir / "folder/new"):
                self.says([*command, option, path], 5, "%s: Permission denied" % path)
        self.assertEqual(Path(old).read_text(), "precious")

    def test_a_good_file_is_replaced_by_a_whole_one(self):
        """With the disk full it stays as it was; its mode, and where links lead, stay in any case."""
        for option, command in WRITING.items():
            old, link = self.file("old", "precious\n"), self.dir / "to-old"
            os.chmod(old, 0o640)
            link.unlink(missing_ok=True)
            link.symlink_to("old")
            done = self.shell("ulimit -f 0; \"$0\" %s %s to-old 2>&1 | cat" % (" ".join(command), option))
            self.assertIn("to-old: File too large", done.stdout)
            self.assertEqual(Path(old).read_text(), "precious\n")
            self.assertEqual(self.shell('"$0" %s %s to-old' % (" ".join(command), option)).returncode, 0)
            self.assertNotIn("precious", Path(old).read_text())
            self.assertEqual((link.is_symlink(), os.stat(old).st_mode & 0o777), (True, 0o640))
            self.assertFalse([p for p in self.dir.iterdir() if p.name.startswith("old.")])

    def test_no_other_file_can_be_made_there(self):
        """On a disk on which there is room for no more files: then it is not emptied before it is known whether what comes fits."""
        script = 'mount -t tmpfs -o nr_inodes=2 none folder && echo precious > folder/old && { "$0" %s %s folder/old; echo "exit code $?"; cat folder/old; }'
        for option, command in WRITING.items():
            done = subprocess.run(["unshare", "-m", "sh", "-c", script % (" ".join(command), option), PROGRAM], cwd=self.dir, capture_output=True, text=True,
                                  check=False, timeout=60 * PATIENCE)
            if "exit code" not in done.stdout:
                self.skipTest("nothing can be mounted: " + done.stderr)
            self.assertTrue(done.stdout.endswith("exit code 5\nprecious\n"), (option, done))
            self.assertIn("folder/old: No space left on device", done.stderr)

    def test_a_limit_on_the_size_of_files_leaves_nothing_behind(self):
        before = sorted(p.name for p in self.dir.iterdir())
        for command in (*(" ".join(command) + " %s late" % option for option, command in WRITING.items()), "new late"):
            done = self.shell("ulimit -f 0; \"$0\" %s 2>&1 | cat; exit ${PIPESTATUS[0]}" % command)
            self.assertEqual((done.returncode, sorted(p.name for p in self.dir.iterdir())), (5, before), done)
            self.assertRegex(done.stdout, r"late(\.yaml)?: File too large")

    def test_a_file_with_two_names_keeps_both(self):
        one, two = self.file("one", "old"), self.dir / "two"
        os.link(one, two)
        self.assertEqual(run(["run", "--model", "--quiet", "ticket-race", "--record", one]).code, 0)
        self.assertEqual(Path(one).read_text(), two.read_text())
        self.assertIn("buyer.1", two.read_text())

    def test_a_file_with_two_names_is_written_in_place_or_not_at_all(self):
        """No new file can take the place of both names: what makes it longer is written first, and with the disk full nothing has changed."""
        (self.dir / "old").write_text("precious\n")
        os.link(self.dir / "old", self.dir / "two")
        for option, command in WRITING.items():
            done = self.shell("ulimit -f 0; \"$0\" %s %s old 2>&1 | cat" % (" ".join(command), option))
            self.assertIn("old: File too large", done.stdout)
            self.assertEqual((self.dir / "two").read_text(), "precious\n")
        script = ("mount -t tmpfs -o size=12k none folder && echo precious > folder/old.svg && ln folder/old.svg folder/two && { cat /dev/zero > folder/full; "
                  '"$0" run ticket-race --screen folder/old.svg --at 4; echo "exit code $?"; cat folder/two; }')
        done = subprocess.run(["unshare", "-m", "sh", "-c", script, PROGRAM], cwd=self.dir, capture_output=True, text=True, check=False, timeout=60 * PATIENCE)
        if "exit code" not in done.stdout:
            self.skipTest("nothing can be mounted: " + done.stderr)
        self.assertTrue(done.stdout.endswith("exit code 5\nprecious\n"), done)
        self.assertIn("folder/old.svg: No space left on device", done.stderr)

    def test_a_shorter_text_leaves_nothing_of_what_was_there(self):
        (self.dir / "old").write_text("precious\n" * 10000)
        os.link(self.dir / "old", self.dir / "two")
        for option, command in WRITING.items():
            self.assertEqual(self.shell('"$0" %s %s old && "$0" %s %s new' % (2 * (" ".join(command), option))).returncode, 0)
            self.assertEqual((self.dir / "two").read_text(), (self.dir / "new").read_text())

    def test_a_picture_and_a_recording_of_the_same_moment(self):
        record = self.dir / "r"
        self.assertEqual(run(["run", "ticket-race", "--screen", "-", "--at", "5", "--record", record]).code, 0)
        self.assertIn("schedule: [\n  buyer.1", record.read_text())


class OnATerminal(Case):
    def printed(self, *args, **env):
        """What a command prints that ends by itself. A shell outlives it: when the first process of a terminal ends, the kernel
        throws away what nobody has read yet."""
        command = ["sh", "-c", '"$0" "$@"; echo "exit code $?"; read _', PROGRAM, *args]
        with Terminal(command=command, env=env) as t:
            t.wait_for("exit code 0")
            text = t.tmux("capture-pane", "-p", "-S", "-200")
            t.send("Enter")
            t.wait_end()
        no_process_left(t.mark)
        return text

    def plain_form(self, term):
        text = self.printed("run", "ticket-race", TERM=term)
        self.assertIn("forklore: no dashboard: ", text)
        self.assertIn("buyer.1 reads tickets: 1", text)

    def test_one_that_can_do_nothing(self):
        self.plain_form("dumb")

    def test_one_that_nobody_knows(self):
        self.plain_form("no-such-terminal")

    def test_a_recording(self):
        record = self.dir / "r.yaml"
        with Terminal("run", "ticket-race", "--step", "--record", str(record)) as t:
            t.wait_for("paused")
            for step in range(1, 7):
                t.send("s")
                t.wait_for("step %d " % step)
            t.send("q")
            t.wait_end()
        no_process_left(t.mark)
        self.assertIn("schedule: [\n  buyer.1", record.read_text())
        run_json("ticket-race", "--model", "--schedule", str(record))


    def test_a_recording_that_can_not_be_written(self):
        with Terminal("run", "ticket-race", "--step", "--record", "/dev/full") as t:
            t.wait_for("paused")
            t.send("q")
            self.assertEqual(t.wait_end(), 5)
            self.assertIn("/dev/full: No space left on device", t.tmux("capture-pane", "-p", "-S", "-50"))
        no_process_left(t.mark)


class Pictures(Case):
    def test_as_text(self):
        lines = run("run toilet --screen - --at 20 --size 100x30 --model").out.splitlines()
        self.assertEqual(len(lines), 30)
        self.assertIn("step 20", lines[0])

    def test_as_a_file(self):
        for name, head in (("x.svg", "<svg"), ("x.txt", " forklore"), ("x.ansi", "")):
            path = self.dir / name
            result = run(["run", "toilet", "--screen", path, "--at", "3"])
            self.assertEqual((result.code, result.out, result.err), (0, "", ""))
            self.assertIn(head, path.read_text())
        self.says("run toilet --screen /no/such/folder/x.svg", 5, "/no/such/folder/x.svg: No such file")

    def test_in_no_other_form(self):
        for name in ("x.png", "x.SVG", "a.txt/x.pdf"):
            (self.dir / "a.txt").mkdir(exist_ok=True)
            path = self.dir / name
            self.says(["run", "toilet", "--screen", path, "--at", "3"], 2, str(path), ".svg, .ansi or .txt")
            self.assertFalse(path.exists())
        for name in ("picture", "a.txt/picture"):
            self.assertEqual(run(["run", "toilet", "--screen", self.dir / name, "--at", "3"]).code, 0)
            self.assertIn("forklore", (self.dir / name).read_text())


class Meaning(Case):
    """Statements whose target is computed: once, in order."""

    def said(self, *steps, head=""):
        text = "scenario: x\n" + head + "processes:\n  p:\n    steps:\n" + "".join("      - %s\n" % s for s in steps)
        events = [json.loads(line) for line in run("run - --model --json", stdin=text).out.splitlines()]
        return [e["text"] for e in events if e["type"] == "say"], [e["do"] for e in events if e["type"] == "step"]

    def test_an_element_of_an_element(self):
        for kind in ("private", "shared"):
            said, _ = self.said("n = 0", "l[n + 0][n + 1] = 9", "l[1][n] += n + 5", 'say: "{l}"', head=kind + ": {l: [[1, 2], [3, 4]]}\n")
            self.assertEqual(said, ["[[1, 9], [8, 4]]"])

    def test_an_index_is_computed_once(self):
        said, done = self.said("l[k] += 1", 'say: "{l}"', head="shared: {l: [1, 2], k: 1}\n")
        self.assertEqual(said, ["[1, 3]"])
        self.assertEqual(done.count("l[k] += 1"), 3)  # reads k, reads the element, writes it
        said, done = self.said("l[random(0, 1)] += 1", 'say: "{l}"', head="private: {l: [5, 5]}\n")
        self.assertEqual(done.count("l[random(0, 1)] += 1"), 1)
        self.assertIn(said, (["[6, 5]"], ["[5, 6]"]))


if __name__ == "__main__":
    unittest.main()
