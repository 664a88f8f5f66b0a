import { badCommits } from '../../sandbox/engine/repository.ts';
import { commits } from '../breakages.ts';
import type { Fault } from '../fault.ts';

/** Incident 4, keys with typos and configs that differ from place to place. */
export const config: Fault[] = [
  {
    name: 'key-too-short',
    incident: 4,
    breaks: commits(badCommits.shortKey),
    stage: 'config',
    code: 'config-invalid',
    says: /massive\.api_key has 31 characters, expected 32/,
  },
  {
    name: 'key-missing',
    incident: 4,
    breaks: commits(changed('"sonar": { "api_key": "EXAMPLE-sonar" },\n  ', '')),
    stage: 'config',
    code: 'config-invalid',
    says: /sonar is missing/,
  },
  {
    name: 'config-not-json',
    incident: 4,
    breaks: commits(badCommits.invalidConfig),
    stage: 'config',
    code: 'config-invalid',
    says: /config\.json.*5/,
  },
];

function changed(find: string, replace: string) {
  return { message: 'Rotate a key', edits: [{ path: 'config.json', find, replace }] };
}
