"""The command line over the same rooms. Sentences go to stderr, results to stdout.

Exit codes: 0 ok, 1 the provider refused, failed or was cut, 2 bad input and nothing was sent.
"""

from __future__ import annotations

import io
import json
import math
import re
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated, Any, cast

import typer

import wiring
from backends import (
    ANSWERED_STATES,
    Attachment,
    Call,
    CallInFlight,
    ChatRequest,
    Message,
    ModelSpec,
    ParamSpec,
    ProviderError,
    as_json,
    attachment_of,
    brief,
    span,
)
from commands.batch import app as batch_app
from commands.common import (
    BAD_INPUT,
    FAILED,
    LAST_PORT,
    OK,
    AsJson,
    check_known,
    close_stdout,
    fail,
    many,
    opened,
    params,
    put,
    say,
    show,
    stop_on_signal,
)
from commands.replay import replay
from commands.study import app as study_app
from commands.usage import app as usage_app

_HALF = re.compile(r"\\ud[89ab][0-9a-f]{2}\Z")

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="调参台 Tunedesk: one prompt, many providers, every parameter on record.",
)
app.add_typer(usage_app, name="usage")
app.add_typer(study_app, name="study")
app.add_typer(batch_app, name="batch")
app.command()(replay)


@app.command()
def models(
    as_json_: AsJson = False,
    ask: Annotated[
        str | None, typer.Option("--ask", help="Ask this provider which models it has.")
    ] = None,
) -> None:
    """Every model with its status, limits and parameters."""
    with opened() as desk:
        if ask is not None:
            names = _served(desk, ask)
            show(json.dumps(names) if as_json_ else "\n".join(names))
            return
        if as_json_:
            show(
                json.dumps(
                    [
                        _model_json(name, provider.name, model, desk.emulated(provider.name))
                        for name, provider, model in desk.catalogue
                    ],
                    ensure_ascii=False,
                )
            )
            return
        for name, provider, model in desk.catalogue:
            mark = (
                "emulated"
                if desk.emulated(provider.name)
                else ("live" if provider.base_urls else "built-in")
            )
            status = f"retired {model.retired_on}" if model.retired_on else model.status
            knobs = ", ".join(f"{spec.name} {span(spec)}".strip() for spec in model.params)
            show(f"{name}\n    {mark}, {status}; {knobs}")


@app.command()
def chat(
    model: str,
    prompt: str,
    param: Annotated[
        list[str] | None, typer.Option("-p", "--param", help="name=value; once per parameter")
    ] = None,
    system: Annotated[str, typer.Option("-s", "--system", help="The persona.")] = "",
    attach: Annotated[
        list[Path] | None, typer.Option(help="A picture or recording; once per file.")
    ] = None,
    no_stream: Annotated[bool, typer.Option("--no-stream")] = False,
    tag: Annotated[str | None, typer.Option(help="A label kept with the call.")] = None,
    as_json_: AsJson = False,
) -> None:
    """Ask one question and print the answer as it comes."""
    with opened() as desk:
        request = ChatRequest(
            model,
            (Message("user", prompt, tuple(_attachment(path) for path in attach or ())),),
            system,
            params(param or []),
            not no_stream,
            tag or "cli",
        )
        # Told to end, it ends as with Ctrl-C: the call is stopped and its row is final.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        flight = desk.client.start(request)
        try:
            _tell_of_limits(flight)
            call = _follow(flight, quiet=as_json_ or _corrects(desk, model))
        except KeyboardInterrupt:
            flight.cancel()
            call = flight.result(10)
        except OSError as exc:
            # Nobody reads on: what is not read is not paid for.
            flight.cancel()
            flight.result(10)
            close_stdout(exc, FAILED)
            raise typer.Exit(OK) from None
        if as_json_:
            show(json.dumps(as_json(call), ensure_ascii=False), code=FAILED)
        elif _corrects(desk, model) and call.state in ANSWERED_STATES:
            show(call.text, code=FAILED)
        _explain_end(call)
        if call.emulated and call.state != "refused" and not as_json_:
            say(f"Emulated: a local emulator answered for {call.provider}, not the service.")
        raise typer.Exit(_exit_code(call))


def _tell_of_limits(flight: CallInFlight) -> None:
    """Say so, once, when a provider's limit holds the question back; returns when it does not."""
    told, version = False, 0
    while not flight.done and flight.call is None:
        version = flight.wait(version, 0.5)
        if not told and (seconds := flight.waiting) is not None:
            told = True
            say(f"waiting for the limit, about {math.ceil(seconds)} s")


@app.command()
def emulate(
    only: Annotated[str | None, typer.Option(help="Services to serve, comma-separated.")] = None,
    port: Annotated[int, typer.Option(help="First port; the next service gets the next.")] = 0,
    log: Annotated[Path | None, typer.Option(help="One JSON line per request received.")] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            help="Misbehave in this way; several, or with commas, request by request (`ok` for "
            "none, the last holds); @FILE reads the names from a file."
        ),
    ] = None,
    faults: Annotated[bool, typer.Option("--faults", help="List the faults and end.")] = False,
    as_json_: AsJson = False,
) -> None:
    """Serve local emulators of the providers until stopped."""
    import emulators

    if faults:
        show(emulators.listed(as_json=as_json_))
        return
    script = ",".join(filter(None, map(_script, fault or []))) or None
    names = _services(only)
    if not 0 <= port <= LAST_PORT - len(names) + 1:
        fail(
            f"Ports are 0 to {LAST_PORT}: there is no room for {many(len(names), 'service')} from "
            f"{port} on. Choose another --port."
        )
    try:
        running = emulators.start(names, port=port, fault=script, log=_line_writer(log))
    except ValueError as exc:
        fail(str(exc))
    except OSError as exc:
        fail(f"{exc.strerror or 'No port can be had.'} Choose another --port.")
    told: dict[str, Any] = dict(running.urls)
    if as_json_:
        told |= {"keys": running.keys, "environment": running.environment}
    stop = stop_on_signal()
    show(json.dumps(told))
    stop.wait()
    running.close()


def _script(fault: str) -> str | None:
    """The names of one --fault, whatever its form."""
    import emulators

    try:
        return emulators.read_script(fault).text or "ok"
    except ValueError as exc:
        fail(f"{brief(exc)}. List them with: python desk.py emulate --faults")
    except OSError as exc:
        fail(f"{fault} cannot be read ({exc.strerror}). Choose another file.")


@app.command()
def doctor() -> None:
    """Check packages, keys (by name), clock, store and ports; say what to mend."""
    from commands.doctor import examine

    with opened() as desk:
        worst = OK
        for finding in examine(desk):
            show(f"{'ok  ' if finding.ok else 'MEND'} {finding.what}")
            worst = worst if finding.ok else FAILED
        raise typer.Exit(worst)


@app.command(name="explain")
def explain_code(
    provider: Annotated[str, typer.Argument(help="As in PROVIDER/MODEL.")],
    code: Annotated[str, typer.Argument(help="The provider's own code.")],
) -> None:
    """What a provider's error code means, what to do, and whether to retry."""
    from commands.explain import explained

    with opened() as desk:
        known = desk.catalogue.providers
        if provider not in known:
            fail(f"There is no provider “{brief(provider)}”. They are: {', '.join(known)}.")
        lines = explained(known, provider, code)
        if not lines:
            fail(f"{provider} documents no code {brief(code)}. Its codes are listed in ERRORS.md.")
        show("\n".join(lines))


@app.command()
def worker(
    once: Annotated[bool, typer.Option("--once", help="End when nothing waits.")] = False,
) -> None:
    """Pull open calls of studies and batches from the store, beside other workers."""
    from commands.worker import pull

    with opened() as desk:
        pull(desk, once)


@app.command()
def run(
    port: int = 7860,
    streamlit_port: int = 8501,
    metrics_port: Annotated[
        int | None, typer.Option(help="Counts for Prometheus at this port of this machine.")
    ] = None,
) -> None:
    """Start both apps over one store; Ctrl-C stops both."""
    from commands.supervise import supervise

    if metrics_port is None:
        raise typer.Exit(supervise(port, streamlit_port))
    from usage.metrics import serve

    with opened() as desk:
        try:
            serve(desk.store, metrics_port)
        except (OSError, OverflowError):
            fail(f"Port {metrics_port} cannot be had. Choose another --metrics-port.")
        raise typer.Exit(supervise(port, streamlit_port))


def _served(desk: wiring.Desk, provider: str) -> list[str]:
    if provider not in desk.catalogue.providers:
        known = ", ".join(desk.catalogue.providers)
        fail(f"There is no provider “{brief(provider)}”. They are: {known}.")
    if not desk.catalogue.providers[provider].lists_models:
        fail(f"{provider} offers no list of its models. Look in PROVIDERS.md.")
    try:
        return [f"{provider}/{name}" for name in desk.client.served(provider)]
    except ProviderError as error:
        say(error.message.en + (f" ({error.said})" if error.said else ""))
        raise typer.Exit(FAILED) from None


def _attachment(path: Path) -> Attachment:
    try:
        return attachment_of(path.read_bytes(), path.name)
    except OSError as exc:
        fail(f"{path} cannot be read ({exc.strerror}). Choose another --attach.")


def _corrects(desk: wiring.Desk, model: str) -> bool:
    """Whether an answer may take back what it said, so that only its end can be printed."""
    try:
        return "text" not in desk.catalogue.find(model)[1].inputs
    except ProviderError:
        return False


def _follow(flight: CallInFlight, *, quiet: bool) -> Call:
    version, shown = 0, 0
    while not quiet and not flight.done:
        version = flight.wait(version, 1.0)
        text = flight.completion().text
        # Half of a character stands as an escape until the other half is there.
        if not _HALF.search(text):
            put(text[shown:])
            shown = len(text)
    call = flight.result()
    if not quiet and call.text:
        put(call.text[shown:] + "\n")
    return call


def _explain_end(call: Call) -> None:
    for trace in call.params:
        if trace.outcome == "not supported":
            say(f"{trace.name}: {trace.reason.en}")
    for asked in call.tool_calls:
        say(f"The model asks for {asked.name}({asked.arguments}).")
    if call.left_out:
        say(f"Earlier messages left out: {call.left_out}.")
    if call.error is not None:
        detail = ": ".join(part for part in (call.error.code, call.error.said) if part)
        say(call.error.message.en + (f" ({detail})" if detail else ""))


def _exit_code(call: Call) -> int:
    if call.state in ANSWERED_STATES:
        return OK
    return BAD_INPUT if call.state == "refused" else FAILED


def _model_json(name: str, provider: str, model: ModelSpec, emulated: bool) -> dict[str, Any]:
    return {
        "name": name,
        "provider": provider,
        "model": model.name,
        "label": model.label,
        "status": model.status,
        "retired_on": model.retired_on,
        "emulated": emulated,
        "endpoint": model.endpoint,
        "max_input_characters": model.max_input_characters,
        "max_input_tokens": model.max_input_tokens,
        "takes_system": model.takes_system,
        "inputs": sorted(model.inputs),
        "parameters": [_param_json(spec) for spec in model.params],
        "source": model.source,
    }


def _param_json(spec: ParamSpec) -> dict[str, Any]:
    names = (
        "name",
        "wire_name",
        "kind",
        "minimum",
        "maximum",
        "exclusive_minimum",
        "exclusive_maximum",
        "choices",
        "default",
        "neutral",
        "step",
        "max_items",
        "source",
    )
    return {name: getattr(spec, name) for name in names}


def _services(only: str | None) -> list[str]:
    """The services to emulate, each of them once."""
    from emulators.services import BY_NAME

    names = dict.fromkeys(BY_NAME if only is None else filter(None, only.split(",")))
    check_known("service", names, BY_NAME)
    if not names:
        fail(f"--only names no service. Choose some of {', '.join(BY_NAME)}.")
    return list(names)


def _line_writer(path: Path | None) -> Any:
    if path is None:
        return None
    try:
        out = path.open("a", encoding="utf-8")
    except OSError as exc:
        fail(f"{path} cannot be written ({exc.strerror}). Choose another --log.")
    lock = threading.Lock()

    def write(entry: dict[str, Any]) -> None:
        with lock:
            out.write(json.dumps(entry, ensure_ascii=False) + "\n")
            out.flush()

    return write


if __name__ == "__main__":
    for _stream in (sys.stdout, sys.stderr):
        # Half a character in a file name or an argument is shown escaped, it does not end us.
        cast(io.TextIOWrapper, _stream).reconfigure(errors="backslashreplace")
    app()
