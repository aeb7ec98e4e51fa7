"""How the text score is on this machine: the doctor's line about its models and the embedding."""

from bot.doctor_lines import Line, State
from bot.settings import Settings, Switch
from triage.embedding.engine import NoEmbedding, check, folder
from triage.shipped import FOLDER, HEAD, LANGUAGE, WORDS, NoModel, checked


def look_at_triage(settings: Settings) -> Line:
    """Well when words are scored with sentence embeddings, or not at all by choice."""
    if settings.triage.text_score is Switch.OFF:
        return Line(State.OK, "text score: switched off; answers and danger words decide alone")
    try:
        for name in (HEAD, WORDS, LANGUAGE):
            checked(FOLDER, name)
        check(folder())
    except NoModel as fault:
        advice = "install Tocsin again: until then answers and danger words decide alone"
        return Line(State.WARN, f"text score: {fault}", advice)
    except NoEmbedding as fault:
        advice = "words are judged by lexicon and fastText, much worse (docs/triage.md): use x86-64 with AVX2"
        return Line(State.WARN, f"text score: {fault}", advice)
    return Line(State.OK, f"text score: sentence embeddings, caution {settings.triage.caution.value}")
