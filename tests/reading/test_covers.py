"""A forward or a file counts only where the author's words let it, in four languages; the mails are invented."""

from collections.abc import Callable

import pytest

from mailbot.core.intents import Incomplete, Intent, Sign
from mailbot.core.message import Address, Attachment, Message
from mailbot.reading.interpret import interpret
from mailbot.reading.rulebook import Rulebook

Read = Callable[..., Intent]
REQUEST = "Please add the Brook Lane Weavers Guild to the letter.\n\nOlga Reed\nSecretary"


@pytest.fixture
def passed_on(rulebook: Rulebook) -> Read:
    def read(cover: str, letter: str = REQUEST) -> Intent:
        text = (
            f"{cover}\n\n---------- Forwarded message ---------\nFrom: Olga Reed <olga@weavers.example>\n"
            f"Date: Mon, Jan 11, 2021 at 9:14 AM\nSubject: Letter\nTo: Sam Bell <sam@mail.example>\n\n\n{letter}\n"
        )
        author = Address("Sam Bell", "sam@mail.example")
        return interpret(
            Message(digest="", authors=(author,), from_fields=1, subject="Fwd: Letter", text=text), rulebook
        )

    return read


@pytest.fixture
def with_list(rulebook: Rulebook) -> Read:
    def read(text: str, rows: str = "Organization\nElm Street Choir\nOak Hill Society\n") -> Intent:
        file = Attachment(filename="list.csv", content_type="text/csv", octets=rows.encode())
        author = Address("Sam Bell", "sam@mail.example")
        message = Message(digest="", authors=(author,), from_fields=1, subject="Letter", text=text, attachments=(file,))
        return interpret(message, rulebook)

    return read


def names(intent: Intent) -> list[str]:
    return [s.name for s in getattr(intent, "signatories", ())]


@pytest.mark.parametrize(
    "cover",
    [
        pytest.param("FYI", id="for information, in three letters"),
        pytest.param("Thought you might like how others did it. No action needed.\n\nSam", id="no action needed"),
        pytest.param("Just for your records.", id="for the records"),
        pytest.param("Please make sure that they are not added.", id="they are not to be added"),
        pytest.param("Is this genuine? I know nobody of that name.", id="a doubt"),
        pytest.param("I believe this is a fake.", id="a charge of forgery"),
        pytest.param("Please ignore the request below, she left us last year.", id="to be ignored"),
        pytest.param("We have decided against it; please do not list us.", id="a refusal of their own"),
        pytest.param("What do you think, should we sign as well?", id="a question among friends"),
        pytest.param("Have you answered them? They asked me.", id="a question about the answer"),
        pytest.param("Pour information seulement.", id="French, for information"),
        pytest.param("Ce message me semble faux, est-ce vraiment vous ?", id="French, a doubt"),
        pytest.param("Merci de ne pas les ajouter.", id="French, not to be added"),
        pytest.param("Qu'en pensez-vous, devrions-nous aussi ?", id="French, a question"),
        pytest.param("僅供參考，不用跟進。", id="traditional Chinese, for information"),
        pytest.param("呢封係假冒嘅，唔好理。", id="Cantonese, a forgery"),
        pytest.param("请不要添加，我怀疑这封信可疑。", id="simplified Chinese, not to be added"),
        pytest.param("你觉得我们要不要也签？", id="simplified Chinese, a question"),
    ],
)
def test_words_above_a_forward_that_speak_against_it_leave_it_unsigned(passed_on: Read, cover: str) -> None:
    assert passed_on(cover).kind == "other"


@pytest.mark.parametrize(
    "cover",
    [
        pytest.param("", id="no cover"),
        pytest.param("See below.", id="see below"),
        pytest.param("Please handle.", id="please handle"),
        pytest.param("Fwd for you", id="two words"),
        pytest.param("FYI and for action on your side.", id="for information and action"),
        pytest.param(
            "Passing this on for a neighbour who has no e-mail. Our own club stays out of it.", id="a messenger"
        ),
        pytest.param("À traiter svp, elle a perdu votre adresse.", id="French, to be handled"),
        pytest.param("請幫佢哋加，多謝。", id="Cantonese, please add them"),
        pytest.param("转给你们，她不会用电脑。", id="simplified Chinese, a messenger"),
    ],
)
def test_words_above_a_forward_that_pass_the_request_on_sign_its_author(passed_on: Read, cover: str) -> None:
    intent = passed_on(cover)
    assert isinstance(intent, Sign)
    assert names(intent) == ["Brook Lane Weavers Guild"]


@pytest.mark.parametrize(
    "letter",
    [
        pytest.param("We will not sign, sorry. Brook Lane Weavers Guild\n\nOlga", id="a refusal"),
        pytest.param("Is it true that the Elm Choir signed? The Weavers Guild is thinking about it.", id="a question"),
        pytest.param("Nous ne signerons pas, désolée. Guilde des tisserands\n\nOlga", id="French, a refusal"),
    ],
)
def test_a_forward_that_asks_for_nothing_signs_nobody(passed_on: Read, letter: str) -> None:
    assert passed_on("See below.", letter).kind == "other"


def test_a_request_of_ones_own_above_background_counts_alone(passed_on: Read) -> None:
    intent = passed_on("Please add the Tidewater Readers Collective. Below, for your information, how others did it.")
    assert isinstance(intent, Sign)
    assert names(intent) == ["Tidewater Readers Collective"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param(
            "Please do NOT add the groups in the attached list, they declined. Only add the Tidewater Readers Collective.",
            "Tidewater Readers Collective",
            id="those who declined",
        ),
        pytest.param(
            "Please add the Tidewater Readers Collective. Attached is our membership list for your information.",
            "Tidewater Readers Collective",
            id="members, for information",
        ),
        pytest.param(
            "Merci d'ajouter le Cercle des lecteurs de Valmont. Ci-joint la liste de ceux qui ont refusé.",
            "Cercle des lecteurs de Valmont",
            id="French, those who refused",
        ),
        pytest.param(
            "請加入山城讀書會。附件是已經聯署的團體名單。", "山城讀書會", id="traditional Chinese, already signed"
        ),
        pytest.param("请加入山城读书会。附上本会理事名单供参考。", "山城读书会", id="simplified Chinese, the board"),
    ],
)
def test_a_file_of_those_who_do_not_sign_leaves_the_one_who_does(with_list: Read, text: str, name: str) -> None:
    intent = with_list(text)
    assert isinstance(intent, Sign)
    assert names(intent) == [name]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Attached is the list of groups that we will contact next week.", id="yet to be asked"),
        pytest.param("Please find attached your own list with a typo marked. We are fine.", id="the list itself"),
        pytest.param("Vous trouverez ci-joint la liste des groupes à solliciter.", id="French, yet to be asked"),
        pytest.param("附件是我們打算邀請的團體名單。", id="traditional Chinese, yet to be asked"),
    ],
)
def test_a_file_alone_of_those_who_do_not_sign_signs_nobody(with_list: Read, text: str) -> None:
    assert with_list(text).kind == "other"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Please add everybody on the attached list. Our federation has already signed.", id="beside it"),
        pytest.param("Here is our logo. Please add those in the attached list.", id="after another file"),
        pytest.param("Merci d'ajouter les groupes de la liste ci-jointe.", id="French"),
        pytest.param("請加入附件名單內的團體。本會已經聯署。", id="traditional Chinese"),
    ],
)
def test_a_file_that_is_asked_to_be_added_signs_whoever_stands_in_it(with_list: Read, text: str) -> None:
    assert names(with_list(text)) == ["Elm Street Choir", "Oak Hill Society"]


def test_a_name_asked_for_beside_a_file_signs_with_it(with_list: Read) -> None:
    intent = with_list("Please add us, the Tidewater Readers Collective, as well as the attached list.")
    assert names(intent) == ["Tidewater Readers Collective", "Elm Street Choir", "Oak Hill Society"]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(
            "Group,Contact,January call\nElm Street Choir,Ann,YES\nOak Hill Society,Bo,waiting\nAsh Club,Cy,\n",
            id="a remark",
        ),
        pytest.param(
            "Group,Contact,Call\nElm Street Choir,Ann,YES\nOak Hill Society,Bo,?\nAsh Club,Cy,NO\n", id="a mark"
        ),
        pytest.param("Organisme;Appel du 5\nElm Street Choir;OUI\nOak Hill Society;attend\nAsh;NON\n", id="French"),
        pytest.param(
            "團體,一月致電\nElm Street Choir,是\nOak Hill Society,待理事會\nAsh Club,否\n", id="traditional Chinese"
        ),
    ],
)
def test_only_those_marked_with_a_plain_yes_sign(with_list: Read, rows: str) -> None:
    assert names(with_list("Please add only those marked YES in the attached list.", rows)) == ["Elm Street Choir"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "Please add only those marked YES:\n\nElm Street Choir - YES\nOak Hill Society - NO\n", id="a dash"
        ),
        pytest.param("Please add those with a yes:\n\nElm Street Choir: yes\nOak Hill Society: no\n", id="a colon"),
        pytest.param("Please add:\n- Elm Street Choir (yes)\n- Oak Hill Society (declined)\n", id="brackets"),
        pytest.param(
            "Merci d'ajouter celles marquées OUI :\n\nElm Street Choir - OUI\nOak Society - NON\n", id="French"
        ),
    ],
)
def test_a_line_of_the_mail_that_says_no_is_never_signed(with_list: Read, text: str) -> None:
    assert names(with_list(text, "")) == ["Elm Street Choir"]


@pytest.mark.parametrize("cell", ["SUM(A1:A3)", "cmd|calc!A1"])
def test_a_formula_is_no_name(with_list: Read, cell: str) -> None:
    rows = f"Organization\nElm Street Choir\n{cell}\n"
    assert names(with_list("Please add everybody on the attached list.", rows)) == ["Elm Street Choir"]


def test_a_list_longer_than_is_read_is_asked_about_and_never_signed_in_part(with_list: Read) -> None:
    rows = "Organization\n" + "".join(f"Choir {number} Society\n" for number in range(600))
    intent = with_list("See attached list.", rows)
    assert isinstance(intent, Incomplete)
    assert intent.reason == "attachment"


def test_a_file_that_cannot_be_opened_is_asked_for_again(rulebook: Rulebook) -> None:
    file = Attachment(
        filename="groups.xls",
        content_type="application/vnd.ms-excel",
        octets=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99),
    )
    author = Address("Sam Bell", "sam@mail.example")
    text = "Please add the groups in the two attached files."
    message = Message(digest="", authors=(author,), from_fields=1, subject="Letter", text=text, attachments=(file,))
    intent = interpret(message, rulebook)
    assert isinstance(intent, Incomplete)
    assert intent.reason == "attachment"
