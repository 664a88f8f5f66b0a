// Keeps the audit: decisions wait in a list, and a sealer moves each into the chain exactly once.
import { z } from 'zod';
import type { Decision } from '../../deploy/audit/decisions.ts';
import { parseDecision, chainEnd, type Head, sealEntry } from '../../deploy/audit/chain.ts';
import { canonical } from '../../deploy/audit/canonical-json.ts';
import { query, type RecordsRedis as Redis, write, type Writing } from '../connection/queries.ts';
import { key } from './keys.ts';
import { SEAL } from './scripts.ts';

/** Decisions that are sealed in one step. */
const BATCH = 100;
const PAGE = 500;

interface Auditing extends Writing {
  redis: Redis;
}

export interface Audit {
  /** Moves waiting decisions into the chain, and returns the new head if there were any. Safe to run in parallel. */
  seal(): Promise<Head | undefined>;
  /** Records a decision that is not part of another write. */
  record(decision: Decision): Promise<void>;
  /** The stored JSON lines of the chain, from the first entry. */
  pages(): AsyncGenerator<string[]>;
}

export function createAudit(options: Auditing): Audit {
  const { redis } = options;
  return {
    async seal() {
      let head: Head | undefined;
      for (;;) {
        const step = await sealBatch(options);
        if (step === 'nothing') return head;
        if (step !== 'conflict') head = step;
      }
    },
    async record(decision) {
      await write(options, redis.call('RPUSH', key('audit-pending'), ...auditLines([decision])));
    },
    async *pages() {
      for (let from = 0; ; from += PAGE) {
        const page = await query(redis.lrange(key('audit'), from, from + PAGE - 1));
        if (page.length > 0) yield page;
        if (page.length < PAGE) return;
      }
    },
  };
}

/** Seals one batch. `conflict` if the chain has changed since it was read. */
async function sealBatch(options: Auditing): Promise<Head | 'conflict' | 'nothing'> {
  const { redis } = options;
  // Read the chain first: while it is unchanged, no other sealer has taken decisions from the list.
  const end = await endOf(redis);
  const lines = await query(redis.lrange(key('audit-pending'), 0, BATCH - 1));
  if (lines.length === 0) return 'nothing';
  let { head } = end;
  const entries = lines.map((line) => {
    const next = sealEntry(head, parseDecision(line));
    head = next.head;
    return next.json;
  });
  const keys = [key('audit-pending'), key('audit')];
  const expected = [String(end.head.n), end.mark];
  const sealing = redis.eval(SEAL, keys.length, ...keys, ...expected, ...entries);
  return (await write(options, sealing)) === 1 ? head : 'conflict';
}

async function endOf(redis: Redis): Promise<ReturnType<typeof chainEnd>> {
  const length = z.number().parse(await query(redis.call('LLEN', key('audit'))));
  if (length === 0) return chainEnd(undefined, 0);
  // By index, because another sealer may have added entries since.
  const [last] = await query(redis.lrange(key('audit'), length - 1, length - 1));
  return chainEnd(last, length);
}

/** The JSON lines that scripts push to `audit-pending`. */
export function auditLines(decisions: readonly Decision[]): string[] {
  return decisions.map((decision) => canonical(decision));
}
