"""The page of search offers only what does what it says."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from consumers.search.documents import document_bytes
from schemas.settings import Settings
from tests.officials import LABOUR, Audit, backend, browser


class Index:
    """Has one case, which has every word but 谬误."""

    def search(self, body: Mapping[str, Any], *, point: str = "") -> dict[str, Any]:
        """See `IndexReader.search`."""
        wanted = body["query"]["bool"]["must"]
        is_kind = "bool" in wanted[0]
        hit = {"_source": orjson.loads(document_bytes(LABOUR)), "sort": [1.0, 0, LABOUR.case_id]}
        hits = [hit] if is_kind or "谬误" not in orjson.dumps(wanted).decode() else []
        return {"hits": {"hits": hits, "total": {"value": len(hits)}}}


@pytest.mark.parametrize(("query", "offered"), [("拖欠 工资 云栖", True), ("拖欠 工资 谬误", False)])
def test_what_lacks_a_word_is_neither_kept_nor_exported(tmp_path: Path, query: str, offered: bool) -> None:
    index: Any = Index()
    console = replace(backend(tmp_path, None, Settings(), Audit()), cases=lambda viewer: index)
    answer = browser(console, "east").get("/search", params={"q": query})
    assert (answer.status_code, LABOUR.case_id in answer.text) == (200, True)
    assert ("/searches?keep=" in answer.text, "/exports/cases.csv" in answer.text) == (offered, offered)
