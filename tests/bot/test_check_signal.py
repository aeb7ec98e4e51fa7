"""A ladder that ends on Signal ends with somebody who can open and answer."""

import shutil
from pathlib import Path

from bot.check import check_people
from tests.bot.bad_configs import BAD_CONFIGS, NOW

SIGNAL = """
signal:
  url: unix:///run/signal-cli/socket
  intake: {env: TOCSIN_SIGNAL_INTAKE_NUMBER}
  alerts: {file: /etc/tocsin/secrets/signal-alerts-number}
  disappear_after: 8h
"""


def test_reading_on_signal_counts_as_a_place_to_open_a_report(tmp_path: Path) -> None:
    shutil.copytree(BAD_CONFIGS / "good", tmp_path, dirs_exist_ok=True)
    responders = tmp_path / "responders.yaml"
    text = (BAD_CONFIGS / "responders" / "telegram_only.yaml").read_text()
    text = text.replace("[telegram-alerts, email]\n", "[signal-alerts, email]\n    content: [signal]\n")
    responders.write_text(
        text.replace("[email, telegram-alerts]\n", "[email, signal-alerts]\n    content: signal\n")
    )
    assert [problem.message for problem in check_people(tmp_path, NOW)] == [
        "signal-alerts is to wake first, second, coordinator, but it is not set up here"
    ]
    with (tmp_path / "tocsin.yaml").open("a") as file:
        file.write(SIGNAL)
    assert check_people(tmp_path, NOW) == []


def test_a_socket_whose_path_no_kernel_takes_is_refused(tmp_path: Path) -> None:
    shutil.copytree(BAD_CONFIGS / "good", tmp_path, dirs_exist_ok=True)
    with (tmp_path / "tocsin.yaml").open("a") as file:
        file.write(SIGNAL.replace("/run/signal-cli/socket", "/" + "a" * 107))
    assert "a socket's path has at most 107 bytes" in [one.message for one in check_people(tmp_path, NOW)]
