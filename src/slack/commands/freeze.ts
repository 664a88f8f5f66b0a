// Answers `/argo freeze` and `unfreeze`: locks or unlocks all environments that the channel operates.
import { createLock } from '../../deploy/acts/lock.ts';
import type { Action } from '../../deploy/acts/policy.ts';
import type { Place } from '../../deploy/history/records.ts';
import { allTargets, type Target } from '../../deploy/settings/settings.ts';
import type { Interaction } from '../contract/interaction.ts';
import { permission } from '../requests/permission.ts';

import type { SlackPorts } from '../contract/ports.ts';
import { say } from '../views/answers/answers.ts';
import { lockedNow, unfrozen } from '../views/answers/locks.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const freeze: CommandListener<'freeze'> = async (command, interaction, ports) => {
  const targets = await targetsFor(ports, interaction, { kind: 'lock' });
  if (targets.length === 0)
    return say('You cannot freeze anything in this channel; that needs the deploy role.');
  const actor = { by: interaction.user, now: Date.now() };
  const wanted = { ...createLock(command, actor), freeze: true };
  const lockedPlaces: Place[] = [];
  let running = false;
  for (const { service, environment } of targets) {
    const place = { service, environment };
    // An existing lock is not replaced: it keeps its reason and its end.
    if ((await ports.records.lockIfOpen(place, wanted)) === undefined) lockedPlaces.push(place);
    running ||= (await ports.records.claim(place)) !== undefined;
  }
  if (lockedPlaces.length === 0)
    return say('Everything here is locked already. `/argo status` says why.');
  ports.log.info(
    { places: lockedPlaces, by: interaction.user, until: wanted.until },
    'environments locked by a freeze',
  );
  return lockedNow(lockedPlaces, wanted, running);
};

export const unfreeze: CommandListener<'unfreeze'> = async (_command, interaction, ports) => {
  const unlockedPlaces: Place[] = [];
  for (const target of allTargets(ports.settings)) {
    const place = { service: target.service, environment: target.environment };
    const lock = await ports.records.readLock(place);
    if (!lock?.freeze) continue;
    const action = { kind: 'unlock', lockedBy: lock.by } as const;
    const verdict = await permission(ports, interaction, action, target);
    if (verdict.kind !== 'allowed') continue;
    // Removes the lock only if it is still this one: a rollback may have set another meanwhile.
    if (await ports.records.unlock(place, interaction.user, lock)) unlockedPlaces.push(place);
  }
  if (unlockedPlaces.length === 0)
    return say('Nothing here is frozen that you can unfreeze. `/argo status` shows all locks.');
  ports.log.info({ places: unlockedPlaces, by: interaction.user }, 'locks of a freeze removed');
  return unfrozen(unlockedPlaces, interaction.user);
};

/** Returns the targets on which this person may perform the action from this channel. */
async function targetsFor(
  ports: SlackPorts,
  interaction: Interaction,
  action: Action,
): Promise<Target[]> {
  const all = allTargets(ports.settings);
  const verdicts = await Promise.all(
    all.map((target) => permission(ports, interaction, action, target)),
  );
  return all.filter((_target, index) => verdicts[index]?.kind === 'allowed');
}
