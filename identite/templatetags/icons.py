"""Drawings that pages name."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A drawing of `static/img/icons.svg` in the colour of the text. It says nothing by itself: always beside words."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


icon.same_for_everybody = True  # type: ignore[attr-defined]  # read by identite.template_loader


@register.simple_tag
@cache
def drawing(path: str) -> str:
    """The address of a static file that the page names by a variable."""
    return static(path)
