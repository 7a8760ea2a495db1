"""What a study does on its own while it runs: further trials, early ends, the winner once more."""

from __future__ import annotations

from sqlalchemy import func, select

from experiments import designs, measured
from experiments.journal import Journal, Run
from experiments.rules import rules_of
from experiments.scoring.scores import lower_is_better
from experiments.statistics import racing
from experiments.types import Plan, ScoreSpec
from usage.tables import cells


class Steering:
    """Decides for one run. Used by one worker of it alone."""

    def __init__(self, journal: Journal, run: Run) -> None:
        self._journal, self._run = journal, run
        self._plan = run.plan
        self._prompts = measured.prompt_ids(journal, run.id)
        self._choosing = measured.choosing(run, len(self._prompts))
        self._looked = 0
        self._looks_at = self._when_to_look()

    def look(self) -> None:
        """Give up what need not be called, if so many prompts are complete that one looks."""
        due = [count for count in self._looks_at if count > self._looked]
        if not due:
            return
        complete = measured.complete(self._journal, self._run, self._prompts)
        if complete < due[0]:
            return
        self._looked = max(count for count in due if count <= complete)
        primary, alive = self._plan.primary, self._alive()
        if primary is None or len(alive) < 2:
            return
        values = measured.scores(self._journal, self._run, primary.label)[:, : self._looked]
        seen = racing.look(values, alive, rules_of(self._run, primary, self._choosing))
        if seen.behind:
            self._give_up("dropped", sorted(seen.behind))
        if seen.end is not None:
            self._give_up(seen.end, sorted(alive - seen.behind))

    def follow(self, *, idle: bool) -> bool:
        """Nothing waits. Add what comes next, and say whether anything does.

        `idle`: nothing is under way either, here or elsewhere.
        """
        if self._plan.design == "adaptive" and self._next_trial():
            return True
        return idle and self._remeasure()

    def _when_to_look(self) -> list[int]:
        """Numbers of complete prompts; none where nothing ends early."""
        early = self._plan.stop_early and self._plan.design != "adaptive"
        if not early or self._plan.primary is None:
            return []
        return racing.moments(self._choosing, len(self._run.settings))

    def _alive(self) -> set[int]:
        query = select(cells.c.setting).where(
            cells.c.run == self._run.id, cells.c.state == "waiting"
        )
        return {row["setting"] for row in self._journal.store.rows(query.distinct())}

    def _give_up(self, why: str, settings: list[int]) -> None:
        self._journal.drop(self._run.id, cells.c.setting.in_(settings))
        self._journal.note(self._run.id, why, settings=settings, prompts=self._looked)

    def _next_trial(self) -> bool:
        from experiments.adaptive import next_setting

        run = self._reread()
        if len(run.settings) >= self._plan.points:
            return False
        specs = self._objectives()
        figures = self._figures(run, specs)
        highest = [not lower_is_better(spec) for spec in specs]
        setting = next_setting(self._plan, run.settings, figures, highest)
        number = len(run.settings)
        trial = designs.cells(self._whole(), [number], first=self._next_number())
        self._journal.add(run.id, [setting], trial)
        return True

    def _remeasure(self) -> bool:
        """Have the winner and the first setting asked again, once, if the plan wants that."""
        primary, run = self._plan.primary, self._reread()
        if not self._plan.remeasure or primary is None or len(run.settings) < 2:
            return False
        if any(event["kind"] == "winner" for event in run.events):
            return False
        winner = self._winner(run, primary)
        if winner is None:
            return False
        self._journal.note(run.id, "winner", setting=winner)
        again = designs.cells(
            self._whole(),
            sorted({0, winner}),
            first=self._next_number(),
            stage="confirm",
        )
        self._journal.add(run.id, (), again)
        return True

    def _winner(self, run: Run, primary: ScoreSpec) -> int | None:
        """The best of those that were never given up, on the calls that chose it."""
        asked = measured.asked(self._journal, run)
        contenders = {setting for setting, count in enumerate(asked) if count == max(asked)}
        values = measured.scores(self._journal, run, primary.label)
        return racing.leader(values, contenders, higher_is_better=not lower_is_better(primary))

    def _objectives(self) -> list[ScoreSpec]:
        primary, against = self._plan.primary, self._plan.against
        second = [score for score in self._plan.scores if score.label == against]
        return [*([primary] if primary else []), *second]

    def _figures(self, run: Run, specs: list[ScoreSpec]) -> list[tuple[float, ...] | None]:
        """Mean scores of each setting; None while it is being measured."""
        columns = [measured.means(measured.scores(self._journal, run, s.label)) for s in specs]
        open_ = cells.c.state.in_(("waiting", "running"))
        query = select(cells.c.setting).where(cells.c.run == run.id, open_).distinct()
        unfinished = {row["setting"] for row in self._journal.store.rows(query)}
        return [
            None if number in unfinished else tuple(float(column[number]) for column in columns)
            for number in range(len(run.settings))
        ]

    def _reread(self) -> Run:
        found = self._journal.find(self._run.id)
        if found is not None:
            self._run = found
        return self._run

    def _whole(self) -> Plan:
        return self._journal.whole_plan(self._run)

    def _next_number(self) -> int:
        query = select(func.max(cells.c.number).label("last")).where(cells.c.run == self._run.id)
        last = self._journal.store.rows(query)[0]["last"]
        return 0 if last is None else int(last) + 1
