"""The processes of the demo: started in an environment of their own, and this one's left as it was."""

import os

import pytest

from bot.demo.child import NO_CERTIFICATES, without_certificates


def test_the_environment_is_as_it_was_after_an_import_without_certificates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/ours.pem")
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    with without_certificates():
        assert {name: os.environ[name] for name in NO_CERTIFICATES} == NO_CERTIFICATES
    assert os.environ["SSL_CERT_FILE"] == "/etc/ours.pem"
    assert "SSL_CERT_DIR" not in os.environ
