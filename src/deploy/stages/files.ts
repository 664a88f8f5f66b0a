// Implements the stage that checks the release's files: required ones present, sizes, template, requirements.
import { fileRules } from '../settings/layout.ts';
import { requireFact } from '../record/facts.ts';
import { CommitRefused } from '../record/errors.ts';
import { excludedByReason } from '../release/changes.ts';
import type { Discovery } from '../ports/ports.ts';
import type { Stage } from '../step/stage.ts';
import { declaredRequirements } from '../release/requirements.ts';
import { readTemplate } from '../release/unit-template.ts';

export const files: Stage = {
  async run({ ports, target, facts, signal }) {
    const { sha } = requireFact(facts, 'commit');
    const commit = await ports.source.files(target.settings.source, sha, signal);
    const discovery = await commit.discover(fileRules(target));
    const declared = declaredRequirements(target);
    const missing =
      declared === undefined
        ? []
        : (await commit.requirements(fileRules(target), declared)).problems;
    const problems = [...discovery.problems, ...missing];
    if (problems.length > 0) throw filesFailed({ problems });
    // Fails here if the template is invalid, before any upload.
    await readTemplate(target, commit);
    const bytes = discovery.files.reduce((sum, file) => sum + file.bytes, 0);
    return {
      summary: `${count(discovery.files.length)} files, ${count(discovery.left.length)} left out`,
      warnings: firstWarnings(discovery.warnings ?? []),
      facts: {
        fileCount: discovery.files.length,
        fileBytes: bytes,
        leftOut: excludedByReason(discovery.left),
      },
    };
  },
};

function filesFailed({ problems }: Pick<Discovery, 'problems'>): CommitRefused {
  const lines = problems.map(({ path, problem }) =>
    path === '.' ? problem : `${path} ${problem}`,
  );
  const others = lines.length === 2 ? '1 other file' : `${lines.length - 1} other files`;
  const title = lines.length > 1 ? `${problems[0]?.path} and ${others} cannot be deployed\n` : '';
  const shown = lines.slice(0, 10).join('\n');
  const more = lines.length > 10 ? `\n… ${lines.length - 10} more` : '';
  return new CommitRefused(`${title}${shown}${more}`, {
    code: 'files-missing',
    next: `${problems[0]?.next ?? 'commit the files.'} Then \`/argo deploy\`.`,
    log: problems.map(({ path, problem, next }) => `${path}: ${problem}. ${next}`).join('\n'),
  });
}

/** Keeps 5 warnings and counts the rest: there is one for each encrypted file, and a folder may have thousands. */
function firstWarnings(warnings: string[]): string[] {
  const more = warnings.length - 5;
  return more > 0 ? [...warnings.slice(0, 5), `… ${more} more encrypted files`] : warnings;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
