"""Who of the directory is enrolled: addresses, public keys, tests answered, who is away. Lives in the store's
`{people}` hash under the store key; names and rules stand in the directory, secrets nowhere."""

import logging
import secrets
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache

from responders.box import Box, Tampered
from responders.compact import dumps, loads
from responders.keypair import PublicKey
from responders.store import Field, Store

log = logging.getLogger("tocsin.people")

PEOPLE = "{people}"
PERSON = "person:"  # begins the field of everybody enrolled
INVITE_VALID = timedelta(hours=48)
TEST_COUNTS = timedelta(days=7)  # ready only while every route's end answered a test this recently
_CODE = 20  # hexadecimal digits of an invitation
_FRESH = 2.0  # seconds that a look at the hash stays good


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One focal point as enrolled. `channels`: alarm channel -> address; `keys`: public keys, newest first.

    `left_at`: when they were last taken out, kept when they come back: what was open then is theirs no more."""

    channels: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    test_sent: datetime | None = None
    tested: datetime | None = None
    off_until: datetime | None = None
    on_list_until: datetime | None = None  # in a flood, at work on the list: the page about all is quiet
    has_left: bool = False
    left_at: datetime | None = None

    def is_off(self, now: datetime) -> bool:
        return self.has_left or (self.off_until is not None and now < self.off_until)

    def is_tested(self, now: datetime) -> bool:
        return self.tested is not None and now - self.tested <= TEST_COUNTS

    def __repr__(self) -> str:
        """Says nothing: addresses must not reach a traceback."""
        return "Enrolled(***)"


class InviteInvalid(Exception):
    """The code is unknown, used or too old."""


class People:
    """Reads and changes the enrolled people; a look is cached for two seconds."""

    def __init__(
        self, store: Store, box: Box, mark: Callable[[str], str], monotonic: Callable[[], float],
        listed: Container[str] | None = None,
    ) -> None:  # fmt: skip
        """`listed`: who stands in the directory (None: whoever is enrolled). Who was deleted there and not taken out
        here has left all the same: an administrator who does the one thing believes to have done both."""
        self._listed = listed
        self._store = store
        self._box = box
        self._mark = mark
        self._monotonic = monotonic
        self._seen = float("-inf")
        self._people: dict[str, Enrolled] = {}

    async def all(self, *, fresh: bool = False) -> Mapping[str, Enrolled]:
        """Everybody by id. Raises StoreDown, or Tampered when not one record can be opened."""
        if fresh or self._monotonic() - self._seen > _FRESH:
            raw = await self._store.fields(PEOPLE)
            records = {name: blob for name, blob in raw.items() if name.startswith(PERSON)}
            read = {name: self._readable(name, blob) for name, blob in records.items()}
            if records and not any(read.values()):
                raise Tampered("nobody's record can be opened: was the store made with another master key?")
            found = {name.removeprefix(PERSON): one for name, one in read.items() if one is not None}
            self._people = {person: self._as_listed(person, one) for person, one in found.items()}
            self._seen = self._monotonic()
        return self._people

    @property
    def known(self) -> Mapping[str, Enrolled]:
        """What the last look saw."""
        return self._people

    async def change(self, person: str, change: Callable[[Enrolled], Enrolled]) -> Enrolled:
        """Apply a change to one person and store it; decided again when another process was faster."""
        name = f"{PERSON}{person}"
        while True:
            blob = await self._store.field(PEOPLE, name)
            before = Enrolled() if blob is None else self._opened(name, blob)
            enrolled = change(before)
            if await self._store.swap_field(
                PEOPLE, name, blob, self._box.seal(dumps(enrolled), name.encode())
            ):
                self._people = {**self._people, person: self._as_listed(person, enrolled)}
                return enrolled

    async def leave(self, person: str, now: datetime) -> None:
        """Take somebody out: no channel, no key, and no invitation of theirs works any more. A running service takes
        their open cases back within half a minute, a stopped one when it starts (see leaving.py)."""
        for name, blob in (await self._store.fields(PEOPLE)).items():
            if name.startswith("invite:") and self._invited(name, blob).person == person:
                await self._store.put([Field(PEOPLE, name, None)])
        await self.change(person, lambda _: Enrolled(has_left=True, left_at=now))

    def at(self, channel: str, address: str) -> str | None:
        """Whose address this is, as of the last look."""
        for person, enrolled in self._people.items():
            if enrolled.channels.get(channel) == address and not enrolled.has_left:
                return person
        return None

    async def invite(self, person: str, now: datetime) -> str:
        """A one-time code, good for 48 hours: 80 random bits in groups a person can type."""
        code = secrets.token_hex(_CODE // 2)
        name = f"invite:{self._mark('invite|' + code)}"
        invite = _Invite(person, now + INVITE_VALID)
        await self._store.put([Field(PEOPLE, name, self._box.seal(dumps(invite), name.encode()))])
        return "-".join(code[i : i + 5] for i in range(0, _CODE, 5))

    async def enrol(self, code: str, channel: str, address: str, now: datetime) -> str:
        """Bind an address to the person who was invited, and use the code up. Raises InviteInvalid.

        The first place that gives a code has it: if we die in between, the same place may give it again."""
        plain = "".join(c for c in code.casefold() if c in "0123456789abcdef")
        name = f"invite:{self._mark('invite|' + plain)}"
        blob = await self._store.field(PEOPLE, name) if len(plain) == _CODE else None
        if blob is None:
            raise InviteInvalid("this code is not known, or has been used")
        invite, place = self._invited(name, blob), self._mark(f"enrol|{channel}|{address}")
        if invite.until < now:
            await self._store.put([Field(PEOPLE, name, None)])
            raise InviteInvalid("this code is too old: ask for a new one")
        used = self._box.seal(dumps(replace(invite, by=place)), name.encode())
        if invite.by not in ("", place) or not await self._store.swap_field(PEOPLE, name, blob, used):
            raise InviteInvalid("this code has just been used")
        # Enrolment answers the first test: a person has just shown that this address reaches them.
        await self.change(
            invite.person,
            lambda e: replace(e, channels={**e.channels, channel: address}, tested=now, has_left=False),
        )
        await self._store.put([Field(PEOPLE, name, None)])
        return invite.person

    async def forget_invitations(self, now: datetime) -> None:
        """Remove the codes that nobody gave in time. Raises StoreDown."""
        for name, blob in (await self._store.fields(PEOPLE)).items():
            if name.startswith("invite:") and self._is_over(name, blob, now):
                await self._store.put([Field(PEOPLE, name, None)])

    def public_keys(self, person: str) -> tuple[PublicKey, ...]:
        """The newest key of a person who has one and has not left."""
        enrolled = self._people.get(person)
        if enrolled is None or enrolled.has_left or not enrolled.keys:
            return ()
        return (_parsed(enrolled.keys[0]),)

    def key_ids(self, person: str) -> frozenset[str]:
        """All keys that a person can open with: what was sealed before a rotation stays readable."""
        enrolled = self._people.get(person)
        if enrolled is None or enrolled.has_left:
            return frozenset()
        return frozenset(_parsed(text).id for text in enrolled.keys)

    def _as_listed(self, person: str, enrolled: Enrolled) -> Enrolled:
        is_listed = self._listed is None or person in self._listed
        return enrolled if is_listed else replace(enrolled, has_left=True)

    def _readable(self, name: str, blob: bytes) -> Enrolled | None:
        """Whose record is damaged counts as not enrolled; everybody else is still woken."""
        try:
            return self._opened(name, blob)
        except Tampered:
            log.error("the record of an enrolled person cannot be opened: enrol them again")
            return None

    def _opened(self, name: str, blob: bytes) -> Enrolled:
        return loads(Enrolled, self._box.open(blob, name.encode()))

    def _is_over(self, name: str, blob: bytes, now: datetime) -> bool:
        try:
            return self._invited(name, blob).until < now
        except Tampered:
            return False  # perhaps the wrong master key was given: nothing is removed by mistake

    def _invited(self, name: str, blob: bytes) -> "_Invite":
        return loads(_Invite, self._box.open(blob, name.encode()))


@dataclass(frozen=True, slots=True)
class _Invite:
    """An invitation as stored; `by`: a keyed hash of the place that gave its code first."""

    person: str
    until: datetime
    by: str = ""


@lru_cache(maxsize=1_000)
def _parsed(text: str) -> PublicKey:
    """Parsed once: every report is sealed to the same few keys."""
    return PublicKey.parse(text)
