import type { IncomingMessage } from 'node:http';

/**
 * Only this machine may talk to the workspace: a foreign Host is a rebound DNS name, a foreign
 * Origin is another site's script in the same browser.
 */
export function foreign(request: IncomingMessage, port: number): boolean {
  const own = new Set([`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]);
  if (!own.has(request.headers.host ?? '')) return true;
  const { origin } = request.headers;
  return origin !== undefined && !own.has(origin.replace(/^http:\/\//, ''));
}
