"""Sessions as rows with columns: whose, since when, until when. So idle and absolute limits need no date in the session's data,

and the account comes in the session's own query.
"""

from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone


class Session(AbstractBaseSession):
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="sessions"
    )
    began_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "identite_session"

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        return SessionStore


def owner_of_ended(session_key: str) -> Any:
    """Whose session this was that ended by itself not long ago; None for a living, an unknown and an old one."""
    if SessionStore(session_key).session_key is None:  # nothing of ours
        return None
    now = timezone.now()
    since = now - timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)
    ended = Session.objects.filter(session_key=session_key, expire_date__gt=since, expire_date__lte=now)
    row = ended.select_related("account").first()
    return row.account if row else None


class SessionStore(DatabaseStore):
    """`row` is the session's row as loaded, None for a new one. An expired row does not load."""

    row: Session | None = None

    def _validate_session_key(self, key: str | None) -> bool:
        """No key of ours has anything but letters and digits; PostgreSQL is not even to be asked for a NUL."""
        return bool(key and key.isascii() and key.isalnum())

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        living = Session.objects.filter(session_key=self.session_key, expire_date__gt=timezone.now())
        self.row = living.select_related("account").first()
        if self.row is None:
            self._session_key = None
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        instance = cast(Session, super().create_model_instance(data))
        instance.account_id = data.get(SESSION_KEY)
        if self.row is not None and str(self.row.account_id) == str(instance.account_id):
            instance.began_at = self.row.began_at
        return instance
