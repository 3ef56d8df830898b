"""The letters of one mail with what the rules find in each: phrases of asking, and names that may be meant."""

from mailbot.core.message import Message
from mailbot.reading.asking import SUBJECT, find_phrases, without_names
from mailbot.reading.body_names import body_candidates
from mailbot.reading.edges import edge_candidates
from mailbot.reading.learned.judgement import Told
from mailbot.reading.learned.places import LETTERS, Heard, places
from mailbot.reading.letters import letters_passed_on, own_letter, untagged
from mailbot.reading.naming import Naming
from mailbot.reading.quoting import Divided
from mailbot.reading.rulebook import Rulebook


def hear(message: Message, divided: Divided, rulebook: Rulebook, known: Naming) -> list[Heard]:
    """The letters of the mail, the author's own first."""
    languages = tuple(rulebook.languages.values())
    words = tuple(language.request for language in languages)
    prefixes = tuple(p for w in languages for p in (*w.quotes.reply_prefixes, *w.quotes.forward_prefixes))
    heard = []
    for letter in (own_letter(message, divided, prefixes, known), *letters_passed_on(divided, prefixes, known)):
        hits = without_names(letter.body, find_phrases(letter.body, words), known)
        subject_hits = find_phrases(letter.subject, words, SUBJECT)
        found = [
            *body_candidates(letter.body, hits, known),
            *edge_candidates(letter, subject_hits, words, known, points=bool(hits("passing_on"))),
        ]
        heard.append(Heard(letter=letter, hits=hits, subject_hits=subject_hits, candidates=found))
    return heard


def told(message: Message, heard: list[Heard]) -> Told:
    """What the network is told of these letters."""
    own = heard[0].letter
    return Told(
        places=places(heard[:LETTERS], untagged(message.subject)),
        address=own.author.addr_spec.lower() if own.author else "",
        subject=untagged(message.subject),
        answers=own.answers,
        attachments=bool(message.attachments),
    )
