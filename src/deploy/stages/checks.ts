// Implements the stage that runs the Python checks and the team's own commands, unless they passed in an earlier try.
import { createHash } from 'node:crypto';
import { checkPythonEarly, errorsIn, expectedVersion } from '../python/check-python.ts';
import { type Facts, requireFact } from '../record/facts.ts';
import { readLiveCommit } from '../history/live-by-record.ts';
import { pythonFailure, pythonWarnings } from '../python/findings.ts';
import { pythonChecks } from '../settings/checks.ts';
import type { Stage, StageContext } from '../step/stage.ts';

export const checks: Stage = {
  async run(context) {
    const { target, facts } = context;
    const { sha } = requireFact(facts, 'commit');
    const declared = pythonChecks(target.settings.checks.python);
    const version = declared && (await expectedVersion(context, declared));
    const digest = await digestOfChecks(context, sha, version);
    const earlier = await resultOfEarlierTry(context, digest);
    if (earlier) return { ...earlier, skipped: true };
    const python = await pythonPart(context, version);
    const tests = await runCommands(context, sha);
    const parts = [...(python ? [python.said] : []), ...tests.parts];
    return parts.length === 0
      ? { summary: 'none declared', skipped: true }
      : {
          summary: [...parts, ...(tests.parts.length === 0 ? ['no tests declared'] : [])].join(
            ', ',
          ),
          warnings: [...(python?.warnings ?? []), ...tests.warnings],
          facts: { checked: digest, ...(python ? { checkedFor: python.version } : {}) },
        };
  },
};

/** Runs the team's commands, and warns of one that ran no test. `parts`: lines as `214 tests passed in unit tests`. */
async function runCommands(
  { ports, target, signal }: StageContext,
  sha: string,
): Promise<{ parts: string[]; warnings: string[] }> {
  const parts: string[] = [];
  const warnings: string[] = [];
  const { commands, dangerously_without_sandbox: unprotected } = target.settings.checks;
  if (commands.length === 0) return { parts, warnings };
  const checkout = await ports.source.checkout(target.settings.source, sha, signal);
  try {
    for (const command of commands) {
      const { name } = command;
      const asked = { ...command, sandbox: !unprotected };
      const { passed } = await ports.commands.run(asked, checkout, signal);
      if (passed === 0) warnings.push(`${name} passed, but ran no test`);
      const many = passed === 1 ? '1 test' : `${passed} tests`;
      parts.push(passed ? `${many} passed in ${name}` : `${name} passed`);
    }
  } finally {
    await checkout.remove();
  }
  return { parts, warnings };
}

/** Equal digests mean the same commit and the same settings of the checks, so the checks need not run again. */
async function digestOfChecks(
  { ports, target }: StageContext,
  sha: string,
  version: string | undefined,
): Promise<string> {
  const { checks: declared, files } = target.settings;
  const changed = pythonChecks(declared.python)?.files === 'changed';
  const live = changed ? await readLiveCommit(ports.records, target) : undefined;
  return createHash('sha256')
    .update(JSON.stringify([sha, declared, files, live, version]))
    .digest('hex');
}

/** Returns the result, with warnings, of the deployment that this one retries, if the same checks passed there. */
async function resultOfEarlierTry(
  { ports, request }: StageContext,
  digest: string,
): Promise<{ summary: string; warnings: string[]; facts: Facts } | undefined> {
  const retryOf = 'retryOf' in request ? request.retryOf : undefined;
  const before = retryOf === undefined ? undefined : await ports.records.read(retryOf);
  const stage = before?.stages.find(({ name }) => name === 'checks');
  const passed = stage?.status === 'done' || stage?.status === 'skipped';
  if (!passed || before?.facts.checked !== digest) return undefined;
  const { checkedFor } = before.facts;
  const facts: Facts = { checked: digest, ...(checkedFor === undefined ? {} : { checkedFor }) };
  return { summary: 'passed before, for the same commit', warnings: stage.warnings, facts };
}

/** Checks the Python files; undefined if there are none. Fails with CommitRefused `python-findings`. */
async function pythonPart(
  context: StageContext,
  version: string | undefined,
): Promise<PythonPart | undefined> {
  const checked = await checkPythonEarly(context, version);
  if (!checked || checked.all + checked.excluded === 0) return undefined;
  const { report, all, asked, changedOnly, excluded } = checked;
  const errors = errorsIn(report);
  if (errors.length > 0) throw pythonFailure(errors);
  const left = [
    ...(excluded > 0 ? [`${excluded} excluded`] : []),
    ...(report.leftOut.length > 0 ? [`${report.leftOut.length} excluded by ruff settings`] : []),
  ];
  const many = changedOnly ? `${asked} changed Python files` : `${all} Python files`;
  return {
    said: `${many}${left.length > 0 ? ` (${left.join(', ')})` : ''}`,
    warnings: pythonWarnings(report.findings),
    version: report.version,
  };
}

interface PythonPart {
  said: string;
  warnings: string[];
  version: string;
}
