"""The one set of objects that all requests share."""

from argo.core.adaptive_cache import AdaptiveCache
from argo.core.circuit_breaker import CircuitBreaker
from argo.core.performance_metrics import PerformanceMetrics
from argo.core.rate_limiter import RateLimiter
from argo.core.redis_cache import RedisCache

cache = AdaptiveCache(shortest=0.5, longest=5.0)
shared_cache = RedisCache()
limiter = RateLimiter(per_second=5000, burst=5000)
breaker = CircuitBreaker(failures=5, rest_seconds=10)
metrics = PerformanceMetrics(window=1000)
