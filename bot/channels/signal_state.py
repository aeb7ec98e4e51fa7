"""What the halves of one Signal account share: what is wrong, which chats still need a timer. In memory only."""

from collections import OrderedDict
from dataclasses import dataclass, field

from bot.channels.signal_faults import Meaning, Trouble
from bot.channels.signal_rpc import Challenge

REMEMBERED = 10_000


@dataclass(slots=True, repr=False)  # it knows addresses
class SignalState:
    """One account's state, as health, the operators' alarm and both halves see it."""

    account: str = ""
    is_subscribed: bool = False
    is_answering: bool = True  # a daemon that hangs keeps its connections open
    is_deaf: bool = False  # it looks well, and what we sent ourselves did not arrive
    heard: int = 0  # events of any kind
    trouble: Trouble | None = None
    challenge: Challenge | None = None
    # Where a new identity is being noted: nothing is sent there meanwhile.
    changing: set[str] = field(default_factory=set)
    _untimed: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _timed: OrderedDict[str, None] = field(default_factory=OrderedDict)

    @property
    def lacks(self) -> str | None:
        """Why it does not work though we are connected, for /ready."""
        if not self.is_answering:
            return "signal-cli does not answer: nothing goes out"
        if self.trouble is Trouble.CAPTCHA:
            return "Signal wants a captcha before anything goes out"
        return "our own sign of life does not arrive: reports may wait unseen" if self.is_deaf else None

    def met(self, meaning: Meaning) -> None:
        """A call failed. One without an answer cures nothing that an answer told of before."""
        if meaning.trouble is None or (meaning.trouble is Trouble.AWAY and self.trouble is not None):
            return
        self.trouble = meaning.trouble
        self.challenge = meaning.challenge or self.challenge

    def works(self) -> None:
        """A message went out."""
        self.trouble = self.challenge = None

    def met_again(self, trouble: Trouble) -> None:
        """What this was about works again."""
        if self.trouble is trouble:
            self.trouble = None

    def saw_timer(self, address: str, seconds: int | None) -> None:
        """A chat's timer, as a message of the person showed it. One that they chose, or ended, stays theirs."""
        if seconds or address in self._timed:
            _remember(self._timed, address)
            self._untimed.pop(address, None)
        elif seconds == 0:
            _remember(self._untimed, address)

    def takes_timer(self, address: str) -> bool:
        """Whether the chat's timer is to be set now; true once."""
        if address not in self._untimed:
            return False
        del self._untimed[address]
        _remember(self._timed, address)
        return True


def _remember(where: OrderedDict[str, None], address: str) -> None:
    where[address] = None
    where.move_to_end(address)
    while len(where) > REMEMBERED:
        where.popitem(last=False)
