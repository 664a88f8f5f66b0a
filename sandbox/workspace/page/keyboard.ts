import { openJump } from './jump.ts';
import { go, readLook } from './look.ts';

/** What F6 goes through, in order; of each, what takes the focus. */
const REGIONS = [
  '.sidebar .entry.current, .sidebar .entry',
  '.pane.channel textarea, .pane.channel .home button',
  '.pane.thread textarea',
  '.panel button',
];

const regionOf = (node: Element | null) => node?.closest('.sidebar, .pane, .panel');

function nextRegion(step: 1 | -1): void {
  const found = REGIONS.map((selector) => document.querySelector<HTMLElement>(selector)).filter(
    (node) => node !== null && node.checkVisibility(),
  );
  const here = found.findIndex((node) => regionOf(node) === regionOf(document.activeElement));
  found.at((here + step + found.length) % found.length)?.focus();
}

function closeNearest(): void {
  const look = readLook();
  const inPanel = document.activeElement?.closest('.panel') !== null;
  if (look.panel !== undefined && (inPanel || look.thread === undefined)) go({ panel: undefined });
  else if (look.thread !== undefined) go({ thread: undefined });
}

/** F6 from pane to pane, Escape closes, Ctrl+K jumps. Dialogs see to their own keys. */
export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (document.querySelector('dialog[open]') || event.isComposing) return;
    const jump = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey);
    if (!jump && event.key !== 'F6' && event.key !== 'Escape') return;
    event.preventDefault();
    if (jump) openJump();
    else if (event.key === 'F6') nextRegion(event.shiftKey ? -1 : 1);
    else closeNearest();
  });
}
