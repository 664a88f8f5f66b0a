// Does the stage that checks each host: disk, ports, user, clock, virtual environment, imports.
import { describeClock } from '../host/observe.ts';
import { requireFact } from '../record/facts.ts';
import { StageFailed } from '../record/errors.ts';
import { portOf, unitName, userOf } from '../settings/layout.ts';
import { linesByHost, onEveryHost, runScript, scriptCall } from '../step/on-every-host.ts';
import { megabytes } from '../settings/unit.ts';
import { refuseOldApproval } from '../acts/approval.ts';
import { requirementsOf } from '../release/requirements.ts';
import type { Host, Requirements, ScriptCall } from '../ports/ports.ts';
import { learnSecrets } from '../release/release-secrets.ts';
import type { Target } from '../settings/settings.ts';
import { placementOf, type Stage, type StageContext } from '../step/stage.ts';

export const preflight: Stage = {
  async run(context) {
    refuseOldApproval(context.deployment);
    const requirements = await requirementsOf(context);
    const reports = await onEveryHost(context, (host) => checkHost(context, host, requirements));
    const problems = linesByHost(reports, (report) => report.problems);
    if (problems.length > 0) {
      const trace = linesByHost(reports, (report) => report.trace);
      throw new StageFailed(problems.join('\n'), {
        code: 'preflight',
        next: nextStep(problems, trace),
        ...(trace.length > 0 ? { log: trace.join('\n') } : {}),
      });
    }
    const made = Object.values(reports).some(({ venv }) => venv === 'made');
    const { python } = context.target.settings;
    return {
      summary: python
        ? `virtual environment ${made ? 'made' : 'kept'}, ${python.imports.length} imports tried`
        : 'host is ready',
      warnings: linesByHost(reports, ({ warnings }) => warnings),
    };
  },
  async onlyScript(context, host) {
    refuseOldApproval(context.deployment);
    const [missing, clock] = problemsSeen(context, host);
    if (missing.length + clock.length > 0) return undefined;
    return preflightCall(context, host, await requirementsOf(context));
  },
};

function nextStep(problems: readonly string[], trace: readonly string[]): string {
  // Only imports and installations leave a trace, and both come from the commit.
  if (trace.length > 0) return 'fix the code or its requirements, commit, then `/argo deploy`.';
  const all = problems.join('\n');
  if (/the imports could not be tried to the end/.test(all))
    return 'fix this, then `/argo retry`; after a commit, `/argo deploy`.';
  if (/the entry file .* is missing or empty/.test(all))
    return problems.length === 1
      ? 'put its code into that file and commit, or correct `entry` in argo.yml; then `/argo deploy`.'
      : 'fix all of this and commit; then `/argo deploy`.';
  return problems.length === 1
    ? 'fix this, then `/argo retry`.'
    : 'fix all of this, then `/argo retry`.';
}

interface Report {
  problems: string[];
  warnings: string[];
  /** Output of failed imports, or of a failed installation by pip. */
  trace: string[];
  venv: string | undefined;
}

async function checkHost(
  context: StageContext,
  host: Host,
  requirements: Requirements | undefined,
): Promise<Report> {
  const { parameters } = preflightCall(context, host, requirements);
  const ahead = await context.ahead?.(host);
  const answer = await runScript(context, host, 'preflight', parameters, { ahead });
  const [missing, clock] = problemsSeen(context, host);
  const problems = [...missing, ...answer.values('problem'), ...clock];
  // The output of a failed import may quote the config, whose secrets must be redacted.
  if (problems.length > 0) await learnSecrets(context, host, requireFact(context.facts, 'release'));
  return {
    problems,
    warnings: answer.values('warning'),
    trace: answer.values('trace'),
    venv: answer.maybe('venv'),
  };
}

/** Problems of Python and of the clock that were found when the hosts were reserved. */
function problemsSeen({ target, facts }: StageContext, host: Host): [string[], string[]] {
  const seen = requireFact(facts, 'hosts')[host.name];
  return [pythonMissing(target, seen?.python), clockProblem(seen?.clockOff)];
}

function preflightCall(
  context: StageContext,
  host: Host,
  requirements: Requirements | undefined,
): ScriptCall {
  const { target, facts } = context;
  const { unit, entry, config } = target.settings;
  const { release, slot } = placementOf(context);
  const seen = requireFact(facts, 'hosts')[host.name];
  return scriptCall(context, 'preflight', {
    release,
    slot,
    port: portOf(target, slot),
    unit: unitName(target, slot),
    unit_live: seen?.live ? unitName(target, seen.live) : '',
    user: userOf(target),
    ...pythonParameters(target, seen?.python, requirements),
    entry: entry ?? '',
    config: config?.target ?? '',
    min_free_mb: target.settings.min_free_mb,
    memory_mb: megabytes(unit.memory_max),
  });
}

/** Without an interpreter no virtual environment is made, but everything else is checked. */
function pythonParameters(
  { settings: { python } }: Target,
  version: string | undefined,
  requirements: Requirements | undefined,
): Record<string, string> {
  const usable = python !== undefined && version !== undefined;
  return {
    python: python?.interpreter ?? '',
    // The first part of the virtual environment's name; the host appends the rest.
    venv: usable ? (requirements?.digest ?? 'none') : '',
    requirements: requirements?.path ?? '',
    pip_folder: requirements?.folder ?? '.',
    projects: requirements?.projects ?? 'none',
    wheels: python?.wheels ?? '',
    require_hashes: python?.require_hashes ? 'yes' : 'no',
    only_binary: python?.only_binary ? 'yes' : 'no',
    site_packages: python?.system_site_packages ? 'yes' : 'no',
    imports: python?.imports.join(' ') ?? '',
  };
}

function pythonMissing({ settings: { python } }: Target, version: string | undefined): string[] {
  if (!python || version !== undefined) return [];
  return [
    `${python.interpreter} does not exist or does not run: apt-get install python3 python3-venv, or correct python.interpreter in argo.yml`,
  ];
}

/** Clock difference in seconds above which certificates and tokens fail, and logs are out of order. */
const MAX_CLOCK_OFF_S = 30;

function clockProblem(seconds = 0): string[] {
  if (Math.abs(seconds) <= MAX_CLOCK_OFF_S) return [];
  return [
    `${describeClock(seconds)}, ${MAX_CLOCK_OFF_S} s are allowed: timedatectl set-ntp true on the one that is wrong`,
  ];
}
