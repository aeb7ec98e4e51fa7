"""Everything wrong with flows and texts, for `tocsin check` and for the service before it opens a channel:
the files, all paths, the translations of the wanted languages, and the tests inside the flows."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from bot import flow_loader
from bot.check_texts import problems
from bot.flow_file import ASKED, read_flow_file
from bot.flow_tests import run_tests
from bot.flow_words import check_words
from bot.texts import SOURCE, Texts, TextsError
from responders.yaml_document import Problem, Weight

TEXTS = ("chat", "desk", "reasons", "verbs")  # the files of texts; those of a question stand in its flow


def check_flows(config: Path, languages: Sequence[str], now: datetime) -> list[Problem]:
    """Problems of all flows and texts under `config`; `languages` are those that the organisation wants."""
    paths = sorted((config / "flows").glob("*.yaml"))
    if not paths:
        return [Problem("flows", 1, 1, "there is no flow")]
    found = [fault for path in paths for fault in flow_loader.problems(path, f"flows/{path.name}")]
    found += _which(config, paths)
    found += [
        Problem(f"texts/{name}.yaml", 1, 1, "the file is missing")
        for name in TEXTS
        if not (config / "texts" / f"{name}.yaml").is_file()
    ]
    found += problems(config, tuple(languages))
    if all(problem.weight is Weight.WARNING for problem in found):
        # words and walks can only be looked at when everything is there
        found += _spoken(config, paths, languages, now)
    return sorted(set(found))


def _which(config: Path, paths: Sequence[Path]) -> Iterator[Problem]:
    """Only one flow is asked. Another with its id would lend it its texts, whichever of the two is read last."""
    if config / "flows" / ASKED not in paths:
        yield Problem(f"flows/{ASKED}", 1, 1, "the file is missing: it is the flow that reporters are asked")
    first: dict[str, str] = {}
    for path in paths:
        read = read_flow_file(path, f"flows/{path.name}")
        if read.legible is None or read.document is None:
            continue
        if (other := first.setdefault(read.legible.id, path.name)) != path.name:
            message = f'the id "{read.legible.id}" belongs to flows/{other}; expected another one'
            yield read.document.problem(("id",), message)
        elif path.name != ASKED:
            message = f"nobody is asked this flow: only flows/{ASKED} is"
            yield read.document.problem(("id",), message, Weight.WARNING)


def _spoken(
    config: Path, paths: Sequence[Path], languages: Sequence[str], now: datetime
) -> Iterator[Problem]:
    try:
        texts = Texts.load(config, drafts=True)
    except TextsError as fault:
        yield Problem("texts", 1, 1, str(fault))
        return
    offered = [language for language in texts.languages if language in {SOURCE, *languages}]
    for path in paths:
        flow = flow_loader.load(path)
        yield from check_words(flow, texts)
        yield from run_tests(path, flow, texts, now, offered)
