"""The composition root: reads the environment, and puts the desk together.

Nothing else in the project looks at the environment. A provider is live when its keys are set,
else a local emulator answers for it; the calls' code is the same.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import logging
import os
import sys
import threading
import urllib.parse
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from dotenv import dotenv_values

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
    guard_outlets,
    redactor,
    route,
)
from usage import Store, Trouble
from usage.keys import key_names
from usage.paces import Paces
from usage.prices import Prices
from usage.spent import spent

if TYPE_CHECKING:
    from experiments.works import Works
    from gate import Policy

HERE = Path(__file__).resolve().parent

# Read once by the frameworks when they are imported, so set before anything imports them.
_QUIET = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
}
for _name, _value in _QUIET.items():
    os.environ.setdefault(_name, _value)


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: what it is for (en) and its default, for the README's table."""

    name: str
    purpose: str
    default: str = ""


_ON = ("1", "true", "yes", "on")
# The official SDK's variable names a whole endpoint; its origin is ours, the path is the model's.
_SDK_URL = ("SPARK_BASE_URL", "SPARKAI_URL")

# Calls and tokens.
_A_DAY = (("TUNEDESK_DAILY_CALLS", 200), ("TUNEDESK_DAILY_TOKENS", 200_000))

OWN_VARIABLES = (
    Variable(
        "TUNEDESK_DB",
        "where calls are recorded (an SQLAlchemy URL)",
        "SQLite in the user's data directory",
    ),
    Variable("TUNEDESK_PRICES", "a file of prices that add to the built-in ones, or replace them"),
    Variable("TUNEDESK_EMULATED", "1: emulators answer for every provider, keys or not"),
    Variable(
        "TUNEDESK_MODE",
        "local, team or space; beyond local, no address of a user's own",
        "local; in a Hugging Face Space, space",
    ),
    Variable("TUNEDESK_HOSTS", "names under which the apps are reached, beside this machine's own"),
    Variable("TUNEDESK_PROXIES", "proxies whose word on their client counts: addresses, networks"),
    Variable(_A_DAY[0][0], "space: calls a day with keys of this place, by all", f"{_A_DAY[0][1]}"),
    Variable(_A_DAY[1][0], "space: their tokens a day", f"{_A_DAY[1][1]}"),
    Variable("TUNEDESK_PROXY", "a proxy for calls: http://user:password@host:port"),
    Variable("TUNEDESK_NETRC", "a netrc file: logins for hosts that take no key, and the proxy"),
    Variable("SPACE_ID", "set in a Hugging Face Space"),
    Variable("SPACE_HOST", "the Space's name on the network"),
)


def variables() -> tuple[Variable, ...]:
    """Every environment variable the desk reads, own ones first."""
    urls = {name: default for provider in PROVIDERS for name, default in provider.base_urls.items()}
    keys: dict[str, str] = {}
    for provider in PROVIDERS:
        for name in sorted(_key_names(provider)):
            keys[name] = f"{keys[name]}, {provider.name}" if name in keys else provider.name
    return (
        *OWN_VARIABLES,
        *(Variable(name, f"key of {users}") for name, users in keys.items()),
        *(Variable(name, "base URL", default) for name, default in urls.items()),
        Variable(_SDK_URL[1], f"the SDK's endpoint; its origin stands in for {_SDK_URL[0]}"),
    )


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
        for name in {name for provider in PROVIDERS for name in _key_names(provider)}:
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
        self.client = Client(
            self.catalogue,
            self.access,
            self.store,
            deadlines=deadlines,
            visitors=Visitors() if place(environment) == "space" else None,
            pacers=Pacers(Paces(self.store), names=self._names),
            own=self._own_access,
            daily=self._daily() if place(environment) == "space" else None,
            route=_route(environment),
        )
        self.prices = Prices.load(_path(environment.get("TUNEDESK_PRICES")))
        self.budgets_file = _path(environment.get("TUNEDESK_PRICES"))

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
        return any(
            all(self._environment.get(name) for name in group) for group in provider.credentials
        )

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
        most = [_whole(self._environment.get(name), default) for name, default in _A_DAY]
        return Daily(Spent(*most), self._spent)

    def _spent(self, since: datetime) -> Spent:
        live = [each for each in self.catalogue.providers.values() if self.has_access(each)]
        names = [self._names.name(self.access(each)) for each in live if not self.forced]
        return spent(self.store, names, since)

    def _live_access(self, provider: Provider) -> Access:
        keys = [name for name in _key_names(provider) if self._environment.get(name)]
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
            _SDK_URL[1:] if _SDK_URL[0] in provider.base_urls else ()
        )
        for url in filter(self._environment.get, said):
            for key in keys:
                if (url in self._filed) != (key in self._filed):
                    raise foreign_key(key, url)

    def _base_url(self, name: str, default: str) -> str:
        url = self._environment.get(name)
        if url is None and name == _SDK_URL[0] and _SDK_URL[1] in self._environment:
            url = _origin(self._environment[_SDK_URL[1]])
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
                names = _key_names(provider)
                self._emulated[provider.name] = Access(
                    urls={name: running.environment[name] for name in provider.base_urls},
                    keys={name: Secret(running.keys[name]) for name in names},
                    emulated=True,
                )


_NO_ROUTE = Words(
    "TUNEDESK_PROXY 应为 http://[用户名:密码@]主机:端口，TUNEDESK_NETRC 应为可读的 netrc 文件。"
    "请修改后重新启动。",
    "TUNEDESK_PROXY should read http://[user:password@]host:port, and TUNEDESK_NETRC name a netrc "
    "file that can be read. Change them, then start again.",
)


def _route(environment: Mapping[str, str]) -> Route:
    try:
        return route(environment.get("TUNEDESK_PROXY"), _path(environment.get("TUNEDESK_NETRC")))
    except ValueError:
        # Whatever its text is, it may hold the password.
        raise Trouble(_NO_ROUTE) from None


def _whole(text: str | None, default: int) -> int:
    """A count from the environment; what is none stops everything rather than nothing."""
    if text is None:
        return default
    return int(text) if text.isascii() and text.isdigit() else 0


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _origin(url: str) -> str:
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:
        return url  # whoever calls it says that it is no address
    return f"{parts.scheme}://{parts.netloc}"


def _key_names(provider: Provider) -> set[str]:
    return {name for group in provider.credentials for name in group}


def _needs_key(provider: Provider) -> bool:
    return bool(provider.credentials) and () not in provider.credentials


def environment() -> dict[str, str]:
    """The process's environment over the project's `.env`, empty values left out."""
    values = {**dotenv_values(HERE / ".env"), **os.environ}
    return {name: value for name, value in values.items() if value}


def filed() -> set[str]:
    """The variables whose value is that of the project's `.env`."""
    return dotenv_values(HERE / ".env").keys() - os.environ.keys()


def place(environment: Mapping[str, str]) -> str:
    """The mode of this place; a Space is one though nobody said so."""
    said = environment.get("TUNEDESK_MODE") or ("space" if environment.get("SPACE_ID") else "local")
    return said.strip().lower()


def policy() -> Policy:
    """What the gate in front of the apps goes by.

    Raises:
        Trouble: the environment names a mode, a host or a proxy that is none.
    """
    from gate import policy as policy_of

    set_ = environment()
    mode = place(set_)
    try:
        return policy_of(
            mode,
            hosts=_listed(set_.get("TUNEDESK_HOSTS")) + _listed(set_.get("SPACE_HOST")),
            proxies=_listed(set_.get("TUNEDESK_PROXIES")),
            # The Hub shows a Space in a frame of its own page.
            framed_by=("https://huggingface.co",) if mode == "space" else (),
        )
    except ValueError as error:
        raise Trouble(error.args[0]) from None


def listening(address: str | None) -> tuple[Policy, str]:
    """The policy, and where to listen: where it was asked, else where the mode says.

    Raises:
        Trouble: this mode may not listen there, or the mode itself is none.
    """
    found = policy()
    # A Space's proxy comes from outside; every other mode has it, or the visitor, on this machine.
    chosen = address or ("0.0.0.0" if found.mode == "space" else "127.0.0.1")
    refusal = found.refusal_to_listen(chosen)
    if refusal is not None:
        raise Trouble(refusal)
    return found, chosen


def may_listen(address: str) -> Policy:
    """The policy of a server that is about to start, or a sentence and the end with code 2."""
    try:
        return listening(address or "0.0.0.0")[0]
    except Trouble as trouble:
        sys.stderr.write(f"{trouble.message.en}\n")
        raise SystemExit(2) from None


@contextlib.asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Around a server's life: at its end the calls that run get their final state."""
    yield
    if _desk.cache_info().currsize:
        await asyncio.to_thread(_desk().close)


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def data_directory() -> Path:
    """Where this user's store and log live."""
    return Path(platformdirs.user_data_dir("tunedesk", appauthor=False))


def default_store() -> str:
    """The URL of the store when none is set."""
    return f"sqlite:///{data_directory() / 'tunedesk.db'}"


_opening = threading.Lock()


def desk() -> Desk:
    """The process's one desk, from its environment.

    Raises:
        Trouble: the store or the price table cannot be used.
    """
    with _opening:  # two first visitors at once get the same one
        return _desk()


@functools.cache
def _desk() -> Desk:
    start_logging()
    opened = Desk(environment(), filed=filed())
    # Ctrl-C ends the apps in the middle of calls: their rows still get their final state.
    atexit.register(opened.close)
    return opened


def start_logging() -> None:
    """Log to a rotating file in the data directory, without secrets, as all that is printed.

    Where the file cannot be written, nothing is logged: the store will say what is wrong there.
    """
    guard_outlets()
    path = data_directory() / "tunedesk.log"
    handler: logging.Handler
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=2_000_000, backupCount=3, encoding="utf-8")
    except OSError:
        handler = logging.NullHandler()
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    for noisy in ("urllib3", "websocket", "httpx", "alembic"):
        # At DEBUG these print whole URLs, some of which carry a token.
        logging.getLogger(noisy).setLevel(logging.WARNING)
    threading.excepthook = _log_thread_failure


def _log_thread_failure(failed: threading.ExceptHookArgs) -> None:
    """In the log, where it is looked for, instead of on stderr."""
    trouble = failed.exc_value or failed.exc_type()
    logging.getLogger("tunedesk").error("a thread ended", exc_info=trouble)
