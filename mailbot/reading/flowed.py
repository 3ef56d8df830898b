"""format=flowed (RFC 3676): the lines as the author typed them, before the mail program wrapped them."""


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Join soft-broken lines of one quote depth; quote marks stay. `delete_space` is the parameter DelSp."""
    lines: list[str] = []
    open_depth = -1  # quote depth of a line that waits for its continuation
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:]
        content = content.removeprefix(" ")  # space-stuffing, 4.4
        if content == "-- ":
            lines.append("> " * depth + content if depth else content)
            open_depth = -1
            continue
        if depth == open_depth:
            lines[-1] += content
        else:
            lines.append(">" * depth + (" " + content if depth and content else content))
        open_depth = depth if content.endswith(" ") and content.strip() else -1
        if open_depth >= 0 and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)
