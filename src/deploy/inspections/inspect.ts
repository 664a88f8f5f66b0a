// Runs an inspection within its time limit, and turns a failure into a result for the person.
import { failureRecord } from '../engine/failure-record.ts';
import type { Ports } from '../ports/ports.ts';
import { type FailureRecord, isFailure, Misconfigured, OutcomeUnknown } from '../record/errors.ts';
import { cleanDeepInSlices } from '../secrets/clean-record.ts';
import { findTarget, type Settings, type Target } from '../settings/settings.ts';
import type { HostContext } from '../step/stage.ts';
import { checkConfig, compareConfig } from './config.ts';
import { compareWithLive } from './diff.ts';
import { inspectHealth } from './health.ts';
import {
  describeInspection,
  type Found,
  type InspectionRequest,
  type InspectionResult,
} from './inspection.ts';
import { readLogs } from './logs.ts';

/** Rejects only when `signal` is aborted: another worker then runs the inspection. The result contains no secrets. */
export async function inspect(
  { ports, settings, signal }: { ports: Ports; settings: Settings; signal: AbortSignal },
  request: InspectionRequest,
): Promise<InspectionResult> {
  const { timeoutMs } = describeInspection(request);
  const deadline = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([signal, deadline]);
  const run = () =>
    runInspection({ ports, target: targetOf(settings, request), signal: either }, request);
  let result: InspectionResult;
  try {
    const found = run().catch((error: unknown) => {
      // A connection that an earlier run opened may be dead, so try once more with a new one.
      if (error instanceof OutcomeUnknown && !either.aborted) return run();
      throw error;
    });
    result = await Promise.race([found, rejectOnAbort(either)]);
  } catch (error) {
    signal.throwIfAborted();
    if (!isFailure(error))
      ports.log.error(
        {
          inspection: request.id,
          service: request.service,
          environment: request.environment,
          err: error,
        },
        'an unexpected error ended an inspection, which changes nothing on hosts; the person is told. Report this as a bug',
      );
    result = { kind: 'failed', failure: failureOf(error, request) };
  } finally {
    await ports.hosts.closeAll();
  }
  return cleanDeepInSlices(ports.redactor, result);
}

async function runInspection(
  { ports, target, signal }: Pick<HostContext, 'ports' | 'target' | 'signal'>,
  request: InspectionRequest,
): Promise<InspectionResult> {
  const { title, timeoutMs } = describeInspection(request);
  const unreachableHosts = new Map<string, string>();
  const context: HostContext = {
    deployment: { id: request.id },
    target,
    facts: {},
    ports,
    openHosts: () => Promise.all(target.place.hosts.map((host) => ports.hosts.open(host, signal))),
    unreachableHosts,
    epoch: 0,
    signal,
    timeoutMs,
    title,
  };
  const { findings, warnings = [] } = await findingsOf(context, request);
  const silent = [...unreachableHosts].map(([host, why]) =>
    why.startsWith(`${host} `) ? why : `${host} gave no answer: ${why}`,
  );
  return { kind: 'found', findings, warnings: [...silent, ...warnings] };
}

function findingsOf(context: HostContext, request: InspectionRequest): Promise<Found> {
  switch (request.kind) {
    case 'health':
      return inspectHealth(context);
    case 'logs':
      return readLogs(context, request);
    case 'diff':
      return compareWithLive(context, request.ref);
    case 'config-check':
      return checkConfig(context);
    case 'config-diff':
      return compareConfig(context);
  }
}

function targetOf(settings: Settings, { service, environment }: InspectionRequest): Target {
  const found = findTarget(settings, service, environment);
  if (found.kind === 'found') return found.target;
  throw new Misconfigured(`argo.yml no longer declares ${service} in ${environment}`, {
    code: 'target-gone',
    next: 'restore it in argo.yml, then restart argo-bot: `sudo systemctl restart argo-bot`.',
  });
}

/** Rejects when `signal` is aborted. Some work on hosts notices an abort late, and the person must not wait. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(signal.reason as unknown);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

function failureOf(error: unknown, request: InspectionRequest): FailureRecord {
  const { title: noun, timeoutMs } = describeInspection(request);
  const failure = failureRecord(error, { noun, timeoutMs }, request.id);
  if (failure.code !== 'timed-out') return failure;
  return {
    ...failure,
    next: "run `argo-bot doctor` on the bot's machine: it shows which host or repository is slow.",
  };
}
