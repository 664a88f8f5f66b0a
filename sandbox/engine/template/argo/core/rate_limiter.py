import time


class RateLimiter:
    """A bucket that refills steadily; each request takes one token."""

    def __init__(self, per_second: float, burst: int):
        self.per_second = per_second
        self.burst = burst
        self._tokens = float(burst)
        self._at = time.monotonic()

    def allow(self) -> bool:
        now = time.monotonic()
        refill = (now - self._at) * self.per_second
        self._tokens = min(float(self.burst), self._tokens + refill)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
