"""Where the mailbox of a known provider is opened: «Ouvrir votre boîte mail»."""

from dataclasses import dataclass

_PROVIDERS: dict[tuple[str, str], str] = {
    ("Gmail", "https://mail.google.com/"): "gmail.com googlemail.com",
    ("Outlook", "https://outlook.live.com/mail/"): (
        "outlook.com outlook.fr hotmail.com hotmail.fr live.com live.fr msn.com hotmail.be outlook.be"
    ),
    ("Orange", "https://messagerie.orange.fr/"): "orange.fr wanadoo.fr voila.fr",
    ("SFR", "https://webmail.sfr.fr/"): "sfr.fr neuf.fr club-internet.fr numericable.fr 9online.fr cegetel.net",
    ("Free", "https://webmail.free.fr/"): "free.fr aliceadsl.fr libertysurf.fr",
    ("Bouygues Telecom", "https://www.mon-compte.bouyguestelecom.fr/mail"): "bbox.fr",
    ("La Poste", "https://www.laposte.net/accueil"): "laposte.net",
    ("Yahoo", "https://mail.yahoo.com/"): "yahoo.fr yahoo.com ymail.com rocketmail.com",
    ("iCloud", "https://www.icloud.com/mail"): "icloud.com me.com mac.com",
    ("Proton", "https://mail.proton.me/"): "proton.me protonmail.com pm.me",
    ("GMX", "https://www.gmx.fr/"): "gmx.fr gmx.com",
    ("AOL", "https://mail.aol.com/"): "aol.com aol.fr",
    ("Mailo", "https://www.mailo.com/"): "mailo.com net-c.com netcourrier.com",
}
_BY_DOMAIN = {domain: provider for provider, domains in _PROVIDERS.items() for domain in domains.split()}


@dataclass(frozen=True)
class Mailbox:
    name: str
    url: str


def mailbox(email: str) -> Mailbox | None:
    """The provider's web page for this address, None for the others."""
    provider = _BY_DOMAIN.get(email.rpartition("@")[2].lower())
    return Mailbox(*provider) if provider else None
