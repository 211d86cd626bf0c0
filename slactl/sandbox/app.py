"""The sandbox as a WSGI application: who answers which call.

The one rule: metrics, alarms, Application Signals and GetCallerIdentity are answered here; everything
else goes to moto, which is imported only when such a call arrives.
"""

from __future__ import annotations

import gzip
import io
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from email.utils import formatdate
from http import HTTPStatus
from typing import Any

from slactl.sandbox import alarms, signals, slos
from slactl.sandbox.alarmtags import asks_for_alarms, get_resources
from slactl.sandbox.configuration import operation_of, refusal
from slactl.sandbox.elsewhere import Elsewhere
from slactl.sandbox.errors import AwsError, ConnectionDropped, access_denied, internal_failure
from slactl.sandbox.evaluation import evaluate_now
from slactl.sandbox.listing import list_metrics
from slactl.sandbox.metricdata import Reading, check_points
from slactl.sandbox.oldstatistics import get_metric_statistics
from slactl.sandbox.pages import fill_page
from slactl.sandbox.published import put_metric_data
from slactl.sandbox.queries import MetricQuery, read_request
from slactl.sandbox.translation import ask_in_json
from slactl.sandbox.troubles import Troubles
from slactl.sandbox.wire import Answer, Call, Request, read_call, write_answer, write_error
from slactl.sandbox.world import World

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Environ = dict[str, Any]
USER = "sandbox"
_PREFIXES = {"tagging": "tag"}
"""What permissions of a service are called, where that is another name."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One call that came in.

    Attributes:
        operation: such as ``GetMetricData``; of calls for moto the method and path.
        params: the parameters; empty where the application does not keep them.
        outcome: ``ok``, or the old code of the error, or ``dropped``.
    """

    operation: str
    params: dict[str, Any]
    outcome: str


class Application:
    """Answers AWS calls from a world; the world may be swapped between calls."""

    def __init__(
        self,
        world: World,
        *,
        keep_params: bool = True,
        ticks: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """An application.

        Args:
            world: what is shown.
            keep_params: whether ``calls`` keeps parameters (memory grows with every call).
            ticks: a clock of seconds for quotas.
            sleep: waits so many seconds.
            wall: the machine's clock, for the Date of answers.
        """
        self.world = world
        self.calls: list[Recorded] = []
        self.tally: Counter[str] = Counter()
        self._keep_params = keep_params
        self._ticks, self._sleep, self._wall = ticks, sleep, wall
        self._lock = threading.Lock()
        self._troubles = Troubles(world.behaviour, ticks)
        self._elsewhere = Elsewhere()

    def restart(self, world: World) -> None:
        """Shows another world from scratch: earlier calls, the state of troubles and of moto are forgotten."""
        with self._lock:
            self.world = world
            self.calls, self.tally = [], Counter()
            self._troubles = Troubles(world.behaviour, self._ticks)
            self._elsewhere = Elsewhere()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI.

        Raises:
            ConnectionDropped: if the behaviour wants the connection closed without an answer.
        """
        request = _request(environ)
        try:
            call = read_call(request)
        except AwsError as error:
            return _begin(write_error(UNREADABLE, error, False), start_response)
        environ = {**environ, "wsgi.input": io.BytesIO(request.body), "CONTENT_LENGTH": str(len(request.body))}
        if call is None:
            self._record(Recorded(f"{request.method} {request.path}", {}, "moto"))
            return self._configuration(request, environ, start_response)
        answer = self._answered(call, request.scope[0])
        if answer is not None:
            return _begin(answer, start_response, self._date())
        if call.protocol == "cbor":
            return ask_in_json(call, environ, self._moto, start_response)
        return self._moto(environ, start_response)

    def troubles(self) -> Troubles:
        """The running state of the world's behaviour; new when the behaviour was changed."""
        with self._lock:
            if self._troubles.behaviour is not self.world.behaviour:
                self._troubles = Troubles(self.world.behaviour, self._ticks)
            return self._troubles

    def _configuration(self, request: Request, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if refused := self._refused(request):
            return _begin(refused, start_response)
        for hook in self.world.hooks:
            answer = hook(self.world, request)
            if answer is not None:
                return _begin(answer, start_response)
        return self._moto(environ, start_response)

    def _refused(self, request: Request) -> Answer | None:
        """The refusal of a call of configuration whose operation the behaviour names."""
        told = self.world.behaviour
        operation = operation_of(request) if told.access_denied or told.fail else None
        if operation is None or operation not in told.access_denied | told.fail:
            return None
        action = f"{request.scope[1]}:{operation}"
        caller = f"arn:aws:iam::{self.world.account}:user/{USER}"
        return refusal(
            request, access_denied(caller, action) if operation in told.access_denied else internal_failure()
        )

    def _moto(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return self._elsewhere.answer(self.world, environ, start_response)

    def _answered(self, call: Call, region: str) -> Answer | None:
        """The answer to a call, a refusal included; None where moto has to answer."""
        handler = self._handler(call, region)
        outcome = "ok" if handler else "moto"
        self._wait()
        try:
            caller = f"arn:aws:iam::{self.world.account}:user/{USER}"
            self.troubles().meet(
                call.operation, caller, f"{_PREFIXES.get(call.service, call.service)}:{call.operation}"
            )
            self.troubles().spend_call(call.operation)
            return write_answer(call, handler(call, region)) if handler else None
        except AwsError as error:
            outcome = error.code
            return write_error(call, error, self.world.behaviour.modern_codes)
        except ConnectionDropped:
            outcome = "dropped"
            raise
        finally:
            self._record(Recorded(call.operation, call.params if self._keep_params else {}, outcome))

    def _date(self) -> list[tuple[str, str]]:
        off = self.world.behaviour.clock_off
        return [] if off is None else [("Date", formatdate(self._wall() + off, usegmt=True))]

    def _wait(self) -> None:
        if self.world.behaviour.delay_ms:
            self._sleep(self.world.behaviour.delay_ms / 1000)

    def _record(self, call: Recorded) -> None:
        with self._lock:
            self.calls.append(call)
            self.tally[call.operation] += 1

    def _handler(self, call: Call, region: str) -> Callable[[Call, str], dict[str, Any]] | None:
        if call.service == "application-signals":
            return self._signals
        if call.service == "cloudwatch" and call.operation in alarms.OPERATIONS and region in ("", self.world.region):
            return self._alarms
        if call.service == "tagging":
            return self._tagging(call, region)
        if call.operation == "PutMetricData" and region in ("", self.world.region):
            return lambda call, _region: put_metric_data(self.world, call.params)
        known: dict[tuple[str, str], Callable[[Call, str], dict[str, Any]]] = {
            ("cloudwatch", "GetMetricData"): self._metric_data,
            ("cloudwatch", "GetMetricStatistics"): self._metric_statistics,
            ("cloudwatch", "ListMetrics"): lambda call, region: list_metrics(self.world, call.params, region),
            ("sts", "GetCallerIdentity"): lambda _call, _region: self._identity(),
        }
        return known.get((call.service, call.operation))

    def _alarms(self, call: Call, _region: str) -> dict[str, Any]:
        if self.world.evaluates and self.world.alarms.unseen and call.operation.startswith("Describe"):
            evaluate_now(self.world)
        return alarms.answer(self.world, call.operation, call.params)

    def _tagging(self, call: Call, region: str) -> Callable[[Call, str], dict[str, Any]] | None:
        """Who finds resources by their tags: of alarms and mute rules this application, of anything else moto."""
        ours = call.operation == "GetResources" and asks_for_alarms(call.params)
        return (lambda call, _region: get_resources(self.world, call.params, region)) if ours else None

    def _signals(self, call: Call, _region: str) -> dict[str, Any]:
        if call.operation in slos.OPERATIONS:
            return slos.OPERATIONS[call.operation](self.world, call.params)
        self.troubles().spend_discovery()
        return signals.OPERATIONS[call.operation](self.world, call.params)

    def _identity(self) -> dict[str, Any]:
        account = self.world.account
        return {"UserId": "AIDASANDBOX", "Account": account, "Arn": f"arn:aws:iam::{account}:user/{USER}"}

    def _metric_data(self, call: Call, region: str) -> dict[str, Any]:
        world, troubles = self.world, self.troubles()
        request = read_request(call.params)
        check_points(request, troubles, world.now)
        self._count(request.points if request.token is None else 0, request.queries)
        told = world.behaviour
        room = min(request.limit, told.page_points or request.limit)
        reading = Reading(world, troubles, request, region or None)
        entries, token = fill_page(reading, request, call.params, told.partial, room)
        messages = [{"Code": code, "Value": text} for code, text in told.messages]
        return {"MetricDataResults": entries, "Messages": messages, **({"NextToken": token} if token else {})}

    def _metric_statistics(self, call: Call, region: str) -> dict[str, Any]:
        return get_metric_statistics(self.world, self.troubles(), call.params, region)

    def _count(self, points: int, queries: Iterable[Any]) -> None:
        with self._lock:
            self.tally["queries"] += sum(isinstance(query, MetricQuery) for query in queries)
            self.tally["datapoints"] += points


def application(world: World) -> Application:
    """A WSGI application that shows the world."""
    return Application(world)


UNREADABLE = Call("", "", {}, "json")


def _begin(answer: Answer, start_response: StartResponse, more: Iterable[tuple[str, str]] = ()) -> list[bytes]:
    line = f"{answer.status} {HTTPStatus(answer.status).phrase}"
    length = ("Content-Length", str(len(answer.body)))
    start_response(line, [("Content-Type", answer.content_type), length, *answer.headers, *more])
    return [answer.body]


def _request(environ: Environ) -> Request:
    headers = {
        name[5:].replace("_", "-").lower(): str(value) for name, value in environ.items() if name.startswith("HTTP_")
    }
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length) if length else b""
    path, query = environ.get("PATH_INFO", "/"), environ.get("QUERY_STRING", "")
    request = Request(environ["REQUEST_METHOD"], path, query, headers, body)
    packed = request.scope[1] == "monitoring" and headers.get("content-encoding") == "gzip"
    return replace(request, body=gzip.decompress(body)) if packed else request
