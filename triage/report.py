"""What the reporter said, as far as the conversation has got: the only thing triage reads.
Every field may be missing; it never holds a name, an address or anything the channel knows."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from triage.quick import quick


class Answer(StrEnum):
    """One tap of row 5; a skipped question is None, not an answer."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@quick
@dataclass(frozen=True, repr=False)  # it says what
class Report:
    """One matter of one reporter; the rows are those of the protocol's section 2.

    Choices are the choice ids of the flow `reprisal`; an unknown id counts as doubt, never as an error."""

    opening: str | None = None  # row 1: unsafe missing cannot_write soon unsure safe question
    push: str | None = None  # row 2: yes hello never
    country: str | None = None  # row 3: ISO 3166-1 alpha-2
    what: tuple[str, ...] = ()  # row 4: groups, or finer codes once a person has set them (acts.py)
    seen: Answer | None = None  # row 5
    hurt: Answer | None = None
    under_18: Answer | None = None
    dated: Answer | None = None
    address_known: Answer | None = None
    when: str | None = None  # row 6: now day days longer date
    on: date | None = None  # row 6, "will happen on"
    about: str | None = None  # row 7: me agreed cannot_ask unaware group
    how_many: int | None = None
    kinship: str | None = None  # row 7: family lawyer colleague other
    link: str | None = None  # row 9
    who_did: str | None = None  # row 10
    words: tuple[str, ...] = ()  # row 11, free text in the order it came
    help: tuple[str, ...] = ()  # row 12
    exclude: str | None = None  # row 13
    later: str | None = None
    language: str = "en"
    channel: str = ""
    interpreter: bool = False  # "my language is not here"
    voice: bool = False  # a voice note came; it is not kept
    unsure: bool = False  # an answer could not be read twice
    # what the text score made of the words, kept when they are gone: a level, or "unsure"
    scored: str | None = None
    weighed: str = ""  # the words that weighed most in that: for the sealed reasons only, like `words`
    danger: tuple[str, ...] = ()  # ids of signs found earlier, kept when the words themselves are gone
