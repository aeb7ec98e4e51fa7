"""What people said, and who they are, is in no repr: an assertion or a library may print one where nobody looks."""

import pytest

from bot.channels import Inbound
from bot.desk_client import Reply
from bot.session import Session
from bot.turn import Filed, Note, Wrote
from responders.chats import Chat, Way
from responders.delivery import Message
from responders.items import Item, Kind
from tests.responders.organisations import MONDAY
from triage.assessment import assess
from triage.report import Report
from triage.signs import find

SAID, WHO = "they came at night", "+41225550101"


@pytest.mark.parametrize(
    "value",
    [
        Inbound("telegram", WHO, "m1", text=SAID),
        Session("f", "s", "en", 0, 0, words=(SAID,), answers={"exclude": SAID}),
        Chat("telegram", WHO, "en"),
        Way("p", "telegram", WHO, "en"),
        Report(words=(SAID,), exclude=SAID),
        Filed(42, Report(words=(SAID,)), is_new=True),
        find("they are at the door"),
        assess(Report(words=("they are at the door",)), MONDAY),
        Wrote(42, SAID, Note.UNLOCKED),
        Message(SAID),
        Item(Kind.REPLY, "telegram", WHO, text=SAID),
        Reply("opened", SAID),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_repr_says_neither_what_nor_who(value: object) -> None:
    for shown in (repr(value), str(value), f"{value}", repr([value]), repr({"x": value})):
        assert SAID not in shown
        assert "at the door" not in shown
        assert WHO not in shown
