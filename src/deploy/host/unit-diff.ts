// Decides whether a service's one unit differs only in the slot of its release.
import { type Slot, slotNames } from '../record/events.ts';
import { hasOneUnit } from '../settings/layout.ts';
import type { Target } from '../settings/settings.ts';

/** True if one unit differs only in the folder of its release, which changes with every deployment. */
export function isOnlySlot(target: Target, diff: readonly string[]): boolean {
  if (!hasOneUnit(target)) return false;
  const { root } = target.place;
  const lines = (sign: string): string[] =>
    diff
      .filter((line) => line.startsWith(sign))
      .map((line) =>
        slotNames.reduce((text, slot) => withoutSlot(text, slot, root), line.slice(1)),
      );
  return lines('-').join('\n') === lines('+').join('\n');
}

/** Replaces the slot where argo-bot writes it: in the description, in ARGO_SLOT, and in paths below the root. */
function withoutSlot(line: string, slot: Slot, root: string): string {
  return line
    .replaceAll(`${root}/${slot}/`, `${root}/slot/`)
    .replace(new RegExp(`^(WorkingDirectory=.*/)${slot}$`), '$1slot')
    .replace(new RegExp(`^(Description=.* )\\(${slot}\\)$`), '$1(slot)')
    .replace(`ARGO_SLOT=${slot}`, 'ARGO_SLOT=slot');
}
