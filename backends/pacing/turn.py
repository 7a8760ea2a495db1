"""One call's dealings with the pacer of its key."""

from __future__ import annotations

from collections.abc import Callable

from backends.estimate import estimate_tokens
from backends.line import Line
from backends.pacing.door import Pacer, Pacers
from backends.pacing.figures import figures_of
from backends.pacing.room import Wait
from backends.pacing.shipped import kind_of
from backends.pacing.tokens import Need, Used
from backends.provider import Access, Provider
from backends.types import Call, ChatRequest, ModelSpec, RateLimit

# Tokens set aside for an answer whose maximum nobody names.
_ASSUMED = 2_048


class Turn:
    """Taken before a call is sent, given back when it has ended; a call that needs none has none.

    Whether it was given back is its own concern, so that it happens once.
    """

    def __init__(self, pacers: Pacers, name: str) -> None:
        self._pacers, self._name = pacers, name
        self._pacer: Pacer | None = None
        self._heard = False

    def take(
        self,
        provider: Provider,
        model: ModelSpec,
        request: ChatRequest,
        access: Access,
        line: Line,
        tell: Callable[[Wait | None], None],
    ) -> float | None:
        """Wait until the provider may be asked; seconds of it, None where there was no wait.

        Raises:
            Cancelled: the line was cut meanwhile.
        """
        pacer = self._pacers.pacer(provider, model.name, access)
        if pacer is None:
            return None
        phase, line.phase = line.phase, "waiting"
        self._pacer = pacer
        waited = pacer.take(self._name, need_of(request, model), line, tell)
        line.phase = phase
        return waited or None

    def heard(self, limits: RateLimit | None) -> None:
        """Something of the answer came, the first time with the headers."""
        if self._pacer is not None and not self._heard:
            self._heard = True
            self._pacer.heard(self._name, figures_of(limits))

    def ended(self, call: Call, *, sent: bool) -> None:
        """The call has its final state."""
        if self._pacer is None:
            return
        error = call.error
        if not sent:
            self._pacer.unsent(self._name)
        elif error is not None and error.kind == "RateLimit":
            figures = figures_of(call.rate_limit, error.retry_after)
            self._pacer.refused(self._name, kind_of(call.provider, error.code), figures)
        else:
            self._pacer.ended(self._name, _used(call))


def need_of(request: ChatRequest, model: ModelSpec) -> Need:
    """Tokens a call may take: its question by our estimate, its answer by the maximum set."""
    texts = [request.system, *[message.content for message in request.messages]]
    question = sum([estimate_tokens(text) for text in texts if text])
    most = request.params.get("max_output_tokens")
    if not isinstance(most, int):
        spec = model.param("max_output_tokens")
        most = spec.default if spec and isinstance(spec.default, int) else _ASSUMED
    return Need(float(question), float(most))


def _used(call: Call) -> Used | None:
    usage = call.usage
    if usage is None or usage.input_tokens is None or usage.output_tokens is None:
        return None
    return Used(float(usage.input_tokens), float(usage.output_tokens))
