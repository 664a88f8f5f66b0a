import { known } from '../layout.ts';
import { onEveryHost, runScript } from '../on-every-host.ts';
import type { Stage, StageContext, StageResult } from '../stage.ts';

export const sync: Stage = {
  name: 'sync',
  title: 'Config in every location',
  on: 'every-host',
  changes: true,
  timeoutMs: 60_000,
  run: (context) => syncConfig(context, known(context.facts, 'release'), 'yes'),
};

export const syncBack: Stage = {
  name: 'sync-back',
  title: 'Config of that release restored',
  on: 'every-host',
  changes: true,
  timeoutMs: 60_000,
  async run(context) {
    const { rollbackTo } = context.facts;
    if (!rollbackTo) return { summary: 'nothing to restore', skipped: true };
    if (rollbackTo.release.startsWith('adopted-')) return keptBeside(context);
    return syncConfig(context, rollbackTo.release, 'no');
  },
};

/** A release that was laid out by hand has no config of ours to write back, and its people must know. */
function keptBeside({ target }: StageContext): StageResult {
  const paths = target.place.config_locations.map((path) => `${path}.argo-previous`);
  if (paths.length === 0) return { summary: 'nothing to restore', skipped: true };
  return {
    summary: 'not restored: this release was laid out by hand',
    warnings: [
      `what the config locations held before is in ${paths.join(', ')}: put it back by hand`,
    ],
  };
}

/** The slots carry their release's own config; this is for the places beside them. */
async function syncConfig(
  context: StageContext,
  release: string,
  required: 'yes' | 'no',
): Promise<StageResult> {
  const { config, unit } = context.target.settings;
  const locations = context.target.place.config_locations;
  if (!config || locations.length === 0) return { summary: 'no further locations', skipped: true };
  const answers = await onEveryHost(context, (host) =>
    runScript(context, host, 'sync-config', {
      release,
      required,
      config: config.target,
      locations: locations.join(':'),
      user: unit.user,
    }),
  );
  const warnings = Object.entries(answers).flatMap(([host, answer]) => [
    ...answer
      .values('without')
      .map((name) => `${host}: ${name} carries no config, so the locations keep what they have`),
    ...answer
      .values('drift')
      .map(
        (path) => `${host}: ${path} had been edited by hand; it is kept as ${path}.argo-previous`,
      ),
    ...answer
      .values('absent')
      .map((path) => `${host}: the folder of ${path} does not exist, so nothing was written there`),
  ]);
  return { summary: `the same config in ${locations.length + 1} locations`, warnings };
}
