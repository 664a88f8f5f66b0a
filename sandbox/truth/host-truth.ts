import type { TestHost } from '../host/host.ts';

/** Where users of a host are, as nginx, systemd and the files say it; nothing here comes from the bot. */
export interface Truth {
  slot: string | undefined;
  /** The release in the slot that users are sent to. */
  live: string | undefined;
  /** The release that answers users; undefined where nothing answers well. */
  answers: string | undefined;
  /** When the host noted the last move, Unix seconds. */
  movedAt: number;
  slots: Record<string, string>;
  /** How systemd has the unit of each slot. */
  units: Record<string, string>;
  verdicts: Record<string, string>;
}

/** A place of the sandbox's argo.yml. */
export interface Spot {
  environment: 'production' | 'single';
  root: string;
  /** The ports that nginx sends users to, or the one unit. */
  by: { ports: Record<string, string>; unit?: undefined } | { unit: string; port: number };
}

export const production: Spot = {
  environment: 'production',
  root: '/opt/argo-trading',
  by: { ports: { '8001': 'blue', '8002': 'green' } },
};

const UPSTREAM = '/etc/nginx/conf.d/argo-trading-upstream.conf';
const HEALTH = '/api/v1/health';

export async function truthOf(host: TestHost, spot: Spot): Promise<Truth> {
  const { stdout } = await host.exec(scriptFor(spot));
  const pairs = stdout.split('\n').map((line) => line.split('\t'));
  const all = (key: string): [string, string][] =>
    pairs.flatMap(([name, about = '', value = '']) => (name === key ? [[about, value]] : []));
  const slots = Object.fromEntries(all('slot'));
  const [at] = all('at')[0] ?? [];
  const slot = spot.by.unit === undefined ? spot.by.ports[at ?? ''] : at;
  const answers =
    spot.by.unit === undefined ? await publicVersion(host) : (all('answers')[0]?.[0] ?? '');
  return {
    slot,
    live: slot === undefined ? undefined : slots[slot],
    answers: answers || undefined,
    movedAt: Number(all('moved')[0]?.[0] ?? 0),
    slots,
    units: Object.fromEntries(all('unit')),
    verdicts: Object.fromEntries(all('verdict')),
  };
}

function scriptFor({ root, by }: Spot): string {
  const one =
    by.unit === undefined
      ? `at=$(sed -n '/ backup;/d; s/.*server 127.0.0.1:\\([0-9]*\\).*/\\1/p' ${UPSTREAM} | paste -sd,)`
      : `at=$(systemctl show -p WorkingDirectory --value ${by.unit}); at=\${at##*/}
say answers "$(${ask(by.port)})"`;
  const unit = by.unit === undefined ? 'argo-trading-$slot' : by.unit;
  return `cd ${root} 2>/dev/null || exit 0
say() { printf '%s\\t%s\\t%s\\n' "$1" "$2" "$3"; }
${one}
say at "$at"
say moved "$(stat -c %.3Y .current_color 2>/dev/null)"
for slot in blue green; do
  [ ! -e $slot ] || say slot $slot "$(basename "$(readlink $slot || echo adopted-$slot)")"
  say unit $slot "$(systemctl show -p ActiveState --value ${unit})"
done
for name in $(ls -A releases 2>/dev/null); do say verdict "$name" "$(head -n 1 releases/$name/.argo/verdict 2>/dev/null)"; done`;
}

function ask(port: number): string {
  return `python3 -c 'import json, urllib.request
print(json.load(urllib.request.urlopen("http://127.0.0.1:${port}${HEALTH}", timeout=2))["version"])' 2>/dev/null`;
}

async function publicVersion({ publicUrl }: TestHost): Promise<string> {
  try {
    const answer = await fetch(`${publicUrl}${HEALTH}`, { signal: AbortSignal.timeout(2_000) });
    const health: unknown = answer.ok ? await answer.json() : {};
    return typeof health === 'object' && health !== null && 'version' in health
      ? String(health.version)
      : '';
  } catch {
    return '';
  }
}
