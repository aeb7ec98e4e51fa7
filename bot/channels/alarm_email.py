"""Content-free alarms by e-mail: the page's own line as subject and body, and nothing else.
It never falls back to an unencrypted connection, and tells the mail server no name of this machine."""

import secrets
import ssl
from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

import aiosmtplib

from bot.clock import Clock
from bot.settings import Email, Encryption
from responders.delivery import Message, Reason, TryAgain, Undeliverable
from responders.secret import Secret

PAUSE = timedelta(seconds=30)
GREYLISTED = timedelta(minutes=1)
LONGEST_SUBJECT = 120


class AlarmEmail:
    """Sends pages through one mail server, a connection for each. Making this object connects to nothing.

    `trust` replaces the system's certificates (tests)."""

    def __init__(
        self, email: Email, password: Secret | None, clock: Clock, trust: ssl.SSLContext | None = None
    ) -> None:
        self._email = email
        self._password = password
        self._clock = clock
        self._trust = trust

    async def send(self, address: str, message: Message) -> str:
        """Send one page; returns its Message-ID."""
        page = self._page(address, message.text)
        try:
            await self._hand_over(page)
        except aiosmtplib.SMTPRecipientsRefused as fault:
            _raise_for(max(refused.code for refused in fault.recipients), Reason.UNREGISTERED)
        except aiosmtplib.SMTPResponseException as fault:
            _raise_for(fault.code, Reason.REFUSED)
        except (aiosmtplib.SMTPTimeoutError, OSError):
            raise TryAgain(PAUSE) from None  # the cause names the address
        except aiosmtplib.SMTPException:
            raise Undeliverable(Reason.REFUSED) from None  # no STARTTLS, no login: never in the clear instead
        return str(page["Message-ID"])

    async def delete(self, address: str, ids: Sequence[str]) -> Sequence[str]:
        """What was mailed cannot be taken back."""
        del address
        return ids

    def _page(self, address: str, text: str) -> EmailMessage:
        sender = self._email.from_
        page = EmailMessage()
        try:
            page["From"], page["To"] = sender, address
            if "@" not in parseaddr(address)[1]:
                raise Undeliverable(Reason.UNREGISTERED)
        except ValueError:  # a line break in an address would be a header of somebody's choosing
            raise Undeliverable(Reason.UNREGISTERED) from None
        page["Subject"] = " ".join(text.split())[:LONGEST_SUBJECT]
        page["Date"] = format_datetime(self._clock())
        page["Message-ID"] = f"<{secrets.token_hex(12)}@{parseaddr(sender)[1].rpartition('@')[2]}>"
        page["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence notice answers it
        page.set_content(text, cte="quoted-printable")
        return page

    async def _hand_over(self, page: EmailMessage) -> None:
        email = self._email
        await aiosmtplib.send(
            page,
            hostname=email.host,
            port=email.port,
            username=email.user,
            password=None if self._password is None else self._password.reveal(),
            use_tls=email.encryption is Encryption.TLS,
            start_tls=email.encryption is Encryption.STARTTLS,
            tls_context=self._trust,
            timeout=email.timeout.total_seconds(),
            local_hostname="localhost",
        )


def _raise_for(code: int, reason: Reason) -> None:
    """RFC 5321: 4xx may pass later (greylisting), 5xx never will."""
    if 400 <= code < 500:
        raise TryAgain(GREYLISTED) from None
    raise Undeliverable(reason) from None
