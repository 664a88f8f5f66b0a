// Builds the answer that shows the last lines of a stage's log.
import type { StageState } from '../../../deploy/record/deployment.ts';
import type { Reply } from '../../contract/interaction.ts';
import { context, preformatted, section } from '../parts/blocks.ts';
import { plain, quoted } from '../parts/text.ts';

const LINES = 40;
const CHARACTERS = 2_500;

export function logOf({ failure, log }: StageState): string | undefined {
  return failure?.log ?? log;
}

/** The caller must have redacted `log`. */
export function stageLog(noun: string, log: string): Reply {
  const all = log.trimEnd().split('\n');
  const last = all.slice(-LINES);
  while (last.length > 1 && last.join('\n').length > CHARACTERS) last.shift();
  const shown = plain(last.join('\n'), CHARACTERS) || 'No log lines.';
  const head = `Log of the ${quoted(noun, 80)}`;
  const more = all.length - last.length;
  return {
    text: head,
    blocks: [
      section(head),
      preformatted(shown),
      ...(log.trim() === ''
        ? []
        : [
            context(
              more > 0
                ? `The last ${last.length} of ${all.length} lines; the whole log is a file in the thread.`
                : 'That is the whole log.',
            ),
          ]),
    ],
  };
}
