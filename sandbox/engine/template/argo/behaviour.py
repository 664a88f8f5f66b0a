"""Lets a commit misbehave on purpose: behaviour.json at the root of the tree.

    {"after": "start" | "traffic" | "proxy",
     "startDelayMs": 0, "latencyMs": 0, "slowAfterSeconds": 0,
     "degradeAfterSeconds": 5, "unhealthyAfterSeconds": 10,
     "failAfterSeconds": 15, "exitAfterSeconds": 20}

All but startDelayMs count from `after`: the start, the first request that is not for health,
or the first of those that came through the proxy, which is when users see the release.
"""

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Optional

_FILE = Path(__file__).resolve().parent.parent / "behaviour.json"
_wanted = json.loads(_FILE.read_text()) if _FILE.exists() else {}
_begun_at: Optional[float] = None


def start_delay() -> float:
    return _wanted.get("startDelayMs", 0) / 1000


def started() -> None:
    if _wanted.get("after", "start") == "start":
        _begin()


def seen(is_health: bool, proxied: bool) -> None:
    after = _wanted.get("after", "start")
    if not is_health and (after == "traffic" or (after == "proxy" and proxied)):
        _begin()


def latency() -> float:
    slow = "latencyMs" in _wanted and _passed(_wanted.get("slowAfterSeconds", 0))
    return _wanted["latencyMs"] / 1000 if slow else 0.0


def fails() -> bool:
    return _passed(_wanted.get("failAfterSeconds"))


def problem() -> Optional[str]:
    if _passed(_wanted.get("unhealthyAfterSeconds")):
        return "unhealthy"
    if _passed(_wanted.get("degradeAfterSeconds")):
        return "degraded"
    return None


def _begin() -> None:
    global _begun_at
    if _begun_at is not None:
        return
    _begun_at = time.monotonic()
    seconds = _wanted.get("exitAfterSeconds")
    if seconds == 0:
        os._exit(3)
    if seconds is not None:
        asyncio.get_running_loop().call_later(seconds, os._exit, 3)


def _passed(seconds: Optional[float]) -> bool:
    if seconds is None or _begun_at is None:
        return False
    return time.monotonic() - _begun_at >= seconds
