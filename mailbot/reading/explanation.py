"""An intent as `mailbot explain --json` prints it: plain values that other tools rely on."""

from typing import Any

from mailbot.core.intents import Intent, Signatory

_FIELDS = {"contact_name": "contact.name", "contact_role": "contact.role"}


def explanation(intent: Intent) -> dict[str, Any]:
    """The JSON object for one mail, without `file`, which only the caller knows.

    Evidence names each field as the object does: "name", "title", "contact.name".
    """
    return {
        "kind": intent.kind,
        "lang": intent.language,
        "signatories": [_signatory(signatory) for signatory in getattr(intent, "signatories", ())],
        "flags": [flag.value for flag in intent.flags],
        "own_words": intent.own_words,
        "reason": intent.reason,
    }


def _signatory(signatory: Signatory) -> dict[str, Any]:
    return {
        "name": signatory.name,
        "alt_names": list(signatory.alt_names),
        "category": signatory.category.value,
        "honorific": signatory.honorific,
        "title": signatory.title,
        "contact": {"name": signatory.contact_name, "role": signatory.contact_role},
        "place": signatory.place,
        "website": signatory.website,
        "was": signatory.was,
        "confidence": signatory.confidence,
        "evidence": {
            _FIELDS.get(field, field): {"text": span.text, "where": span.where, "rule": span.rule}
            for field, span in signatory.evidence.items()
        },
    }
