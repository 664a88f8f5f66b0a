// Writes the summary of a deployment whose record Redis lost.
import type { KnownBlock } from '@slack/types';
import { Ending } from '../../../deploy/record/events.ts';
import type { Place } from '../../../deploy/history/records.ts';
import { section } from '../parts/blocks.ts';
import { nextStep } from '../parts/next-step.ts';
import { code } from '../parts/text.ts';
import { icons } from '../parts/state.ts';

const ICON = '⚠️';

/** Returns whether a summary in Slack shows, by its first icon, that the deployment has ended or was interrupted. */
export function saysItIsOver(text: string): boolean {
  const ends = [...Ending.options.map((ending) => icons[ending]), ICON];
  return ends.some((icon) => text.startsWith(icon));
}

/** Names the command that asked for the deployment, as far as its title tells. */
function openWords(about: string): string {
  const dry = about.includes('(dry run)');
  const again = about.includes(' ↩ ')
    ? '/argo rollback'
    : about.includes(': restart of ')
      ? '/argo restart'
      : about.includes(': config push with ')
        ? '/argo config push'
        : `/argo deploy${dry ? ' --dry-run' : ''}`;
  return `Users are not affected. *Next:* \`${again}\`.`;
}

/** Returns the new content of the summary message. `was`: its current text in Slack; `place`: what was locked. */
export function interrupted(
  was: string,
  place: Place | undefined,
): { text: string; blocks: KnownBlock[] } {
  const [head = ''] = was.split(' · ');
  const about = head.replace(/^\S+ /u, '');
  const text = `${ICON} ${about} · *interrupted*: Redis lost its data, so this deployment has stopped. ${place ? lockedWords(place) : openWords(about)}`;
  return { text, blocks: [section(text)] };
}

function lockedWords({ service, environment }: Place): string {
  const flags = `--service ${service} --env ${environment}`;
  const next = nextStep('check what users have with `/argo health`.', { flags });
  const unlock = code(`/argo unlock ${flags}`, 200);
  return `Users are on the old or the new release, and no watch protects them. Deployments are *locked* until ${unlock}. ${next}`;
}
