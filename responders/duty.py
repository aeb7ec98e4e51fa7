"""Where nobody is on duty now: a hole in the rota, or everybody who could stand in is away.
Pure; a gap is a fault, and the coordinator hears of it while it lasts."""

from collections.abc import Collection, Iterator
from datetime import datetime

from responders.policies import Receiver, Responders
from responders.rota import everyone, on_call


def gaps(responders: Responders, off: Collection[str], now: datetime) -> Iterator[Receiver]:
    """The receivers for which nobody is on duty."""
    for receiver in responders.receivers.values():
        rota = responders.rotas[receiver.rota]
        roster = {*receiver.people, *everyone(rota)}
        if on_call(rota, now) is None or roster <= set(off):
            yield receiver
