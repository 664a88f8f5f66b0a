// Answers `/argo lock`, `unlock`, `freeze` and `unfreeze`, and the buttons that unlock.
import { createLock, isLockSeen } from '../../deploy/acts/lock.ts';
import type { Place } from '../../deploy/history/records.ts';
import { allTargets, findTarget } from '../../deploy/settings/settings.ts';
import type { CommandListener, Interaction, Reply } from '../contract/interaction.ts';
import { onTarget } from '../requests/authorize.ts';
import { permission, permitted, whyNothing } from '../requests/permission.ts';
import { denied, noTarget, say } from '../views/answers/answers.ts';
import {
  alreadyLocked,
  lockChanged,
  lockedNow,
  unfrozen,
  unlocked,
} from '../views/answers/locks.ts';
import { environmentOf } from '../views/parts/state.ts';

export const lock: CommandListener<'lock'> = (command, interaction) =>
  onTarget(interaction, command, { kind: 'lock' }, async ({ service, environment, flags }) => {
    const { records, log } = interaction.ports;
    const place = { service, environment };
    const named = { ...place, flags };
    const wanted = createLock(command, { by: interaction.user, now: Date.now() });
    const existing = await records.lockIfOpen(place, wanted);
    if (existing) return alreadyLocked(named, existing, interaction.user);
    const { by, until, reason } = wanted;
    log.info(
      { ...place, by, until, reason },
      'a person locked an environment, so no deployment can start there',
    );
    return lockedNow([named], wanted, (await records.claim(place)) !== undefined);
  });

/** `seenAt`: creation time of the lock that the person saw. A lock that replaced it meanwhile is not removed. */
export async function unlock(
  names: Partial<Place>,
  interaction: Interaction,
  seenAt?: number,
): Promise<Reply> {
  const { ports, user } = interaction;
  const found = findTarget(ports.settings, names.service, names.environment);
  if (found.kind !== 'found') return noTarget(found, interaction.typed);
  const { service, environment } = found.target;
  const place = { service, environment };
  const current = await ports.records.readLock(place);
  const by = current?.byCommand ? { lockedBy: current.by } : {};
  return onTarget(interaction, place, { kind: 'unlock', ...by }, async () => {
    if (current && !isLockSeen(current, seenAt)) return lockChanged(found.target, current, user);
    const removed = await ports.records.unlock(place, user, current);
    if (!removed) {
      const now = await ports.records.readLock(place);
      return now
        ? lockChanged(found.target, now, user)
        : say(`${environmentOf(place)} is not locked.`);
    }
    ports.log.info(
      { ...place, by: user },
      'a person unlocked an environment, so deployments can start there again',
    );
    return unlocked(place, user, removed);
  });
}

export const freeze: CommandListener<'freeze'> = async (command, interaction) => {
  const { ports, user: by } = interaction;
  const targets = await permitted(ports, interaction, { kind: 'lock' });
  if (targets.length === 0)
    return (
      (await whyNothing(ports, interaction, { kind: 'lock' })) ??
      say('You cannot freeze anything in this channel; that needs the deploy role.')
    );
  const wanted = { ...createLock(command, { by, now: Date.now() }), freeze: true };
  const places: Place[] = [];
  let running = false;
  for (const { service, environment } of targets) {
    const place = { service, environment };
    // `lockIfOpen` does not replace an existing lock, which keeps its reason and its end.
    if ((await ports.records.lockIfOpen(place, wanted)) === undefined) places.push(place);
    running ||= (await ports.records.claim(place)) !== undefined;
  }
  if (places.length === 0)
    return say('Everything here is already locked. `/argo status` says why.');
  ports.log.info(
    { places, by, until: wanted.until },
    'a person locked environments with /argo freeze, so no deployment can start there',
  );
  return lockedNow(places, wanted, running);
};

export const unfreeze: CommandListener<'unfreeze'> = async (_command, interaction) => {
  const { ports, user: by } = interaction;
  const places: Place[] = [];
  let refused: Reply | undefined;
  for (const target of allTargets(ports.settings)) {
    const place = { service: target.service, environment: target.environment };
    const current = await ports.records.readLock(place);
    if (!current?.freeze) continue;
    const action = { kind: 'unlock', lockedBy: current.by } as const;
    const verdict = await permission(ports, interaction, action, target);
    if (verdict.kind === 'denied') {
      refused = denied(verdict.reason, verdict.ask, verdict.channels);
      continue;
    }
    // `current` lets Redis remove only this lock: a rollback may have set another one meanwhile.
    if (await ports.records.unlock(place, by, current)) places.push(place);
  }
  if (places.length === 0)
    return (
      refused ??
      say('Nothing here is frozen that you can unfreeze. `/argo status` shows all locks.')
    );
  ports.log.info(
    { places, by },
    'a person ended a freeze, so deployments can start in these environments again',
  );
  return unfrozen(places, by);
};
