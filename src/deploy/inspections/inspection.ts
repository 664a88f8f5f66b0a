// Describes inspections: what a person asks to see, what was found, and which role it needs.
import { z } from 'zod';
import type { Action } from '../acts/policy.ts';
import { type Decision, isoOf } from '../audit/decisions.ts';
import { FailureRecord } from '../record/errors.ts';
import { Origin, Slot, SlotChoice } from '../record/events.ts';
import { ConfigChange, ConfigDrift, FactsSchema } from '../record/facts.ts';

const everyInspection = {
  id: z.string(),
  at: z.number(),
  service: z.string(),
  environment: z.string(),
  origin: Origin,
  /** Slack's response_url, to which answers can be posted for half an hour. */
  answerUrl: z.string().optional(),
};

export const InspectionRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('health'), ...everyInspection }),
  z.object({
    kind: z.literal('logs'),
    ...everyInspection,
    slot: SlotChoice,
    lines: z.number().optional(),
  }),
  z.object({ kind: z.literal('diff'), ...everyInspection, ref: z.string().optional() }),
  z.object({ kind: z.literal('config-check'), ...everyInspection }),
  z.object({ kind: z.literal('config-diff'), ...everyInspection }),
]);
export type InspectionRequest = z.infer<typeof InspectionRequest>;

/** What a person asks for, without service, environment, origin and the like. */
export type WantedInspection = Wanted<InspectionRequest>;
type Wanted<Request> = Request extends InspectionRequest
  ? Omit<Request, keyof typeof everyInspection>
  : never;

export const SlotHealth = z.object({
  slot: Slot,
  live: z.boolean(),
  release: z.string().optional(),
  state: z.enum(['healthy', 'degraded', 'unavailable', 'stopped']),
  ms: z.number(),
  detail: z.string(),
});
export type SlotHealth = z.infer<typeof SlotHealth>;

export const Findings = z.discriminatedUnion('kind', [
  /** The state of each slot, by host. */
  z.object({ kind: z.literal('health'), slots: z.record(z.string(), z.array(SlotHealth)) }),
  z.object({
    kind: z.literal('logs'),
    logs: z.array(z.object({ host: z.string(), unit: z.string(), log: z.string() })),
  }),
  z.object({
    kind: z.literal('diff'),
    facts: FactsSchema.pick({ commit: true, commits: true, diff: true, fileChanges: true }),
  }),
  /** `values`: number of config values; `tried`: how many keys were tried with their providers. */
  z.object({ kind: z.literal('config-check'), values: z.number(), tried: z.number() }),
  /** For each host, how its config differs from the branch's newest one, and where it was edited by hand. */
  z.object({
    kind: z.literal('config-diff'),
    configs: z.record(
      z.string(),
      z.object({
        changes: z.array(ConfigChange),
        drift: z.array(ConfigDrift),
        /** True if no release is live there, so that there is nothing to compare with. */
        isNew: z.boolean().optional(),
      }),
    ),
  }),
]);
export type Findings = z.infer<typeof Findings>;

export interface Found {
  findings: Findings;
  warnings?: string[];
}

export const InspectionResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('found'), findings: Findings, warnings: z.array(z.string()) }),
  z.object({ kind: z.literal('failed'), failure: FailureRecord }),
]);
export type InspectionResult = z.infer<typeof InspectionResult>;

/** An inspection as Redis keeps it, until an hour after its result. */
export interface Inspection {
  request: InspectionRequest;
  /** How often a worker has started the inspection. */
  starts: number;
  result?: InspectionResult | undefined;
}

/** Keeps requests for ten minutes and results for an hour. */
export interface Inspections {
  /** Keeps the request, and records it in the audit. */
  request(request: InspectionRequest): Promise<void>;
  /** Counts one more start, and returns the inspection; undefined if the request is too old. */
  start(id: string): Promise<Inspection | undefined>;
  finish(id: string, result: InspectionResult): Promise<void>;
  read(id: string): Promise<Inspection | undefined>;
}

interface InspectionDescription {
  title: string;
  /** The permission that a person needs to run the inspection, and to share its result. */
  action: Action;
  timeoutMs: number;
  /** The words after `/argo` in the Slack command: `logs green 100`. */
  words: string;
}

/** The actions `logs` and `deploy` need the deploy role, because a log or a config may be confidential. */
const descriptions: Record<InspectionRequest['kind'], Omit<InspectionDescription, 'words'>> = {
  health: { title: 'Health', action: { kind: 'read' }, timeoutMs: 60_000 },
  logs: { title: 'Log', action: { kind: 'logs' }, timeoutMs: 60_000 },
  diff: { title: 'Comparison', action: { kind: 'read' }, timeoutMs: 180_000 },
  'config-check': { title: 'Config check', action: { kind: 'deploy' }, timeoutMs: 180_000 },
  'config-diff': { title: 'Config diff', action: { kind: 'deploy' }, timeoutMs: 180_000 },
};

export function describeInspection(request: WantedInspection): InspectionDescription {
  const words = [request.kind.replace('-', ' ')];
  if (request.kind === 'logs' && request.slot !== 'idle') words.push(request.slot);
  if (request.kind === 'logs' && request.lines) words.push(String(request.lines));
  if (request.kind === 'diff' && request.ref !== undefined) words.push(request.ref);
  return { ...descriptions[request.kind], words: words.join(' ') };
}

/** Inspections are audited, because they show what a service logged and which keys its config has. */
export function inspectionDecision(request: InspectionRequest): Decision {
  const { id: deployment, at, service, environment, origin } = request;
  const asked = describeInspection(request).words;
  const about = { at: isoOf(at), service, environment, deployment };
  return { ...about, kind: 'request', person: origin.user, outcome: 'started', asked };
}

/** Returns the Slack command that repeats an inspection. */
export function commandFor(request: InspectionRequest): string {
  const { service, environment } = request;
  return `/argo ${describeInspection(request).words} --service ${service} --env ${environment}`;
}
