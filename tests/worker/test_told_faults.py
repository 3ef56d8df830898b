"""What a bug of ours leaves in the log."""

from mailbot.worker.faults import told


def test_the_log_tells_where_a_bug_is_and_quotes_nobody() -> None:
    def breaks(text: str) -> None:
        raise RuntimeError(f"cannot read {text}")

    try:
        breaks("ruth@tamarack.example")
    except RuntimeError as error:
        logged = told(error)
    assert logged["error"] == "RuntimeError"
    assert logged["calls"].endswith("breaks")
    assert "ruth" not in str(logged)
