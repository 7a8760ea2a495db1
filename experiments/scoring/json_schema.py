"""JSON schemas of strangers: nothing is fetched for them, and their patterns end in time.

jsonschema itself opens a `$ref` to the network, and searches with Python's `re`, which cannot be
stopped and holds every thread of the process meanwhile.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any

import regex

from experiments.scoring.text_units import found


class SchemaTrouble(Exception):
    """A schema could not be applied to a value: too slow, too deep, or a dead reference."""


def schema_fault(schema: Any) -> str | None:
    """Why this is no schema we can use, in the words of whoever says so; None where it is."""
    import jsonschema

    try:
        _draft(schema).check_schema(schema)
        for pattern in _patterns(schema):
            regex.compile(pattern)
    except jsonschema.SchemaError as exc:
        return str(exc.message)
    except (regex.error, RecursionError, ValueError, OverflowError) as exc:
        return str(exc)
    return _reference_fault(schema)


def fits(schema: str, value: Any) -> bool:
    """Whether a JSON value fits the schema, given as JSON text.

    Raises:
        SchemaTrouble: it cannot be told.
    """
    from referencing.exceptions import Unresolvable

    try:
        return bool(_validator(schema).is_valid(value))
    except (TimeoutError, MemoryError):
        raise SchemaTrouble("a pattern took too long") from None
    except Unresolvable as exc:
        raise SchemaTrouble(f"nothing is at {exc.ref}") from None
    except RecursionError:
        raise SchemaTrouble("it refers to itself without end") from None
    except (OverflowError, ValueError):
        raise SchemaTrouble("a number is too large") from None


def _reference_fault(schema: Any) -> str | None:
    from referencing import Registry
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012

    here = Registry().with_resource("", DRAFT202012.create_resource(schema)).resolver()
    names = {name for name, _ in _walk(schema)}
    if {"patternProperties", "unevaluatedProperties"} <= names:
        return "patternProperties beside unevaluatedProperties is not supported"
    for name, value in _walk(schema):
        if name not in ("$ref", "$dynamicRef") or not isinstance(value, str):
            continue
        if not value.startswith("#"):
            return f"{value} is elsewhere; put it under $defs and refer to it as #/$defs/…"
        try:
            here.lookup(value)
        except Unresolvable:
            return f"nothing is at {value}"
    return None


def _walk(schema: Any) -> Iterator[tuple[str, Any]]:
    """Every name with its value, anywhere in the schema."""
    if isinstance(schema, Mapping):
        for name, value in schema.items():
            yield name, value
            yield from _walk(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _walk(value)


def _patterns(schema: Any) -> Iterator[str]:
    for name, value in _walk(schema):
        if name == "pattern" and isinstance(value, str):
            yield value
        elif name == "patternProperties" and isinstance(value, Mapping):
            yield from value


def _draft(schema: Any) -> Any:
    """The version of JSON schema that the schema names, else the newest."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import validator_for

    known = schema if isinstance(schema, Mapping) else {}
    return validator_for(known, default=Draft202012Validator)


@functools.lru_cache(maxsize=32)
def _validator(text: str) -> Any:
    import jsonschema
    from referencing import Registry

    schema = json.loads(text)
    own = {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
    }
    return jsonschema.validators.extend(_draft(schema), own)(schema, registry=Registry())


def _pattern(validator: Any, pattern: str, value: Any, _: Any) -> Iterator[Any]:
    from jsonschema import ValidationError

    if validator.is_type(value, "string") and not found(pattern, value):
        yield ValidationError(f"does not match {pattern}")


def _pattern_properties(validator: Any, patterns: Any, value: Any, _: Any) -> Iterator[Any]:
    if validator.is_type(value, "object"):
        for pattern, schema in patterns.items():
            for name in value:
                if found(pattern, name):
                    yield from validator.descend(value[name], schema, path=name)


def _additional_properties(validator: Any, allowed: Any, value: Any, schema: Any) -> Iterator[Any]:
    from jsonschema import ValidationError

    if not validator.is_type(value, "object"):
        return
    patterns = schema.get("patternProperties", {})
    for name in value:
        if name in schema.get("properties", {}) or any(found(p, name) for p in patterns):
            continue
        if validator.is_type(allowed, "object"):
            yield from validator.descend(value[name], allowed, path=name)
        elif not allowed:
            yield ValidationError(f"{name} is not allowed")
