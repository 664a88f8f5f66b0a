// Describes the findings of an inspection: health of slots, a diff, or differences in config.
import type { KnownBlock } from '@slack/types';
import type { Findings, SlotHealth } from '../../../deploy/inspections/inspection.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { comparisonBlocks } from '../approval/changes.ts';
import { driftBlocks, hostConfigs } from '../approval/config-changes.ts';
import { section } from '../parts/blocks.ts';
import { nextStep } from '../parts/next-step.ts';
import { capped, code, counted, number, quoted } from '../parts/text.ts';

type Slots = Readonly<Record<string, readonly SlotHealth[]>>;
type Configs = (Findings & { kind: 'config-diff' })['configs'];

/** Returns one sentence about the findings; escaped. */
export function findingSummary(findings: Findings, target: Target | undefined): string {
  switch (findings.kind) {
    case 'health':
      return healthSummary(findings.slots, target);
    case 'logs':
      return `the last lines of ${counted(findings.logs.length, 'host')}.`;
    case 'diff': {
      const { commits = [], commit, fileChanges = [] } = findings.facts;
      const [most] = fileChanges;
      const files = (most?.added ?? 0) + (most?.changed ?? 0) + (most?.deleted ?? 0);
      const sha = code((commit?.sha ?? '').slice(0, 7), 10);
      if (most?.from === undefined)
        return `nothing is live yet. ${sha} would be the first release, with ${counted(files, 'file')}.`;
      const differ = files === 1 ? '1 file differs' : `${number(files)} files differ`;
      const parts = [
        ...(commits.length > 0 ? [counted(commits.length, 'commit')] : []),
        ...(files > 0 ? [differ] : []),
      ];
      return `${sha} compared with the live release: ${parts.join(', ') || 'no difference'}.`;
    }
    case 'config-check': {
      const { values, tried } = findings;
      const keys =
        tried > 0
          ? `; ${counted(tried, 'key')} tested with ${tried === 1 ? 'its provider' : 'their providers'}`
          : '';
      return `${counted(values, 'value')}, all rules pass${keys}.`;
    }
    case 'config-diff':
      return configSummary(findings.configs, target);
  }
}

/** Returns `a, b and c`, with at most ten names. */
function joined(names: readonly string[]): string {
  const shown = capped(names, 10, 400);
  return [shown.slice(0, -1).join(', '), ...shown.slice(-1)].filter(Boolean).join(' and ');
}

/** A host that did not answer counts as not healthy, because its users may get errors. */
function healthSummary(slots: Slots, target: Target | undefined): string {
  const silent = silentHosts(slots, target);
  const hosts = Object.values(slots).filter((all) => all.some(({ live }) => live));
  const well = hosts.filter(isWell).length;
  const away = silent.map((host) => quoted(host, 40));
  const missing = away.length > 0 ? `; ${joined(away)} did not answer` : '';
  const total = hosts.length + silent.length;
  if (total === 0) return `no slot is live. ${nextStep('`/argo deploy`.', target)}`;
  const next = healthStep(hosts.length - well, silent[0]);
  const step = next === undefined ? '' : ` ${nextStep(next, target)}`;
  return `${well} of ${counted(total, 'host')} healthy${missing}.${step}`;
}

/** Returns the hosts in argo.yml of which the result says nothing. */
function silentHosts(
  answered: Readonly<Record<string, unknown>>,
  target: Target | undefined,
): string[] {
  const declared = target?.place.hosts.map(({ name }) => name) ?? [];
  return declared.filter((name) => !Object.hasOwn(answered, name));
}

function healthStep(unhealthy: number, silent: string | undefined): string | undefined {
  if (unhealthy > 0)
    return 'read `/argo logs`. If users get errors or you are unsure, run `/argo rollback`.';
  return silent === undefined ? undefined : `on the bot’s machine, \`ssh ${silent}\` shows why.`;
}

function configSummary(configs: Configs, target: Target | undefined): string {
  const hosts = Object.entries(configs);
  const named = (some: typeof hosts): string => joined(some.map(([host]) => code(host, 40)));
  const others = hosts.filter(([, { changes }]) => changes.length > 0);
  const edited = hosts.filter(([, { drift }]) => drift.length > 0);
  const file = target?.place.config_file ?? target?.settings.config?.file ?? '';
  const [config, command] = file.startsWith('/')
    ? ['the config of the bot’s machine', 'config push']
    : ['the config of the newest commit', 'deploy'];
  if (hosts.length > 0 && hosts.every(([, { isNew }]) => isNew))
    return `no release is live yet, so there is no config to compare with. ${nextStep('`/argo config check` validates the config. `/argo deploy` brings it with the first release.', target)}`;
  const silent = silentHosts(configs, target).map((host) => code(host, 40));
  if (others.length === 0 && edited.length === 0 && silent.length > 0)
    return `${named(hosts)} ${hosts.length === 1 ? 'has' : 'have'} ${config}; ${joined(silent)} did not answer.`;
  if (others.length === 0 && edited.length === 0) return `every host has ${config}.`;
  return [
    ...(edited.length > 0 ? [`Somebody edited the config on ${named(edited)}.`] : []),
    ...(others.length > 0 ? [`The config on ${named(others)} is not ${config}.`] : []),
    nextStep(`give every host this config with \`/argo ${command}\`.`, target),
  ].join(' ');
}

export function findingBlocks(findings: Findings, target: Target | undefined): KnownBlock[] {
  switch (findings.kind) {
    case 'health':
      return healthBlocks(findings.slots, target?.place.strategy === 'restart');
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
function healthBlocks(slots: Slots, oneUnit: boolean): KnownBlock[] {
  const hosts = Object.entries(slots).toSorted(
    ([, a], [, b]) => Number(isWell(a)) - Number(isWell(b)),
  );
  const lines = hosts.flatMap(([host, all]) =>
    all
      .toSorted((a, b) => Number(b.live) - Number(a.live))
      .map((slot) => slotLine(host, slot, oneUnit)),
  );
  return lines.length === 0 ? [] : [section(capped(lines, 40, 2_800).join('\n'))];
}

const isWell = (slots: readonly SlotHealth[]): boolean =>
  slots.some(({ live, state }) => live && state === 'healthy');

function slotLine(
  host: string,
  { slot, live, release, state, ms, detail }: SlotHealth,
  oneUnit: boolean,
): string {
  // With the restart strategy, a service has one unit. People do not know its slot.
  const place = oneUnit ? '' : live ? ` *${slot}* (live)` : ` ${slot}`;
  const where = `${icons[state]} ${code(host, 40)}${place}`;
  const what = release === undefined ? '' : ` ${code(release, 60)}`;
  const said = `${number(ms)} ms`;
  const how = {
    stopped: quoted(detail, 80),
    healthy: `healthy in ${said}`,
    degraded: `degraded in ${said}: ${quoted(detail, 120)}`,
    unavailable: `${quoted(detail, 120) || 'no good answer'} after ${said}`,
  }[state];
  return `${where}${what} · ${how}`;
}
