"""A secret in a file: read back as it was written, and nothing of the file lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botkit.cli.dotenv import Kept, why_not, write
from botkit.environment import Environment


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"], exclude_characters="\x85"), min_size=1))
def test_whatever_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    folder = tmp_path_factory.mktemp("bot")
    write(folder / ".env", "KEY", value)
    write(folder / ".env", "OTHER", "1")
    environment = Environment(folder, {})
    assert (environment.get("KEY"), environment.get("OTHER"), environment.faults) == (value, "1", [])


def test_an_empty_place_is_filled_and_a_line_that_only_looks_alike_stays(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("MY_KEY=1\n#KEY=2\nKEY=\nKEY_2=3\n")
    write(path, "KEY", "new")
    assert path.read_text() == "MY_KEY=1\n#KEY=2\nKEY=new\nKEY_2=3\n"


def test_a_link_stays_one_and_no_other_file_is_left(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / ".env").symlink_to(tmp_path / "secrets" / "env")
    write(tmp_path / ".env", "KEY", "new")
    assert (tmp_path / ".env").is_symlink()
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["env"]
    assert (tmp_path / "secrets" / "env").stat().st_mode & 0o777 == 0o600


def test_what_is_there_is_kept(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("KEY=old\n")
    assert "--force" in why_not(path, "KEY", False)
    with pytest.raises(Kept):
        write(path, "KEY", "new")
    assert path.read_text() == "KEY=old\n"
    path.write_bytes(b"KEY=\xff\n")
    assert "UTF-8" in why_not(path, "KEY", True)
