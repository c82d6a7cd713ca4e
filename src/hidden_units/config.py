"""The configuration of a study: defaults, checks told in one sentence, and its reference page."""

from __future__ import annotations

import copy
import difflib
import math
import reprlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, ValidationError, validators

from hidden_units.errors import StudyError
from hidden_units.yaml_files import MAX_DEPTH, MAX_DIGITS, MAX_VALUES, unfit_letter

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
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "above",
    "exclusiveMaximum": "below",
    "minItems": "at least this many entries:",
    "maxItems": "at most this many entries:",
    "minLength": "at least this many letters:",
    "maxLength": "at most this many letters:",
}

# The names of data to which a key of the block `dataset` belongs; the others belong to all.
KEYS_OF_DATA = {
    "path": ("idx", "kmnist"),
    "classes": ("idx",),
    "licence": ("idx",),
    "credit": ("idx",),
    "synthetic": ("idx",),
    "mirrors": ("kmnist",),
    "timeout": ("kmnist",),
    "files": ("kmnist",),
    "brush": ("brush",),
}

# They are all kept in memory; as published there are 100.
MAX_SNAPSHOTS = 10_000

# JSON Schema takes 3.0 for a whole number; as a count or in a file name it is none.
Validator = validators.extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)


def load_schema(path: Path) -> dict:
    """The JSON schema of the configuration, from its YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def with_defaults(config: Mapping[str, Any], schema: Mapping[str, Any]) -> dict:
    """`config` with the schema's defaults where a key is missing, block by block."""
    filled = copy.deepcopy(dict(config))
    for key, subschema in schema["properties"].items():
        if key not in filled and "default" in subschema:
            filled[key] = copy.deepcopy(subschema["default"])
        if "properties" in subschema and isinstance(filled.get(key), Mapping):
            filled[key] = with_defaults(filled[key], subschema)
    return filled


def resolve(config: Mapping[str, Any], schema: Mapping[str, Any], files: Sequence[str] = ()) -> dict:
    """The configuration with all defaults, checked.

    Args:
        config: the merged contents of the configuration files.
        schema: see `load_schema`.
        files: the names of those files, for messages.

    Raises:
        StudyError: an unknown key, a value of the wrong type or range, or values that contradict each other.
    """
    place = f"config ({', '.join(files)})" if files else "config"
    if unfit := find_unfit_value(config):
        raise StudyError(f"{place}: {unfit}")
    # The shallowest error first: it is the one the others follow from.
    errors = sorted(Validator(schema).iter_errors(dict(config)), key=lambda error: len(error.path))
    if errors:
        raise StudyError(f"{place}: {explain(errors[0])}")
    resolved = with_defaults(config, schema)
    resolved["dataset"]["classes"] = named_classes(resolved["dataset"]["classes"])
    contradiction = find_contradiction(resolved)
    if contradiction:
        raise StudyError(f"{place}: {contradiction}")
    return resolved


def explain(error: ValidationError) -> str:
    """One sentence for a schema violation: the key, what was found, what was expected."""
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        unknown = sorted(str(key) for key in error.instance if key not in known)[0]
        close = difflib.get_close_matches(unknown, known, n=1)
        way_out = f"did you mean `{close[0]}`?" if close else f"known here are {', '.join(known)}."
        return f"`{key_path([*error.path, unknown])}` is not a known key; {way_out}"
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return f"`{key_path(error.path)}` lacks the key `{missing[0]}`; add it."
    found = f"`{key_path(error.path)}` is {found_value(error.instance)}, expected {expectation(error.schema)}"
    if isinstance(error.instance, str) and is_number(error.instance):
        return f"{found}; YAML reads this as text, write it with a decimal point and no quotes, as in 1.0e-2."
    wants_text = "string" in types_of(error.schema) and "number" not in types_of(error.schema)
    if wants_text and isinstance(error.instance, bool | int | float):
        return f"{found}; put it in quotes: YAML reads no, yes, on and off as true or false, 1 as a number."
    return f"{found}; config/README.md explains every key."


def types_of(schema: Mapping[str, Any]) -> list[str]:
    """The names of the JSON types that a schema allows; of a choice of values none."""
    types = schema.get("type", [])
    return types if isinstance(types, list) else [types]


def expectation(schema: Mapping[str, Any]) -> str:
    """What a schema allows, in words; what a pattern means stands beside it as `x-form`."""
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    words = " or ".join(JSON_TYPES[name] for name in types_of(schema))
    bounds = [f"{phrase} {schema[name]}" for name, phrase in BOUNDS.items() if name in schema]
    if "pattern" in schema:
        words += f" {schema['x-form']}"
    if schema.get("uniqueItems"):
        bounds.append("no entry twice")
    return ", ".join([words, *bounds])


def named_classes(classes: Sequence[str | Mapping[str, str]] | None) -> list[dict[str, str]] | None:
    """The entries of `dataset: classes` as blocks {romaji, kana}, from blocks and plain names alike."""
    if classes is None:
        return None
    blocks = [{"romaji": entry} if isinstance(entry, str) else entry for entry in classes]
    return [{"kana": "", **block} for block in blocks]


def ignored_keys(config: Mapping[str, Any], schema: Mapping[str, Any]) -> list[str]:
    """A sentence for each key of `dataset` that is set and means nothing to the kind of data that is chosen.

    Args:
        config: resolved; a key with its default counts as not set.
    """
    dataset = config["dataset"]
    defaults = with_defaults({}, schema)["dataset"]
    return [
        f"config: `dataset: {key}` has no effect with `dataset: name: {dataset['name']}`, for it belongs to "
        f"{' and '.join(names)}; leave it out."
        for key, names in KEYS_OF_DATA.items()
        if dataset["name"] not in names and dataset[key] != defaults[key]
    ]


def find_unfit_value(config: Mapping[str, Any]) -> str | None:
    """The first value that no key can hold, in one sentence, or None; `config` may hold itself."""
    for count, (path, value) in enumerate(leaves(config), start=1):
        if count > MAX_VALUES or len(path) > MAX_DEPTH:
            return f"holds more than {MAX_VALUES:,} values or more than {MAX_DEPTH} levels; leave most out."
        if isinstance(value, float) and not math.isfinite(value):
            return f"`{key_path(path)}` is {value}, expected a finite number."
        if isinstance(value, int) and abs(value) >= 10**MAX_DIGITS:
            return f"`{key_path(path)}` is {found_value(value)}, expected at most {MAX_DIGITS} digits."
        if isinstance(value, str) and (letter := unfit_letter(value)):
            return f"`{key_path(path)}` holds U+{ord(letter):04X}, which is no letter; leave it out."
    return None


def find_contradiction(config: Mapping[str, Any]) -> str | None:
    """The first rule beyond the schema that a resolved configuration breaks, in one sentence, or None."""
    dataset = config["dataset"]
    if config["run"] == "kmnist" and dataset["name"] != "kmnist":
        return (
            f"`run` is kmnist but `dataset: name` is {dataset['name']}; the name is kept for the real "
            f"data set, choose another, for example `run: {dataset['name']}`."
        )
    if dataset["name"] == "idx" and not dataset["path"]:
        return "`dataset: path` is missing; with `name: idx` it names the folder of the four IDX files."
    if dataset["files"] and len({file["name"] for file in dataset["files"]}) < 4:
        return "`dataset: files` names a file twice; expected each of the four once."
    sequences = config["sequences"]
    if sequences["steps"] % sequences["interval"]:
        near = max(1, round(sequences["steps"] / sequences["interval"])) * sequences["interval"]
        return (
            f"`sequences: steps` is {sequences['steps']}, expected a multiple of `sequences: interval`, "
            f"{sequences['interval']}, so that the last step is measured; {near} would do."
        )
    if sequences["steps"] // sequences["interval"] > MAX_SNAPSHOTS:
        return (
            f"`sequences: interval` is {sequences['interval']}, which makes "
            f"{sequences['steps'] // sequences['interval']:,} snapshots of each restart, expected at most "
            f"{MAX_SNAPSHOTS:,}; {sequences['steps'] // MAX_SNAPSHOTS} or more would do."
        )
    return find_checkerboard_contradiction(config["checkerboard"]) or find_encoders_contradiction(
        config["encoders"]
    )


def find_checkerboard_contradiction(checkerboard: Mapping[str, Any]) -> str | None:
    """The same for the block `checkerboard`."""
    network = checkerboard["network"]
    units = len(network["hidden"]["weights"])
    for layer, key in (("hidden", "biases"), ("output", "weights")):
        found = len(network[layer][key])
        if found != units:
            return (
                f"`checkerboard: network: {layer}: {key}` has {found} entries, expected {units}, one for "
                "each row of `checkerboard: network: hidden: weights`."
            )
    rates = [entry["learning_rate"] for entry in checkerboard["training"]["rates"]]
    if len(set(rates)) < len(rates):
        return "`checkerboard: training: rates` names a learning rate twice; leave one of them out."
    return None


def find_encoders_contradiction(encoders: Mapping[str, Any]) -> str | None:
    """The same for the block `encoders`; names of tables are the study's own to know."""
    patience = encoders["patience"]
    if patience["tables"] and patience["max_epochs"] <= max(encoders["caps"]):
        return (
            f"`encoders: patience: max_epochs` is {patience['max_epochs']}, expected more than the largest "
            f"of `encoders: caps`, {max(encoders['caps'])}."
        )
    return None


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value of a nested configuration that is neither a block nor a list, or is empty, with its path.

    What lies deeper than `MAX_DEPTH` is one value.
    """
    nested: list[tuple[Any, Any]] = []
    if len(path) <= MAX_DEPTH and isinstance(value, Mapping):
        nested = list(value.items())
    elif len(path) <= MAX_DEPTH and isinstance(value, list):
        nested = list(enumerate(value))
    if not nested:
        yield path, value
    for key, child in nested:
        yield from leaves(child, (*path, key))


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
    return reprlib.repr(value) if isinstance(value, list) else str(value)[:60]


def is_number(text: str) -> bool:
    """Whether Python would read the text as a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def reference(schema: Mapping[str, Any]) -> str:
    """Markdown tables of every key with its default and meaning, a table a block."""
    sections = [("Top level", schema), *blocks(schema, ())]
    pages = []
    for title, block in sections:
        rows = [
            f"| `{key}` | {shown_default(sub)} | {' '.join(sub['description'].split())} "
            f"Expected: {expectation(sub)}. |"
            for key, sub in block["properties"].items()
            if "properties" not in sub
        ]
        head = [f"## {title}", "", " ".join(block["description"].split()), ""]
        table = ["| key | default | meaning |", "|---|---|---|", *rows] if rows else []
        pages.append("\n".join([*head, *table]).rstrip())
    return "\n\n".join(pages) + "\n"


def blocks(schema: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each nested block of keys with its path as a title, in the schema's order."""
    for key, subschema in schema["properties"].items():
        if "properties" in subschema:
            yield f"`{': '.join([*path, key])}`", subschema
            yield from blocks(subschema, (*path, key))
        elif "properties" in subschema.get("items", {}):
            yield (
                f"`{': '.join([*path, key])}`, each entry",
                {
                    **subschema["items"],
                    "description": subschema["description"],
                },
            )


def shown_default(schema: Mapping[str, Any]) -> str:
    """A default as YAML would write it; `needed` where there is none."""
    if "default" not in schema:
        return "needed"
    # On one line, however long: it stands in a table.
    written = yaml.safe_dump(schema["default"], default_flow_style=True, width=math.inf)
    return f"`{written.strip().removesuffix('...').strip()}`"
