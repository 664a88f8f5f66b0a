import time

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from argo import behaviour, release, settings
from argo.state import breaker, cache, metrics, shared_cache

router = APIRouter()
_started_at = time.monotonic()


@router.get("/api/v1/health")
async def health() -> JSONResponse:
    status = "healthy"
    performance = metrics.snapshot()
    problem = behaviour.problem()
    if problem is not None:
        status = problem
    performance["cache_hit_rate"] = round(cache.hit_rate(), 3)
    providers = settings.providers()
    body = {
        "status": status,
        "version": release.name(),
        "uptime": round(time.monotonic() - _started_at, 3),
        "services": {
            "performance": performance,
            "data": {"providers": providers, "circuit_open": breaker.is_open},
            "cache": {"shared": shared_cache.shared},
        },
    }
    return JSONResponse(body, status_code=503 if status == "unhealthy" else 200)
