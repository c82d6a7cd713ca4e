"""Reading YAML that people write: bounded in size, data only, and every fault in one sentence.

A YAML file can name itself, unfold a few lines into billions of values, or hold an impossible date;
the parser answers with an endless loop or one of a dozen exceptions. So the nodes of the file are checked
before any value is constructed.
"""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path
from typing import Any

import yaml

from hidden_units.errors import StudyError

# A hundred times what a study of this kind needs; the parser reads it in seconds.
MAX_BYTES = 2**18
MAX_VALUES = 20_000
MAX_DEPTH = 30
MAX_DIGITS = 18

# Snakemake hands a configuration with this key to a template engine.
TEMPLATE_KEY = "__use_yte__"


def read_yaml(path: Path, way_out: str) -> Any:
    """What a YAML file holds: blocks, lists, texts, numbers.

    Args:
        way_out: the last part of each sentence.

    Raises:
        StudyError: the file is missing, no file, too large, not UTF-8, not YAML, unfolds to too many or too
            deeply nested values, or holds a value that is none of those or cannot be written as a text.
    """
    text = read_small_text(path, way_out)
    try:
        loader = yaml.SafeLoader(text)
        try:
            root = loader.get_single_node()
            if root is None:
                return None
            check_nodes(root, loader, path, way_out)
            return loader.construct_document(root)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
        raise StudyError(f"{path}{where}: is not valid YAML ({problem}); correct that line.") from None
    except RecursionError:
        raise _too_much(path, way_out) from None


def read_mapping(path: Path) -> dict:
    """The keys and values of a configuration; which keys there may be is the Snakefile's to check.

    Raises:
        StudyError: as `read_yaml`; or it holds something else, or what Snakemake would run.
    """
    way_out = "give an overlay on config/config.yaml, such as make report CONFIG=config/brush.yaml"
    content = read_yaml(path, way_out)
    if not isinstance(content, dict):
        found = "nothing" if content is None else f"a {type(content).__name__}"
        raise StudyError(f"{path}: holds {found}, but keys with values were expected; {way_out}.")
    if TEMPLATE_KEY in content:
        raise StudyError(
            f"{path}: has the key {TEMPLATE_KEY}, with which Snakemake would run parts of the file as "
            "Python; a configuration is data only, leave the key out."
        )
    return content


def read_small_text(path: Path, way_out: str, at_most: int = MAX_BYTES) -> str:
    """The text of a file that a person wrote.

    Raises:
        StudyError: the file is missing, no file, larger than `at_most` bytes or not UTF-8.
    """
    try:
        if not path.exists():
            raise StudyError(f"{path}: there is no such file; {way_out}.")
        if not path.is_file():  # reading a pipe would block
            raise StudyError(f"{path}: is not a file; {way_out}.")
        with path.open("rb") as stream:
            content = stream.read(at_most + 1)
        if len(content) > at_most:
            raise StudyError(
                f"{path}: is larger than {at_most // 1024} kB, expected a short text; {way_out}."
            )
        # A byte order mark, as some editors write it, is not part of the text.
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise StudyError(f"{path}: is not text in UTF-8; {way_out}.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise StudyError(f"{path}: cannot be read ({reason}); {way_out}.") from None


def check_nodes(root: yaml.Node, loader: yaml.SafeLoader, path: Path, way_out: str) -> None:
    """Check what the file unfolds to, each alias counted as often as it is used.

    Raises:
        StudyError: too much, too deep, or a value that is too long or no text.
    """
    waiting: list[tuple[yaml.Node, int]] = [(root, 1)]
    count = 0
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if count > MAX_VALUES or depth > MAX_DEPTH:
            raise _too_much(path, way_out)
        if isinstance(node, yaml.ScalarNode):
            check_scalar(node, loader, path, way_out)
        else:
            check_keys(node, path)
            # A block's are pairs of keys and values.
            inside = chain(*node.value) if isinstance(node, yaml.MappingNode) else node.value
            waiting += [(child, depth + 1) for child in inside]


def check_keys(node: yaml.Node, path: Path) -> None:
    """Refuse a key that occurs twice in one block: YAML would silently take the last.

    Raises:
        StudyError: there is one.
    """
    lines: dict[str, int] = {}
    if isinstance(node, yaml.MappingNode):
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            line = key.start_mark.line + 1
            if key.value in lines:
                raise StudyError(
                    f"{path}, line {line}: the key {key.value[:40]!r} is in line {lines[key.value]} too; "
                    "leave one of them out."
                )
            lines[key.value] = line


def check_scalar(node: yaml.ScalarNode, loader: yaml.SafeLoader, path: Path, way_out: str) -> None:
    """Check one number or text.

    Raises:
        StudyError: a whole number of too many digits, a text with control characters, or a value that is
            none of the kind that its form or its tag announces, such as the date 2026-13-45.
    """
    line = node.start_mark.line + 1
    if node.tag == "tag:yaml.org,2002:int" and len(node.value) > MAX_DIGITS:
        raise StudyError(
            f"{path}, line {line}: holds a whole number of {len(node.value)} digits, expected at most "
            f"{MAX_DIGITS}; {way_out}."
        )
    if character := unprintable(node.value):
        raise StudyError(
            f"{path}, line {line}: holds the unprintable character U+{ord(character):04X}; leave it out."
        )
    kind = node.tag.rpartition(":")[2]
    if kind in ("int", "float", "bool", "timestamp"):
        try:
            value = loader.construct_object(node)
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError):
            raise StudyError(
                f"{path}, line {line}: YAML takes {node.value[:40]!r} for a {kind}, which it is not; put it "
                f"in quotes if it is a text, or {way_out}."
            ) from None
        # Such as 010, which YAML 1.1 takes for eight, 1:30, which it takes for ninety, and 1_0.
        surprising = {"int": r"(?![-+]?(0|[1-9]\d*)$)", "float": ".*[_:]"}.get(kind)
        if surprising and re.match(surprising, node.value):
            raise StudyError(
                f"{path}, line {line}: YAML reads {node.value[:40]} as {value}; write the number in plain "
                "digits, or put it in quotes if it is a text."
            )


def unprintable(text: str) -> str | None:
    """The first character that no text should hold, or None: a control character or half of a pair.

    Line feeds and tabs are allowed, what turns round the order of what follows is not.
    """
    found = re.search("[\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]", text)
    return found and found[0]


def _too_much(path: Path, way_out: str) -> StudyError:
    return StudyError(
        f"{path}: unfolds to more than {MAX_VALUES:,} values or more than {MAX_DEPTH} levels, expected a "
        f"short list of keys with values and no alias of a block inside itself; {way_out}."
    )
