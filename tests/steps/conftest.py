"""An office whose communes owe three forms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from steps.catalogue_office import again, build
from toy_office import Q3, Office


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Regulation data and expectations, made once."""
    folder = tmp_path_factory.mktemp("three-forms")
    build(folder).close()
    return folder


@pytest.fixture
def three_forms(built: Path, tmp_path: Path) -> Iterator[Office]:
    """Quarter III is open; a commune owes T.01, T.02 and T.03."""
    with again(built, tmp_path) as app:
        app.open(Q3)
        yield Office(app)
