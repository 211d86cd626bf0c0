"""Sentences of plans, warnings and findings in the reader's language.

They are made in English where the figures are known, and plans keep them so; here they are recognised by their form.
The one rule: what is not recognised is said as it is: a sentence in English is better than none.
"""

from __future__ import annotations

import re
from functools import cache
from string import Formatter

from slactl.formats.language import SOURCE, Language, mark

FORMS = (
    # What speaks against a plan
    mark("the alarms cost ${total} a month, max_monthly_cost is ${most}"),
    mark("{n} alarm would be deleted"),
    mark("{n} alarms would be deleted"),
    mark("{n} of our alarms would change, {share} % of those that stand"),
    mark("{services} could not be read in full: {n} of the alarms to delete may still be wanted"),
    # Alarms that stand in the way
    mark("an alarm of this name stands, and its tags could not be read"),
    mark("a {shape} alarm of this name stands that a stack of {owner} keeps"),
    mark("a {shape} alarm of this name stands that is not ours"),
    mark("every alarm that it would look at is somebody else's"),
    mark("somebody switched its actions off: it stays so"),
    mark("cannot be deleted while {name} looks at it"),
    # Warnings
    mark("{after} alarms would stand, and the region takes {quota}: ask AWS for more"),
    mark("{metric}, which one alarm looks at, could not be read ({why})"),
    mark("{metric}, which {n} alarms look at, could not be read ({why})"),
    mark(
        "{metric}, which one alarm looks at, had no data in two weeks: `slactl check --publish` puts it there unless "
        "the figure is INSUFFICIENT_DATA, and its alarm rings meanwhile"
    ),
    mark(
        "{metric}, which {n} alarms look at, had no data in two weeks: `slactl check --publish` puts it there unless "
        "the figure is INSUFFICIENT_DATA, and its alarm rings meanwhile"
    ),
    mark("{metric}, which one alarm looks at, had no data in two weeks: `slactl check --publish` puts it there"),
    mark("{metric}, which {n} alarms look at, had no data in two weeks: `slactl check --publish` puts it there"),
    mark("{metric}, which one alarm looks at, had no data in two weeks"),
    mark("{metric}, which {n} alarms look at, had no data in two weeks"),
    mark("its operations could not all be listed ({why}): endpoints may be missing"),
    mark("its operations could not all be listed ({why})"),
    mark("none of its operations was seen in the last four weeks"),
    mark("its traffic of the last four weeks could not all be read ({why})"),
    mark("alarms.notify names nobody for {severity}, of slactl itself: it rings unheard"),
    mark("alarms.notify names nobody for {severity} of {service}: it rings unheard"),
    mark("of {service}, the alarms as a whole count {operations} too, the report does not"),
    mark("of {service}, {kinds} count {operations} too, the report does not"),
    mark("the topic is in {other}: alarms of {region} take none from elsewhere"),
    mark("the topic does not exist"),
    mark("the topic is encrypted with the key alias/aws/sns, which CloudWatch may not use: take one of your own"),
    mark("CloudWatch may not publish to the topic: allow {publisher} to sns:Publish in its policy"),
    # What no alarm watches
    mark("no kind of alarm that is switched on watches such a promise"),
    mark("AWS has no metric of it: only the kind entry-broken watches it, by what slactl check --publish tells"),
    mark("only a report judges it, a check reads too little"),
    mark("it asks for the greatest of several shares, which no alarm reckons"),
    mark("it is a sum over the whole period, which no window has"),
    mark("not each of its averages has one weight of its own"),
    mark("it is made of {n} metrics, an alarm holds ten"),
    mark("each of {n} values has to keep it, and {most} at most get alarms"),
    mark("none of its metrics is published"),
    mark("nobody could list the metrics {metric}"),
    mark("{metric} is Cloudflare's, alarms look at CloudWatch"),
    mark("{metric} is published in {other}, and an alarm must stand in its metric's region"),
    mark("the metrics {metric} could not all be listed: alarms may be missing"),
    mark("it promises for the class {name}, which has no series of its own"),
    mark("its goal allows nothing, so no rate spends it"),
    mark("its goal allows nothing, so there is no budget to be left"),
    mark("nobody knows the service's series"),
    mark("nobody knows the service's endpoints"),
    mark("nobody knows how much traffic it usually has"),
    mark("{factor} times the allowed share is {share}, which no window can reach"),
    mark("the last four weeks promise {requests} requests in no window of at most {window} at all times"),
    mark("no alarm has periods of {length} on the wall clock"),
    mark("{down} of the last {last} slices of {length} cannot be watched"),
    mark("{operation} is counted from {n} series, an alarm holds ten metrics"),
    mark("{n} endpoints beyond the busiest are of another account, or of a name that no query can hold"),
    # What was not done
    mark("{n} of its alarms could not be made"),
    mark("it stays while others of its kind could not be put"),
    mark("a composite that could not be put still looks at it"),
    mark("calls of this kind are denied: allow {permission}"),
    mark("calls of this kind are denied"),
    mark("it could not be looked up: {why}"),
    mark("an alarm of this name stands meanwhile: plan again"),
    mark("an SLO of this name stands meanwhile: plan again"),
    mark("it is gone meanwhile: plan again"),
    mark("somebody changed it meanwhile: plan again"),
    mark("it is not ours any more: plan again"),
    mark("it was under way when all ended"),
    mark("it was under way when all failed"),
    mark("the old one is deleted, the new one is not made: {why}"),
    # What is wrong with alarms
    mark("{metric} had no datapoint in two weeks"),
    mark("look for a misspelt name or dimension; delete the alarm if what it watched is gone"),
    mark("An alarm that cannot fire looks like one that has nothing to say."),
    mark("it wants {metric} in {unit}, finds none, and the metric has data"),
    mark("A metric in another unit than it is published in has no datapoints."),
    mark("leave the unit out"),
    mark("the {stat} of {metric} is never below {bound}, the threshold is {threshold}"),
    mark("the {stat} of {metric} is never above {bound}, the threshold is {threshold}"),
    mark("mend the threshold, or the statistic that is meant"),
    mark("every value of the {stat} of {metric} crosses {threshold}"),
    mark("What always rings is not heard."),
    mark("mend the threshold or the comparison"),
    mark("it wants {needed} crossing datapoints of the last {periods}"),
    mark("lower DatapointsToAlarm"),
    mark("it looks at {periods} periods of {seconds} s, more than CloudWatch evaluates"),
    mark("watch a burn rate instead, as slactl alarms plan does"),
    mark("its actions are switched off"),
    mark("It may ring and nobody is told."),
    mark("aws cloudwatch enable-alarm-actions; for planned work mute it instead (slactl maintenance sync)"),
    mark("it has no action for ALARM, and no composite looks at it"),
    mark("name a topic, or delete it"),
    mark("CloudWatch does not check whom an alarm tells; the message is lost without a word."),
    mark("make the topic, mend its policy, or name another"),
    mark("no datapoint of {metric} counts as well"),
    mark("When its source dies, the alarm goes OK."),
    mark("when {metric} stops, the alarm stays as it was"),
    mark("The end of a count is what it should tell of."),
    mark("treat missing data as breaching"),
    mark("CloudWatch says {state} of its evaluation"),
    mark("What is not evaluated whole does not watch."),
    mark("see what its StateReason says"),
    mark("it rings when the {stat} of {metric} is below {threshold}, promised is {limit}"),
    mark("it rings when the {stat} of {metric} is over {threshold}, promised is {limit}"),
    mark("{promise} promises {goal}: it is broken before this rings."),
    mark("lower it to what {objective} promises, or sooner"),
    mark("its rule can never be true: {names} do not stand"),
    mark("its rule can never be true"),
    mark("mend the rule, or what it looks at"),
    mark("its rule names {names}, which do not stand"),
    mark("What does not stand is in no state, so this part of the rule never holds."),
    mark("mend the rule"),
    # Native SLOs
    mark("{why}: it is not touched"),
    mark("AWS has no SLO on how much was measured"),
    mark("its goal allows nothing, or everything: AWS reckons with what is left of a budget"),
    mark("AWS's months begin at midnight of UTC: it knows no time zone, the agreement's is {zone}"),
    mark("AWS reckons from an SLO's creation on: it fills in nothing of the time before"),
    mark(
        "the agreement judges availability by {how}, the SLO by requests without a fault over requests; "
        "silence counts neither way"
    ),
    mark("AWS knows no percentile of a month; the SLO wants {share} of the requests within the same limit"),
    mark("the goal is {goal}; AWS takes a figure just on the limit for met"),
    mark("AWS takes out only windows that it was told of before they began, ten of an SLO at most"),
    mark("the agreement judges the year; the SLO judges each month by the same goal"),
    mark("one SLO for all endpoints together: AWS takes 100 of a service; endpoints are judged by the report"),
    mark("AWS does not weigh chance"),
    mark("no operation of the class {name} is seen"),
    mark("the class {name} has more operations than an SLO can add up ({most} queries)"),
    mark("AWS knows no classes: the SLO adds up today's operations, and another one begins its history anew"),
    mark("the service's own series holds operations that the agreement ignores: {operations}"),
    mark("it does not bear our tag {tag}"),
    mark("its tags could not be read"),
    mark("a stack keeps it ({owner})"),
    mark("it is not of our prefix"),
    mark("it is {type}, and AWS never changes the type: it is deleted and made anew"),
    mark("its history begins anew"),
    mark("its service could not be looked at"),
    mark("nobody wants it any more"),
    mark("{n} SLOs would stand; by default a region takes {most}"),
    mark("{service} would have {n} SLOs; AWS takes {most}"),
    mark("{service} could not be looked at: its SLOs stay as they are"),
)  # fmt: skip
"""The sentences, the richer before the barer; a figure is whatever stands in its place."""

_AND = re.compile(r"; (?=[a-z0-9-]+: )")
"""Where a sentence ends and another begins, with the name of a kind of alarm before it."""
_BEFORE = re.compile(r"(\S+): (.+)", re.DOTALL)


def retold(text: str, language: Language) -> str:
    """The text in the language, sentence by sentence, what it is about left before it."""
    if language.code == SOURCE:
        return text
    return "; ".join(_retold(part, language) for part in _AND.split(text))


def _retold(text: str, language: Language) -> str:
    for form, pattern in _patterns():
        if found := pattern.fullmatch(text):
            inner = {name: _nested(name, told, language) for name, told in found.groupdict().items()}
            return language.gettext(form).format_map(inner)
    before = _BEFORE.fullmatch(text)
    return f"{before[1]}: {_retold(before[2], language)}" if before else text


def _nested(name: str, told: str, language: Language) -> str:
    return _retold(told, language) if name == "why" else told


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((form, re.compile(_pattern(form), re.DOTALL)) for form in FORMS)


def _pattern(form: str) -> str:
    parts = (
        re.escape(literal) + (f"(?P<{name}>{'[0-9]+' if name == 'n' else '.+'})" if name else "")
        for literal, name, _, _ in Formatter().parse(form)
    )
    return "".join(parts)
