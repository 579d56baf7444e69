"""What the suggestions under a field ask: at most ten, as JSON. Public data, so no login; limited per client.

The limit protects the processor and nothing else, so each process counts for itself, in memory, and a key press writes
no row.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from threading import Lock
from time import monotonic

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from identite.cog import communes as commune_table
from identite.cog import countries as country_table
from identite.http import client_key

MAX_QUERY = 80
_counts: Counter[str] = Counter()
_lock = Lock()
_minute = 0


@require_safe
def communes(request: HttpRequest) -> JsonResponse:
    """`{"results": [{"value": "75114", "label": "Paris 14e Arrondissement (75014)"}, …]}` for `?q=`."""
    return _answer(request, lambda text: ((found.value, found.label) for found in commune_table.search(text)))


@require_safe
def countries(request: HttpRequest) -> JsonResponse:
    """The same for countries; values are three-letter codes."""
    return _answer(request, lambda text: ((found.alpha3, found.name) for found in country_table.search(text)))


def _answer(request: HttpRequest, search: Callable[[str], Iterable[tuple[str, str]]]) -> JsonResponse:
    if _too_many(client_key(request)):
        return JsonResponse({"results": []}, status=429)
    found = search(request.GET.get("q", "")[:MAX_QUERY])
    return JsonResponse({"results": [{"value": value, "label": label} for value, label in found]})


def _too_many(client: str) -> bool:
    global _minute
    most: int = settings.LOOKUPS_PER_MINUTE
    with _lock:
        minute = int(monotonic() // 60)
        if minute != _minute:
            _minute = minute
            _counts.clear()
        _counts[client] += 1
        return _counts[client] > most
