"""The identity as typed: the same columns on the enrollment and, frozen, on each verification."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from identite.fields import EncryptedDateField, EncryptedTextField
from verification import documents
from verification.checks.identity import TypedIdentity
from verification.checks.kinds import DocumentKind


class Civility(models.TextChoices):
    MADAME = "F", _("Madame")
    MONSIEUR = "M", _("Monsieur")


class IdentityRecord(models.Model):
    """birth_date: `YYYY-MM-DD`; a presumed birth may carry `-00`. Codes: COG of INSEE (99100 is France). nationality: ISO 3166 alpha-3."""

    document_kind = models.CharField(_("pièce d’identité"), max_length=10, choices=documents.choices, blank=True)
    civility = models.CharField(_("civilité"), max_length=1, choices=Civility.choices, blank=True)
    first_names = EncryptedTextField(_("prénoms"), blank=True)
    birth_name = EncryptedTextField(_("nom de naissance"), blank=True)
    use_name = EncryptedTextField(_("nom d’usage"), blank=True)
    birth_date = EncryptedTextField(_("date de naissance"), blank=True)
    birth_country = EncryptedTextField(_("pays de naissance"), blank=True)
    birth_place_code = EncryptedTextField(_("code de la commune de naissance"), blank=True)
    birth_place = EncryptedTextField(_("lieu de naissance"), blank=True)
    nationality = EncryptedTextField(_("nationalité"), blank=True)
    document_number = EncryptedTextField(_("numéro de la pièce"), blank=True)
    issue_date = EncryptedDateField(_("date de délivrance"), null=True, blank=True)
    expiry_date = EncryptedDateField(_("date d’expiration"), null=True, blank=True)

    class Meta:
        abstract = True

    def typed(self) -> TypedIdentity:
        """In the shape that the automatic checks compare with."""
        return TypedIdentity(
            sex=self.civility,
            first_names=self.first_names,
            birth_name=self.birth_name,
            use_name=self.use_name,
            birth_date=self.birth_date,
            nationality=self.nationality,
            document_kind=DocumentKind(self.document_kind),
            document_number=self.document_number,
            issue_date=self.issue_date,
            expiry_date=self.expiry_date,
        )

    def first_name(self) -> str:
        """The first of the first names, for «Bonjour …»."""
        return self.first_names.split(" ")[0] if self.first_names else ""

    def birth_day(self) -> date | None:
        """The birth date where all of it is known."""
        try:
            return date.fromisoformat(self.birth_date)
        except ValueError:
            return None


IDENTITY_FIELDS = tuple(field.name for field in IdentityRecord._meta.fields)
