"""Keys of one's own in Streamlit: fields that are read once and are gone.

The content of a field that stays would go to the server again at every run, and stand in the state
of the session for as long; so the fields are others after each time that they are sent.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from backends import Provider, Words, key_fields
from panels.own_keys import OwnKeys
from panels.streamlit_visitor import Visitor, visitor
from panels.words import WORDS, Lang, pick, t

_TURN, _SAID, _CHOSEN = "own-keys-turn", "own-keys-said", "own-keys-provider"


def key_panel(own: OwnKeys, models: Sequence[str], lang: Lang) -> None:
    """Draw the section, closed; it is about the providers of these models."""
    named = dict.fromkeys(model.partition("/")[0] for model in models)
    offered = {each.name: each for each in own.providers if each.name in named}
    if not offered:
        return
    with st.expander(t("own_keys", lang), icon=":material/key:"):
        st.caption(t("own_keys_help", lang))
        _fields(own, _choose(offered, lang), lang)


def _choose(offered: dict[str, Provider], lang: Lang) -> Provider:
    if st.session_state.get(_CHOSEN) not in offered:
        st.session_state[_CHOSEN] = next(iter(offered))
    if len(offered) == 1:
        return next(iter(offered.values()))
    name: str = st.selectbox(
        t("provider", lang),
        list(offered),
        key=_CHOSEN,
        format_func=lambda each: pick(offered[each].label, lang),
    )
    return offered[name]


def _fields(own: OwnKeys, provider: Provider, lang: Lang) -> None:
    who = visitor()
    st.caption(own.about(provider, who.name, lang))
    turn = st.session_state.setdefault(_TURN, 0)
    keys = [f"own-key-{turn}-{name}" for name in key_fields(provider)]
    with st.form(f"own-keys-{turn}-{provider.name}", clear_on_submit=True, border=False):
        for key, name in zip(keys, key_fields(provider), strict=True):
            st.text_input(name, type="password", key=key, autocomplete="off")
        st.form_submit_button(
            t("own_keys_save", lang), on_click=_keep, args=(own, who, provider, keys)
        )
    if own.typed.of(who.name, provider):
        label = t("own_keys_forget", lang)
        st.button(label, key="own-keys-forget", on_click=_forget, args=(who, provider))
    about, said = st.session_state.get(_SAID, ("", WORDS["own_keys_none"]))
    if about == provider.name:
        st.caption(pick(said, lang))


def _keep(own: OwnKeys, who: Visitor, provider: Provider, keys: Sequence[str]) -> None:
    values = [st.session_state[key] for key in keys]
    for key in keys:
        del st.session_state[key]
    st.session_state[_TURN] += 1
    _say(provider, own.keep(who.name, provider.name, values))


def _forget(who: Visitor, provider: Provider) -> None:
    who.typed.forget(who.name, provider)
    _say(provider, WORDS["own_keys_forgotten"])


def _say(provider: Provider, said: Words) -> None:
    st.session_state[_SAID] = (provider.name, said)
