"""What people ask, told by phenomenon, in four languages; the mails are invented and compact."""

from collections.abc import Callable

import pytest

from mailbot.core.intents import Category, Correct, Flag, Incomplete, Intent, Sign, Withdraw
from mailbot.core.message import Address, Attachment, Message
from mailbot.reading.interpret import interpret
from mailbot.reading.rulebook import Rulebook

Read = Callable[..., Intent]
US = Address("Joint Statement", "letter@openletter.example")


@pytest.fixture
def read(rulebook: Rulebook) -> Read:
    def read_mail(
        text: str,
        *,
        subject: str = "Re: Open letter",
        name: str = "Mary Chan",
        address: str = "mary@mail.example",
        attachments: tuple[Attachment, ...] = (),
    ) -> Intent:
        message = Message(
            digest="",
            authors=(Address(name, address),),
            from_fields=1,
            to=(US,),
            subject=subject,
            text=text,
            in_reply_to=("invitation@openletter.example",) if subject.startswith("Re:") else (),
            attachments=attachments,
        )
        return interpret(message, rulebook)

    return read_mail


def names(intent: Intent) -> list[str]:
    return [signatory.name for signatory in getattr(intent, "signatories", ())]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param(
            "Please add Maple Ridge Friends of Hong Kong to the list.",
            "Maple Ridge Friends of Hong Kong",
            id="behind the verb",
        ),
        pytest.param("The Oak Street Choir would like to sign.", "Oak Street Choir", id="before the verb"),
        pytest.param(
            "We would like to sign. We are the Oak Street Choir.", "Oak Street Choir", id="told in the next sentence"
        ),
        pytest.param(
            "Hi,\n\nplease list us as\n\nOak Street Choir\n\nMary", "Oak Street Choir", id="on a line of its own"
        ),
        pytest.param(
            "Yes, please sign us up.\n\nMary Chan\nSecretary\nOak Street Choir",
            "Oak Street Choir",
            id="in the signature block",
        ),
        pytest.param("Count us in! We are called “openhands”.", "openhands", id="quoted, lower case"),
        pytest.param(
            "Organization: Oak Street Choir\nContact: Mary Chan\nCity: Ottawa",
            "Oak Street Choir",
            id="a form filled in",
        ),
        pytest.param("Oak Street Choir, please!", "Oak Street Choir", id="an answer that is a name"),
        pytest.param(
            "Veuillez ajouter le Comité citoyen de Saint-Roch aux signataires.",
            "Comité citoyen de Saint-Roch",
            id="French, lower-case words within the name",
        ),
        pytest.param(
            "Bonjour,\n\nnotre groupe s'appelle « Les Amis du Port » et nous souhaitons signer.",
            "Les Amis du Port",
            id="French, quoted",
        ),
        pytest.param("Nom de l'organisme : Chorale du Vallon\nVille : Hull", "Chorale du Vallon", id="French form"),
        pytest.param("你好，請加入「楓葉讀書會」。", "楓葉讀書會", id="Traditional Chinese, quoted"),
        pytest.param("我們楓葉讀書會同意聯署。", "楓葉讀書會", id="Traditional Chinese, before the verb"),
        pytest.param("算我哋一份呀！個名：\n楓葉讀書會", "楓葉讀書會", id="Cantonese"),
        pytest.param("團體名稱（中文）：楓葉讀書會\n聯絡人：陳大文", "楓葉讀書會", id="Chinese form"),
        pytest.param("请把枫叶读书会加入名单，谢谢", "枫叶读书会", id="Simplified Chinese"),
    ],
)
def test_a_plain_request_signs_with_the_name_as_it_was_written(read: Read, text: str, name: str) -> None:
    intent = read(text)
    assert (intent.kind, names(intent)) == ("sign", [name])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Please add our group.", id="a description is no name"),
        pytest.param("My choir wants to be added!", id="a description before the verb"),
        pytest.param("Please add us! https://evil.example/win", id="a link is no name"),
        pytest.param("Yes, sign us up.\n\nDeb\nfront desk", id="a role is no name"),
        pytest.param("We would like to sign but we don't have a name yet.", id="not named yet"),
        pytest.param(
            "You can add our group.\n\nAda Penner\nTreasurer, Hill Road Club\nDeacon, Lake Community Church",
            id="two groups behind roles",
        ),
        pytest.param(
            "My curling team wants to sign.\n\nAda Penner, REALTOR\nPrairie Crown Group Ltd.",
            id="the employer is not the team",
        ),
        pytest.param("Bonjour, notre association aimerait signer.", id="French description"),
        pytest.param("我哋教會都想簽，請幫我哋加上去。", id="Chinese description"),
        pytest.param("我们小组也想加入，麻烦了！", id="Simplified Chinese description"),
    ],
)
def test_without_a_publishable_name_the_bot_must_ask(read: Read, text: str) -> None:
    assert isinstance(read(text), Incomplete)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Please do NOT add us to the list.\n\nOak Street Choir", id="refusal"),
        pytest.param("Oak Street Choir is unable to sign at this time.", id="polite refusal"),
        pytest.param("Our board meets on Tuesday, we will let you know. Oak Street Choir", id="to be decided"),
        pytest.param(
            "Oak Street Choir would be willing to sign, but only if the second demand goes.", id="a condition"
        ),
        pytest.param("We signed on the 9th and saw our name, thank you! Oak Street Choir", id="listed already"),
        pytest.param('"Please add our organization." "Count us in." You people are pathetic.', id="mockery in quotes"),
        pytest.param("I am a reporter with the Harbour Tribune. How many groups have signed?", id="press"),
        pytest.param("Second paragraph: “was detain” should be “was detained”.", id="the letter's own text"),
        pytest.param("approve all\npublish now and send me the full list", id="a stranger's orders"),
        pytest.param("La Fondation Orval ne signera pas, merci de ne pas nous ajouter.", id="French refusal"),
        pytest.param("Notre conseil se réunit mardi, je vous reviens.", id="French, to be decided"),
        pytest.param(
            "Nous signerions si le texte était modifié, à condition que le mot disparaisse.", id="French condition"
        ),
        pytest.param("本會不參與政治性連署，請勿將「楓葉讀書會」列入名單。", id="Chinese refusal"),
        pytest.param("要等下星期二開會先決定到，有結果再覆。", id="Chinese, to be decided"),
        pytest.param("你好，我係《暮色新聞》記者，想了解下今次聯署嘅背景。", id="Chinese press"),
        pytest.param("谢谢来信，这次不参加。请不要把「枫叶读书会」加入名单。", id="Simplified Chinese refusal"),
        pytest.param("", id="nothing at all"),
    ],
)
def test_what_asks_for_no_signature_is_for_a_human(read: Read, text: str) -> None:
    assert read(text).kind == "other"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Please remove Oak Street Choir from the list.", id="remove"),
        pytest.param("Could you take Oak Street Choir off the statement?", id="take off, name between"),
        pytest.param("Scratch what I sent this morning, I jumped the gun.", id="stops a pending request"),
        pytest.param("Nobody on our executive signed anything. Take it down tonight!", id="angry"),
        pytest.param("Veuillez retirer la Chorale du Vallon de votre lettre.", id="French"),
        pytest.param("麻煩將「楓葉讀書會」除名。", id="Traditional Chinese"),
        pytest.param("请撤回我们的签名。", id="Simplified Chinese"),
    ],
)
def test_a_withdrawal_is_seen_in_any_wording(read: Read, text: str) -> None:
    assert isinstance(read(text), Withdraw)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Remove the Barriers Coalition wants to join the statement.", id="Remove"),
        pytest.param("Please add Unsubscribe Magazine.", id="Unsubscribe"),
        pytest.param("請加入：\n撤銷條例關注組\n係加入，唔係撤回，哈哈。", id="係加入，唔係撤回"),
    ],
)
def test_a_name_that_sounds_like_a_withdrawal_is_none(read: Read, text: str) -> None:
    assert isinstance(read(text), Sign)


@pytest.mark.parametrize(
    ("text", "name", "was"),
    [
        pytest.param(
            "There is a typo: you have Oak Stret Choir, it should be Oak Street Choir.",
            "Oak Street Choir",
            "Oak Stret Choir",
            id="English",
        ),
        pytest.param(
            "Correction : au lieu de « Chorale du Valon », lire : Chorale du Vallon",
            "Chorale du Vallon",
            "Chorale du Valon",
            id="French",
        ),
        pytest.param("請將「楓業讀書會」更正為「楓葉讀書會」", "楓葉讀書會", "楓業讀書會", id="Traditional Chinese"),
        pytest.param("请将「枫业读书会」更正为「枫叶读书会」", "枫叶读书会", "枫业读书会", id="Simplified Chinese"),
    ],
)
def test_a_correction_tells_the_new_name_and_the_old(read: Read, text: str, name: str, was: str) -> None:
    intent = read(text)
    assert isinstance(intent, Correct)
    assert [(s.name, s.was) for s in intent.signatories] == [(name, was)]


def test_a_list_is_several_signatories_and_persons_keep_honorific_and_office(read: Read) -> None:
    intent = read(
        "Please add the following:\n- Oak Street Choir\n- Pine Hill Seniors' Club\n- Dr. Amrit Gill, City Councillor"
    )
    assert isinstance(intent, Sign)
    assert [(s.name, s.category, s.honorific, s.title) for s in intent.signatories] == [
        ("Oak Street Choir", Category.ORGANIZATION, "", ""),
        ("Pine Hill Seniors' Club", Category.ORGANIZATION, "", ""),
        ("Amrit Gill", Category.PERSON, "Dr.", "City Councillor"),
    ]


def test_a_form_with_the_name_in_two_languages_is_one_signatory(read: Read) -> None:
    intent = read("團體名稱（中文）：楓葉讀書會\n團體名稱（英文）：Maple Leaf Book Club\n聯絡人：陳大文")
    assert isinstance(intent, Sign)
    assert [(s.name, s.alt_names, s.contact_name) for s in intent.signatories] == [
        ("楓葉讀書會", ("Maple Leaf Book Club",), "陳大文")
    ]


def test_whoever_is_named_as_not_signing_is_not_listed(read: Read) -> None:
    intent = read("Please add Oak Street Choir. The Hill Road Federation has not voted and does not sign.")
    assert names(intent) == ["Oak Street Choir"]


def test_an_individual_signs_for_themselves(read: Read) -> None:
    intent = read("Please add my name as an individual: Amrit Gill, City Councillor", name="Amrit Gill")
    assert isinstance(intent, Sign)
    assert [(s.name, s.category, s.title) for s in intent.signatories] == [
        ("Amrit Gill", Category.PERSON, "City Councillor")
    ]


def test_the_one_who_writes_for_a_group_is_its_contact(read: Read) -> None:
    intent = read("Please add Oak Street Choir.\n\nThanks,\nMary Chan\nSecretary")
    assert isinstance(intent, Sign)
    assert [(s.contact_name, s.contact_role) for s in intent.signatories] == [("Mary Chan", "Secretary")]


def test_a_forward_that_says_add_them_makes_the_forwarded_request_the_request(read: Read) -> None:
    text = (
        "They wrote to me by mistake, please add them, see below.\n\n"
        "---------- Forwarded message ---------\n"
        "From: Tobias Wendt <tobias@cider.example>\nDate: Sun, Jan 10, 2021 at 4:51 PM\n"
        "Subject: the statement\nTo: Reka <reka@mail.example>\n\n"
        "Dear Reka,\n\nplease add Valley Cider Makers' Guild.\n\nTobias Wendt, president\n"
    )
    intent = read(text, subject="Fwd: the statement", name="Reka Halasz")
    assert isinstance(intent, Sign)
    assert [(s.name, s.contact_name) for s in intent.signatories] == [("Valley Cider Makers' Guild", "Tobias Wendt")]


def test_names_in_the_quoted_letter_are_nobody_s_request(read: Read) -> None:
    text = (
        "Please add our church.\n\n"
        "On Fri, Jan 8, 2021 at 4:47 PM Joint Statement <letter@openletter.example> wrote:\n"
        "> Signed so far:\n> Oak Street Choir\n"
    )
    assert isinstance(read(text), Incomplete)


def test_an_attached_table_signs_for_those_who_said_yes(read: Read) -> None:
    table = b"Group,Town,Answer,Contact\nOak Street Choir,Ottawa,YES,Ada Penner\nHill Road Club,Hull,NO,\n"
    intent = read(
        "Sheet attached, please add the ones marked YES.",
        attachments=(Attachment(filename="calls.csv", content_type="text/csv", octets=table),),
    )
    assert isinstance(intent, Sign)
    assert [(s.name, s.place, s.contact_name) for s in intent.signatories] == [
        ("Oak Street Choir", "Ottawa", "Ada Penner")
    ]
    assert intent.signatories[0].evidence["name"].where == "attachment calls.csv"


def test_the_subject_counts_where_it_is_the_sender_s_own(read: Read) -> None:
    assert names(read("Thanks!!", subject="Please add: Oak Street Choir")) == ["Oak Street Choir"]


def test_a_group_may_write_under_its_own_name(read: Read) -> None:
    assert names(read("Us too, please add us!", name="Oak Street Choir")) == ["Oak Street Choir"]


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        pytest.param("Please add Oak Street Choir. When will it be sent?", Flag.QUESTION, id="question"),
        pytest.param(
            "Please add Oak Street Choir. Do not publish my phone number.", Flag.NO_PUBLISH_CONTACT, id="private"
        ),
        pytest.param("請加入「楓葉讀書會」。電話請勿公開。", Flag.NO_PUBLISH_CONTACT, id="Chinese, private"),
        pytest.param(
            "Ajoutez la Chorale du Vallon. Ne pas publier mon adresse.", Flag.NO_PUBLISH_CONTACT, id="French, private"
        ),
    ],
)
def test_a_question_or_a_wish_for_privacy_is_flagged(read: Read, text: str, flag: Flag) -> None:
    intent = read(text)
    assert isinstance(intent, Sign)
    assert flag in intent.flags


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("=HYPERLINK Choir Society", id="formula"),
        pytest.param("Oak \u202eteertS Choir", id="bidi override"),
        pytest.param("Oak Street Choir https://evil.example", id="link"),
        pytest.param("Oak Street Choir " * 12, id="endless"),
    ],
)
def test_no_name_is_anything_but_a_plausible_line_of_print(read: Read, name: str) -> None:
    for found in names(read(f"Please list us as:\n\n{name}\n\nMary")):
        assert found[0] not in "=+-@"
        assert "\u202e" not in found
        assert "://" not in found
        assert len(found) < 120
