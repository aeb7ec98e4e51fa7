"""What an administrator can set: config/tocsin.yaml as plain dataclasses, each field explained in that file.
Holds no secret, only where one is kept; `SecretSource.load` fetches it when it is needed."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import time, timedelta
from enum import StrEnum
from pathlib import Path

from responders.secret import Secret, SecretError
from triage.score.score import Caution


class Receive(StrEnum):
    """How Telegram's updates reach us."""

    POLLING = "polling"
    WEBHOOK = "webhook"


class Encryption(StrEnum):
    """How the connection to a mail server is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SecretSource:
    """Where a secret is kept: a file that only its owner can read, or the name of an environment variable."""

    file: Path | None = None
    env: str | None = None

    def load(self, environment: Mapping[str, str]) -> Secret:
        """Fetch the secret; raises SecretError with the place and the cure."""
        if self.file is not None:
            return Secret.from_file(self.file)
        if self.env is None:
            raise SecretError("a secret needs a file or the name of an environment variable")
        return Secret.from_env(environment, self.env)


@dataclass(frozen=True, slots=True)
class Telegram:
    """One bot account. `public_url`, `listen` and `secret` are for receive: webhook only."""

    token: SecretSource
    receive: Receive = Receive.POLLING
    base_url: str = "https://api.telegram.org"
    public_url: str | None = None
    listen: str = "127.0.0.1:8443"
    secret: SecretSource | None = None


@dataclass(frozen=True, slots=True)
class TelegramAccounts:
    """Two accounts, so that a flood of reports cannot earn the alert path a rate limit."""

    intake: Telegram | None = None
    alerts: Telegram | None = None


def same_account(one: Secret, other: Secret) -> bool:
    """Whether two tokens are of one Telegram account: its id stands before the colon, and a new token keeps it."""
    return one.reveal().partition(":")[0] == other.reveal().partition(":")[0]


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal-cli daemon, tcp://host:port or unix:///path, and the numbers of our two accounts there; or
    signal-cli-rest-api at http:// or https://, which may lose messages.

    `shown_as` is what reporters read when they ask for the way to Signal (default: the intake number);
    `disappear_after` is the timer that a chat gets on first contact (0s: none); `attachments` is signal-cli's folder of
    received files, to delete them from."""

    url: str
    intake: SecretSource | None = None
    alerts: SecretSource | None = None
    shown_as: str | None = None
    disappear_after: timedelta = timedelta(days=1)
    attachments: Path | None = None


def is_rest(url: str) -> bool:
    """Whether a `signal.url` leads to signal-cli-rest-api instead of signal-cli itself."""
    return url.startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Webhook:
    """Something that rings: an SMS gateway, a pager. It is told number and level, nothing else."""

    url: str
    secret: SecretSource
    timeout: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Email:
    """The mail server for content-free alarms."""

    host: str
    from_: str
    port: int = 465
    encryption: Encryption = Encryption.TLS
    user: str | None = None
    password: SecretSource | None = None
    timeout: timedelta = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class DeadMan:
    """An outside service that rings when our pings stop."""

    url: str
    every: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The hour of the day, in a time zone, at which every alarm channel is tested without ringing."""

    at: time = time(10)
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Store:
    """A Redis >= 7.2 or Valkey by its address; without one, our own is started in `folder`.

    `replicas`: how many must have a write on disk before it is confirmed (None: one, where the url names several)."""

    url: str | None = None
    folder: Path = Path("state")
    shards: int = 8
    replicas: int | None = None


_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a closed case is kept, by its outcome; its words go first. `ways`: address and receipt."""

    released: timedelta = 90 * _DAY
    safe: timedelta = 90 * _DAY
    relocated: timedelta = 90 * _DAY
    state_responded: timedelta = 90 * _DAY
    investigated: timedelta = 90 * _DAY
    referred: timedelta = 90 * _DAY
    unverified: timedelta = 30 * _DAY
    not_ours: timedelta = 7 * _DAY
    other: timedelta = 30 * _DAY
    ways: timedelta = 30 * _DAY

    @property
    def longest(self) -> timedelta:
        """What the notice must say: no outcome keeps a case longer."""
        kept: list[timedelta] = [getattr(self, entry.name) for entry in fields(self)]
        return max(kept)


@dataclass(frozen=True, slots=True)
class Notice:
    """What text 3 promises: how many days a closed case is kept at most."""

    days: int = 90


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings that keep a flood, or a full disk, from silencing everybody."""

    receipt_attempts_per_day: int = 5
    receipt_attempts_overall_per_hour: int = 500
    free_disk_mib: int = 512
    strangers_at_once: int = 48
    messages_at_once: int = 60
    message_every: timedelta = timedelta(seconds=1)
    pages_at_once: int = 5
    page_every: timedelta = timedelta(seconds=30)


class Switch(StrEnum):
    """Whether something is done."""

    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Triage:
    """Whether words are scored, and how easily they raise a level. They never lower one."""

    text_score: Switch = Switch.ON
    caution: Caution = Caution.USUAL


@dataclass(frozen=True, slots=True)
class Settings:
    """All of config/tocsin.yaml; every field has a default that is safe."""

    team: str = "Lantern"
    languages: tuple[str, ...] = ("en", "es", "fr", "ar")
    allow_unreviewed_texts: bool = False
    services: tuple[str, ...] = ("legal", "medical", "relocation", "digital", "money", "support", "advocacy")
    notice: Notice = Notice()
    retention: Retention = Retention()
    store: Store = Store()
    keyring: Path = Path("keys/transit")
    recovery_keys: tuple[Path, ...] = ()
    telegram: TelegramAccounts = TelegramAccounts()
    signal: Signal | None = None
    webhook: Webhook | None = None
    email: Email | None = None
    dead_man: DeadMan | None = None
    heartbeat: Heartbeat = Heartbeat()
    desk: str = "127.0.0.1:8470"
    health: str = "127.0.0.1:8471"
    triage: Triage = Triage()
    limits: Limits = Limits()
