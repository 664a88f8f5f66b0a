import { StageFailed } from '../errors.ts';
import { known } from '../layout.ts';
import type { Finding } from '../ports.ts';
import type { Stage, StageContext } from '../stage.ts';

export const checks: Stage = {
  name: 'checks',
  title: 'Checks passing',
  on: 'bot',
  changes: false,
  timeoutMs: 1_800_000,
  async run(context) {
    const { ports, target, facts, signal } = context;
    const { sha } = known(facts, 'commit');
    const checkout = await ports.source.checkout(target.settings.source, sha, signal);
    const python = target.settings.checks.python
      ? await checkPython(context, checkout.directory)
      : 0;
    for (const command of target.settings.checks.commands) {
      await ports.commands.run(command, checkout.directory, signal);
    }
    const parts = [
      ...(python > 0 ? [`${python} Python files`] : []),
      ...target.settings.checks.commands.map(({ name }) => name),
    ];
    return parts.length === 0
      ? { summary: 'none declared', skipped: true }
      : { summary: parts.join(', ') };
  },
};

async function checkPython(context: StageContext, directory: string): Promise<number> {
  const { ports, target, signal } = context;
  const { sha } = known(context.facts, 'commit');
  const { files } = await ports.source.discover({ directory, sha }, target.settings.files);
  const modules = files
    .filter(({ path }) => path.endsWith('.py'))
    .map(({ path, sha256 }) => ({ path, sha256 }));
  const findings = await ports.python.check(directory, modules, signal);
  if (findings.length > 0) throw pythonFailed(findings);
  return modules.length;
}

function pythonFailed(findings: Finding[]): StageFailed {
  const lines = findings.map(
    ({ path, line, column, code, message }) => `${path}:${line}:${column} ${code} ${message}`,
  );
  const shown = lines.slice(0, 5).join('\n');
  const more = lines.length > 5 ? `\n… ${lines.length - 5} more` : '';
  return new StageFailed(`Python checks found ${lines.length} errors\n${shown}${more}`, {
    code: 'python-findings',
    next: 'Fix these lines, commit, and deploy the new commit.',
    log: lines.join('\n'),
  });
}
