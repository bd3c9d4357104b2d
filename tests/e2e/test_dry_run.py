"""`petitions dry-run` and the stream decide alike about every petition of the demo's ledgers."""

from deploy.dry_run import DryRun, Ledger, decisions, dry_run
from processors.rulebook import Rulebook
from producers.keyring import key_path, load_keyring
from producers.profiles import load_profiles
from schemas.settings import Settings
from tests.e2e.conftest import SIZE, Fed


def alone(fed: Fed, rulebook: Rulebook) -> DryRun:
    """The same ledgers without servers, under the keys of the instance, so that equal petitions have equal ids."""
    settings: Settings = fed.pipeline.settings
    profiles = {profile.code: profile for profile in load_profiles(settings.profiles_dir)}
    ledgers = [Ledger(path, profiles[county]) for path, county in fed.files]
    return dry_run(ledgers, rulebook, load_keyring(key_path(settings)))


def test_the_dry_run_decides_about_every_petition_as_the_stream_did(fed: Fed, rulebook: Rulebook) -> None:
    dry, streamed = dict(decisions(alone(fed, rulebook).cases)), dict(decisions(fed.cases))
    unequal = [
        f"{name}\n  stream: {streamed.get(name)}\n  alone:  {dry.get(name)}"
        for name in dry | streamed
        if streamed.get(name) != dry.get(name)
    ]
    assert not unequal, "\n".join(unequal)
    assert len(streamed) == SIZE


def test_the_dry_run_refuses_the_rows_that_the_stream_refused(fed: Fed, rulebook: Rulebook) -> None:
    rejected = alone(fed, rulebook).rejected
    assert fed.refused
    assert sorted((row.source, row.row, row.reason.value, row.field) for row in rejected) == fed.refused
