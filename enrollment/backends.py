"""Whose session this is."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from enrollment.models import Account
from identite.prepared import Prepared

BY_KEY = Prepared(lambda pk: Account.objects.filter(pk=pk))


class AccountBackend(ModelBackend):
    """Django's own; every page of somebody logged in reads the account, so that query is prepared."""

    def get_user(self, user_id: Any) -> Account | None:
        account = BY_KEY.first(pk=user_id)
        return account if account is not None and self.user_can_authenticate(account) else None
