import time
from typing import Any, Callable, Optional


class CircuitOpen(Exception):
    pass


class CircuitBreaker:
    """Stops asking a provider that keeps failing, and tries again after a rest."""

    def __init__(self, failures: int, rest_seconds: float):
        self.limit = failures
        self.rest_seconds = rest_seconds
        self._failures = 0
        self._opened_at: Optional[float] = None

    @property
    def is_open(self) -> bool:
        if self._opened_at is None:
            return False
        return time.monotonic() - self._opened_at < self.rest_seconds

    def call(self, act: Callable[[], Any]) -> Any:
        if self.is_open:
            raise CircuitOpen()
        try:
            result = act()
        except Exception:
            self._failures += 1
            if self._failures >= self.limit:
                self._opened_at = time.monotonic()
            raise
        self._failures = 0
        self._opened_at = None
        return result
