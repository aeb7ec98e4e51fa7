"""What one process has at a time: `{running}:<what>` says who, for a few seconds. Whoever has it asks again before they
are over; two may believe they have it for that long, so nothing may depend on it that a commit does not guard."""

from datetime import timedelta

from responders.store.wire import MILLISECOND, Wire


class Holding(Wire):
    """Taken, kept and given back."""

    async def hold(self, what: str, who: str, span: timedelta) -> bool:
        """Take it, or keep it, for so long; whether it is `who`'s now. Safe to repeat. Raises StoreDown."""
        return bool(await self._run("hold", [_key(what)], (who, span // MILLISECOND)))

    async def let_go(self, what: str, who: str) -> None:
        """Give it back, if it is `who`'s. Raises StoreDown."""
        await self._run("let_go", [_key(what)], (who,))


def _key(what: str) -> str:
    return f"{{running}}:{what}"
