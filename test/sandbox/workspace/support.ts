import { App } from '@slack/bolt';
import { LogLevel } from '@slack/web-api';
import type { Clock } from '../../../sandbox/workspace/clock.ts';
import { startWorkspace } from '../../../sandbox/workspace/workspace.ts';
import type { Workspace, WorkspaceOptions } from '../../../sandbox/workspace/workspace.ts';

export const botToken = 'xoxb-sandbox';
export const appToken = 'xapp-sandbox';
export const signingSecret = 'shhh';

export const options: WorkspaceOptions = {
  users: [
    { id: 'U1', name: 'ana' },
    { id: 'U2', name: 'ben' },
  ],
  channels: [
    { id: 'C1', name: 'deploys' },
    { id: 'C2', name: 'elsewhere', members: ['U1'] },
    { id: 'C3', name: 'old', archived: true },
    { id: 'G1', name: 'secret', members: ['U1'], private: true },
  ],
  userGroups: [{ id: 'S1', handle: 'oncall', users: ['U2'] }],
  botScopes: [
    'commands',
    'chat:write',
    'channels:history',
    'groups:history',
    'channels:read',
    'groups:read',
    'files:write',
    'usergroups:read',
    'users:read',
    'reactions:write',
  ],
  botToken,
  appToken,
  signingSecret,
  delivery: 'socket',
};

const open: { close(): Promise<unknown> }[] = [];

/** Everything a test opened, closed in reverse. */
export async function closeAll(): Promise<void> {
  for (const one of open.splice(0).toReversed()) await one.close();
}

export function closeLater(close: () => Promise<unknown>): void {
  open.push({ close });
}

export async function workspace(change: Partial<WorkspaceOptions> = {}): Promise<Workspace> {
  const started = await startWorkspace({ ...options, ...change });
  open.push(started);
  return started;
}

export function boltApp(space: Workspace): App {
  const app = new App({
    token: botToken,
    appToken,
    socketMode: true,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: space.apiUrl },
  });
  closeLater(async () => app.stop());
  return app;
}

export interface Answer {
  status: number;
  retryAfter: string | null;
  body: Record<string, unknown> & { ok: boolean; error?: string; errors?: string[] };
}

function isBody(value: unknown): value is Answer['body'] {
  return typeof value === 'object' && value !== null && 'ok' in value;
}

/** One Web API call without a client library, so that nothing is retried or hidden. */
export async function call(
  space: Workspace,
  method: string,
  args: Record<string, unknown> = {},
  token: string | undefined = botToken,
): Promise<Answer> {
  const response = await fetch(space.apiUrl + method, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(token !== '' && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(args),
  });
  const body: unknown = await response.json();
  if (!isBody(body)) throw new Error(`${method} answered without ok`);
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
}

/** As another process, or the page, talks to the workspace. */
export async function post(url: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer: unknown = await response.json();
  return { status: response.status, body: answer };
}

export interface HandClock extends Clock {
  advance(ms: number): void;
}

/** A clock that stands still until it is turned. */
export function handClock(start = 1_700_000_000_000): HandClock {
  let now = start;
  const timers = new Set<{ at: number; run: () => void }>();
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      now += ms;
      for (const timer of [...timers].filter(({ at }) => at <= now)) {
        timers.delete(timer);
        timer.run();
      }
    },
  };
}
