"""One table of settings, three clients: each gets what it calls the same thing, and secrets come from files."""

import ssl
from pathlib import Path

import pytest

from schemas.connections import SecretMissing, kafka_python, librdkafka, secret, tls_context
from schemas.settings import Settings


@pytest.fixture
def password(tmp_path: Path) -> Path:
    """A file that ends with a line end, as editors leave it."""
    path = tmp_path / "password"
    path.write_text("s3cret\n")
    return path


def with_security(security: str, **more: object) -> Settings:
    """Settings of two brokers."""
    return Settings.model_validate({"kafka": "a:1,b:2", "kafka_security": security} | more)


def test_nothing_asked_for_is_a_plain_way() -> None:
    settings = with_security("plaintext")
    assert librdkafka(settings) == {"bootstrap.servers": "a:1,b:2", "security.protocol": "plaintext"}
    assert kafka_python(settings) == {"bootstrap_servers": ["a:1", "b:2"], "security_protocol": "PLAINTEXT"}


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_name_and_password_reach_every_client(password: Path, mechanism: str) -> None:
    settings = with_security(
        "sasl_ssl", kafka_sasl_mechanism=mechanism, kafka_user="alerts", kafka_password_file=password
    )
    native, python = librdkafka(settings), kafka_python(settings)
    assert (native["sasl.mechanism"], native["sasl.username"], native["sasl.password"]) == (
        mechanism,
        "alerts",
        "s3cret",
    )
    assert (python["sasl_mechanism"], python["sasl_plain_username"], python["sasl_plain_password"]) == (
        mechanism,
        "alerts",
        "s3cret",
    )


def test_the_name_of_the_server_is_always_checked() -> None:
    context = kafka_python(with_security("ssl"))["ssl_context"]
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert tls_context(None).minimum_version >= ssl.TLSVersion.TLSv1_2


def test_no_password_is_asked_for_where_none_is_used() -> None:
    settings = with_security("ssl", kafka_user="alerts", kafka_password_file=Path("not-there"))
    assert "sasl.password" not in librdkafka(settings)
    assert "sasl_plain_password" not in kafka_python(settings)


@pytest.mark.parametrize("content", [None, "", " \n"])
def test_a_missing_or_empty_secret_is_named_by_its_file(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "password-of-alerts"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SecretMissing, match="password-of-alerts"):
        secret(path)


def test_no_file_is_no_secret() -> None:
    assert secret(None) == ""
