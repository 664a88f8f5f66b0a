import { el } from './element.ts';
import { snapshot, userName } from './state.ts';

/** Colours on which white letters have a contrast of at least 4.5. */
const COLOURS = 6;

/** By their place among the people, so that those who play have different ones. */
function colourOf(user: string): number {
  return Math.max(0, snapshot().users.findIndex(({ id }) => id === user) % COLOURS);
}

/** A square with the first letter; the app has a face of its own. */
export function avatar(user: string): HTMLElement {
  const bot = user === snapshot().identity.botUserId;
  const face = bot ? 'app' : `colour-${colourOf(user)}`;
  const letter = bot ? '⛵' : userName(user).slice(0, 1).toUpperCase();
  return el('span', { class: `avatar ${face}`, 'aria-hidden': 'true' }, letter);
}
