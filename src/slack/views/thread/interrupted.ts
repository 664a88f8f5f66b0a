// Decides what the summary says of a deployment whose record Redis has lost.
import type { KnownBlock } from '@slack/types';
import { Ending } from '../../../deploy/record/events.ts';
import { section } from '../parts/blocks.ts';
import { icons } from '../parts/state.ts';

const ICON = '⚠️';

/** Whether the text of a summary in Slack says that the deployment is over or interrupted. */
export function saysItIsOver(text: string): boolean {
  const ends = [...Ending.options.map((ending) => icons[ending]), ICON];
  return ends.some((icon) => text.startsWith(icon));
}

const OPEN = '*Next:* ask again; the hosts tell what is live.';
const LOCKED =
  'How far it got is not known, so the environment is *locked*. What it may have left on the hosts: half an upload, or its release, which then runs in the idle slot where nobody is sent to it; the next `/argo deploy` ends and removes both. Were users on it already, nobody watches it. *Next:* look what is live and whether it is well (`/argo health`). If it is: `/argo unlock`, then `/argo deploy` again. If not: `/argo rollback`.';

/** Replaces the summary. `was`: its text as Slack has it. */
export function interrupted(was: string, locked: boolean): { text: string; blocks: KnownBlock[] } {
  const [head = ''] = was.split(' · ');
  const about = head.replace(/^\S+ /u, '');
  const text = `${ICON} ${about} · *interrupted*: Redis has lost its data, and with it the record of this deployment. Nobody goes on with it. Hosts keep serving the release that is live on them. ${locked ? LOCKED : OPEN}`;
  return { text, blocks: [section(text)] };
}
