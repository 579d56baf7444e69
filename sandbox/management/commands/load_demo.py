"""What the demo begins with: agents, an administrator, a citizen whose account exists already, and invented post offices.

Run again, it changes nothing.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand, CommandError

from enrollment.models import Account
from verification.face_to_face import loader
from verification.face_to_face.agents import GROUP
from verification.face_to_face.models import Office, PostalAgent

PASSWORD = "Demo-Identite-2026"  # noqa: S105  (printed on purpose; the sandbox is never production)
# In the published columns, made by tools/make_post_offices.py; all of it is invented, and each address says so.
OFFICES = Path(__file__).resolve().parents[2] / "post_offices.csv"
AGENT_PERMISSIONS = ("view_case", "decide_case", "view_journal", "view_message")


class Command(BaseCommand):
    help = "Load the demo's people and print who can log in with what."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SANDBOX:
            raise CommandError("The demo's people have a public password: SANDBOX must be on.")
        agents, _made = Group.objects.get_or_create(name="Agents")
        agents.permissions.set(Permission.objects.filter(codename__in=AGENT_PERMISSIONS))
        self._person("admin@demo.example", is_staff=True, is_superuser=True, first_name="Alix", last_name="Roux")
        agent = self._person("agent@demo.example", is_staff=True, first_name="Camille", last_name="Agent")
        agent.groups.add(agents)
        self._person(
            "citoyenne@demo.example",
            civility="F",
            first_name="Maëlys",
            last_name="Martin",
            phone="+33639980000",
            terms_version=settings.ACCOUNT_TERMS_VERSION,
        )
        if not Office.objects.exists():  # whoever loaded a file of theirs keeps it
            loader.load(OFFICES.read_bytes())
        place = self._postal_agent()
        self.stdout.write(f"  citizen  {settings.PUBLIC_URL}/connexion/  citoyenne@demo.example  {PASSWORD}")
        self.stdout.write(f"  agent    {settings.PUBLIC_URL}/gestion/    agent@demo.example      {PASSWORD}")
        self.stdout.write(f"  admin    {settings.PUBLIC_URL}/gestion/    admin@demo.example      {PASSWORD}")
        self.stdout.write(f"  postal   {settings.PUBLIC_URL}/guichet/    guichet@demo.example    {PASSWORD}")
        self.stdout.write(f"           {place}")
        self.stdout.write(f"  tester   {settings.PUBLIC_URL}/sandbox/")

    def _postal_agent(self) -> str:
        """At an office, with the round of its commune. Returns both, in words."""
        account = self._person("guichet@demo.example", first_name="Dominique", last_name="Facteur")
        group, _made = Group.objects.get_or_create(name=GROUP)
        group.permissions.set(Permission.objects.filter(codename="hold_meeting"))
        account.groups.add(group)
        there = Office.objects.filter(participates=True, closed_at=None).exclude(commune_code="")
        office = there.filter(postal_code__startswith="75").first() or there.first()
        communes = [office.commune_code] if office else []
        agent, _new = PostalAgent.objects.get_or_create(
            account=account, defaults={"office": office, "communes": communes}
        )
        return f"{agent.office or 'no office'}, round of {', '.join(agent.communes) or 'no commune'}"

    def _person(self, email: str, **fields: Any) -> Account:
        account = Account.objects.filter(email_digest=email).first()
        if account is None:
            account = Account.objects.create_user(email, PASSWORD, **fields)
        return account
