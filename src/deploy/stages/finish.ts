import { otherSlot } from '../events.ts';
import { known, unitName } from '../layout.ts';
import { agreed, onEveryHost, runScript } from '../on-every-host.ts';
import type { Stage } from '../stage.ts';

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
        old_slot: target.place.old_slot,
      }),
    );
    const entries = Object.entries(answers);
    const kept = Object.fromEntries(entries.map(([host, answer]) => [host, answer.value('kept')]));
    return {
      summary: `${agreed(kept)} releases kept, ${old} ${target.place.old_slot === 'warm' ? 'stays warm' : 'stopped'}`,
      warnings: entries
        .filter(([, answer]) => answer.maybe('in_use'))
        .map(([host]) => `${host}: nginx sends users to ${old}, so it was not stopped`),
    };
  },
};
