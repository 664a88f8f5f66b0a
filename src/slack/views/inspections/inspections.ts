// Decides what an inspection shows: the health of slots, a diff, or config that differs.
import type { KnownBlock } from '@slack/types';
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { SlotHealth } from '../../../deploy/record/facts.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { section } from '../parts/blocks.ts';
import { changeBlocks } from '../approval/changes.ts';
import { hostConfigs } from '../approval/config-changes.ts';
import { driftBlocks, driftOf } from '../approval/config-drift.ts';
import { capped, code, number, quoted } from '../parts/text.ts';

const icons: Record<SlotHealth['state'], string> = {
  healthy: '🟢',
  degraded: '🟡',
  unavailable: '🔴',
  stopped: '⚪',
};

export function inspectionBlocks(d: Deployment, target: Target | undefined): KnownBlock[] {
  switch (d.request.kind) {
    case 'config-diff':
      return [...hostConfigs(d), ...driftBlocks(driftOf(d))];
    case 'health':
      return healthBlocks(d);
    case 'diff':
      return changeBlocks(d, target);
    case 'config-check':
    case 'logs':
    case 'deploy':
    case 'config-push':
    case 'restart':
    case 'rollback':
      return [];
  }
}

/** Unhealthy hosts first; the live slot of a host first. */
function healthBlocks({ facts }: Deployment): KnownBlock[] {
  const hosts = Object.entries(facts.healthOnHosts ?? {}).toSorted(
    ([, a], [, b]) => Number(isWell(a)) - Number(isWell(b)),
  );
  const lines = hosts.flatMap(([host, slots]) =>
    slots.toSorted((a, b) => Number(b.live) - Number(a.live)).map((slot) => slotLine(host, slot)),
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
