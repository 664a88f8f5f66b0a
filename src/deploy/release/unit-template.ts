// Reads the team's own unit template from a commit, and refuses one that cannot be used.
import { StageFailed } from '../record/errors.ts';
import type { Checkout } from '../ports/ports.ts';
import { readInside } from '../untrusted/safe-file.ts';
import type { Target } from '../settings/settings.ts';
import { templateProblems } from '../unit/unit-file.ts';

/** Far more than any unit needs. */
const MOST_BYTES = 100_000;

/** The template's text; undefined if none is declared. Fails with StageFailed `unit-template`. */
export async function readTemplate(
  target: Target,
  checkout: Checkout,
): Promise<string | undefined> {
  const { template } = target.settings.unit;
  if (template === undefined) return undefined;
  const text = textOf(template, checkout);
  if (typeof text !== 'string') throw refused(template, [text.problem]);
  const problems = templateProblems(target, text);
  if (problems.length > 0) throw refused(template, problems);
  return text;
}

function textOf(template: string, checkout: Checkout): string | { problem: string } {
  const found = readInside(checkout.directory, template, MOST_BYTES);
  if (found.kind === 'file') return found.content.toString('utf8');
  const missing = `commit ${checkout.sha.slice(0, 7)} does not have it`;
  return { problem: found.kind === 'missing' ? missing : `it ${found.problem}` };
}

function refused(template: string, problems: string[]): StageFailed {
  return new StageFailed(`the unit template ${template} cannot be used: ${problems.join('\n')}`, {
    code: 'unit-template',
    next: 'Mend the template, commit it and deploy the new commit; nothing was sent to any host.',
  });
}
