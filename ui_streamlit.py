"""Tunedesk in Streamlit: `streamlit run ui_streamlit.py`. The pages are in pages/.

The server imports this file and finds `app`; each visitor's run executes it and draws a page.
"""

import streamlit as st
from starlette.types import ASGIApp

import wiring
from gate import STREAMLIT, Gate
from panels import streamlit_address, streamlit_language, streamlit_style, streamlit_trouble
from panels.words import t


def draw() -> None:
    """The page that was asked for, under the navigation."""
    st.set_page_config(page_icon="🎛️", initial_sidebar_state=340)
    streamlit_address.hold()
    with st.sidebar:
        lang = streamlit_language.choose()
    page = st.navigation(
        [
            st.Page(
                "pages/chat.py", title=t("page_chat", lang), icon=":material/chat:", default=True
            ),
            st.Page(
                "pages/compare.py", title=t("page_compare", lang), icon=":material/compare_arrows:"
            ),
            st.Page("pages/models.py", title=t("page_models", lang), icon=":material/table_chart:"),
            st.Page("pages/tune.py", title=t("page_tune", lang), icon=":material/tune:"),
            st.Page("pages/batch.py", title=t("page_batch", lang), icon=":material/table_rows:"),
            st.Page("pages/usage.py", title=t("page_usage", lang), icon=":material/bar_chart:"),
        ],
        position="top",
    )
    st.set_page_config(f"{page.title} · {t('app_title', lang)}")
    streamlit_style.style()
    streamlit_trouble.say_what_failed(lang)
    page.run()
    streamlit_trouble.went_well()


if __name__ == "__main__":
    draw()
else:
    # The server knows by this line that it serves an app; what it serves is the gate before it.
    app: ASGIApp = st.App(
        __file__, lifespan=wiring.lifespan, on_script_error=streamlit_trouble.told
    )
    app = Gate(
        app, framework=STREAMLIT, policy=wiring.may_listen(st.get_option("server.address") or "")
    )
