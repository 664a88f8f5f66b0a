// Finds journals that cannot be read, and sets them aside under another key, for `argo-bot repair`.
import { z } from 'zod';
import { isoOf } from '../../deploy/audit/decisions.ts';
import type { Lock, Place, Records } from '../../deploy/history/records.ts';
import { runScript, type Writing } from '../connection/queries.ts';
import { auditLines } from './audit.ts';
import { key, placeKey } from './keys.ts';
import { SET_ASIDE } from './scripts.ts';
import { skipUnreadable } from './stored.ts';

export interface Damaged {
  id: string;
  /** Why the journal cannot be read, for people. */
  why: string;
  /** The service and environment whose claim the deployment holds, if they are in argo.yml. */
  holds: Place | undefined;
}

/** Checks the deployments that are active, hold a claim or have an outdated thread; with `id`, only that one. */
export async function findDamaged(
  records: Records,
  places: readonly Place[],
  id?: string,
): Promise<Damaged[]> {
  const claims = await Promise.all(
    places.map(async (place) => ({ place, claim: await records.claim(place) })),
  );
  const ids = new Set([
    ...(id === undefined ? [] : [id]),
    ...(await records.active()),
    ...(await records.unpainted()),
    ...claims.flatMap(({ claim }) => (claim ? [claim.deployment] : [])),
  ]);
  const found: Damaged[] = [];
  for (const one of ids) {
    if (id !== undefined && one !== id) continue;
    const holds = claims.find(({ claim }) => claim?.deployment === one)?.place;
    const why = await damageOf(records, one);
    if (why !== undefined) found.push({ id: one, why, holds });
  }
  return found;
}

async function damageOf(records: Records, id: string): Promise<string | undefined> {
  try {
    if (await records.read(id)) return undefined;
    return (await records.active()).includes(id) ? 'it has no journal' : undefined;
  } catch (error) {
    // Rethrow other failures, such as an outage of Redis.
    skipUnreadable(error);
    return error instanceof Error ? error.message : '';
  }
}

/** Renames the journal's key and releases its claim. Returns true if it locked an environment. `by` did the repair. */
export async function setAside(
  writing: Writing,
  { id, holds }: Damaged,
  lock: Lock,
  { places, by }: { places: readonly Place[]; by: string },
): Promise<boolean> {
  // A deployment without a claim may be in any queue, so clean all of them.
  let locked = false;
  for (const place of holds ? [holds] : places) {
    const keys = [
      key('journal', id),
      key('aside', id),
      key('active'),
      key('unpainted'),
      placeKey('claim', place),
      placeKey('line', place),
      placeKey('lock', place),
      key('audit-pending'),
    ];
    const given = [id, JSON.stringify(lock), ...auditLines(decisionsOf(id, place, by))];
    const held = await runScript(writing, SET_ASIDE, keys, given);
    locked ||= z.number().parse(held) === 1;
  }
  return locked;
}

/** Returns two decisions for the audit: for a deployment without a claim, and for one with a claim. */
function decisionsOf(deployment: string, { service, environment }: Place, person: string) {
  const at = isoOf(Date.now());
  const aside = { at, kind: 'repair', person, deployment, outcome: 'record set aside' };
  const outcome = 'record set aside, environment locked';
  return [aside, { ...aside, service, environment, outcome }];
}
