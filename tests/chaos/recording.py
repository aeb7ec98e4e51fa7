"""The two servers of a house, with what a story needs beyond their own work: what was accepted when, and a store that
can be demoted."""

from dataclasses import dataclass

from bot.clock import monotonic
from responders.valkey import EmbeddedStore
from tests.servers.bot_api import BotApi
from tests.servers.bot_api_world import Json, World


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that the platform accepted from the worker."""

    at: float
    person: int
    text: str
    message_id: int


class RecordingApi(BotApi):
    """The strict server, which also notes when it accepted what."""

    def __init__(self, token: str) -> None:
        super().__init__(World(token=token))
        self.accepted: list[Sent] = []

    async def _answer(self, method: str, parameters: Json) -> object:
        answer = await super()._answer(method, parameters)
        if method == "sendMessage":
            assert isinstance(answer, dict)
            person, number = int(parameters["chat_id"]), int(answer["message_id"])
            self.accepted.append(Sent(monotonic(), person, str(parameters["text"]), number))
        return answer


class PliantStore(EmbeddedStore):
    """The real one, that can also be told to become read-only, as after a fail-over."""

    permissions = EmbeddedStore.permissions + " +replicaof"
