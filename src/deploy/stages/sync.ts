// Implements the stages that write the config to its config_locations, and restore them after a rollback.
import { requireFact } from '../record/facts.ts';
import { describeLink } from '../host/config-on-host.ts';
import { userOf, isAdopted } from '../settings/layout.ts';
import { linesByHost, onEveryHost, runScript } from '../step/on-every-host.ts';
import type { Answer } from '../ports/ports.ts';
import type { Stage, StageContext, StageResult } from '../step/stage.ts';

export const sync: Stage = {
  async run(context) {
    const result = await syncConfig(context, requireFact(context.facts, 'release'), 'yes');
    // The stage `claim` has already warned of these edits.
    const told = new Set(
      linesByHost(context.facts.hosts ?? {}, ({ drift = [] }) =>
        drift.filter(({ kind }) => kind === 'edited').map(({ path }) => describeKept(path)),
      ),
    );
    return { ...result, warnings: (result.warnings ?? []).filter((one) => !told.has(one)) };
  },
};

export const syncBack: Stage = {
  async run(context) {
    const { rollbackTo } = context.facts;
    if (!rollbackTo) return { summary: 'nothing to restore', skipped: true };
    if (isAdopted(rollbackTo.release)) return restoreOriginals(context);
    return syncConfig(context, rollbackTo.release, 'no');
  },
};

/** An installation by hand has no stored config, so the locations get back the files from before argo-bot. */
async function restoreOriginals(context: StageContext): Promise<StageResult> {
  const locations = context.target.place.config_locations;
  if (locations.length === 0) return { summary: 'nothing to restore', skipped: true };
  const answers = await onEveryHost(context, (host) =>
    runScript(context, host, 'restore-config', { locations: locations.join(':') }),
  );
  const restored = Object.values(answers).flatMap((answer) => answer.values('restored')).length;
  return {
    summary:
      restored > 0
        ? 'as before argo-bot first wrote to the locations'
        : 'the locations have their content from before argo-bot',
    warnings: warningsOf(answers),
  };
}

function warningsOf(answers: Record<string, Answer>): string[] {
  const words: Record<string, (what: string) => string> = {
    without: (name) => `${name} has no config, so the locations keep theirs`,
    drift: describeKept,
    absent: (path) => `the folder of ${path} does not exist, so nothing was written there`,
    through: describeLink,
    refused: (line) => `nothing was written there, so it holds another config: ${line}`,
    unknown: (path) => `the content of ${path} from before argo-bot is lost: check that file`,
  };
  return linesByHost(answers, (answer) =>
    Object.entries(words).flatMap(([key, say]) => answer.values(key).map(say)),
  );
}

function describeKept(path: string): string {
  return `${path} had been edited by hand; it is kept as ${path}.argo-previous`;
}

/** Writes a release's config to the config_locations. The release itself already contains it. */
async function syncConfig(
  context: StageContext,
  release: string,
  required: 'yes' | 'no',
): Promise<StageResult> {
  const { config } = context.target.settings;
  const locations = context.target.place.config_locations;
  if (!config || locations.length === 0) return { summary: 'no further locations', skipped: true };
  const answers = await onEveryHost(context, (host) =>
    runScript(context, host, 'sync-config', {
      release,
      required,
      config: config.target,
      locations: locations.join(':'),
      user: userOf(context.target),
    }),
  );
  return {
    summary: `the same config in ${locations.length + 1} locations`,
    warnings: warningsOf(answers),
  };
}
