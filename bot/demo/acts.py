"""What the page may ask for, as a table: the name of an act, and what it does to the stage.
Everything that arrives is checked here; a wrong act changes nothing."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from bot.channels import Attachment
from bot.demo.stage import Stage

LONGEST_TEXT = 2**16
FURTHEST = timedelta(days=30)


class BadActError(ValueError):
    """The act does not exist, or a value of it is missing or of the wrong kind."""


class Values:
    """The values of one act."""

    def __init__(self, raw: Mapping[str, object]) -> None:
        self._raw = raw

    def text(self, name: str) -> str:
        """Return a text that is not empty."""
        value = self._raw.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT:
            raise BadActError(f"expected a text as {name!r}")
        return value

    def number(self, name: str) -> int:
        """Return a whole number that is not negative."""
        value = self._raw.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise BadActError(f"expected a number as {name!r}")
        return value

    def flag(self, name: str) -> bool:
        """Return yes or no."""
        value = self._raw.get(name)
        if not isinstance(value, bool):
            raise BadActError(f"expected true or false as {name!r}")
        return value

    def one_of(self, name: str, known: Mapping[str, object]) -> str:
        """Return a name that is known."""
        value = self.text(name)
        if value not in known:
            raise BadActError(f"unknown {name}")
        return value


async def act(stage: Stage, message: object) -> None:
    """Do one act. Raises BadActError."""
    if not isinstance(message, Mapping):
        raise BadActError("expected an object")
    values = Values(message)
    outcome = ACTS[values.one_of("act", ACTS)](stage, values)
    if outcome is not None:
        await outcome


def _attach(stage: Stage, values: Values) -> None:
    kind = values.one_of("kind", {one.value: one for one in Attachment})
    stage.attach(Attachment(kind), values.text("locale"))


def _move(stage: Stage, values: Values) -> None:
    seconds = min(values.number("seconds"), int(FURTHEST.total_seconds()))
    stage.move_clock(timedelta(seconds=seconds))


def _cut(stage: Stage, values: Values) -> None:
    stage.cut(values.one_of("account", stage.accounts), cut=values.flag("cut"))


def _phone_says(stage: Stage, values: Values) -> None:
    stage.tell_phone(values.one_of("phone", stage.phones), {"say": values.text("text")})


def _phone_taps(stage: Stage, values: Values) -> None:
    tap = {"tap": values.text("entry"), "data": values.text("data"), "label": values.text("label")}
    stage.tell_phone(values.one_of("phone", stage.phones), tap)


def _phone_locks(stage: Stage, values: Values) -> None:
    stage.tell_phone(values.one_of("phone", stage.phones), {"lock": values.flag("lock")})


Act = Callable[[Stage, Values], Awaitable[None] | None]

ACTS: Mapping[str, Act] = {
    "say": lambda stage, values: stage.say(values.text("text"), values.text("locale")),
    "tap": lambda stage, values: stage.tap(
        values.number("message"), values.text("data"), values.text("locale")
    ),
    "edit": lambda stage, values: stage.edit(values.text("text"), values.text("locale")),
    "attach": _attach,
    "block": lambda stage, values: stage.block(blocked=values.flag("blocked")),
    "delete_chat": lambda stage, _: stage.delete_chat(),
    "probe": lambda stage, values: stage.probe(values.text("text"), values.text("locale")),
    "clock": _move,
    "cut": _cut,
    "kill": lambda stage, _: stage.kill_worker(),
    "phone_says": _phone_says,
    "phone_taps": _phone_taps,
    "phone_locks": _phone_locks,
}
