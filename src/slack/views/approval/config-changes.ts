// Builds the blocks about config changes and about edits by hand. They show keys and digests of values, never values.
import type { KnownBlock } from '@slack/types';
import { isRewritten } from '../../../deploy/release/changes.ts';
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { ConfigChange, ConfigDrift, Facts } from '../../../deploy/record/facts.ts';
import { section } from '../parts/blocks.ts';
import { capped, code, codeList, countWords, quoted } from '../parts/text.ts';

export function configBlocks({ configChanges }: Facts): KnownBlock[] {
  if (!configChanges) return [];
  if (configChanges.length === 0) return [section('*Config* unchanged')];
  const title = `*Config: ${totals(configChanges)} (fingerprints)*`;
  return [section([title, ...capped(configChanges.map(changeLine), 10, 1_000)].join('\n'))];
}

/** Builds the blocks for `/argo config diff`. Hosts with the same changes share one block. */
export function hostConfigs(
  configs: Readonly<Record<string, { changes: ConfigChange[] }>>,
): KnownBlock[] {
  const hosts = Object.entries(configs).map(([host, { changes: one }]) => ({ host, one }));
  return sameOnHosts(hosts.filter(({ one }) => one.length > 0))
    .slice(0, 5)
    .map(({ hosts: same, one: changes }) => {
      const names = same.map((host) => quoted(host, 40));
      const title = `*${capped(names, 10, 300).join(', ')}: ${totals(changes)} in the current config (fingerprints)*`;
      return section([title, ...capped(changes.map(changeLine), 15, 1_500)].join('\n'));
    });
}

function sameOnHosts<T>(all: readonly { host: string; one: T }[]): { one: T; hosts: string[] }[] {
  const groups = Map.groupBy(all, ({ one }) => JSON.stringify(one));
  return [...groups.values()].flatMap((same) => {
    const hosts = same.map(({ host }) => host);
    return same.slice(0, 1).map(({ one }) => ({ one, hosts }));
  });
}

function totals(changes: readonly ConfigChange[]): string {
  const added = changes.filter(({ was }) => was === undefined).length;
  const removed = changes.filter(({ now }) => now === undefined).length;
  const changed = changes.length - added - removed;
  return countWords({ added, changed, removed });
}

function changeLine({ key, was, now }: ConfigChange): string {
  const name = code(key, 100);
  if (was === undefined) return `+ ${name} ${code(now ?? '', 20)}`;
  if (now === undefined) return `− ${name} ${code(was, 20)}`;
  const how = isRewritten({ key, was, now }) ? ' (the same number, written otherwise)' : '';
  return `~ ${name} ${code(was, 20)} → ${code(now, 20)}${how}`;
}

/** Builds the block about config files that somebody edited by hand on the hosts. */
export function driftBlocks(drift: Readonly<Record<string, readonly ConfigDrift[]>>): KnownBlock[] {
  const groups = sameOnHosts(
    Object.entries(drift).flatMap(([host, all]) => all.map((one) => ({ host, one }))),
  );
  if (groups.length === 0) return [];
  const lines = groups.slice(0, 4).map(({ one, hosts }) => {
    const where = codeList(hosts, 5, 300);
    const changes = capped((one.changes ?? []).map(changeLine), 5, 400);
    return [`• ${code(one.path, 200)} on ${where}: ${editOf(one)}`, ...changes].join('\n      ');
  });
  const left = groups.length - lines.length;
  const more = left > 0 ? [`… ${left} more`] : [];
  const ours = groups.some(({ one }) => one.kind !== 'foreign');
  const title = ours
    ? 'Config edited by hand on the hosts'
    : 'Config that argo-bot has not written';
  return [section([`*${title}*`, ...lines, ...more].join('\n'))];
}

export function driftOf({ facts }: Deployment): Record<string, readonly ConfigDrift[]> {
  const hosts = Object.entries(facts.hosts ?? {});
  return Object.fromEntries(hosts.map(([host, { drift }]) => [host, drift ?? []]));
}

/** Says which edits by hand the deployment has replaced on hosts, and where it kept copies; escaped. */
export function replacedEdits({ facts, stages }: Deployment, root: string | undefined): string[] {
  const written = stages.some(({ name, status }) => name === 'sync' && status === 'done');
  if (!written || root === undefined) return [];
  return Object.entries(facts.hosts ?? {}).flatMap(([host, { drift = [] }]) =>
    drift
      .filter(({ kind, path }) => kind !== 'removed' && !path.startsWith(`${root}/`))
      .map(
        ({ path }) =>
          `⚠️ Replaced the edit by hand of ${code(path, 200)} on ${quoted(host, 60)}. Its copy is ${code(`${path}.argo-previous`, 220)}`,
      ),
  );
}

function editOf({ kind, changes }: ConfigDrift): string {
  if (kind === 'removed') return 'file missing';
  const keys = changes === undefined ? 'it cannot be read' : totals(changes) || 'no value differs';
  return kind === 'edited'
    ? `edited by hand; ${keys}`
    : `never written by argo-bot; this would change: ${keys}`;
}
