// Explains what makes each stage fail.
import type { StageKey } from '../../../src/deploy/record/stages.ts';

export const stageTexts: Record<StageKey, string> = {
  source:
    'a ref that does not exist or is not allowed; a commit that nobody has signed, where signatures are required; a clone with changes that are in no commit',
  checks:
    'syntax errors, undefined names and names that are surely unbound in Python; a command of the team that fails',
  files:
    'a required file that is not committed, is empty or is excluded by a rule; a link out of the release, an unsafe name, a file or a release over its limit',
  config:
    'a config that cannot be parsed or has a key twice; a broken rule; a key that its provider refuses',
  claim:
    'a host that is down or shows another key; hosts that disagree on what is live; nginx and `.current_color` that disagree; a new host whose nginx sends users to the slot that is to be filled; a request for the live slot',
  upload:
    'an upload that does not arrive whole; too little space; a mode that the host does not keep',
  verify:
    'a file whose sha256 differs even after a second upload; a Python file that the Python of the host cannot compile',
  preflight:
    'an import that fails; a missing environment, entry file or user; too little space or memory; a port that is taken; a clock that differs; an nginx configuration with errors. It reports all findings of all hosts at once',
  'show-unit': 'a unit with a setting that a commit may not write',
  unit: 'a path in the unit that does not exist; a setting that a commit may not write; a unit that systemd refuses',
  'vet-unit':
    'the same as above. The unit is installed with the restart, since there is only one port',
  start: 'a start that fails',
  health:
    'not enough good answers in a row in time; the wrong release answering; a degraded release, where that is not allowed',
  smoke: 'a status, header, JSON value or latency that differs from argo.yml',
  recheck:
    'a host whose slots, traffic or config changed since the card was shown; a release that no longer answers or was started again; an nginx configuration with errors; an expired approval. The approval is then void',
  switch: 'nginx refusing its configuration',
  restart:
    'a service that does not start, ends, or is not healthy in time. The previous release is back before this stage has failed',
  confirm:
    'the public address not answering as the new release; a smoke test that fails there. Without a proxy the smoke tests run here for the first time',
  sync: 'a config location that cannot be written',
  watch:
    'a release that is unavailable for several checks in a row, or that restarts twice. Then argo-bot rolls back',
  finish: 'nothing that harms users: the watch has passed. The deployment counts as succeeded',
  'return-slot': 'the previous release not becoming healthy',
  'switch-back':
    'nginx refusing its configuration; after a first deployment, nothing that listens where users were before',
  'restart-back':
    'the previous release not starting. It finds its work done if the restart itself already went back',
  lock: 'Redis being away. The worker tries again',
  'confirm-back':
    'the public address not answering as the previous release. Only health counts here, since smoke tests are those of the new release',
  'sync-back': 'a config location that cannot be written',
  'attach-log': 'nothing that matters to users. They are back already',
  cleanup:
    'a host that is away, or a disk that is full. The next deployment removes what is left there',
};

const isStageKey = (key: string): key is StageKey => Object.hasOwn(stageTexts, key);

export const stageKeys = Object.keys(stageTexts).filter(isStageKey);
