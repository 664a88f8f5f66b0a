// Validates a submitted deploy form.
import { z } from 'zod';
import type { Place } from '../../deploy/history/records.ts';
import type { SlotChoice } from '../../deploy/record/events.ts';
import { deployWords } from '../grammar/words.ts';
import { ids } from '../contract/values.ts';
import { deployFields } from '../views/form/deploy-modal.ts';

interface DeployAnswers extends Place {
  slot: SlotChoice;
  ref?: string;
  dryRun: boolean;
}

/** An error in a form. `block`: id of the field under which Slack shows it. */
export interface Wrong {
  block: string;
  says: string;
}

export const OUTDATED_FORM =
  'This form is from an older version of argo-bot. Close it and open it again.';

const Option = z.object({ selected_option: z.object({ value: z.string() }).nullish() });
const Values = z.object({
  [deployFields.target]: z.object({ [ids.deployTarget]: Option }),
  [deployFields.slot]: z.object({ [deployFields.slot]: Option }).optional(),
  /** Forms of older versions of argo-bot have this field, so they do not match and are refused. */
  ref: z.undefined().optional(),
  [deployFields.dryRun]: z.object({
    [deployFields.dryRun]: z.object({ selected_options: z.array(z.unknown()).nullish() }),
  }),
});

/** Fields by block id. The id of the commit field ends with the service and environment whose commits it lists. */
const Commits = z.record(z.string(), z.object({ [ids.deployCommit]: Option.optional() }).loose());

export const DeployMetadata = z.strictObject({ channel: z.string().optional() });

/** Reads the form's fields. For slot and ref, the rules of `/argo deploy` apply. */
export function readDeployForm(state: unknown): DeployAnswers | Wrong {
  const { target, slot } = deployFields;
  const read = Values.safeParse(state);
  if (!read.success) return { block: target, says: OUTDATED_FORM };
  const chosen = read.data.target.target.selected_option?.value ?? '';
  const [service, environment] = chosen.split('/');
  if (!service || !environment) return { block: target, says: 'Choose one.' };
  const { commit, block } = chosenCommit(state);
  if (commit !== undefined && block !== `${deployFields.commit}:${chosen}`) {
    return { block, says: `That is not a commit of ${service}: choose again.` };
  }
  const wanted = read.data.slot?.slot.selected_option?.value ?? 'idle';
  const words = deployWords([wanted, ...(commit === undefined ? [] : [commit])]);
  if (typeof words === 'string') return { block: commit === undefined ? slot : block, says: words };
  const dryRun = (read.data['dry-run']['dry-run'].selected_options ?? []).length > 0;
  return { service, environment, dryRun, ...words };
}

function chosenCommit(state: unknown): { block: string; commit: string | undefined } {
  const fields = Object.entries(Commits.safeParse(state).data ?? {});
  const [block, answers] = fields.find(([id]) => id.startsWith(`${deployFields.commit}:`)) ?? [];
  return {
    block: block ?? deployFields.target,
    commit: answers?.[ids.deployCommit]?.selected_option?.value,
  };
}
