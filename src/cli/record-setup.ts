// Records in the audit that a person set up a host. Without Redis it only prints a warning.
import { createHash } from 'node:crypto';
import { readEnvironment } from '../argo-yml/environment.ts';
import { isoOf } from '../deploy/audit/decisions.ts';
import { isFailure } from '../deploy/record/errors.ts';
import { createAudit } from '../redis/records/audit.ts';
import { personHere, withRedis } from './cli-redis.ts';

/** Records the outcome and the sha256 of `script`, which is the text that `--print` prints. */
export async function recordSetup(host: string, script: string, outcome: string): Promise<void> {
  const decision = {
    at: isoOf(Date.now()),
    kind: 'setup',
    person: personHere(),
    host,
    digest: createHash('sha256').update(script).digest('hex'),
    outcome,
  };
  try {
    await withRedis(readEnvironment(process.env), 'argo-bot host setup', (writing) =>
      createAudit(writing).record(decision),
    );
  } catch (error) {
    if (!isFailure(error)) throw error;
    const [why = ''] = error.message.split('\n');
    process.stderr.write(`  The audit does not have this setup of ${host} (${outcome}): ${why}\n`);
  }
}
