// Stores the audit. Decisions wait in a list until `seal` moves each into the hash chain exactly once.
import { z } from 'zod';
import type { Decision } from '../../deploy/audit/decisions.ts';
import { parseDecision, chainEnd, type Head, sealEntry } from '../../deploy/audit/chain.ts';
import { canonical } from '../../deploy/audit/canonical-json.ts';
import { query, runScript, write, type Writing } from '../connection/queries.ts';
import { key } from './keys.ts';
import { SEAL } from './scripts.ts';

/** How many decisions one step moves into the chain. */
const BATCH = 100;
const PAGE = 500;

export interface Audit {
  /** Moves waiting decisions into the chain, and returns its new head if there were any. Safe to run in parallel. */
  seal(): Promise<Head | undefined>;
  /** Records a decision that is not part of another write. */
  record(decision: Decision): Promise<void>;
  /** Returns the stored JSON lines of the chain in pages, from the first entry. */
  pages(): AsyncGenerator<string[]>;
}

export function createAudit(options: Writing): Audit {
  const { redis } = options;
  return {
    async seal() {
      // Each worker calls this every two seconds, and mostly nothing waits, so look first with one cheap command.
      const waiting = await query(redis.lrange(key('audit-pending'), 0, 0));
      if (waiting.length === 0) return undefined;
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

/** Moves one batch of decisions into the hash chain. Returns `conflict` if another process has changed the chain. */
async function sealBatch(options: Writing): Promise<Head | 'conflict' | 'nothing'> {
  // Read the chain before the list: while the chain is unchanged, no other process has taken decisions from the list.
  const end = await endOf(options);
  const lines = await query(options.redis.lrange(key('audit-pending'), 0, BATCH - 1));
  if (lines.length === 0) return 'nothing';
  let { head } = end;
  const entries = lines.map((line) => {
    const next = sealEntry(head, parseDecision(line));
    head = next.head;
    return next.json;
  });
  const keys = [key('audit-pending'), key('audit')];
  const given = [String(end.head.n), end.mark, ...entries];
  return (await runScript(options, SEAL, keys, given)) === 1 ? head : 'conflict';
}

async function endOf({ redis }: Writing): Promise<ReturnType<typeof chainEnd>> {
  const length = z.number().parse(await query(redis.call('LLEN', key('audit'))));
  if (length === 0) return chainEnd(undefined, 0);
  // Read the entry by index, because another process may have added entries since.
  const [last] = await query(redis.lrange(key('audit'), length - 1, length - 1));
  return chainEnd(last, length);
}

/** Returns decisions as the JSON lines that scripts push to the list `audit-pending`. */
export function auditLines(decisions: readonly Decision[]): string[] {
  return decisions.map((decision) => canonical(decision));
}
