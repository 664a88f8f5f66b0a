// Decides the headline of each failed stage.
import { nounAtStart, type StageDescription } from '../../../deploy/record/stages.ts';

/** Headlines by stage name. The headline of any other stage is its noun and “failed”. */
const titles: Readonly<Record<string, string>> = {
  source: 'Cannot deploy this commit',
  files: 'File check failed',
  config: 'Config is not valid',
  claim: 'Could not reserve the hosts',
  unit: 'Service definition was refused',
  start: 'Service did not start',
  sync: 'Could not copy the config',
  watch: 'Watch stopped',
  'return-slot': 'Previous release did not start',
  'switch-back': 'Could not switch traffic back',
  'restart-back': 'Previous release did not restart',
  lock: 'Could not lock the environment',
  'sync-back': 'Could not restore the config',
  'attach-log': 'Could not read the log of the release',
  'ask-health': 'Could not read the health',
  'read-logs': 'Could not read the log',
};

/** Headlines by error code, for failures that a stage's headline would misname. */
const byCode: Readonly<Record<string, string>> = {
  'no-release-to-return-to': 'Cannot roll back',
  'source-unreachable': 'Cannot read the repository',
  'host-down': 'SSH connection failed',
  'auth-refused': 'SSH login refused',
  'host-key-mismatch': 'Host key has changed',
  'sudo-refused': 'sudo refused',
  'no-room': 'Not enough disk space',
  drift: 'Changed since the approval',
  'traffic-elsewhere': 'nginx and .current_color disagree',
  'service-dies': 'Service crashed',
};

/** Returns a headline such as `Could not reserve the hosts` or `Smoke tests failed`. */
export function failureTitle({
  failure,
  ...stage
}: Pick<StageDescription, 'name' | 'noun'> & {
  failure?: { code: string } | undefined;
}): string {
  return byCode[failure?.code ?? ''] ?? titles[stage.name] ?? `${nounAtStart(stage)} failed`;
}
