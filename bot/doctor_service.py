"""What a running service says of itself at its health address, for `tocsin doctor`: whether it is ready, and what it
has refused. It asks, and nothing else."""

from collections.abc import AsyncIterator, Iterator, Mapping

import aiohttp

from bot.doctor_lines import Line, State, judged
from bot.knocks import MANY

_REFUSED = "codes, receipt words, keys or deliveries that are not ours; docs/deploy.md, What wakes you, says what to do"


async def look_at_service(address: str) -> AsyncIterator[Line]:
    """Asks /ready; a service that does not run is said, for `tocsin doctor` may come before the first start."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
            session.get(f"http://{address}/ready") as answer,
        ):
            told = await answer.json()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        yield Line(State.WARN, "the service does not run here", "tocsin run, or systemctl start tocsin")
        return
    for line in what_it_says(told):
        yield line


def what_it_says(told: Mapping[str, object]) -> Iterator[Line]:
    """The lines for what /ready answered."""
    reasons = told.get("reasons")
    said = "; ".join(map(str, reasons)) if isinstance(reasons, list) else ""
    yield judged(told.get("ready") is True, f"the service: {said or 'ready'}", "see the lines above")
    refused = told.get("refused")
    counts = (
        [count for count in refused.values() if isinstance(count, int)] if isinstance(refused, dict) else []
    )
    if isinstance(refused, dict) and any(counts):
        each = ", ".join(f"{channel} {count}" for channel, count in sorted(refused.items()))
        what = f"the service: refused since its start: {each}"
        yield judged(sum(counts) < MANY, what, _REFUSED, State.WARN)
