"""Danger signs in free text, in any language of sign_table.py: what makes a message an emergency by itself.
Only ever raises. Never looks at who writes, never keeps or logs the text."""

from dataclasses import dataclass

from triage.scales import Level


@dataclass(frozen=True, slots=True)
class Signs:
    """What one message shows. `danger` holds ids without words; `phrases` the words beside each."""

    danger: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    cry: bool = False  # only a word for help, nothing else
    cry_and_more: bool = False  # SOS, or help plus anything
    greeting: bool = False  # only a greeting, thanks or a question
    language: str | None = None  # the language of the strongest sign: the reply must be in it

    @property
    def raise_to(self) -> Level | None:
        """The level the words alone justify."""
        return Level.IMMEDIATE if self.danger else None


def find(text: str, language: str | None = None) -> Signs:
    """Look for danger signs, cries for help and mere greetings; total on any text, bounded in time."""
    raise NotImplementedError(text, language)
