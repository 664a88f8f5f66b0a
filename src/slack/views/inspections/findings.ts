// Describes the findings of an inspection: health of slots, a diff, or differences in config.
import type { KnownBlock } from '@slack/types';
import type { Findings, SlotHealth } from '../../../deploy/inspections/inspection.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { comparisonBlocks } from '../approval/changes.ts';
import { driftBlocks, hostConfigs } from '../approval/config-changes.ts';
import { section } from '../parts/blocks.ts';
import { capped, code, counted, number, quoted } from '../parts/text.ts';

type Slots = Readonly<Record<string, readonly SlotHealth[]>>;
type Configs = (Findings & { kind: 'config-diff' })['configs'];

/** Returns one sentence about the findings; escaped. */
export function findingSummary(findings: Findings): string {
  switch (findings.kind) {
    case 'health': {
      const live = Object.values(findings.slots)
        .flat()
        .filter((slot) => slot.live);
      const well = live.filter(({ state }) => state === 'healthy').length;
      return `${well} of ${counted(live.length, 'live slot')} healthy.`;
    }
    case 'logs':
      return `the last lines of ${counted(findings.logs.length, 'host')}.`;
    case 'diff': {
      const { commits = [], commit, fileChanges = [] } = findings.facts;
      const [most] = fileChanges;
      const files = (most?.added ?? 0) + (most?.changed ?? 0) + (most?.deleted ?? 0);
      const sha = code((commit?.sha ?? '').slice(0, 7), 10);
      const differ = files === 1 ? '1 file differs' : `${number(files)} files differ`;
      return `${sha} beside what is live: ${counted(commits.length, 'commit')}, ${differ}.`;
    }
    case 'config-check': {
      const { values, tried } = findings;
      const keys = tried > 0 ? `; ${counted(tried, 'key')} tried with the provider` : '';
      return `${counted(values, 'value')}, all rules pass${keys}.`;
    }
    case 'config-diff':
      return configSummary(findings.configs);
  }
}

function configSummary(configs: Configs): string {
  const hosts = Object.entries(configs);
  const others = hosts.filter(([, { changes }]) => changes.length > 0).map(([host]) => host);
  const edited = hosts.some(([, { drift }]) => drift.length > 0);
  const byHand = edited ? ', and it was edited by hand' : '';
  if (others.length === 0) return `every host has the current config${byHand}.`;
  const names = others.map((host) => code(host, 40)).slice(0, 10);
  return `another config on ${names.join(', ')}${byHand}.`;
}

export function findingBlocks(findings: Findings, target: Target | undefined): KnownBlock[] {
  switch (findings.kind) {
    case 'health':
      return healthBlocks(findings.slots);
    case 'diff':
      return comparisonBlocks(findings.facts, target);
    case 'config-diff': {
      const drift = Object.entries(findings.configs).map(([host, one]) => [host, one.drift]);
      return [...hostConfigs(findings.configs), ...driftBlocks(Object.fromEntries(drift))];
    }
    case 'config-check':
    case 'logs':
      return [];
  }
}

const icons: Record<SlotHealth['state'], string> = {
  healthy: '🟢',
  degraded: '🟡',
  unavailable: '🔴',
  stopped: '⚪',
};

/** Lists every slot: unhealthy hosts first, and the live slot of each host first. */
function healthBlocks(slots: Slots): KnownBlock[] {
  const hosts = Object.entries(slots).toSorted(
    ([, a], [, b]) => Number(isWell(a)) - Number(isWell(b)),
  );
  const lines = hosts.flatMap(([host, all]) =>
    all.toSorted((a, b) => Number(b.live) - Number(a.live)).map((slot) => slotLine(host, slot)),
  );
  return lines.length === 0 ? [] : [section(capped(lines, 40, 2_800).join('\n'))];
}

const isWell = (slots: readonly SlotHealth[]): boolean =>
  slots.some(({ live, state }) => live && state === 'healthy');

function slotLine(host: string, { slot, live, release, state, ms, detail }: SlotHealth): string {
  const where = `${icons[state]} ${code(host, 40)} ${live ? `*${slot}* (live)` : slot}`;
  const what = release === undefined ? '' : ` ${code(release, 60)}`;
  const how = state === 'stopped' ? quoted(detail, 80) : `${state} in ${number(ms)} ms`;
  const why = state === 'healthy' || state === 'stopped' ? '' : `: ${quoted(detail, 120)}`;
  return `${where}${what} · ${how}${why}`;
}
