"""Words for a reporter's phone: a person's own, and the fixed texts 2, 6, 7 and the consents, in the language of
their case. It decides nothing about what may go."""

from collections.abc import Callable, Mapping
from datetime import datetime

from responders.cases import Case
from responders.chats import Way
from responders.delivery import Button
from responders.items import HELLO, Item, Kind
from responders.turns import Out, ToReporter
from responders.voice import Voice

_PERSONS = (Out.RELAY, Out.NEW_PHONE, Out.CONSENT)
_ANSWERS = ("yes", "no", "later")


class ReporterTexts:
    """Makes the item of one thing to show."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._say = voice.texts.say
        self._fixed: Mapping[Out, Callable[[ToReporter, Case, str, datetime], str]] = {
            Out.RELAY: lambda out, *_: out.text or "",
            Out.NEW_PHONE: lambda out, *_: out.text or "",
            Out.CONSENT: self._consent,
            Out.TEXT2: lambda _out, _case, language, _now: self._say("chat/push_hello", language),
            Out.TEXT6: lambda out, _case, language, now: self._say(
                "chat/nobody_yet", language, time=self._time(out, language, now)
            ),
            Out.TEXT7: self._read,
        }

    def item(self, out: ToReporter, case: Case, now: datetime, way: Way) -> Item:
        """What the person will read; `shown` where it is a person's message, which they may answer."""
        to_new = out.kind is Out.NEW_PHONE and way.new is not None
        here = (way.pseudonym, way.channel, way.address)
        pseudonym, channel, address = way.new if to_new and way.new is not None else here
        mark = ""
        buttons: tuple[Button, ...] = ()
        if out.kind is Out.CONSENT:
            mark = f"consent|{out.values['letter']}|{case.number}|{out.values.get('body') or ''}"
            buttons = tuple(
                Button(self._say(f"chat/{one}", way.language), f"consent.{one}") for one in _ANSWERS
            )
        return Item(
            Kind.REPLY, channel, address, text=self._fixed[out.kind](out, case, way.language, now),
            language=way.language, pseudonym=pseudonym, case=case.number, ref=out.refs[0] if out.refs else None,
            shown=out.kind in _PERSONS, buttons=buttons, mark=HELLO if out.kind is Out.TEXT2 else mark,
        )  # fmt: skip

    def _consent(self, out: ToReporter, _case: Case, language: str, _now: datetime) -> str:
        """Text 10 and its like; where no other body is meant, it is the team that asks for itself."""
        team, body = self._voice.team, str(out.values.get("body") or "")
        key = f"chat/consent_{out.values['letter']}"
        return self._say(key, language, team=team, body=self._voice.body(body) if body else team)

    def _read(self, out: ToReporter, case: Case, language: str, now: datetime) -> str:
        """Text 7: what the taker reads, by the languages' own names."""
        point = self._voice.directory.focal_points.get(case.has or "")
        spoken = point.languages if point else (case.language,)
        names = ", ".join(self._voice.language_name(one) for one in spoken)
        return self._say("chat/read", language, time=self._time(out, language, now), language=names)

    def _time(self, out: ToReporter, language: str, now: datetime) -> str:
        at = out.values.get("time")
        if not isinstance(at, datetime):
            raise TypeError(f"{out.kind.value} for a reporter: expected a time to name")
        return self._voice.texts.time(at, language, self._voice.zone(""), now) + " UTC"
