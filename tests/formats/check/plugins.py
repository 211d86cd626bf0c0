"""Real readers of plugin output.

Nagios itself runs it as a plugin, and the Perl library of the Monitoring Plugins reads its performance data.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

WORDS = {0: "OK", 1: "WARNING", 2: "CRITICAL", 3: "UNKNOWN"}
PLACES = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))
WEEK = "".join(
    f" {day} 00:00-24:00\n" for day in ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
)
PERL = """
use Monitoring::Plugin::Performance use_die => 1;
binmode STDIN; binmode STDOUT;
while (<STDIN>) {
  chomp;
  for my $p (Monitoring::Plugin::Performance->parse_perfstring($_)) {
    print join("\\t", map { $_ // "" }
      $p->label, $p->value, $p->uom, $p->warning, $p->critical, $p->min, $p->max), "\\n";
  }
}
"""


HOST = (
    "define host {\n host_name here\n address 127.0.0.1\n check_command nothing\n max_check_attempts 1\n"
    " check_period always\n contacts nobody\n notification_period always\n}\n"
)


@dataclass(frozen=True)
class Heard:
    """What Nagios made of a plugin's output."""

    state: str
    first: str
    details: tuple[str, ...]
    perfdata: str


def perfdata(text: str) -> list[list[str]]:
    """Label, value, unit, warning, critical, minimum, maximum of each datum, as the Perl library reads them."""
    done = subprocess.run(["perl", "-e", PERL], input=text.encode(), capture_output=True, check=True)
    return [line.split("\t") for line in done.stdout.decode().splitlines()]


def heard_by_nagios(outputs: dict[str, tuple[str, int]], folder: Path) -> dict[str, Heard]:
    """Let Nagios run a plugin for each output and its exit code, once."""
    binary = shutil.which("nagios4", path=PLACES)
    assert binary, "nagios4 is not there; .ci/run says how it comes"
    (folder / "nagios.cfg").write_text(_settings(folder))
    (folder / "objects.cfg").write_text(_objects(folder, outputs))
    command = [binary, str(folder / "nagios.cfg")]
    with (folder / "out.txt").open("wb") as out, subprocess.Popen(command, stdout=out) as run:
        try:
            return _heard(_status(folder / "status.dat", len(outputs)))
        finally:
            run.terminate()
            run.wait(20)


def _heard(status: str) -> dict[str, Heard]:
    found = {}
    for block in status.split("servicestatus {\n")[1:]:
        said = dict(line.strip().partition("=")[::2] for line in block.partition("\t}\n")[0].splitlines())
        # Only the long output has its backslashes doubled, because line ends are written as \\n there.
        lines = said["long_plugin_output"].replace("\\\\", "\0").split("\\n")
        details = tuple(line.replace("\0", "\\") for line in lines if line)
        state = WORDS[int(said["current_state"])]
        found[said["service_description"]] = Heard(state, said["plugin_output"], details, said["performance_data"])
    return found


def _status(path: Path, count: int) -> str:
    """The status that Nagios writes every second, once it has run every plugin."""
    for _ in range(300):
        text = path.read_text("utf-8") if path.exists() else ""
        services = text.partition("servicestatus {")[2]
        if services.count("has_been_checked=1") >= count:
            return text
        time.sleep(0.1)
    raise AssertionError("Nagios did not run every plugin")


def _settings(folder: Path) -> str:
    user, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
    files = {
        "log_file": "nagios.log", "cfg_file": "objects.cfg", "object_cache_file": "objects.cache",
        "precached_object_file": "objects.precache", "status_file": "status.dat", "lock_file": "nagios.lock",
        "temp_file": "nagios.tmp", "state_retention_file": "retention.dat", "query_socket": "q",
    }  # fmt: skip
    plain = {
        "temp_path": folder, "log_archive_path": folder, "check_result_path": folder,
        "nagios_user": user, "nagios_group": group, "use_syslog": 0, "check_external_commands": 0,
        "retain_state_information": 0, "service_inter_check_delay_method": "n", "interval_length": 1,
        "check_for_updates": 0, "enable_notifications": 0, "daemon_dumps_core": 0,
        "status_update_interval": 1, "process_performance_data": 0,
    }  # fmt: skip
    lines = [*(f"{name}={folder / file}" for name, file in files.items()), *(f"{k}={v}" for k, v in plain.items())]
    return "\n".join(lines) + "\n"


def _objects(folder: Path, outputs: dict[str, tuple[str, int]]) -> str:
    parts = [
        f"define timeperiod {{\n timeperiod_name always\n alias always\n{WEEK}}}\n",
        "define command {\n command_name nothing\n command_line /bin/true\n}\n",
        f"define command {{\n command_name said\n command_line /bin/sh {folder}/$ARG1$.sh\n}}\n",
        _contact(),
        HOST,
    ]
    for name, (text, code) in outputs.items():
        (folder / f"{name}.txt").write_bytes(text.encode())
        (folder / f"{name}.sh").write_text(f"cat {folder}/{name}.txt\nexit {code}\n")
        parts.append(
            f"define service {{\n host_name here\n service_description {name}\n check_command said!{name}\n"
            " max_check_attempts 1\n check_interval 600\n retry_interval 600\n check_period always\n"
            " contacts nobody\n notification_period always\n}\n"
        )
    return "".join(parts)


def _contact() -> str:
    kinds = ("host", "service")
    lines = [
        f" {kind}_notifications_enabled 0\n {kind}_notification_period always\n"
        f" {kind}_notification_options n\n {kind}_notification_commands nothing\n"
        for kind in kinds
    ]
    return f"define contact {{\n contact_name nobody\n{''.join(lines)}}}\n"
