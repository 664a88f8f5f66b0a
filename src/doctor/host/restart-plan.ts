// Predicts what the next deployment would do on a host without a proxy.
import type { Slot } from '../../deploy/record/events.ts';
import { portOf, unitName, isAdopted } from '../../deploy/settings/layout.ts';
import type { Observation } from '../../deploy/host/observe.ts';
import type { Answer } from '../../deploy/ports/ports.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import { locationLine } from './location-line.ts';

/** Returns the predicted steps, as text. With `strategy: restart` every change comes after the approval. */
export function restartPlan(
  target: Target,
  slot: Slot,
  { facts }: Observation,
  examined: Answer,
): string[] {
  const { root, config_locations } = target.place;
  const unit = unitName(target, slot);
  const { live, liveRelease, slots } = facts;
  const byHand = liveRelease !== undefined && isAdopted(liveRelease);
  const held = slots[slot];
  const aside =
    held !== undefined && isAdopted(held)
      ? [`keep ${root}/${slot}, laid out by hand, as ${root}/releases/${held}`]
      : [];
  const keep = byHand
    ? [`keep the unit ${unit}, made by hand, as the rollback target; its folder stays where it is`]
    : [];
  return [
    live && liveRelease
      ? `users are on ${liveRelease} in ${live}: ${unit} works there`
      : `users are on nothing: there is no ${unit}`,
    ...[
      ...keep,
      ...aside,
      `point ${root}/${slot} to the new release`,
      `stop ${unit}, replace /etc/systemd/system/${unit}, start it on port ${portOf(target, slot)}: users notice this restart`,
    ].map((line) => `after the approval: ${line}`),
    ...config_locations.map((path) => locationLine(path, examined)),
    live && liveRelease
      ? `a rollback returns to ${liveRelease}, by one more restart`
      : 'the first release cannot be rolled back: nothing else runs',
  ];
}
