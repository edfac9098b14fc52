from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.end_to_end.clinic import Clinic


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    """One server for all tests of a file; each of them has people of its own."""
    async with Clinic(tmp_path_factory.mktemp("clinic")) as clinic:
        yield clinic
