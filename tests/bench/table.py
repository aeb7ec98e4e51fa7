"""The one table: a row for each measure, a column for each candidate, and how many times better we are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.meter import Figures

Measured = Mapping[str, Sequence[Figures]]  # by candidate, one entry a round
COLUMNS = {
    "ours": "Tocsin",
    "aiogram": "aiogram + RedisStorage",
    "aiogram-isolated": "the same + RedisEventIsolation",
    "ptb": "PTB + durable Redis",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: its name among the figures, and how it is told."""

    what: str
    name: str
    unit: str = ""
    digits: int = 0
    more_is_better: bool = False
    ratio: bool = True


ROWS = (
    Row("1 conversation, one message at a time, until the reply is serialised: p50", "alone p50", "µs"),
    Row("… p99", "alone p99", "µs"),
    Row("… CPU a message", "alone cpu", "µs"),
    Row("… messages a second on one core's CPU", "alone rate", more_is_better=True),
    Row("a plain answer (no story, draft or case), one at a time: p50", "plain p50", "µs"),
    Row("… CPU a message", "plain cpu", "µs"),
    Row("… messages a second on one core's CPU", "plain rate", more_is_better=True),
    Row("100 conversations, 64 in flight: messages a second", "crowd rate", more_is_better=True),
    Row("… CPU a message", "crowd cpu", "µs"),
    Row("… messages a second on one core's CPU", "crowd core", more_is_better=True),
    Row("… p50", "crowd p50", "µs"),
    Row("… p99", "crowd p99", "µs"),
    Row("10,000 conversations open, 64 in flight: CPU a message", "open cpu", "µs"),
    Row("… messages a second on one core's CPU", "open core", more_is_better=True),
    Row("… p50", "open p50", "µs"),
    Row("… p99", "open p99", "µs"),
    Row("… longest time in which nobody got an answer", "open gap", "ms", 1),
    Row("… memory of the process", "open memory", "MiB"),
    Row("… memory for each of them", "open memory each", "KiB", 2),
    Row("10 answers at once from each of 100 people: everything right, people", "burst right", ratio=False),
    Row("… until all are answered", "burst time", "ms"),
    Row("store round trips a message, of those that an answer waits for", "trips waited", "", 2),
    Row("… commands a message, with all that is done behind the answer", "commands all", "", 2),
    Row("MEMORY USAGE of a session with nine answers", "bytes nine", "B"),
    Row("… of everything in the store for it", "bytes all", "B"),
    Row("process start to first answer, empty store", "restart empty", "ms"),
    Row("… with the open conversations", "restart full", "ms"),
    Row("… of it, because of them", "restart because", "ms", ratio=False),
    Row("bare EVALSHA (one SET, fsync) beside it: p50", "bare p50", "µs", ratio=False),
    Row("durable p50 / bare EVALSHA p50", "durable ratio", "", 2, ratio=False),
    Row("… of a plain answer", "plain durable ratio", "", 2, ratio=False),
    Row("last tap to page in the channel's hands, idle: p50", "page p50", "ms", 1, ratio=False),
    Row("… p99", "page p99", "ms", 1, ratio=False),
)


LOAD = (
    Row("worked a second", "worked at {}"),
    Row("CPU a message", "cpu at {}", "µs"),
    Row("answer p50", "answer at {} p50", "µs"),
    Row("answer p99", "answer at {} p99", "µs"),
    Row("page p50", "page at {} p50", "µs"),
    Row("page p99", "page at {} p99", "µs"),
)
SESSIONS = (1, 100, 10_000, 100_000, 1_000_000)
CURVE = (
    Row("store, bytes for each", "{} each", "B"),
    Row("plain answer p50", "{} p50", "µs"),
    Row("plain answer p99", "{} p99", "µs"),
)


def steps_table(head: str, rows: Sequence[Row], steps: Sequence[int], figures: Figures) -> str:
    """Markdown: a row for each step of one candidate's figures."""
    lines = [_line([head, *(row.what for row in rows)]), _line(["---:"] * (len(rows) + 1))]
    for step in steps:
        told = [_told(figures.get(row.name.format(step)), row) for row in rows]
        if any(told):
            lines.append(_line([f"{step:,}", *told]))
    return "\n".join(lines)


def table(measured: Measured) -> str:
    """Markdown: medians over the rounds."""
    names = [name for name in COLUMNS if name in measured]
    head = [
        "",
        *(COLUMNS[name] for name in names),
        *(f"{COLUMNS[name]} ÷ ours" for name in names if name != "ours"),
    ]
    lines = [_line(head), _line(["---", *["---:"] * (len(head) - 1)])]
    return "\n".join([*lines, *(_line(_cells(row, names, measured)) for row in ROWS)])


def _cells(row: Row, names: Sequence[str], measured: Measured) -> list[str]:
    values = {name: _middle(measured[name], row.name) for name in names}
    ours = values.get("ours")
    cells = [row.what, *(_told(values[name], row) for name in names)]
    for name in names:
        theirs = values[name]
        if name == "ours":
            continue
        if not row.ratio or not ours or not theirs:
            cells.append("")
        else:
            cells.append(f"{(ours / theirs) if row.more_is_better else (theirs / ours):.1f}")
    return cells


def _middle(rounds: Sequence[Figures], name: str) -> float | None:
    found = [figures[name] for figures in rounds if name in figures]
    return median(found) if found else None


def _told(value: float | None, row: Row) -> str:
    return "" if value is None else f"{value:,.{row.digits}f}" + (f" {row.unit}" if row.unit else "")


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
