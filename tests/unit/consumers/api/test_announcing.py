"""Where the console listens is noted under home by the one that the supervisor keeps, and by no other."""

import json
from pathlib import Path

from consumers.api.process import announced
from schemas.settings import Settings

ADDRESS, LISTENING = "http://127.0.0.1:8470", ("127.0.0.1", 8470)


def test_the_console_of_the_supervisor_notes_where_it_listens_for_as_long_as_it_does(tmp_path: Path) -> None:
    note = tmp_path / "console.json"
    with announced(Settings(home=tmp_path), ADDRESS, LISTENING, None):
        assert json.loads(note.read_text("ascii"))["address"] == ADDRESS
    assert not note.exists()


def test_a_console_in_the_foreground_leaves_the_note_of_the_other_one(tmp_path: Path) -> None:
    note, told = tmp_path / "console.json", list[str]()
    note.write_text("of the other one", "ascii")
    with announced(Settings(home=tmp_path), ADDRESS, LISTENING, told.append):
        assert told == [ADDRESS]
    assert note.read_text("ascii") == "of the other one"
