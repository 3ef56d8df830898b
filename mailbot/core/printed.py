"""The one line in which an entry is printed: on the page, in the echo card and on the desk alike."""

from mailbot.core.events import Entry

_HAN_FROM = "\u2e80"  # CJK Radicals Supplement, the first block in which Han writing stands


def printed_line(entry: Entry) -> str:
    """The entry as it is printed: "Hon. Linda Frum, Senator", "Comité Saint-Roch / Saint-Roch Committee, Québec".

    Honorific and name, names in other languages after " / ", then title and place where they are set, each
    after a comma, which is the full-width one after Han writing. Only what the entry holds is printed.
    """
    line = _joined(entry.honorific, entry.name)
    line = " / ".join([line, *entry.alt_names])
    for further in (entry.title, entry.place):
        if further:
            line += ("，" if _is_han(line) else ", ") + further
    return line


def _joined(honorific: str, name: str) -> str:
    """Honorific before name; without a space where both are Han ("牧師陳大文")."""
    if not honorific:
        return name
    return honorific + ("" if _is_han(honorific) and name[:1] >= _HAN_FROM else " ") + name


def _is_han(text: str) -> bool:
    return text[-1:] >= _HAN_FROM
