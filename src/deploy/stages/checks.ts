import { createHash } from 'node:crypto';
import { StageFailed } from '../errors.ts';
import { known } from '../layout.ts';
import { liveCommit } from '../live-by-record.ts';
import type { Finding } from '../ports.ts';
import type { Stage, StageContext } from '../stage.ts';

export const checks: Stage = {
  name: 'checks',
  title: 'Checks passing',
  noun: 'checks',
  changes: false,
  timeoutMs: 1_800_000,
  async run(context) {
    const { ports, target, facts, signal } = context;
    const { sha } = known(facts, 'commit');
    const asked = await digestOf(context, sha);
    const proven = await provenBefore(context, asked);
    if (proven) return { ...proven, skipped: true, facts: { checked: asked } };
    const checkout = await ports.source.checkout(target.settings.source, sha, signal);
    const python = await checkPython(context, checkout.directory);
    const tests = await runCommands(context, checkout.directory);
    const parts = [...(python === undefined ? [] : [python]), ...tests.parts];
    return parts.length === 0
      ? { summary: 'none declared', skipped: true }
      : {
          summary: [...parts, ...(tests.parts.length === 0 ? ['no tests declared'] : [])].join(
            ', ',
          ),
          warnings: tests.warnings,
          facts: { checked: asked },
        };
  },
};

/** `214 tests passed in unit tests`; a command that ends well without one test has tested nothing. */
async function runCommands(
  { ports, target, signal }: StageContext,
  directory: string,
): Promise<{ parts: string[]; warnings: string[] }> {
  const parts: string[] = [];
  const warnings: string[] = [];
  for (const command of target.settings.checks.commands) {
    const { passed } = await ports.commands.run(command, directory, signal);
    const { name } = command;
    if (passed === 0) warnings.push(`${name} ended well, but no test ran`);
    const many = passed === 1 ? '1 test' : `${passed} tests`;
    parts.push(passed ? `${many} passed in ${name}` : `${name} passed`);
  }
  return { parts, warnings };
}

/** Changes with the commit and with everything that the checks are made of. */
async function digestOf({ ports, target }: StageContext, sha: string): Promise<string> {
  const { checks: declared, files } = target.settings;
  const live = declared.python === 'changed' ? await liveCommit(ports.records, target) : undefined;
  return createHash('sha256')
    .update(JSON.stringify([sha, declared, files, live]))
    .digest('hex');
}

/** What the deployment that this one tries again has passed already; its warnings come along. */
async function provenBefore(
  { ports, request }: StageContext,
  asked: string,
): Promise<{ summary: string; warnings: string[] } | undefined> {
  if (request.retryOf === undefined) return undefined;
  const before = await ports.records.read(request.retryOf);
  const stage = before?.stages.find(({ name }) => name === 'checks');
  const passed = stage?.status === 'done' || stage?.status === 'skipped';
  if (!passed || before?.facts.checked !== asked) return undefined;
  return { summary: 'passed before, for the same commit', warnings: stage.warnings };
}

/** Says what was checked; undefined where nothing was to be. */
async function checkPython(context: StageContext, directory: string): Promise<string | undefined> {
  const { ports, target, signal } = context;
  const which = target.settings.checks.python;
  if (which === false) return undefined;
  const { sha } = known(context.facts, 'commit');
  const { files } = await ports.source.discover({ directory, sha }, target.settings.files);
  const all = files
    .filter(({ path }) => path.endsWith('.py'))
    .map(({ path, sha256 }) => ({ path, sha256 }));
  const changed = which === 'changed' ? await changedSinceLive(context, sha) : undefined;
  const chosen = changed ? all.filter(({ path }) => changed.has(path)) : all;
  const findings = await ports.python.check(directory, chosen, signal);
  if (findings.length > 0) throw pythonFailed(findings);
  if (all.length === 0) return undefined;
  return changed ? `${chosen.length} changed Python files` : `${all.length} Python files`;
}

/** By the record, since no host has been asked yet; where it does not say, every file is one that changed. */
async function changedSinceLive(
  { ports, target, signal }: StageContext,
  sha: string,
): Promise<ReadonlySet<string> | undefined> {
  const live = await liveCommit(ports.records, target);
  if (live.kind !== 'commit') return undefined;
  return ports.source.changed(target.settings.source, live.sha, sha, signal);
}

function pythonFailed(findings: Finding[]): StageFailed {
  const lines = findings.map(
    ({ path, line, column, code, message }) => `${path}:${line}:${column} ${code} ${message}`,
  );
  const shown = lines.slice(0, 5).join('\n');
  const more = lines.length > 5 ? `\n… ${lines.length - 5} more` : '';
  return new StageFailed(
    `Python checks found ${lines.length === 1 ? 'an error' : `${lines.length} errors`}\n${shown}${more}`,
    {
      code: 'python-findings',
      next: 'Fix these lines, commit, and deploy the new commit.',
      log: lines.join('\n'),
    },
  );
}
