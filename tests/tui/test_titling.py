"""The window's title: what it says, when it is written, and that the one before is given back."""

from __future__ import annotations

from rig.tui.status import Status
from rig.tui.titling import GIVE_BACK, KEEP_TITLE, WindowTitle, title_words

RUNNING = Status(kind="LIVE", state="RUN", hottest=39.14)


def test_it_says_bench_state_and_hottest_spot() -> None:
    assert title_words(RUNNING) == "rig · LIVE · ▶ RUN · 39.1 °C"
    assert title_words(Status()) == "rig · NO BENCH · · IDLE"


def test_it_is_written_when_it_changes_and_given_back() -> None:
    written: list[str] = []
    title = WindowTitle()
    title.show(RUNNING)
    title.open(written.append)
    for status in (RUNNING, Status(kind="LIVE", state="RUN", hottest=39.11), Status()):
        title.show(status)
    title.close()
    title.close()
    assert written == [
        KEEP_TITLE,
        "\x1b]2;rig · LIVE · ▶ RUN · 39.1 °C\x07",
        "\x1b]2;rig · NO BENCH · · IDLE\x07",
        GIVE_BACK,
    ]
