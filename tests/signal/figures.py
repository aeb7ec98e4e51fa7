"""Figures that a run prints at its end, for people who compare runs."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Figures:
    """Lines of name and value, in the order in which they were measured."""

    lines: list[str] = field(default_factory=list)

    def note(self, name: str, value: str) -> None:
        self.lines.append(f"{value:>28}  {name}")
