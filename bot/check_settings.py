"""Cross-checks of config/tocsin.yaml, and of what config/responders.yaml needs from it.
Yields problems at their lines; it fetches no secret and opens no connection."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.check_names import is_zone
from bot.settings import Encryption, Receive, SecretSource, Settings, Telegram
from responders.directory import Alarm
from responders.responders_file import RespondersFile
from responders.store.places import BadUrl, Form, place_of
from responders.yaml_document import Document, Problem, Weight, Where

LONGEST_TEAM = 40  # it stands in every opening and every notice
SERVICES = ("legal", "medical", "relocation", "digital", "money", "support", "advocacy")


@dataclass(frozen=True, slots=True)
class Setting:
    """config/tocsin.yaml as read, and where each thing stands in it."""

    settings: Settings
    document: Document

    def problem(self, where: Where, message: str, weight: Weight = Weight.ERROR) -> Problem:
        """A problem at a place of the file."""
        return self.document.problem(where, message, weight)


def promises(found: Setting) -> Iterator[Problem]:
    """What reporters are told must be true: days kept, services offered, languages."""
    settings = found.settings
    if not settings.team.strip():
        yield found.problem(("team",), "the team needs a name: reporters read it in the opening")
    elif len(settings.team) > LONGEST_TEAM or not _is_plain(settings.team):
        message = f"expected a name of at most {LONGEST_TEAM} letters, without braces or hidden characters"
        yield found.problem(("team",), message)
    if not settings.languages:
        yield found.problem(("languages",), "expected at least one language")
    for index, service in enumerate(settings.services):
        if service not in SERVICES:
            message = f'unknown service "{service}"; expected one of {", ".join(SERVICES)}'
            yield found.problem(("services", index), message)
    if not 1 <= settings.notice.days <= 3653:
        yield found.problem(("notice", "days"), "expected 1 to 3653 days")
    elif settings.retention.longest > timedelta(days=settings.notice.days):
        longest = settings.retention.longest.days
        message = f"the notice promises {settings.notice.days} days, but some cases are kept {longest}"
        yield found.problem(("notice", "days"), message)


def _is_plain(name: str) -> bool:
    """Nothing in it that turns a line round, breaks it or is taken for a placeholder; U+200C is Persian spelling."""
    return name.replace("\u200c", "").isprintable() and not {"{", "}"} & set(name)


def limits(found: Setting) -> Iterator[Problem]:
    """Numbers that cannot be."""
    if not 1 <= found.settings.store.shards <= 256:
        yield found.problem(("store", "shards"), "expected 1 to 256 shards")
    yield from _store(found)
    for name in ("receipt_attempts_per_day", "receipt_attempts_overall_per_hour"):
        if getattr(found.settings.limits, name) < 1:
            yield found.problem(
                ("limits", name), "expected at least 1: with none, no receipt is ever found again"
            )
    for name in ("strangers_at_once", "messages_at_once", "pages_at_once"):
        if getattr(found.settings.limits, name) < 1:
            yield found.problem(
                ("limits", name), "expected at least 1: with none, nobody is answered or woken singly"
            )
    for name in ("message_every", "page_every"):
        if getattr(found.settings.limits, name) <= timedelta(0):
            yield found.problem(("limits", name), "expected more than 0s")
    if found.settings.limits.free_disk_mib < 0:
        yield found.problem(("limits", "free_disk_mib"), "expected 0 or more")
    dead_man = found.settings.dead_man
    if dead_man is not None and dead_man.every < timedelta(seconds=10):
        yield found.problem(("dead_man", "every"), "expected at least 10s between pings")


def _store(found: Setting) -> Iterator[Problem]:
    """Where the store is, and how many machines must have a report before it is confirmed."""
    store = found.settings.store
    has_replicas = False
    if store.url is not None:
        try:
            has_replicas = place_of(store.url).form is not Form.ONE
        except BadUrl as fault:
            yield found.problem(("store", "url"), str(fault))
    if store.replicas is not None and not 0 <= store.replicas <= 5:
        yield found.problem(("store", "replicas"), "expected 0 to 5 replicas")
    elif store.replicas == 0 and has_replicas:
        message = "with 0 a report that was confirmed can be lost when a primary fails; expected at least 1"
        yield found.problem(("store", "replicas"), message)
    elif store.replicas and store.url is None:
        yield found.problem(
            ("store", "replicas"), "our own store has no replicas: nothing would be confirmed"
        )


def hours(found: Setting) -> Iterator[Problem]:
    """The hour of the daily test is one on somebody's clock."""
    heartbeat = found.settings.heartbeat
    if not is_zone(heartbeat.zone):
        message = f'unknown time zone "{heartbeat.zone}"; expected one such as Europe/Zurich'
        yield found.problem(("heartbeat", "zone"), message)
    if heartbeat.at.tzinfo is not None:
        yield found.problem(
            ("heartbeat", "at"), 'expected an hour such as "10:00"; the zone stands beside it'
        )


def accounts(found: Setting) -> Iterator[Problem]:
    """Telegram accounts are two, and a webhook has all that it needs."""
    telegram = found.settings.telegram
    for name, account in (("intake", telegram.intake), ("alerts", telegram.alerts)):
        if account is not None:
            yield from _account(found, ("telegram", name), account)
    if (
        telegram.intake is not None
        and telegram.alerts is not None
        and telegram.intake.token == telegram.alerts.token
    ):
        message = "intake and alerts are one account: a flood of reports could silence the alerts"
        yield found.problem(("telegram", "alerts", "token"), message)


def _account(found: Setting, at: Where, account: Telegram) -> Iterator[Problem]:
    yield from secret(found, (*at, "token"), account.token)
    yield from _address(found, (*at, "base_url"), account.base_url)
    if account.receive is not Receive.WEBHOOK:
        return
    if account.public_url is None:
        yield found.problem(at, 'receive: webhook needs "public_url"')
    elif urlsplit(account.public_url).scheme != "https":
        yield found.problem((*at, "public_url"), "Telegram calls https addresses only")
    if account.secret is None:
        yield found.problem(at, 'receive: webhook needs "secret", so that nobody else can post updates')
    else:
        yield from secret(found, (*at, "secret"), account.secret)


def outside(found: Setting) -> Iterator[Problem]:
    """Addresses outside: nothing leaves this machine in the clear."""
    settings = found.settings
    for name, section in (("webhook", settings.webhook), ("email", settings.email)):
        if section is not None and section.timeout <= timedelta(0):
            yield found.problem((name, "timeout"), "expected more than 0s")
    if settings.webhook is not None:
        yield from _address(found, ("webhook", "url"), settings.webhook.url)
        yield from secret(found, ("webhook", "secret"), settings.webhook.secret)
    if settings.dead_man is not None:
        yield from _address(found, ("dead_man", "url"), settings.dead_man.url)
    email = settings.email
    if email is not None:
        if not 0 < email.port < 65536:
            yield found.problem(("email", "port"), "expected a port from 1 to 65535")
        if email.encryption is Encryption.NONE and not is_local(email.host):
            message = (
                "without encryption, mail goes to a server on this machine only: expected tls or starttls"
            )
            yield found.problem(("email", "encryption"), message)
        if (email.user is None) != (email.password is None):
            yield found.problem(("email",), 'expected "user" and "password" together')
        if email.password is not None:
            yield from secret(found, ("email", "password"), email.password)


def doors(found: Setting) -> Iterator[Problem]:
    """The desk and health speak unencrypted HTTP."""
    for name, address in (("desk", found.settings.desk), ("health", found.settings.health)):
        is_socket = address.startswith(("/", "unix:"))
        if not is_socket and not is_local(address.rpartition(":")[0].strip("[]")):
            weight = Weight.ERROR if name == "desk" else Weight.WARNING
            message = f"{name} is not encrypted: expected an address of this machine, which a tunnel reaches"
            yield found.problem((name,), message, weight)
    if found.settings.desk == found.settings.health:
        yield found.problem(("health",), "the desk has this address already")


def alarms(found: Setting, responders: RespondersFile) -> Iterator[Problem]:
    """Alarm channels that people are to be woken by, but that are not set up here."""
    settings = found.settings
    missing = {
        Alarm.TELEGRAM: (settings.telegram.alerts, "telegram"),
        Alarm.WEBHOOK: (settings.webhook, "webhook"),
        Alarm.EMAIL: (settings.email, "email"),
    }
    for alarm, (value, section) in missing.items():
        woken = [name for name, person in responders.focal_points.items() if alarm in person.alarms]
        if woken and value is None:
            message = f"{alarm.value} is to wake {', '.join(woken)}, but it is not set up here"
            yield found.problem((section,), message)


def secret(found: Setting, where: Where, source: SecretSource) -> Iterator[Problem]:
    """A secret has one place."""
    if (source.file is None) == (source.env is None):
        yield found.problem(where, 'expected either "file" or "env"')


def _address(found: Setting, where: Where, url: str) -> Iterator[Problem]:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        yield found.problem(where, "this is not an address")
        return
    if parts.scheme not in {"http", "https"} or not host:
        yield found.problem(where, "expected an address that begins with https://")
    elif parts.scheme == "http" and not is_local(host):
        yield found.problem(where, "expected https: this address is not on this machine")
    if parts.username or parts.password:
        yield found.problem(where, "no secret belongs into an address")


def is_local(host: str) -> bool:
    """Whether this name or address can only mean the machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
