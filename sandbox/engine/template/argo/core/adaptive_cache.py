import time
from typing import Any, Callable, Dict, Tuple


class AdaptiveCache:
    """Keeps an entry longer the more often it is asked for."""

    def __init__(self, shortest: float = 1.0, longest: float = 60.0):
        self.shortest = shortest
        self.longest = longest
        self.hits = 0
        self.misses = 0
        self._entries: Dict[str, Tuple[float, float, Any]] = {}

    def get(self, key: str, load: Callable[[], Any]) -> Any:
        now = time.monotonic()
        until, life, value = self._entries.get(key, (0.0, self.shortest, None))
        if now < until:
            self.hits += 1
            longer = min(self.longest, life * 1.1)
            self._entries[key] = (until, longer, value)
            return value
        self.misses += 1
        value = load()
        self._entries[key] = (now + life, life, value)
        return value

    def hit_rate(self) -> float:
        asked = self.hits + self.misses
        return self.hits / asked if asked else 0.0
