// Runs `argo-bot repair`: lists records that cannot be read, and sets one aside.
import { BOT } from '../deploy/record/events.ts';
import { readSettings } from '../argo-yml/argo-yml.ts';
import { readEnvironment } from '../argo-yml/environment.ts';
import { allTargets } from '../deploy/settings/settings.ts';
import { createRedactor } from '../deploy/secrets/redactor.ts';
import { createRecords } from '../redis/records/records.ts';
import { type Damaged, findDamaged, setAside } from '../redis/records/repair.ts';
import { personHere, withRedis } from './cli-redis.ts';
import { Exit } from './exit.ts';

/** Lists unreadable records. With an id, sets that record aside and locks its environment. Returns the exit code. */
export async function repair(id: string | undefined): Promise<number> {
  const environment = readEnvironment(process.env);
  const places = allTargets(readSettings(environment.ARGO_CONFIG));
  return withRedis(environment, 'argo-bot repair', async (writing) => {
    const records = createRecords({
      ...writing,
      redactor: createRedactor(),
      subscribe: () => Promise.resolve(() => Promise.resolve()),
    });
    const damaged = await findDamaged(records, places, id);
    const [one] = damaged;
    if (!one) return reportNothing(id);
    if (id === undefined) return reportList(damaged);
    const reason = `the record of deployment ${id} could not be read and was set aside; check the hosts with /argo health and argo-bot doctor`;
    const lock = { reason, by: BOT, at: Date.now() };
    return reportSetAside(one, await setAside(writing, one, lock, { places, by: personHere() }));
  });
}

function reportNothing(id: string | undefined): number {
  process.stdout.write(
    id === undefined
      ? 'Every record of a deployment can be read.\n'
      : `The record of ${id} can be read, or there is none. Nothing was changed.\n`,
  );
  return Exit.fine;
}

function reportList(damaged: readonly Damaged[]): number {
  for (const { id, why, holds } of damaged) {
    const where = holds ? `, which holds ${holds.service} in ${holds.environment}` : '';
    process.stdout.write(`${id}${where}: ${why}\n  Set it aside: argo-bot repair ${id}\n`);
  }
  return Exit.found;
}

function reportSetAside({ id, holds }: Damaged, locked: boolean): number {
  const kept = `{argo}:aside:${id}`;
  process.stdout.write(`${id} was set aside; Redis keeps it as ${kept}.\n`);
  if (locked && holds) {
    process.stdout.write(
      `${holds.service} in ${holds.environment} is locked, because that deployment may have moved users. ` +
        `Next: argo-bot doctor --service ${holds.service} --env ${holds.environment}. Then, in Slack: /argo unlock --service ${holds.service} --env ${holds.environment}\n`,
    );
  }
  return Exit.fine;
}
