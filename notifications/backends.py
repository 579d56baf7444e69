"""The sandbox's e-mail backend: the message row is the inbox, nothing leaves."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class InboxEmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            message.message()  # builds it, so that a header nobody could send is found here too
        return len(email_messages)
