import os
from functools import lru_cache
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


@lru_cache(maxsize=None)
def name() -> str:
    """What is running: the name its deployment gave it, else the version in the tree."""
    given = os.environ.get("ARGO_RELEASE", "").strip()
    if given:
        return given
    try:
        return (_ROOT / "VERSION").read_text().strip() or "dev"
    except FileNotFoundError:
        return "dev"
