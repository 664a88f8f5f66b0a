import { isNew } from '../record/facts.ts';
import { awaitHealthy } from '../health/health-check.ts';
import { unitName } from '../settings/layout.ts';
import { onEveryHost, runScript } from '../step/on-every-host.ts';
import type { Answer, Host } from '../ports/ports.ts';
import { runTelling } from '../release/release-secrets.ts';
import type { Stage, StageContext } from '../step/stage.ts';
import { askUnit, editsLost } from '../host/unit-report.ts';

/** The release to go back to, running in its slot: kept warm in the usual case, else started anew. */
export const returnSlot: Stage = {
  async run(context) {
    const { rollbackTo } = context.facts;
    if (!rollbackTo)
      return { summary: 'this was the first release: there is none before it', skipped: true };
    const answers = await onEveryHost(context, (host) => {
      // It has no earlier release to start; what becomes of it is decided where traffic moves.
      if (isNew(context.facts.hosts?.[host.name])) return Promise.resolve(undefined);
      return bringUp(context, host, rollbackTo);
    });
    const started = Object.entries(answers).flatMap(([host, answer]) =>
      answer ? [{ host, answer }] : [],
    );
    const unit = unitName(context.target, rollbackTo.slot);
    return {
      summary: `${rollbackTo.release} ${started.length === 0 ? 'was kept warm' : 'started again'}`,
      warnings: started.flatMap(({ host, answer }) =>
        editsLost(context.target, unit, host, answer),
      ),
    };
  },
};

/** What the host said of its unit; nothing where it was warm. */
async function bringUp(
  context: StageContext,
  host: Host,
  { release, slot }: NonNullable<StageContext['facts']['rollbackTo']>,
): Promise<Answer | undefined> {
  const unit = unitName(context.target, slot);
  const state = await runScript(context, host, 'slot-state', { slot, unit, lines: 0 });
  // A slot that was laid out by hand is no link yet, so it names no release.
  const inPlace = (state.maybe('release') ?? `adopted-${slot}`) === release;
  if (inPlace && state.value('active') === 'active') return undefined;
  // A live slot with the right release that has died is systemd's to restart, not ours to replace.
  const idle = state.maybe('live') !== slot;
  const answer = idle ? await askUnit(context, host, 'install-unit', { release, slot }) : state;
  if (idle) {
    await runTelling(context, host, 'start-slot', { release, slot, unit });
  }
  await awaitHealthy(context, host, slot, release);
  return answer;
}
