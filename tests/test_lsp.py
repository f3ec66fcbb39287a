"""`lsp`: an editor's side of the Language Server Protocol, over pipes: what its user sees, and what a client may do wrong."""
import json
import os
import queue
import random
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

from forklore_test import PATIENCE, PROGRAM, ROOT, SANITIZED, no_process_left, fresh_mark, run
from test_check import WRONG
from test_mistakes import read_cases

LIMIT = 20 * PATIENCE
URI = "file:///home/ann/race.yaml"
RACE = """scenario: race
shared: {tickets: 1}
objects:
  door: lock
  buns: {queue: 3}
functions:
  square: {params: [n], steps: [{return: n * n}]}
processes:
  buyer:
    count: 2
    private: {mine: 0}
    steps:
      - acquire: door
      - tickets = tickets - 1
      - release: door
      - {put: buns, item: mine}
"""


class Client:
    """An editor: it writes messages, and a thread of its own reads what comes."""

    def __init__(self, *flags, env=None, locale="en", begin=True, **capabilities):
        self.mark = fresh_mark()
        self.process = subprocess.Popen([PROGRAM, "lsp", *flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env={**os.environ, "FORKLORE_TEST_RUN": self.mark, **(env or {})})
        self.come, self.kept, self.number = queue.Queue(), [], 0
        threading.Thread(target=self._read, daemon=True).start()
        if begin:
            self.begun = self.ask("initialize", {"processId": None, "rootUri": None, "locale": locale, "capabilities": {
                "general": {"positionEncodings": capabilities.get("encodings", ["utf-16"])},
                "textDocument": {"hover": {"contentFormat": capabilities.get("formats", ["markdown", "plaintext"])},
                                 "publishDiagnostics": {"relatedInformation": True}}}})["result"]
            self.tell("initialized", {})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stderr):
            try:
                pipe.close()
            except BrokenPipeError:
                pass

    def _read(self):
        out = self.process.stdout
        while True:
            length = None
            for line in iter(out.readline, b"\r\n"):
                if not line:
                    self.come.put(None)
                    return
                name, value = line.decode("ascii").split(":")
                assert name == "Content-Length", line
                length = int(value)
            self.come.put(json.loads(out.read(length).decode("utf-8")))

    def raw(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def next(self):
        """What comes next; None: the server has ended."""
        return self.kept.pop(0) if self.kept else self.come.get(timeout=LIMIT)

    def ask(self, method, params=None):
        """A request's answer. What comes before it is kept for later."""
        self.number += 1
        self.send({"id": self.number, "method": method, **({} if params is None else {"params": params})})
        before = []
        while True:
            message = self.next()
            if message is None or message.get("id") == self.number:
                self.kept = before + self.kept
                return message
            before.append(message)

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def open(self, text, uri=URI, version=1):
        self.tell("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "yaml", "version": version, "text": text}})
        return self.found(uri)

    def change(self, text, uri=URI, version=2):
        self.tell("textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]})
        return self.found(uri)

    def found(self, uri=URI):
        """The diagnostics that come next: they are this document's."""
        message = self.next()
        assert message["method"] == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri, message
        self.version = message["params"].get("version")
        return message["params"]["diagnostics"]

    def at(self, what, line, character, uri=URI):
        return self.ask("textDocument/" + what, {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}})

    def hover(self, line, character):
        result = self.at("hover", line, character)["result"]
        return result and result["contents"]["value"]

    def words(self, text):
        """What is offered at the mark | of a text."""
        before = text[:text.index("|")]
        self.tell("textDocument/didChange", {"textDocument": {"uri": URI, "version": 3}, "contentChanges": [{"text": text.replace("|", "", 1)}]})
        answer = self.at("completion", before.count("\n"), len(before) - before.rfind("\n") - 1)
        return {item["label"]: item for item in answer["result"]["items"]}

    def end(self):
        """Its exit code after `shutdown` and `exit`."""
        self.ask("shutdown")
        self.send({"method": "exit"})
        return self.gone()

    def gone(self):
        code = self.process.wait(LIMIT)
        err = self.process.stderr.read().decode(errors="replace")
        assert not err, err
        no_process_left(self.mark)
        return code


class Life(unittest.TestCase):
    def test_begins_and_ends(self):
        with Client("--stdio") as c:
            self.assertEqual(c.begun["capabilities"]["textDocumentSync"]["change"], 1)
            self.assertEqual(c.begun["capabilities"]["positionEncoding"], "utf-16")
            self.assertEqual(c.begun["serverInfo"]["name"], "forklore")
            self.assertEqual(c.end(), 0)

    def test_exit_without_shutdown(self):
        with Client() as c:
            c.send({"method": "exit"})
            self.assertEqual(c.gone(), 1)

    def test_client_goes_away(self):
        with Client() as c:
            c.open(RACE)
            c.process.stdin.close()
            self.assertEqual(c.gone(), 1)

    def test_order_of_messages(self):
        with Client(begin=False) as c:
            self.assertEqual(c.ask("textDocument/hover", {})["error"]["code"], -32002)
            self.assertEqual(c.ask("shutdown")["error"]["code"], -32002)
            c.tell("textDocument/didOpen", {"textDocument": {"uri": URI, "text": "no"}})       # passed over
            self.assertIn("result", c.ask("initialize", {"capabilities": {}}))
            self.assertEqual(c.ask("initialize", {"capabilities": {}})["error"]["code"], -32600)
            self.assertEqual(c.at("hover", 0, 0)["error"]["code"], -32602)
            self.assertIsNone(c.ask("shutdown")["result"])
            self.assertEqual(c.ask("textDocument/hover", {})["error"]["code"], -32600)
            c.send({"method": "exit"})
            self.assertEqual(c.gone(), 0)

    def test_on_a_terminal(self):
        import pty
        here, there = pty.openpty()
        try:
            done = subprocess.run([PROGRAM, "lsp"], stdin=there, capture_output=True, text=True, timeout=LIMIT)
        finally:
            os.close(here)
            os.close(there)
        self.assertEqual(done.returncode, 2)
        self.assertIn("for editors", done.stderr)

    def test_operands(self):
        self.assertEqual(run("lsp race.yaml").code, 2)
        self.assertIn("lsp", run("lsp --help").out)


class Diagnostics(unittest.TestCase):
    maxDiff = None

    def held(self, c, text, language):
        """What is published is what `check --format json` says, in UTF-16 units."""
        said = run(["check", "--format", "json", "--lang", language, "-"], stdin=text).out
        path = URI[len("file://"):]
        checked = json.loads(said.replace("<stdin>", path).replace("--schedule -\"", "--schedule %s\"" % path))
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        help_is = {"en": "help: ", "zh": "提示："}[language]

        def units(line, characters):
            return len(lines[line - 1][:characters].encode("utf-16-le")) // 2 if line else 0

        want = [{"range": {"start": {"line": max(f["line"] - 1, 0), "character": units(f["line"], f["column"] - 1) if f["line"] else 0},
                           "end": {"line": max(f["line"] - 1, 0), "character": units(f["line"], f["column"] - 1 + f["length"]) if f["line"] else 0}},
                 "severity": 1 if f["severity"] == "error" else 2, "code": f["code"], "source": "forklore",
                 "message": f["message"] + ("\n" + help_is + f["help"] if f["help"] else "")} for f in checked]
        got = c.change(text)
        others = [(d.pop("relatedInformation")[0]["location"]["range"]["start"]["line"] + 1) for d in got if "relatedInformation" in d]
        self.assertEqual(got, want, text)
        self.assertEqual(others, [f["note_line"] for f in checked if f["note_line"]], text)

    def all_held(self, language):
        texts = [case.text() for path in sorted((ROOT / "tests" / "check").glob("*.txt")) for case in read_cases(path)
                 if case.form != "deep"]
        texts += [case[0] for case in WRONG]
        texts = [t for t in texts if isinstance(t, str) and "\0" not in t and len(t) < 100000]
        chosen = random.Random(13).sample(texts, 120 if SANITIZED else 240)
        with Client(locale=language) as c:
            c.open("")
            for text in chosen:
                self.held(c, text, language)
            self.assertEqual(c.end(), 0)

    def test_as_check_says(self):
        self.all_held("en")

    def test_as_check_says_in_chinese(self):
        self.all_held("zh")

    def test_columns_in_each_encoding(self):
        """Behind 票 (3 bytes) and 🎫 (4 bytes, two units of UTF-16)."""
        text = "scenario: x\nmain:\n  - {say: 票🎫, oops: 1}\n"
        for offered, chosen, column in ((["utf-16"], "utf-16", 15), (["utf-8", "utf-16"], "utf-8", 19), (["utf-32"], "utf-32", 14), ([], "utf-16", 15),
                                        (["utf-7", "utf-8"], "utf-8", 19)):
            with self.subTest(offered=offered), Client(encodings=offered) as c:
                self.assertEqual(c.begun["capabilities"]["positionEncoding"], chosen)
                found, = c.open(text)
                self.assertEqual((found["range"]["start"], found["range"]["end"]["character"] - found["range"]["start"]["character"]),
                                 ({"line": 2, "character": column}, 4))

    def test_a_document_lives(self):
        with Client() as c:
            self.assertEqual(c.open(RACE), [])
            self.assertEqual(c.version, 1)
            self.assertEqual([d["code"] for d in c.change(RACE.replace("acquire", "aquire"), version=7)], ["E021"])
            self.assertEqual(c.version, 7)
            other = "file:///home/ann/other%20one.yaml"
            self.assertTrue(c.open("scenario: x\n", other))
            c.tell("textDocument/didSave", {"textDocument": {"uri": URI}})
            self.assertEqual(len(c.found()), 1)
            c.tell("textDocument/didSave", {"textDocument": {"uri": URI}, "text": RACE})
            self.assertEqual(c.found(), [])
            c.tell("textDocument/didClose", {"textDocument": {"uri": other}})
            self.assertEqual(c.found(other), [])
            self.assertEqual(c.at("hover", 0, 0, other)["error"]["code"], -32602)
            c.tell("textDocument/didChange", {"textDocument": {"uri": other, "version": 3}, "contentChanges": [{"text": "x"}]})     # not open any more
            self.assertEqual(c.end(), 0)
            self.assertIsNone(c.next())

    def test_the_file_is_not_read(self):
        """What is in the editor counts, whatever the disk has."""
        with Client() as c:
            uri = (ROOT / "scenarios" / "toilet.yaml").as_uri()
            self.assertEqual([d["code"] for d in c.open("scenario: [x]\nmain: [{say: hi}]\n", uri)], ["E024"])

    def test_byte_order_mark(self):
        with Client() as c:
            found, = c.open("\ufeffscenarioo: x\nmain: [{say: hi}]\n")
            self.assertEqual(found["range"], {"start": {"line": 0, "character": 1}, "end": {"line": 0, "character": 10}})

    def test_ends_of_lines(self):
        for end in ("\n", "\r\n", "\r"):
            with self.subTest(end=end), Client() as c:
                found, = c.open(RACE.replace("acquire", "aquire").replace("\n", end))
                self.assertEqual(found["range"]["start"], {"line": 12, "character": 8})

    def test_too_large_a_file(self):
        with Client() as c:
            found, = c.open("# %s\n" % ("x" * (1 << 20)) + RACE)
            self.assertEqual((found["code"], found["range"]["start"]["line"]), ("E001", 0))
            self.assertEqual(c.change(RACE), [])

    def test_language(self):
        text = RACE.replace("acquire", "aquire")
        for flags, locale, env, chinese in (((), "zh-cn", {}, True), ((), "en", {"LC_ALL": "zh_CN.UTF-8"}, False), (("--lang", "zh"), "en", {}, True),
                                            (("--lang", "en"), "zh-cn", {}, False), ((), "zh", {"LC_ALL": "C"}, True), (("--lang", "zh"), "en", {"LC_ALL": "C"}, True),
                                            ((), "tlh", {"LC_ALL": "C.UTF-8"}, False)):
            with self.subTest(flags=flags, locale=locale, env=env), Client(*flags, locale=locale, env=env) as c:
                found, = c.open(text)
                self.assertEqual("提示：" in found["message"], chinese, found)
                self.assertEqual(c.end(), 0)


class Hover(unittest.TestCase):
    def test_words_of_the_language(self):
        with Client() as c:
            c.open(RACE)
            said = c.hover(12, 10)
            self.assertIn("**acquire: a verb of steps**", said)
            self.assertIn("```yaml\n# enter a critical section\n", said)
            self.assertIn("a group of processes", c.hover(8 + 1, 5))
            self.assertEqual(c.at("hover", 12, 10)["result"]["range"], {"start": {"line": 12, "character": 8}, "end": {"line": 12, "character": 15}})
            self.assertIsNone(c.hover(1, 19))
            self.assertIsNone(c.hover(11, 0))
            self.assertIsNone(c.hover(5000, 5000))

    def test_is_what_explain_says(self):
        with Client(formats=["plaintext"]) as c:
            for word in ("wait", "semaphore", "dead_end", "timeout", "死锁", "mlfq", "IndexError"):
                c.open("# " + word + "\n")
                self.assertEqual(c.hover(0, 2), run(["explain", word], called="forklore").out.replace("forklore explore", PROGRAM + " explore"))

    def test_names_of_the_file(self):
        with Client() as c:
            c.open(RACE)
            self.assertIn("door: lock, declared in line 4", c.hover(12, 18))
            self.assertIn("tickets: a shared variable, declared in line 2", c.hover(13, 9))
            self.assertIn("mine: a private variable", c.hover(10, 14))
            self.assertIn("square: a function", c.hover(6, 3))

    def test_in_chinese(self):
        with Client(locale="zh-cn") as c:
            c.open(RACE)
            self.assertIn("获取锁", c.hover(12, 10))
            self.assertIn("door：互斥锁，在第 4 行声明", c.hover(12, 18))


class Completion(unittest.TestCase):
    def offered(self, c, text, has, lacks=()):
        words = c.words(text)
        self.assertEqual((set(has) - set(words), set(lacks) & set(words)), (set(), set()), text)
        return words

    def test_in_each_place(self):
        steps = RACE[:RACE.index("      - acquire")]
        with Client() as c:
            c.open(RACE)
            for text, has, lacks in (
                    ("|", ["scenario", "processes", "expect"], ["acquire", "count"]),
                    (RACE + "exp|", ["expect", "cpu"], ["acquire", "steps"]),
                    (RACE + "cpu: {policy: |", ["rr", "mlfq"], ["policy"]),
                    (RACE + "cpu:\n  |", ["policy", "quantum"], ["steps"]),
                    (RACE + "cpu: {count: 1, |", ["policy", "quantum"], ["steps"]),
                    (RACE + "expect:\n  - |", ["always", "deadlock", "name"], ["acquire"]),
                    (RACE + "expect:\n  - deadlock: |", ["never", "possible"], ["always"]),
                    (RACE + "expect:\n  - {name: x, always: tick|", ["tickets", "alive", "buns", "buyer"], ["acquire", "square"]),
                    (RACE + "exercise:\n  |", ["task", "edit"], ["steps"]),
                    (steps + "      - ac|", ["acquire", "put", "if", "tickets"], ["count", "timeout"]),
                    (steps + "      - acquire: door\n        |", ["timeout", "wait", "into", "note"], ["acquire", "item"]),
                    (steps + "      - acquire: |", ["door"], ["buns", "tickets", "buyer"]),
                    (steps + "      - put: |", ["buns"], ["door"]),
                    (steps + "      - {put: buns, |", ["item", "timeout"], ["put"]),
                    (steps + "      - {|", ["put", "say"], ["item"]),
                    (steps + "      - {put: buns, item: |", ["tickets", "len"], ["put"]),
                    (steps + "      - if: |", ["tickets", "is_set", "not", "mine"], ["acquire"]),
                    (steps + "      - if: tickets > 0\n        |", ["then", "else"], ["steps"]),
                    (steps + "      - if: tickets > 0\n        then:\n          - |", ["acquire", "break"], ["then"]),
                    (steps + "      - if: tickets > 0\n        then: [{|", ["acquire", "break"], ["then"]),
                    (steps + "      - if: tickets > 0\n        then:\n          - sleep: 1ms\n        el|", ["else"], ["acquire"]),
                    (steps + "      - join: |", ["buyer", "buns"], ["door"]),
                    (steps + "      - kill: |", ["buyer"], ["buns"]),
                    (steps + "      - call: |", ["square"], ["buyer"]),
                    (steps + "      - raise: |", ["ValueError"], ["buyer"]),
                    (steps + "      - try: []\n        except: {|", ["ValueError", "any"], ["acquire"]),
                    (steps + "      - signal: buyer\n        with: |", ["SIGTERM", "SIGKILL"], ["buyer"]),
                    (steps + "      - [|", [], ["scenario"]),
                    (steps.replace("    steps:\n", "    da|\n"), ["daemon", "steps"], ["acquire"]),
                    (steps.replace("    steps:\n", "    daemon: |\n"), ["true", "false"], ["steps"]),
                    (steps.replace("    steps:\n", "    on: {|"), ["SIGTERM"], ["SIGKILL", "steps"]),
                    (steps.replace("    steps:\n", "    steps: [{acquire: door},\n            {rel|"), ["release"], ["count"]),
                    (RACE.replace("door: lock", "door: |"), ["lock", "semaphore"], ["connection", "fair"]),
                    (RACE.replace("door: lock", "door: {|"), ["lock", "list"], ["fair"]),
                    (RACE.replace("door: lock", "door: {lock: {|"), ["fair"], ["lock"]),
                    (RACE.replace("{return: n * n}", "{|"), ["return", "say"], ["params"]),
                    ("main:\n  - s|", ["say", "sleep"], ["steps"]),
                    ("main: [{s|", ["say", "sleep"], ["steps"]),
                    ("main:\n  |", ["steps", "private"], [])):
                with self.subTest(text=text[-60:]):
                    self.offered(c, text, has, lacks)
            self.assertEqual(c.end(), 0)

    def test_what_is_typed(self):
        steps = RACE[:RACE.index("      - acquire")]
        with Client() as c:
            c.open(RACE)
            words = c.words(steps + "      - acq|")
            self.assertEqual(words["acquire"]["textEdit"], {"range": {"start": {"line": 12, "character": 8}, "end": {"line": 12, "character": 11}}, "newText": "acquire: "})
            self.assertEqual(words["break"]["textEdit"]["newText"], "break")
            self.assertIn("take a lock", words["acquire"]["detail"])
            self.assertEqual(c.words(steps + "      |")["acquire"]["textEdit"]["newText"], "- acquire: ")
            self.assertEqual(c.words(steps + "      - acq|: door")["acquire"]["textEdit"]["newText"], "acquire")

    def test_names_while_it_is_no_yaml(self):
        """The names are those of the last text that was YAML."""
        with Client() as c:
            c.open(RACE)
            self.assertEqual([d["code"] for d in c.change(RACE + "main: [{acquire: ")], ["E004"])
            self.offered(c, RACE + "main: [{acquire: |", ["door"])

    def test_anywhere(self):
        """Every place of every file of the library: an answer, always."""
        chance = random.Random(5)
        with Client() as c:
            c.open("")
            for path in sorted((ROOT / "scenarios").glob("*.yaml"))[::6]:
                text = path.read_text()
                for _ in range(6):
                    at = chance.randrange(len(text) + 1)
                    c.words(text[:at].replace("|", ":") + "|")
                    c.words(text[:at].replace("|", ":") + "|" + text[at:])
            self.assertEqual(c.end(), 0)


class Wrong(unittest.TestCase):
    """What no client should do: it is answered, and the server goes on."""

    def goes_on(self, c):
        self.assertEqual(c.open(RACE), [])
        self.assertEqual(c.end(), 0)

    def refused(self, data, *codes):
        with Client() as c:
            c.raw(data)
            for code in codes:
                message = c.next()
                self.assertEqual(message["error"]["code"], code, message)
                self.assertIsNone(message["id"])
            self.goes_on(c)

    def framed(self, body):
        return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)

    def test_headers(self):
        good = self.framed(b'{"jsonrpc":"2.0","method":"x"}')
        self.refused(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", -32700)
        self.refused(b"\r\n\r\n\n\n" + good)
        self.refused(b"content-length:30\nContent-Type: application/vscode-jsonrpc; charset=utf-8\n\n" + b'{"jsonrpc":"2.0","method":"x"}')
        for length in (b"", b"-1", b"1x", b"0x10", b"one", b"1 2"):
            self.refused(b"Content-Length: %s\r\n\r\n" % length, -32700)
        self.refused(b"\x00\xff" * 100000 + b"\r\n\r\n", -32700)
        self.refused(b"Content-Length: 0\r\n\r\n", -32700)

    def test_lengths(self):
        self.refused(b"Content-Length: %d\r\n\r\n" % (17 << 20) + b"x" * (17 << 20), -32600)
        for length in (b"99999999999", b"9" * 40):
            with Client() as c:
                c.raw(b"Content-Length: %s\r\n\r\n{}" % length)
                self.assertEqual(c.next()["error"]["code"], -32600)
                self.assertIsNone(c.next())
                self.assertEqual(c.gone(), 3)
        with Client() as c:
            c.raw(b"Content-Length: 100\r\n\r\n{")
            c.process.stdin.close()
            self.assertEqual(c.gone(), 1)

    def test_no_json(self):
        deep = b"[" * 100000
        for body in (b"{", b"nul", b"[1,]", b'{"a" 1}', b"{'a': 1}", b'"\\ud8', b'"\\x"', b'"a\nb"', b'"\xff"', b'"\xc0\xaf"', b"01", b"1.", b"-", b"1e", b"\x00",
                     b"{} {}", b"NaN", b'{"a":1,}', deep, b'{"a":' * 1000, b"[" + b"1," * 300000 + b"1]", b'"\xe7\xa5'):
            self.refused(self.framed(body), -32700)

    def test_no_message(self):
        for body in (b"1", b"null", b"[]", b'"x"', b"{}", b'[{"jsonrpc":"2.0","id":1,"method":"shutdown"}]', b'{"method":5}'):
            self.refused(self.framed(body), -32600)
        self.refused(self.framed(b'{"jsonrpc":"2.0","id":5,"result":null}'))      # an answer to nothing

    def test_methods(self):
        with Client() as c:
            self.assertEqual(c.ask("textDocument/rename", {})["error"]["code"], -32601)
            self.assertEqual(c.ask("$/what", {})["error"]["code"], -32601)
            c.tell("$/cancelRequest", {"id": 1})
            c.tell("workspace/didChangeConfiguration", {"settings": None})
            self.assertEqual(c.ask("textDocument/didOpen", {})["error"]["code"], -32600)
            for params in ({}, [], {"textDocument": 1}, {"textDocument": {"uri": URI}}, {"textDocument": {"uri": URI}, "position": {"line": -1, "character": 0}},
                           {"textDocument": {"uri": 5}, "position": {"line": 0, "character": 0}}, {"position": {"line": 1e30, "character": 0}}):
                self.assertEqual(c.ask("textDocument/hover", params)["error"]["code"], -32602)
            for method in ("didOpen", "didChange", "didSave", "didClose", "hover", "completion"):
                for params in (None, 1, [], {}, {"textDocument": {"uri": URI, "text": 5}}, {"textDocument": {"uri": URI}, "contentChanges": [{}, 1, None]}):
                    c.tell("textDocument/" + method, params)
            self.goes_on(c)

    def test_a_place_far_down(self):
        """In a long text, and behind its end, where the place is its end: the answer is there at once."""
        for lines, line in (100000, 100002), (2, 1 << 31), (2, 1 << 50):
            with Client() as c:
                c.tell("textDocument/didOpen", {"textDocument": {"uri": URI, "languageId": "yaml", "version": 1, "text": "scenario: x\nmain:\n" + "  - say: hi\n" * lines}})
                began = time.monotonic()
                answer = c.at("completion", line, 0)["result"]
                self.assertLess(time.monotonic() - began, 2 * PATIENCE)
                ends = {item["textEdit"]["range"]["end"]["line"] for item in answer["items"]}
                self.assertLessEqual(ends, {lines + 2, lines + 3})
                self.assertTrue(ends)

    def test_ids_come_back(self):
        with Client() as c:
            for number in (0, -5, 123456789012, "a", "a\"b\u2028票", 1.5):
                c.send({"id": number, "method": "nothing"})
                self.assertEqual(c.next()["id"], number)

    def test_texts_of_any_kind(self):
        """Escapes, pairs of surrogates, halves of them, a NUL: what is on the screen is what is counted."""
        body = json.dumps({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": {
            "uri": URI, "version": 1, "text": "scenario: x\nmain:\n  - {say: \U0001f3ab\t\u7968, oops: 1}\n"}}})
        self.assertIn("\\ud83c\\udfab", body)
        with Client() as c:
            c.raw(self.framed(body.encode()))
            found, = c.found()
            self.assertEqual(found["range"]["start"], {"line": 2, "character": 16})
            self.assertEqual([d["code"] for d in c.change("scenario: x\nmain: [{say: a\0b}]\n")], ["E003"])
            self.assertEqual(c.change("scenario: x\nmain: [{say: \ud83c}]\n"), [])
            self.assertEqual(c.end(), 0)

    def test_many_documents(self):
        with Client() as c:
            for i in range(300):
                c.tell("textDocument/didOpen", {"textDocument": {"uri": "file:///%d.yaml" % i, "version": 1, "text": "scenario: x\nmain: [{say: hi}]\n"}})
            self.assertEqual(c.end(), 0)

    def test_noise(self):
        """Bytes without any sense, and messages cut or changed somewhere."""
        chance = random.Random(7)
        whole = self.framed(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}).encode())
        whole += self.framed(json.dumps({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": {"uri": URI, "text": RACE}}}).encode())
        whole += self.framed(json.dumps({"jsonrpc": "2.0", "id": 2, "method": "textDocument/completion", "params": {"textDocument": {"uri": URI}, "position": {"line": 12, "character": 9}}}).encode())
        for i in range(30):
            data = bytearray(whole) if i % 3 else bytearray(chance.randbytes(3000))
            for _ in range(i % 7):
                data[chance.randrange(len(data))] = chance.randrange(256)
            done = subprocess.run([PROGRAM, "lsp"], input=bytes(data[:chance.randrange(len(data))]), capture_output=True, timeout=LIMIT)
            self.assertIn(done.returncode, (0, 1, 3), (i, data[:300]))
            self.assertEqual(done.stderr, b"", (i, data[:300]))


class InNeovim(unittest.TestCase):
    """The client of a real editor, set up as the guide says."""
    SCRIPT = """
vim.lsp.start = vim.lsp.start or function(config)      -- before 0.8
  local id = vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(0, id)
end
%s
vim.cmd("edit scenarios/race.yaml")
local function found() return vim.diagnostic.get(0) end
local function await(condition) assert(vim.wait(%d, condition, 10), "it did not come") end
local function ask(method, line, character)
  local params = { textDocument = vim.lsp.util.make_text_document_params(), position = { line = line, character = character } }
  local answers = vim.lsp.buf_request_sync(0, method, params, %d)
  return select(2, next(answers)).result
end
local said = {}
await(function() return #found() == 1 end)
said.found = found()[1]
vim.api.nvim_buf_set_text(0, 12, 17, 12, 20, { "door" })
await(function() return #found() == 0 end)
said.hover = ask("textDocument/hover", 12, 10).contents.value
vim.api.nvim_buf_set_lines(0, 14, 15, true, { "      - rel" })
await(function() return #found() == 1 end)
local word = {}
for _, item in ipairs(ask("textDocument/completion", 14, 11).items) do word[item.label] = item end
vim.lsp.util.apply_text_edits({ word.release.textEdit }, 0, "utf-16")
said.line = vim.api.nvim_buf_get_lines(0, 14, 15, true)[1]
local client = (vim.lsp.get_clients or vim.lsp.get_active_clients)()[1].id
vim.lsp.stop_client(client)
await(function() return vim.lsp.client_is_stopped(client) end)
vim.fn.writefile({ vim.fn.json_encode(said) }, "said.json")
vim.cmd("qa!")
"""

    def test_what_its_user_sees(self):
        guide = (ROOT / "docs/authoring.md").read_text()
        setup = guide[guide.index("**Neovim**"):].split("```lua\n")[1].split("```")[0]
        self.assertIn('"forklore", "lsp"', setup)
        with tempfile.TemporaryDirectory(prefix="forklore-nvim-") as folder:
            folder = Path(folder)
            (folder / "scenarios").mkdir()
            (folder / "scenarios/race.yaml").write_text(RACE.replace("acquire: door", "acquire: dor"))
            (folder / "forklore").symlink_to(os.path.abspath(PROGRAM))
            (folder / "script.lua").write_text(self.SCRIPT % (setup, LIMIT * 1000, LIMIT * 1000))
            homes = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(folder))
            path = "%s:%s" % (folder, os.environ["PATH"])
            done = subprocess.run(["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", "luafile script.lua", "-c", "cquit"], cwd=folder, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=4 * LIMIT, env={**os.environ, **homes, "LC_ALL": "C.UTF-8", "PATH": path})
            self.assertEqual(done.returncode, 0, done)
            said = json.loads((folder / "said.json").read_text())
        self.assertEqual((said["found"]["lnum"], said["found"]["col"], said["found"]["end_col"], said["found"]["message"]), (12, 17, 20, "unknown name `dor`\nhelp: did you mean `door`?"))
        self.assertIn("**acquire: a verb of steps**", said["hover"])
        self.assertEqual(said["line"], "      - release: ")


if __name__ == "__main__":
    unittest.main()
