"""Words about the documents that are accepted."""

from django import template

from verification import documents

register = template.Library()


@register.simple_tag
def accepted_documents() -> str:
    """All kinds, as they stand in a sentence: «carte d’identité, passeport ou …»."""
    return documents.accepted()
