// Decides which files are uploaded to a thread: changes of the systemd unit, stage logs, and watch charts.
import type { Deployment, StageState } from '../../deploy/record/deployment.ts';
import { cleanEnd } from '../../deploy/secrets/clean-ends.ts';
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import { unitDiffFile } from '../views/approval/changes.ts';
import { chartsOf } from '../views/chart/charts.ts';
import { png } from './chart-to-png.ts';
import type { ThreadFile } from './upload-file.ts';

const MAX_LOG_BYTES = 1_000_000;

export function threadFiles(
  d: Deployment,
  target: Target | undefined,
  redactor: Redactor,
): ThreadFile[] {
  return [
    ...unitDiff(d, redactor),
    ...d.stages.flatMap((stage) => logOf(d, stage, redactor)),
    ...chartsOf(d, target).map(({ key, title, alt, svg }) => ({
      key,
      name: `${d.id}-${key}.png`,
      title,
      alt,
      make: () => png(svg()),
    })),
  ];
}

/** Returns the diff of the systemd unit as a file, if Details on the approval card cannot show all of it. */
function unitDiff(d: Deployment, redactor: Redactor): ThreadFile[] {
  const name = unitDiffFile(d);
  if (name === undefined || !d.gate) return [];
  const make = async () => Buffer.from(`${await redactor.cleanInSlices(d.facts.unitDiff ?? '')}\n`);
  return [{ key: 'unit-diff', name, title: 'Changes of the service definition', make }];
}

/** Returns a stage's log as a file. A long log is cut at the start, because the failure is at its end. */
function logOf({ id }: Deployment, stage: StageState, redactor: Redactor): ThreadFile[] {
  const log = stage.failure?.log ?? stage.log;
  if (!log) return [];
  const clean = (text: string) => redactor.cleanInSlices(text);
  return [
    {
      key: `log-${stage.name}`,
      name: `${id}-${stage.name}.log`,
      title: `Log of the ${stage.noun}`,
      make: async () =>
        Buffer.from(await cleanEnd(clean, log, MAX_LOG_BYTES)).subarray(-MAX_LOG_BYTES),
    },
  ];
}
