"""Where the platforms live, and where their keys may go.

The addresses are the platforms' own. Each can be replaced through an environment variable: by a company's gateway, or
by a simulator on this computer. A key travels to the configured origins only, and for the real FAL to that
company's own hosts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from editor.domain.errors import InputError
from editor.transport.message import is_safe, origin

STABILITY_VARIABLE = "IMAGE_EDITOR_STABILITY_URL"
REPLICATE_VARIABLE = "IMAGE_EDITOR_REPLICATE_URL"
FAL_RUN_VARIABLE = "IMAGE_EDITOR_FAL_URL"
FAL_QUEUE_VARIABLE = "IMAGE_EDITOR_FAL_QUEUE_URL"
FAL_REST_VARIABLE = "IMAGE_EDITOR_FAL_REST_URL"
FAL_API_VARIABLE = "IMAGE_EDITOR_FAL_API_URL"
FAL_SITE_VARIABLE = "IMAGE_EDITOR_FAL_SITE_URL"

STABILITY = "https://api.stability.ai"
REPLICATE = "https://api.replicate.com/v1"
FAL_RUN = "https://fal.run"
FAL_QUEUE = "https://queue.fal.run"
FAL_REST = "https://rest.fal.ai"
FAL_API = "https://api.fal.ai"
"""Where FAL tells prices."""
FAL_SITE = "https://fal.ai"
"""Where FAL keeps the schemas of its models; nothing else is asked there, and never with the key."""

FAL_QUEUE_BACKUP = "https://queue.falrun.com"

_FAL_DOMAINS = ("fal.run", "falrun.com", "fal.ai")
_REPLICATE_FILES = "replicate.delivery"


@dataclass(frozen=True, slots=True)
class Address:
    """A base address without a trailing slash; ``changed`` where the user replaced it.

    ``domains`` are further domains, with everything under them, that belong to the same platform. ``backup`` is where
    the same paths are served when ``base`` cannot be reached, or "".
    """

    base: str
    changed: bool = False
    domains: tuple[str, ...] = ()
    backup: str = ""

    def url(self, path: str) -> str:
        """The address of ``path`` (without a leading slash)."""
        return f"{self.base}/{path}"

    def may_carry_key(self, url: str) -> bool:
        """Whether the key may go to ``url``: the same origin, or over https one of the platform's own domains."""
        if not is_safe(url):
            return False
        if origin(url) in {origin(home) for home in (self.base, self.backup) if home}:
            return True
        scheme, host, port = origin(url)
        own = any(host == domain or host.endswith(f".{domain}") for domain in self.domains)
        return own and scheme == "https" and port == 443

    def on_backup(self, url: str) -> str | None:
        """``url``, an address under ``base``, at the backup; None where there is none for it."""
        if not self.backup or origin(url) != origin(self.base) or not url.startswith(self.base):
            return None
        return self.backup + url.removeprefix(self.base)

    @property
    def if_changed(self) -> str | None:
        """The address where the user replaced it, else None."""
        return self.base if self.changed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The base addresses of every platform."""

    stability: Address
    replicate: Address
    fal_run: Address
    fal_queue: Address
    fal_rest: Address
    fal_api: Address
    fal_site: Address

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Addresses:
        """Read the variables; an empty one counts as unset.

        Where only FAL's first variable is set, all of its other addresses are looked for there too. Raises InputError
        that names the variable whose value is no https address, nor an http address on this computer.
        """
        run = _read(environment, FAL_RUN_VARIABLE)
        return cls(
            stability=_address(_read(environment, STABILITY_VARIABLE), STABILITY),
            replicate=_address(_read(environment, REPLICATE_VARIABLE), REPLICATE, _REPLICATE_FILES),
            fal_run=_address(run, FAL_RUN, *_FAL_DOMAINS),
            fal_queue=_with_backup(_address(_read(environment, FAL_QUEUE_VARIABLE) or run, FAL_QUEUE, *_FAL_DOMAINS)),
            fal_rest=_address(_read(environment, FAL_REST_VARIABLE) or run, FAL_REST, *_FAL_DOMAINS),
            fal_api=_address(_read(environment, FAL_API_VARIABLE) or run, FAL_API, *_FAL_DOMAINS),
            fal_site=_address(_read(environment, FAL_SITE_VARIABLE) or run, FAL_SITE, *_FAL_DOMAINS),
        )


def variable_of(platform: str) -> str:
    """The environment variable that replaces a platform's base address: ``IMAGE_EDITOR_EXAMPLE_URL``."""
    return f"IMAGE_EDITOR_{platform.upper().replace('-', '_')}_URL"


def address_of(platform: str, home: str, environment: Mapping[str, str]) -> Address:
    """The base address of a platform that has one only: ``home``, or what the environment names instead.

    Raises InputError as :meth:`Addresses.from_environment` does.
    """
    return _address(_read(environment, variable_of(platform)), home)


def _address(replaced: str | None, real: str, *domains: str) -> Address:
    return Address(real, domains=domains) if replaced is None or replaced == real else Address(replaced, changed=True)


def _with_backup(queue: Address) -> Address:
    """FAL's own queue has a backup domain; an address that the user set has none."""
    return queue if queue.changed else replace(queue, backup=FAL_QUEUE_BACKUP)


def _read(environment: Mapping[str, str], variable: str) -> str | None:
    value = environment.get(variable, "").strip().rstrip("/")
    if not value:
        return None
    fault = _fault_in(value)
    if fault:
        raise InputError(f"{variable} cannot be used: {fault}. Give an address such as https://gateway.example/path.")
    return value


def _fault_in(address: str) -> str:
    """What makes ``address`` unusable as a base, in words, or "" where nothing does."""
    if any(sign.isspace() or not sign.isprintable() for sign in address):
        return "it holds a blank"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "its host or port cannot be read"
    if parts.scheme not in ("http", "https"):
        return "it does not begin with https://"
    if not host or port == 0:
        return "it names no host"
    if "@" in parts.netloc:
        return "it holds a user name; keys are given apart"
    if parts.query or parts.fragment or address.endswith(("?", "#")):
        return "it has a query"
    return "" if is_safe(address) else "plain http is allowed on this computer only"
