// Implements the stage that checks each host: disk, ports, user, clock, virtual environment, imports.
import { type Problem, problemsSeen } from '../host/known-problems.ts';
import { requireFact } from '../record/facts.ts';
import { StageFailed } from '../record/errors.ts';
import { portOf, unitName, userOf } from '../settings/layout.ts';
import { linesByHost, onEveryHost, runScript, scriptCall } from '../step/on-every-host.ts';
import { megabytes } from '../settings/unit.ts';
import { refuseOldApproval } from '../acts/approval.ts';
import { readRequirements } from '../release/requirements.ts';
import type { Host, Requirements, ScriptCall } from '../ports/ports.ts';
import { learnSecrets } from '../release/release-secrets.ts';
import type { Target } from '../settings/settings.ts';
import { placementOf, type Stage, type StageContext } from '../step/stage.ts';

export const preflight: Stage = {
  async run(context) {
    refuseOldApproval(context.deployment);
    const requirements = await readRequirements(context);
    const reports = await onEveryHost(context, (host) => checkHost(context, host, requirements));
    const found = Object.entries(reports).filter(([, { problems }]) => problems.length > 0);
    if (found.length > 0) throw failure(reports, Object.fromEntries(found), requirements);
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
    return preflightCall(context, host, await readRequirements(context));
  },
};

function failure(
  all: Readonly<Record<string, Report>>,
  found: Readonly<Record<string, Report>>,
  needed: Requirements | undefined,
): StageFailed {
  const [host, ...others] = Object.keys(found);
  const { path: requirements } = needed ?? {};
  const problems = Object.values(found).flatMap((report) => report.problems);
  const only = problems.length === 1;
  const words = ({ text, fix }: Problem): string =>
    only || fix === undefined ? text : `${text}. Fix: ${fix}`;
  const lines = linesByHost(found, (report) => report.problems.map(words));
  const [first, ...more] = Object.values(all);
  const trace =
    more.length === 0 ? (first?.trace ?? []) : linesByHost(all, ({ trace: some }) => some);
  return new StageFailed((others.length === 0 ? problems.map(words) : lines).join('\n'), {
    code: 'preflight',
    next: nextStep(problems, trace.length > 0, { host, requirements }),
    ...(others.length === 0 ? { host } : {}),
    ...(trace.length > 0 ? { log: trace.join('\n') } : {}),
  });
}

/** `hasTrace`: an import or installation failed, which only a new commit corrects, so `/argo deploy` comes next. */
function nextStep(
  problems: readonly Problem[],
  hasTrace: boolean,
  { host = '', requirements }: { host?: string | undefined; requirements?: string | undefined },
): string {
  const [first, ...more] = problems;
  const fix = more.length === 0 ? first?.fix : undefined;
  const fixes = problems.map((problem) => problem.fix ?? 'commit');
  const then = hasTrace || fixes.some((one) => /\bcommit\b/.test(one)) ? 'deploy' : 'retry';
  if (fix?.startsWith('`')) return `on ${host}: ${fix}. Then \`/argo ${then}\`.`;
  if (fix !== undefined) return `${fix}. Then \`/argo ${then}\`.`;
  if (hasTrace) return `${importFix(first?.text ?? '', requirements)} \`/argo deploy\`.`;
  return `correct ${more.length === 0 ? 'it, commit and push' : 'each of these'}, then \`/argo ${then}\`.`;
}

/** Code of the commit may have written a part of `said`, so only a module's name or a plain path is taken from it. */
function importFix(said: string, requirements: string | undefined): string {
  const [, missing] = /^\S+ imports ([\p{L}\p{N}_]+), which is not installed/u.exec(said) ?? [];
  if (missing === undefined) {
    const [, line = 'the line that the message names'] =
      /, because ([\w./-]+\.py:\d+) fails\b/.exec(said) ?? [];
    return `fix ${line}, commit and push, then`;
  }
  return requirements === undefined
    ? `if ${missing}.py is yours, restore it, commit and push. If it is a package, name a file with ${missing} as \`python.requirements\` in argo.yml and restart argo-bot. Then`
    : `add ${missing} to ${requirements}, or restore ${missing}.py if it is yours. Commit and push, then`;
}

interface Report {
  problems: Problem[];
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
  const [missing, clock] = problemsSeen(context, host);
  // If the bot has found problems itself, the host must not run the next scripts, even if its own checks pass.
  const ahead = missing.length + clock.length > 0 ? undefined : await context.ahead?.(host);
  const answer = await runScript(context, host, 'preflight', parameters, { ahead });
  const fixes = answer.values('fix');
  const reported = answer.values('problem').map((text, at) => ({ text, fix: fixes[at] }));
  const problems = [...missing, ...reported, ...clock];
  // The output of a failed import may quote the config, whose secrets must be redacted.
  if (problems.length > 0) await learnSecrets(context, host, requireFact(context.facts, 'release'));
  return {
    problems,
    warnings: answer.values('warning'),
    trace: answer.values('trace'),
    venv: answer.maybe('venv'),
  };
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

/** Without a usable Python, the host makes no virtual environment, but checks everything else. */
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
