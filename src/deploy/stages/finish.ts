// Implements the stage after the watch: verdict of the release, old releases removed, old slot stopped.
import { requireFact } from '../record/facts.ts';
import { Interrupted } from '../record/errors.ts';
import { otherSlot, type Slot } from '../record/events.ts';
import { describeRequest } from '../record/requests.ts';
import { describeGuardReturn } from '../host/guard.ts';
import { stopsOldSlot, unitName, hasOneUnit } from '../settings/layout.ts';
import { type ExternalService, externalServicesIn, describeAddress } from '../host/observe.ts';
import { agreedOrEach, linesByHost, onEveryHost, runScript } from '../step/on-every-host.ts';
import type { Answer } from '../ports/ports.ts';
import type { Stage, StageContext } from '../step/stage.ts';

/** Warns of the service that users had before argo-bot. Only its owners may end it, so the text has the command. */
function describeExternal({ address, unit }: ExternalService): string {
  const where = describeAddress(address);
  if (unit === undefined) {
    return `${where}, which served users before argo-bot, no longer gets traffic from this host`;
  }
  const pid = /^process-(\d+)$/.exec(unit)?.[1];
  const how = pid === undefined ? `systemctl disable --now ${unit}` : `kill ${pid}`;
  return `${unit}, which served users before argo-bot, still runs on ${where} without traffic. To stop it for good: ${how}`;
}

/** Returns what became of the old slot. Before the first release nothing ran in it, and one unit has no slots. */
function describeOldSlot({ facts, target }: StageContext, old: Slot): string {
  if (hasOneUnit(target) || !facts.rollbackTo) return '';
  return `, ${old} ${stopsOldSlot(target) ? 'stopped' : 'keeps running'}`;
}

/** If the guard on this host rolled it back after the last round of the watch, requests a rollback of the others. */
async function rollBackOthers(context: StageContext, host: string, answer: Answer): Promise<void> {
  const at = answer.maybe('returned');
  if (at === undefined) return;
  const { deployment, epoch, facts, ports } = context;
  const reason = describeGuardReturn(host, facts, at);
  await ports.records.changeAs(deployment.id, epoch, (latest) =>
    latest.due === 'watch' ? [{ type: 'rollback-requested', at: Date.now(), reason }] : [],
  );
  throw new Interrupted('the host had rolled back automatically');
}

/** Returns '' to keep the verdict that the release has: a restart with too few answers in its watch proves nothing. */
function verdictOf({ facts, request }: StageContext): 'good' | 'unhealthy' | 'unwatched' | '' {
  if (facts.unhealthy) return 'unhealthy';
  if (!facts.unwatched) return 'good';
  return describeRequest(request).keepsRelease ? '' : 'unwatched';
}

export const finish: Stage = {
  async run(context) {
    const { target, facts } = context;
    const old = otherSlot(requireFact(facts, 'slot'));
    const answers = await onEveryHost(context, (host) =>
      runScript(context, host, 'finish', {
        release: requireFact(facts, 'release'),
        verdict: verdictOf(context),
        keep: target.place.keep_releases,
        old_unit: unitName(target, old),
        old_color: old,
        old_slot: stopsOldSlot(target) ? 'stopped' : 'warm',
      }),
    );
    for (const [host, answer] of Object.entries(answers))
      await rollBackOthers(context, host, answer);
    const kept = agreedOrEach(answers, (answer) => {
      const count = answer.value('kept');
      return `${count} ${count === '1' ? 'release' : 'releases'} kept`;
    });
    return {
      summary: `${kept}${describeOldSlot(context, old)}`,
      warnings: linesByHost(answers, (answer) => [
        ...(answer.maybe('in_use') ? [`nginx sends users to ${old}, so it was not stopped`] : []),
        ...(answer.maybe('spare')
          ? [
              `nginx does not take its new configuration, so ${old} still answers whenever nginx cannot connect to ${requireFact(facts, 'slot')}. Correct what \`sudo nginx -t\` shows; if it succeeds, restart nginx. Then deploy again`,
            ]
          : []),
        ...externalServicesIn(answer, 'outside').map(describeExternal),
      ]),
    };
  },
};
