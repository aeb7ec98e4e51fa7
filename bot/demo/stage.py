"""What can be done in a demo and what is seen of it; it decides nothing about a case.
running.py starts the parts; the page (web.py) and the terminal (talk.py) show the view and call the acts."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_timedelta

from bot.channels import Attachment
from bot.channels.numbered import numbered
from bot.clock import ShiftedClock
from bot.demo import CONFIG, PHONES
from bot.demo.child import Child
from bot.demo.platform import ALARMS, INTAKE, Account, Posted
from bot.demo.platform_http import post_json
from bot.demo.view import View

__all__ = ["PHONES", "REPORTER", "Stage"]

REPORTER = "reporter"
UNSHIPPED = "sw"
RECENT = 60
PROBE_CHANGES = 20
PROBE_WAIT = 0.4


class Stage:
    """A running demo."""

    def __init__(self, clock_file: Path) -> None:
        self.view = View()
        self.clock = ShiftedClock(clock_file)
        self.worker: Child | None = None
        self.phones: dict[str, Child] = {}
        self.restarts = 0
        self.is_ready = asyncio.Event()
        self._clock_file = clock_file
        self._offset = (
            timedelta(seconds=float(clock_file.read_text() or 0)) if clock_file.exists() else timedelta()
        )
        self._probes = 0
        self.accounts = {
            INTAKE: Account(self.clock, self._intake_changed),
            ALARMS: Account(self.clock, lambda _: None),
        }

    # Acts

    @property
    def _intake(self) -> Account:
        return self.accounts[INTAKE]

    def say(self, text: str, locale: str) -> None:
        """The reporter writes."""
        self._intake.say(REPORTER, text, locale=locale)

    def tap(self, message: int, data: str, locale: str) -> None:
        """The reporter taps a button."""
        self._intake.tap(REPORTER, message, data, locale=locale)

    def attach(self, kind: Attachment, locale: str) -> None:
        """The reporter sends something that is not text."""
        self._intake.attach(REPORTER, kind, locale=locale)

    def edit(self, text: str, locale: str) -> None:
        """The reporter edits their newest message."""
        self._intake.edit_last(REPORTER, text, locale=locale)

    def block(self, *, blocked: bool) -> None:
        """The reporter blocks the bot, or unblocks it."""
        self._intake.block(REPORTER, blocked=blocked)
        self._intake_changed(REPORTER)

    def delete_chat(self) -> None:
        """The reporter deletes the chat on the phone."""
        self._intake.forget(REPORTER)

    def tell_phone(self, person: str, message: Mapping[str, object]) -> None:
        """A focal point does something on their phone."""
        self.phones[person].tell(message)

    def move_clock(self, by: timedelta) -> None:
        """Move everybody's clock forward; it never goes back, as no clock should."""
        self._offset += max(by, timedelta())
        written = self._clock_file.with_suffix(".new")
        written.write_text(str(self._offset.total_seconds()))
        written.replace(self._clock_file)
        self._show_clock()
        self.note(f"The clock was moved by {format_timedelta(by, threshold=1, locale='en')}.")

    def cut(self, account: str, *, cut: bool) -> None:
        """Cut one account off from the service, or join it again."""
        self.accounts[account].set_cut(cut=cut)
        self.show_lines()
        name = {INTAKE: "reporters' channel", ALARMS: "alarm channel"}[account]
        self.note(f"The {name} is {'cut: messages wait' if cut else 'back'}.")

    def kill_worker(self) -> None:
        """Kill the worker with SIGKILL; the keeper starts another."""
        if self.worker is not None and self.worker.is_running:
            self.note(f"The worker (process {self.worker.pid}) was killed with SIGKILL.")
            self.worker.kill()

    async def probe(self, text: str, locale: str) -> None:
        """Write the same from this phone and from a phone that never wrote, and show both answers."""
        self._probes += 1
        people = (REPORTER, f"stranger-{self._probes}")
        start = self._intake.newest
        for address in people:
            self._intake.say(address, text, locale=locale)
        for _ in range(PROBE_CHANGES):
            await self._intake.next_change(PROBE_WAIT)
            if all(self._answers(address, start) for address in people):
                break
        await asyncio.sleep(PROBE_WAIT)  # an answer may have several parts
        here, new = (self._answers(address, start) for address in people)
        self.view.show("probe", {"text": text, "here": here, "new": new, "same": here == new})

    def note(self, text: str) -> None:
        """Add one line to what happened; content-free."""
        known = self.view.now("notes")
        notes = list(known) if isinstance(known, list) else []
        notes.append({"text": text, "at": self.clock().isoformat()})
        self.view.show("notes", notes[-RECENT:])

    # What the running parts report

    def show_all(self) -> None:
        """Show what is known before anything runs."""
        self._show_clock()
        self.show_lines()
        self._intake_changed(REPORTER)
        self.view.show("ladder", [])
        self.view.show("notes", [])
        self.view.show("languages", languages(CONFIG / "locales"))
        self.view.show("worker", {"state": "starting"})

    def show_lines(self) -> None:
        """Show which accounts are cut, and how much waits in each."""
        lines = {name: {"cut": one.cut, "waiting": one.waiting} for name, one in self.accounts.items()}
        self.view.show("lines", lines)

    def hear_worker(self, worker: Child, line: Mapping[str, Any]) -> None:
        """Show one line of the worker's: that it is ready, or how the ladders stand."""
        if "ready" in line:
            if self.restarts:
                self.note(f"A new worker (process {worker.pid}) went on from the store.")
            self.restarts += 1
            self.is_ready.set()
            self.view.show("worker", {"state": "running", "pid": worker.pid})
            self.view.show("team", line["team"])
        if "ladder" in line:
            self.view.show("ladder", line["ladder"])

    def lose_worker(self, worker: Child) -> None:
        """Show that no worker runs."""
        self.view.show("worker", {"state": "down", "pid": worker.pid})

    # What is shown

    def _show_clock(self) -> None:
        self.view.show("clock", {"offset": self._offset.total_seconds()})

    def _intake_changed(self, address: str) -> None:
        if address == REPORTER:
            chat = self._intake.chat(REPORTER)
            posts = [post_json(post) | {"list": numbered(post.message)} for post in chat.posts]
            self.view.show("reporter", {"posts": posts, "blocked": chat.blocked})

    def _answers(self, address: str, after: int) -> list[str]:
        posts = self._intake.chat(address).posts
        return [_shown(post) for post in posts if post.id > after and not post.mine]


def languages(locales: Path) -> list[dict[str, str]]:
    """Return the languages a phone may be set to: every shipped one, and one that nobody has translated."""
    shipped = sorted(path.name for path in locales.iterdir() if path.is_dir()) if locales.is_dir() else []
    names = {code: Locale.parse(code).get_display_name() or code for code in ("en", *shipped)}
    names[UNSHIPPED] = f"{Locale.parse(UNSHIPPED).get_display_name()} (no texts yet)"
    return [{"code": code, "name": name} for code, name in names.items()]


def _shown(post: Posted) -> str:
    return numbered(post.message)
