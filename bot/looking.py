"""Shows who wrote over Signal that we look for a person: dots, for as long as nobody has their case."""

from collections.abc import Callable

from bot.channels import Inbound
from bot.channels.signal import INTAKE
from bot.channels.signal_typing import Typing
from responders.casework import Casework


async def is_looking(work: Casework, address: str) -> bool:
    """Whether nobody has the newest case of this Signal address yet. Raises StoreDown."""
    chat = await work.chat(work.pseudonym(INTAKE, address))
    ref = chat.newest_open() if chat is not None else None
    loaded = (await work.load(ref.number))[0] if ref is not None else None
    return loaded is not None and loaded.case.is_open and loaded.case.has is None


def shows(typing: Typing) -> Callable[[Inbound], None]:
    """What is done when a case was opened."""

    def show(inbound: Inbound) -> None:
        if inbound.channel == INTAKE:
            typing.show(inbound.address)

    return show
