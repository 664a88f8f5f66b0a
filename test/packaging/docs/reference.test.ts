import { describe, expect, test } from '@jest/globals';
import { referencePages } from '../../../packaging/docs/pages.ts';
import { problemsIn, readPages, unusedCodes } from '../../../packaging/docs/check.ts';
import { environmentTexts } from '../../../packaging/docs/texts/environment.ts';
import { serviceTexts } from '../../../packaging/docs/texts/settings.ts';
import { failureCodes } from '../../../src/deploy/record/codes.ts';
import { commandNames, usageOf } from '../../../src/slack/grammar/commands.ts';
import { environmentNames } from '../support/files.ts';

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

  test('has metrics', async () => {
    expect((await pagesNow)['metrics']).toMatch(/`argo_deployments_total` \(counter\)/);
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
    expect(await problemsIn(readPages())).toEqual([]);
  });

  test('finds a reference page that is not current', async () => {
    const pages = readPages();
    const path = 'docs/reference/commands.md';
    pages.set(path, (pages.get(path) ?? '').replace('/argo deploy [blue', '/argo ship [blue'));
    expect(await problemsIn(pages)).toContain(`${path} is not current: run npm run docs`);
  });

  test('finds a broken link in the README', async () => {
    const pages = readPages();
    pages.set('README.md', '[x](docs/nowhere.md)');
    expect(await problemsIn(pages)).toContain(
      'README.md links to docs/nowhere.md, which does not exist',
    );
  });
});
