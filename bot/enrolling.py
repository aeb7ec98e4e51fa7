"""Enrols a focal point by the one-time code that they were given. Whoever has none learns nothing."""

import logging
from datetime import datetime

from bot.channels import Inbound
from responders.people import InviteInvalid, People

log = logging.getLogger("tocsin.focal")


async def enrol(people: People, inbound: Inbound, now: datetime) -> str | None:
    """Who this is from now on; None for anything but a good code, which a stranger may be guessing at.

    They write first: on Signal, that is what keeps a page from looking like spam later on. Raises StoreDown."""
    code = (inbound.text or "").strip().removeprefix("/start").strip()
    if not code:
        return None
    try:
        return await people.enrol(code, inbound.channel, inbound.address, now)
    except InviteInvalid:
        log.warning("an unknown or used invitation code was given on %s", inbound.channel)
        return None
