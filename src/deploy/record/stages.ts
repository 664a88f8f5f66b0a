// Describes every stage: its name in journals, its words for people, and its properties for the engine.

/** Describes a stage. engine/implementations.ts has its code under the same key. */
export interface StageDescription {
  /** Name in journals. Stages that look the same to people share a name. */
  name: string;
  /** Line in the checklist once the stage is done. */
  title: string;
  /** Name of the stage in messages, such as while the stage runs. */
  noun: string;
  /** True if the stage changes a host, or needs such a change of an earlier stage. */
  skipInDryRun: boolean;
  timeoutMs: number;
  /** The stage claims the hosts. Until it is done, nothing has started on them. */
  takesHosts?: true;
  /** The stage compares the approved state with the current one. Its failure voids the approval. */
  comparesApproval?: true;
  /** The stage moves users to the new release (`forth`), or back from it. */
  movesTraffic?: 'forth' | 'back';
  /** The stage watches the live release. Once it is done, the release is good. */
  watches?: true;
  /** The stage follows a passed watch. The deployment has succeeded even if this stage fails. */
  endsDeployment?: true;
}

/** A row of the list below. By default its name is its key, a dry run skips it, and it may take a minute. */
type Row = Omit<StageDescription, 'name' | 'skipInDryRun' | 'timeoutMs'> &
  Partial<StageDescription>;

/** More than the longest health timeout that argo.yml allows; smoke tests have their own limits. */
const HEALTH_MS = 3_700_000;
/** More than a unit may take to stop (at most 600 s) and then to start. */
const UNIT_MS = 720_000;
/** For stages whose steps have their own limits, such as the rounds of a watch. Node allows no longer timeout. */
const NO_TIMEOUT_MS = 2_147_483_647;

export const descriptions = {
  source: {
    title: 'Code changes committed',
    noun: 'source',
    skipInDryRun: false,
    timeoutMs: 120_000,
  },
  checks: { title: 'Checks passing', noun: 'checks', skipInDryRun: false, timeoutMs: 1_800_000 },
  files: {
    title: 'All required files present',
    noun: 'required files',
    skipInDryRun: false,
    timeoutMs: 120_000,
  },
  config: { title: 'Config validated', noun: 'config check', skipInDryRun: false },
  claim: {
    title: 'Hosts reserved',
    noun: 'host reservation',
    skipInDryRun: false,
    takesHosts: true,
  },
  upload: { title: 'Files uploaded', noun: 'upload', timeoutMs: 600_000 },
  verify: { title: 'Upload verified', noun: 'upload check', timeoutMs: 330_000 },
  preflight: { title: 'Pre-flight checks passed', noun: 'pre-flight checks', timeoutMs: 600_000 },
  'show-unit': { title: 'Service definition compared', noun: 'service definition' },
  unit: { title: 'Service definition ready', noun: 'service definition', timeoutMs: UNIT_MS },
  'vet-unit': { name: 'unit', title: 'Service definition ready', noun: 'service definition' },
  start: { title: 'Service started', noun: 'service start', timeoutMs: UNIT_MS },
  health: { title: 'Health checks passing', noun: 'health checks', timeoutMs: HEALTH_MS },
  smoke: { title: 'Smoke tests passing', noun: 'smoke tests', timeoutMs: HEALTH_MS },
  recheck: {
    title: 'Unchanged since approval',
    noun: 'pre-switch check',
    timeoutMs: 300_000,
    comparesApproval: true,
  },
  switch: { title: 'Traffic switched', noun: 'traffic switch', movesTraffic: 'forth' },
  restart: {
    title: 'Service restarted',
    noun: 'service restart',
    timeoutMs: NO_TIMEOUT_MS,
    movesTraffic: 'forth',
  },
  confirm: { title: 'Public health confirmed', noun: 'public health check', timeoutMs: HEALTH_MS },
  sync: { title: 'Config in every location', noun: 'config copies' },
  watch: {
    title: 'Watched after the switch',
    noun: 'watch after the switch',
    timeoutMs: NO_TIMEOUT_MS,
    watches: true,
  },
  finish: { title: 'Tidied up', noun: 'final clean-up', timeoutMs: 120_000, endsDeployment: true },
  'return-slot': {
    title: 'Previous release running',
    noun: 'start of the previous release',
    timeoutMs: 300_000,
  },
  'switch-back': { title: 'Traffic switched back', noun: 'switch back', movesTraffic: 'back' },
  'restart-back': {
    title: 'Previous release restarted',
    noun: 'restart of the previous release',
    timeoutMs: NO_TIMEOUT_MS,
    movesTraffic: 'back',
  },
  lock: { title: 'Environment locked', noun: 'environment lock' },
  'confirm-back': {
    title: 'Public health confirmed after the rollback',
    noun: 'public health check after the rollback',
    timeoutMs: HEALTH_MS,
  },
  'sync-back': { title: 'Config of that release restored', noun: 'config restore' },
  'attach-log': { title: 'Log of the release attached', noun: 'release that was rolled back' },
  cleanup: { title: 'Cleaned up', noun: 'clean-up', timeoutMs: UNIT_MS },
} satisfies Record<string, Row>;

export type StageKey = keyof typeof descriptions;

const complete = (key: string, row: Row): StageDescription => ({
  name: key,
  skipInDryRun: true,
  timeoutMs: 60_000,
  ...row,
});

export function describeStage(key: StageKey): StageDescription {
  return complete(key, descriptions[key]);
}

const byName = new Map(
  Object.entries<Row>(descriptions).map(([key, row]) => [row.name ?? key, complete(key, row)]),
);

/** Returns a stage by its name in journals; undefined for a stage of another version. */
export function stageNamed(name: string): StageDescription | undefined {
  return byName.get(name);
}

/** Returns the noun with a capital letter: `Pre-flight checks`. */
export function nounAtStart({ noun }: Pick<StageDescription, 'noun'>): string {
  return noun.slice(0, 1).toUpperCase() + noun.slice(1);
}
