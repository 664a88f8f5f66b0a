// Records in the audit that a person set up a host. Without Redis it only prints a warning.
import { createHash } from 'node:crypto';
import { readEnvironment } from '../argo-yml/environment.ts';
import { isoOf } from '../deploy/audit/decisions.ts';
import { isFailure } from '../deploy/record/errors.ts';
import { createAudit } from '../redis/records/audit.ts';
import { personHere, withRedis } from './cli-redis.ts';

/** Records the outcome and the sha256 of `script`, which `--print` prints. Returns false, and warns, if it cannot. */
export async function recordSetup(host: string, script: string, outcome: string): Promise<boolean> {
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
    return true;
  } catch (error) {
    if (!isFailure(error)) throw error;
    const why = error.message.replaceAll(/\n\s*/g, ' ');
    const [which, end] =
      outcome === 'started' ? ['', '. The setup continues.'] : [` (${outcome})`, ''];
    process.stderr.write(
      `  The audit does not have this setup of ${host}${which}: ${why.replace(/\.$/, '')}${end}\n`,
    );
    return false;
  }
}
