import { otherSlot, type Slot } from '../events.ts';
import { known, stopsOldSlot, unitName } from '../layout.ts';
import { type Outside, outsideOf } from '../observe.ts';
import { agreed, onEveryHost, runScript } from '../on-every-host.ts';
import type { Target } from '../settings.ts';
import type { Stage } from '../stage.ts';

/** Nobody but its people may stop it, and nobody may forget it. */
function stillRuns(host: string, { port, unit }: Outside): string {
  const how = unit.endsWith('.service')
    ? `systemctl disable --now ${unit}`
    : `ps -fp ${unit.replace('process-', '')} says what it is, kill ${unit.replace('process-', '')} ends it`;
  return `${host}: ${unit}, where users were before argo-bot, still runs on port ${port} and gets no traffic. When nobody wants it back: ${how}`;
}

function whatOfOld(target: Target, old: Slot): string {
  if (target.place.strategy === 'restart') return `, ${old} has the one before`;
  return `, ${old} ${stopsOldSlot(target) ? 'stopped' : 'stays warm'}`;
}

export const finish: Stage = {
  name: 'finish',
  title: 'Tidied up',
  on: 'every-host',
  changes: true,
  timeoutMs: 120_000,
  async run(context) {
    const { target, facts } = context;
    const old = otherSlot(known(facts, 'slot'));
    const answers = await onEveryHost(context, (host) =>
      runScript(context, host, 'finish', {
        release: known(facts, 'release'),
        verdict: facts.unwatched ? 'unwatched' : 'good',
        keep: target.place.keep_releases,
        old_unit: unitName(target, old),
        old_color: old,
        old_slot: stopsOldSlot(target) ? 'stopped' : 'warm',
      }),
    );
    const entries = Object.entries(answers);
    const kept = Object.fromEntries(entries.map(([host, answer]) => [host, answer.value('kept')]));
    return {
      summary: `${agreed(kept)} releases kept${whatOfOld(target, old)}`,
      warnings: entries.flatMap(([host, answer]) => [
        ...(answer.maybe('in_use')
          ? [`${host}: nginx sends users to ${old}, so it was not stopped`]
          : []),
        ...(answer.maybe('spare')
          ? [
              `${host}: nginx refuses its configuration, so ${old} still answers where ${known(facts, 'slot')} cannot be connected to: mend it, nginx -t, and deploy again`,
            ]
          : []),
        ...outsideOf(answer).map((service) => stillRuns(host, service)),
      ]),
    };
  },
};
