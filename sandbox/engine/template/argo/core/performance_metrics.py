import time
from collections import deque
from contextlib import contextmanager
from typing import Deque, Dict


class PerformanceMetrics:
    """Latencies of the latest requests."""

    def __init__(self, window: int = 1000):
        self.requests = 0
        self._latest: Deque[float] = deque(maxlen=window)

    @contextmanager
    def measure(self):
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.requests += 1
            self._latest.append((time.perf_counter() - begun) * 1000)

    def snapshot(self) -> Dict[str, float]:
        ordered = sorted(self._latest)
        return {
            "requests": self.requests,
            "p50_ms": self._quantile(ordered, 0.5),
            "p95_ms": self._quantile(ordered, 0.95),
        }

    @staticmethod
    def _quantile(ordered, share: float) -> float:
        if not ordered:
            return 0.0
        return round(ordered[int((len(ordered) - 1) * share)], 3)
