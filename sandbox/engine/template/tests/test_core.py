import unittest

from argo.core.adaptive_cache import AdaptiveCache
from argo.core.circuit_breaker import CircuitBreaker, CircuitOpen
from argo.core.performance_metrics import PerformanceMetrics
from argo.core.rate_limiter import RateLimiter
from argo.core.redis_cache import RedisCache


def fail():
    raise ValueError("provider is down")


class CoreTest(unittest.TestCase):
    def test_cache_loads_once_while_fresh(self):
        cache = AdaptiveCache(shortest=60)
        loads = []
        for _ in range(3):
            cache.get("key", lambda: loads.append(1))
        self.assertEqual((len(loads), cache.hits), (1, 2))

    def test_limiter_stops_at_its_burst(self):
        limiter = RateLimiter(per_second=0, burst=2)
        self.assertEqual([limiter.allow() for _ in range(3)], [True, True, False])

    def test_breaker_opens_and_closes_after_a_recovery(self):
        breaker = CircuitBreaker(failures=1, rest_seconds=60)
        self.assertRaises(ValueError, breaker.call, fail)
        self.assertRaises(CircuitOpen, breaker.call, fail)
        breaker.rest_seconds = 0
        breaker.call(lambda: None)
        breaker.rest_seconds = 60
        self.assertFalse(breaker.is_open)

    def test_metrics_count_requests(self):
        metrics = PerformanceMetrics()
        with metrics.measure():
            pass
        self.assertEqual(metrics.snapshot()["requests"], 1)

    def test_cache_without_redis_stays_local(self):
        cache = RedisCache()
        cache.set("key", "value")
        self.assertEqual((cache.get("key"), cache.shared), ("value", False))


if __name__ == "__main__":
    unittest.main()
