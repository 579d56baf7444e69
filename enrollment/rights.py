"""Who gave whom which rights: an entry of the journal, whether the admin, a command or a script did it.

Marks of an account are compared when it is saved (enrollment.models.Account); groups and permissions are told by signals.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.db.models.signals import m2m_changed, pre_delete
from django.dispatch import receiver

from enrollment.models import Account
from identite import journal
from identite.journal import subject_of

# The chain of what is nobody's file: the rights of groups.
HOUSE = UUID("64726f69-7473-2064-6573-2067726f7570")
CHANGES = {"post_add": "rights_granted", "post_remove": "rights_withdrawn", "pre_clear": "rights_withdrawn"}


@receiver(m2m_changed, sender=Account.groups.through, dispatch_uid="enrollment.journal_groups")
@receiver(m2m_changed, sender=Account.user_permissions.through, dispatch_uid="enrollment.journal_permissions")
def journal_account(
    *, sender: Any, instance: Any, action: str, reverse: bool, model: Any, pk_set: Any, **_: Any
) -> None:
    """An account's groups and permissions, from whichever side they are changed."""
    if action not in CHANGES or pk_set == set():
        return
    name = "groups" if sender is Account.groups.through else "user_permissions"
    if reverse:
        accounts: Iterable[Account] = Account.objects.filter(
            **{name: instance} if pk_set is None else {"pk__in": pk_set}
        )
        things: Iterable[Model] = [instance]
    else:
        accounts = [instance]
        things = getattr(instance, name).all() if pk_set is None else model.objects.filter(pk__in=pk_set)
    given = names_of(things)
    for account in accounts if given else ():
        journal.record(account, CHANGES[action], actor=journal.requested_by(), given=given)


@receiver(m2m_changed, sender=Group.permissions.through, dispatch_uid="enrollment.journal_group_permissions")
def journal_group(*, instance: Any, action: str, reverse: bool, model: Any, pk_set: Any, **_: Any) -> None:
    if action not in CHANGES or pk_set == set():
        return
    if reverse:
        groups = model.objects.filter(**{"permissions": instance} if pk_set is None else {"pk__in": pk_set})
        given = names_of([instance])
    else:
        groups = [instance]
        given = names_of(instance.permissions.all() if pk_set is None else model.objects.filter(pk__in=pk_set))
    for group in groups if given else ():
        _tell_of_group(group, CHANGES[action], given)


@receiver(pre_delete, sender=Group, dispatch_uid="enrollment.journal_end_of_group")
def journal_end_of_group(*, instance: Group, **_: Any) -> None:
    """Its members lose what it gave, and no signal of theirs tells so."""
    for account in Account.objects.filter(groups=instance):
        journal.record(account, "rights_withdrawn", actor=journal.requested_by(), given=names_of([instance]))
    _tell_of_group(instance, "rights_withdrawn", names_of(instance.permissions.all()))


def _tell_of_group(group: Group, event: str, given: list[str]) -> None:
    detail = {"group": group.name, "given": given}
    journal.append(HOUSE, subject_of(group), event, actor=journal.requested_by(), detail=detail)


def names_of(things: Iterable[Model]) -> list[str]:
    """`group:Agents`, `verification.decide_case`."""
    return sorted(_name(thing) for thing in things)


def _name(thing: Model) -> str:
    if isinstance(thing, Permission):
        return f"{thing.content_type.app_label}.{thing.codename}"
    return f"group:{thing.name}"  # type: ignore[attr-defined]  # a group
