"""`schema`: what a JSON Schema can say of scenarios. All that is right validates; what is wrong in its form does not."""
import json
import re
import unittest
from pathlib import Path

import jsonschema
import yaml

import test_check
from forklore_test import ROOT, run
from test_mistakes import read_cases

# What a schema can't see: YAML itself (E001 to E007, a key that is given twice), names and kinds of objects (E024, E029), the inside of
# expressions (E027), what encloses a step (E030), blanks (E032). The others it must refuse, but for the findings listed here.
UNSEEN = {"E001", "E002", "E003", "E004", "E005", "E006", "E007", "E024", "E027", "E028", "E029", "E030", "E032"}
# A word where a number or a time belongs may be a parameter.
BEYOND = re.compile(
    r"differ in length|food has 3|would arrive before|"
    r"given twice|`\w+` takes|takes one argument|takes \d|can't be assigned to|there is no number|has no process number|is not joinable|the result can't be stored"
    r"|in `cpu:`$|a loop's variable must|this range|a time can't be negative|to read it|not the name of an exception|not fit into 64 bits"
    r"|a pool holds at most|can't be used on|needs one process|a number is expected here|one object|`\w+,? \w+ = \d|^a time is expected here$|is a constant|^`capacity`$|^longer than|can't be computed|without quotes is a mapping|behind a feeder|`initializer` is missing|must be known before the run"
    r"|at most six places|^a truth value is expected here$|^a time can't be longer|^`answer: outcomes` needs|^`outcomes` has no effect|^this outcome does not say|^`var n  = 3`|^a range is not a value|^this is not a value$"
    r"|^a time is expected here, not none$|^each element of `over` must be")


def load(text):
    """As editors read it: YAML 1.2, where only true and false are truth values."""
    class Loader(yaml.SafeLoader):
        pass
    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in pairs if tag in ("tag:yaml.org,2002:null", "tag:yaml.org,2002:float")]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()}
    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
    Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^-?[0-9]+$"), list("-0123456789"))
    return with_text_keys(yaml.load(text, Loader))


def with_text_keys(value):
    """As JSON has them, which a schema is about: some validators can't sort numbers among texts."""
    if isinstance(value, list):
        return [with_text_keys(item) for item in value]
    return {str(key): with_text_keys(item) for key, item in value.items()} if isinstance(value, dict) else value


class Schema(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = run("schema").out
        cls.schema = json.loads(cls.text)
        cls.validator = jsonschema.Draft7Validator(cls.schema)

    def test_it_is_a_schema(self):
        jsonschema.Draft7Validator.check_schema(self.schema)
        self.assertEqual(self.schema["$schema"], "http://json-schema.org/draft-07/schema#")

    def test_the_one_beside_the_library_is_fresh(self):
        self.assertEqual((ROOT / "scenarios" / "forklore.schema.json").read_text(), self.text, "make docs")

    def refused(self, text):
        value = load(text)
        return [] if self.validator.is_valid(value) else [error.message for error in self.validator.iter_errors(value)]

    def test_the_library_validates(self):
        for path in sorted((ROOT / "scenarios").glob("*.yaml")):
            with self.subTest(scenario=path.stem):
                self.assertEqual(self.refused(path.read_text()), [])

    def test_what_is_right_validates(self):
        texts = {name: text for name, text in test_check.RIGHT}
        for path in sorted((ROOT / "tests" / "check").glob("*.txt")):
            texts.update({c.name: c.text() for c in read_cases(path) if all(w["code"][0] == "W" for w in c.said)})
        for name, text in texts.items():
            if "\n\t" in text:              # allowed within brackets; Python's reader knows no such blanks
                continue
            with self.subTest(name=name):
                self.assertEqual(self.refused(text.lstrip("\ufeff")), [], text)

    def test_what_the_other_tests_play_validates(self):
        paths = [str(path) for folder in ("meaning", "explore") for path in sorted((ROOT / "tests" / folder).glob("*.yaml"))]
        wrong = {line.split(":")[0] for line in run(["check", "--format", "short", *paths], timeout=60).out.splitlines() if ": error: " in line}
        for path in paths:
            with self.subTest(path=path):
                if path not in wrong:
                    self.assertEqual(self.refused(Path(path).read_text()), [])

    def test_what_is_wrong_in_its_form_does_not(self):
        rows = [(text, said[0].split(" ", 2)[0], said[0].split(" ", 2)[2]) for text, *said in test_check.WRONG]
        for path in sorted((ROOT / "tests" / "check").glob("*.txt")):
            rows += [(c.text(), c.said[0]["code"], c.said[0]["message"]) for c in read_cases(path) if c.said]
        seen = 0
        for text, code, message in rows:
            computed = "out of range" in message and "params: {" in text
            if code in UNSEEN or code[0] == "W" or BEYOND.search(message) or computed or "\t" in text:  # a tab: see above
                continue
            with self.subTest(message=message, text=text):
                self.assertNotEqual(self.refused(text), [])
            seen += 1
        self.assertGreater(seen, 100)

    def test_every_key_and_verb_is_described_in_both_languages(self):
        words = re.findall(r'"title": "([^"]*)", "description": "([^"]*)"', self.text)
        self.assertGreater(len(words), 100)
        for title, description in words:
            self.assertRegex(description, "^[ -~]+$")
            self.assertRegex(title, "[\u4e00-\u9fff]")

    def test_examples_validate(self):
        for verb in self.schema["definitions"]["step"]["anyOf"][2:]:
            with self.subTest(verb=verb["required"][0]):
                self.assertTrue(verb.get("examples") or verb["required"][0] in ("break", "continue"))
                for example in verb.get("examples", []):
                    step = {"scenario": "x", "main": [example]}
                    self.assertEqual([e.message for e in self.validator.iter_errors(step)], [])


if __name__ == "__main__":
    unittest.main()
