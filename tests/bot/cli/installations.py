"""A complete installation in a folder of its own, and the `tocsin` command run in it as people run it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from responders.keyring import MasterKey
from responders.keys import Cost, KeyFile, new_key_file
from responders.secret import Secret
from tests.servers.ports import free_port

ROOT = Path(__file__).parents[3]
PHRASE = "seven grey herons over a café"
LINE = "from bot.cli import main; main()"
SETTINGS = """\
languages: [en]
allow_unreviewed_texts: true
store: {{folder: {folder}/state, shards: 2}}
keyring: {folder}/keys/transit
recovery_keys: {recovery}
telegram:
  intake: {{token: {{env: TOCSIN_TELEGRAM_INTAKE_TOKEN}}, base_url: "{intake}"}}
  alerts: {{token: {{env: TOCSIN_TELEGRAM_ALERTS_TOKEN}}, base_url: "{alerts}"}}
email: {{host: localhost, port: {mail}, encryption: none, from: tocsin@localhost}}
desk: "127.0.0.1:{desk}"
health: "127.0.0.1:{health}"
"""
RESPONDERS = """\
focal_points:
  first: {name: first focal point, languages: [en], alarms: [telegram-alerts, email], content: desk, hours: office}
hours: {office: {zone: UTC}}
rotas: {protection: {zone: UTC, starts: 2026-01-05, people: [first]}}
receivers: {team: {people: [first], rota: protection, coordinator: first, hours: office}}
routes: {receiver: team}
"""


@dataclass
class Installation:
    """A folder with config, keys and state."""

    folder: Path
    environment: Mapping[str, str]
    desk: int
    health: int
    keys: dict[str, Path] = field(default_factory=dict)

    def a_key(self, person: str) -> KeyFile:
        """A person's key file, cheap to open."""
        self.keys[person] = self.folder / f"{person}.tocsin-key"
        return new_key_file(self.keys[person], Secret(PHRASE), cost=Cost(memory=64, passes=1))

    def tocsin(self, *arguments: str | Path, typed: str = "") -> "subprocess.CompletedProcess[str]":
        """Run the command to its end."""
        return subprocess.run(  # noqa: S603 - our own
            [sys.executable, "-c", LINE, *map(str, arguments)], cwd=self.folder, env=dict(self.environment),
            input=typed, capture_output=True, check=False, text=True, timeout=120,
        )  # fmt: skip

    async def start(self, *arguments: str, within: Sequence[str] = ()) -> asyncio.subprocess.Process:
        """Start the command and let it run; `within`: a command that runs it."""
        return await asyncio.create_subprocess_exec(
            *within, sys.executable, "-u", "-c", LINE, *arguments, cwd=self.folder, env=dict(self.environment),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip


def an_installation(
    folder: Path, *, intake: str = "http://127.0.0.1:9", alerts: str = "http://127.0.0.1:9", mail: int = 9,
    tokens: tuple[str, str] = ("1:intake", "2:alerts"), with_recovery: bool = False,
) -> Installation:  # fmt: skip
    """Everything that docs/deploy.md has made before the first start. Without arguments nothing outside answers."""
    config, keys = folder / "config", folder / "keys"
    for made in (config, keys):
        made.mkdir()
    for name in ("flows", "texts", "locales", "words"):
        (config / name).symlink_to(ROOT / "config" / name)
    (config / "responders.yaml").write_text(RESPONDERS)
    desk, health = free_port(), free_port()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "TOCSIN_MASTER_KEY_FILE": str(keys / "master"),
        "TOCSIN_TELEGRAM_INTAKE_TOKEN": tokens[0],
        "TOCSIN_TELEGRAM_ALERTS_TOKEN": tokens[1],
    }
    made_here = Installation(folder, environment, desk, health)
    recovery = "[]"
    if with_recovery:
        (config / "recovery.pub").write_text(made_here.a_key("recovery").public.text)
        recovery = "[recovery.pub]"
    MasterKey.new_file(keys / "master")
    (config / "tocsin.yaml").write_text(
        SETTINGS.format(
            folder=folder,
            intake=intake,
            alerts=alerts,
            mail=mail,
            desk=desk,
            health=health,
            recovery=recovery,
        )
    )
    return made_here
