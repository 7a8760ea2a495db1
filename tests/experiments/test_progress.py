"""How long a run will still take."""

from __future__ import annotations

import emulators
from backends import Access, Client, Provider, Secret
from experiments.progress import progress
from experiments.runner import Runner
from tests.experiments.rigs import Desk, small
from usage.prices import Prices


def test_nothing_is_foretold_before_the_first_call(desk: Desk) -> None:
    run = desk.create(small())
    assert progress(desk.journal, desk.find(run))["seconds_left"] is None


def test_the_time_left_heeds_the_limit_that_was_told(desk: Desk) -> None:
    limits = emulators.Limits(requests=30)
    with emulators.start(["qianfan"], tokens_per_second=5000, limits=limits) as running:

        def access(provider: Provider) -> Access:
            names = {name for group in provider.credentials for name in group}
            keys = {name: Secret(running.keys[name]) for name in names}
            urls = {name: running.environment[name] for name in provider.base_urls}
            return Access(urls=urls, keys=keys, emulated=True)

        client = Client(desk.client.catalogue, access, desk.store)
        run = desk.create(small(models=["qianfan/ernie-speed-8k"], repeats=15, concurrency=1))
        seen = 0

        def told(_: object) -> None:
            nonlocal seen
            seen += 1
            if seen == 5:
                desk.journal.want(run, "pause")

        runner = Runner(client, desk.journal, desk.find(run), Prices.load(), told=told)
        assert runner.work() == "pause"
    now = progress(desk.journal, desk.find(run))
    # About 85 are open, of which this minute's window still takes about 25.
    assert 60 <= now["seconds_left"] <= 180
