"""Sending mail to the owners: an encrypted connection to a server whose certificate is checked, or none at all."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

from server.settings import Settings

PASSWORD = "WORKPULSE_SMTP_PASSWORD"  # noqa: S105 — where it is, not what it is
TIMEOUT_SECONDS = 20
LONGEST_TROUBLE = 300


class Attachment(NamedTuple):
    """A file that goes along."""

    name: str
    kind: str
    content: bytes


class CannotSendError(Exception):
    """The mail did not go out; the sentence says why, without any secret."""


def is_set_up(settings: Settings) -> bool:
    """Return whether there is a mail server to send by."""
    return bool(settings.smtp_host and settings.smtp_from)


def letter(settings: Settings, to: Sequence[str], subject: str, text: str, number: str, files: Sequence[Attachment] = ()) -> EmailMessage:
    """Return a mail; `number` makes it the same mail however often it is tried, so that a reader can tell."""
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())
    message["From"] = settings.smtp_from
    message["To"] = ", ".join(to)
    message["Message-ID"] = f"<{number}@workpulse.invalid>"
    message.set_content(text)
    for one in files:
        main, _, sub = one.kind.partition("/")
        message.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
    return message


def send(settings: Settings, message: EmailMessage, environment: Mapping[str, str] = os.environ) -> None:
    """Send a mail; raise CannotSendError when the server is away, is not who it says, or refuses anybody it goes to."""
    if not is_set_up(settings):
        raise CannotSendError("no mail server is set up: see --smtp-host and --smtp-from")
    try:
        with _connected(settings) as server:
            secret = _password(settings, environment)
            if settings.smtp_user:
                server.login(settings.smtp_user, secret)
            refused = server.send_message(message)
    except smtplib.SMTPAuthenticationError:
        raise CannotSendError("the mail server did not accept the user and password") from None
    except ssl.SSLCertVerificationError as fault:
        raise CannotSendError(f"the mail server's certificate is not trusted: {fault.verify_message}") from None
    except smtplib.SMTPRecipientsRefused as fault:
        raise CannotSendError(f"the mail server refused {len(fault.recipients)} of the addresses") from None
    except (smtplib.SMTPException, OSError, ValueError) as fault:
        raise CannotSendError(f"the mail did not go out: {_told(fault)}") from None
    if refused:
        raise CannotSendError(f"the mail server refused {len(refused)} of the addresses")


def _connected(settings: Settings) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=settings.smtp_authority or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS, context=context)
    server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS)
    try:
        server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server


def _password(settings: Settings, environment: Mapping[str, str]) -> str:
    if settings.smtp_password_file:
        return Path(settings.smtp_password_file).read_text("utf-8").strip()
    return environment.get(PASSWORD, "")


def _told(fault: Exception) -> str:
    if isinstance(fault, smtplib.SMTPResponseException):
        said = fault.smtp_error.decode("utf-8", "replace") if isinstance(fault.smtp_error, bytes) else str(fault.smtp_error)
        return f"{fault.smtp_code} {said}"[:LONGEST_TROUBLE]
    return (str(fault) or type(fault).__name__)[:LONGEST_TROUBLE]
