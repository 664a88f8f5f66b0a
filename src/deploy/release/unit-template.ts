// Reads the team's own unit template from a commit, and refuses one that cannot be used.
import { CommitRefused } from '../record/errors.ts';
import type { CommitFiles } from '../ports/ports.ts';
import type { Target } from '../settings/settings.ts';
import { templateProblems } from '../unit/unit-file.ts';

type CommitTemplate = Pick<CommitFiles, 'sha' | 'read'>;

/** Size limit in bytes, far above any real unit template. */
const MAX_BYTES = 100_000;

/** Returns the template's text, or undefined if none is declared. Fails with CommitRefused `unit-template`. */
export async function readTemplate(
  target: Target,
  files: CommitTemplate,
): Promise<string | undefined> {
  const { template } = target.settings.unit;
  if (template === undefined) return undefined;
  const text = await textOf(template, files);
  if (typeof text !== 'string') throw refused(template, [text.problem]);
  const problems = templateProblems(target, text);
  if (problems.length > 0) throw refused(template, problems);
  return text;
}

async function textOf(
  template: string,
  files: CommitTemplate,
): Promise<string | { problem: string }> {
  const found = await files.read(template, MAX_BYTES);
  if (found.kind === 'file') return found.content.toString('utf8');
  const missing = `commit ${files.sha.slice(0, 7)} does not have it`;
  return { problem: found.kind === 'missing' ? missing : `it ${found.problem}` };
}

function refused(template: string, problems: string[]): CommitRefused {
  return new CommitRefused(`the unit template ${template} cannot be used: ${problems.join('\n')}`, {
    code: 'unit-template',
    next: 'fix the template, commit and push, then `/argo deploy`.',
  });
}
