"""The ``report`` and ``aws`` sections.

The one rule: what is left out of ``aws`` is left to the usual AWS environment, never guessed.
"""

from __future__ import annotations

from slactl.configuration.fields import Fields, prose, quantity, text, word_of
from slactl.configuration.names import account, region, report_id, role
from slactl.configuration.quantities import settle_time
from slactl.configuration.times import year_start, zone_name
from slactl.model.catalogue import AwsSettings, ReportSettings

REPORT_KEYS = (
    "title",
    "id",
    "classification",
    "prepared_by",
    "approved_by",
    "language",
    "timezone",
    "year_starts",
    "settle",
)
AWS_KEYS = ("region", "profile", "role_arn", "expected_account")
LANGUAGES = ("it", "en")
_PLAIN = ReportSettings()


def read_report(fields: Fields) -> ReportSettings:
    """The report's settings; mistakes go to the notes."""
    fields.only(REPORT_KEYS)
    return ReportSettings(
        title=fields.get("title", prose, _PLAIN.title),
        id=fields.get("id", report_id, _PLAIN.id),
        classification=fields.get("classification", prose),
        prepared_by=fields.get("prepared_by", prose),
        approved_by=fields.get("approved_by", prose),
        language=fields.get("language", word_of(*LANGUAGES), _PLAIN.language),
        timezone=fields.get("timezone", quantity(zone_name), _PLAIN.timezone),
        year_starts=fields.get("year_starts", quantity(year_start), "01-01"),
        settle=fields.get("settle", quantity(settle_time), "10m"),
    )


def read_aws(fields: Fields) -> AwsSettings:
    """How AWS is reached; mistakes go to the notes."""
    fields.only(AWS_KEYS)
    settings = AwsSettings(
        region=fields.get("region", region),
        profile=fields.get("profile", text),
        role_arn=fields.get("role_arn", role),
        expected_account=fields.get("expected_account", account),
    )
    if settings.role_arn and settings.expected_account and settings.role_arn.split(":")[4] != settings.expected_account:
        fields.mistake(
            "expected_account",
            f"is not the account of role_arn, found {settings.expected_account!r}",
            f"the role lives in {settings.role_arn.split(':')[4]}",
        )
    return settings
