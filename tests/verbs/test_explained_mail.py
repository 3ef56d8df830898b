"""`mailbot explain` for people: the proof is marked where it stands, and no stranger commands the terminal."""

import io
import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from mailbot.core.intents import Context
from mailbot.core.message import Address, Attachment, Message
from mailbot.reading.interpret import interpret
from mailbot.reading.rulebook import Rulebook
from mailbot.verbs.explain import json_line
from mailbot.verbs.explained_mail import show
from mailbot.verbs.marking import harmless

Page = Callable[..., str]
OURS = re.compile(r"\x1b\[[0-9;]*m")  # colours, the one kind of command that we write


def mail(text: str, *, subject: str = "", name: str = "Ruth Penner", html: str = "") -> Message:
    return Message(
        digest="",
        authors=(Address(name, "ruth@tamarack.example"),),
        from_fields=1,
        to=(Address("", "letter@openletter.example"),),
        subject=subject,
        text=text,
        html=html,
    )


@pytest.fixture
def page(rulebook: Rulebook) -> Page:
    """The page of a mail, as a file gets it or as a terminal does."""

    def draw(message: Message, *, terminal: bool = False, width: int = 100, no_color: bool = False) -> str:
        out = io.StringIO()
        console = Console(
            file=out, force_terminal=terminal, width=width, no_color=no_color, color_system="truecolor" if terminal else None
        )  # fmt: skip
        show(console, "a.eml", message, interpret(message, rulebook, Context()), rulebook)
        return out.getvalue()

    return draw


def test_marks_stand_on_the_words_that_prove_it(page: Page) -> None:
    text = "Please add Tamarack Books Society.\n\nBest regards,\nRuth Penner\nSecretary"
    shown = page(mail(text))
    assert "          │ Please add ⟦Tamarack Books Society⟧." in shown
    assert "signature │ ⟦Ruth Penner⟧" in shown
    assert "signature │ ⟦Secretary⟧" in shown
    assert "sign (en), because of: join" in shown
    assert "contact role: “Secretary”" in shown


def test_a_terminal_gets_colours_for_brackets_and_dims_what_is_not_own(page: Page) -> None:
    shown = page(mail("Please add Tamarack Books Society.\n\n> Is this right?"), terminal=True)
    assert "\x1b[1;30;42mTamarack Books Society\x1b[0m" in shown
    assert re.search(r"\x1b\[2m\s*quote │ .*\x1b\[2mIs this right\?", shown)
    assert "⟦" not in shown


def test_a_terminal_without_colours_gets_brackets(page: Page) -> None:
    assert "⟦Tamarack Books Society⟧" in page(mail("Please add Tamarack Books Society."), terminal=True, no_color=True)


def test_a_long_line_is_wrapped_on_a_terminal_and_whole_in_a_file(page: Page) -> None:
    text = "Please add Tamarack Books Society " + "and thank you very much " * 20
    assert max(map(len, OURS.sub("", page(mail(text), terminal=True, width=60)).splitlines())) <= 60
    assert text.rstrip()[-200:] in page(mail(text))


def test_the_one_who_wrote_in_a_forward_is_marked_there(page: Page) -> None:
    text = (
        "Please add them, see below.\n\n---------- Forwarded message ---------\n"
        "From: Menno Friesen <menno@cedar.example>\nDate: Wed, 6 Jan 2021 at 09:12\nSubject: The letter\n"
        "To: Ruth Penner <ruth@tamarack.example>\n\n"
        "Please add the Cedar Valley Fellowship to the letter.\n\nPeace,\nMenno Friesen\n"
    )
    shown = page(mail(text, subject="Fwd: The letter"))
    assert "  forward │ Menno Friesen <menno@cedar.example>" in shown
    assert "          │ │ Please add the ⟦Cedar Valley Fellowship⟧ to the letter." in shown
    assert "signature │ │ ⟦Menno Friesen⟧" in shown
    assert "Ruth Penner (person, 0.50): stands in another letter than the request" in shown


def test_a_name_in_the_subject_and_one_in_an_attachment_are_shown_where_they_stand(page: Page) -> None:
    assert "⟦Tamarack Books Society⟧" in page(mail("Please add us, see subject.", subject="Tamarack Books Society"))
    message = mail("Please add the organizations in the attached list.")
    table = Attachment(
        filename="list.csv", content_type="text/csv", octets=b"Name,City\nOak Street Choir,Hull\nElm Club,Hull\n"
    )
    shown = page(Message(**{f: getattr(message, f) for f in message.__slots__} | {"attachments": (table,)}))
    assert " attached │ list.csv" in shown
    assert "“Oak Street Choir” — attachment list.csv, table" in shown


def test_long_quotes_are_cut_and_own_words_are_not(page: Page) -> None:
    own = "\n".join(f"We say {n}." for n in range(40))
    shown = page(mail(f"{own}\n\n" + "\n".join(f"> They said {n}." for n in range(40))))
    assert "We say 39." in shown
    assert "They said 11." in shown
    assert "They said 12." not in shown
    assert "… 28 more lines" in shown


HOSTILE = [
    pytest.param("\x1b[2J\x1b[H", id="clears the screen"),
    pytest.param("\x1b]0;owned\x07", id="sets the title"),
    pytest.param("\x1b]8;;https://bad.example\x1b\\Tamarack\x1b]8;;\x1b\\", id="a link of the terminal"),
    pytest.param("\x9b31m\x9d0;owned\x9c", id="C1 commands"),
    pytest.param("\r\x08\x08\x7f", id="writes over the line"),
    pytest.param("\u202egnorw\u202c\u2066\u200e", id="turns the direction"),
    pytest.param("\ud83d\udcff", id="lone surrogates"),
    pytest.param("\u2028\u2029\x85\x0b\x0c\x1c", id="line ends of other systems"),
    pytest.param("\U000e0041\ufeff\u200b\ue000", id="characters that nobody sees"),
]


@pytest.mark.parametrize("terminal", [False, True], ids=["file", "terminal"])
@pytest.mark.parametrize("octets", HOSTILE)
def test_a_stranger_cannot_command_the_terminal(page: Page, octets: str, terminal: bool) -> None:
    text = f"Please add Tamarack {octets} Books Society.\n\nBest,\nRuth {octets} Penner\nSecretary\n\n> {octets} quoted"
    shown = page(mail(text, subject=f"Our {octets} Society", name=f"Ruth {octets} Penner"), terminal=terminal)
    plain = OURS.sub("", shown) if terminal else shown
    assert {c for c in plain if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}} <= {"\n"}


@pytest.mark.parametrize("terminal", [False, True], ids=["file", "terminal"])
def test_markup_and_emoji_names_of_a_stranger_are_words_like_others(page: Page, terminal: bool) -> None:
    odd = "[bold]Oak[/bold] [link=https://bad.example]x[/link] :smile: [/]"
    shown = OURS.sub("", page(mail(f"Hello {odd}", subject=odd, name=odd), terminal=terminal))
    assert shown.count(odd) == 3
    assert "\x1b" not in shown


def test_a_stranger_cannot_forge_a_mark(page: Page) -> None:
    shown = page(mail("Please add Tamarack Books Society. ⟦Forged⟧ it stays.", subject="⟦Forged⟧"))
    assert "⟦Forged⟧" not in shown
    assert "[Forged] it stays." in shown


@pytest.mark.parametrize("octets", HOSTILE)
def test_json_commands_no_terminal_either_and_says_the_same(octets: str) -> None:
    import json

    line = json_line({"own_words": octets})
    assert not [c for c in line if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} or c in "\u202e\u2066\u200e"]
    assert json.loads(line)["own_words"] == octets.encode("utf-8", "replace").decode()


@given(st.text(max_size=200))
def test_what_is_harmless_is_as_long_as_it_was_so_that_marks_stay_in_place(text: str) -> None:
    assert len(harmless(text)) == len(text)
    assert harmless(harmless(text)) == harmless(text)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(alphabet=st.sampled_from("aA Yé請加「」會\n:：|,.>-()⟦⟧[]/?！\u202e\x00\x1b🎉"), max_size=160),
    st.booleans(),
)
def test_whatever_is_written_a_page_is_drawn(page: Page, text: str, terminal: bool) -> None:
    assert page(mail(f"Please add {text}", subject=text, name=text), terminal=terminal)


def test_a_hostile_megabyte_is_drawn_in_no_time(page: Page) -> None:
    import time

    began = time.perf_counter()
    shown = page(mail("Please add Oak Choir Society and \x1b[31m " * 25_000), terminal=True)
    assert time.perf_counter() - began < 8
    assert len(shown) < 400_000
