"""The scene, set once for all attacks; every attack gets a copy of its own. All tests here are attacks."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from attack_scene import Battlefield, Scene, dns, set_scene


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.attack)


@pytest.fixture(scope="session", autouse=True)
def quiet() -> Iterator[None]:
    """Tens of thousands of mails are handled here: what is logged of each would take longer than handling it."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return set_scene(tmp_path_factory.mktemp("attacks") / "scene")


@pytest.fixture
def copies(scene: Scene, tmp_path: Path) -> Iterator[Callable[..., Battlefield]]:
    """copies(lookup) → a copy of the scene; as many as one test needs."""
    made: list[Battlefield] = []

    def copy(lookup: Callable[[str], bytes | None] | None = None) -> Battlefield:
        made.append(scene.copy(tmp_path / f"copy{len(made)}", lookup))
        return made[-1]

    yield copy
    for campaign in made:
        campaign.end()


@pytest.fixture
def campaign(copies: Callable[..., Battlefield]) -> Battlefield:
    """A copy whose own server vouches by Authentication-Results alone."""
    return copies()


@pytest.fixture
def checking(copies: Callable[..., Battlefield]) -> Battlefield:
    """A copy that checks DKIM itself."""
    return copies(dns)
