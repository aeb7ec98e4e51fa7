"""The files in which secrets stand, for `tocsin check`: there, private, and of the form that the platform gives them.
What they hold is compared and never quoted; nothing is asked of anybody outside."""

import re
from collections.abc import Iterator

from bot.check_settings import Setting
from bot.settings import SecretSource, same_account
from responders.secret import Secret, SecretError
from responders.yaml_document import Problem, Weight, Where

TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # Bot API: setWebhook, secret_token


def secrets(found: Setting) -> Iterator[Problem]:
    """Files that cannot be read, are open to others or hold something else; two tokens of one account."""
    tokens = []
    for where, source, form, what in _named(found):
        if source.file is None or source.env is not None:
            continue
        try:
            secret = Secret.from_file(source.file)
        except SecretError as fault:
            yield _unreadable(found, where, source, fault)
            continue
        if form is not None and form.fullmatch(secret.reveal()) is None:
            yield found.problem(where, f"{source.file}: expected {what}")
        elif form is TOKEN:
            tokens.append((where, secret))
    if len(tokens) > 1 and same_account(tokens[0][1], tokens[1][1]):
        message = "both files hold a token of one account: a flood of reports could silence the alerts"
        yield found.problem(tokens[1][0], message)


def _unreadable(found: Setting, where: Where, source: SecretSource, fault: SecretError) -> Problem:
    """Where the whole folder is not there, this may be another computer than the server."""
    assert source.file is not None  # noqa: S101 - asked before
    try:
        elsewhere = not source.file.parent.exists()
    except OSError:
        elsewhere = False
    return found.problem(where, str(fault), Weight.WARNING if elsewhere else Weight.ERROR)


def _named(found: Setting) -> Iterator[tuple[Where, SecretSource, re.Pattern[str] | None, str]]:
    """Each secret that the settings name: its place, its source, its form."""
    settings = found.settings
    for name, account in (("intake", settings.telegram.intake), ("alerts", settings.telegram.alerts)):
        if account is not None:
            yield (
                ("telegram", name, "token"),
                account.token,
                TOKEN,
                "the token that @BotFather gave, nothing else",
            )
            if account.secret is not None:
                what = "1 to 256 letters, digits, - or _, as Telegram takes them"
                yield ("telegram", name, "secret"), account.secret, WEBHOOK_SECRET, what
    if settings.webhook is not None:
        yield ("webhook", "secret"), settings.webhook.secret, None, ""
    if settings.email is not None and settings.email.password is not None:
        yield ("email", "password"), settings.email.password, None, ""
    if settings.signal is not None:
        for name, number in (("intake", settings.signal.intake), ("alerts", settings.signal.alerts)):
            if number is not None:
                yield ("signal", name), number, None, ""
