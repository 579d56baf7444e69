"""Verifications as the rooms above open them."""

import uuid
from datetime import date
from typing import Any

from enrollment.models import Account
from verification.models import Mode, Verification
from verification.services import open_verification

IDENTITY = {
    "document_kind": "cni",
    "civility": "F",
    "first_names": "Maëlys Gaëlle Marie",
    "birth_name": "MARTIN",
    "birth_date": "1990-07-13",
    "birth_country": "99100",
    "birth_place_code": "75056",
    "birth_place": "Paris",
    "nationality": "FRA",
    "document_number": "X4RTBPFW4",
    "issue_date": date(2020, 2, 11),
    "expiry_date": date(2030, 2, 11),
}


def make_verification(account: Account | None = None, **identity: Any) -> Verification:
    """An open verification with its deposited letter. Run with commit callbacks, the letter is notified too."""
    account = account or Account.objects.create_user(f"{uuid.uuid4().hex}@example.org")
    return open_verification(
        applicant=account,
        file=uuid.uuid4(),
        identity=Verification(**{**IDENTITY, **identity}),
        mode=Mode.ONLINE,
        email=account.email,
        mobile="+33639980001",
    )
