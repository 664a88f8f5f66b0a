// Somebody who can write to Redis hides an approval: changes who gave it, hashes the entry anew, takes it out, or cuts
// the end of the chain off. `argo-bot audit verify` must name the entry, or miss the head that was kept elsewhere.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startRedis, type PrivateRedis } from '../../sandbox/redis.ts';
import {
  createVerifier,
  parseDecision,
  chainEnd,
  sealEntry,
} from '../../src/deploy/audit/chain.ts';
import { createRedactor } from '../../src/deploy/secrets/redactor.ts';
import { type Audit, createAudit } from '../../src/redis/records/audit.ts';
import { type Connection, connectRedis } from '../../src/redis/connection/connect.ts';
import { key } from '../../src/redis/records/keys.ts';
import { createRecords } from '../../src/redis/records/records.ts';
import { finished } from '../support/events.ts';
import { request } from '../support/stage-context.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
let server: PrivateRedis;
let redis: Connection;
let audit: Audit;
/** As the log of a worker has it, on another machine. */
let kept: string;

beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, 'fail-fast', silent);
  audit = createAudit({ redis });
});
beforeEach(async () => {
  await redis.flushall();
  const records = createRecords({
    redis,
    redactor: createRedactor(),
    subscribe: () => Promise.resolve(() => Promise.resolve()),
  });
  const answer = await records.create(request());
  if (answer.kind !== 'created') throw new Error(answer.kind);
  const { id } = answer.deployment;
  await records.change(id, () => [{ type: 'gate-opened', at: 1, digest: 'f00', expiresAt: 9 }]);
  await records.change(id, () => [{ type: 'approved', at: 2, by: 'U0EVIL', digest: 'f00' }]);
  await records.change(id, () => [finished('succeeded')]);
  kept = (await audit.seal())?.hash ?? '';
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

async function verify() {
  const verifier = createVerifier(kept);
  for await (const page of audit.pages()) for (const line of page) verifier.verifyNext(line);
  return { misfit: verifier.misfit()?.n, hasHead: verifier.has(kept) };
}

const line = async (index: number) => (await redis.lindex(key('audit'), index)) ?? '';

/** What stands there, approved by somebody else, with a hash that is right. */
async function forged(index: number): Promise<string> {
  const { head } = chainEnd(index === 0 ? undefined : await line(index - 1), index);
  return sealEntry(head, { ...parseDecision(await line(index)), person: 'U0GOOD' }).json;
}

describe('an audit that was edited in Redis', () => {
  test('is intact before', async () => {
    expect(await line(1)).toContain('U0EVIL');
    expect(await verify()).toEqual({ misfit: undefined, hasHead: true });
  });

  test('names the approval that has another person', async () => {
    await redis.lset(key('audit'), 1, (await line(1)).replace('U0EVIL', 'U0GOOD'));
    expect(await verify()).toMatchObject({ misfit: 2 });
  });

  test('names the entry after an approval that was hashed anew', async () => {
    await redis.lset(key('audit'), 1, await forged(1));
    expect(await verify()).toMatchObject({ misfit: 3 });
  });

  test('names the place of an approval that was taken out', async () => {
    await redis.lrem(key('audit'), 1, await line(1));
    expect(await verify()).toMatchObject({ misfit: 2 });
  });

  test('has not the head any more where its end was cut off, also when it grows again', async () => {
    await redis.ltrim(key('audit'), 0, 0);
    expect(await verify()).toEqual({ misfit: undefined, hasHead: false });
    await audit.record({ at: 'x', kind: 'setup', person: 'U1', outcome: 'set up' });
    await audit.record({ at: 'x', kind: 'setup', person: 'U1', outcome: 'set up' });
    await audit.seal();
    expect(await verify()).toEqual({ misfit: undefined, hasHead: false });
  });

  test('has not the head any more where all of it was written anew', async () => {
    for (const index of [1, 2]) await redis.lset(key('audit'), index, await forged(index));
    expect(await verify()).toEqual({ misfit: undefined, hasHead: false });
  });
});
