"""`tocsin triage`: what triage makes of a text or a report, and how its models are made, measured and compared.
It reads files that are named to it, and for `drift` the store's counts; it sends and keeps nothing."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.cli.check import ConfigFolder
from bot.cli.labels import Language, labels
from bot.cli.sentence import one_sentence

if TYPE_CHECKING:
    from triage.evaluation.judging import Judge
    from triage.score.score import Caution

triage = typer.Typer(
    name="triage", help="Levels from words and answers, and how good they are.", no_args_is_help=True
)

Json = Annotated[bool, typer.Option("--json", help="For machines.")]
Model = Annotated[
    Path | None, typer.Option(help="A folder that tocsin triage train has made; else the shipped one.")
]
How = Annotated[str, typer.Option(help="usual, high (misses fewer) or low (wakes fewer for nothing).")]


@triage.callback()
def about() -> None:
    """Levels from words and answers, and how good they are."""


@triage.command()
def assess(
    text: Annotated[
        list[str] | None, typer.Argument(help="The text; left out: read from standard input.")
    ] = None,
    json: Json = False,
    model: Model = None,
    caution: How = "usual",
    language: Language = None,
) -> None:
    """Say the level of a text or a report, and why.

    Standard input: one text, or one JSON object a line: {"id", "text"}, or a report with its answers ({"id",
    "opening", "what", "when", "words", ...}, named as in the flow). A line that is neither is named, the others go
    on, and the exit status is 1. It alerts nobody."""
    from bot.cli import triage_lines  # noqa: PLC0415 - loads the model

    say = labels(language)
    judge = _judge(model, caution)
    failed = False
    for line in triage_lines.read(" ".join(text) if text else None, sys.stdin.buffer):
        try:
            said = triage_lines.said(judge, line)
        except triage_lines.NotAReport as fault:
            failed = True
            typer.echo(
                triage_lines.problem(line, fault) if json else f"{line.id or '-'}: {fault}", err=not json
            )
            continue
        typer.echo(said.as_json() if json else "\n".join(said.for_people(say)))
    if failed:
        raise typer.Exit(1)


@triage.command("eval")
def evaluate(
    file: Annotated[
        Path, typer.Argument(help="Tab-separated, first line: id, level, lang, text (situation, tags).")
    ],
    json: Json = False,
    plot: Annotated[
        Path | None, typer.Option(help="Draw recall against over-triage, and calibration (SVG).")
    ] = None,
    typos: Annotated[
        float, typer.Option(help="Mistype this share of the letters first, such as 0.05.")
    ] = 0.0,
    answers: Annotated[
        str | None,
        typer.Option(help="Simulate the opening's answer too: sensitivity,specificity, such as 0.95,0.90."),
    ] = None,
    model: Model = None,
    caution: How = "usual",
) -> None:
    """Measure triage on labelled messages: recall, over-triage, confusion, calibration, by language.

    Levels are immediate, urgent, priority, routine. Words alone are judged, without any answers."""
    import json as encoder  # noqa: PLC0415

    from triage.evaluation import disturbing, tables  # noqa: PLC0415
    from triage.evaluation import plot as drawing  # noqa: PLC0415
    from triage.labelled import CorpusError, read_all  # noqa: PLC0415

    shares = None if answers is None else _two_shares(answers)
    if not 0 <= typos <= 1:
        _refuse("--typos: expected a share between 0 and 1, such as 0.05")
    judge = _judge(model, caution)
    try:
        messages = list(disturbing.mistyped(read_all([file]), typos)) if typos else read_all([file])
    except CorpusError as fault:
        _refuse(str(fault))
    words = judge.judged(messages) if shares is None else disturbing.answered(judge, messages, *shares)
    judged = list(words)
    if plot is not None:
        try:
            plot.write_text(drawing.svg(judged, file.name), encoding="utf-8")
        except OSError as fault:
            _refuse(f"--plot {plot}: cannot be written: {fault.strerror}")
    if json:
        typer.echo(encoder.dumps(tables.as_json(judged)))
    else:
        typer.echo("\n".join([*tables.lines(judged), "", *tables.reasons(judged)]))


@triage.command()
def train(
    out: Annotated[Path, typer.Option(help="The folder that the model and its card are written to.")],
    corpus: Annotated[
        Path | None, typer.Option(help="A folder like triage/corpus; else the shipped one.")
    ] = None,
    add: Annotated[
        list[Path] | None, typer.Option(help="Your own labelled messages, in the same format.")
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(help="A file that keeps embeddings for the next time.")
    ] = None,
) -> None:
    """Make the text score, its fallback and the language model anew. The same corpus gives the same files.

    It takes a few minutes on one core, most of them for embeddings. Use the result with --model, and then put it in
    place of triage/model."""
    from triage.embedding.engine import NoEmbedding  # noqa: PLC0415
    from triage.labelled import CORPUS, CorpusError, read_all  # noqa: PLC0415
    from triage.training.everything import make  # noqa: PLC0415 - loads numpy

    try:
        messages = read_all([*sorted((corpus or CORPUS).glob("train/*.tsv")), *(add or ())])
        card = make(messages, out, cache, typer.echo)
    except (CorpusError, NoEmbedding) as fault:
        _refuse(str(fault))
    typer.echo(f"{card['data']['messages']} messages, sha256 {card['data']['sha256']}: {out}")


@triage.command()
def compare(
    one: Annotated[Path, typer.Argument(help="A folder with a model.")],
    other: Annotated[Path, typer.Argument(help="Another one.")],
    file: Annotated[Path, typer.Argument(help="Labelled messages to compare them on.")],
    json: Json = False,
    caution: How = "usual",
) -> None:
    """Measure two models on the same messages, and say whether the difference may be chance."""
    from triage.evaluation.comparing import compared  # noqa: PLC0415
    from triage.labelled import CorpusError, read_all  # noqa: PLC0415

    judges = (_judge(one, caution), _judge(other, caution))
    try:
        messages = read_all([file])
    except CorpusError as fault:
        _refuse(str(fault))
    if not all(judge.limits for judge in judges):
        _refuse("two models that can be used are needed to compare them")
    found = compared(*([*judge.judged(messages)] for judge in judges))
    typer.echo(found.as_json() if json else "\n".join(found.lines()))


@triage.command()
def drift(json: Json = False, config: ConfigFolder = Path("config")) -> None:
    """Show how often people confirmed the suggested level, by language, of those who agreed to be counted.

    A row under five is not shown as a number. No text is looked at; none is there."""
    import asyncio  # noqa: PLC0415

    from bot.cli.triage_drift import drifted  # noqa: PLC0415 - loads pydantic

    with one_sentence():
        typer.echo("\n".join(asyncio.run(drifted(config, json=json))))


def _two_shares(text: str) -> tuple[float, float]:
    try:
        sensitivity, specificity = map(float, text.split(","))
        is_share = 0 <= sensitivity <= 1 and 0 <= specificity <= 1
    except ValueError:
        is_share = False
    if not is_share:
        _refuse("--answers: expected two shares between 0 and 1, such as 0.95,0.90")
    return sensitivity, specificity


def _judge(folder: Path | None, caution: str) -> "Judge":
    from triage.evaluation.judging import Judge  # noqa: PLC0415
    from triage.shipped import FOLDER  # noqa: PLC0415

    judge = Judge.load(folder or FOLDER, _caution(caution))
    if judge.why:
        typer.echo(f"tocsin: {judge.why}", err=True)
    return judge


def _caution(name: str) -> "Caution":
    from triage.score.score import Caution  # noqa: PLC0415

    try:
        return Caution(name)
    except ValueError:
        _refuse(f"--caution: expected one of {', '.join(Caution)}")


def _refuse(sentence: str) -> NoReturn:
    typer.echo(f"tocsin: {sentence}", err=True)
    raise typer.Exit(1)
