// Writes the summary of a deployment whose record Redis lost.
import type { KnownBlock } from '@slack/types';
import { Ending } from '../../../deploy/record/events.ts';
import { section } from '../parts/blocks.ts';
import { icons } from '../parts/state.ts';

const ICON = '⚠️';

/** Returns whether a summary's text in Slack says that the deployment has ended or was interrupted. */
export function saysItIsOver(text: string): boolean {
  const ends = [...Ending.options.map((ending) => icons[ending]), ICON];
  return ends.some((icon) => text.startsWith(icon));
}

const OPEN = '*Next:* run the command again.';
const LOCKED =
  'The deployment’s last step is unknown, so deployments are *locked*. If users are on its release already, no watch protects them. *Next:* `/argo health`. If all is healthy: `/argo unlock`, then `/argo deploy`. If not: `/argo rollback`.';

/** Returns the new content of the summary message. `was`: its current text in Slack. */
export function interrupted(was: string, locked: boolean): { text: string; blocks: KnownBlock[] } {
  const [head = ''] = was.split(' · ');
  const about = head.replace(/^\S+ /u, '');
  const text = `${ICON} ${about} · *interrupted*: Redis lost its data, so this deployment has stopped. Hosts keep serving their live release. ${locked ? LOCKED : OPEN}`;
  return { text, blocks: [section(text)] };
}
