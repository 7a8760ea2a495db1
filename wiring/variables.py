"""Every environment variable that the desk reads, for the README's table."""

from __future__ import annotations

from dataclasses import dataclass

from backends import PROVIDERS, key_fields


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: what it is for (en) and its default, for the README's table."""

    name: str
    purpose: str
    default: str = ""


# The official SDK's variable names a whole endpoint; its origin is ours, the path is the model's.
SDK_URL = ("SPARK_BASE_URL", "SPARKAI_URL")

# Calls and tokens.
A_DAY = (("TUNEDESK_DAILY_CALLS", 200), ("TUNEDESK_DAILY_TOKENS", 200_000))

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
    Variable(A_DAY[0][0], "space: calls a day with keys of this place, by all", f"{A_DAY[0][1]}"),
    Variable(A_DAY[1][0], "space: their tokens a day", f"{A_DAY[1][1]}"),
    Variable("TUNEDESK_PROXY", "a proxy for calls: http(s)://user:password@host:port"),
    Variable("TUNEDESK_NETRC", "a netrc file: logins for hosts that take no key, and the proxy"),
    Variable("SPACE_ID", "set in a Hugging Face Space"),
    Variable("SPACE_HOST", "the Space's name on the network"),
)


def variables() -> tuple[Variable, ...]:
    """Every environment variable the desk reads, own ones first."""
    urls = {name: default for provider in PROVIDERS for name, default in provider.base_urls.items()}
    keys: dict[str, str] = {}
    for provider in PROVIDERS:
        for name in sorted(key_fields(provider)):
            keys[name] = f"{keys[name]}, {provider.name}" if name in keys else provider.name
    return (
        *OWN_VARIABLES,
        *(Variable(name, f"key of {users}") for name, users in keys.items()),
        *(Variable(name, "base URL", default) for name, default in urls.items()),
        Variable(SDK_URL[1], f"the SDK's endpoint; its origin stands in for {SDK_URL[0]}"),
    )
