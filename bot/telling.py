"""Adds one text to the reporter's own words, and keeps the mark that spares reading them again.
Never decides what a text means; hearing.py has read it."""

from typing import Any

from bot.hearing import Heard
from bot.kit import Moment
from bot.talk import Talk
from triage import calm


def told(moment: Moment, talk: Talk, heard: Heard, **changes: Any) -> Talk:  # Any: as Talk.session_with
    """The same with one more text, and other changes to the session. All words stay marked while none shows a sign."""
    session = talk.session
    before = (*session.base_words, *session.words)
    were_calm = not before or session.calm == moment.mark(before)
    is_calm = were_calm and heard.shows_nothing
    mark = moment.mark((*before, heard.text)) if is_calm else calm.UNMARKED
    return talk.session_with(words=(*session.words, heard.text), calm=mark, **changes)
