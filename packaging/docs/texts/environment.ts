// Explains every environment variable of the process.

export const environmentTexts: Record<string, string> = {
  REDIS_URL:
    'A server, a Sentinel group or a cluster. See [Redis](../how-to/redis.md). Default: a private Redis on this machine.',
  ARGO_CONFIG: 'The path of argo.yml. Paths in argo.yml count from its folder.',
  ARGO_DATA:
    'The folder for mirrors of repositories (`source/`), what is known about their files (`python/`), compiled code (`compiled/`) and the private Redis (`redis/`). Only `redis/` needs a backup.',
  ARGO_HTTP:
    'The address of health and metrics: a port of 127.0.0.1 (`9464`) or an address (`10.0.0.5:9464`, `[::]:9464`). Default: none.',
  ARGO_BOARD_USER: "The user of the queue's board at `/queues`. Default: no board.",
  ARGO_BOARD_PASSWORD: 'The password of the board, at least 12 characters.',
  LOG_LEVEL:
    '`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`. The log is JSON lines on stdout.',
  SLACK_API_URL: "The address of Slack's API. Only the sandbox changes it.",
  SLACK_BOT_TOKEN: 'The bot token (`xoxb-…`), from OAuth & Permissions.',
  SLACK_MODE:
    '`socket` or `http`. See [Receive requests over HTTP](../how-to/install.md#receive-requests-over-http).',
  SLACK_APP_TOKEN:
    'The app-level token (`xapp-…`) with `connections:write`, from Basic Information. Required with `socket`.',
  SLACK_SIGNING_SECRET: 'The signing secret, from Basic Information. Required with `http`.',
  HTTP_HOST:
    'The address on which the HTTP mode listens. For a reverse proxy on another machine: `0.0.0.0`.',
  PORT: 'The port of the HTTP mode.',
};
