"""The desk: where a focal point reads and answers until the console exists. HTTP on loopback or a private socket.
Whoever proves to hold a person's private key acts as that person; content leaves only sealed to that key."""

import base64
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from aiohttp import web

from bot.focal import VERB_TAP, Focal
from responders.delivery import Message
from responders.envelope import seal
from responders.people import People

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=8)
_CHALLENGE_CASE = "desk"
_PENDING = 1_000  # challenges in the air; more than that is a flood, and the oldest go


@dataclass(slots=True)
class _Visit:
    person: str
    begun: datetime
    seen: datetime


class Desk:
    """Sessions live in this process's memory only: after a restart a phone proves itself again."""

    def __init__(self, focal: Focal, people: People, clock: Callable[[], datetime]) -> None:
        self._focal = focal
        self._people = people
        self._clock = clock
        self._challenges: dict[str, tuple[str, bytes, datetime]] = {}
        self._visits: dict[str, _Visit] = {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/desk/hello", self.hello),
            web.post("/desk/prove", self.prove),
            web.post("/desk/say", self.say),
        ]

    async def hello(self, request: web.Request) -> web.Response:
        """A challenge sealed to the person's key; an unknown person gets one that nobody can open."""
        person = str((await _json(request)).get("person", ""))
        await self._people.all(fresh=True)
        keys = self._people.public_keys(person)
        nonce, name, now = secrets.token_bytes(32), secrets.token_urlsafe(12), self._clock()
        if not keys:
            return web.json_response(
                {"id": name, "envelope": base64.b64encode(secrets.token_bytes(2238)).decode()}
            )
        while len(self._challenges) >= _PENDING:
            self._challenges.pop(next(iter(self._challenges)))
        self._challenges[name] = (person, nonce, now)
        envelope = seal(_CHALLENGE_CASE, nonce, keys)
        return web.json_response({"id": name, "envelope": base64.b64encode(envelope).decode()})

    async def prove(self, request: web.Request) -> web.Response:
        """The opened challenge, once, within a minute, for a token."""
        body = await _json(request)
        person, nonce, made = self._challenges.pop(str(body.get("id", "")), ("", b"", self._clock()))
        try:
            given = base64.b64decode(str(body.get("nonce", "")), validate=True)
        except ValueError:
            given = b""
        if not person or self._clock() - made > timedelta(minutes=1) or not hmac.compare_digest(given, nonce):
            raise web.HTTPForbidden(text="this key does not open the challenge")
        token, now = secrets.token_urlsafe(32), self._clock()
        self._visits[_name(token)] = _Visit(person, now, now)
        return web.json_response({"token": token})

    async def say(self, request: web.Request) -> web.Response:
        """A command; its answers, and what the person may read, still sealed."""
        person = self._visitor(request)
        body = await _json(request)
        text = str(body.get("text", "")).removeprefix(VERB_TAP)[:16_000]
        name = str(body.get("id", ""))[:64]
        now = self._clock()
        answers, number = await self._focal.at_desk(person, text, f"{person}|{name}", now)
        replies: list[dict[str, object]] = [_shown(answer) for answer in answers]
        if number is not None:
            content = await self._focal.contents.of(person, number, str(body.get("after", "")), now)
            if content is not None:
                replies.append({"kind": "card", "text": content.card, "language": content.language})
                replies.extend(
                    {"kind": "envelope", "case": content.case_id, "part": part, "number": number,
                     "envelope": base64.b64encode(envelope).decode()}
                    for part, envelope in content.parts
                )  # fmt: skip
        return web.json_response({"replies": replies})

    def _visitor(self, request: web.Request) -> str:
        name = _name(request.headers.get("Authorization", "").removeprefix("Bearer "))
        visit, now = self._visits.get(name), self._clock()
        if visit is None or now - visit.seen > IDLE or now - visit.begun > LONGEST:
            self._visits.pop(name, None)
            raise web.HTTPUnauthorized(text="prove your key again")
        if not self._people.public_keys(visit.person):
            self._visits.pop(name, None)
            raise web.HTTPForbidden(text="this person is not enrolled any more")
        visit.seen = now
        return visit.person


def _name(token: str) -> str:
    """What is kept of a token: a dump of memory holds none that can be used."""
    return sha256(token.encode()).hexdigest()


async def _json(request: web.Request) -> dict[str, object]:
    try:
        body = json.loads(await request.read())
    except (ValueError, UnicodeDecodeError):
        raise web.HTTPBadRequest(text="expected a JSON object") from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="expected a JSON object")
    return body


def _shown(message: Message) -> dict[str, object]:
    buttons = [[button.label, button.data] for button in message.buttons]
    return {"kind": "text", "text": message.text, "buttons": buttons, "language": message.language}
