// Decides what a person does if nginx and .current_color disagree on which slot is live.
import type { Observation } from './observe.ts';
import type { Target } from '../settings/settings.ts';

/** Returns the next step if nginx and .current_color disagree. Only a person can say which of them is right. */
export function trafficAdvice(
  { place }: Target,
  host: string,
  { proxied, facts: { live } }: Pick<Observation, 'proxied' | 'facts'>,
): string {
  const [slot, ...others] = proxied;
  const back = '`/argo rollback`, then `/argo unlock` and `/argo retry`';
  if (slot === undefined || others.length > 0 || live === undefined)
    return `${back}: this puts users on one slot. \`/argo health\` shows both slots.`;
  return `\`/argo health\` shows both slots. If ${slot} should be live: on ${host}, \`echo ${slot} | sudo tee ${place.root}/.current_color\` tells argo-bot so. If ${live} should be live: ${back}.`;
}
