"""`tocsin texts`: brings translators' files up to the sources and shows how far each language is.
It never translates, and never marks anything as reviewed: that is a translator's word."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.sentence import one_sentence

if TYPE_CHECKING:  # Babel and pydantic take longer to load than `tocsin --help` may
    from bot.texts import Status

texts = typer.Typer(
    name="texts",
    help="Translations: bring the PO files up to the sources, see what is missing, stale or not reviewed.",
    no_args_is_help=True,
)

ConfigFolder = Annotated[
    Path, typer.Option("--config", help="The folder with flows, texts and locales.", file_okay=False)
]


@texts.command()
def extract(
    languages: Annotated[
        list[str] | None, typer.Argument(help="Languages to bring up to date or to begin; all by default.")
    ] = None,
    config: ConfigFolder = Path("config"),
) -> None:
    """Write the templates (POT) and bring every PO file up to the English.

    A changed English text keeps its old translation, marked fuzzy with the previous English beside it; nobody
    is shown it until a translator has looked. Comments by translators stay."""
    from bot.catalogues import catalogue_path, template_for, update_catalogue, write_catalogue  # noqa: PLC0415
    from bot.source_texts import read_sources  # noqa: PLC0415

    sources, problems = read_sources(config)
    for problem in problems:
        typer.echo(f"{config}/{problem}", err=True)
    if problems:
        raise typer.Exit(1)
    domains = dict.fromkeys(source.domain for source in sources.values())
    for domain in domains:
        write_catalogue(config / "locales" / f"{domain}.pot", template_for(domain, sources.values()))
    for language in languages or _folders(config):
        with one_sentence():
            brought = {
                path: update_catalogue(path, language, path.stem, sources.values())
                for path in (catalogue_path(config, language, domain) for domain in domains)
            }
        for path, catalogue in brought.items():
            write_catalogue(path, catalogue)
        typer.echo(f"{language}: {len(domains)} files brought up to {len(sources)} texts")


@texts.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Name every missing, stale and faulty text.")] = False,
    config: ConfigFolder = Path("config"),
) -> None:
    """Show each language: whole and reviewed, drafted and not reviewed, or what is missing or stale.

    Exit code 1 if a language has a translation that does not fit (a lost {name}, a label too long)."""
    from bot.texts import statuses  # noqa: PLC0415

    with one_sentence():
        found = statuses(config)
    if as_json:
        typer.echo(json.dumps([_as_json(one) for one in found], ensure_ascii=False, indent=2))
    else:
        _table(found, every=every)
    if any(one.faulty for one in found):
        raise typer.Exit(1)


def verdict(one: "Status") -> str:
    """The state of a language in a few words."""
    if one.is_reviewed:
        return "whole, reviewed"
    return "whole, drafted, not reviewed" if one.whole else "not offered"


def _folders(config: Path) -> list[str]:
    folder = config / "locales"
    return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def _as_json(one: "Status") -> dict[str, object]:
    return {
        "language": one.language,
        "verdict": verdict(one),
        "total": one.total,
        "reviewed": one.reviewed,
        "drafted": one.drafted,
        "stale": list(one.stale),
        "missing": list(one.missing),
        "faulty": list(one.faulty),
    }


def _table(found: "list[Status]", *, every: bool) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table("language", "state", "reviewed", "drafted", "stale", "missing", "faulty")
    for one in found:
        counts = (one.reviewed, one.drafted, len(one.stale), len(one.missing), len(one.faulty))
        table.add_row(one.language, verdict(one), *map(str, counts))
    Console().print(table)
    for one in found:
        lines = [*one.faulty, *(f"{k}: stale" for k in one.stale), *(f"{k}: missing" for k in one.missing)]
        for line in lines if every else list(one.faulty):
            typer.echo(f"{one.language}: {line}")
