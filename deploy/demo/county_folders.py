"""Ledgers on disk, as the demo writes them: files in folders named after counties."""

from collections.abc import Iterator
from pathlib import Path

from deploy.demo.province import profiles_dir
from deploy.dry_run import Ledger
from producers.profiles import load_profiles


def ledgers_in(paths: list[Path], profiles: Path | None = None) -> Iterator[Ledger]:
    """The files that lie in folders named after a county with a profile; without `profiles` those of the demo."""
    known = load_profiles(profiles or profiles_dir())
    for path in paths:
        for file in sorted(path.glob("*/*")) or sorted(path.glob("*")) if path.is_dir() else [path]:
            profile = known.get(file.parent.name)
            if profile is not None and file.is_file():
                yield Ledger(file, profile)
