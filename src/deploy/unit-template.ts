import { lstat, readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { StageFailed } from './errors.ts';
import type { Checkout } from './ports.ts';
import type { Target } from './settings.ts';
import { templateProblems } from './unit-file.ts';

/** No unit is anywhere near this long. */
const MOST_BYTES = 100_000;

/** The team's own unit out of the commit; undefined where argo-bot writes it. */
export async function readTemplate(
  target: Target,
  checkout: Checkout,
): Promise<string | undefined> {
  const { template } = target.settings.unit;
  if (template === undefined) return undefined;
  const text = await textOf(template, checkout);
  if (typeof text !== 'string') throw refused(template, [text.problem]);
  const problems = templateProblems(target, text);
  if (problems.length > 0) throw refused(template, problems);
  return text;
}

async function textOf(template: string, checkout: Checkout): Promise<string | { problem: string }> {
  const path = join(checkout.directory, template);
  const found = await lstat(path).catch(() => undefined);
  if (!found) return { problem: `commit ${checkout.sha.slice(0, 7)} does not have it` };
  if (!found.isFile()) return { problem: 'it is no plain file' };
  if (found.size > MOST_BYTES) return { problem: `it is longer than ${MOST_BYTES} bytes` };
  // A folder on the way may be a link that leads out of the checkout.
  const inside = `${await realpath(checkout.directory)}${sep}`;
  if (!(await realpath(path)).startsWith(inside))
    return { problem: 'it lies outside the checkout' };
  return readFile(path, 'utf8');
}

function refused(template: string, problems: string[]): StageFailed {
  return new StageFailed(`the unit template ${template} cannot be used: ${problems.join('\n')}`, {
    code: 'unit-template',
    next: 'Mend the template, commit it and deploy the new commit; nothing was sent to any host.',
  });
}
