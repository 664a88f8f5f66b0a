import type { DeployRequest, Phase } from './events.ts';
import { type Look, lookOf } from './looks.ts';
import type { Stage } from './stage.ts';
import { askHealth } from './stages/ask-health.ts';
import { checks } from './stages/checks.ts';
import { claim } from './stages/claim.ts';
import { cleanup } from './stages/cleanup.ts';
import { compareFiles } from './stages/compare-files.ts';
import { compare } from './stages/compare.ts';
import { config } from './stages/config.ts';
import { confirm, confirmBack } from './stages/confirm.ts';
import { files } from './stages/files.ts';
import { finish } from './stages/finish.ts';
import { health } from './stages/health.ts';
import { lock } from './stages/lock.ts';
import { preflight } from './stages/preflight.ts';
import { readLogs } from './stages/read-logs.ts';
import { recheck } from './stages/recheck.ts';
import { restart, restartBack } from './stages/restart.ts';
import { returnSlot } from './stages/return-slot.ts';
import { attachLog } from './stages/attach-log.ts';
import { showUnit } from './stages/show-unit.ts';
import { smoke } from './stages/smoke.ts';
import { source } from './stages/source.ts';
import { start } from './stages/start.ts';
import { switchBack, switchTraffic } from './stages/switch.ts';
import { sync, syncBack } from './stages/sync.ts';
import { unit } from './stages/unit.ts';
import { upload } from './stages/upload.ts';
import { vetUnit } from './stages/vet-unit.ts';
import { verify } from './stages/verify.ts';
import { watch } from './stages/watch.ts';

/** Nothing of these runs code of the commit on a host: it is copied there, compared and compiled. */
const copied = [source, checks, files, config, claim, upload, verify] as const;
/** Runs build backends, and imports what the settings name. */
const look = [...copied, preflight] as const;

/** The lists: they drive the run, the checklist in Slack, the dry run and the documentation. */
const phases = {
  proxy: {
    prepare: [...look, unit, start, health, smoke],
    release: [recheck, switchTraffic, confirm, sync],
    watch: [watch, finish],
    // The lock comes as soon as users are back: whatever fails after it, nobody deploys over it unseen.
    rollback: [returnSlot, switchBack, lock, confirmBack, syncBack, attachLog],
    cleanup: [cleanup],
  },
  // One port: nothing of the new release can be started beside the one that users are on.
  restart: {
    prepare: [...look, vetUnit],
    release: [recheck, restart, confirm, sync],
    watch: [watch, finish],
    rollback: [restartBack, lock, confirmBack, syncBack, attachLog],
    cleanup: [cleanup],
  },
} as const satisfies Record<DeployRequest['strategy'], Record<Phase, readonly Stage[]>>;

/** With `approval.before: start`: what runs code of the commit comes after the gate, and before users are moved. */
const early = {
  proxy: {
    ...phases.proxy,
    prepare: [...copied, showUnit],
    release: [preflight, unit, start, health, smoke, ...phases.proxy.release],
  },
  restart: {
    ...phases.restart,
    prepare: [...copied, showUnit],
    release: [preflight, vetUnit, ...phases.restart.release],
  },
} as const satisfies Record<DeployRequest['strategy'], Record<Phase, readonly Stage[]>>;

/** The live release again: it is on the hosts already, so nothing is brought there, and nothing taken away. */
const restarts = {
  proxy: {
    ...phases.proxy,
    prepare: [claim, unit, start, health, smoke],
    release: [recheck, switchTraffic, confirm],
  },
  restart: {
    ...phases.restart,
    prepare: [claim],
    release: [recheck, restart, confirm],
    cleanup: [],
  },
} as const satisfies Record<DeployRequest['strategy'], Record<Phase, readonly Stage[]>>;

/** Plans that only look are dry runs. */
const looks = {
  'config-check': [source, config],
  'config-diff': [source, config, compare],
  health: [askHealth],
  logs: [readLogs],
  diff: [source, files, compareFiles],
} as const satisfies Record<Look, readonly Stage[]>;

/** The phases of a request when nothing goes wrong; a gate stands between prepare and release. */
export function phasesOf(request: DeployRequest): Phase[] {
  if (request.kind === 'rollback') return ['rollback'];
  return request.dryRun ? ['prepare'] : ['prepare', 'release', 'watch'];
}

/** A restart brings no new code, and a dry run has no gate. */
function planOf({ plan, gate, dryRun }: DeployRequest) {
  if (plan === 'restart') return restarts;
  return gate === 'start' && !dryRun ? early : phases;
}

/** A dry run leaves out whatever changes a host; a rollback by hand has to claim the hosts itself. */
export function stagesOf(request: DeployRequest, phase: Phase): readonly Stage[] {
  const looked = lookOf(request);
  if (looked) return phase === 'prepare' ? looks[looked] : [];
  const stages: readonly Stage[] = planOf(request)[request.strategy][phase];
  if (request.dryRun) return stages.filter((stage) => !stage.changes);
  if (request.kind === 'rollback' && phase === 'rollback') return [claim, ...stages];
  return stages;
}
