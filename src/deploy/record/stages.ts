// Describes every stage: its name in journals, its words for people, and its properties for the engine.

/** The code of a stage is in `stages/`, under the same key. */
export interface StageDescription {
  /** Name in journals. Stages that people cannot tell apart share one. */
  name: string;
  /** Line in the checklist once it is done. */
  title: string;
  /** Text while it runs, and after “failed at the …”. */
  noun: string;
  /** It changes a host, or needs a change of another stage. */
  skipInDryRun: boolean;
  timeoutMs: number;
  /** It claims the hosts: until it is done, nothing has started on them. */
  takesHosts?: true;
  /** It compares the approved state with the current one: its failure voids the approval. */
  comparesApproval?: true;
  /** It moves users to the new release (`forth`), or back from it. */
  movesTraffic?: 'forth' | 'back';
  /** It watches the live release: once it is done, the release is good. */
  watches?: true;
  /** It follows a passed watch: the deployment has succeeded even if this fails. */
  endsDeployment?: true;
}

/** For stages whose parts have their own limits: a round of the watch; stop, start and health of each host. */
const NO_TIMEOUT_MS = 2_147_483_647;

export const descriptions = {
  source: {
    name: 'source',
    title: 'Code changes committed',
    noun: 'source',
    skipInDryRun: false,
    timeoutMs: 120_000,
  },
  checks: {
    name: 'checks',
    title: 'Checks passing',
    noun: 'checks',
    skipInDryRun: false,
    timeoutMs: 1_800_000,
  },
  files: {
    name: 'files',
    title: 'All required files present',
    noun: 'required files',
    skipInDryRun: false,
    timeoutMs: 120_000,
  },
  config: {
    name: 'config',
    title: 'Config validated',
    noun: 'check of the config',
    skipInDryRun: false,
    timeoutMs: 60_000,
  },
  claim: {
    name: 'claim',
    title: 'Hosts claimed',
    noun: 'claim of the hosts',
    skipInDryRun: false,
    timeoutMs: 60_000,
    takesHosts: true,
  },
  upload: {
    name: 'upload',
    title: 'Files uploaded',
    noun: 'upload',
    skipInDryRun: true,
    timeoutMs: 600_000,
  },
  verify: {
    name: 'verify',
    title: 'Upload verified',
    noun: 'check of the upload',
    skipInDryRun: true,
    timeoutMs: 330_000,
  },
  preflight: {
    name: 'preflight',
    title: 'Pre-flight checks passed',
    noun: 'pre-flight checks',
    skipInDryRun: true,
    timeoutMs: 600_000,
  },
  'show-unit': {
    name: 'show-unit',
    title: 'Service definition compared',
    noun: 'comparison of the service definition',
    skipInDryRun: true,
    timeoutMs: 60_000,
  },
  unit: {
    name: 'unit',
    title: 'Service definition ready',
    noun: 'service definition',
    skipInDryRun: true,
    timeoutMs: 60_000,
  },
  'vet-unit': {
    name: 'unit',
    title: 'Service definition ready',
    noun: 'service definition',
    skipInDryRun: true,
    timeoutMs: 60_000,
  },
  start: {
    name: 'start',
    title: 'Service started',
    noun: 'start of the service',
    skipInDryRun: true,
    timeoutMs: 120_000,
  },
  health: {
    name: 'health',
    title: 'Health checks passing',
    noun: 'health checks',
    // A dry run does not upload the release.
    skipInDryRun: true,
    // More than the longest health timeout that argo.yml allows.
    timeoutMs: 3_700_000,
  },
  smoke: {
    name: 'smoke',
    title: 'Smoke tests passing',
    noun: 'smoke tests',
    skipInDryRun: true,
    // Each test has its own limit and retries.
    timeoutMs: 3_700_000,
  },
  recheck: {
    name: 'recheck',
    title: 'Still as approved',
    noun: 'last look at what was approved',
    skipInDryRun: true,
    // More than a slow health address needs for several answers.
    timeoutMs: 300_000,
    comparesApproval: true,
  },
  switch: {
    name: 'switch',
    title: 'Traffic switched',
    noun: 'switch',
    skipInDryRun: true,
    timeoutMs: 60_000,
    movesTraffic: 'forth',
  },
  restart: {
    name: 'restart',
    title: 'Service restarted',
    noun: 'restart of the service',
    skipInDryRun: true,
    timeoutMs: NO_TIMEOUT_MS,
    movesTraffic: 'forth',
  },
  confirm: {
    name: 'confirm',
    title: 'Public health confirmed',
    noun: 'public health check',
    skipInDryRun: true,
    timeoutMs: 3_700_000,
  },
  sync: {
    name: 'sync',
    title: 'Config in every location',
    noun: 'copies of the config',
    skipInDryRun: true,
    timeoutMs: 60_000,
  },
  watch: {
    name: 'watch',
    title: 'Watched after the switch',
    noun: 'watch after the switch',
    skipInDryRun: true,
    timeoutMs: NO_TIMEOUT_MS,
    watches: true,
  },
  finish: {
    name: 'finish',
    title: 'Tidied up',
    noun: 'tidying up',
    skipInDryRun: true,
    timeoutMs: 120_000,
    endsDeployment: true,
  },
  'return-slot': {
    name: 'return-slot',
    title: 'Previous release running',
    noun: 'start of the previous release',
    skipInDryRun: true,
    timeoutMs: 300_000,
  },
  'switch-back': {
    name: 'switch-back',
    title: 'Traffic switched back',
    noun: 'switch back',
    skipInDryRun: true,
    timeoutMs: 60_000,
    movesTraffic: 'back',
  },
  'restart-back': {
    name: 'restart-back',
    title: 'Previous release restarted',
    noun: 'restart of the previous release',
    skipInDryRun: true,
    timeoutMs: NO_TIMEOUT_MS,
    movesTraffic: 'back',
  },
  lock: {
    name: 'lock',
    title: 'Environment locked',
    noun: 'lock of the environment',
    skipInDryRun: true,
    timeoutMs: 60_000,
  },
  'confirm-back': {
    name: 'confirm-back',
    title: 'Public health confirmed after the rollback',
    noun: 'public health check after the rollback',
    skipInDryRun: true,
    timeoutMs: 3_700_000,
  },
  'sync-back': {
    name: 'sync-back',
    title: 'Config of that release restored',
    noun: 'return of that release’s config',
    skipInDryRun: true,
    timeoutMs: 60_000,
  },
  'attach-log': {
    name: 'attach-log',
    title: 'Log of the release attached',
    noun: 'release that was rolled back',
    skipInDryRun: true,
    timeoutMs: 60_000,
  },
  cleanup: {
    name: 'cleanup',
    title: 'Cleaned up',
    noun: 'clean-up',
    skipInDryRun: true,
    timeoutMs: 120_000,
  },
  'ask-health': {
    name: 'ask-health',
    title: 'Health asked of every slot',
    noun: 'question for the health of every slot',
    skipInDryRun: false,
    timeoutMs: 120_000,
  },
  'read-logs': {
    name: 'read-logs',
    title: 'Log read',
    noun: 'journal',
    skipInDryRun: false,
    timeoutMs: 60_000,
  },
  compare: {
    name: 'compare',
    title: 'Config compared with the hosts',
    noun: 'comparison of the config with the hosts',
    skipInDryRun: false,
    timeoutMs: 60_000,
  },
  'compare-files': {
    name: 'compare-files',
    title: 'Compared with what is live',
    noun: 'comparison with what is live',
    skipInDryRun: false,
    timeoutMs: 60_000,
  },
} satisfies Record<string, StageDescription>;

export type StageKey = keyof typeof descriptions;

const byName = new Map<string, StageDescription>(
  Object.values<StageDescription>(descriptions).map((one) => [one.name, one]),
);

/** The description by the name in a journal; undefined for a stage of another version. */
export function stageNamed(name: string): StageDescription | undefined {
  return byName.get(name);
}

/** The noun with a capital letter: `Pre-flight checks`. */
export function nounAtStart({ noun }: Pick<StageDescription, 'noun'>): string {
  return noun.slice(0, 1).toUpperCase() + noun.slice(1);
}
