"""The trading engine's API. Run: uvicorn main:app --port 8001"""

import asyncio

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from argo import behaviour, release
from argo.api import health, signals
from argo.state import metrics

app = FastAPI(title="Argo trading engine", version=release.name())
app.include_router(health.router)
app.include_router(signals.router)


@app.on_event("startup")
async def start():
    await asyncio.sleep(behaviour.start_delay())
    behaviour.started()


@app.middleware("http")
async def observe(request: Request, call_next):
    is_health = request.url.path.startswith("/api/v1/health")
    behaviour.seen(is_health=is_health, proxied="x-forwarded-for" in request.headers)
    await asyncio.sleep(behaviour.latency())
    with metrics.measure():
        if behaviour.fails():
            response = JSONResponse({"detail": "Internal Server Error"}, status_code=500)
        else:
            response = await call_next(request)
    response.headers["X-Release"] = release.name()
    return response
