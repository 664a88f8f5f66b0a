import { describe, expect, test } from '@jest/globals';
import { referencePages } from '../../../packaging/docs/pages.ts';
import { generate, problemsIn, readPages, unusedCodes } from '../../../packaging/docs/check.ts';
import { environmentTexts } from '../../../packaging/docs/texts/environment.ts';
import { stageKeys } from '../../../packaging/docs/texts/stages.ts';
import { serviceTexts } from '../../../packaging/docs/texts/settings.ts';
import { failureCodes } from '../../../src/deploy/record/codes.ts';
import { commandNames, usageOf } from '../../../src/slack/grammar/commands.ts';
import { environmentNames, read } from '../support/files.ts';

async function missingFrom(pages: Promise<unknown> | undefined, missing: string[]) {
  await pages;
  return missing;
}

/** What the generator reports while something is different. */
async function reported(change: () => void, restore: () => void): Promise<string[]> {
  const missing: string[] = [];
  change();
  try {
    return await missingFrom(
      referencePages((what) => missing.push(what)),
      missing,
    );
  } finally {
    restore();
  }
}

/** Read from the source, not from the registry that the generator reads. */
const metricNames = (): string[] =>
  [...read('src/ops/metrics.ts').matchAll(/'(argo_\w+)'/g)].map(([, name]) => name ?? '');

const generated = generate();
const pagesNow = referencePages(() => {});

describe('the reference', () => {
  test.each(commandNames.map(usageOf))('has the command %s', async (usage) => {
    expect((await pagesNow)['commands']).toContain(`\`${usage}\``);
  });

  test.each(environmentNames())('has the variable %s', async (name) => {
    expect((await pagesNow)['environment']).toContain(`- \`${name}\``);
  });

  test.each(Object.entries(failureCodes))('has every code of %s', async (page, codes) => {
    const shown = (await pagesNow)[page] ?? '';
    expect(codes.filter((code) => !shown.includes(`\n## ${code}\n`))).toEqual([]);
  });

  test.each(metricNames())('has the metric %s', async (name) => {
    expect((await pagesNow)['metrics']).toMatch(new RegExp(`^- \`${name}\` \\(\\w+\\): \\w`, 'm'));
  });

  test.each(stageKeys)('has the stage %s', async (key) => {
    expect((await pagesNow)['stages']).toContain(`(\`${key}\``);
  });

  test('a setting and a variable without a text are found, and a text without a setting', async () => {
    const { PORT = '' } = environmentTexts;
    const { entry = '' } = serviceTexts;
    const found = await reported(
      () => {
        delete environmentTexts['PORT'];
        delete serviceTexts['entry'];
        serviceTexts['nowhere'] = 'x';
      },
      () => {
        Object.assign(environmentTexts, { PORT });
        Object.assign(serviceTexts, { entry });
        delete serviceTexts['nowhere'];
      },
    );
    expect(found.toSorted()).toEqual([
      'packaging/docs/texts/environment.ts does not explain PORT',
      'packaging/docs/texts/settings.ts does not explain entry',
      'packaging/docs/texts/settings.ts explains nowhere, which argo.yml does not have',
    ]);
  });

  test('a code that nothing uses is found', () => {
    expect(unusedCodes(['used', 'unused'], "code: 'used'")).toEqual([
      'src/deploy/record/codes.ts lists unused, which no failure has',
    ]);
  });
});

describe('the check', () => {
  test('finds nothing in the repository', async () => {
    expect(problemsIn(readPages(), await generated)).toEqual([]);
  });

  test.each([
    ['a command', 'commands', /^## \/argo lock\n\n.*\n\n.*\n/m],
    ['a command of the CLI', 'cli', /^## argo-bot repair\n/m],
    ['a code', 'errors-release', /^## preflight\n\n.*\n/m],
    ['a code of the list', 'errors', /^- \[`preflight`\].*\n/m],
    ['a setting of a service', 'argo-yml', /^- `health\.path`.*\n/m],
    ['a setting of an environment', 'argo-yml-environments', /^- `watch\.checks`.*\n/m],
    ['a variable', 'environment', /^- `ARGO_DATA`.*\n/m],
    ['a stage', 'stages', /^- .*\(`preflight`,.*\n/m],
    ['a metric', 'metrics', /^- `argo_locked`.*\n/m],
  ])('finds that %s is missing from the reference', async (_, name, entry) => {
    const pages = readPages();
    const path = `docs/reference/${name}.md`;
    const text = pages.get(path) ?? '';
    expect(text).toMatch(entry);
    pages.set(path, text.replace(entry, ''));
    expect(problemsIn(pages, await generated)).toContain(
      `${path} is not current: run npm run docs`,
    );
  });

  test.each([
    ['a broken link', '[x](docs/nowhere.md)', 'links to docs/nowhere.md, which does not exist'],
    [
      'a broken anchor',
      '[x](docs/reference/errors-release.md#nowhere)',
      'links to docs/reference/errors-release.md#nowhere, which has no such heading',
    ],
    ['a README that is too long', 'x\n'.repeat(151), 'has 151 lines (limit 150)'],
  ])('finds %s in the README', async (_, text, problem) => {
    const pages = readPages();
    pages.set('README.md', text);
    expect(problemsIn(pages, await generated)).toContain(`README.md ${problem}`);
  });

  test('finds a page below docs/ that is too long', async () => {
    const path = 'docs/how-to/upgrade.md';
    const pages = readPages();
    pages.set(path, 'x\n'.repeat(201));
    expect(problemsIn(pages, await generated)).toContain(`${path} has 201 lines (limit 200)`);
  });
});
