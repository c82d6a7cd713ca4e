"""The configuration of a study: each key with its default, bounds and meaning, a file for each block.

The models are the schema, the defaults and the documentation: the text below a key says what it means.
`resolve` checks a configuration and fills it in; `python -m hidden_units.config` writes the tables of
config/README.md.
"""

from hidden_units.config.resolving import defaults, ignored_keys, json_schema, resolve

__all__ = ["defaults", "ignored_keys", "json_schema", "resolve"]
