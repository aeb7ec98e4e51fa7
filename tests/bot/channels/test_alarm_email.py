"""The e-mail alarm against a real SMTP server: what is sent, what each refusal means, and never in the
clear."""

import email
import email.policy
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.alarm_email import AlarmEmail
from bot.settings import Email, Encryption
from responders.delivery import Message, Reason, TryAgain, Undeliverable
from responders.secret import Secret
from tests.servers.certificates import a_certificate
from tests.servers.smtp import Mailbox, an_smtp_server

NOW = datetime(2026, 11, 2, 3, tzinfo=UTC)
LONG = timedelta(seconds=60)  # a loaded machine is no server that is away
PAGE = Message("42 · IMMEDIATE · 1 I have it  2 pass  3 why me")


def mailer(mailbox: Mailbox, encryption: Encryption = Encryption.NONE, user: str | None = None) -> AlarmEmail:
    settings = Email("127.0.0.1", "tocsin@example.org", mailbox.port, encryption, user, timeout=LONG)
    return AlarmEmail(settings, Secret("pass") if user else None, lambda: NOW)


async def test_a_page_is_mailed_and_nothing_else() -> None:
    async with an_smtp_server() as mailbox:
        page_id = await mailer(mailbox).send("first@example.org", PAGE)
    [(sender, recipients, raw)] = mailbox.mails
    mail = email.message_from_string(raw, policy=email.policy.default)
    assert (sender, recipients) == ("tocsin@example.org", ["first@example.org"])
    assert mail["Subject"] == "42 · IMMEDIATE · 1 I have it 2 pass 3 why me"
    assert mail["Message-ID"] == page_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().splitlines()[0] == PAGE.text


async def test_the_server_learns_no_name_of_this_machine() -> None:
    async with an_smtp_server() as mailbox:
        await mailer(mailbox).send("first@example.org", PAGE)
    assert mailbox.commands[0] == "EHLO localhost"


async def test_it_logs_in_when_told_to() -> None:
    async with an_smtp_server(login=("tocsin", "pass")) as mailbox:
        await mailer(mailbox, user="tocsin").send("first@example.org", PAGE)
    assert len(mailbox.mails) == 1


async def test_a_wrong_password_is_refused_for_good() -> None:
    async with an_smtp_server(login=("tocsin", "other")) as mailbox:
        with pytest.raises(Undeliverable) as refused:
            await mailer(mailbox, user="tocsin").send("first@example.org", PAGE)
    assert refused.value.reason is Reason.REFUSED
    assert "pass" not in str(refused.value)


@pytest.mark.parametrize(
    ("verb", "answer", "reason"),
    [
        ("RCPT", "550 no such user", Reason.UNREGISTERED),
        ("MAIL", "553 not you", Reason.REFUSED),
        ("DATA", "554 no", Reason.REFUSED),
        ("CONNECT", "554 go away", Reason.REFUSED),
    ],
)
async def test_a_refusal_for_good_is_said_at_once(verb: str, answer: str, reason: Reason) -> None:
    async with an_smtp_server({verb: answer}) as mailbox:
        with pytest.raises(Undeliverable) as refused:
            await mailer(mailbox).send("first@example.org", PAGE)
    assert refused.value.reason is reason
    assert "first@" not in str(refused.value)


@pytest.mark.parametrize(
    ("verb", "answer"), [("RCPT", "450 greylisted"), ("DATA", "451 later"), ("CONNECT", "421 busy")]
)
async def test_a_server_that_is_busy_is_tried_again(verb: str, answer: str) -> None:
    async with an_smtp_server({verb: answer}) as mailbox:
        with pytest.raises(TryAgain):
            await mailer(mailbox).send("first@example.org", PAGE)


async def test_a_server_that_is_gone_is_tried_again() -> None:
    async with an_smtp_server() as mailbox:
        pass
    with pytest.raises(TryAgain):
        await mailer(mailbox).send("first@example.org", PAGE)


async def test_without_starttls_nothing_is_sent_in_the_clear() -> None:
    async with an_smtp_server() as mailbox:
        with pytest.raises(Undeliverable):
            await mailer(mailbox, Encryption.STARTTLS).send("first@example.org", PAGE)
    assert not any(command.startswith(("MAIL", "AUTH")) for command in mailbox.commands)


async def test_an_unknown_certificate_is_not_trusted() -> None:
    certificate = a_certificate()
    async with an_smtp_server(tls=certificate.server()) as mailbox:
        with pytest.raises(TryAgain):
            await mailer(mailbox, Encryption.TLS).send("first@example.org", PAGE)
        assert not mailbox.commands


async def test_a_trusted_certificate_is() -> None:
    certificate = a_certificate()
    async with an_smtp_server(tls=certificate.server()) as mailbox:
        settings = Email("127.0.0.1", "tocsin@example.org", mailbox.port, timeout=LONG)
        await AlarmEmail(settings, None, lambda: NOW, certificate.client()).send("first@example.org", PAGE)
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize("address", ["first@example.org\r\nBcc: third@example.org", "nobody", ""])
async def test_an_address_that_is_none_reaches_no_server(address: str) -> None:
    async with an_smtp_server() as mailbox:
        with pytest.raises(Undeliverable) as refused:
            await mailer(mailbox).send(address, PAGE)
    assert refused.value.reason is Reason.UNREGISTERED
    assert not mailbox.commands
