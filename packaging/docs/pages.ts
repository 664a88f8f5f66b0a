// Writes the reference pages from the code: commands, argo.yml, environment, stages, errors, metrics.
import { createMetrics } from '../../src/ops/metrics.ts';
import { type DeployRequest, type Phase, RequestSchema } from '../../src/deploy/record/events.ts';
import { isDryRun } from '../../src/deploy/record/requests.ts';
import { failureCodes } from '../../src/deploy/record/codes.ts';
import { stagesOf } from '../../src/deploy/record/plan.ts';
import { describeStage } from '../../src/deploy/record/stages.ts';
import { commandNames, commands, usageOf } from '../../src/slack/grammar/commands.ts';
import { cliEntries } from './cli.ts';
import { variablesOf } from './environment.ts';
import { environmentEntries, type Missing, serviceEntries } from './setting-entries.ts';
import { environmentTexts as variableTexts } from './texts/environment.ts';
import { failureTexts } from './texts/failures.ts';
import { intros } from './texts/intros.ts';
import { stageKeys, stageTexts } from './texts/stages.ts';

/** The Markdown of each page by its name in docs/reference. */
export async function referencePages(missing: Missing): Promise<Record<string, string>> {
  return {
    commands: page('commands', commandNames.map(commandEntry)),
    'argo-yml': page('argo-yml', serviceEntries(missing)),
    'argo-yml-environments': page('argo-yml-environments', environmentEntries(missing)),
    cli: page('cli', cliEntries()),
    environment: page('environment', [variableEntries(missing)]),
    stages: page('stages', stageEntries()),
    metrics: page('metrics', [await metricEntries()]),
    errors: page('errors', [errorIndex()]),
    ...Object.fromEntries(
      Object.entries(failureCodes).map(([name, codes]) => [
        name,
        page(name, codes.map(errorEntry)),
      ]),
    ),
  };
}

const NOTE = '<!-- Written by `npm run docs` from the code and packaging/docs/texts. -->';

function page(name: string, parts: readonly string[]): string {
  return `${NOTE}\n\n${[intros[name] ?? `# ${name}`, ...parts].join('\n\n')}\n`;
}

function commandEntry(name: (typeof commandNames)[number]): string {
  const { role, summary } = commands[name];
  const who = role === 'everyone' ? 'Everyone in the channel.' : `Role: \`${role}\`.`;
  const title = name === 'form' ? '/argo' : `/argo ${name}`;
  return [`## ${title}`, `\`${usageOf(name)}\``, `${who} ${sentence(summary)}`].join('\n\n');
}

function variableEntries(missing: Missing): string {
  const lines = variablesOf().map(({ name, default: value }) => {
    const text = variableTexts[name];
    if (text === undefined) missing(`packaging/docs/texts/environment.ts does not explain ${name}`);
    return `- \`${name}\`${value === undefined ? '' : ` (default \`${value}\`)`}: ${text ?? ''}`;
  });
  return lines.join('\n');
}

const PHASES: readonly Phase[] = ['prepare', 'release', 'watch', 'rollback', 'cleanup'];

const requestOf = (more: Partial<DeployRequest>): DeployRequest =>
  RequestSchema.parse({
    kind: 'deploy',
    service: 's',
    environment: 'e',
    origin: { user: 'U1', channel: 'C1', team: 'T1' },
    ...more,
  });

/** Plans that people see, each with its request. */
const PLANS: readonly (readonly [string, Partial<DeployRequest>])[] = [
  ['With a proxy', {}],
  ['Without a proxy', { strategy: 'restart' }],
  ['With a proxy and approval.before: start', { gate: 'start' }],
  ['Restart of the live release', { kind: 'restart' }],
  ['Dry run', { dryRun: true }],
];

function stageEntries(): string[] {
  const plans = PLANS.map(([title, more]) => {
    const request = requestOf(more);
    const phases = isDryRun(request) ? (['prepare'] as const) : PHASES;
    const lines = phases.flatMap((phase) => {
      const titles = stagesOf(request, phase).map((stage) => stage.title);
      return titles.length === 0 ? [] : [`- **${phase}**: ${titles.join(' → ')}`];
    });
    return `## ${title}\n\n${lines.join('\n')}`;
  });
  const stages = stageKeys.map((key) => {
    const { title, timeoutMs } = describeStage(key);
    const limit = timeoutMs > 86_400_000 ? '' : `, at most ${timeoutMs / 1_000} s`;
    return `- **${title}** (\`${key}\`${limit}). It fails on: ${stageTexts[key]}.`;
  });
  return [...plans, `## What makes a stage fail\n\n${stages.join('\n')}`];
}

async function metricEntries(): Promise<string> {
  const metrics = createMetrics();
  metrics.readAtRequest({ queues: async () => [], places: async () => [], sockets: () => 0 });
  const text = await metrics.text();
  // Node's own metrics are described as a whole.
  return [...text.matchAll(/^# HELP (?!process_|nodejs_)(\w+) (.*)\n# TYPE \S+ (\w+)/gm)]
    .map(([, name, help, type]) => `- \`${name}\` (${type}): ${help}`)
    .join('\n');
}

function errorIndex(): string {
  return Object.entries(failureCodes)
    .flatMap(([name, codes]) => codes.map((code) => ({ name, code })))
    .toSorted((a, b) => (a.code < b.code ? -1 : 1))
    .map(({ name, code }) => `- [\`${code}\`](${name}.md#${code})`)
    .join('\n');
}

function errorEntry(code: keyof typeof failureTexts): string {
  const [cause, remedy] = failureTexts[code];
  return `## ${code}\n\n${cause} **Next:** ${remedy}`;
}

const sentence = (text: string): string =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
