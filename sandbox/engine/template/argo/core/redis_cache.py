import os
from typing import Dict, Optional


class RedisCache:
    """Shares values between processes where a Redis is configured; else within this one."""

    def __init__(self, url: Optional[str] = None):
        self.url = url or os.environ.get("ENGINE_REDIS_URL")
        self._local: Dict[str, str] = {}
        self._client = self._connect()

    @property
    def shared(self) -> bool:
        return self._client is not None

    def get(self, key: str) -> Optional[str]:
        if self._client is not None:
            return self._client.get(key)
        return self._local.get(key)

    def set(self, key: str, value: str) -> None:
        if self._client is not None:
            self._client.set(key, value)
        else:
            self._local[key] = value

    def _connect(self):
        if not self.url:
            return None
        import redis

        return redis.Redis.from_url(self.url, decode_responses=True)
