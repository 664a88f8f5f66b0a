import { StageFailed } from '../errors.ts';
import { known, portOf, unitName, venvName } from '../layout.ts';
import { onEveryHost, runScript } from '../on-every-host.ts';
import { requirementsText } from '../release-contents.ts';
import type { Host } from '../ports.ts';
import { learnSecrets } from '../release-secrets.ts';
import type { Stage, StageContext } from '../stage.ts';

export const preflight: Stage = {
  name: 'preflight',
  title: 'Pre-flight checks passed',
  on: 'every-host',
  changes: true,
  timeoutMs: 600_000,
  async run(context) {
    const requirements = await requirementsText(context);
    const reports = await onEveryHost(context, (host) => checkHost(context, host, requirements));
    const problems = Object.entries(reports).flatMap(([host, report]) =>
      report.problems.map((problem) => `${host}: ${problem}`),
    );
    if (problems.length > 0) {
      throw new StageFailed(problems.join('\n'), {
        code: 'preflight',
        next: 'These are all the findings at once: mend them and deploy again. Nothing live was touched.',
      });
    }
    const made = Object.values(reports).some(({ venv }) => venv === 'made');
    const { python } = context.target.settings;
    return {
      summary: python
        ? `virtual environment ${made ? 'made' : 'kept'}, ${python.imports.length} imports tried`
        : 'host is ready',
    };
  },
};

async function checkHost(
  context: StageContext,
  host: Host,
  requirements: string,
): Promise<{ problems: string[]; venv: string | undefined }> {
  const { target, facts } = context;
  const { python, unit, entry, config } = target.settings;
  const slot = known(facts, 'slot');
  const release = known(facts, 'release');
  const version = known(facts, 'hosts')[host.name]?.python;
  if (python && version === undefined) {
    return {
      problems: [`${python.interpreter} does not exist or does not run: install python3`],
      venv: undefined,
    };
  }
  const answer = await runScript(context, host, 'preflight', {
    release,
    slot,
    port: portOf(target, slot),
    unit: unitName(target, slot),
    user: unit.user,
    python: python?.interpreter ?? '',
    venv: python ? venvName(requirements, version ?? '', python.system_site_packages) : '',
    requirements: requirements === '' ? '' : (python?.requirements ?? ''),
    wheels: python?.wheels ?? '',
    site_packages: python?.system_site_packages ? 'yes' : 'no',
    imports: python?.imports.join(' ') ?? '',
    entry: entry ?? '',
    config: config?.target ?? '',
    min_free_mb: target.settings.min_free_mb,
  });
  // What an import that fails has to say may quote the config.
  const problems = answer.values('problem');
  if (problems.length > 0) await learnSecrets(context, host, release);
  return { problems, venv: answer.maybe('venv') };
}
