"""Notices to topics of Amazon SNS.

The one rule: on a FIFO topic the notice's id is what AWS tells duplicates by, and the target is the group,
so that what happened to a target arrives in order.
"""

from __future__ import annotations

import hashlib
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from slactl.aws.failures import AwsFailure, translate
from slactl.aws.session import AwsWorld
from slactl.model.notice import Notice
from slactl.ports.notices import NotDelivered

LONGEST_SUBJECT = 100
LONGEST_MESSAGE = 200_000
GROUP_LENGTH = 64


class SnsChannel:
    """A ``Channel`` to a topic, in the topic's own region."""

    def __init__(self, world: AwsWorld, topic: str) -> None:
        self._world, self._topic = world, topic

    def send(self, notice: Notice) -> None:
        """Publishes it."""
        try:
            self._world.client("sns", self._topic.split(":")[3]).publish(**self._message(notice))
        except (BotoCoreError, ClientError) as error:
            raise NotDelivered(translate(error, "publishing").message) from None
        except AwsFailure as failure:
            raise NotDelivered(failure.message) from None

    def _message(self, notice: Notice) -> dict[str, Any]:
        fifo = self._topic.endswith(".fifo")
        order = {"MessageGroupId": _group(notice), "MessageDeduplicationId": notice.id} if fifo else {}
        text = "\n".join([notice.title, *notice.lines])
        return {
            "TopicArn": self._topic,
            "Subject": subject_line(notice.title),
            "Message": text.encode()[:LONGEST_MESSAGE].decode(errors="ignore"),
            "MessageAttributes": {name: _attribute(value) for name, value in _attributes(notice).items()},
            **order,
        }


def subject_line(title: str) -> str:
    """What SNS takes as a subject: printable ASCII, at most 100, not beginning with a blank.

    A sign that is not ASCII becomes a question mark; the message has the title as it is.
    """
    ascii_only = "".join(sign if " " <= sign <= "~" else "?" for sign in title).strip()
    return (ascii_only or "slactl")[:LONGEST_SUBJECT].rstrip()


def _group(notice: Notice) -> str:
    return hashlib.sha256(notice.subject.key.encode()).hexdigest()[:GROUP_LENGTH]


def _attributes(notice: Notice) -> dict[str, str]:
    """What subscriptions can be filtered by."""
    subject = notice.subject
    named = {
        "id": notice.id,
        "status": notice.new.value,
        "from": notice.old.value,
        "event": notice.happening.value,
        "window": subject.window,
        "service": subject.service,
        "objective": subject.objective,
        "class": subject.operation_class,
    }
    return {name: value for name, value in named.items() if value is not None}


def _attribute(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}
