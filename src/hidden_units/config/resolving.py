"""A configuration checked and filled in, and the models as a schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import ValidationError

from hidden_units.config.study import Config
from hidden_units.config.words import explain, inlined
from hidden_units.datasets.providers import PROVIDERS
from hidden_units.errors import StudyError


def resolve(config: Mapping[str, Any], files: Sequence[str] = ()) -> dict:
    """The configuration with all defaults, checked.

    Args:
        config: the merged contents of the configuration files.
        files: the names of those files, for messages.

    Raises:
        StudyError: an unknown key, a value of the wrong type or range, or values that contradict each other.
    """
    place = f"config ({', '.join(files)})" if files else "config"
    try:
        checked = Config.model_validate(dict(config))
    except ValidationError as found:
        # The shallowest error first: it is the one the others follow from.
        error = min(found.errors(include_url=False), key=lambda error: len(error["loc"]))
        raise StudyError(f"{place}: {explain(error, json_schema())}") from None
    return in_order_of(config, checked.model_dump(by_alias=True))


@cache
def json_schema() -> dict:
    """The models as a JSON schema, for messages and for the reference page."""
    schema = Config.model_json_schema()
    return inlined(schema, schema["$defs"])


def defaults() -> dict:
    """Every key with its default."""
    return Config().model_dump(by_alias=True)


def in_order_of(written: Mapping[str, Any], filled: Mapping[str, Any]) -> dict:
    """A filled-in block with the keys that somebody wrote first, in their order."""
    return {
        key: in_order_of(written[key], filled[key])
        if isinstance(written.get(key), Mapping) and isinstance(filled[key], Mapping)
        else filled[key]
        for key in [*written, *(key for key in filled if key not in written)]
    }


def ignored_keys(config: Mapping[str, Any]) -> list[str]:
    """A sentence for each key of `dataset` that is set and means nothing to the kind of data that is chosen.

    Args:
        config: resolved; a key with its default counts as not set.
    """
    dataset, unset = config["dataset"], defaults()["dataset"]
    owners = {key: [name for name, provider in PROVIDERS.items() if key in provider.keys] for key in unset}
    return [
        f"config: `dataset: {key}` has no effect with `dataset: name: {dataset['name']}`, for it belongs to "
        f"{' and '.join(owners[key])}; leave it out."
        for key in unset
        if owners[key] and dataset["name"] not in owners[key] and dataset[key] != unset[key]
    ]
