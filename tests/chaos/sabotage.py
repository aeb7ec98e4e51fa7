"""Breakages that somebody could make in one line, and the test that must notice each. `test_sabotage.py` makes them one
by one in a copy of the tree; a breakage whose old text is not found once is a fault of this table, and told as one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIED = ("bot", "triage", "responders", "config", "tests", "docs", "pyproject.toml")
PATIENCE = 240.0

TELEGRAM = "tests/bot/channels/test_telegram_"
SIGNAL = "tests/bot/channels/test_signal_"
CLOCK = "tests/acceptance/test_clock.py::"
LADDER = "tests/responders/test_escalation.py::"
WRITING = "tests/acceptance/test_focal_writing.py::"
STORIES = "tests/acceptance/test_stories.py::"
REST = "tests/acceptance/test_at_rest.py::"
ALARM = "tests/bot/test_operator_path.py::"
KEPT = "tests/acceptance/test_keep_table.py::"
FLOOD = "tests/acceptance/test_flood.py::"


class StaleTable(Exception):
    """A breakage no longer fits the code: bring the table up to date."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: `old` must occur exactly once in the file."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Breakage:
    """What somebody did, and the tests of which at least one must turn red. `slow`: in the long form only."""

    name: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]
    slow: bool = False


def broken(name: str, file: str, old: str, new: str, *tests: str, slow: bool = False) -> Breakage:
    return Breakage(name, (Edit(file, old, new),), tests, slow)


BREAKAGES: Sequence[Breakage] = (
    broken(
        "confirm before commit", "bot/channels/telegram_receive.py",
        "        await until_handled(self._account, inbound, handle, self._lanes, self._waits, self.counts)\n"
        "        self._confirmable(number)\n",
        "        self._confirmable(number)\n"
        "        await until_handled(self._account, inbound, handle, self._lanes, self._waits, self.counts)\n",
        TELEGRAM + "receive.py::test_a_message_is_confirmed_only_after_it_was_handled",
        TELEGRAM + "receive.py::test_work_that_was_cut_off_comes_again_after_a_restart_with_the_same_id",
    ),
    broken(
        "confirm a webhook before the work", "bot/channels/telegram_webhook.py",
        "                await handle(inbound)\n",
        "                asyncio.get_running_loop().call_soon(lambda: asyncio.ensure_future(handle(inbound)))\n",
        TELEGRAM + "webhook.py::test_a_failure_is_503_and_the_same_update_comes_again",
    ),
    broken(
        "take a line from Signal's connection before it is kept", "bot/channels/signal_receive.py",
        "        arrived: list[Inbound] = []\n", "        lines.consume()\n        arrived: list[Inbound] = []\n",
        SIGNAL + "receive.py::"
        "test_what_a_killed_process_had_only_looked_at_is_found_by_the_next_on_the_kept_connection",
    ),
    broken(
        "trust a new identity before it is noted", "bot/channels/signal_sorting.py",
        "            self._state.changing.add(inbound.address)\n", "",
        SIGNAL + "lines.py::test_nothing_is_sent_to_a_new_identity_before_it_was_noted",
    ),
    broken(
        "relay a reporter's words to any channel", "responders/paging.py",
        "            if READING.get(sender) in point.content:\n", "            if True:\n",
        "tests/acceptance/test_signal.py::test_what_a_reporter_writes_goes_to_no_other_channel",
    ),
    broken(
        "mark before work", "bot/conversation.py",
        "            pending = Pending(shard, done)\n            if inbound.in_inbox:\n",
        "            from responders.store import Commit\n"
        "            if isinstance(await self._work.store.commit(Commit(shard, done)), AlreadyDone):\n"
        "                return\n"
        "            pending = Pending(shard)\n            if inbound.in_inbox:\n",
        REST + "test_a_message_whose_commit_failed_is_worked_when_it_comes_again",
    ),
    broken(
        "decide on old records", "responders/store/lua/commit.lua",
        "if stale then return", "if false then return",
        "tests/responders/store/test_commit.py::test_a_stale_decision_changes_nothing_and_learns_every_record",
    ),
    broken(
        "work a message twice", "responders/store/lua/commit.lua",
        "    if by == ARGV[2] then return 1 end\n    return 0\n", "",
        "tests/responders/store/test_commit.py::test_a_message_that_was_worked_changes_nothing",
    ),
    broken(
        "log the text", "bot/poison.py",
        '"a message could not be worked (try %d): %s", failed, type(fault).__name__, exc_info=True',
        'f"a message could not be worked: {inbound.text}"',
        "tests/chaos/test_canaries.py::test_what_people_wrote_and_who_they_are_is_found_nowhere",
        slow=True,
    ),
    broken(
        "let the log filter pass arguments", "bot/privacy_logging.py",
        "tuple(_harmless(value) for value in given)", "tuple(given)",
        "tests/bot/test_privacy_logging.py::test_no_token_no_telephone_and_no_local_variable_is_in_a_guarded_log",
        "tests/bot/test_privacy_logging.py::test_a_leak_is_there_without_the_guard_and_gone_with_it",
    ),
    broken(
        "drop the recovery key", "responders/bodies.py",
        "for key in keys), *self._recovery)", "for key in keys), *self._recovery[1:])",
        REST + "test_the_organisations_recovery_key_opens_every_body",
    ),
    broken(
        "let a stale timer fire", "responders/escalation.py",
        "    if generation != case.generation or not case.due:\n", "    if not case.due:\n",
        LADDER + "test_a_stale_timer_changes_nothing",
    ),
    broken(
        "clock: let a ladder wait when it goes back", "responders/escalation.py",
        "    if was_retimed and early > BACK_COUNTS:\n", "    if False:\n",
        CLOCK + "test_the_clock_is_put_right_and_the_next_page_still_comes_within_its_gap",
    ),
    broken(
        "clock: do not see that it went back", "responders/store/lua/looked.lua",
        "if at - now <= tonumber(ARGV[3]) then\n", "if true then\n",
        CLOCK + "test_all_workers_were_dead_when_it_was_put_right",
    ),
    broken(
        "clock: do not look for what was left behind", "responders/clock_watch.py",
        "            if within_reach(case, now).case is not case:\n", "            if False:\n",
        CLOCK + "test_a_case_of_a_worker_that_died_before_it_looked_is_found",
    ),
    broken(
        "clock: erase though it leapt", "responders/clock_watch.py",
        "        return not self._leaps.within(_CALMED, self._steady())\n", "        return True\n",
        CLOCK + "test_nothing_is_erased_for_an_hour_after_a_leap_of_a_year",
    ),
    broken(
        "clock: keep a chat open when it goes back", "bot/session.py",
        "        if not -BACK_COUNTS <= now - stamp(self.seen) <= QUIET:\n",
        "        if now - stamp(self.seen) > QUIET:\n",
        CLOCK + "test_a_chat_is_locked_when_nobody_knows_how_long_it_was_quiet",
    ),
    broken(
        "let a level fall", "responders/raising.py",
        "    told = replace(case, suggested=max(case.suggested, level), reasons=(*case.reasons, *news))\n",
        "    told = replace(case, level=level, suggested=level, reasons=(*case.reasons, *news))\n",
        LADDER + "test_the_machine_never_lowers_a_level",
    ),
    Breakage(
        "skip the header binding",
        (
            Edit("responders/envelope.py", "padded(plaintext), _BODY_LABEL + header", "padded(plaintext), _BODY_LABEL"),
            Edit("responders/envelope.py", "[header_end:], _BODY_LABEL + header)", "[header_end:], _BODY_LABEL)"),
        ),
        ("tests/responders/test_envelope.py::test_a_flipped_bit_anywhere_does_not_open",),
    ),
    broken(
        "cap the ladder", "responders/ladder.py",
        "    case = replace(case, step=len(ladder.steps), lap=case.lap + 1, passed=(), unreachable=())\n",
        "    if case.lap == 3:\n        return CaseTurn(case)\n"
        "    case = replace(case, step=len(ladder.steps), lap=case.lap + 1, passed=(), unreachable=())\n",
        "tests/acceptance/test_focal_ladders.py::"
        "test_immediate_climbs_to_roster_and_coordinator_and_repeats_without_a_cap",
    ),
    broken(
        "ERASE stops the ladder", "responders/ending.py",
        "    if not case.is_open or case.level < Level.URGENT:\n", "    if True:\n",
        LADDER + "test_erased_by_force_the_shell_stays_on_the_ladder",
        STORIES + "test_erased_with_nobody_having_it_the_ladder_goes_on_and_the_taker_reads_maybe_forced",
    ),
    broken(
        "relay a handle", "bot/filing.py",
        "        channel=chat.channel,\n", "        channel=chat.address,\n",
        REST + "test_no_focal_point_ever_reads_an_address",
    ),
    broken(
        "answer in the wrong language", "bot/kit.py",
        "        return self.kit.texts.say(key, language, **values)\n",
        "        return self.kit.texts.say(key, self.kit.texts.source, **values)\n",
        STORIES + "test_help_is_coming_in_any_language_is_an_alert_at_once_and_answered_in_it",
    ),
    broken(
        'push what "never write" forbids', "responders/outgoing.py",
        "    return case.push is Push.YES or is_live(case, now)\n", "    return True\n",
        WRITING + "test_never_write_first_keeps_it_and_says_why",
    ),
    broken(
        "push to a seized phone", "responders/outgoing.py",
        "    if not case.has_way or any(mark in case.marks for mark in _STOPS_PUSHES):\n        return False\n", "",
        "tests/responders/test_desk.py::test_marks_keep_a_text_back_even_where_row_2_says_yes",
    ),
    broken(
        "send without the ten seconds", "responders/turns.py",
        "HOLD = timedelta(seconds=10)", "HOLD = timedelta(seconds=0)",
        WRITING + "test_a_message_is_held_ten_seconds_and_then_shown",
    ),
    broken(
        "refer without consent", "responders/working.py",
        '    if case.consent("d", body) is not Reply.YES:\n', "    if False:\n",
        "tests/responders/test_desk.py::test_a_referral_without_consent_is_refused",
    ),
    broken(
        "forget a failed page before the next person is woken", "responders/sending.py",
        "                if self.on_undeliverable is not None:\n"
        "                    await self.on_undeliverable(item, fault.reason.value)\n                break\n",
        "                break\n",
        "tests/responders/test_sending.py::test_what_can_never_arrive_is_reported_before_it_is_forgotten",
    ),
    broken(
        "switch the auditor off", "responders/timekeeper.py",
        "        if late:\n", "        if False:\n",
        "tests/acceptance/test_focal_ladders.py::test_a_lost_timer_is_armed_again_and_stale_or_doubled_ones_change_nothing",
    ),
    broken(
        "silence: let an alert wait unnoticed", "bot/pulse.py",
        "for channel, age in self.waiting.items() if age > LONGEST)", "for channel in ())",
        ALARM + "test_an_alert_that_waits_ten_seconds_is_told_over_the_other_channels",
    ),
    broken(
        "silence: tell of a stuck channel over itself", "bot/operator_alarm.py",
        "[way for way in ways if way[1] != channel], [way for way in ways if way[1] == channel]",
        "[way for way in ways if way[1] == channel],",
        ALARM + "test_an_alert_that_waits_ten_seconds_is_told_over_the_other_channels",
    ),
    broken(
        "silence: ping while nothing moves", "bot/pulse.py",
        "self.store_answers and self.is_moving and", "self.store_answers and",
        "tests/bot/test_pulse.py::test_a_loop_that_does_not_move_is_seen_and_the_dead_man_hears_no_ping",
    ),
    broken(
        "silence: page nobody when a channel does not take its test", "bot/heartbeat_round.py",
        "told = is_news(beat, now) and await self._tell(News.CHANNEL_SILENT, channel)", "told = is_news(beat, now)",
        "tests/acceptance/test_heartbeat.py::"
        "test_a_channel_that_does_not_take_it_is_told_at_once_over_the_others",
    ),
    broken(
        "seal sessions to nobody's address", "bot/conversation.py",
        "        box = session_box(self._master, inbound.channel, inbound.address)\n",
        '        box = session_box(self._master, "", "")\n',
        REST + "test_a_session_opens_with_its_owners_address_only",
    ),
    broken(
        "keep a session for a month", "bot/session.py",
        "SESSION_KEPT = timedelta(hours=72)", "SESSION_KEPT = timedelta(days=30)",
        KEPT + "test_every_key_ends_in_time_or_belongs_to_a_case_that_does",
    ),
    broken(
        "keep the address after the words", "responders/escalation.py",
        "Erase.NOTES, Erase.WAITING, Erase.WAY, Erase.RECEIPT)", "Erase.NOTES, Erase.WAITING, Erase.RECEIPT)",
        "tests/acceptance/test_focal_cases.py::test_an_ended_case_loses_its_words_then_itself_then_its_number",
        KEPT + "test_after_all_retention_only_these_keys_are_left",
    ),
    broken(
        "keep transit keys for a month", "responders/keyring.py",
        "MOST_DAYS = 8", "MOST_DAYS = 30",
        "tests/responders/test_keyring.py::test_no_more_than_eight_days_are_kept_whatever_the_caller_says",
    ),
    broken(
        "believe every webhook", "bot/channels/telegram_webhook.py",
        "        if not hmac.compare_digest(given, self._secret.reveal().encode()):\n", "        if False:\n",
        TELEGRAM + "webhook.py::test_a_stranger_gets_403_and_nothing_is_read",
    ),
    broken(
        "let pages be forwarded", "bot/channels/telegram_send.py",
        "fields[\"protect_content\"] = \"true\"", "fields[\"protect_content\"] = \"false\"",
        TELEGRAM + "send.py::test_pages_are_protected_and_ring_and_no_link_is_previewed",
    ),
    broken(
        "drop a poisonous message", "bot/poison.py",
        "        await (aside or self._reporters.set_aside)(inbound)\n", "        return\n",
        "tests/acceptance/test_focal_people.py::test_a_poisonous_message_is_set_aside_and_read_by_a_human",
    ),
    broken(
        "keep the ballast on a full disk", "responders/ballast.py",
        "        if space is Space.SPENT and held:\n", "        if False:\n",
        "tests/responders/test_ballast.py",
    ),
    broken(
        "in a flood, drop a page instead of putting it to the others", "responders/paging.py",
        "            self.gather(pending, page.person, rings.since, rings.due, now)\n            return\n",
        "            return\n",
        FLOOD + "test_a_flood_rings_a_handful_of_times_and_then_one_page_says_how_many_nobody_has",
    ),
    broken(
        "ring without a bound", "responders/grouping.py",
        "        since = now if owed + each > rate.full + _ROUNDING else None\n", "        since = None\n",
        "tests/responders/test_grouping.py::"
        "test_ten_thousand_at_once_ring_a_handful_and_one_page_about_all_within_seconds",
    ),
    broken(
        "let the page about all end while many wait", "responders/gathering.py",
        "            self._paging.gather(pending, person, since, leaves_at(since, now), now)\n", "            pass\n",
        FLOOD + "test_between_two_steps_of_the_ladders_the_page_comes_again_each_minute",
    ),
    broken(
        "put a believed reporter's page to the flood's", "responders/grouping.py",
        "        if page.kind in _OF_ONE_CASE or is_trusted(case):\n", "        if page.kind in _OF_ONE_CASE:\n",
        FLOOD + "test_somebody_whom_a_person_believed_rings_at_once_while_others_are_put_together",
    ),
    broken(
        "let a known reporter stand behind the flood", "bot/door.py",
        "        return is_full and not await self._is_known(inbound)\n", "        return is_full\n",
        "tests/bot/test_door.py::test_a_known_reporter_goes_straight_through",
    ),
    broken(
        "confirm a stranger's message without keeping it", "bot/door.py",
        "            return await self._inbox.put(self.account, place, as_bytes(inbound), self._clock())\n",
        "            return True\n",
        FLOOD + "test_a_known_reporter_in_the_midst_of_a_flood_is_worked_before_it",
    ),
    broken(
        "take digits beyond the rate for answers", "bot/hurrying.py",
        "    if session is None or session.node is None:\n        return replace(usual(),",
        "    if True:\n        return replace(usual(),",
        "tests/acceptance/test_hurry.py::test_a_question_that_was_not_shown_is_not_answered",
    ),
    broken(
        "drop what is beyond the rate", "bot/hurrying.py",
        "    longer = add_words(moment, talk, heard)\n", "    longer = talk if heard.text else None\n",
        "tests/acceptance/test_hurry.py::test_what_is_too_much_is_kept_with_the_case_and_said_once",
    ),
    broken(
        "a replica's disk is not looked at", "responders/store/fence.py",
        "        return counts[0] >= 1 and counts[1] >= self._copies\n",
        "        return counts[0] >= 1\n",
        "tests/responders/store/test_fence.py",
    ),
    broken(
        "what only one machine has is confirmed", "responders/sending.py",
        "if lasts or item.kind not in (Kind.REPLY, Kind.TELL):", "if item is not None:",
        "tests/responders/test_sending.py::test_what_too_few_machines_have_wakes_somebody_but_confirms_nothing",
    ),
    broken(
        "two workers hear one account", "responders/store/lua/hold.lua",
        "if by and by ~= ARGV[1] then return 0 end\n", "",
        "tests/bot/test_listening.py",
    ),
    broken(
        "another keyring's items are thrown away", "responders/sending.py",
        "            self._unread.add(item_id)\n            return\n", "            item = None\n",
        "tests/responders/test_sending.py::test_what_another_keyring_sealed_is_left_to_the_worker_that_has_it",
    ),
)  # fmt: skip


class Copy:
    """A copy of the tree in which things may be broken."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            source, target = ROOT / name, folder / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
            else:
                shutil.copy(source, target)

    def edit(self, breakage: Breakage) -> dict[Path, str]:
        """Make a breakage; returns what to `restore`. Raises StaleTable."""
        before: dict[Path, str] = {}
        for edit in breakage.edits:
            path = self.folder / edit.file
            text = path.read_text()
            if text.count(edit.old) != 1:
                self.restore(before)
                raise StaleTable(
                    f"{breakage.name}: found {text.count(edit.old)} times, not once, in {edit.file}"
                )
            before.setdefault(path, text)
            path.write_text(text.replace(edit.old, edit.new))
        return before

    def restore(self, before: dict[Path, str]) -> None:
        for path, text in before.items():
            path.write_text(text)

    def run(self, tests: Sequence[str]) -> tuple[int, str]:
        """Run these tests in the copy; pytest's exit code (0 green, 1 red) and what it said."""
        done = subprocess.run(  # noqa: S603 - our own interpreter and tests
            [sys.executable, "-m", "pytest", "-n", "0", "-q", "-x", "-p", "no:cacheprovider", *tests],
            cwd=self.folder, capture_output=True, text=True, timeout=PATIENCE, check=False,
            env={**os.environ, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        return done.returncode, done.stdout[-1500:] + done.stderr[-500:]
