"""The text of a first ``slactl.yaml`` and ``maintenance.yaml``.

The one rule: every text from outside goes through ``yamltext``, in values and in comments alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from slactl.ports import ListedStage
from slactl.workflows.onboarding.edges import Edge
from slactl.workflows.onboarding.proposal import Proposal, ProposedService, slug
from slactl.workflows.onboarding.rules import Line
from slactl.workflows.onboarding.yamltext import quoted, remark, word

TITLES = {"it": "Livelli di servizio", "en": "Service levels"}


@dataclass(frozen=True, slots=True)
class Head:
    """What the files say beside the services; ``zone_given`` is false where UTC was taken for want of a word."""

    account: str
    region: str
    language: str
    timezone: str
    zone_given: bool
    made: str
    profile: str | None = None


def configuration_text(proposal: Proposal, head: Head) -> str:
    """The main file."""
    lines = [*_top(head), "services:"]
    for service in proposal.services:
        lines += ["", *_service(service)]
    lines += ["", *_left_out(proposal), *_bottom()]
    return "\n".join(lines) + "\n"


def _top(head: Head) -> list[str]:
    zone = "months begin and end at midnight of this zone"
    told = zone if head.zone_given else f"CHECK: not given, so UTC; {zone}"
    profile = [f"  profile: {word(head.profile)}"] if head.profile else []
    return [
        f"# Written by `slactl init` on {head.made}, from account {head.account}, {remark(head.region)}.",
        "# What is marked CHECK is a guess. `slactl config check` looks for mistakes, `slactl config show` says what",
        "# is in effect and why, `slactl doctor` whether everything needed is in place.",
        "version: 1",
        "",
        "report:",
        f"  title: {TITLES[head.language]}",
        '  id: "SLA-{month}"            # {month} becomes 2026-10',
        f"  language: {head.language}                 # it | en",
        f"  timezone: {word(head.timezone)}   # {told}",
        "  year_starts: 01-01           # CHECK: the first day of the agreement's year",
        "  # classification: Internal",
        "  # prepared_by: Platform engineering",
        "  # approved_by: CISO",
        "",
        "aws:                           # credentials come from the usual chain and never stand here",
        f"  region: {word(head.region)}",
        *profile,
        f'  expected_account: "{head.account}"   # another account is refused before anything is read',
        "",
    ]


def _service(service: ProposedService) -> Iterator[str]:
    yield f"  {word(service.key)}:"
    yield from _named(service)
    if service.since:
        yield f"    since: {service.since.isoformat()}   # CHECK: first whole day with data; nothing is owed before"
    yield from _edge(service)
    for warning in service.rules.warnings:
        yield f"    # NOTE: {remark(warning)}"
    yield "    operations:                # the first match wins; only * is special"
    yield from (f"      - {_rule(line)}" for line in service.rules.lines)


def _named(service: ProposedService) -> Iterator[str]:
    if service.stage:
        yield "    source: api-gateway"
        yield f"    api: {quoted(service.stage.api)}"
        yield f"    stage: {quoted(service.stage.stage)}"
        return
    assert service.listed is not None
    if service.listed.name != service.key:
        yield f"    name: {quoted(service.listed.name)}"
    yield f"    environment: {quoted(service.listed.environment)}"


def _edge(service: ProposedService) -> Iterator[str]:
    if service.edge:
        yield f"    # CHECK: it seems to stand before the service: {remark(service.edge.why)}. Its answers decide."
        yield f"    edge: {_stage(service.edge.stage)}"
        if service.edge.stage.detailed is False:
            yield "    # NOTE: detailed metrics are off at this stage: its methods have no figures of their own."
    elif service.others:
        yield "    # CHECK: several stages fit equally well; take the one that customers call:"
    elif service.bare_lambda:
        yield "    # NOTE: no gateway was found. Throttled and timed-out calls of a Lambda function report nothing"
        yield "    # by themselves; if an API Gateway stage stands before it, name it: edge: {api: ..., stage: ...}"
    yield from (f"    # edge: {_stage(other.stage)}   # {remark(other.why)}" for other in _alternatives(service))


def _alternatives(service: ProposedService) -> tuple[Edge, ...]:
    return tuple(other for other in service.others if _one_line(other.stage))


def _one_line(stage: ListedStage) -> bool:
    return len(stage.api) + len(stage.stage) < 500


def _stage(stage: ListedStage) -> str:
    return f"{{api: {quoted(stage.api)}, stage: {quoted(stage.stage)}}}"


def _rule(line: Line) -> str:
    rule = line.rule
    parts = [f"match: {quoted(rule.match)}"]
    parts += ["ignore: true"] if rule.ignore else []
    parts += [f"as: {quoted(rule.name)}"] if rule.name else []
    parts += [f"class: {rule.operation_class}"] if rule.operation_class and not rule.ignore else []
    why = f"   # {remark(line.why)}" if line.why else ""
    return "{" + ", ".join(parts) + "}" + why


def _left_out(proposal: Proposal) -> Iterator[str]:
    for name in proposal.unnameable:
        yield f"  # NOTE: a service was left out, because a configuration can't hold its name: {remark(name)[:200]}"
    if proposal.left_out:
        yield "  # Gateway stages behind which no service was found; to judge one by its own answers, uncomment it:"
    for stage in proposal.left_out:
        place = f"api: {quoted(stage.api)}, stage: {quoted(stage.stage)}"
        yield f"  # {word(slug(stage.name))}: {{source: api-gateway, {place}}}"


def _bottom() -> list[str]:
    return [
        "# The targets: without this line the bundled ones of the ISMS document hold. To change them, copy them",
        "# beside this file and name the copy.",
        "# objectives: isms.yaml",
        "",
        "# Promises about tables, functions, clusters, ...: `slactl discover --packs` proposes them.",
        "",
        "maintenance: maintenance.yaml",
    ]


def maintenance_text() -> str:
    """The file of planned work: no window yet, and how one is written."""
    return """# Planned work. A window is left out of a figure only where an objective says `exclude: maintenance` and
# the window was announced in time; what is not left out is listed with its reason.

# CHECK: the least time between announcement and start that the agreement asks for. There is no default, and
# without it windows are refused.
# notice: 48h
# max_per_month: 8h            # for each service; beyond it the time counts as service time
require_proof: declared        # declared | documented (the announcement is kept as a file) | recorded

windows: []
# windows:
#   - id: CHG-1042
#     start: 2026-10-14T02:00    # in the report's time zone, unless an offset such as +02:00 is given
#     end: 2026-10-14T04:00
#     announced: 2026-10-09T10:00
#     announcement: {channel: status-page, to: customers, url: "https://status.example.com/incidents/1042"}
#     reason: Database engine upgrade
"""
