"""QR codes of our own addresses, as SVG elements of the page. The page says in words what each is for."""

import segno
from django.utils.safestring import SafeString, mark_safe


def drawn(address: str) -> SafeString:
    """Of any size, dark on white in every colour scheme: cameras want contrast and a margin of four modules.

    The mask is fixed: trying all eight is five times the work, and matters little for the random letters of a token.
    The least correction of errors: no screen is torn, and fewer modules are larger ones and less work.
    """
    code = segno.make(address, error="l", boost_error=False, micro=False, mask=2)
    drawing = code.svg_inline(border=4, omitsize=True, dark="#000", light="#fff", svgclass=None, lineclass=None)
    return mark_safe(drawing)  # noqa: S308  (segno's; the address becomes modules)
