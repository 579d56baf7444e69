"""What the first visit of a page brings over the wire: HTML, styles, scripts, fonts, pictures."""

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from bench.server import Server
from bench.table import Report, kilobytes

LINKS = re.compile(rb"<(?:link|script|img|source|use)\b[^>]*?\b(?:href|src)=[\"']?([^\"'\s>]+)[^>]*>", re.IGNORECASE)
NOT_FETCHED = re.compile(rb"rel=[\"']?(?:alternate|canonical|next|prev|author|license)", re.IGNORECASE)
IN_STYLES = re.compile(rb"url\([\"']?([^\"')]+)[\"']?\)|@import\s+[\"']([^\"']+)")
IN_SCRIPTS = re.compile(rb"\bimport\s*(?:[\w*{}\s,$]+\s*from\s*)?[\"']([./][^\"']+)[\"']")
ACCEPT = {"Accept-Encoding": "br, gzip", "Accept": "text/html,*/*"}
KINDS = {
    "text/html": "HTML",
    "text/css": "CSS",
    "text/javascript": "JavaScript",
    "application/javascript": "JavaScript",
}


def kind_of(content_type: str) -> str:
    mime = content_type.split(";")[0].strip()
    if mime in KINDS:
        return KINDS[mime]
    return "fonts" if mime.startswith("font/") else "pictures and others"


def wire_size(server: Server, path: str) -> tuple[str, int, bytes]:
    """Kind, bytes over the wire and the plain text of one resource. Raises LookupError when it does not answer 200."""
    answer = server.request("GET", path, headers=ACCEPT)
    if answer.status != 200:
        raise LookupError(f"{path} answers {answer.status}")
    headers = answer.headers
    plain = server.request("GET", path, headers={"Accept-Encoding": "identity"}).body
    size = len(answer.body)
    if "content-encoding" not in headers and headers["content-type"].startswith("text/"):
        size = len(gzip.compress(plain, 6))  # what a proxy in front makes of it
    return kind_of(headers["content-type"]), size, plain


def references(base: str, kind: str, text: bytes) -> Iterator[str]:
    """Paths of what the browser fetches for this text. Raises ValueError for another host."""
    if kind == "HTML":
        found = [match.group(1) for match in LINKS.finditer(text) if not NOT_FETCHED.search(match.group(0))]
    elif kind == "CSS":
        found = [match.group(1) or match.group(2) for match in IN_STYLES.finditer(text)]
    elif kind == "JavaScript":
        found = [match.group(1) for match in IN_SCRIPTS.finditer(text)]
    else:
        found = []
    for reference in found:
        address = urlsplit(urljoin(base, reference.decode()))
        if address.scheme == "data":
            continue
        if address.netloc:
            raise ValueError(f"{base} asks another host: {address.geturl()}")
        yield address.path


def first_visit(server: Server, path: str) -> Counter[str]:
    """Kind → compressed bytes, the page and everything it names."""
    sizes: Counter[str] = Counter()
    seen: set[str] = set()
    waiting = [path]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        kind, size, text = wire_size(server, current)
        if kind == "HTML" and current != path:
            continue  # a link, not a part
        sizes[kind] += size
        waiting += references(current, kind, text)
    return sizes


def measure(report: Report, server: Server) -> None:
    sizes = first_visit(server, "/")
    rows = [(kind, kilobytes(size)) for kind, size in sizes.most_common()]
    report.table(["First visit of the landing page", "compressed"], [*rows, ("**all**", kilobytes(sizes.total()))])
