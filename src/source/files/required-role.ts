// Decides which files argo.yml demands, as `required:` or as `entry`, and how messages name the two.
import type { DiscoverySettings } from '../../deploy/ports/ports.ts';

/** Parts of messages about a file that argo.yml names: `is` says its role, the others what to change in argo.yml. */
interface Role {
  is: string;
  correct: string;
  remove: string;
}

const CORRECT_ENTRY = 'set `entry` in argo.yml to the right file and restart argo-bot';
const ENTRY: Role = { is: 'is the entry file', correct: CORRECT_ENTRY, remove: CORRECT_ENTRY };
const REQUIRED: Role = {
  is: 'is required',
  correct: 'correct `required:` in argo.yml and restart argo-bot',
  remove: 'remove it from `required:` in argo.yml and restart argo-bot',
};

export const roleOf = ({ entry }: { entry?: true | undefined }): Role => (entry ? ENTRY : REQUIRED);

/** The paths and globs that argo.yml requires; the entry file is last, unless `required:` names it too. */
export function wantedBy({
  required,
  entry,
}: DiscoverySettings): { wanted: string; entry?: true }[] {
  const all = required.map((one) => ({ wanted: normalized(one) }));
  if (entry === undefined || all.some(({ wanted }) => wanted === normalized(entry))) return all;
  return [...all, { wanted: normalized(entry), entry: true }];
}

export function normalized(wanted: string): string {
  return wanted.replace(/^\.\//, '').replace(/\/+$/, '');
}
