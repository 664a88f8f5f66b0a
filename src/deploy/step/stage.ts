// Describes a stage: the context that it gets, and the result that it returns.
import type { Deployment } from '../record/deployment.ts';
import type { DeployRequest } from '../record/events.ts';
import { type Facts, type Placement, requireFact } from '../record/facts.ts';
import type { Host, Ports, ScriptCall } from '../ports/ports.ts';
import type { Target } from '../settings/settings.ts';

/** The context of all work on hosts, by a stage of a deployment or by an inspection. */
export interface HostContext {
  /** The deployment, or the inspection if this is the context of one. */
  deployment: { id: string };
  target: Target;
  facts: Facts;
  ports: Ports;
  /** Connects to every host of the environment; later calls reuse the connections. Fails with HostUnreachable. */
  openHosts: () => Promise<Host[]>;
  /** Failed hosts with the reason. Only set for work that continues without them: rollback, cleanup, inspection. */
  unreachableHosts?: Map<string, string>;
  epoch: number;
  signal: AbortSignal;
  timeoutMs: number;
  /** The subject of failure messages: `Upload` in `Upload exited 1 on host-1`. */
  title: string;
}

/** The context of a stage, which must not change it: a stage returns new facts in its result. */
export interface StageContext extends HostContext {
  deployment: Deployment;
  request: DeployRequest;
  /** Returns the scripts of the next stages, which a host runs by itself while the bot has nothing to decide. */
  ahead?: (host: Host) => Promise<ScriptCall[]>;
}

export interface StageResult {
  summary: string;
  warnings?: string[];
  skipped?: boolean;
  log?: string;
  facts?: Facts;
}

/** `run` must be safe to repeat: an earlier run may have crashed anywhere, so check the state before each change. */
export interface Stage {
  run(context: StageContext): Promise<StageResult>;
  /** The one script of `run`, which the host may run right after the stage before; undefined if the bot must decide. */
  onlyScript?(context: StageContext, host: Host): Promise<ScriptCall | undefined>;
}

/** Returns the deployment's release, and the slot that it is put into. */
export function placementOf({ facts }: Pick<StageContext, 'facts'>): Placement {
  return { release: requireFact(facts, 'release'), slot: requireFact(facts, 'slot') };
}
