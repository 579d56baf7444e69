"""A postal address: the same columns on the enrollment, where it is typed, and on an appointment, which keeps its copy."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from identite.fields import EncryptedTextField


class PostalAddress(models.Model):
    """commune: its COG code, for its name and for who goes round there; postal_code: five digits."""

    address_street = EncryptedTextField(_("numéro et voie"), blank=True)
    address_complement = EncryptedTextField(_("complément d’adresse"), blank=True)
    address_postal_code = EncryptedTextField(_("code postal"), blank=True)
    address_commune = EncryptedTextField(_("code de la commune"), blank=True)

    class Meta:
        abstract = True


ADDRESS_FIELDS = tuple(field.name for field in PostalAddress._meta.fields)
