import json
import math
import time
from pathlib import Path

from fastapi import APIRouter, HTTPException

from argo import release
from argo.state import breaker, cache, limiter

router = APIRouter()
_WATCHLIST = json.loads((Path(__file__).parent.parent / "watchlist.json").read_text())


@router.get("/api/v1/signals")
async def signals():
    if not limiter.allow():
        raise HTTPException(status_code=429, detail="Too many requests")
    return {
        "release": release.name(),
        "signals": cache.get("signals", lambda: breaker.call(_compute)),
    }


def _compute():
    """A made-up wave for each symbol: this engine trades nothing."""
    now = time.time()
    return [_signal(symbol, math.sin(now / 60 + index)) for index, symbol in enumerate(_WATCHLIST)]


def _signal(symbol: str, strength: float):
    action = "buy" if strength > 0.5 else "sell" if strength < -0.5 else "hold"
    return {"symbol": symbol, "action": action, "confidence": round(abs(strength), 3)}
