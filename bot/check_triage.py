"""Cross-checks of the text score: the models that it needs are the ones that their card names."""

from collections.abc import Iterator

from bot.check_settings import Setting
from bot.settings import Switch
from responders.yaml_document import Problem, Weight
from triage.score.head import thresholds
from triage.shipped import FOLDER, HEAD, LANGUAGE, WORDS, NoModel, checked


def text_score(found: Setting) -> Iterator[Problem]:
    """Words can be scored as the settings say: the model is the one that its card names."""
    if found.settings.triage.text_score is Switch.OFF:
        return
    try:
        thresholds()
        for name in (HEAD, LANGUAGE, WORDS):
            checked(FOLDER, name)
    except NoModel as fault:
        yield found.problem(("triage", "text_score"), f"words cannot be scored: {fault}", Weight.WARNING)
