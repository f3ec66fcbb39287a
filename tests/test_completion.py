"""The Tab key, in the shells themselves: each is given the script that forklore prints for it, and asked what it would offer."""
import subprocess
import tempfile
import unittest
from pathlib import Path

from forklore_test import PATIENCE, PROGRAM, ROOT, Terminal, run

LIBRARY = sorted(p.stem for folder in ("scenarios", "scenarios/exercises") for p in (ROOT / folder).glob("*.yaml"))


def offered(*words):
    """word -> its meaning."""
    result = run(["completion", "words", "--", *words])
    assert (result.code, result.err) == (0, ""), result
    return dict((line + "\t").split("\t")[:2] for line in result.out.splitlines())


class Words(unittest.TestCase):
    """What may stand at the cursor. The last word is the one that is being typed."""

    def test_commands(self):
        self.assertEqual(list(offered("ch")), ["check"])
        self.assertIn("play a scenario", offered("")["run"])
        self.assertNotIn("export", offered(""))
        self.assertEqual(offered("--color", "never", "qu"), offered("qu"))

    def test_scenarios_and_files(self):
        everything = offered("run", "")
        self.assertEqual(set(everything) - {":files"}, set(LIBRARY))
        self.assertIn(":files", everything)
        self.assertEqual(set(offered("--plain", "explore", "traffic-l")), {"traffic-light", ":files"})
        self.assertEqual(offered("run", "toilet", ""), {}, "it takes one file")
        self.assertIn("toilet", offered("check", "ticket-race", "to"))

    def test_flags_are_those_of_the_command(self):
        self.assertIn("--max-states", offered("explore", "--m"))
        self.assertNotIn("--max-states", offered("run", "--m"))
        self.assertIn("the same seed", offered("run", "--se")["--seed"])
        self.assertEqual(set(offered("--")), {"--help", "--version", "--lang", "--color"})

    def test_what_a_flag_is_given(self):
        self.assertEqual(set(offered("run", "toilet", "--policy", "st")), {"stcf", "stride"})
        self.assertEqual(set(offered("run", "--policy=st")), {"--policy=stcf", "--policy=stride"})
        self.assertEqual(set(offered("run", "--policy", "=", "st")), {"stcf", "stride"}, "as bash takes it apart")
        self.assertEqual(set(offered("run", "--theme", "d")), {"dark"})
        self.assertEqual(set(offered("check", "--format", "s")), {"short", "sarif"})
        self.assertEqual(set(offered("run", "--record", "")), {":files"})
        self.assertEqual(set(offered("new", "mine", "--from", "toil")), {"toilet"})
        self.assertEqual(offered("run", "--seed", ""), {}, "a number")
        self.assertIn("ticket-race", offered("run", "--challenge", "ticket"), "its goal stands behind `=`, or is left out")
        self.assertEqual(offered("run", "--plain="), {})

    def test_words_of_the_language_and_topics(self):
        self.assertEqual(set(offered("explain", "acq")), {"acquire"})
        self.assertIn("semaphores", offered("list", "sem"))

    def test_nothing_that_is_typed_makes_it_fail(self):
        for words in ((), ("",), ("=",), ("=", "="), ("--",), ("-",), ("--=",), ("--nope", ""), ("nope", ""), ("run", "--nope=x"), ("\x1b[31m", "\n")):
            offered(*words)

    def test_an_unknown_shell(self):
        result = run("completion csh")
        self.assertEqual((result.code, result.out), (2, ""))
        self.assertIn("did you mean `zsh`?", result.err)
        self.assertEqual(run("completion").code, 2)
        self.assertEqual(run("completion bash zsh").code, 2)


class Shells(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="forklore-tab-")
        self.addCleanup(directory.cleanup)
        self.dir = Path(directory.name)
        (self.dir / "bin").mkdir()
        (self.dir / "bin/forklore").symlink_to(PROGRAM)
        (self.dir / "my scenario.yaml").touch()
        self.env = {"PATH": "%s/bin:/usr/local/bin:/usr/bin:/bin" % self.dir, "HOME": str(self.dir), "LC_ALL": "C.UTF-8", "TERM": "dumb"}

    def says(self, *command):
        done = subprocess.run(command, cwd=self.dir, env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60 * PATIENCE)
        self.assertEqual(done.stderr, "")
        return done.stdout.splitlines()

    def test_bash(self):
        def offers(*words):
            return self.says("bash", "-c", 'source <(forklore completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _forklore "$1"; '
                             'printf "%s\\n" "${COMPREPLY[@]}"', "bash", *words)
        self.assertEqual(offers("forklore", "ch"), ["check"])
        self.assertEqual(offers("forklore", "run", "--policy", "=", "st"), ["stcf", "stride"])
        self.assertEqual(offers("forklore", "run", "traffic-l"), ["traffic-light"])
        self.assertEqual(offers("forklore", "run", "my"), ["my scenario.yaml"])
        self.assertEqual(offers("~/bin/forklore", "lis"), ["list"])

    def test_fish(self):
        def offers(typed):
            return [line.split("\t")[0] for line in self.says("fish", "--no-config", "-c", "forklore completion fish | source; complete -C '%s'" % typed)]
        self.assertEqual(offers("forklore ch"), ["check"])
        self.assertEqual(offers("forklore run --policy st"), ["stcf", "stride"])
        self.assertEqual(offers("forklore run traffic-l"), ["traffic-light"])
        self.assertEqual(offers("forklore run my"), ["my scenario.yaml"])

    def test_zsh(self):
        env = {**self.env, "TERM": "tmux-256color", "PS1": "ready> ", "ZDOTDIR": str(self.dir)}
        with Terminal(command=["env", "-C", str(self.dir), "zsh", "-f", "-i"], env=env) as t:
            def at_the_end(line):
                return lambda screen: [row for row in screen if row][-1:] == [("ready> " + line).rstrip()]
            t.wait_until(at_the_end(""), "a prompt")
            t.type("autoload -Uz compinit; compinit -u; source <(forklore completion zsh); clear")
            t.send("Enter")
            t.wait_until(lambda screen: [row for row in screen if row] == ["ready>"], "a prompt alone")
            for typed, completed in (("ch", "check"), ("run traffic-l", "run traffic-light"), ("run my", "run my\\ scenario.yaml"),
                                     ("run --policy=str", "run --policy=stride")):
                t.type("forklore " + typed)
                t.send("Tab")
                t.wait_until(lambda screen: ("ready> forklore " + completed) in screen, completed)
                t.send("C-u")
                t.wait_until(lambda screen: "ready>" in screen, "a prompt alone")


    def test_installed(self):
        """`make install` puts each where its shell looks for it, and the shell takes it from there."""
        done = subprocess.run(["make", "-s", "-o", "forklore", "-o", PROGRAM, "PROGRAM=" + PROGRAM, "install", "prefix=/usr", "DESTDIR=%s/root" % self.dir],
                              cwd=ROOT, capture_output=True, text=True, timeout=120 * PATIENCE)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for shell, path in (("bash", "bash-completion/completions/forklore"), ("zsh", "zsh/site-functions/_forklore"),
                            ("fish", "fish/vendor_completions.d/forklore.fish")):
            self.assertEqual((self.dir / "root/usr/share" / path).read_text(), run("completion " + shell).out)


if __name__ == "__main__":
    unittest.main()
