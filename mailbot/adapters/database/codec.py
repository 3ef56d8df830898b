"""Changes and signatures to JSON text and back, by the type hints of the core's own dataclasses."""

import json
from typing import Any, get_args

from pydantic import TypeAdapter

from mailbot.core.events import Change
from mailbot.core.signature import Signature

_CHANGES: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(Change)}


def encode_change(change: Change) -> tuple[str, str]:
    """(kind, payload): the name of the change and its fields as canonical JSON."""
    kind: type[Any] = type(change)
    return kind.__name__, _canonical(_adapter(kind).dump_python(change, mode="json"))


def decode_change(kind: str, payload: str) -> Change:
    """The change that `encode_change` wrote. Raises ValueError for what it never wrote."""
    if kind not in _CHANGES:
        raise ValueError(f"unknown kind of event {kind!r}: the database was written by a newer mailbot")
    change: Change = _adapter(_CHANGES[kind]).validate_json(payload)
    return change


def encode_signature(signature: Signature) -> str:
    return _canonical(_adapter(Signature).dump_python(signature, mode="json"))


def decode_signature(state: str) -> Signature:
    signature: Signature = _adapter(Signature).validate_json(state)
    return signature


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    """The adapter of a class; made once, because making one takes longer than a thousand uses."""
    if kind.__name__ not in _ADAPTERS:
        _ADAPTERS[kind.__name__] = TypeAdapter(kind)
    return _ADAPTERS[kind.__name__]


_ADAPTERS: dict[str, TypeAdapter[Any]] = {}


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
