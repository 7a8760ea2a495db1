"""The desk: catalogue, store and client of one process, put together from the environment."""

from __future__ import annotations

import functools
import threading
import urllib.parse
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from backends import (
    PROVIDERS,
    Access,
    Catalogue,
    Client,
    Daily,
    Deadlines,
    Pacers,
    Provider,
    Route,
    Secret,
    Spent,
    TypedKeys,
    Visitors,
    Words,
    foreign_key,
    key_fields,
    redactor,
    route,
)
from usage import Store, Trouble
from usage.keys import key_names
from usage.paces import Paces
from usage.prices import Prices
from usage.spent import spent
from wiring.settings import default_store, path, place, whole
from wiring.variables import A_DAY, SDK_URL

if TYPE_CHECKING:
    from experiments.works import Works

_ON = ("1", "true", "yes", "on")


class Desk:
    """What one process needs: catalogue, store, client, and emulators where keys are missing.

    `filed` names the variables of `environment` that come from the project's file `.env`.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        filed: Collection[str] = (),
        deadlines: Deadlines | None = None,
        tokens_per_second: float = 40.0,
    ) -> None:
        self._environment, self._filed = environment, frozenset(filed)
        # Known from the start, so that no text that leaves us holds one, whoever is called.
        for name in {name for provider in PROVIDERS for name in key_fields(provider)}:
            redactor.learn(environment.get(name) or "")
        self._tokens_per_second = tokens_per_second
        self._lock = threading.Lock()
        self._emulated: dict[str, Access] = {}
        self._live: dict[str, Access] = {}
        self._stop_emulators: Callable[[], None] | None = None
        self.catalogue = Catalogue([provider for provider in PROVIDERS if self._offered(provider)])
        self.store = Store(environment.get("TUNEDESK_DB") or default_store())
        self._names = key_names(self.store)
        self.typed = TypedKeys(
            [name for name, _, _ in self.catalogue], strangers=place(environment) != "local"
        )
        self.route = _route(environment)
        self.client = Client(
            self.catalogue,
            self.access,
            self.store,
            deadlines=deadlines,
            visitors=Visitors() if place(environment) == "space" else None,
            pacers=Pacers(Paces(self.store), names=self._names),
            own=self._own_access,
            daily=self._daily() if place(environment) == "space" else None,
            route=self.route,
        )
        self.prices = Prices.load(path(environment.get("TUNEDESK_PRICES")))
        self.budgets_file = path(environment.get("TUNEDESK_PRICES"))

    @property
    def forced(self) -> bool:
        """Whether emulators answer for every provider, keys or not."""
        return self._environment.get("TUNEDESK_EMULATED", "").strip().lower() in _ON

    def emulated(self, provider_name: str, visitor: str | None = None) -> bool:
        """Whether a local emulator answers for this provider, when this visitor asks."""
        provider = self.catalogue.providers[provider_name]
        if not provider.base_urls:
            return False
        own = visitor is not None and self._own_access(provider, visitor) is not None
        return self.forced or not (own or self.has_access(provider))

    @property
    def built_in(self) -> tuple[str, ...]:
        """The providers that answer on this machine and are asked over no network."""
        return tuple(name for name, each in self.catalogue.providers.items() if not each.base_urls)

    def has_access(self, provider: Provider) -> bool:
        """Whether the environment says where and as whom the provider is called.

        That is one of the sets of keys it takes; for a service that answers without a key, its
        address.
        """
        if not _needs_key(provider):
            return self._addressed(provider)
        return any(all(map(self._environment.get, group)) for group in provider.credentials)

    def _addressed(self, provider: Provider) -> bool:
        return any(self._environment.get(name) for name in provider.base_urls)

    def addresses(self, provider: Provider) -> dict[str, str]:
        """The base URLs by variable: where keys of this provider go, and nowhere else."""
        return {name: self._base_url(name, default) for name, default in provider.base_urls.items()}

    def _offered(self, provider: Provider) -> bool:
        # Whatever is not plainly local counts as a place where strangers may come.
        return not provider.local_only or place(self._environment) == "local"

    def access(self, provider: Provider) -> Access:
        """Where and as whom to call a provider; starts the emulators at first need."""
        if self.emulated(provider.name):
            return self._emulator_access(provider)
        if provider.name not in self._live:
            self._live[provider.name] = self._live_access(provider)
        return self._live[provider.name]

    def _daily(self) -> Daily:
        """What strangers may use of the desk's own keys."""
        most = [whole(self._environment.get(name), default) for name, default in A_DAY]
        return Daily(Spent(*most), self._spent)

    def _spent(self, since: datetime) -> Spent:
        live = [each for each in self.catalogue.providers.values() if self.has_access(each)]
        names = [self._names.name(self.access(each)) for each in live if not self.forced]
        return spent(self.store, names, since)

    def _live_access(self, provider: Provider) -> Access:
        keys = [name for name in key_fields(provider) if self._environment.get(name)]
        self._check_origin(provider, keys)
        return Access(
            urls=self.addresses(provider),
            keys={name: Secret(self._environment[name]) for name in keys},
        )

    def _own_access(self, provider: Provider, visitor: str) -> Access | None:
        """The same with what a visitor typed; never mixed with a key of the environment."""
        if self.forced or not (_needs_key(provider) or self._addressed(provider)):
            return None
        keys = self.typed.of(visitor, provider)
        strange = place(self._environment) != "local"
        return Access(self.addresses(provider), keys, strange=strange) if keys else None

    def _check_origin(self, provider: Provider, keys: Sequence[str]) -> None:
        """A key is for the address that was set beside it, or for the provider's own.

        Raises:
            InvalidRequest: the address was set in another place than the key.
        """
        said = dict.fromkeys(provider.base_urls) | dict.fromkeys(
            SDK_URL[1:] if SDK_URL[0] in provider.base_urls else ()
        )
        for url in filter(self._environment.get, said):
            for key in keys:
                if (url in self._filed) != (key in self._filed):
                    raise foreign_key(key, url)

    def _base_url(self, name: str, default: str) -> str:
        url = self._environment.get(name)
        if url is None and name == SDK_URL[0] and SDK_URL[1] in self._environment:
            url = _origin(self._environment[SDK_URL[1]])
        return (url or default).rstrip("/")

    @functools.cached_property
    def works(self) -> Works:
        """The studies and batches that this process works at."""
        from experiments.works import Works

        return Works(self.client, self.store, self.prices)

    def close(self) -> None:
        """Stop what is running, then the emulators, and let go of the store."""
        if "works" in vars(self):
            self.works.shut()
        self.client.shut()
        with self._lock:
            if self._stop_emulators is not None:
                self._stop_emulators()
        self.store.shut()

    def _emulator_access(self, provider: Provider) -> Access:
        with self._lock:
            if not self._emulated:
                self._start_emulators()
        return self._emulated[provider.name]

    def _start_emulators(self) -> None:
        import emulators

        running = emulators.start(tokens_per_second=self._tokens_per_second)
        self._stop_emulators = running.close
        for provider in self.catalogue.providers.values():
            if provider.base_urls:
                names = key_fields(provider)
                self._emulated[provider.name] = Access(
                    urls={name: running.environment[name] for name in provider.base_urls},
                    keys={name: Secret(running.keys[name]) for name in names},
                    emulated=True,
                )


_NO_ROUTE = Words(
    "TUNEDESK_PROXY 应为 http(s)://[用户名:密码@]主机:端口，TUNEDESK_NETRC 应为可读的 netrc 文件。"
    "请修改后重新启动。",
    "TUNEDESK_PROXY should read http(s)://[user:password@]host:port, and TUNEDESK_NETRC name a "
    "netrc file that can be read. Change them, then start again.",
)


def _route(environment: Mapping[str, str]) -> Route:
    try:
        return route(environment.get("TUNEDESK_PROXY"), path(environment.get("TUNEDESK_NETRC")))
    except ValueError:
        # Whatever its text is, it may hold the password.
        raise Trouble(_NO_ROUTE) from None


def _origin(url: str) -> str:
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:
        return url  # whoever calls it says that it is no address
    return f"{parts.scheme}://{parts.netloc}"


def _needs_key(provider: Provider) -> bool:
    return bool(provider.credentials) and () not in provider.credentials
