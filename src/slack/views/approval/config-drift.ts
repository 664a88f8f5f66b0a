// Builds the block about config files that somebody edited by hand on the hosts.
import type { KnownBlock } from '@slack/types';
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { ConfigDrift } from '../../../deploy/record/facts.ts';
import { section } from '../parts/blocks.ts';
import { changeLines, totals } from './config-changes.ts';
import { capped, code } from '../parts/text.ts';

export function driftBlocks(drift: Readonly<Record<string, readonly ConfigDrift[]>>): KnownBlock[] {
  const groups = new Map<string, { one: ConfigDrift; hosts: string[] }>();
  for (const [host, all] of Object.entries(drift)) {
    for (const one of all) {
      const same = JSON.stringify(one);
      const group = groups.get(same) ?? { one, hosts: [] };
      group.hosts.push(code(host, 40));
      groups.set(same, group);
    }
  }
  if (groups.size === 0) return [];
  const lines = [...groups.values()].slice(0, 4).map(({ one, hosts }) => {
    const where = capped(hosts, 5, 300).join(', ');
    const changes = changeLines(one.changes ?? [], 5, 400).map((line) => `      ${line}`);
    return [`• ${code(one.path, 200)} on ${where}: ${what(one)}`, ...changes].join('\n');
  });
  const left = groups.size - lines.length;
  const more = left > 0 ? [`… ${left} more`] : [];
  const ours = [...groups.values()].some(({ one }) => one.kind !== 'foreign');
  const title = ours
    ? 'Config edited by hand on the hosts'
    : 'Config that argo-bot has not written';
  return [section([`*${title}*`, ...lines, ...more].join('\n'))];
}

export function driftOf({ facts }: Deployment): Record<string, readonly ConfigDrift[]> {
  const hosts = Object.entries(facts.hosts ?? {});
  return Object.fromEntries(hosts.map(([host, { drift }]) => [host, drift ?? []]));
}

function what({ kind, changes }: ConfigDrift): string {
  if (kind === 'removed') return 'it is gone';
  const keys = changes === undefined ? 'it cannot be read' : totals(changes) || 'no value differs';
  return kind === 'edited'
    ? `not as argo-bot wrote it, ${keys}`
    : `argo-bot has never written it; what would replace it: ${keys}`;
}
