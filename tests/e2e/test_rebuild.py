"""Topics are the truth: without index and without the state of any worker everything comes back the same."""

from pathlib import Path
from shutil import rmtree

from consumers.elastic import connect
from consumers.search.index import alias_of
from consumers.search.reindex import reindex
from deploy.servers.addresses import Servers
from tests.e2e.conftest import Fed
from tests.e2e.pipeline import STAGES, new_instance, pipeline
from tests.e2e.read_model import read_model, unequal


def test_index_and_state_that_were_deleted_come_back_from_the_topics(
    fed: Fed, servers: Servers, tmp_path: Path
) -> None:
    settings = new_instance(servers, tmp_path)
    half = len(fed.files) // 2
    with pipeline(settings, tmp_path, *STAGES) as lost:
        lost.feed(fed.files[:half])
        before = lost.settle()
        for name in lost.names:
            lost.leave(name)
        rmtree(tmp_path / "state")
        with connect(settings) as client:
            client.indices.delete(index=f"{alias_of(settings)}-1")
        lost.start(*STAGES)
        reindex(settings)
        after = lost.settle()
        assert (after.registered, after.cases, after.documents) == (before.registered, before.cases, before.documents)
        lost.feed(fed.files[half:])
        proof = lost.settle()
        assert proof.registered == len(fed.model)
        differences = unequal(read_model(settings), fed.model)
        assert not differences, "\n".join(differences)
