"""A second explorer, written from the language's text alone: small, slow, without any reduction.

It makes random scenarios over a part of the language, walks through all their interleavings in the most straightforward way,
computes by brute force what `forklore explore` answers, and holds the two against each other.

    python3 tests/explore_oracle.py --count 5000 --seed 1      thousands of random scenarios; what differs is made small and printed
    python3 tests/explore_oracle.py --show 17                  one of them: the scenario, and what the oracle says of it
"""
import argparse
import heapq
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = str(ROOT / os.environ.get("FORKLORE", "forklore"))

NEW, LIVE, DEAD = range(3)
SIGNALS = {"SIGHUP": 1, "SIGINT": 2, "SIGQUIT": 3, "SIGUSR1": 10, "SIGUSR2": 12, "SIGALRM": 14, "SIGTERM": 15, "SIGCHLD": 17, "SIGKILL": 9}  # handled in this order
LOCALS = ("n", "m", "got", "e", "c", "h", "s", "o", "d")  # private to a process; `e` is what its group has of `each`, `c` a connection, `h` a result,
# `s` a text, `o` a lock, `d` a process
HIDDEN = ("loc", "")  # a result that has no name
HELD = ("loc", "d")
CONNECTION, HANDLE = ("loc", "c"), ("loc", "h")
SECOND = "1s"


class TooLarge(Exception):
    pass


# ---- the scenario as a file ---------------------------------------------------------------------------------------------------

def expr(e):
    """An expression as text. Expressions are tuples, see Compiler.expr."""
    kind = e[0]
    if kind == "c":
        return {True: "true", False: "false", None: "none"}[e[1]] if e[1] is None or isinstance(e[1], bool) else str(e[1])
    if kind in ("sh", "loc", "arg"):
        return e[1]
    if kind == "text":
        return json.dumps(e[1])
    if kind == "end":
        return end_name(e[1])
    if kind == "fmt":
        return json.dumps(template(e))
    if kind == "pick":
        return "many[%s]" % expr(e[1])
    if kind == "proc":
        return process_name(e[1])
    if kind == "member":
        return "%s[%s]" % (e[1], expr(e[2]))
    if kind == "list":
        return "[%s]" % ", ".join(map(expr, e[1]))
    if kind == "item":
        return "l[%s]" % expr(e[1])
    if kind == "len":
        return "len(%s)" % expr(e[1])
    if kind == "field":
        return e[1] + ".v"
    if kind == "el":
        return "book.%s[%s]" % (e[1], expr(e[2]))
    if kind == "book":
        return "len(book.%s)" % e[1]
    if kind == "bin":
        return "(%s) %s (%s)" % (expr(e[2]), e[1], expr(e[3])) if e[2][0] in ("bin", "and", "or", "not") or \
            e[3][0] in ("bin", "and", "or", "not") else "%s %s %s" % (expr(e[2]), e[1], expr(e[3]))
    if kind in ("and", "or"):
        return "(%s) %s (%s)" % (expr(e[1]), kind, expr(e[2]))
    if kind == "not":
        return "not (%s)" % expr(e[1])
    if kind == "rand":
        return "random(%d, %d)" % e[1:]
    if kind == "fn":
        return "%s(%s)" % (e[1], process_name(e[2]) if e[1] in ("alive", "exitcode") else e[2] if isinstance(e[2], str) else end_name(e[2]))
    return kind  # index, name, group, pid, ppid


def template(e):
    """A text with expressions in it: ("fmt", (part, ..)), of which those that are no text are put in braces."""
    return "".join(part if isinstance(part, str) else "{%s}" % expr(part) for part in e[1])


def end_name(end):
    """An end of a pipe, or the variable that holds one, or a result."""
    return end[1] if end in (CONNECTION, HANDLE) else ".".join(end)


def process_name(p):
    """A process is ("group", number), or the variable that holds one."""
    return p[1] if p == HELD else "%s[%d]" % p


def flow(x):
    """As YAML in flow style. Plain words stay plain: in `item` quotes would make a text of them."""
    if isinstance(x, dict):
        return "{%s}" % ", ".join("%s: %s" % (k, flow(v)) for k, v in x.items())
    if isinstance(x, list):
        return "[%s]" % ", ".join(map(flow, x))
    if x is None:
        return ""
    if isinstance(x, bool):
        return "true" if x else "false"
    x = str(x)
    return json.dumps(x) if any(c in x for c in ",[]{}:#\"'!%&*") else x


def limits(mode):
    return {"nowait": {"wait": False}, "timeout": {"timeout": SECOND}, None: {}}[mode]


def step(s):
    """A step as it stands in a file."""
    verb = s[0]
    if verb == "req":
        given = {} if s[3] is None else {"index" if s[1] == "pop" else "item": expr(s[3]) if isinstance(s[3], tuple) else s[3]}
        return {s[1]: "book." + s[2], **given, **({"into": expr(s[4])} if s[4] else {})}
    into = lambda target: {"into": target[1]} if target else {}  # noqa: E731
    if verb == "set":
        return "%s = %s" % (expr(s[1]), expr(s[2]))
    if verb == "aug":
        return "%s %s= %s" % (expr(s[1]), s[2], expr(s[3]))
    if verb == "call":
        return {"call": s[1], "args": list(map(expr, s[2])), **into(s[3])}
    if verb == "return":
        return {"return": expr(s[1])}
    if verb == "send":
        return {"send": end_name(s[1]), "item": expr(s[2])}
    if verb == "recv":
        return {"recv": end_name(s[1]), **limits(s[2]), **into(s[3])}
    if verb == "close":
        return {"close": s[1] if isinstance(s[1], str) else end_name(s[1])}
    if verb == "apply":
        return {verb: s[1], "call": s[2], "args": list(map(expr, s[3])), **into(s[4])}
    if verb == "apply_async":
        return {verb: s[1], "call": s[2], "args": list(map(expr, s[3])), **into(s[4]), **({"callback": s[5]} if s[5] else {}),
                **({"error_callback": s[6]} if s[6:] and s[6] else {})}
    if verb == "map":
        return {verb: s[1], "call": s[2], "over": list(map(str, s[3])), **into(s[4])}
    if verb == "starmap":
        return {verb: s[1], "call": s[2], "over": [list(map(str, v)) for v in s[3]], **into(s[4])}
    if verb in ("imap", "imap_unordered"):
        return {verb: s[1], "call": s[2], "over": list(map(str, s[3])), "into": "h"}
    if verb == "choose":
        return "h = h[%d]" % s[1]
    if verb in ("accept", "connect"):
        return {verb: s[1], **into(s[2])}
    if verb == "atomic":
        return {"atomic": steps(s[1])}
    if verb == "if":
        return {"if": expr(s[1]), "then": steps(s[2]), **({"else": steps(s[3])} if s[3] else {})}
    if verb == "while":
        return {"while": expr(s[1]), "do": steps(s[2])}
    if verb == "repeat":
        return {"repeat": s[1], "do": steps(s[2])}
    if verb == "forever":
        return {"forever": None, "do": steps(s[1])}
    if verb == "acquire":
        return {"acquire": s[1], **limits(s[2]), **into(s[3])}
    if verb in ("release", "set_event", "clear", "notify_all", "task_done", "lower"):
        return {{"set_event": "set", "lower": "count_down"}.get(verb, verb): s[1]}
    if verb == "with":
        return {"with": s[1], "do": steps(s[2])}
    if verb == "wait":
        return {"wait": s[1] if isinstance(s[1], str) else end_name(s[1]), **limits(s[2]), **into(s[3])}
    if verb == "notify":
        return {"notify": s[1], **({"count": s[2]} if s[2] > 1 else {})}
    if verb == "put":
        return {"put": s[1], "item": expr(s[2]), **limits(s[3])}
    if verb == "get":
        return {"get": s[1] if isinstance(s[1], str) else end_name(s[1]), **limits(s[2]), **into(s[3])}
    if verb in ("start", "terminate", "kill"):
        return {verb: s[1] if isinstance(s[1], str) else process_name(s[1])}
    if verb == "signal":
        return {verb: process_name(s[1]), "with": s[2]}
    if verb == "join":
        return {verb: s[1] if isinstance(s[1], str) else process_name(s[1]), **limits(s[2])}
    if verb == "try":
        return {"try": steps(s[1]), **({"except": {k: steps(v) for k, v in s[2].items()}} if s[2] else {}),
                **({"else": steps(s[3])} if s[3] else {}), **({"finally": steps(s[4])} if s[4] else {})}
    if verb == "sleep":
        return {"sleep": SECOND}
    if verb == "break":
        return "break"
    if verb == "raise":
        return {"raise": s[1], **({"message": template(s[2])} if s[2:] else {})}
    if isinstance(s[1], tuple):
        return {verb: template(s[1]) if s[1][0] == "fmt" else expr(s[1])}
    return {verb: s[1]}  # say, exit


def steps(body, note=None):
    """note: it stands at each of them."""
    return [step(s) if not note or s[0] == "break" else {**(step(s) if isinstance(step(s), dict) else {"do": step(s)}), "note": note} for s in body]


OBJECTS = {
    "lock": lambda o: "lock", "rlock": lambda o: "rlock", "event": lambda o: {"event": {"set": o[1]}},
    "semaphore": lambda o: {"semaphore": {"value": o[1], **({"binary": True} if o[2] == "binary" else {"bounded": o[2]})}}, "latch": lambda o: {"latch": o[1]}, "barrier": lambda o: {"barrier": o[1]},
    "condition": lambda o: {"condition": {"lock": o[1], **({"spurious": True} if o[2:] else {})}}, "pipe": lambda o: {"pipe": {"duplex": o[1], "capacity": o[2]}},
    "socket": lambda o: "socket", "pool": lambda o: {"pool": {"size": o[1], **({"maxtasksperchild": o[2]} if o[2] else {}), **({"initializer": o[3], "args": list(o[4:])} if o[3:] else {})} if o[2:] else o[1]}, "file": lambda o: {"file": {"v": o[1]}}, "manager": lambda o: {"manager": {"l": [0], "d": {1: 0}} if o[1] == BOOK else {"v": o[1]}},
    "many": lambda o: {"list": "lock", "count": o[1]}, "queue": lambda o: {"queue": {**({"maxsize": o[1]} if o[1] else {}), "joinable": o[2], **({"feeder": True, "capacity": o[3]} if o[3:] else {})}}}


def with_fair(o, fair):
    """In its long form, if its line is fair."""
    return o if not fair else {o: {"fair": True}} if isinstance(o, str) else {kind: {**keys, "fair": True} for kind, keys in o.items()}


def expectation(e):
    kind, what, *declared = e
    if kind == "leads_to":
        return {kind: list(map(expr, what)), **({"verdict": declared[0]} if declared else {})}
    return {kind: expr(what) if isinstance(what, tuple) else what, **({"verdict": declared[0]} if declared else {})}


def yaml(sc):
    """The scenario's file."""
    lines = ["scenario: random", "shared: " + flow(sc["shared"])]
    if sc["objects"]:
        lines.append("objects: " + flow({name: with_fair(OBJECTS[o[0]](o), name in sc.get("fair", ())) for name, o in sc["objects"].items() if "[" not in name}))
    if sc.get("observe"):
        lines.append("observe: " + flow(sc["observe"]))
    if sc.get("inherit"):
        lines.append("private: {n: 0, m: 0, got: false, c: none, h: none, s: none, o: none, d: none}")
    elif any(o[0] in ("socket", "pool") for o in sc["objects"].values()):
        lines.append("private: {c: none, h: none}")
    if sc.get("functions"):
        lines.append("functions:")
        for name, (params, body) in sc["functions"].items():
            lines += ["  %s:" % name, "    params: " + flow(list(params)), "    steps:"] + ["      - " + flow(s) for s in steps(body)]
    lines.append("processes:")
    for name, count, daemon, body in sc["groups"]:
        each = sc.get("each", {}).get(name)
        lines += ["  %s:" % name, "    each: {e: %s}" % flow(each[:count]) if each else "    count: %d" % count] + ["    daemon: true"] * daemon
        lines += ["    private: {n: 0, m: 0, got: false, s: none, o: none, d: none}"] * (not sc.get("inherit"))
        lines += ["    arrive: %ds" % sc.get("arrive", {}).get(name, 0)] * (name in sc.get("arrive", {}) and sc["main"] is None)
        lines += ["    on:"] * bool(sc.get("on", {}).get(name))
        for signal, inner in sc.get("on", {}).get(name, {}).items():
            lines += ["      %s:" % signal] + ["        - " + flow(s) for s in steps(inner)]
        lines += ["    steps:"] + ["      - " + flow(s) for s in steps(body, "{name} is number {index}" if sc.get("notes") else None)]
    if sc["main"] is not None:
        lines += ["main:"] + ["  - " + flow(s) for s in steps(sc["main"])]
    if sc["expect"]:
        lines += ["expect:"] + ["  - " + flow(expectation(e)) for e in sc["expect"]]
    return "\n".join(lines) + "\n"


NUMBERS = re.compile(r"(?<=count: )\d|(?<=repeat: )\d|(?<=maxsize: )\d|(?<=value: )\d|(?<=capacity: )\d|(?<=barrier: )\d|(?<=latch: )\d|(?<= [-+%<>] )\d\b|(?<= [=!<>]= )\d\b")


def with_params(text):
    """The same scenario with parameters in place of numbers, which the file gives other values; and what sets them right. The oracle
    knows the numbers alone."""
    used = sorted(set(NUMBERS.findall(text)))
    if not used:
        return text, []
    names = ", ".join("P%s: %d" % (n, int(n) + 1) for n in used)
    text = NUMBERS.sub(lambda n: "P" + n[0], text).replace("\nshared: ", "\nparams: {%s}\nshared: " % names, 1)
    return text, ["--set", ",".join("P%s=%s" % (n, n) for n in used)]


# ---- compiling: one instruction is one action, or private -----------------------------------------------------------------------

class Compiler:
    def __init__(self, groups=None, params=(), pools=()):
        self.pools = pools
        self.code, self.exits, self.groups, self.params, self.entries = [], [], groups, params, {}

    def program(self, body, functions, handlers):
        """A process's program, with its handlers of signals and all functions behind it."""
        self.body(body)
        self.emit("finish")
        for signal, inner in handlers.items():
            self.entries[signal] = self.here()
            self.body(inner)
            self.emit("push", None)
            self.emit("return")
        return self.functions(functions)

    def worker(self, pool, functions, *begins):
        """A worker's: the number of its task lies on the stack, what the function returned or raised above it."""
        k = len(begins[:1])
        for ins in (("prepare", *begins),) * k + (("take", pool), ("end_try",), ("give", pool), ("jump", k), ("unless_caught", "any", k + 7), ("fail", pool), ("jump", k), ("reraise",), ("finish",)):
            self.emit(*ins)
        return self.functions(functions)

    def callbacks(self, pool, functions):
        for ins in (("tend", pool), ("called", pool), ("jump", 0)):
            self.emit(*ins)
        return self.functions(functions)

    def functions(self, functions):
        for name, (params, inner) in functions.items():
            self.params = (*params, "t")
            self.entries[name] = self.here()
            self.body(inner)
            self.emit("push", None)
            self.emit("return")
        return self

    def emit(self, *ins):
        self.code.append(list(ins))
        return len(self.code) - 1

    def here(self, *jumps):
        for j in jumps:
            self.code[j][-1] = len(self.code)
        return len(self.code)

    def expr(self, e):
        kind = e[0]
        if kind == "c":
            self.emit("push", e[1])
        elif kind == "sh":
            self.emit("read", e[1])
        elif kind == "loc":
            self.emit("local", LOCALS.index(e[1]))
        elif kind == "end":
            self.emit("push", e[1])
        elif kind == "arg":
            self.emit("arg", self.params.index(e[1]))
        elif kind == "text":
            self.emit("push", e[1])
        elif kind == "list":
            for x in e[1]:
                self.expr(x)
            self.emit("list", len(e[1]))
        elif kind == "item":
            self.expr(e[1])
            self.emit("item")
        elif kind == "len":
            self.expr(e[1])
            self.emit("len")
        elif kind == "field":
            self.emit("field", e[1])
        elif kind == "el":
            self.expr(e[2])
            self.emit("request", "item", e[1], True)
        elif kind == "book":
            self.emit("request", "len", e[1], False)
        elif kind == "bin":
            self.expr(e[2])
            self.expr(e[3])
            self.emit("bin", e[1])
        elif kind in ("and", "or"):
            self.expr(e[1])
            j = self.emit("keep_if", kind == "or", 0)
            self.expr(e[2])
            self.here(j)
        elif kind == "not":
            self.expr(e[1])
            self.emit("not")
        elif kind == "rand":
            self.emit("rand", e[1], e[2])
        elif kind == "fn":
            self.emit("ask", e[1], e[2])
        elif kind == "fmt":
            for part in e[1]:
                self.expr(("text", part) if isinstance(part, str) else part)
            self.emit("list", len(e[1]))
            self.emit("join_text")
        elif kind == "pick":
            self.expr(e[1])
            self.emit("pick")
        elif kind == "proc":
            self.emit("push", e[1])
        elif kind == "member":
            self.expr(e[2])
            self.emit("member", e[1])
        else:
            self.emit(kind)  # index, name, group, pid, ppid

    def store(self, target):
        if target is None:
            self.emit("pop")
        elif target[0] == "field":
            if target[1] == "db":
                self.emit("empty", "db")
            self.emit("write_field", target[1])
        elif target[0] == "item":
            self.expr(target[1])
            self.emit("write_item")
        elif target[0] == "el":
            self.expr(target[2])
            self.emit("request", "put", target[1], True)
        elif target == HIDDEN:
            return
        elif target[0] == "arg":
            self.emit("set_arg", self.params.index(target[1]))
        elif target[0] == "sh":
            self.emit("write", target[1])
        else:
            self.emit("assign", LOCALS.index(target[1]))

    def body(self, body):
        for s in body:
            getattr(self, "do_" + s[0], self.verb)(*s)
        return self

    def do_set(self, _, target, e):
        self.expr(e)
        self.store(target)

    def do_aug(self, _, target, op, e):
        self.expr(target)
        self.expr(e)
        self.emit("bin", op)
        self.store(target)

    def do_req(self, _, verb, part, given, into):
        if isinstance(given, tuple):
            self.expr(given)
        elif given is not None:
            self.emit("push", Dict(given.items()))
        self.emit("request", verb, part, given is not None)
        if verb == "pop":
            self.store(into)

    def do_atomic(self, _, body):
        self.emit("atomic", Compiler(params=self.params).body(body).code)

    def do_if(self, _, cond, then, other):
        self.expr(cond)
        j = self.emit("jump_unless", 0)
        self.body(then)
        if other:
            k = self.emit("jump", 0)
            self.here(j)
            self.body(other)
            self.here(k)
        else:
            self.here(j)

    def loop(self, test, body):
        top = self.here()
        outs, self.exits = self.exits, []
        out = test()
        self.body(body)
        self.emit("jump", top)
        self.here(*([out] if out is not None else []), *self.exits)
        self.exits = outs

    def do_while(self, _, cond, body):
        def test():
            self.expr(cond)
            return self.emit("jump_unless", 0)
        self.loop(test, body)

    def do_forever(self, _, body):
        self.loop(lambda: None, body)

    def do_repeat(self, _, n, body):
        self.emit("push", n)
        self.loop(lambda: self.emit("count_down", 0), body)
        self.emit("pop")

    def do_break(self, _):
        self.exits.append(self.emit("jump", 0))

    def do_with(self, _, name, body):
        if name == "o":  # what it holds now is released, whatever it holds then
            self.emit("local", LOCALS.index("o"))
        self.emit("acquire", name, None)
        self.emit("pop")
        self.guarded(lambda: self.body(body), lambda: self.emit("release", "held" if name == "o" else name))
        if name == "o":
            self.emit("pop")

    def do_say(self, _, what):
        self.expr(what if isinstance(what, tuple) else ("text", what))
        self.emit("say")

    def do_exit(self, _, code):
        self.expr(code if isinstance(code, tuple) else ("c", code))
        self.emit("exit")

    def do_raise(self, _, name, message=None):
        if message:
            self.expr(message)
            self.emit("pop")
        self.emit("raise", name)

    def guarded(self, inner, last):
        j = self.emit("try", 0)
        inner()
        self.emit("end_try")
        last()
        k = self.emit("jump", 0)
        self.here(j)
        last()
        self.emit("reraise")
        self.here(k)

    def do_try(self, _, body, handlers, other, last):
        if last:
            return self.guarded(lambda: self.do_try("try", body, handlers, other, None), lambda: self.body(last))
        if not handlers:
            self.body(body)
            self.body(other or [])
            return None
        j = self.emit("try", 0)
        self.body(body)
        self.emit("end_try")
        self.body(other or [])
        ends = [self.emit("jump", 0)]
        self.here(j)
        for name, handler in handlers.items():
            k = self.emit("unless_caught", name, 0)
            self.emit("handle")
            self.body(handler)
            self.emit("handled")
            ends.append(self.emit("jump", 0))
            self.here(k)
        self.emit("reraise")
        self.here(*ends)
        return None

    def do_acquire(self, _, name, mode, into):
        self.emit("acquire", name, mode)
        self.store(into)

    def do_wait(self, _, name, mode, into):
        self.emit("wait", name, mode)
        self.store(into)

    def do_get(self, _, name, mode, into):
        self.emit("get", name, mode)
        self.store(into)

    def do_put(self, _, name, e, mode):
        self.expr(e)
        self.emit("put", name, mode)

    def do_call(self, _, name, args, into):
        for e in args:
            self.expr(e)
        self.emit("call", name, len(args))
        self.store(into)

    def do_return(self, _, e):
        self.expr(e)
        self.emit("return")

    def do_send(self, _, end, e):
        self.expr(e)
        self.emit("send", end)

    def do_recv(self, _, end, mode, into):
        self.emit("recv", end, mode)
        self.store(into)

    def do_apply_async(self, _, pool, function, args, into, callback, error=None):
        for e in args:
            self.expr(e)
        self.emit("submit", pool, function, len(args), callback, error)
        self.store(into)

    def do_apply(self, _, pool, function, args, into):
        self.do_apply_async(None, pool, function, args, HIDDEN, None)
        self.emit("get", HIDDEN, None)
        self.store(into)

    def do_map(self, _, pool, function, items, into):
        self.do_starmap(None, pool, function, tuple((v,) for v in items), into)

    def do_imap(self, verb, pool, function, items):
        self.emit("submit_each", pool, function, items, verb == "imap_unordered")
        self.store(HANDLE)

    do_imap_unordered = do_imap

    def do_choose(self, _, k):
        self.expr(HANDLE)
        self.emit("nth", k)
        self.store(HANDLE)

    def do_starmap(self, _, pool, function, items, into):
        self.emit("submit_all", pool, function, items)
        self.emit("get", HIDDEN, None)
        self.store(into)

    def do_terminate(self, verb, who):
        if who in self.pools:
            self.emit("stop", who)
        else:
            self.emit(verb, who)

    def do_accept(self, verb, name, into):
        self.emit(verb, name)
        self.store(into)

    do_connect = do_accept

    def do_start(self, _, who):
        """Starting a group is an action for each of its processes."""
        if who == HELD:
            self.emit("is_process")
        for one in self.groups[who] if isinstance(who, str) else [who]:
            self.emit("start", one)

    def verb(self, *ins):
        self.emit(*ins)


PRIVATE = {"push", "local", "assign", "bin", "keep_if", "not", "index", "nth", "pop", "jump", "jump_unless", "count_down", "try", "end_try",
           "reraise", "unless_caught", "raise", "handle", "handled", "name", "group", "pid", "ppid", "join_text", "pick", "member", "is_process", "arg", "set_arg", "list", "len", "call",
           "return", "finish"}

# frames: (where to go on, arguments and locals, depth of the stack); handling: the exceptions whose handlers it is in; ends: the open
# ends of pipes
Proc = namedtuple("Proc", "status pc locals stack handlers code exc signal place asleep frames handling parent ends pending asked inside thrown taken", defaults=(0,))
# pending: signals that its handlers are to handle; asked: its parent, at its end, has sent it SIGTERM; thrown: what a handler raised, to be
# raised in what that interrupted. inside: the handlers it is in, [(signal, so many frames, the place, the sleep that it interrupted, whether
# that stood in a line)]; taken: so many tasks, by a worker that does not take any number of them
FRESH = Proc(NEW, 0, (0, 0, False, 0, None, None, None, None, None), (), (), None, None, None, None, False, (), (), None, frozenset(), (), False, (), None)
UNSET, EMPTIED = "never assigned", "being written"


class Dict(tuple):
    """A dictionary that can be part of a world: its pairs, in the order of its keys."""


BOOK = ((0,), Dict(((1, 0),)))          # what the manager `book` holds at first: a list and a dictionary
# connections: ((number, what was sent by the process that connected, what was sent by the one that accepted), ..)
# a pool: tasks {number: Task} as pairs, those that wait, those whose callback is to be called; `found`: ended workers that are joined.
# The parts of a `map` are tasks with numbers (map, i); its own is the result.
Pool = namedtuple("Pool", "tasks queue given closed stopped found unsent", defaults=((),))
Task = namedtuple("Task", "function args callback error state value")
World = namedtuple("World", "shared objects procs lines connections", defaults=((),))


class Raised(Exception):
    """An exception of the scenario's. A name; or ("exit", code)."""


def floor_op(op, a, b):
    return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "==": lambda: a == b, "!=": lambda: a != b, "<": lambda: a < b,
            "<=": lambda: a <= b, ">": lambda: a > b, ">=": lambda: a >= b, "//": lambda: a // b, "%": lambda: a % b}[op]()


LINED = {"condition": ("",), "lock": ("",), "rlock": ("",), "semaphore": ("",), "queue": ("get", "put"), "pipe": ("to left", "to right", "from left", "from right")}
ANY = 1000  # so many units are free that nobody waits


def as_text(v):
    """As the language writes a value."""
    return {True: "true", False: "false", None: "none"}[v] if v is None or isinstance(v, bool) else str(v)


def list_of(v):
    return list(map(list_of, v)) if isinstance(v, tuple) else v


def frozen(v):
    return tuple(map(frozen, v)) if isinstance(v, list) else v


def dead(code, exc):
    return FRESH._replace(status=DEAD, code=code, exc=exc)


class Machine:
    """The world, naively: an immutable value, and the ways on from it."""

    def __init__(self, sc):
        self.vars = list(sc["shared"])
        self.objs = list(sc["objects"])
        self.kinds = sc["objects"]
        self.many = [name for name in self.objs if name.startswith("many[")]
        self.names, self.progs, self.index, self.daemon, self.each = [("main", 0)], [], [1], [False], [0]
        self.group, self.entries, self.inherit = {}, [], sc.get("inherit")
        for name, count, daemon, _ in sc["groups"]:
            self.group[name] = range(len(self.names), len(self.names) + count)
            for i in range(count):
                self.names.append((name, i + 1))
                self.index.append(i + 1)
                self.daemon.append(daemon)
                self.each.append(sc.get("each", {}).get(name, [0] * count)[i])
        self.number = {name: p for p, name in enumerate(self.names)}
        self.eager = sc["main"] is None
        main, arrive, now = [], sc.get("arrive", {}), 0
        for g in sorted(sc["groups"], key=lambda g: arrive.get(g[0], 0)):
            main += [("sleep", None)] * (arrive.get(g[0], 0) > now) + [("start", g[0])]
            now = arrive.get(g[0], 0)
        main += [("join", g[0], None) for g in sc["groups"] if not g[2]]
        members = {name: [self.names[p] for p in group] for name, group in self.group.items()}
        self.pools = {name: [(name, i + 1) for i in range(o[1])] for name, o in sc["objects"].items() if o[0] == "pool"}
        self.on = []
        for body, count, handlers in [(main if self.eager else sc["main"], 1, {})] + [(g[3], g[1], sc.get("on", {}).get(g[0], {})) for g in sc["groups"]]:
            c = Compiler(members, (), self.pools).program(body, sc.get("functions", {}), handlers)
            self.on += [handlers] * count
            self.progs += [c.code] * count
            self.entries += [c.entries] * count
        # where places are taken: in fair lines, and where somebody asks how many there are
        text = repr(sc)
        self.sockets = [name for name, o in sc["objects"].items() if o[0] == "socket"]
        self.fair = [name for name, o in sc["objects"].items() if o[0] in LINED and (sc.get("all_fair") or name in sc.get("fair", ()))]
        self.lines = [(name, side) for name, o in sc["objects"].items() if name in self.fair or o[0] != "condition" and "'waiting', '%s'" % name in text
                      for side in LINED.get(o[0], ())]
        self.services, self.threads = set(), []
        handler = ["handler"] if "callback: " in yaml(sc) else []     # where there are callbacks, another thread tends the pool
        for name, o in sc["objects"].items():
            for one in {"manager": [(name, None)], "pool": self.pools.get(name, []) + [(name, None)] + [(name, h) for h in handler]}.get(o[0], ()):
                c = Compiler(members, (), self.pools)
                if o[0] == "manager":
                    c.emit("serve")
                else:
                    thread = not isinstance(one[1], int)
                    c = c.callbacks(name, sc.get("functions", {})) if thread else c.worker(name, sc.get("functions", {}), *o[3:])
                    self.threads += [len(self.names)] * thread
                self.services.add(len(self.names))
                self.number[one] = len(self.names)
                self.names.append(one)
                self.index.append(one[1] if isinstance(one[1], int) else 1)
                self.daemon.append(True)
                self.each.append(0)
                self.on.append({})
                self.progs.append(c.code)
                self.entries.append(c.entries)
        first = {"pool": lambda o: Pool((), (), (), False, False, frozenset()), "file": lambda o: o[1], "manager": lambda o: o[1], "lock": lambda o: 0, "rlock": lambda o: (0, 0), "semaphore": lambda o: o[1], "event": lambda o: o[1], "latch": lambda o: o[1],
                 "barrier": lambda o: (0, False), "many": lambda o: (), "condition": lambda o: (), "queue": lambda o: ((), 0, (), 0) if o[3:] else ((), 0), "pipe": lambda o: ((), ()),
                 "socket": lambda o: ()}
        ends = frozenset((name, side) for name, o in sc["objects"].items() if o[0] == "pipe" for side in ("left", "right"))
        self.first = World(tuple(frozen(v) for v in sc["shared"].values()), tuple(first[o[0]](o) for o in sc["objects"].values()),
                           (FRESH._replace(status=LIVE, ends=ends),) + (FRESH,) * (len(self.names) - 1 - len(self.services)) +
                           tuple(FRESH._replace(status=LIVE, parent=None if p in self.threads else 0) for p in sorted(self.services)),
                           ((),) * len(self.lines))
        self.first = self.settle(self.first, 0)

    def title(self, p):
        return "main" if p == 0 else self.names[p][0] + (".handler" if self.names[p][1] else ".callbacks") if p in self.threads else "%s.%d" % self.names[p] if self.names[p][1] else self.names[p][0]

    def everyone(self, who):
        return list(self.group[who]) if isinstance(who, str) else [self.number[who]]

    # -- private instructions

    def throw(self, proc, exc):
        """To the innermost handler; a function without one ends, and with it a `return`."""
        while proc.frames or proc.handlers:
            if proc.handlers and proc.handlers[-1][3] == len(proc.frames):
                pc, depth, handling, _ = proc.handlers[-1]
                return proc._replace(pc=pc, stack=proc.stack[:depth] + (exc,), handlers=proc.handlers[:-1], handling=proc.handling[:handling])
            back, _, depth, handling = proc.frames[-1]
            leaves = proc.inside and proc.inside[-1][1] == len(proc.frames)
            proc = proc._replace(frames=proc.frames[:-1], stack=proc.stack[:depth], handling=proc.handling[:handling])
            if leaves:
                _, _, place, asleep, lined = proc.inside[-1]
                proc = proc._replace(inside=proc.inside[:-1], place=place, pc=back)
                if exc[0] == "return":
                    return proc._replace(asleep=asleep)
                if place or lined:
                    return proc._replace(thrown=exc)
            elif exc[0] == "return":
                return proc._replace(pc=back, stack=proc.stack + (exc[1],))
        return self.over(proc, exc[1]) if isinstance(exc, tuple) else self.over(proc, 1)._replace(exc=exc)

    def over(self, proc, code):
        kept = proc.locals if proc.parent is None or any(self.on) else FRESH.locals  # main's and its threads': another of them may go on; or a handler
        return proc._replace(pc=-1, code=code, stack=(), locals=kept, frames=(), handling=(), taken=0)

    def settle(self, w, p):
        """Run p's private instructions up to its next action."""
        proc, prog, turns = w.procs[p], self.progs[p], 0
        while proc.pc >= 0:
            ins = prog[proc.pc]
            if ins[0] not in PRIVATE:
                break
            turns += 1
            if turns > 300:
                raise TooLarge
            proc = self.private(proc, p, ins)
        return w._replace(procs=w.procs[:p] + (proc,) + w.procs[p + 1:])

    def private(self, proc, p, ins):
        word, st, pc = ins[0], proc.stack, proc.pc + 1
        if word == "push":
            return proc._replace(pc=pc, stack=st + (ins[1],))
        if word == "nth":
            return proc._replace(pc=pc, stack=st[:-1] + (st[-1][ins[1]],))
        if word == "index":
            return proc._replace(pc=pc, stack=st + (self.index[p],))
        if word == "name":
            return proc._replace(pc=pc, stack=st + (self.title(p),))
        if word == "group":
            return proc._replace(pc=pc, stack=st + (self.names[p][0],))
        if word == "pid":
            return proc._replace(pc=pc, stack=st + (1001 + p,))
        if word == "ppid":
            return proc._replace(pc=pc, stack=st + (1001 + proc.parent if proc.parent is not None else 1000,))
        if word == "join_text":
            return proc._replace(pc=pc, stack=st[:-1] + ("".join(as_text(v) for v in st[-1]),))
        if word == "pick":
            if not self.at(self.many, st[-1]):
                return self.throw(proc, "IndexError")
            return proc._replace(pc=pc, stack=st[:-1] + (self.many[st[-1]],))
        if word == "is_process":
            return self.throw(proc, "TypeError") if proc.locals[LOCALS.index("d")] is None else proc._replace(pc=pc)
        if word == "member":
            if not 1 <= st[-1] <= len(self.group[ins[1]]):
                return self.throw(proc, "IndexError")
            return proc._replace(pc=pc, stack=st[:-1] + ((ins[1], st[-1]),))
        if word == "finish":
            return self.over(proc, 0)
        if word == "list":
            return proc._replace(pc=pc, stack=st[:len(st) - ins[1]] + (st[len(st) - ins[1]:],))
        if word == "len":
            return proc._replace(pc=pc, stack=st[:-1] + (len(st[-1]),))
        if word == "call":
            n, args = ins[2], st[len(st) - ins[2]:]
            return proc._replace(pc=self.entries[p][ins[1]], stack=st[:len(st) - n],
                                 frames=proc.frames + ((pc, args + (UNSET,), len(st) - n, len(proc.handling)),))
        if word == "return":
            return self.throw(proc, ("return", st[-1]))
        if word == "arg":
            v = proc.frames[-1][1][ins[1]]
            return self.throw(proc, "NameError") if v == UNSET else proc._replace(pc=pc, stack=st + (v,))
        if word == "set_arg":
            back, args, *rest = proc.frames[-1]
            return proc._replace(pc=pc, stack=st[:-1], frames=proc.frames[:-1] + ((back, args[:ins[1]] + st[-1:] + args[ins[1] + 1:], *rest),))
        if word == "handle":
            return proc._replace(pc=pc, stack=st[:-1], handling=proc.handling + st[-1:])
        if word == "handled":
            return proc._replace(pc=pc, handling=proc.handling[:-1])
        if word == "local":
            return proc._replace(pc=pc, stack=st + (proc.locals[ins[1]],))
        if word == "assign":
            return proc._replace(pc=pc, stack=st[:-1], locals=proc.locals[:ins[1]] + (st[-1],) + proc.locals[ins[1] + 1:])
        if word == "pop":
            return proc._replace(pc=pc, stack=st[:-1])
        if word == "bin":
            try:
                return proc._replace(pc=pc, stack=st[:-2] + (floor_op(ins[1], st[-2], st[-1]),))
            except ZeroDivisionError:
                return self.throw(proc, "ZeroDivisionError")
        if word == "not":
            return proc._replace(pc=pc, stack=st[:-1] + (not st[-1],))
        if word == "keep_if":
            return proc._replace(pc=ins[2]) if bool(st[-1]) == ins[1] else proc._replace(pc=pc, stack=st[:-1])
        if word == "jump":
            return proc._replace(pc=ins[1])
        if word == "jump_unless":
            return proc._replace(pc=pc if st[-1] else ins[1], stack=st[:-1])
        if word == "count_down":
            return proc._replace(pc=pc, stack=st[:-1] + (st[-1] - 1,)) if st[-1] > 0 else proc._replace(pc=ins[1])
        if word == "try":
            return proc._replace(pc=pc, handlers=proc.handlers + ((ins[1], len(st), len(proc.handling), len(proc.frames)),))
        if word == "end_try":
            return proc._replace(pc=pc, handlers=proc.handlers[:-1])
        if word == "unless_caught":
            caught = isinstance(st[-1], str) and ins[1] in (st[-1], "any")
            return proc._replace(pc=pc if caught else ins[2])
        if word == "reraise":
            return self.throw(proc._replace(stack=st[:-1]), st[-1])
        return self.throw(proc, ins[1] or proc.handling[-1])  # raise

    # -- actions

    def moves(self, w, p):
        """[(label, world after it)]: what p may do now. Labels: None, "timeout", or the value of a random draw."""
        proc = w.procs[p]
        if proc.status != LIVE:
            return []
        if proc.signal is not None:
            return [(None, self.tidy(self.die(w, p)))]
        if p in self.threads and w.procs[0].signal is not None:
            return []
        if proc.thrown:
            return [(label, self.tidy(after)) for label, after in self.throws(w, p, proc)]
        if self.handles_now(proc):
            return [(None, self.tidy(self.enter(w, p, proc)))]
        if proc.pc == -1:
            return [(label, self.tidy(after)) for label, after in self.ending(w, p)]
        ins = self.progs[p][proc.pc]
        if p in self.threads:
            proc = proc._replace(locals=w.procs[0].locals)
        ways = [(label, self.tidy(after)) for label, after in getattr(self, "on_" + ins[0])(w, p, proc, *ins[1:])]
        if p in self.threads:  # its variables are main's
            ways = [(label, self.put_proc(after, 0, after.procs[0]._replace(locals=after.procs[p].locals))) for label, after in ways]
            ways = [(label, self.put_proc(after, p, after.procs[p]._replace(locals=FRESH.locals))) for label, after in ways]
        return ways

    # handlers of signals: each has a place of its own in lines and at events; what it interrupts keeps its own

    def handles_now(self, proc):
        """The first of the signals that it is to handle: one is blocked while its handler runs."""
        ready = [s for s in SIGNALS if s in proc.pending and s not in [i[0] for i in proc.inside]]
        return ready and ready[0]

    def token(self, proc, p):
        """What stands in a line for p, as it is now."""
        return (p, len(proc.inside)) if proc.inside else p

    def owner(self, token):
        return token[0] if isinstance(token, tuple) else token

    def places(self, w):
        """[(token, place)] of all."""
        return [((p, k) if k else p, place) for p, q in enumerate(w.procs) for k, place in enumerate([i[2] for i in q.inside] + [q.place]) if place]

    def new_places(self, w, change):
        """Every place, at events and the like, becomes change(token, place)."""
        def one(p, q):
            inside = tuple((s, n, place and change((p, k) if k else p, place), *rest) for k, (s, n, place, *rest) in enumerate(q.inside))
            return q._replace(inside=inside, place=q.place and change(self.token(q, p), q.place))
        return w._replace(procs=tuple(one(p, q) if q.place or q.inside else q for p, q in enumerate(w.procs)))

    def enter(self, w, p, proc):
        signal, lined = self.handles_now(proc), any(self.token(proc, p) in line for line in w.lines)
        proc = proc._replace(pending=tuple(s for s in proc.pending if s != signal), frames=proc.frames + ((proc.pc, (), len(proc.stack), len(proc.handling)),),
                             inside=proc.inside + ((signal, len(proc.frames) + 1, proc.place, proc.asleep, lined),), place=None, asleep=False,
                             pc=self.entries[p][signal])
        return self.settle(self.put_proc(w, p, proc), p)

    def throws(self, w, p, proc):
        """What a handler has raised is raised where it interrupted: the wait there is left; one for a condition with the lock taken again."""
        ins, token = self.progs[p][proc.pc], self.token(proc, p)
        if ins[0] == "wait" and self.kinds[ins[1]][0] == "condition":
            return self.wait_condition(w, p, proc, ins[1], ins[2])
        w = w._replace(lines=tuple(tuple(q for q in line if q != token) for line in w.lines))
        if proc.place and proc.place[0] == "barrier" and proc.place[2] is False:
            arrived, broken = self.obj(w, proc.place[1])
            w = self.put_obj(w, proc.place[1], (max(arrived - 1, 0), broken))
        return [(None, self.go(w, p, proc._replace(thrown=None), exc=proc.thrown))]

    def put_proc(self, w, p, proc):
        return w._replace(procs=w.procs[:p] + (proc,) + w.procs[p + 1:])

    def tidy(self, w):
        """A process that waits at a socket at which none listens any more is refused; a connection that none has open is forgotten."""
        for name in self.sockets:
            if self.obj(w, name) and not self.is_open(w, (name, "listen")):
                w = self.put_obj(w, name, ())
        if w.procs[0].status == DEAD:
            for p in self.threads:
                w = self.put_proc(w, p, dead(w.procs[p].code or 0, w.procs[p].exc))
        for name in self.pools:
            text = repr([(q.locals, q.frames, q.stack) for q in w.procs])
            o = self.obj(w, name)
            if any(t.state in ("done", "failed") and str(n) not in text for n, t in o.tasks if isinstance(n, int)):
                gone = [n for n, t in o.tasks if isinstance(n, int) and t.state in ("done", "failed") and str(n) not in text]
                w = self.put_obj(w, name, o._replace(tasks=tuple((n, t) for n, t in o.tasks if n not in gone)))
        left = tuple(c for c in w.connections if self.is_open(w, (c[0], "left")) or self.is_open(w, (c[0], "right")))
        return w if left == w.connections else w._replace(connections=left)

    def go(self, w, p, proc, push=(), exc=None, **other):
        """The world after p's action, with all the private things that follow it."""
        proc = proc._replace(asleep=False, place=None, **other)
        proc = self.throw(proc, exc) if exc else proc._replace(pc=proc.pc + 1, stack=proc.stack + tuple(push))
        return self.settle(w._replace(procs=w.procs[:p] + (proc,) + w.procs[p + 1:]), p)

    def stay(self, w, p, proc):
        return w._replace(procs=w.procs[:p] + (proc._replace(asleep=False),) + w.procs[p + 1:])

    def obj(self, w, name):
        return w.objects[self.objs.index(name)]

    def put_obj(self, w, name, value):
        i = self.objs.index(name)
        return w._replace(objects=w.objects[:i] + (value,) + w.objects[i + 1:])

    def die(self, w, p):
        proc = w.procs[p]
        objects = []
        for name, o in zip(self.objs, w.objects):
            if self.kinds[name][0] == "condition":
                o = tuple(t - {q for q in t if self.owner(q) == p} for t in o if any(self.owner(q) != p for q in t))
            objects.append(o)
        w = self.forget_items(self.lose(w._replace(objects=tuple(objects)), p), p)
        w = w._replace(procs=w.procs[:p] + (dead(proc.signal, proc.exc)._replace(parent=proc.parent),) + w.procs[p + 1:],
                       lines=tuple(tuple(q for q in line if self.owner(q) != p) for line in w.lines))
        return self.child_ended(w, proc.parent)

    def ending(self, w, p):
        proc = w.procs[p]
        children = [c for c in range(1, len(w.procs)) if w.procs[c].status == LIVE and w.procs[c].parent == p]
        calls = p == 0 and any(self.calls(w, name) for name in self.pools)      # pools end when the callback under way is over
        stops = p == 0 and not all(self.obj(w, name).stopped for name in self.pools)
        if p == 0:
            w = self.stop_all(w)
        ranks = {c: 2 if c not in self.services else 0 if self.names[c][0] in self.pools else 1 for c in children}
        for c in sorted(children, key=ranks.get):
            if self.daemon[c] and w.procs[c].signal is None and not w.procs[c].asked and not (calls and ranks[c]):
                w = self.signal(w, c, -15)
                return [(None, self.put_proc(w, c, w.procs[c]._replace(asked=w.procs[c].signal is None)))]
        if children or calls or self.not_through(w, p):
            return [(None, w)] if stops else []
        w = self.lose(w, p)
        w = w._replace(procs=w.procs[:p] + (dead(proc.code, proc.exc)._replace(parent=proc.parent),) + w.procs[p + 1:])
        return [(None, self.child_ended(w, proc.parent))]

    # a queue with a feeder: the items, how many are not done with, who has put those beyond the capacity, how much room is lost

    def feeding(self):
        return [name for name, o in self.kinds.items() if o[0] == "queue" and o[3:]]

    def not_through(self, w, p):
        return any(p in self.obj(w, name)[2] for name in self.feeding())

    def forget_items(self, w, p):
        """Those of a process that is killed, and that are not through."""
        for name in self.feeding():
            items, open_, who, lost = self.obj(w, name)
            through = self.kinds[name][3]
            left = [(item, q) for item, q in zip(items[through:], who) if q != p]
            w = self.put_obj(w, name, (items[:through] + tuple(item for item, _ in left), open_, tuple(q for _, q in left),
                                       lost + len(who) - len(left)))
        return w

    def signal(self, w, c, number):
        proc, name = w.procs[c], next(s for s, n in SIGNALS.items() if n == -number)
        if name in self.on[c] and proc.status == LIVE and proc.signal is None:
            return self.put_proc(w, c, proc._replace(pending=tuple(sorted({*proc.pending, name}))))
        if proc.status != LIVE or name in self.on[c] or name == "SIGCHLD" or (proc.signal is not None and number != -9):
            return w
        return w._replace(procs=w.procs[:c] + (proc._replace(signal=number),) + w.procs[c + 1:])

    def child_ended(self, w, parent):
        return w if parent is None or w.procs[parent].status != LIVE else self.signal(w, parent, -SIGNALS["SIGCHLD"])

    def on_read(self, w, p, proc, name):
        return [(None, self.go(w, p, proc, (w.shared[self.vars.index(name)],)))]

    def on_write(self, w, p, proc, name):
        i = self.vars.index(name)
        proc, value = proc._replace(stack=proc.stack[:-1]), proc.stack[-1]
        return [(None, self.go(w._replace(shared=w.shared[:i] + (value,) + w.shared[i + 1:]), p, proc))]

    def at(self, items, i):
        return -len(items) <= i < len(items)

    def on_item(self, w, p, proc):
        items, i = w.shared[self.vars.index("l")], proc.stack[-1]
        proc = proc._replace(stack=proc.stack[:-1])
        return [(None, self.go(w, p, proc, (items[i],)) if self.at(items, i) else self.go(w, p, proc, exc="IndexError"))]

    def on_write_item(self, w, p, proc):
        v, (value, i), rest = self.vars.index("l"), proc.stack[-2:], proc._replace(stack=proc.stack[:-2])
        if not self.at(w.shared[v], i):
            return [(None, self.go(w, p, rest, exc="IndexError"))]
        items = list(w.shared[v])
        items[i] = value
        return [(None, self.go(w._replace(shared=w.shared[:v] + (tuple(items),) + w.shared[v + 1:]), p, rest))]

    def on_serve(self, w, p, proc):
        return []

    def is_gone(self, w, name):
        return self.kinds[name][0] == "manager" and w.procs[self.names.index((name, None))].status == DEAD

    def on_field(self, w, p, proc, name):
        v = self.obj(w, name)
        if self.is_gone(w, name):
            return [(None, self.go(w, p, proc, exc="EOFError"))]
        return [(None, self.go(w, p, proc, exc="ValueError") if v is EMPTIED else self.go(w, p, proc, (v,)))]

    def on_request(self, w, p, proc, verb, part, given):
        """What a manager is asked: one action. What fails changes nothing."""
        l, d = self.obj(w, "book")
        what = list(l) if part == "l" else dict(d)
        key, stack = (proc.stack[-1], proc.stack[:-1]) if given else (None, proc.stack)
        if verb == "put":
            value, stack = stack[-1], stack[:-1]
        rest, result = proc._replace(stack=stack), ()
        if self.is_gone(w, "book"):
            return [(None, self.go(w, p, rest, exc="EOFError"))]
        try:
            if verb in ("item", "pop", "len"):
                result = (len(what) if verb == "len" else what[key] if verb == "item" else what.pop(key) if given else what.pop(),)
            elif verb == "put":
                what[key] = value
            else:
                {"append": list.append, "remove": list.remove, "update": dict.update}[verb](what, dict(key) if verb == "update" else key)
        except (IndexError, KeyError, ValueError) as e:
            return [(None, self.go(w, p, rest, exc=type(e).__name__))]
        both = (tuple(what), d) if part == "l" else (l, Dict(what.items()))
        return [(None, self.go(self.put_obj(w, "book", both), p, rest, result))]

    def on_empty(self, w, p, proc, name):
        return [(None, self.go(self.put_obj(w, name, EMPTIED), p, proc))]

    def on_write_field(self, w, p, proc, name):
        value, rest = proc.stack[-1], proc._replace(stack=proc.stack[:-1])
        if self.is_gone(w, name):
            return [(None, self.go(w, p, rest, exc="EOFError"))]
        return [(None, self.go(self.put_obj(w, name, value), p, rest))]

    def on_rand(self, w, p, proc, lo, hi):
        return [(v, self.go(w, p, proc, (v,))) for v in range(lo, hi + 1)]

    def on_atomic(self, w, p, proc, code):
        shared, me = list(w.shared), proc._replace(pc=0, stack=(), handlers=(), frames=proc.frames[-1:], inside=(), exc=None)
        while 0 <= me.pc < len(code):
            ins = code[me.pc]
            if ins[0] == "read":
                me = me._replace(pc=me.pc + 1, stack=me.stack + (shared[self.vars.index(ins[1])],))
            elif ins[0] == "write":
                shared[self.vars.index(ins[1])] = me.stack[-1]
                me = me._replace(pc=me.pc + 1, stack=me.stack[:-1])
            else:
                me = self.private(me, p, ins)
        if me.exc:
            return [(None, self.go(w._replace(shared=tuple(shared)), p, proc, exc=me.exc))]
        return [(None, self.go(w._replace(shared=tuple(shared)), p, proc, locals=me.locals, frames=proc.frames[:-1] + me.frames))]

    def held(self, proc, who):
        """The process that is meant; None: the variable holds none."""
        return proc.locals[LOCALS.index("d")] if who == HELD else who

    def on_ask(self, w, p, proc, what, of):
        of = self.held(proc, of)
        if of is None:
            return [(None, self.go(w, p, proc, exc="TypeError"))]
        if of == HANDLE:
            t = self.result(w, proc, of)
            if t is None:
                return [(None, self.go(w, p, proc, exc="TypeError"))]
            if what == "successful" and t.state not in ("done", "failed"):
                return [(None, self.go(w, p, proc, exc="ValueError"))]
            return [(None, self.go(w, p, proc, (t.state == "done" or what == "ready" and t.state == "failed",)))]
        if what == "poll":
            of, exc = self.the_end(w, proc, of, "right")
            if exc:
                return [(None, self.go(w, p, proc, exc=exc))]
        return [(None, self.go(w, p, proc, (self.ask(w, what, of),)))]

    def ask(self, w, what, of):
        if what == "alive":
            return w.procs[self.number[of]].status == LIVE
        if what == "exitcode":
            return w.procs[self.number[of]].code if w.procs[self.number[of]].status == DEAD else None
        if what == "poll":
            return bool(self.messages(w, of[0])[of[1] == "left"]) or not self.is_open(w, self.across(of))
        o, kind = self.obj(w, of), self.kinds[of]
        if what == "waiting":
            return self.waiting(w, of, kind[0])
        if what == "qsize":
            return len(o[0]) + sum(o[3:])
        if what == "empty":
            return not o[0]
        if what == "full":
            return bool(kind[1]) and len(o[0]) + sum(o[3:]) >= kind[1]
        if what == "locked":
            return bool(o[1]) if kind[0] == "rlock" else bool(o)
        return o  # is_set, value

    def waiting(self, w, name, kind):
        if kind in LINED and kind != "condition":
            return sum(len(line) for (of, _), line in zip(self.lines, w.lines) if of == name)
        if kind == "condition":
            for_nothing = sum(place[:3] == (kind, name, "for nothing") for _, place in self.places(w))
            return len(self.waiters(w, name)) - len(self.obj(w, name)) + for_nothing
        return sum(place[:3] == (kind, name, False) for _, place in self.places(w))

    # a pipe is what was sent from the left, and what was sent from the right

    def across(self, end):
        return end[0], "right" if end[1] == "left" else "left"

    def is_open(self, w, end):
        """Also the end of a connection that nobody has accepted yet: it is the listener's."""
        return any(end in q.ends for q in w.procs) or \
            (end[1] == "right" and any(end[0] in self.obj(w, name) for name in self.sockets)) or \
            any(t.state == "waits" and end in t.args for name in self.pools for _, t in self.obj(w, name).tasks)

    def the_end(self, w, proc, end, wrong):
        """(the end that is meant, None), or (.., what is raised). `wrong`: the end of a one-way pipe that can't do it."""
        if end == CONNECTION:
            end = proc.locals[LOCALS.index("c")]
            if end is None:
                return None, "TypeError"
        way = isinstance(end[0], int) or self.kinds[end[0]][1]
        return end, "OSError" if end not in proc.ends or (not way and end[1] == wrong) else None

    def messages(self, w, name):
        """What was sent from the left, and what was sent from the right, and is not received yet."""
        return next(c[1:] for c in w.connections if c[0] == name) if isinstance(name, int) else self.obj(w, name)

    def put_messages(self, w, name, both):
        if isinstance(name, int):
            return w._replace(connections=tuple((name, *both) if c[0] == name else c for c in w.connections))
        return self.put_obj(w, name, tuple(both))

    def on_send(self, w, p, proc, end):
        item, rest = proc.stack[-1], proc._replace(stack=proc.stack[:-1])
        end, exc = self.the_end(w, proc, end, "left")
        if exc:
            return [(None, self.go(w, p, rest, exc=exc))]
        name, side = end
        both, way = list(self.messages(w, name)), int(side == "right")
        room = max(0, (64 if isinstance(name, int) else self.kinds[name][2]) - len(both[way]))
        both[way] += (item,)
        if not self.is_open(w, self.across(end)):
            return self.in_line(w, p, proc, (name, "to " + side), ANY, None, lambda w: self.go(w, p, rest, exc="BrokenPipeError"), None)
        return self.in_line(w, p, proc, (name, "to " + side), room, None, lambda w: self.go(self.put_messages(w, name, both), p, rest), None)

    def on_recv(self, w, p, proc, end, mode):
        end, exc = self.the_end(w, proc, end, "right")
        if exc:
            return [(None, self.go(w, p, proc, exc=exc))]
        name, side = end
        both, way = list(self.messages(w, name)), int(side == "left")
        if not both[way] and not self.is_open(w, self.across(end)):
            return self.in_line(w, p, proc, (name, "from " + side), ANY, mode, lambda w: self.go(w, p, proc, exc="EOFError"), None)
        units, item, both[way] = len(both[way]), both[way][:1], both[way][1:]
        return self.in_line(w, p, proc, (name, "from " + side), units, mode, lambda w: self.go(self.put_messages(w, name, both), p, proc, item),
                            lambda w: self.go(w, p, proc, exc="TimeoutError"))

    def on_close(self, w, p, proc, end):
        if end == CONNECTION:
            end = proc.locals[LOCALS.index("c")]
            if end is None:
                return [(None, self.go(w, p, proc, exc="TypeError"))]
        if end in self.pools:
            return [(None, self.go(self.put_pool(w, end, closed=True), p, proc))]
        return [(None, self.go(w, p, proc, ends=proc.ends - {(end, "listen") if isinstance(end, str) else end}))]

    # a pool

    def task(self, w, name, number):
        return dict(self.obj(w, name).tasks)[number]

    def put_task(self, w, name, number, **new):
        o = self.obj(w, name)
        return self.put_obj(w, name, o._replace(tasks=tuple((n, t._replace(**new) if n == number else t) for n, t in o.tasks)))

    def put_pool(self, w, name, **new):
        return self.put_obj(w, name, self.obj(w, name)._replace(**new))

    def submit(self, w, p, proc, name, tasks, whole=None):
        """tasks: [(function, args, callback, the one for an exception)]; of a `map` as many as there are items, and one for the whole."""
        o = self.obj(w, name)
        if o.closed or o.stopped:
            return [(None, self.go(w, p, proc, exc="ValueError"))]
        text = repr([(q.locals, q.frames, q.stack) for q in w.procs])
        new = next(n for n in range(5000, 6000) if str(n) not in text and str(n) not in repr(o))
        numbers = [(new, i) for i in range(len(tasks))] if whole else [new]
        closed = any(end not in proc.ends for t in tasks for end in self.ends_in(t[1]))     # of a `map`, there are none
        rows = tuple((n, Task(*t, "unsent" if closed else "waits", None)) for n, t in zip(numbers, tasks))
        rows += ((new, whole),) if whole else ()
        w = self.put_pool(w, name, tasks=o.tasks + rows, queue=o.queue + (() if closed else tuple(numbers)),
                          unsent=o.unsent + (tuple(numbers) if closed else ()))
        return [(None, self.go(w, p, proc, (("result", name, new),)))]

    def on_submit(self, w, p, proc, name, function, count, callback, error):
        at = len(proc.stack) - count
        return self.submit(w, p, proc._replace(stack=proc.stack[:at]), name, [(function, proc.stack[at:], callback, error)])

    def on_submit_all(self, w, p, proc, name, function, items):
        return self.submit(w, p, proc, name, [(function, args, None, None) for args in items], Task(None, (), None, None, "waits" if items else "done", ()))

    def on_submit_each(self, w, p, proc, name, function, items, turns):
        """A result for each. By turns, they are promises that the tasks keep in the order in which they are over."""
        o = self.obj(w, name)
        if o.closed or o.stopped:
            return [(None, self.go(w, p, proc, exc="ValueError"))]
        text = repr([(q.locals, q.frames, q.stack) for q in w.procs]) + repr(o)
        new = [n for n in range(5000, 6000) if str(n) not in text][:len(items)]
        rows = tuple((n, Task(function, ("turn", new[0]), None, None, "promised", k)) for k, n in enumerate(new)) if turns else ()
        numbers = tuple(("turn", new[0], k) for k in range(len(new))) if turns else tuple(new)
        rows += tuple((n, Task(function, (v,), None, None, "waits", None)) for n, v in zip(numbers, items))
        w = self.put_pool(w, name, tasks=o.tasks + rows, queue=o.queue + numbers)
        return [(None, self.go(w, p, proc, (tuple(("result", name, n) for n in new),)))]

    def ends_in(self, args):
        """The ends of pipes and connections among a task's arguments."""
        return [v for v in args if isinstance(v, tuple) and len(v) == 2 and v[1] in ("left", "right")]

    def calls(self, w, name):
        return w.procs[self.number[name, None]].status == LIVE and any(t.state == "calls" for _, t in self.obj(w, name).tasks)

    def unfinished(self, w, name):
        return any(t.state not in ("done", "failed", "promised") for _, t in self.obj(w, name).tasks)

    def on_prepare(self, w, p, proc, function, *args):
        """It is at no task yet."""
        proc = proc._replace(stack=(None,), frames=((1, args + (UNSET,), 1, 0),), pc=self.entries[p][function])
        return [(None, self.settle(self.put_proc(w, p, proc), p))]

    def on_take(self, w, p, proc, name):
        o = self.obj(w, name)
        if o.queue:
            number, k = o.queue[0], len(self.kinds[name][3:4])      # k: what comes before it
            t = self.task(w, name, number)
            w = self.put_task(self.put_pool(w, name, queue=o.queue[1:]), name, number, state="runs")
            proc = proc._replace(ends=proc.ends | set(self.ends_in(t.args)))
            proc = proc._replace(stack=(number,), handlers=((k + 4, 1, 0, 0),), frames=((k + 1, t.args + (UNSET,), 1, 0),), pc=self.entries[p][t.function])
            return [(None, self.settle(self.put_proc(w, p, proc), p))]
        if o.stopped or (o.closed and not self.unfinished(w, name)):
            return [(None, self.put_proc(w, p, self.over(proc, 0)))]
        return []

    def done(self, w, name, number, state, value):
        """A task's result is there. A `map` is done when all its parts are; what failed first is raised."""
        if isinstance(number, int):
            return self.put_task(w, name, number, state=state, value=value)
        whole = number[0]
        if whole == "turn":
            first = min((t.value, n) for n, t in self.obj(w, name).tasks if t.state == "promised" and t.args == number[:2])[1]
            o = self.obj(w, name)
            w = self.put_pool(w, name, tasks=tuple((n, t) for n, t in o.tasks if n != number))
            return self.put_task(w, name, first, state=state, value=value)
        w = self.put_task(w, name, number, state=state, value=value)
        if state == "failed" and self.task(w, name, whole).value == ():
            w = self.put_task(w, name, whole, value=("raises", value))
        parts = [t for n, t in self.obj(w, name).tasks if not isinstance(n, int) and n[0] == whole]
        if all(t.state in ("done", "failed") for t in parts):
            exc = self.task(w, name, whole).value
            w = self.put_task(w, name, whole, state="failed" if exc else "done", value=exc[1] if exc else tuple(t.value for t in parts))
            o = self.obj(w, name)
            w = self.put_pool(w, name, tasks=tuple((n, t) for n, t in o.tasks if isinstance(n, int) or n[0] != whole))
        return w

    def ended(self, w, name, number, state, value):
        """What its callback is to hear first is kept: with a result, or an exception."""
        t = self.task(w, name, number)
        if not (t.callback if state == "done" else t.error):
            return self.done(w, name, number, state, value)
        w = self.put_task(w, name, number, state="given", value=(state, value))
        return self.put_pool(w, name, given=self.obj(w, name).given + (number,))

    def on_give(self, w, p, proc, name):
        number, value = proc.stack
        if not self.obj(w, name).stopped:
            w = self.ended(w, name, number, "done", value)
        return [(None, self.go(w, p, self.after_task(proc, name)))]

    def on_fail(self, w, p, proc, name):
        number, exc = proc.stack
        if not self.obj(w, name).stopped:
            w = self.ended(w, name, number, "failed", exc)
        return [(None, self.go(w, p, self.after_task(proc, name)))]

    def after_task(self, proc, name):
        """The worker goes on to the next one; if that was its last, it ends."""
        proc = proc._replace(stack=(), ends=frozenset())
        for lasts in filter(None, self.kinds[name][2:3]):
            proc = proc._replace(taken=proc.taken + 1, pc=len(self.kinds[name][3:4]) + 7 if proc.taken + 1 == lasts else proc.pc)
        return proc

    def lose(self, w, p):
        """p dies, perhaps in the middle of a task."""
        name, number = self.names[p]
        if name in self.pools and number and w.procs[p].stack and w.procs[p].stack[0] is not None and w.procs[p].pc >= 0:
            w = self.put_task(w, name, w.procs[p].stack[0], state="lost") if not self.obj(w, name).stopped else w
        return w

    def on_tend(self, w, p, proc, name):
        o = self.obj(w, name)
        handler = (name, "handler")
        tends, calls = self.names[p] == handler or handler not in self.number, self.names[p] != handler
        workers = [self.number[one] for one in self.pools[name]] if tends else []
        for c in workers:
            if w.procs[c].status == DEAD and c not in o.found:
                return [(None, self.go(self.put_pool(w, name, found=o.found | {c}), p, proc._replace(pc=-1)))]
        for c in workers:
            if w.procs[c].status == DEAD and not o.stopped and (not o.closed or self.unfinished(w, name)):
                w = self.put_proc(w, c, FRESH._replace(status=LIVE, parent=0, locals=proc.locals))
                return [(None, self.go(self.put_pool(w, name, found=o.found - {c}), p, proc._replace(pc=-1)))]
        if o.unsent and tends:
            w = self.put_pool(w, name, unsent=o.unsent[1:])
            return [(None, self.go(self.ended(w, name, o.unsent[0], "failed", "OSError"), p, proc._replace(pc=-1)))]
        if o.given and calls:
            number = o.given[0]
            t = self.task(w, name, number)
            w = self.put_task(self.put_pool(w, name, given=o.given[1:]), name, number, state="calls")
            state, value = t.value
            proc = proc._replace(stack=(number,), frames=((1, (value, UNSET), 1, 0),), pc=self.entries[p][t.callback if state == "done" else t.error])
            return [(None, self.settle(self.put_proc(w, p, proc), p))]
        return []

    def on_called(self, w, p, proc, name):
        number = proc.stack[0]
        w = self.done(w, name, number, *self.task(w, name, number).value)
        return [(None, self.go(w, p, proc._replace(stack=())))]

    def on_stop(self, w, p, proc, name):
        """First no more tasks; then a SIGTERM to each worker that is alive."""
        alive = [c for c in map(self.number.get, self.pools[name]) if w.procs[c].status == LIVE and w.procs[c].signal is None]
        if not self.obj(w, name).stopped:
            w = self.stop(w, name)
        elif alive:
            w, alive = self.signal(w, alive[0], -15), alive[1:]
        elif self.calls(w, name) and self.names[p] != (name, None):     # it waits for the callback that is under way
            return []
        more = alive or (self.calls(w, name) and self.names[p] != (name, None))
        return [(None, self.stay(w, p, proc) if more else self.go(w, p, proc))]

    def stop(self, w, name):
        """No task is begun any more, no result comes but of what is being called back."""
        o = self.obj(w, name)
        tasks = tuple((n, t if t.state in ("done", "failed", "calls", "promised") else t._replace(state="lost")) for n, t in o.tasks)
        return self.put_obj(w, name, o._replace(tasks=tasks, queue=(), given=(), unsent=(), closed=True, stopped=True))

    def stop_all(self, w):
        for name in self.pools:
            w = self.stop(w, name)
        return w

    def result(self, w, proc, of):
        """The task that is meant, or None."""
        handle = proc.stack[-1] if of == HIDDEN else proc.locals[LOCALS.index("h")]
        return self.task(w, *handle[1:]) if handle is not None else None

    def get_result(self, w, p, proc, of, mode, wanted=True):
        t = self.result(w, proc, of)
        if of == HIDDEN:
            proc = proc._replace(stack=proc.stack[:-1])
        if t is None:
            return [(None, self.go(w, p, proc, exc="TypeError"))]
        if t.state == "failed" and wanted:
            return [(None, self.go(w, p, proc, exc=t.value))]
        if t.state in ("done", "failed"):
            return [(None, self.go(w, p, proc, (t.value if wanted else True,)))]
        if not mode:
            return []
        return [("timeout", self.go(w, p, proc, exc="TimeoutError") if wanted else self.go(w, p, proc, (False,)))]

    # a socket is the connections that nobody has accepted yet; a process that listens has an end of it

    def on_listen(self, w, p, proc, name):
        if self.is_open(w, (name, "listen")):
            return [(None, self.go(w, p, proc, exc="OSError"))]
        return [(None, self.go(w, p, proc, ends=proc.ends | {(name, "listen")}))]

    def on_connect(self, w, p, proc, name):
        if not self.is_open(w, (name, "listen")):
            return [(None, self.go(w, p, proc, exc="ConnectionRefusedError"))]
        text = repr([(q.locals, q.frames, q.stack, q.ends) for q in w.procs])
        new = next(n for n in range(1000, 2000) if str(n) not in text and all(c[0] != n for c in w.connections))
        w = self.put_obj(w, name, self.obj(w, name) + (new,))._replace(connections=w.connections + ((new, (), ()),))
        return [(None, self.go(w, p, proc, ((new, "left"),), ends=proc.ends | {(new, "left")}))]

    def on_accept(self, w, p, proc, name):
        if (name, "listen") not in proc.ends:
            return [(None, self.go(w, p, proc, exc="OSError"))]
        if not self.obj(w, name):
            return []
        new, rest = self.obj(w, name)[0], self.obj(w, name)[1:]
        return [(None, self.go(self.put_obj(w, name, rest), p, proc, ((new, "right"),), ends=proc.ends | {(new, "right")}))]

    def in_line(self, w, p, proc, line, units, mode, take, fail):
        """Takes one of the units if it is p's turn; else takes a place, or gives up, or waits."""
        if line not in self.lines:
            if units:
                return [(None, take(w))]
            return [("timeout" if mode == "timeout" else None, fail(w))] if mode else []
        now, me = w.lines[self.lines.index(line)], self.token(proc, p)
        without = self.with_line(w, line, lambda now: tuple(q for q in now if q != me))
        if units and (line[0] not in self.fair or (me in now[:units] if me in now else units > len(now))):
            return [(None, take(without))]
        if mode == "nowait":
            return [(None, fail(without))]
        if me not in now:
            placed = self.with_line(w, line, lambda now: now + (me,) if line[0] in self.fair else tuple(sorted(now + (me,), key=repr)))
            return [(None, self.stay(placed, p, proc))]
        return [("timeout", fail(without))] if mode else []

    def with_line(self, w, line, change):
        at = self.lines.index(line)
        return w._replace(lines=w.lines[:at] + (change(w.lines[at]),) + w.lines[at + 1:])

    def on_acquire(self, w, p, proc, name, mode):
        if name == "o":
            name = proc.locals[LOCALS.index("o")]
            if name is None:
                return [(None, self.go(w, p, proc, exc="TypeError"))]
        kind, o = self.kinds[name][0], self.obj(w, name)
        if kind == "lock":
            units, after = int(not o), p + 1
        elif kind == "rlock":
            units, after = int(not o[0]), (p + 1, o[1] + 1)
        else:
            units, after = o, o - 1
        take = lambda w: self.go(self.put_obj(w, name, after), p, proc, (True,))  # noqa: E731
        if kind == "rlock" and o[0] == p + 1:
            return [(None, take(w))]
        return self.in_line(w, p, proc, (name, ""), units, mode, take, lambda w: self.go(w, p, proc, (False,)))

    def on_release(self, w, p, proc, name):
        if name == "held":  # below the exception that it may have ended by
            name = next(v for v in reversed(proc.stack) if v in self.many)
        if name == "o":
            name = proc.locals[LOCALS.index("o")]
            if name is None:
                return [(None, self.go(w, p, proc, exc="TypeError"))]
        kind, o = self.kinds[name], self.obj(w, name)
        exc = None
        if kind[0] == "lock":
            exc, after = None if o else "ValueError", 0
        elif kind[0] == "rlock":
            exc = None if o[0] == p + 1 else "AssertionError"
            after = (p + 1, o[1] - 1) if o[1] > 1 else (0, 0)
        else:
            exc, after = "ValueError" if kind[2] is True and o >= kind[1] else None, 1 if kind[2] == "binary" else o + 1
        return [(None, self.go(w if exc else self.put_obj(w, name, after), p, proc, exc=exc))]

    def on_set_event(self, w, p, proc, name):
        w = self.put_obj(w, name, True)
        w = self.new_places(w, lambda _, place: ("event", name, True) if place == ("event", name, False) else place)
        return [(None, self.go(w, p, proc))]

    def on_lower(self, w, p, proc, name):
        left = self.obj(w, name)
        w = self.put_obj(w, name, max(left - 1, 0))
        if left == 1:
            w = self.new_places(w, lambda _, place: ("latch", name, True) if place == ("latch", name, False) else place)
        return [(None, self.go(w, p, proc))]

    def wait_latch(self, w, p, proc, name, mode):
        if proc.place and proc.place[2] or not proc.place and not self.obj(w, name):
            return [(None, self.go(w, p, proc, (True,)))]
        if proc.place:
            return [("timeout", self.go(w, p, proc, (False,)))] if mode else []
        return [(None, self.stay(w, p, proc._replace(place=("latch", name, False))))]

    def on_abort(self, w, p, proc, name):
        return [(None, self.go(self.at_barrier(self.put_obj(w, name, (self.obj(w, name)[0], True)), name, "broken"), p, proc))]

    def on_reset(self, w, p, proc, name):
        return [(None, self.go(self.at_barrier(self.put_obj(w, name, (0, False)), name, "broken"), p, proc))]

    def on_clear(self, w, p, proc, name):
        return [(None, self.go(self.put_obj(w, name, False), p, proc))]

    def on_wait(self, w, p, proc, name, mode):
        if name == HANDLE:
            return self.get_result(w, p, proc, name, mode, wanted=False)
        return getattr(self, "wait_" + self.kinds[name][0])(w, p, proc, name, mode)

    def wait_event(self, w, p, proc, name, mode):
        flag = self.obj(w, name)
        if proc.place:
            if proc.place[2]:
                return [(None, self.go(w, p, proc, (flag,)))]
            return [("timeout", self.go(w, p, proc, (False,)))] if mode else []
        if flag:
            return [(None, self.go(w, p, proc, (True,)))]
        return [(None, self.stay(w, p, proc._replace(place=("event", name, False))))]

    def wait_barrier(self, w, p, proc, name, mode):
        arrived, broken = self.obj(w, name)
        if proc.place:
            if proc.place[2] == "broken":
                return [(None, self.go(w, p, proc, exc="BrokenBarrierError"))]
            if proc.place[2]:
                return [(None, self.go(w, p, proc, (proc.place[3],)))]
            late = self.at_barrier(self.put_obj(w, name, (0, True)), name, "broken")
            return [("timeout", self.go(late, p, proc, exc="BrokenBarrierError"))] if mode else []
        if broken:
            return [(None, self.go(w, p, proc, exc="BrokenBarrierError"))]
        if arrived + 1 < self.kinds[name][1]:
            w = self.put_obj(w, name, (arrived + 1, False))
            return [(None, self.stay(w, p, proc._replace(place=("barrier", name, False, arrived))))]
        return [(None, self.go(self.at_barrier(self.put_obj(w, name, (0, False)), name, True), p, proc, (arrived,)))]

    def at_barrier(self, w, name, how):
        """All who wait at the barrier go on so."""
        return self.new_places(w, lambda _, place: place[:2] + (how,) + place[3:] if place[:3] == ("barrier", name, False) else place)

    def wait_condition(self, w, p, proc, name, mode):
        lock, tokens, me = self.kinds[name][1], self.obj(w, name), self.token(proc, p)
        kind, held = self.kinds[lock][0], self.obj(w, lock)
        if not proc.place:
            if (held[0] if kind == "rlock" else held) != p + 1:
                return [(None, self.go(w, p, proc, exc="AssertionError"))]
            w = self.put_obj(w, lock, (0, 0) if kind == "rlock" else 0)
            if name in self.fair:
                w = self.with_line(w, (name, ""), lambda line: line + (me,))
            ways = [(None, self.stay(w, p, proc._replace(place=("condition", name, False, held[1] if kind == "rlock" else 1))))]
            if self.kinds[name][2:]:  # that it will end for no reason is chosen here; when, is as open as the end of a sleep
                for_nothing = proc._replace(place=("condition", name, "for nothing", held[1] if kind == "rlock" else 1))
                w = self.stay(w, p, for_nothing)
                ways.append((1, self.put_proc(w, p, w.procs[p]._replace(asleep=True))))
            return ways
        back = (p + 1, proc.place[3]) if kind == "rlock" else p + 1

        def again(w, got):
            """With the lock, which it competes for like anybody else."""
            return self.in_line(w, p, w.procs[p], (lock, ""), int(not (held[0] if kind == "rlock" else held)), None,
                                lambda w: self.go(self.put_obj(w, lock, back), p, proc._replace(thrown=None), exc=proc.thrown) if proc.thrown else
                                self.go(self.put_obj(w, lock, back), p, proc, (got,)), None)
        if proc.place[2]:
            if proc.place[2] == "for nothing" and (lock, "") in self.lines:
                return [(None, after) for _, after in self.leaves(w, p, proc, name, "woken", True, again)]
            return again(w, proc.place[2] != "late")
        mine = [t for t in tokens if me in t]
        if mine:
            left = list(tokens)
            left.remove(min(mine, key=len))
            return again(self.put_obj(w, name, tuple(t - {me} for t in left if t - {me})), True)
        if not mode and not proc.thrown:
            return []
        return [(None if proc.thrown else "timeout", after) for _, after in self.leaves(w, p, proc, name, "late", False, again)]

    def leaves(self, w, p, proc, name, how, got, again):
        """It waits for the condition no more: from now on for its lock."""
        left = self.put_proc(w, p, proc._replace(place=("condition", name, how, proc.place[3])))
        if name in self.fair:
            left = self.with_line(left, (name, ""), lambda line: tuple(q for q in line if q != self.token(proc, p)))
        return again(left, got) or [(None, self.stay(left, p, left.procs[p]))]

    def waiters(self, w, name):
        return frozenset(q for q, place in self.places(w) if place[:3] == ("condition", name, False))

    def not_mine(self, w, p, name):
        lock = self.kinds[name][1]
        held = self.obj(w, lock)
        return (held[0] if self.kinds[lock][0] == "rlock" else held) != p + 1

    def on_notify(self, w, p, proc, name, count):
        if self.not_mine(w, p, name):
            return [(None, self.go(w, p, proc, exc="AssertionError"))]
        if name in self.fair:
            first = [q for q in w.lines[self.lines.index((name, ""))] if q in self.waiters(w, name)]
            return [(None, self.go(self.wake(w, name, first[:count]), p, proc))]
        who, tokens = self.waiters(w, name), self.obj(w, name)
        more = max(0, min(count, len(who) - len(tokens)))
        return [(None, self.go(self.put_obj(w, name, tokens + (who,) * more), p, proc))]

    def on_notify_all(self, w, p, proc, name):
        if self.not_mine(w, p, name):
            return [(None, self.go(w, p, proc, exc="AssertionError"))]
        return [(None, self.go(self.put_obj(self.wake(w, name, self.waiters(w, name)), name, ()), p, proc))]

    def wake(self, w, name, who):
        """In a fair line they are the first; where the lock's line is fair, too, they stand in it from now on: `wait` is two actions."""
        if name in self.fair:
            first = tuple(q for q in w.lines[self.lines.index((name, ""))] if q in who)
            w = self.with_line(w, (name, ""), lambda line: tuple(q for q in line if q not in who))
            if self.kinds[name][1] in self.fair:
                w = self.with_line(w, (self.kinds[name][1], ""), lambda line: line + first)
        return self.new_places(w, lambda q, place: place[:2] + (True,) + place[3:] if q in who else place)

    def on_put(self, w, p, proc, name, mode):
        (items, open_, *fed), (_, size, _, *through) = self.obj(w, name), self.kinds[name]
        rest = proc._replace(stack=proc.stack[:-1])
        more = fed and [fed[0] + ((0 if p in self.threads else p),) * (len(items) >= through[0]), fed[1]]
        return self.in_line(w, p, proc, (name, "put"), max(0, size - len(items) - sum(fed[1:])) if size else ANY, mode,
                            lambda w: self.go(self.put_obj(w, name, (items + (proc.stack[-1],), open_ + 1, *more)), p, rest),
                            lambda w: self.go(w, p, proc, exc="Full"))

    def on_get(self, w, p, proc, name, mode):
        if name in (HANDLE, HIDDEN):
            return self.get_result(w, p, proc, name, mode)
        items, open_, *fed = self.obj(w, name)
        more = fed and [fed[0][1:], fed[1]]
        return self.in_line(w, p, proc, (name, "get"), len(items), mode,
                            lambda w: self.go(self.put_obj(w, name, (items[1:], open_, *more)), p, proc, items[:1]),
                            lambda w: self.go(w, p, proc, exc="Empty"))

    def on_task_done(self, w, p, proc, name):
        items, open_, *fed = self.obj(w, name)
        if not open_:
            return [(None, self.go(w, p, proc, exc="ValueError"))]
        return [(None, self.go(self.put_obj(w, name, (items, open_ - 1, *fed)), p, proc))]

    def on_join(self, w, p, proc, who, mode):
        who = self.held(proc, who)
        if who is None:
            return [(None, self.go(w, p, proc, exc="TypeError"))]
        if who in self.pools:
            o = self.obj(w, who)
            if not o.closed:
                return [(None, self.go(w, p, proc, exc="ValueError"))]
            tender = self.number[(who, "handler")] if (who, "handler") in self.number else self.number[who, None]
            tended = w.procs[tender].status == LIVE
            over = [c for c in map(self.number.get, self.pools[who]) if w.procs[c].status == DEAD and (c in o.found or not tended)]
            done = not (self.calls(w, who) if o.stopped else self.unfinished(w, who)) and len(over) == len(self.pools[who])
        elif who in self.objs:
            done = self.obj(w, who)[1] == 0
        else:
            whom = [w.procs[c].status for c in self.everyone(who)]
            if NEW in whom or any(w.procs[c].parent != p for c in self.everyone(who)):
                return [(None, self.go(w, p, proc, exc="AssertionError"))]
            done = all(s == DEAD for s in whom)
        if done:
            return [(None, self.go(w, p, proc))]
        return [("timeout", self.go(w, p, proc))] if mode == "timeout" else []

    def on_start(self, w, p, proc, who):
        who = self.held(proc, who)
        c = self.number[who]
        if w.procs[c].status != NEW or self.daemon[p]:
            return [(None, self.go(w, p, proc, exc="AssertionError"))]
        mine = proc.locals if self.inherit else FRESH.locals
        own = mine[:3] + (self.each[c], *proc.locals[4:6], *mine[6:])
        w = w._replace(procs=w.procs[:c] + (FRESH._replace(status=LIVE, parent=p, ends=proc.ends, locals=own),) + w.procs[c + 1:])
        return [(None, self.go(self.settle(w, c), p, proc))]

    def on_terminate(self, w, p, proc, who, number=-15):
        who = self.held(proc, who)
        if who is None:
            return [(None, self.go(w, p, proc, exc="TypeError"))]
        c = self.number[who]
        if w.procs[c].status == NEW:
            return [(None, self.go(w, p, proc, exc="AttributeError"))]
        dies = self.signal(w, c, number).procs[c].signal is not None
        after = self.stay(w, p, proc) if c == p and dies else self.go(w, p, proc)     # who signals itself does nothing more but die
        return [(None, self.signal(after, c, number))]

    def on_signal(self, w, p, proc, who, signal):
        return self.on_terminate(w, p, proc, who, -SIGNALS[signal])

    def on_kill(self, w, p, proc, who):
        return self.on_terminate(w, p, proc, who, -9)

    def on_exit(self, w, p, proc):
        return [(None, self.go(w, p, proc._replace(stack=proc.stack[:-1]), exc=("exit", proc.stack[-1])))]

    def on_crash(self, w, p, proc, _):
        return [(None, self.die(w._replace(procs=w.procs[:p] + (proc._replace(signal=-11),) + w.procs[p + 1:]), p))]

    def on_sleep(self, w, p, proc, _):
        after = self.go(w, p, proc)
        return [(None, after._replace(procs=after.procs[:p] + (after.procs[p]._replace(asleep=True),) + after.procs[p + 1:]))]

    def on_say(self, w, p, proc):
        return [(None, self.go(w, p, proc._replace(stack=proc.stack[:-1])))]

    # -- what the search sees

    def hurries(self, w):
        """Does the default main move next, before anybody else? While it sleeps until an arrival it is one of many."""
        return self.eager and not w.procs[0].asleep and bool(self.moves(w, 0))

    def ways(self, w):
        """[(process, label, where it leads)]"""
        if self.hurries(w):
            return [(0, label, after) for label, after in self.moves(w, 0)]
        return [(p, label, after) for p in range(0, len(w.procs)) for label, after in self.moves(w, p)]

    def blocked(self, w):
        """The processes that keep it from being an end when none can move: not daemons, not children of a killed parent."""
        killed = [p for p, proc in enumerate(w.procs) if proc.status == DEAD and proc.code < 0]
        return [p for p, proc in enumerate(w.procs) if proc.status == LIVE and not self.daemon[p] and proc.parent not in killed]

    def could_go(self, w, p):
        """Would leaving p now be a preemption?"""
        moves = self.moves(w, p)
        return bool(moves) and not (w.procs[p].asleep and w.procs[p].signal is None) and moves[0][0] != "timeout"

    def waits(self, w, p):
        """It is blocked, and not on the end of other processes."""
        proc = w.procs[p]
        if proc.status != LIVE or proc.signal is not None or proc.pc == -1 or self.moves(w, p):
            return False
        ins = self.progs[p][proc.pc]
        return ins[0] not in ("serve", "take", "tend") and (ins[0] != "join" or ins[1] in self.objs)

    def true(self, w, e):
        """What raises an exception is not true."""
        try:
            return bool(self.holds(w, e))
        except TypeError:
            return False

    def observed(self, w, name):
        """A shared variable, or the field of a file or manager."""
        if name == "book.l":
            return self.obj(w, "book")[0]
        return w.shared[self.vars.index(name)] if name in self.vars else self.holds(w, ("field", name.split(".")[0]))

    def holds(self, w, e):
        kind = e[0]
        if kind == "c":
            return e[1]
        if kind == "sh":
            return w.shared[self.vars.index(e[1])]
        if kind == "len":
            return len(self.holds(w, e[1]))
        if kind == "book":
            return len(self.obj(w, "book")[e[1] == "d"])
        if kind == "field":
            v = self.obj(w, e[1])
            return None if v is EMPTIED else v
        if kind == "bin":
            return floor_op(e[1], self.holds(w, e[2]), self.holds(w, e[3]))
        if kind == "not":
            return not self.holds(w, e[1])
        if kind == "and":
            return self.holds(w, e[1]) and self.holds(w, e[2])
        if kind == "or":
            return self.holds(w, e[1]) or self.holds(w, e[2])
        return self.ask(w, e[1], e[2])

    def uncaught(self, w):
        """(process, exception) of those that nobody caught, from the moment on at which they were raised."""
        return {(self.title(p), proc.exc) for p, proc in enumerate(w.procs) if proc.exc}


# ---- the answers, by definition ----------------------------------------------------------------------------------------------

def backwards(start, before):
    seen, todo = set(start), list(start)
    while todo:
        for s in before[todo.pop()]:
            if s not in seen:
                seen.add(s)
                todo.append(s)
    return seen


class Answers:
    def __init__(self, sc, most=4000):
        self.sc, self.m, self.best = sc, Machine(sc), {}
        self.graph(most)
        self.sort_states()

    def graph(self, most):
        m = self.m
        self.worlds, self.next = [m.first], []
        number = {m.first: 0}
        while len(self.next) < len(self.worlds):
            out = []
            for p, label, after in m.ways(self.worlds[len(self.next)]):
                if after not in number:
                    if len(number) >= most:
                        raise TooLarge
                    number[after] = len(self.worlds)
                    self.worlds.append(after)
                out.append((p, label, number[after]))
            self.next.append(out)
        self.number = number
        self.passed = {s for s, w in enumerate(self.worlds) if m.hurries(w)}

    def sort_states(self):
        m, n = self.m, len(self.worlds)
        stuck = [s for s in range(n) if not self.next[s]]
        self.deadlocks = {s for s in stuck if m.blocked(self.worlds[s])}
        self.ends = {s for s in stuck if s not in self.deadlocks}
        self.before = [[] for _ in range(n)]
        for s in range(n):
            for _, _, t in self.next[s]:
                self.before[t].append(s)
        can_stop = backwards(self.ends | self.deadlocks, self.before)
        self.endless = not self.ends
        if not self.ends:  # it is meant to run for ever, as long as others than daemons move
            moves = {s for s in range(n) if any(not m.daemon[p] for p, _, _ in self.next[s])}
            can_stop |= backwards(moves, self.before)
        self.dead = set(range(n)) - can_stop - self.passed
        self.complete = self.ends | self.deadlocks | {t for s in range(n) if s not in self.dead for _, _, t in self.next[s]
                                                      if t in self.dead} | self.dead & {0}

    def costs(self, start=(0, None)):
        """(preemptions, actions) of the cheapest way to each state, over the last process that moved as well. start: a state, and the
        process that moved last before it."""
        if start in self.best:
            return self.best[start]
        m = self.m
        goes = {}
        best, done = {}, set()
        heap = [(0, 0, *start)]
        while heap:
            cost, count, s, last = heapq.heappop(heap)
            if (s, last) in done:
                continue
            done.add((s, last))
            best.setdefault(s, (cost, count))
            for p, _, t in self.next[s]:
                extra, now = 0, last if m.eager and p == 0 else p  # the default main takes nobody's CPU
                if last is not None and now != last:
                    if (s, last) not in goes:
                        goes[s, last] = m.could_go(self.worlds[s], last)
                    extra = goes[s, last]
                if (t, now) not in done:
                    heapq.heappush(heap, (cost + extra, count + 1, t, now))
        self.best[start] = best
        return best

    def cheapest(self, states, start=(0, None)):
        best = self.costs(start)
        return min((best[s] for s in states if s in best), default=None)

    def schedules(self):
        """How many ways lead to an end or a deadlock, if no state comes twice on any."""
        count, open_ = {}, set()
        todo = [0]
        while todo:
            s = todo[-1]
            if s in count:
                todo.pop()
                continue
            below = {t for _, _, t in self.next[s]} - set(count)
            if not below:
                count[s] = sum(count[t] for _, _, t in self.next[s]) if self.next[s] else 1
                open_.discard(s)
                todo.pop()
            elif s in open_:
                return None
            else:
                open_.add(s)
                todo += below
        return count[0]

    def parts(self, without, moves=None):
        """The strongly connected parts of the states, without the moves of one process (Kosaraju). moves: of another graph."""
        moves = moves or self.next
        order, seen = [], set()
        for root in range(len(moves)):
            todo = [(root, None)]
            while todo:
                s, rest = todo.pop()
                if rest is None:
                    if s in seen:
                        continue
                    seen.add(s)
                    rest = iter([t for p, _, t in moves[s] if p != without])
                t = next(rest, None)
                if t is None:
                    order.append(s)
                else:
                    todo += [(s, rest), (t, None)]
        back = [[] for _ in moves]
        for s, out in enumerate(moves):
            for p, _, t in out:
                if p != without:
                    back[t].append(s)
        taken = set()
        for s in reversed(order):
            if s not in taken:
                part, todo = {s}, [s]
                while todo:
                    for t in back[todo.pop()]:
                        if t not in part and t not in taken:
                            part.add(t)
                            todo.append(t)
                taken |= part
                yield part

    def starvation(self):
        """The states in which somebody waits and may wait for ever, the others going round, weakly fair."""
        if not hasattr(self, "starved"):
            m, self.starved = self.m, set()
            can = [{p for p, _, _ in moves} for moves in self.next]
            for p in range(len(m.names)):
                waits = {s for s, w in enumerate(self.worlds) if p not in can[s] and m.waits(w, p)}
                for part in self.parts(p) if waits else ():
                    moved = {q for s in part for q, _, t in self.next[s] if q != p and t in part}
                    if moved and part & waits and all(q == p or q in moved or any(q not in can[s] for s in part)
                                                      for q in range(len(m.names))):
                        self.starved |= part & waits
        return self.starved

    def leads_to(self, first, later):
        """(holds, verdict, the states in which the second stays away for ever): a state counts twice, with and without something owed."""
        m = self.m
        comes = {s for s, w in enumerate(self.worlds) if m.true(w, later)}
        asks = {s for s, w in enumerate(self.worlds) if m.true(w, first)} - comes
        owed = lambda s, before: s in asks or (before and s not in comes)  # noqa: E731
        nodes = [(0, owed(0, False))]
        number, moves = {nodes[0]: 0}, []
        while len(moves) < len(nodes):
            s, before = nodes[len(moves)]
            moves.append([])
            for p, label, t in self.next[s]:
                to = (t, owed(t, before))
                if to not in number:
                    number[to] = len(nodes)
                    nodes.append(to)
                moves[-1].append((p, label, number[to]))
        can = [{p for p, _, _ in out} for out in moves]

        def stays(allowed, wanted):
            """The nodes, all of them allowed, in which an execution ends, or goes round and is fair, wanted ones among them."""
            inner = [[(p, label, t) for p, label, t in out if n in allowed and t in allowed] for n, out in enumerate(moves)]
            found = {n for n in wanted if not moves[n]}
            for part in self.parts(None, inner):
                moved = {p for n in part for p, _, t in inner[n] if t in part}
                if moved and part & wanted and all(p in moved or any(p not in can[n] for n in part) for p in range(len(m.names))):
                    found |= part
            return found
        every, bad = set(range(len(nodes))), {n for n, (_, o) in enumerate(nodes) if o}
        breaks, keeps = stays(bad, bad), stays(every, every - bad)
        return not breaks, "sometimes" if breaks and keeps else "never" if breaks else "always", {nodes[n][0] for n in breaks}

    def verdict(self, yes, no):
        return "sometimes" if yes and no else "always" if yes else "never"

    def some_way(self, allowed, first=0):
        """Does a complete execution lead through allowed states only?"""
        seen, todo = {first}, [first]
        if first not in allowed:
            return False
        while todo:
            s = todo.pop()
            if s in self.complete:
                return True
            for _, _, t in self.next[s]:
                if t in allowed and t not in seen:
                    seen.add(t)
                    todo.append(t)
        return False

    def expect(self, e):
        """(holds, verdict, cost)"""
        kind, what = e[:2]
        m, every = self.m, set(range(len(self.worlds)))
        if kind in ("always", "finally", "reachable", "ends"):
            true = {s for s in every if m.true(self.worlds[s], what)}
        if kind in ("deadlock", "dead_end", "exception"):
            found = {"deadlock": self.deadlocks, "dead_end": self.dead,
                     "exception": {s for s in every if m.uncaught(self.worlds[s])}}[kind]
            if self.complete:
                verdict = self.verdict(found & self.complete, self.complete - found)
            else:
                verdict = self.verdict(found, every - found)
            return bool(found) == (what == "possible"), verdict, self.cheapest(found)
        # the states of complete executions, up to where they are complete
        useful = backwards(self.complete, self.before) - (self.dead - self.complete)
        if kind in ("finally", "ends"):
            good = self.ends & true
            verdict = self.verdict(good, self.complete - good)
            if kind == "ends":
                return bool(good), verdict, self.cheapest(good)
            return bool(self.ends) and good == self.ends, verdict, self.cheapest(self.ends - true)
        if not self.complete:
            verdict = self.verdict(true, every - true)
        elif kind == "always":
            verdict = self.verdict(self.some_way(true), useful - true)
        else:
            verdict = self.verdict(useful & true, self.some_way(every - true))
        if kind == "always":
            return true == every, verdict, self.cheapest(every - true)
        return bool(true), verdict, self.cheapest(true)

    def outcomes(self):
        found = set()
        for s in self.ends | self.deadlocks:
            w = self.worlds[s]
            found.add((tuple(self.m.observed(w, v) for v in self.sc.get("observe") or self.m.vars), "deadlock" if s in self.deadlocks else "exception" if self.m.uncaught(w) else "ok"))
        return found

    def exceptions(self):
        return set().union(*(self.m.uncaught(w) for w in self.worlds))

    def play(self, schedule):
        """(where it leads, [(state, preemptions, actions)] on the way); an AssertionError where it does not fit."""
        m, s, last, cost, count = self.m, 0, None, 0, 0
        passed, self.movers = [(0, 0, 0)], [None]  # movers: the process that had moved last, at each of them

        def step(t):
            nonlocal s, count
            s, count = self.number[t[2]], count + 1
            passed.append((s, cost, count))
            self.movers.append(last)

        def settle():
            while s in self.passed:
                step(m.ways(self.worlds[s])[0])
        settle()
        for entry in schedule:
            words = entry.split()
            times = int(words[1][1:]) if words[1:] and words[1][0] == "x" else 1
            for _ in range(times):
                who = next(p for p in range(len(m.names)) if m.title(p) == words[0])
                while self.worlds[s].procs[who].status == NEW and m.eager and m.moves(self.worlds[s], 0):
                    step((0, None, m.moves(self.worlds[s], 0)[0][1]))
                    settle()
                ways = [t for t in m.ways(self.worlds[s]) if t[0] == who]
                value = words[1][1:] if words[1:] and words[1][0] == "=" else None
                ways = [t for t in ways if (str(t[1]) == value if value else t[1] in (None, "timeout"))]
                assert len(ways) == 1, "%r: %d ways on" % (entry, len(ways))
                if who or not m.eager:
                    if last is not None and last != who:
                        cost += m.could_go(self.worlds[s], last)
                    last = who
                step(ways[0])
                settle()
        while m.eager and [t[0] for t in m.ways(self.worlds[s])] == [0]:  # when nobody else can move, time passes
            step(m.ways(self.worlds[s])[0])
        end = s
        while m.eager and "main" not in str(schedule) and m.moves(self.worlds[s], 0):  # nor do arrivals wait for others
            step((0, None, m.moves(self.worlds[s], 0)[0][1]))
        return end, passed


# ---- random scenarios ----------------------------------------------------------------------------------------------------------

def late_or_not(r):
    return r.choice([None, None, "timeout"])


TOPICS = ("all", "sockets", "pools", "requests", "signals")


class Author:
    """Writes a random scenario. `ok` and `got` hold truth, the other variables numbers: Python could not tell 1 from true."""

    def __init__(self, seed, topic=None):
        self.seed, self.r = seed, random.Random(seed)
        self.topic = topic or random.Random("topic %d" % seed).choices(TOPICS[:3], (8, 1, 1))[0]
        self.talk = self.topic == "sockets"
        self.with_params = random.Random("params %d" % seed).random() < .3
        self.fed = [1] * (random.Random("fed %d" % seed).random() < .3)
        self.asks = random.Random("requests %d" % seed)
        self.requests = self.topic == "requests" or (self.topic == "all" and self.asks.random() < .12)
        self.errors = random.Random("errors %d" % seed)
        lasts = random.Random("lasts %d" % seed)
        self.lasts = [lasts.randint(1, 2)] * (lasts.random() < .35)
        self.begins = random.Random("begins %d" % seed)
        self.signals = self.topic == "signals" or (self.topic == "all" and random.Random("signals %d" % seed).random() < .15)
        self.spurious = [True] * (random.Random("spurious %d" % seed).random() < .3)

    def pick(self, *choices):
        """One of (weight, value)."""
        return self.r.choices([c[1] for c in choices], [c[0] for c in choices])[0]

    def some(self, kind):
        return [n for n, o in self.objects.items() if o[0] in kind and "[" not in n and n != "book"]

    def scenario(self):
        r = self.r
        self.objects = {}
        for _ in range(r.choice({"all": [0, 1, 1, 1, 2, 2], "sockets": [0, 0, 0, 1], "pools": [0, 0, 0, 0, 0, 1], "requests": [0, 0, 1], "signals": [0, 1, 1, 1, 2]}[self.topic])):
            kind = r.choice(["lock", "lock", "rlock", "semaphore", "event", "event", "barrier", "barrier", "latch", "condition", "condition", "queue", "queue"])
            name = kind[0] + str(len(self.objects))
            if kind == "condition":
                lock = r.choice(["lock", "rlock"])
                self.objects["door"] = (lock,)
            self.objects[name] = {
                "lock": lambda: ("lock",), "rlock": lambda: ("rlock",), "semaphore": lambda: ("semaphore", *r.choice([(0, True), (1, True), (2, True), (0, False), (1, False), (2, False), (0, "binary"), (1, "binary")])),
                "event": lambda: ("event", r.random() < .2), "barrier": lambda: ("barrier", r.choice([1, 2, 2, 3])), "latch": lambda: ("latch", r.choice([1, 2, 2, 3])),
                "condition": lambda: ("condition", "door", *self.spurious), "queue": lambda: ("queue", r.choice([0, 1, 1, 2]), r.random() < .5, *self.fed)}[kind]()
        self.features = {f for f in ("pipe", "functions", "lists", "family", "each", "lives", "inherit") if r.random() < .3}
        self.features |= {f for f in ("names", "many") if r.random() < .35} | {f for f in ("held", "notes") if r.random() < .12} | {f for f in ("arrive",) if r.random() < .25}
        if self.signals:        # of these variables the oracle reads what they hold when the action is done, which a handler may have changed
            self.features -= {"many", "held"}
        if self.talk:
            self.objects["srv"] = ("socket",)
        if self.topic == "pools":
            self.features -= {"family", "pipe", "each"}
            self.features |= {"functions", *(["inherit"] if r.random() < .7 else [])}
            self.objects["pool"] = ("pool", r.choice([1, 1, 2]), *self.lasts)
        if "many" in self.features:
            self.objects["many"] = ("many", 2)
            self.objects.update({"many[%d]" % i: ("lock",) for i in range(2)})
        if "pipe" in self.features:
            self.objects["link"] = ("pipe", r.random() < .5, r.randint(1, 2))
        shape = r.choice([[1, 1], [2], [2], [1, 2], [2, 1], [3], [1, 1, 1], [2, 2]] if self.topic != "pools" else [[1]])
        groups, functions, each = [], {}, {}
        self.busy, self.callable, self.args, self.here = 0, [], (), None
        self.explicit = "arrive" not in self.features and r.random() < (.95 if self.talk else .8 if self.features & {"family", "inherit", "pipe"} else .35)
        if r.random() < .12:
            self.objects["db"] = ("file", r.randint(0, 1))
        if r.random() < .12:
            self.objects["bank"] = ("manager", r.randint(0, 1))
        if self.requests:
            self.objects["book"] = ("manager", BOOK)
        self.explicit |= self.topic == "pools"
        handlers = {}
        names = "pqr"[:len(shape)]
        self.groups = list(zip(names, shape))
        self.locals = False
        for name in "fg"[:r.randint(1, 2)] if "functions" in self.features else ():
            self.args = ("a", "b")[:r.randint(0, 2)]
            inner = [("if", self.cond(), [("set", ("arg", "t"), self.number(0))], [])]
            if r.random() < .7:                 # else t may be read before it has a value
                inner.insert(0, ("set", ("arg", "t"), ("c", 0)))
            functions[name] = (self.args, inner + self.body(r.randint(1, 2), 1) + [("return", self.plain())])
            self.callable.append((name, len(self.args)))
        if self.topic == "pools":
            self.tasks(functions)
        self.args = ()
        for i, (name, count) in enumerate(self.groups):
            if "each" in self.features and r.random() < .5:
                each[name] = [r.randint(0, 1) for _ in range(count)]
            daemon = bool(i) and r.random() < .2
            self.locals, self.here = True, name if name in each else None
            body = self.body(r.randint(1, 2 if count > 2 else 3), 2)
            if self.talk and r.random() < .6:
                body.insert(0, self.pick((3, ("connect", "srv", CONNECTION)), (1, ("accept", "srv", CONNECTION))))
            groups.append((name, count, daemon, body))
            if self.signals and r.random() < .7:
                handlers[name] = {signal: self.body(r.randint(1, 2), 1) for signal in r.choice([["SIGTERM"], ["SIGUSR1"], ["SIGUSR1", "SIGTERM"], ["SIGTERM", "SIGCHLD"]])}
        self.here, self.locals = None, "inherit" in self.features
        main = None
        if self.explicit:
            main = self.main_steps(groups)
        sc = {"shared": {"x": r.randint(0, 1), "y": 0, "ok": False, "l": [0, 1], "w": "nobody"}, "objects": self.objects, "groups": groups, "main": main,
              "functions": functions, "each": each, "notes": "notes" in self.features, "inherit": "inherit" in self.features, "expect": []}
        if handlers:
            sc["on"] = handlers
        if "arrive" in self.features:
            sc["arrive"] = {name: r.randint(1, 2) for name, _ in self.groups if r.random() < .6}
        if r.random() < .3:
            sc["fair"] = [name for name, o in self.objects.items() if o[0] in LINED and o[0] != "pipe" and "[" not in name and r.random() < .7]
            if any(self.objects[name][0] == "condition" and name not in sc["fair"] for name in self.objects):
                sc["fair"] = [name for name in sc["fair"] if name != "door"]
            sc["all_fair"] = not self.talk and r.random() < .3
        kinds = ["always", "finally", "reachable", "ends"]
        sc["expect"] = [(k, self.claim()) for k in kinds for _ in range(r.randint(0, 2))]
        sc["expect"] += [(k, r.choice(["never", "possible"])) for k in ("deadlock", "dead_end", "exception") if r.random() < .6]
        sc["expect"] += [("starvation", r.choice(["never", "possible"]))] * (r.random() < .3)
        sc["expect"] += self.promises()
        used = json.dumps([sc["groups"], sc["main"], sc["expect"], sc["functions"], handlers])
        if '"y"' not in used:
            sc["shared"].pop("y")
        if '"ok"' not in used:
            sc["shared"].pop("ok")
        if "lists" not in self.features:
            sc["shared"].pop("l")
        if '"w"' not in used:
            sc["shared"].pop("w")
        if r.random() < .15:
            sc["observe"] = [v for v in sc["shared"] if r.random() < .5] or ["x"]
        if r.random() < .5 and "db" in self.objects:
            sc["observe"] = sc.get("observe", ["x"]) + ["db.v"]
        if self.requests and self.asks.random() < .7:
            sc["observe"] = sc.get("observe", ["x"]) + ["book.l"]
        sc["expect"] = [e + (r.choice(["never", "sometimes", "always"]),) * (e[0] in kinds and r.random() < .4) for e in sc["expect"]]
        if self.with_params:
            sc["params"] = True
        return sc

    def tasks(self, functions):
        """Functions for workers (`f`, `g`, and one that ends its worker), and for callbacks."""
        r = self.r
        if r.random() < .5:
            functions["leave"] = ((), [self.pick((2, ("exit", 3)), (1, ("crash", "segv")), (2, ("raise", "Foo")))])
        functions["back"] = (("v",), [self.pick((3, ("set", ("sh", "x"), ("arg", "v"))), (1, ("raise", "Bar")),
                                                 (2, ("aug", ("sh", "y"), "+", ("c", 1))), (1, ("return", ("c", 0))),
                                                 (2, ("set", ("loc", "n"), ("arg", "v")) if "inherit" in self.features else ("say", "hi")))])
        if self.errors.random() < .6:
            functions["bad"] = (("v",), [self.errors.choice([("set", ("sh", "w"), ("arg", "v")), ("set", ("sh", "w"), ("arg", "v")), ("raise", "Baz"),
                                                             ("aug", ("sh", "y"), "+", ("c", 1))])])
        if self.begins.random() < .35:
            functions["prep"] = (("v",), [self.begins.choice([("set", ("sh", "x"), ("arg", "v")), ("aug", ("sh", "y"), "+", ("c", 1)), ("if", ("bin", "==", ("sh", "x"), ("c", 0)), [("raise", "Qux")], []),
                                                              ("set", ("loc", "n"), ("arg", "v")) if "inherit" in self.features else ("say", "hi")])])
            self.objects["pool"] = (*self.objects["pool"], *[0] * (not self.lasts), "prep", self.begins.randint(0, 1))
        self.works = [(name, len(f[0])) for name, f in functions.items() if name not in ("back", "bad", "prep")]
        self.hears = ["bad"] * ("bad" in functions)
        if "inherit" in self.features and r.random() < .4:  # what is main's own
            functions["own"] = ((), [("return", ("loc", "n"))])
            self.works.append(("own", 0))
        self.held = [("end", (name, side)) for name, o in self.objects.items() if o[0] == "pipe" for side in ("left", "right")] + \
            [CONNECTION] * ("srv" in self.objects)
        if self.held:  # it holds the end that comes with it, and does nothing with it
            functions["hold"] = (("a",), [self.pick((1, ("sleep", None)), (1, ("say", "hi")), (1, ("aug", ("sh", "x"), "+", ("c", 1))))])

    def working(self):
        """A step at the pool, or at a result."""
        r = self.r
        function, count = r.choice(self.works)
        args = tuple(self.plain() for _ in range(count))
        into = self.target() if r.random() < .6 else None
        maps = [f for f, n in self.works if n == 1]
        error = self.hears if self.errors.random() < .6 else []
        if self.errors.random() < .1:
            return ("starmap", "pool", function, (tuple(range(count)),) * self.errors.randint(0, 2), ("sh", "l") if "lists" in self.features else None)
        if maps and self.errors.random() < .15:
            n = self.errors.randint(1, 2)
            return ("if", ("c", 1), [(self.errors.choice(["imap", "imap_unordered", "imap_unordered"]), "pool", self.errors.choice(maps), tuple(range(n))),
                                     ("choose", self.errors.randrange(n))], [])
        return self.pick((4, ("apply_async", "pool", function, args, HANDLE if r.random() < .7 else None, "back" if r.random() < .6 else None, *error)),
                         (3 * bool(self.held), ("apply_async", "pool", "hold", (r.choice(self.held or [None]),), HANDLE if r.random() < .5 else None,
                                                "back" if r.random() < .3 else None, *error)),
                         (1.5, ("apply", "pool", function, args, into)), (1.5, ("get", HANDLE, late_or_not(r), into)), (.5, ("close", "pool")),
                         (.5, ("terminate", "pool")), (.7, ("join", "pool", late_or_not(r))),
                         (.6, ("wait", HANDLE, late_or_not(r), self.target(True) if r.random() < .6 else None)),
                         (.7, ("set", self.target(True), ("fn", r.choice(["ready", "successful"]), HANDLE))),
                         (1.5 * bool(maps), ("map", "pool", r.choice(maps or [None]), tuple(range(r.randint(0, 2))),
                                             ("sh", "l") if "lists" in self.features else None)))

    def talking(self):
        """A step at a socket, or at a connection of one."""
        r, c = self.r, CONNECTION
        return self.pick((2, ("accept", "srv", c)), (2, ("connect", "srv", c)), (3, ("send", CONNECTION, self.plain())), (.7, ("close", CONNECTION)),
                         (.5, ("close", "srv")), (.2, ("listen", "srv")), (3, ("recv", CONNECTION, late_or_not(r), self.target())),
                         (.5, ("set", self.target(True), ("fn", "poll", CONNECTION))), (.5, ("accept", "srv", None)))

    def main_steps(self, groups):
        r = self.r
        family = "family" in self.features and len(groups) > 1
        starts = [("start", g[0]) for g in groups if not family or g is not groups[-1] or r.random() < .2]
        if self.topic == "pools":
            starts = starts * (r.random() < .3)
            starts += [self.working() for _ in range(r.randint(1, 3))]
            if r.random() < .5:
                starts += [("close", "pool"), ("join", "pool", None)]
            if r.random() < .3:
                starts += [self.working()]
            if self.locals and r.random() < .5:
                starts += [("set", ("sh", "y"), ("bin", "+", ("loc", "n"), ("c", 0)))]
            return starts
        if self.talk:
            starts.insert(0, ("listen", "srv"))
            starts[r.randint(1, len(starts)):0] = [self.talking() for _ in range(r.randint(0, 2))]
            starts += [("accept", "srv", CONNECTION)] * (r.random() < .6) + [self.talking() for _ in range(r.randint(0, 2))]
            if r.random() < .2:
                r.shuffle(starts)
        elif "pipe" in self.features:
            starts[r.randint(0, len(starts)):0] = [("close", ("link", side)) for side in ("left", "right") if r.random() < .6]
            r.shuffle(starts)
        elif r.random() < .3:
            g = groups[0]
            starts[0:1] = [("start", (g[0], i + 1)) for i in range(g[1])]
        body = list(starts)
        for _ in range(r.randint(0, 2)):
            g = r.choice(groups)
            one = (g[0], r.randint(1, g[1]))
            body.append(self.pick((6 * self.signals, ("signal", one, self.a_signal())), (3, ("terminate", one)), (2, ("kill", one)), (2, ("join", one, r.choice([None, "timeout"]))),
                                  (3, self.simple()), (1, ("set", ("sh", "x"), ("c", 3)))))
        body += [("join", g[0], "timeout" if r.random() < .15 else None) for g in groups if not g[2] and r.random() < .9]
        if r.random() < .3:
            body.append(self.simple())
        if r.random() < .1:
            r.shuffle(body)
        return body

    def a_signal(self):
        return self.r.choice(["SIGUSR1", "SIGUSR1", "SIGTERM", "SIGCHLD", "SIGHUP"]) if self.signals else None

    def promises(self):
        """What is to lead to what: drawn by a generator of its own, so that what follows is drawn as without."""
        mine, self.r = self.r, random.Random("%s promises" % self.seed)
        found = [("leads_to", (self.claim(), self.claim())) for _ in range(self.r.choice([0, 0, 1, 2]))]
        found = [e + (self.r.choice(["never", "sometimes", "always"]),) * (self.r.random() < .4) for e in found]
        self.r = mine
        return found

    def claim(self):
        r = self.r
        c = ("bin", r.choice(["==", "!=", "<", "<=", ">"]), ("sh", r.choice("xxy")), ("c", r.randint(0, 3)))
        if r.random() < .3:
            d = ("bin", r.choice(["==", "<"]), ("sh", "y"), ("sh", "x")) if r.random() < .5 else ("not", ("sh", "ok"))
            c = (r.choice(["and", "or"]), c, d)
        if "lives" in self.features and r.random() < .4:
            life = self.of_life(self.one_of(self.groups))
            return life if r.random() < .4 else (r.choice(["and", "or"]), life, r.choice([c, ("not", self.of_life(self.one_of(self.groups)))]))
        if "bank" in self.objects and r.random() < .3:
            return ("bin", r.choice(["==", "<"]), ("field", "bank"), ("c", r.randint(0, 3)))
        if "db" in self.objects and r.random() < .3:
            return ("bin", r.choice(["==", "!=", "<"]), ("field", "db"), ("c", r.choice([0, 1, 2, None])))
        if self.requests and self.asks.random() < .4:
            return ("bin", self.asks.choice(["==", "<"]), ("book", self.asks.choice("ld")), ("c", self.asks.randint(0, 3)))
        if "lists" in self.features and r.random() < .2:
            return ("bin", r.choice(["==", "<"]), ("len", ("sh", "l")), ("c", r.randint(1, 3)))
        if r.random() < .15 and self.objects:
            name, o = r.choice(list(self.objects.items()))
            asked = self.question(name, o)
            if asked:
                c = asked
        return c

    def one_of(self, groups):
        name, count = self.r.choice(groups)[:2]
        return name, self.r.randint(1, count)

    def of_life(self, one):
        """Alive, or ended so."""
        r = self.r
        if r.random() < .5:
            return ("fn", "alive", one)
        return ("bin", r.choice(["==", "!="]), ("fn", "exitcode", one), ("c", r.choice([0, 1, None, -9, -15])))

    def question(self, name, o):
        kind = o[0]
        if kind in ("pool", "many") or "[" in name or kind == "pipe" and self.r.random() < .6:
            return None
        if name != "door" and kind not in ("socket", "file", "manager") and self.r.random() < .4:
            return ("bin", ">", ("fn", "waiting", name), ("c", self.r.randint(0, 1)))
        if kind == "event":
            return ("fn", "is_set", name)
        if kind in ("lock", "rlock"):
            return ("fn", "locked", name)
        if kind == "semaphore":
            return ("bin", ">", ("fn", "value", name), ("c", 0))
        if kind == "queue":
            return self.r.choice([("fn", "empty", name), ("bin", "==", ("fn", "qsize", name), ("c", 1))])
        return None

    def text(self):
        """A text: a name, what was kept of one, or one that is made."""
        r = self.r
        own = [(3, ("name",)), (1, ("group",)), (2, ("loc", "s"))] if self.locals else []
        return self.pick((1, ("text", r.choice(["nobody", "p.1", "q.1"]))), (2, ("sh", "w")), (2, self.template()), *own)

    def template(self, said=False):
        """Numbers of processes are real ones on real processes: they are said, and not kept."""
        r = self.r
        parts = [self.number(0) if r.random() < .5 else ("sh", "w") if r.random() < .3 else "."]
        if self.locals:
            parts += [r.choice([("name",), ("index",), ("group",), ("loc", "s"), ("loc", "n"), ("pid",) if said else ("name",), ("name",)])]
            parts += [("ppid",)] * (said and not self.explicit and r.random() < .2)
        r.shuffle(parts)
        return ("fmt", ("hi ", *parts))

    def number(self, depth=1):
        r = self.r
        loc = ("loc", r.choice("nmee" if self.here else "nm"))
        if self.topic == "pools":  # a callback may change it: so when it is read must be clear
            loc = ("bin", "+", loc, ("c", 0))
        loc = loc if self.locals else ("arg", r.choice((*self.args, "t"))) if self.args \
            else ("c", 2)
        e = self.pick((4, ("c", r.randint(0, 2))), (4, ("sh", r.choice("xy"))), (3, loc), (1, ("index",)),
                      (1, ("rand", 0, 1)))
        if e == ("index",) and not self.locals:
            e = ("c", 1)
        if "lists" in self.features and r.random() < .25:
            e = self.pick((3, ("item", self.place())), (1, ("len", ("sh", "l"))))
        for name in self.some(["file", "manager"]):
            if r.random() < .25:
                e = ("field", name)
        if depth and r.random() < .35:
            return ("bin", r.choice("++-*"), e, self.number(0))
        return e

    def element(self):
        a = self.asks
        return ("el", "l", ("c", a.choice([-1, 0, 0, 1]))) if a.random() < .5 else ("el", "d", ("c", a.choice([1, 1, 2])))

    def request(self):
        """What somebody asks of the list or dictionary in `book`."""
        a = self.asks
        into = self.target() if a.random() < .6 else None
        options = [("req", "append", "l", self.plain(), None), ("req", "pop", "l", None, into), ("req", "pop", "l", ("c", a.choice([0, 1, -1])), into),
                   ("req", "remove", "l", ("c", a.randint(0, 1)), None), ("req", "pop", "d", ("c", a.choice([1, 2])), into),
                   ("req", "update", "d", {1: a.randint(0, 1), 2: 0} if a.random() < .5 else {2: 1}, None),
                   ("set", self.element(), self.wrap(self.number(0))), ("set", self.element(), ("c", a.randint(0, 2))), ("set", self.target(), self.element())]
        one = a.choice(options if not self.busy else options[1:])
        return ("try", [one], {a.choice(["any", "IndexError", "KeyError"]): [("set", ("sh", "x"), ("c", 0))]}, None, None) if a.random() < .3 else one

    def place(self):
        return self.pick((3, ("c", self.r.randint(-1, 1))), (.5, ("c", 2)), (1, ("loc", "n") if self.locals else ("c", 0)))

    def plain(self):
        """One that needs no quotes in YAML: they would make a text of it."""
        e = self.number()
        return e if not set(flow(expr(e))) & set("\"[,*") else ("c", 1)

    def cond(self):
        r = self.r
        c = ("bin", r.choice(["==", "!=", "<", ">"]), self.number(0), ("c", r.randint(0, 2)))
        if r.random() < .3 and self.locals:
            c = ("bin", "==", ("index",), ("c", 1)) if r.random() < .5 else ("loc", "got")
        if r.random() < .1 and self.locals:
            c = ("bin", r.choice(["==", "!="]), ("name",), ("text", "p.1"))
        if "names" in self.features and r.random() < .3:
            c = ("bin", r.choice(["==", "!="]), ("sh", "w") if r.random() < .6 or not self.locals else ("loc", "s"), self.text())
        if "lives" in self.features and r.random() < .3:
            c = self.of_life(self.one_of(self.groups))
        if r.random() < .2 and self.objects:
            asked = self.question(*r.choice(list(self.objects.items())))
            c = asked or c
        if r.random() < .2:
            c = (r.choice(["and", "or"]), c, ("bin", ">", ("sh", r.choice("xy")), ("c", 0)))
        if r.random() < .1:
            c = ("not", c)
        return c

    def target(self, truth=False, element=False):
        r = self.r
        if truth:
            return r.choice([("sh", "ok"), ("loc", "got")]) if self.locals else ("sh", "ok")
        if element and "lists" in self.features and r.random() < .25:
            return ("item", self.place())
        for name in self.some(["file", "manager"]) if element else ():
            if r.random() < .3:
                return ("field", name)
        return r.choice([("sh", "x"), ("sh", "x"), ("sh", "y"), ("loc", "n"), ("loc", "m")] if self.locals else
                        [("sh", "x"), ("sh", "y"), ("arg", "t")] if self.args else [("sh", "x"), ("sh", "y")])

    def wrap(self, e):
        """Keeps numbers small, so that loops come back to where they were."""
        return ("bin", "%", e, ("c", 3))

    def assign(self, loop=False):
        r = self.r
        t = self.target(element=True)
        if r.random() < .35:
            t = ("sh", r.choice("xxy"))
            return ("aug", t, "+", ("c", 1)) if not self.busy else ("set", t, self.wrap(("bin", "+", t, ("c", 1))))
        e = self.number()
        return ("set", t, self.wrap(e) if self.busy and e[0] == "bin" else e)

    def in_atomic(self):
        body = [self.assign() for _ in range(self.r.randint(1, 2))]
        return body if not any(w in repr(body) for w in ("'rand'", "'item'", "'field'")) else [("aug", ("sh", "x"), "+", ("c", 1))]

    def simple(self):
        r = self.r
        options = [(6, self.assign())]
        if not self.busy:
            options += [(2, ("atomic", self.in_atomic()))]
        options += [(.7, ("sleep", None)), (.5, ("say", "hi")), (1, ("say", self.template(True)))]
        if self.requests:
            options += [(9, self.request())]
        if "names" in self.features:
            options += [(2, ("set", ("sh", "w"), self.text())), (1.5 * self.locals, ("set", ("loc", "s"), self.text()))]
        if "held" in self.features and self.locals:
            name, count = r.choice(self.groups)
            options += [(3, ("set", HELD, ("proc", self.one_of(self.groups)))), (1, ("set", HELD, ("member", name, r.choice([("index",), ("loc", "n")])))),
                        (2, ("set", self.target(True), ("fn", "alive", HELD))), (1, ("join", HELD, late_or_not(r))),
                        (.7, (r.choice(["terminate", "kill"]), HELD)), (.5 * self.explicit, ("start", HELD))]
        if self.many():
            pick = ("pick", r.choice([("c", 0), ("c", 1), ("loc", "n"), ("bin", "%", ("index",), ("c", 2))]))
            options += [(4, ("set", ("loc", "o"), pick)), (3, ("acquire", "o", r.choice([None, None, "timeout", "nowait"]), None)),
                        (2, ("release", "o"))]
        for name, count in self.callable:
            options += [(3, ("call", name, tuple(self.plain() for _ in range(count)), self.target() if r.random() < .5 else None))]
        if self.args:
            options += [(1, ("return", self.plain()))]
        if "lists" in self.features and not self.busy:
            options += [(1, ("aug", ("sh", "l"), "+", ("list", (self.number(0),)))), (1, ("set", ("sh", "l"), ("list", (("c", 1), ("c", 0)))))]
        if self.topic == "pools" and self.locals and not self.args and not self.busy:
            options += [(6, self.working())]
        if self.talk and (self.locals or not self.args):
            options += [(12, self.talking())]
        for name in self.some(["pipe"]):
            end = (name, r.choice(["left", "right"]))
            options += [(4, ("send", (name, "right"), self.plain())), (1, ("send", end, ("c", 1))), (2, ("close", end)),
                        (4, ("recv", (name, "left"), late_or_not(r), self.target())), (1, ("recv", end, late_or_not(r), None)),
                        (1, ("set", self.target(True), ("fn", "poll", end)))]
        if "family" in self.features and self.explicit and self.locals and len(self.groups) > 1:
            options += [(3, ("start", self.groups[-1][0])), (1, ("start", self.one_of(self.groups))),
                        (2, ("join", self.groups[-1][0], late_or_not(r))), (.3, ("crash", "segv"))]
        mode = r.choice([None, None, None, "timeout", "nowait"])
        late = r.choice([None, None, "timeout"])
        into = self.target(True) if r.random() < .6 else None
        for name in self.some(["lock", "rlock", "semaphore"]):
            options += [(2, ("acquire", name, mode, into)), (2, ("release", name))]
        for name in self.some(["event"]):
            options += [(2, ("set_event", name)), (1, ("clear", name)), (3, ("wait", name, late, into))]
        for name in self.some(["barrier"]):
            options += [(4, ("wait", name, late, ("loc", "n") if self.locals and into else None)), (.5, ("abort", name)), (.7, ("reset", name))]
        for name in self.some(["latch"]):
            options += [(3, ("lower", name)), (3, ("wait", name, late, into))]
        for name in self.some(["condition"]):
            options += [(.2, ("wait", name, late, into)), (.2, ("notify", name, 1))]
        for name in self.some(["queue"]):
            options += [(3, ("put", name, r.choice([("c", 1), ("c", 2), ("sh", "x")]), mode)),
                        (3, ("get", name, mode, self.target() if into else None))]
            if self.objects[name][2]:
                options += [(1, ("task_done", name)), (1, ("join", name, None))]
        if (self.explicit or "arrive" in self.features) and r.random() < .1 + .2 * ("arrive" in self.features) and self.locals:
            one = r.choice(self.groups)
            one = (one[0], r.randint(1, one[1]))
            if "pool" in self.objects and r.random() < .4:
                one = ("pool", r.randint(1, self.objects["pool"][1]))
            options += [(3, ("terminate", one)), (2, ("kill", one)), (2, ("set", ("sh", "ok"), ("fn", "alive", one)))]
        if self.signals and self.locals:
            options += [(2, ("signal", self.one_of(self.groups), self.a_signal())), (.5, ("terminate", self.one_of(self.groups)))]
        if self.locals and not self.busy:
            options += [(.4, ("raise", r.choice(["Foo", "Bar"]))), (.3, ("exit", r.choice([0, 2, 3]))),
                        (.2, ("raise", "Foo", self.template())), (.2, ("exit", ("bin", "+", ("index",), ("c", 4))))]
        return self.pick(*options)

    def many(self):
        """May it use the list of locks? A function has no variable of its own for one."""
        return "many" in self.features and self.locals

    def body(self, n, depth):
        return [self.step(depth) for _ in range(n)]

    def in_loop(self, body):
        self.busy += 1
        out = body()
        self.busy -= 1
        return out

    def step(self, depth):
        r = self.r
        if not depth or r.random() < .6:
            return self.simple()
        options = [(3, "if"), (1, "while"), (1, "repeat"), (.8, "forever"), (2, "try")]
        if self.some(["lock", "rlock", "semaphore"]):
            options += [(3, "with")]
        if self.some(["condition"]):
            options += [(8, "cond")]
        what = self.pick(*options)
        if what == "if":
            return ("if", self.cond(), self.body(1, depth - 1), self.body(1, depth - 1) if r.random() < .4 else [])
        if what == "while":
            return ("while", ("bin", r.choice(["==", "<"]), ("sh", r.choice("xy")), ("c", r.randint(0, 2))),
                    self.in_loop(lambda: self.body(r.randint(0, 1), depth - 1) or [("sleep", None)]))
        if what == "repeat":
            return ("repeat", 2, self.body(1, depth - 1) + ([("if", self.cond(), [("break",)], [])] if r.random() < .2 else []))
        if what == "forever":
            return ("forever", self.in_loop(lambda: self.body(1, depth - 1) + [("sleep", None)]) +
                    ([("if", self.cond(), [("break",)], [])] if r.random() < .6 else []))
        if what == "try":
            inner = self.body(1, depth - 1) + ([("raise", r.choice(["Foo", "Bar"]))] if r.random() < .4 else [])
            handlers = {n: self.body(1, 0) if r.random() < .7 else [("if", self.cond(), [("raise", None)], [])] for n in self.pick((2, ["any"]), (1, ["Foo"]), (1, ["Full", "Empty"]), (1, ["Foo", "any"]),
                                                              (1, ["ValueError"]), (1, ["EOFError", "OSError"]))}
            last = self.body(1, 0) if r.random() < .4 else None
            handlers = handlers if not last or r.random() < .6 else None
            return ("try", inner, handlers, self.body(1, 0) if handlers and r.random() < .3 else None, last)
        if what == "with":
            return ("with", r.choice(self.some(["lock", "rlock", "semaphore"]) + ["o"] * self.many()), self.body(r.randint(1, 2), depth - 1))
        name = self.some(["condition"])[0]
        inner = self.pick((3, [("wait", name, r.choice([None, None, "timeout"]), self.target(True) if r.random() < .5 else None)]),
                          (3, [("notify", name, r.choice([1, 1, 2]))]), (1, [("notify_all", name)]),
                          (2, [("while", ("bin", "==", ("sh", "x"), ("c", 0)), [("wait", name, None, None)])]))
        return ("with", "door", self.body(r.randint(0, 1), 0) + inner)


# ---- holding the two against each other ------------------------------------------------------------------------------------------

def explore(text, *flags):
    done = subprocess.run([PROGRAM, "explore", "-", "--json", *flags], input=text, capture_output=True, text=True, timeout=120)
    if done.returncode not in (0, 1):
        raise ValueError("explore %s: exit code %d: %s" % (" ".join(flags), done.returncode, done.stderr.strip()[:300]))
    return json.loads(done.stdout)


LONG_RUN = 400


def run(text, schedule, *flags):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(schedule, file)
        file.flush()
        done = subprocess.run([PROGRAM, "run", "-", "--json", *([] if schedule is None else ["--schedule", file.name]), "--max-steps", str(LONG_RUN), *flags], input=text,
                              capture_output=True, text=True, timeout=120)
    if done.returncode not in (0, 1, 4):
        raise ValueError("run --schedule %s: exit code %d: %s" % (json.dumps(schedule), done.returncode, done.stderr.strip()[:300]))
    return [json.loads(line) for line in done.stdout.splitlines()]


def same(a, b):
    return json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)


class Comparison:
    """All in which an answer of `explore` differs from the oracle's, as sentences."""

    def __init__(self, sc, most=4000):
        self.sc, self.text, self.set = sc, yaml(sc), []
        if sc.get("params"):
            self.text, self.set = with_params(self.text)
        self.a = Answers(sc, most)
        self.found = []

    def differ(self, what, program, oracle):
        if not same(program, oracle):
            self.found.append("%s: explore says %s, the oracle %s" % (what, json.dumps(program), json.dumps(oracle)))

    def all(self, *flags):
        a, e = self.a, explore(self.text, *flags, *self.set)
        where = "explore " + " ".join(flags)
        self.differ(where + " complete", e["complete"], True)
        self.differ(where + " endless", e["endless"], a.endless)
        for kind, states in (("deadlock", a.deadlocks), ("dead_end", a.dead)):
            best = a.cheapest(states)
            self.differ(where + " " + kind, [e[kind][k] for k in ("reachable", "preemptions", "steps")],
                        [bool(states), *(best or (None, None))])
            if states and e[kind]["reachable"]:
                self.arrive(where + " " + kind, e[kind]["schedule"], lambda s: s in states, best, True)
        self.differ(where + " exceptions", sorted([x["process"], x["name"]] for x in e["exceptions"]), sorted(map(list, a.exceptions())))
        for x in e["exceptions"]:
            self.arrive("%s exception %s" % (where, x["name"]), x["schedule"],
                        lambda s: (x["process"], x["name"]) in a.m.uncaught(a.worlds[s]))
        names = self.sc.get("observe") or list(self.sc["shared"])
        self.differ(where + " outcomes", sorted((json.dumps([o["values"].get(n, "?") for n in names]), o["end"]) for o in e["outcomes"]),
                    sorted((json.dumps(v), end) for v, end in a.outcomes()))
        for o in e["outcomes"]:
            want = tuple(frozen(o["values"].get(n, "?")) for n in names)
            self.arrive("%s outcome %s %s" % (where, want, o["end"]), o["schedule"],
                        lambda s: s in a.ends | a.deadlocks and tuple(a.m.observed(a.worlds[s], n) for n in names) == want)
        if "--full" in flags:
            self.differ(where + " schedules", e.get("schedules"), a.schedules() if "schedules" in e else None)
        for given, told in zip(self.sc["expect"], e["expect"]):
            if given[0] == "starvation":
                self.starvation(where, given, told)
                continue
            if given[0] == "leads_to":
                self.leads_to(where, given, told)
                continue
            holds, verdict, best = a.expect(given)
            met = given[2] == verdict if given[2:] else holds
            self.differ("%s %s" % (where, flow(expectation(given))), [told[k] for k in ("holds", "verdict", "met", "preemptions")],
                        [holds, verdict, met, best and best[0]])
            if told["cannot_fail"] and given[0] == "always" and not holds:
                self.differ("%s %s: can't fail" % (where, flow(expectation(given))), True, False)
            if best and told["schedule"] is not None:
                self.arrive("%s %s" % (where, flow(expectation(given))), told["schedule"], self.shows(given), best, True)
            elif (best is None) != (told["schedule"] is None):
                self.differ("%s %s: schedule" % (where, flow(expectation(given))), told["schedule"], best and "one")
        return e

    def starvation(self, where, given, told):
        """It may be shown by any way to where it goes round."""
        states = self.a.starvation()
        self.differ("%s %s" % (where, flow(expectation(given))), [told["holds"], told["verdict"]],
                    [bool(states) == (given[1] == "possible"), "sometimes" if states else "never"])
        if states and told["schedule"] is not None:
            self.arrive("%s %s" % (where, flow(expectation(given))), told["schedule"], lambda s: s in states)
            self.goes_round("%s %s" % (where, flow(expectation(given))), told, lambda s: True)

    def leads_to(self, where, given, told):
        what, m, worlds = "%s %s" % (where, flow(expectation(given))), self.a.m, self.a.worlds
        holds, verdict, states = self.a.leads_to(*given[1])
        self.differ(what, [told[k] for k in ("holds", "verdict", "met")], [holds, verdict, given[2] == verdict if given[2:] else holds])
        self.differ(what + ": a schedule", told["schedule"] is None, holds)
        if not holds and told["schedule"] is not None:
            self.arrive(what, told["schedule"], lambda s: s in states)
            self.goes_round(what, told, lambda s: not m.true(worlds[s], given[1][1]))

    def goes_round(self, what, told, fits):
        """The loop leads back to where it begins, on the way nobody can move all the time and never does, and all its states fit."""
        if "loop" not in told:
            return
        try:
            begin, before = self.a.play(told["schedule"])
            end, passed = self.a.play(told["schedule"] + told["loop"])
        except AssertionError as problem:
            return self.found.append("%s: the loop %s does not fit: %s" % (what, told["loop"], problem))
        around, moved = [s for s, _, _ in passed[len(before) - 1:]], {entry.split()[0] for entry in told["loop"]}
        if end != begin or not told["loop"]:
            self.found.append("%s: the loop %s does not lead back" % (what, told["loop"]))
        for p in range(len(self.a.m.names)):
            if self.a.m.title(p) not in moved and all(any(q == p for q, _, _ in self.a.next[s]) for s in around):
                self.found.append("%s: the loop %s is unfair to %s" % (what, told["loop"], self.a.m.title(p)))
        if not all(map(fits, around)):
            self.found.append("%s: the loop %s has a state that does not fit" % (what, told["loop"]))
        return None

    def shows(self, given):
        kind, what = given[:2]
        a = self.a
        if kind == "deadlock":
            return lambda s: s in a.deadlocks
        if kind == "dead_end":
            return lambda s: s in a.dead
        if kind == "exception":
            return lambda s: bool(a.m.uncaught(a.worlds[s]))
        if kind in ("finally", "ends"):
            return lambda s: s in a.ends and a.m.true(a.worlds[s], what) == (kind == "ends")
        return lambda s: a.m.true(a.worlds[s], what) == (kind == "reachable")

    def arrive(self, what, schedule, arrived, best=None, counted=False):
        """The schedule must fit, lead there, and cost what is said."""
        try:
            s, passed = self.a.play(schedule)
        except AssertionError as problem:
            return self.found.append("%s: %s does not fit: %s" % (what, json.dumps(schedule), problem))
        costs = {(cost, count) for t, cost, count in passed if arrived(t)}
        if not arrived(s) and not costs:
            self.found.append("%s: %s leads elsewhere" % (what, json.dumps(schedule)))
        elif best and counted and tuple(best) not in costs:
            self.found.append("%s: %s costs %s, not %s" % (what, json.dumps(schedule), sorted(costs)[:3], best))
        return None

    def moments(self, e, most=2, r=random):
        """From moments in the middle of what explore printed, where a hint may be asked for: how cheaply does it deadlock, or enter a
        dead end, from there?"""
        for o in r.sample(e["outcomes"], min(most, len(e["outcomes"]))):
            try:
                passed = self.a.play(o["schedule"])[1]
            except AssertionError:
                continue  # that has been reported
            at = r.randrange(len(passed))
            start = passed[at][0], self.a.movers[at]
            with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
                json.dump(o["schedule"], file)
                file.flush()
                found = explore(self.text, "--schedule", file.name, "--at", str(at), *self.set)
            for kind, states in ("deadlock", self.a.deadlocks), ("dead_end", self.a.dead):
                best = self.a.cheapest(states, start)
                told = found[kind]
                self.differ("explore --at %d --schedule %s %s" % (at, json.dumps(o["schedule"]), kind),
                            [told["preemptions"], told["steps"]], [best[0], at + best[1]] if best else [None, None])

    def played(self, e, *flags, most=3, r=random):
        """Some of the schedules that explore printed, as `run` plays them."""
        jobs = [("outcome", o, o["schedule"]) for o in e["outcomes"]]
        jobs += [("exception", x, x["schedule"]) for x in e["exceptions"]]
        jobs += [("deadlock", e["deadlock"], e["deadlock"]["schedule"])] if e["deadlock"]["reachable"] else []
        jobs += [("dead_end", e["dead_end"], e["dead_end"]["schedule"])] if e["dead_end"]["reachable"] else []
        jobs += [("expect", (i, x), x["schedule"]) for i, x in enumerate(e["expect"]) if x["schedule"] is not None]
        for kind, what, schedule in r.sample(jobs, min(most, len(jobs))):
            events = run(self.text, schedule, *flags, *self.set)
            problem = getattr(self, "saw_" + kind)(what, events)
            if problem:
                self.found.append("run %s --schedule %s (%s): %s" % (" ".join(flags), json.dumps(schedule), kind, problem))

    def runs(self, r=random):
        """A run under a policy ends as some interleaving does: lines are fair then, which is one way of many."""
        policy, a = r.choice(["rr", "fifo", "sjf", "stcf", "mlfq", "random"]), self.a
        events = run(self.text, None, "--model", "--policy", policy, *self.set)
        names = self.sc.get("observe") or list(self.sc["shared"])
        ways = [{"values": dict(zip(names, map(list_of, values))), "end": end} for values, end in a.outcomes()]
        if events[-1]["steps"] < LONG_RUN and all(self.saw_outcome(o, events) for o in ways):
            self.found.append("run --policy %s ends as nothing can: %s" % (policy, events[-1]["shared"]))

    def saw_outcome(self, o, events):
        end = events[-1]
        codes = {e["process"]: e["code"] for e in events if e["type"] == "exit"}
        told = [codes.get(e["process"], 1) for e in events if e["type"] == "exception" and not e["caught"]]
        # an `exit` in a `finally` may still replace it; a process that is killed may have been in that `finally`, or beyond
        thrown = 1 in told or (any(code < 0 for code in told) and o["end"] == "exception")
        kind = "deadlock" if end["blocked"] and end["verdict"] not in ("limit", "stopped") and o["end"] == "deadlock" else \
            "exception" if thrown else "ok"
        values = {n: v for n, v in o["values"].items() if n in end["shared"]}
        return None if same({n: v for n, v in end["shared"].items() if n in values}, values) and kind == o["end"] else "%s: %s, not %s" % (kind, end["shared"], o)

    def saw_exception(self, x, events):
        return None if any(e["type"] == "exception" and not e["caught"] and (e["process"], e["name"]) == (x["process"], x["name"])
                           for e in events) else "no exception"

    def saw_deadlock(self, d, events):
        end = events[-1]
        return None if same(end["blocked"], d["blocked"]) and same(end["steps"], d["steps"]) else "%s, not %s" % (end, d)

    def saw_dead_end(self, d, events):
        end = events[-1]
        return None if end["steps"] >= d["steps"] and end["verdict"] in ("limit", "exception", "violated") else str(end)

    def saw_expect(self, x, events):
        i, told = x
        if told["kind"] == "leads_to":  # decided where it ends
            ended = told["holds"] or "loop" in told or events[-1]["verdict"] not in ("deadlock", "violated", "exception", "ok") or events[-1]["type"] != "end"
            if ended:
                return None
        elif told["kind"] not in ("always", "finally"):  # a run judges no other
            return None
        seen = [e for e in events if e["type"] == "expect" and e["name"] == told["name"]]
        return None if seen and not seen[-1]["holds"] else "the run says %s" % seen


def differences(sc, most=4000, play=0, real=0):
    c = Comparison(sc, most)
    try:
        r = random.Random(yaml(sc))
        fair = ["--fair"] if sc.get("all_fair") else []
        full = c.all("--full", *fair)
        e = c.all(*fair)
        for key in sorted((e.keys() | full.keys()) - {"states", "transitions", "seconds", "schedules"}):
            if e.get(key) != full.get(key):
                c.found.append("explore and explore --full: %s is %s and %s" % (key, json.dumps(e.get(key)), json.dumps(full.get(key))))
        if play and not fair:
            c.runs(r)
            c.moments(e, r=r)
        play, real = (0, 0) if fair else (play, real)  # a list of names does not say that lines are fair
        if play:
            c.played(e, "--model", most=play, r=r)
        if real:
            c.played(e, most=real, r=r)
    except (ValueError, subprocess.TimeoutExpired) as problem:
        c.found.append(str(problem))
    return c.found, c


# ---- making what differs small -------------------------------------------------------------------------------------------------

def smaller_bodies(body):
    """Lists of steps that are a little smaller than this one."""
    for i, s in enumerate(body):
        yield body[:i] + body[i + 1:]
        for inner in s[1:]:
            if isinstance(inner, list):
                yield body[:i] + inner + body[i + 1:]
        for at, inner in enumerate(s):
            if isinstance(inner, list):
                for less in smaller_bodies(inner):
                    if less or s[0] in ("if", "try"):
                        yield body[:i] + [s[:at] + (less,) + s[at + 1:]] + body[i + 1:]
            if s[0] in ("set", "aug") and isinstance(inner, tuple) and inner[0] == "bin":
                for e in inner[2:]:
                    yield body[:i] + [s[:at] + (e,) + s[at + 1:]] + body[i + 1:]


def smaller(sc):
    for i in range(len(sc["expect"])):
        yield {**sc, "expect": sc["expect"][:i] + sc["expect"][i + 1:]}
    for i, (name, count, daemon, body) in enumerate(sc["groups"]):
        if len(sc["groups"]) > 1 and sc["main"] is None:
            yield {**sc, "groups": sc["groups"][:i] + sc["groups"][i + 1:]}
        if count > 1:
            yield {**sc, "groups": sc["groups"][:i] + [(name, count - 1, daemon, body)] + sc["groups"][i + 1:]}
        for less in smaller_bodies(body):
            if less:
                yield {**sc, "groups": sc["groups"][:i] + [(name, count, daemon, less)] + sc["groups"][i + 1:]}
    for name, handlers in sc.get("on", {}).items():
        for signal, inner in handlers.items():
            yield {**sc, "on": {**sc["on"], name: {k: v for k, v in handlers.items() if k != signal}}}
            for less in smaller_bodies(inner):
                yield {**sc, "on": {**sc["on"], name: {**handlers, signal: less}}} if less else sc
    if sc["main"] is not None:
        yield {**sc, "main": None}
        for less in smaller_bodies(sc["main"]):
            if less:
                yield {**sc, "main": less}
    for name in sc["objects"]:
        if "[" not in name:  # with a list, its members
            yield {**sc, "objects": {k: v for k, v in sc["objects"].items() if k.split("[")[0] != name}}


def minimise(sc, kinds, play, real, tries=400):
    """The smallest scenario found that still differs in one of these ways."""
    while tries > 0:
        for less in smaller(sc):
            tries -= 1
            if tries <= 0:
                break
            try:
                found, _ = differences(less, play=play, real=real)
            except (TooLarge, KeyError, ValueError, IndexError, TypeError):
                continue
            if {kind_of(f) for f in found} & kinds:
                sc = less
                break
        else:
            break
    return sc


def kind_of(sentence):
    return " ".join(sentence.split()[:2]) + ("limit" if "exit code 3" in sentence else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=1000, help="how many random scenarios")
    parser.add_argument("--seed", type=int, default=1, help="the number of the first")
    parser.add_argument("--states", type=int, default=4000, help="larger ones are left out")
    parser.add_argument("--play", type=int, default=3, help="so many schedules of each are played on the model")
    parser.add_argument("--real", type=int, default=0, help="so many schedules of each are played on real processes")
    parser.add_argument("--seconds", type=float, default=1e9, help="no other is begun after so many")
    parser.add_argument("--topic", choices=TOPICS, help="all of them about this")
    parser.add_argument("--show", type=int, metavar="SEED", help="print one scenario and what the oracle says of it")
    parser.add_argument("--stop", type=int, default=5, help="after so many that differ")
    o = parser.parse_args()
    if o.show is not None:
        sc = Author(o.show, o.topic).scenario()
        try:
            a = Answers(sc, o.states)
        except TooLarge:
            print(yaml(sc), "more than %d states: --states N" % o.states, sep="\n")
            return 0
        print(yaml(sc), "%d states" % len(a.worlds), sorted(a.outcomes(), key=repr), [a.expect(e) if e[0] not in ("starvation", "leads_to") else e for e in sc["expect"]], sep="\n")
        return 0
    compared = states = bad = 0
    until = time.monotonic() + o.seconds
    for seed in range(o.seed, o.seed + o.count):
        if time.monotonic() > until:
            break
        sc = Author(seed, o.topic).scenario()
        try:
            found, c = differences(sc, o.states, o.play, o.real)
        except TooLarge:
            continue
        compared, states = compared + 1, states + len(c.a.worlds)
        if found:
            bad += 1
            small = minimise(sc, {kind_of(f) for f in found}, o.play, o.real)
            print("---- %d\n%s" % (seed, yaml(small)))
            print("\n".join(differences(small, o.states, o.play, o.real)[0][:6]), flush=True)
            if bad >= o.stop:
                break
    print("%d scenarios compared, %d states, %d differ" % (compared, states, bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
