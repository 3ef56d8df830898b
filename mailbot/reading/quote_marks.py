"""Lines behind quote marks: what stands after '>' is another's, and ends with the last such line."""

from collections.abc import Sequence


def foreign_lines(lines: Sequence[str], start: int) -> tuple[int, list[str]]:
    """The foreign letter that begins at `start`: where it ends, and its lines without quote marks.

    Lines that begin with '>' end with the last of them; a letter without quote marks takes all that follows.
    """
    first = start
    while first < len(lines) and not lines[first].strip():
        first += 1
    if first == len(lines):
        return first, []
    if not is_quoted(lines[first]):
        return len(lines), list(lines[first:])
    end = first
    body: list[str] = []
    for k in range(first, len(lines)):
        if is_quoted(lines[k]):
            body += [""] * (k - end)
            body.append(_unquoted(lines[k]))
            end = k + 1
        elif lines[k].strip():
            break
    return end, body


def is_quoted(line: str) -> bool:
    """Is the line marked as quoted? mbox writers put their mark before a line that begins with From ."""
    return line.lstrip(" \t\xa0").startswith(">") and not line.startswith(">From ")


def _unquoted(line: str) -> str:
    rest = line.lstrip(" \t\xa0")[1:]
    return rest[1:] if rest.startswith(" ") else rest
