"""Which steps and tables make up each worker process."""

from processors.register_files import load_register
from processors.register_log import adopted
from processors.rulebook import Rulebook
from processors.shelf import rederive
from processors.stages import Books, CaseStep, DecisionStep, JudgementStep, LinkingStep, RegistrationStep
from processors.step import Bench
from processors.tables import FEW_READS, nothing_derived
from processors.warming import warm_up
from schemas.settings import Settings
from schemas.topics import Topic

LINKING = "linking"
"""Stage 1: registration and linking."""
CASES = "cases"
"""Stage 2: cases and decisions."""


def benches_of(settings: Settings, process: str) -> list[Bench]:
    """The steps of a process, with the rules of the register in the settings and of all changes that were adopted."""
    rulebook = Rulebook(load_register(settings.register_dir, changes=adopted(settings)))
    warm_up(rulebook)
    if process == LINKING:
        return [
            Bench(Topic.RECORDS, nothing_derived, (RegistrationStep(),), kept_reads=FEW_READS),
            Bench(Topic.PETITIONERS, nothing_derived, (LinkingStep(rulebook),), kept_reads=FEW_READS),
        ]
    books = Books(rulebook, settings.partitions)
    steps = (CaseStep(rulebook, books), DecisionStep(rulebook, books), JudgementStep(books))
    return [Bench(Topic.CASES, rederive, steps, beside=Topic.DESK)]
