import type {
  Ack,
  Channel,
  DescribedCall,
  Gauge,
  Json,
  Message,
  ShownTrouble,
  SlackFile,
  User,
  UserGroup,
  View,
} from '../model.ts';

export interface Snapshot {
  version: number;
  identity: { botUserId: string; botName: string; teamId: string };
  commands: string[];
  shortcuts: { name: string; type: string; callback_id: string }[];
  usageHints: Record<string, string>;
  users: User[];
  userGroups: UserGroup[];
  channels: Channel[];
  messages: Message[];
  modals: Record<string, View[]>;
  homes: Record<string, View>;
  files: SlackFile[];
  calls: DescribedCall[];
  acks: Ack[];
  troubles: ShownTrouble[];
  gauges: Gauge[];
  connections: number;
}

/** Where this browser looks: kept in the address, so that a reload stays put. */
export interface Look {
  user: string;
  channel: string;
  thread?: string | undefined;
  home?: boolean | undefined;
  panel?: PanelName | undefined;
}

/** What stands beside the workspace: what the bot sends, and what can be broken. */
export type PanelName = 'calls' | 'troubles';

let current: Snapshot | undefined;

export function snapshot(): Snapshot {
  if (!current) throw new Error('the workspace has not answered yet');
  return current;
}

async function fetchState(): Promise<void> {
  const response = await fetch('/sandbox/state');
  const fresh: Snapshot = await response.json();
  current = fresh;
}

/** Repaints on every change, but never fetches twice at once. */
export async function follow(paint: () => void): Promise<void> {
  let running = false;
  let again = false;
  const refresh = async () => {
    again = running;
    if (running) return;
    running = true;
    do {
      again = false;
      await fetchState();
      paint();
      await new Promise((resolve) => setTimeout(resolve, 40));
    } while (again);
    running = false;
  };
  const stale = () => refresh().catch(() => (running = false));
  new EventSource('/sandbox/events').addEventListener('message', () => {
    if (running) again = true;
    else void stale();
  });
  await refresh();
}

export interface Outcome {
  ok?: boolean;
  error?: string;
  errors?: Record<string, string>;
  /** What an app offers in a select. */
  groups?: Json[];
}

export async function act(name: string, body: Json): Promise<Outcome> {
  const response = await fetch(`/sandbox/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const outcome: Outcome = await response.json();
  return outcome;
}

export function userName(id: string): string {
  if (id === 'USLACKBOT') return 'Slack';
  const user = snapshot().users.find((one) => one.id === id);
  return user?.real_name ?? user?.name ?? id;
}
