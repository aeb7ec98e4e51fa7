"""Figures as people read them, and as JSON. Says nothing that measures.py has not measured."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from triage.evaluation.measures import Judged, Measured, Share, by_language, measure
from triage.scales import Level

FEWEST = 20  # messages of a language, below which its intervals say nearly nothing


def lines(judged: list[Judged]) -> Iterator[str]:
    """Everything about one file, for a terminal."""
    whole = measure(judged)
    yield f"{whole.messages} messages; 95 % intervals (Wilson)"
    yield f"recall of immediate               {whole.recall_immediate}"
    yield f"recall of immediate or urgent     {whole.recall_urgent}"
    yield f"over-triage as immediate          {whole.over_immediate}  (priority and routine)"
    yield f"over-triage as immediate, urgent  {whole.over_urgent}"
    yield f"urgent called immediate           {whole.urgent_as_immediate}"
    yield f"marked unsure                     {whole.unsure}"
    yield f"language as labelled              {whole.language}"
    calibration = "-" if whole.calibration is None else f"{whole.calibration:.3f}"
    yield f"calibration error (ECE, {len(whole.bins)} bins)   {calibration}"
    yield ""
    yield from _confusion(whole)
    yield ""
    yield f"{'language':<14}{'n':>5}  {'immediate':<24}{'or urgent':<24}{'over, imm.':<24}{'over, urg.':<24}as labelled"
    for language, group in by_language(judged).items():
        yield _row(language, measure(group))


def _confusion(whole: Measured) -> Iterator[str]:
    yield f"{'labelled / suggested':<22}" + "".join(f"{level.word:>11}" for level in Level)
    for level in Level:
        yield f"{level.word:<22}" + "".join(f"{count:>11}" for count in whole.confusion[level])


def _row(language: str, found: Measured) -> str:
    shares = (found.recall_immediate, found.recall_urgent, found.over_immediate, found.over_urgent)
    few = "  few" if found.messages < FEWEST else ""
    identified = found.language.value
    shown = "-" if identified is None else f"{identified:.3f}"
    return (
        f"{language:<14}{found.messages:>5}  " + "".join(f"{_short(one):<24}" for one in shares) + shown + few
    )


def _short(share: Share) -> str:
    if share.value is None or share.interval is None:
        return "-"
    return f"{share.value:.3f} [{share.interval[0]:.2f} {share.interval[1]:.2f}] {share.of}"


def as_json(judged: list[Judged]) -> dict[str, Any]:
    """The same for machines."""
    return {
        "all": _values(measure(judged)),
        "languages": {language: _values(measure(group)) for language, group in by_language(judged).items()},
        "reasons": dict(_reasons(judged)),
    }


def _values(found: Measured) -> Mapping[str, Any]:
    shares = {
        name: {"value": share.value, "interval": share.interval, "count": share.count, "of": share.of}
        for name in (
            "recall_immediate", "recall_urgent", "over_immediate", "over_urgent", "urgent_as_immediate",
            "unsure", "language",
        )
        if isinstance(share := getattr(found, name), Share)
    }  # fmt: skip
    return {
        "messages": found.messages, **shares, "confusion": found.confusion, "calibration": found.calibration,
        "bins": found.bins,
    }  # fmt: skip


def _reasons(judged: Iterable[Judged]) -> Iterator[tuple[str, int]]:
    counts: dict[str, int] = {}
    for one in judged:
        for reason in one.verdict.reasons:
            counts[reason.code] = counts.get(reason.code, 0) + 1
    yield from sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def reasons(judged: Iterable[Judged]) -> Iterator[str]:
    """Which reasons were shown how often."""
    yield "reasons shown"
    for code, count in _reasons(judged):
        yield f"  {count:>5}  {code}"
