import type { SectionBlock } from '@slack/types';
import { Ending } from '../../deploy/events.ts';
import { section } from './blocks.ts';
import { icons } from './state.ts';

const ICON = '⚠️';

/** Whether a summary line tells of an end, this one included. */
export function saysItIsOver(text: string): boolean {
  const ends = [...Ending.options.map((ending) => icons[ending]), ICON];
  return ends.some((icon) => text.startsWith(icon));
}

/** In the place of the one line in the channel: what it was about, and what to do now. The text is Slack's own. */
export function interrupted(was: string): { text: string; blocks: SectionBlock[] } {
  const [head = ''] = was.split(' · ');
  const about = head.replace(/^\S+ /u, '');
  const text = `${ICON} ${about} · *interrupted*: Redis has lost its data, and with it the record of this deployment. Nobody goes on with it. Hosts keep serving the release that is live on them. *Next:* deploy again; the hosts tell what is live.`;
  return { text, blocks: [section(text)] };
}
