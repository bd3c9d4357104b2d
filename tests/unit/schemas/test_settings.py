"""Settings come from the environment, and a slip of the pen is an error that names the variable."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from schemas.settings import Settings


def test_nothing_in_the_environment_means_the_defaults() -> None:
    assert Settings.from_env({"PATH": "x", "HOME": "y"}) == Settings()


def test_an_empty_variable_is_one_that_is_not_set() -> None:
    assert Settings.from_env({"PETITIONS_PARTITIONS": ""}).partitions == Settings().partitions


def test_a_variable_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="PETITIONS_PARTITION, PETITIONS_PREFFIX"):
        Settings.from_env({"PETITIONS_PREFFIX": "a", "PETITIONS_PARTITION": "1", "PETITIONS_HOME": "b"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PARTITIONS", "0"),
        ("PARTITIONS", "four"),
        ("PREFIX", "Demo"),
        ("PREFIX", "a.b"),
        ("LOG_LEVEL", "loud"),
        ("GATEWAY_PORT", "70000"),
        ("BATCH_RECORDS", "0"),
        ("SESSION_TIMEOUT_S", "1"),
    ],
)
def test_a_value_out_of_bounds_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings.from_env({f"PETITIONS_{name}": value})
    assert name.lower() in str(caught.value)


def test_a_child_process_gets_the_same_settings() -> None:
    given = {
        "PETITIONS_HOME": "data",
        "PETITIONS_PREFIX": "test-1",
        "PETITIONS_KAFKA": "127.0.0.1:9",
        "PETITIONS_ELASTICSEARCH_PASSWORD_FILE": "password-of-one",
        "PETITIONS_PARTITIONS": "8",
        "PETITIONS_STATE_DIR": "state-of-one",
    }
    settings = Settings.from_env(given)
    assert settings.to_env() == given
    assert Settings.from_env(settings.to_env()) == settings


def test_no_setting_holds_a_secret_but_the_file_of_one() -> None:
    secretive = [name for name in Settings.model_fields if any(word in name for word in ("password", "secret"))]
    assert secretive
    assert all(name.endswith("_file") for name in secretive)


def test_the_state_lies_under_home_unless_it_is_named() -> None:
    assert Settings(home=Path("data")).state_folder == Path("data/state")
    assert Settings(home=Path("data"), state_dir=Path("one")).state_folder == Path("one")


def test_the_home_of_the_user_is_resolved() -> None:
    assert Settings(home=Path("~/data")).folder == Path.home() / "data"


@pytest.mark.parametrize("address", ["127.0.0.1:9200", "elasticsearch", "http://127.0.0.1", "http://:9200"])
def test_an_address_of_elasticsearch_has_scheme_host_and_port(address: str) -> None:
    with pytest.raises(ValidationError):
        Settings.from_env({"PETITIONS_ELASTICSEARCH": address})
    assert Settings.from_env({"PETITIONS_ELASTICSEARCH": "https://[::1]:9200"}).elasticsearch == "https://[::1]:9200"
