// Implements the stages that start the new release in its slot, and the previous one for a rollback.
import { isNewHost, type Placement } from '../record/facts.ts';
import { unitName, adoptedName } from '../settings/layout.ts';
import { describeRequest } from '../record/requests.ts';
import { mapHosts, onEveryHost, scriptCall } from '../step/on-every-host.ts';
import { runRedacted } from '../release/release-secrets.ts';
import { placementOf, type Stage, type StageContext } from '../step/stage.ts';
import { readSlotState } from '../failure/slot-journal.ts';
import { awaitHealthy } from '../health/health-check.ts';
import type { Answer, Host } from '../ports/ports.ts';
import { checkUnit, editsLost } from '../host/unit-report.ts';

/** The old release keeps running, so a failed start does not affect users. */
export const start: Stage = {
  async run(context) {
    const parameters = startParameters(context);
    const { unit } = parameters;
    const answers = await onEveryHost(context, (host) =>
      runRedacted(context, host, 'start-slot', parameters),
    );
    return {
      summary: `${unit} is running`,
      facts: { restarts: mapHosts(answers, (answer) => Number(answer.value('restarts'))) },
    };
  },
  async onlyScript(context) {
    return scriptCall(context, 'start-slot', startParameters(context));
  },
};

function startParameters(context: StageContext) {
  const placement = placementOf(context);
  return {
    ...placement,
    unit: unitName(context.target, placement.slot),
    // For `/argo restart`: the idle slot may still run this release from an earlier deployment, so start it again.
    ...(describeRequest(context.request).keepsRelease ? { fresh: 'yes' } : {}),
  };
}

/** Makes sure that the rollback target runs: it usually still runs in its slot, else this starts it. */
export const returnSlot: Stage = {
  async run(context) {
    const { rollbackTo } = context.facts;
    if (!rollbackTo)
      return { summary: 'this was the first release: there is none before it', skipped: true };
    const answers = await onEveryHost(context, (host) => {
      // A new host has no earlier release; the `switch-back` stage decides what happens to it.
      if (isNewHost(context.facts.hosts?.[host.name])) return Promise.resolve(undefined);
      return ensureRunning(context, host, rollbackTo);
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

/** Starts the release unless it runs. Returns the host's answer about the unit; undefined if the release ran. */
async function ensureRunning(
  context: StageContext,
  host: Host,
  { release, slot }: Placement,
): Promise<Answer | undefined> {
  const unit = unitName(context.target, slot);
  const state = await readSlotState(context, host, slot, 0);
  // A slot that was installed by hand is a folder instead of a link, so it names no release.
  const inPlace = (state.maybe('release') ?? adoptedName(slot)) === release;
  if (inPlace && state.value('active') === 'active') return undefined;
  // A live slot is not started here: if its service crashed, systemd restarts it.
  const idle = state.maybe('live') !== slot;
  const answer = idle ? await checkUnit(context, host, 'install-unit', { release, slot }) : state;
  if (idle) {
    await runRedacted(context, host, 'start-slot', { release, slot, unit });
  }
  await awaitHealthy(context, host, { release, slot });
  return answer;
}
