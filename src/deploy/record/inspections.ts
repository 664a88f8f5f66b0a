// Decides which requests are inspections: read-only, without claim, queue or history.
import type { DeployRequest } from './events.ts';

type Plan = DeployRequest['plan'];

const INSPECTIONS = [
  'config-check',
  'config-diff',
  'health',
  'logs',
  'diff',
] as const satisfies Plan[];
export type Inspection = (typeof INSPECTIONS)[number];

export function inspectionOf({ plan }: Pick<DeployRequest, 'plan'>): Inspection | undefined {
  return INSPECTIONS.find((look) => look === plan);
}
