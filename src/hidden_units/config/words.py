"""The configuration in words: what is wrong with a value, in one sentence, and the reference page."""

from __future__ import annotations

import difflib
import math
import reprlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from hidden_units.yaml_files import MAX_DIGITS, unprintable

JSON_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a block of keys",
    "null": "null",
}
BOUNDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "above {}",
    "exclusiveMaximum": "below {}",
    "minItems": "at least {} entries",
    "maxItems": "at most {} entries",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
}


LONGEST_CHOICE = 40  # letters of a word that may be a choice misspelt


def explain(error: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """One sentence for a violation: the key, what was found, what was expected, the way out.

    Args:
        error: one of pydantic's.
        schema: see `config.json_schema`.
    """
    if error["type"] == "value_error":
        # A check of our own, which has written its sentence.
        return str(error["ctx"]["error"])
    location, value = error["loc"], error["input"]
    path, expected = place_of(location, schema)
    if error["type"] in ("extra_forbidden", "invalid_key"):
        known, unknown = list(expected["properties"]), str(location[-1])
        close = difflib.get_close_matches(unknown, known, n=1)
        way_out = f"did you mean `{close[0]}`?" if close else f"known here are {', '.join(known)}."
        return f"`{key_path(location)}` is not a known key; {way_out}"
    if error["type"] == "missing":
        return f"`{key_path(location[:-1])}` lacks the key `{location[-1]}`; add it."
    if isinstance(value, str) and (character := unprintable(value)):
        return f"`{key_path(path)}` holds the unprintable character U+{ord(character):04X}; leave it out."
    if isinstance(value, float) and not math.isfinite(value):
        return f"`{key_path(path)}` is {value}, expected a finite number."
    found = f"`{key_path(path)}` is {found_value(value)}, expected {expectation(expected)}"
    if isinstance(value, str) and is_number(value):
        way_out = (
            "with a decimal point and no quotes, as in 1.0e-2"
            if "number" in types_of(expected)
            else "in plain digits, without quotes and leading zeros, as in 10"
        )
        return f"{found}; YAML reads this as text, write it {way_out}."
    wants_text = "string" in types_of(expected) and "number" not in types_of(expected)
    if wants_text and isinstance(value, bool | int | float):
        return f"{found}; put it in quotes: YAML reads no, yes, on and off as true or false, 1 as a number."
    # Only of text: what a few lines of YAML repeat may be gigabytes as text.
    choices = map(str, expected.get("enum", [])) if isinstance(value, str) else ()
    if close := choices and difflib.get_close_matches(value[:LONGEST_CHOICE], choices, n=1):
        return f"{found}; did you mean {close[0]}?"
    return f"{found}; config/README.md explains every key."


def inlined(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict:
    """A JSON schema without references, and with alternatives as one schema of several types."""
    plain = dict(schema)
    if "$ref" in plain:
        plain = {**definitions[plain["$ref"].rpartition("/")[2]], **plain}
    if "anyOf" in plain:
        options = [inlined(option, definitions) for option in plain["anyOf"]]
        types = [name for option in options for name in types_of(option)]
        merged = {key: value for option in options for key, value in option.items()}
        plain = {**merged, **plain, "type": types}
    if "properties" in plain:
        properties = plain["properties"].items()
        plain["properties"] = {key: inlined(value, definitions) for key, value in properties}
    if "items" in plain:
        plain["items"] = inlined(plain["items"], definitions)
    return plain


def place_of(location: Sequence[Any], schema: Mapping[str, Any]) -> tuple[list[Any], Mapping[str, Any]]:
    """The path of a value, and its schema; pydantic's names of alternatives, at a location's end, are cut."""
    path = []
    for part in location:
        if isinstance(part, int) and "items" in schema:
            schema = schema["items"]
        elif part in schema.get("properties", {}):
            schema = schema["properties"][part]
        elif isinstance(schema.get("additionalProperties"), Mapping):
            schema = schema["additionalProperties"]
        else:
            break
        path.append(part)
    return path, schema


def types_of(schema: Mapping[str, Any]) -> list[str]:
    """The names of the JSON types that a schema allows."""
    types = schema.get("type", [])
    return types if isinstance(types, list) else [types]


def expectation(schema: Mapping[str, Any]) -> str:
    """What a schema allows, in words; what a pattern means is given by its key `form`."""
    choices = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if choices:
        shown = [str(choice).lower() if isinstance(choice, bool) else str(choice) for choice in choices]
        return f"one of {', '.join(shown)}" if len(shown) > 1 else shown[0]
    words = " or ".join(JSON_TYPES[name] for name in types_of(schema))
    if "form" in schema:
        words += f" {schema['form']}"
    bounds = [bound(phrase, schema[name]) for name, phrase in BOUNDS.items() if name in schema]
    if "minItems" in schema and schema["minItems"] == schema.get("maxItems"):
        bounds = [f"exactly {schema['minItems']} entries"]
    if schema.get("uniqueItems"):
        bounds.append("no entry twice")
    return ", ".join([words, *bounds])


def bound(phrase: str, value: float) -> str:
    """A bound in words; of whole numbers without a point, of one thing in the singular."""
    shown = phrase.format(f"{value:g}" if isinstance(value, float) and abs(value) < 1 else f"{value:.0f}")
    return shown.replace("entries", "entry").replace("characters", "character") if value == 1 else shown


def key_path(path: Sequence[Any]) -> str:
    """`training: epochs` for the path ["training", "epochs"]; list positions count from 0."""
    parts = [str(part) for part in path]
    return ": ".join(part if part.isprintable() else repr(part) for part in parts) or "the file"


def found_value(value: Any) -> str:
    """A value as a message shows it, shortened, with its kind where that is the point."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text {value[:60]!r}"
    if isinstance(value, Mapping):
        return "a block of keys"
    if isinstance(value, int) and abs(value) >= 10**MAX_DIGITS:
        return f"a whole number of more than {MAX_DIGITS} digits"
    shown = reprlib.repr(value) if isinstance(value, list) else str(value)
    return f"{shown[:57]}..." if len(shown) > 60 else shown


def is_number(text: str) -> bool:
    """Whether Python would read the text as a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def reference(schema: Mapping[str, Any]) -> str:
    """Markdown tables of every key with its default and meaning, a table for each block of the top level."""
    inner = {f"`{key}`": sub for key, sub in schema["properties"].items() if "properties" in sub}
    outer = {key: sub for key, sub in schema["properties"].items() if "properties" not in sub}
    return "\n".join(
        f"## {title}\n\n{in_one_line(block['description'])}\n\n"
        f"| key | default | meaning |\n|---|---|---|\n{''.join(rows(block))}"
        for title, block in {"Top level": {**schema, "properties": outer}, **inner}.items()
    )


def rows(block: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """A row of the table for each key of a block, and below it those of the blocks inside."""
    for key, sub in block["properties"].items():
        path, meaning, inside = f"{above}{key}", in_one_line(sub["description"]), sub
        if "properties" in sub:
            yield f"| `{path}` | | {meaning} |\n"
        else:
            yield f"| `{path}` | {shown_default(sub)} | {meaning} Expected: {expectation(sub)}. |\n"
            inside = sub.get("items", {})
        if "properties" in inside:
            yield from rows(inside, f"{path}: ")


def in_one_line(text: str) -> str:
    """A description without its line feeds."""
    return " ".join(text.split())


def shown_default(schema: Mapping[str, Any]) -> str:
    """A default as YAML would write it; `needed` where there is none."""
    if "default" not in schema:
        return "needed"
    # On one line, however long: it is in a table.
    written = yaml.safe_dump(schema["default"], default_flow_style=True, width=math.inf)
    return f"`{written.strip().removesuffix('...').strip()}`"
