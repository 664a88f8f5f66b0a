import json
from pathlib import Path
from typing import Dict

_FILE = Path(__file__).resolve().parent.parent / "config.json"
PROVIDERS = ("massive", "alpha_vantage", "x_api", "sonar", "alpaca")


def providers() -> Dict[str, bool]:
    """Which data providers have settings; never the settings themselves."""
    config = json.loads(_FILE.read_text())
    return {name: bool(config.get(name)) for name in PROVIDERS}
