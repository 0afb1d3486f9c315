# SPDX-License-Identifier: GPL-2.0
"""The schemas that are installed, and what is held against them: all that is printed as
JSON in any test."""
import functools
import json
import os
import pathlib

try:
    import jsonschema
except ImportError:  # tests/e2e/test_schema.py is skipped, and says so
    jsonschema = None

DIRECTORY = pathlib.Path(os.environ["SPAMWEIR"]).parent / "schema"
LINES = 50  # of those that are printed at once; all are made by the same code


def verbs():
    return {path.name.removesuffix(".schema.json") for path in DIRECTORY.glob("*.schema.json")}


def closed(schema):
    """The same, by which keys that it does not name are none."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    if "properties" in schema and isinstance(schema["properties"], dict):
        made.setdefault("additionalProperties", False)
    return made


@functools.cache
def validator(name, strict=False):
    schema = json.loads((DIRECTORY / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(closed(schema) if strict else schema)


def faults(name, document, strict=False):
    return [f"{error.json_path}: {error.message[:300]}"
            for error in validator(name, strict).iter_errors(document)]


def verb_of(arguments):
    """"zombie-list" of ["zombie", "list", "--json"]; None: it has no schema."""
    plain = [str(word) for word in arguments if not str(word).startswith("-")]
    for count in 2, 1:
        name = "-".join(plain[:count])
        if len(plain) >= count and (DIRECTORY / f"{name}.schema.json").exists():
            return name
    return None


def hold(arguments, text):
    """Fails if what a verb has printed is not what its schema says."""
    name = verb_of(arguments)
    if not jsonschema or not name:
        return
    for line in text.splitlines()[:LINES]:
        try:
            document = json.loads(line)
        except ValueError:
            continue  # cut short on purpose, by the test that looks at it
        assert not faults(name, document), f"{name}: {faults(name, document)}"
