"""Holds files of JSON to lab/report/report.schema.json, and the schema itself to what it promises.

	schema.py SCHEMA                        the schema is one, and describes every field
	schema.py SCHEMA DEFINITION FILE...     each file is what DEFINITION says; where all keys are
	                                        required, they stand in its order
"""

import json
import sys

import jsonschema


def described(part, path="schema"):
    """Every property and definition has words, and objects take no key that has none."""
    if isinstance(part, list):
        for item in part:
            described(item, path)
    if not isinstance(part, dict):
        return
    for kind in ("properties", "definitions"):
        for name, item in part.get(kind, {}).items():
            assert item.get("description"), f"{path}.{name} is not described"
    if "properties" in part:
        assert part["additionalProperties"] is False, f"{path} takes any key"
        assert list(part["properties"]) == part["required"], f"{path} has keys that may be missing"
    for name, item in part.items():
        described(item, f"{path}.{name}")


def ordered(schema, part, value, path="$"):
    """Keys stand in the schema's order."""
    if "$ref" in part:
        part = schema["definitions"][part["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in part:
        choices = [c for c in part["anyOf"] if isinstance(value, dict) == ("$ref" in c)]
        return ordered(schema, choices[0], value, path)
    if isinstance(value, list):
        for i, item in enumerate(value):
            ordered(schema, part.get("items", {}), item, f"{path}[{i}]")
    if isinstance(value, dict):
        rows = part.get("properties", {})
        if rows and part["required"] == list(rows):
            assert list(value) == list(rows), f"{path}: {list(value)}"
        for key, item in value.items():
            ordered(schema, rows.get(key) or part.get("additionalProperties") or {}, item,
                    f"{path}.{key}")
    return None


def main(schema_file, definition=None, *files):
    with open(schema_file, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    if not definition:
        described(schema)
        return 0
    only = {"definitions": schema["definitions"], "$ref": f"#/definitions/{definition}"}
    validator = jsonschema.Draft7Validator(only)
    faults = 0
    for name in files:
        with open(name, encoding="utf-8") as file:
            value = json.load(file)
        for fault in validator.iter_errors(value):
            print(f"{name}: {fault.json_path}: {fault.message[:300]}")
            faults += 1
        if not faults:
            ordered(schema, only, value)
    return faults > 0


sys.exit(main(*sys.argv[1:]))
