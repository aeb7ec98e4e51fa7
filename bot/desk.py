"""The desk: where a focal point reads and answers until the console exists. HTTP on loopback or a private socket.
Whoever proves to hold a person's private key acts as that person; content leaves only sealed to that key."""

import base64
import hmac
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from aiohttp import web

from bot.content import Content
from bot.desk_limit import Greetings
from bot.focal import VERB_TAP, Focal
from bot.knocks import DESK
from responders.delivery import Message
from responders.envelope import seal
from responders.keypair import PrivateKey, PublicKey
from responders.people import People

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=8)
LONGEST_TEXT = 16_000
_PROVE_WITHIN = timedelta(minutes=1)
_CHALLENGE_CASE = "desk"
_PENDING = 1_000  # challenges in the air; more than that is a flood, and the oldest go


@dataclass(slots=True)
class _Visit:
    """Whoever proved a key. It ends when the key is not this person's newest any more: it may have been lost."""

    person: str
    key: str
    begun: datetime
    seen: datetime


class Desk:
    """Sessions live in this process's memory only: after a restart a phone proves itself again."""

    def __init__(
        self, focal: Focal, people: People, clock: Callable[[], datetime], mark: Callable[[str], str]
    ) -> None:
        self._mark = mark
        self._focal = focal
        self._people = people
        self._clock = clock
        self._challenges: dict[str, tuple[_Visit, bytes]] = {}
        self._visits: dict[str, _Visit] = {}
        self._greetings = Greetings(mark)
        self.on_refused: Callable[[str, datetime], None] = lambda _channel, _now: None

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/desk/hello", self.hello),
            web.post("/desk/prove", self.prove),
            web.post("/desk/say", self.say),
        ]

    async def hello(self, request: web.Request) -> web.Response:
        """A challenge sealed to the person's key; for an unknown person, to one that nobody has, always the same for
        this name: nobody finds out here who answers reports."""
        person = _text(await _json(request), "person", 100)
        if not self._greetings.allows(person, self._clock()):
            raise web.HTTPTooManyRequests(
                headers={"Retry-After": "1"}, text="too often; try again in a moment"
            )
        await self._people.all(fresh=True)
        keys = self._people.public_keys(person)
        nonce, name, now = secrets.token_bytes(32), secrets.token_urlsafe(12), self._clock()
        if keys:
            while len(self._challenges) >= _PENDING:
                self._challenges.pop(next(iter(self._challenges)))
            self._challenges[name] = (_Visit(person, keys[0].id, now, now), nonce)
        envelope = seal(_CHALLENGE_CASE, nonce, keys or (self._nobodys(person),))
        return web.json_response({"id": name, "envelope": base64.b64encode(envelope).decode()})

    async def prove(self, request: web.Request) -> web.Response:
        """The opened challenge, once, within a minute, for a token."""
        body, now = await _json(request), self._clock()
        visit, nonce = self._challenges.pop(_text(body, "id", 64), (_Visit("", "", now, now), b""))
        try:
            given = base64.b64decode(_text(body, "nonce", 64), validate=True)
        except ValueError:
            given = b""
        is_known = bool(visit.person) and now - visit.begun <= _PROVE_WITHIN
        if not is_known or not hmac.compare_digest(given, nonce):
            self.on_refused(DESK, now)
            raise web.HTTPForbidden(text="this key does not open the challenge")
        self._visits = {token: one for token, one in self._visits.items() if _is_fresh(one, now)}
        token = secrets.token_urlsafe(32)
        self._visits[_name(token)] = replace(visit, begun=now, seen=now)
        return web.json_response({"token": token})

    async def say(self, request: web.Request) -> web.Response:
        """A command; its answers, and what the person may read, still sealed."""
        person = await self._visitor(request)
        body, now = await _json(request), self._clock()
        text = _text(body, "text", LONGEST_TEXT).removeprefix(VERB_TAP)
        name = _text(body, "id", 64)
        if not name:
            raise web.HTTPBadRequest(text="expected an id, so that a command is applied once")
        answers, number = await self._focal.at_desk(person, text, f"{person}|{name}", now)
        replies = [_shown(answer) for answer in answers]
        if number is not None:
            content = await self._focal.contents.of(person, number, _text(body, "after", 64), now)
            replies += _opened(content, number) if content is not None else ()
        return web.json_response({"replies": replies})

    def _nobodys(self, person: str) -> PublicKey:
        return PrivateKey(sha256(self._mark(f"nobody|{person}").encode()).digest()).public

    async def _visitor(self, request: web.Request) -> str:
        """Who this is, if they still are enrolled with the key that they proved."""
        name = _name(request.headers.get("Authorization", "").removeprefix("Bearer "))
        visit, now = self._visits.get(name), self._clock()
        if visit is None or not _is_fresh(visit, now):
            if self._visits.pop(name, None) is None:  # a visit that has ended is no guess
                self.on_refused(DESK, now)
            raise web.HTTPUnauthorized(text="prove your key again")
        await self._people.all(fresh=True)
        if visit.key not in {key.id for key in self._people.public_keys(visit.person)}:
            del self._visits[name]
            raise web.HTTPUnauthorized(text="this key is not this person's any more")
        visit.seen = now
        return visit.person


def _is_fresh(visit: _Visit, now: datetime) -> bool:
    return now - visit.seen <= IDLE and now - visit.begun <= LONGEST


def _name(token: str) -> str:
    """What is kept of a token: a dump of memory holds none that can be used."""
    return sha256(token.encode("utf-8", "surrogateescape")).hexdigest()  # a header may hold any bytes


async def _json(request: web.Request) -> dict[str, object]:
    """The body, if it is a JSON object of a bearable depth."""
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="expected a JSON object")
    return body


def _text(body: dict[str, object], name: str, longest: int) -> str:
    """One text of the body; half characters are dropped, for nothing can be sealed that cannot be written."""
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise web.HTTPBadRequest(text=f"{name}: expected a text of at most {longest} characters")
    return value.encode("utf-8", "ignore").decode()


def _shown(message: Message) -> dict[str, object]:
    buttons = [[button.label, button.data] for button in message.buttons]
    return {"kind": "text", "text": message.text, "buttons": buttons, "language": message.language}


def _opened(content: Content, number: int) -> Iterator[dict[str, object]]:
    """The card, and each part of the body as it lies in the store."""
    yield {"kind": "card", "text": content.card, "language": content.language}
    for part, envelope in content.parts:
        sealed = base64.b64encode(envelope).decode()
        yield {
            "kind": "envelope",
            "case": content.case_id,
            "part": part,
            "number": number,
            "envelope": sealed,
        }
