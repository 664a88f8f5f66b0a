import { badCommits } from '../../sandbox/engine/repository.ts';
import { commits, edits, nothingYet, onHost } from '../breakages.ts';
import type { Fault } from '../fault.ts';

const stage = 'config';
const code = 'config-invalid';
const file = 'config.json';
const legacy = '/opt/argo-legacy/config.json';

const paper = { key: 'alpaca.paper', required: true, type: 'boolean', one_of: [true] };

/** Incident 4, keys with typos and configs that differ from place to place. */
export const config: Fault[] = [
  {
    name: 'key-too-short',
    incident: 4,
    breaks: commits(badCommits.shortKey),
    stage,
    code,
    says: /massive\.api_key in config\.json has 31 characters, expected 32/,
  },
  {
    name: 'key-with-a-typo-as-the-bot-asks',
    incident: 4,
    given: ({ provider }) => ({
      'config.probes': [
        {
          name: 'massive takes the key',
          key: 'massive.api_key',
          url: provider.url,
          headers: { Authorization: 'Bearer {value}' },
        },
      ],
    }),
    breaks: edits(file, 'not-real-032', 'not-rael-032'),
    stage,
    code: 'key-refused',
    says: /refused massive\.api_key \(HTTP 401\): its value is wrong or revoked/,
  },
  {
    name: 'key-missing',
    incident: 4,
    breaks: edits(file, '"sonar": { "api_key": "EXAMPLE-sonar" },\n  ', ''),
    stage,
    code,
    says: /config\.json has no key sonar/,
  },
  {
    name: 'key-misspelt',
    incident: 4,
    breaks: edits(file, '"massive"', '"masive"'),
    stage,
    code,
    says: /config\.json has no key massive\.api_key\. It has masive\.api_key/,
  },
  {
    name: 'key-left-as-a-placeholder',
    incident: 4,
    breaks: edits(file, 'EXAMPLE-massive-key-not-real-032', 'x'.repeat(32)),
    stage,
    code,
    says: /massive\.api_key in config\.json is .*placeholder/,
  },
  {
    name: 'config-not-json',
    incident: 4,
    breaks: commits(badCommits.invalidConfig),
    stage,
    code,
    says: /config\.json line 5, column 11: a colon is missing after the key "sonar"/,
  },
  {
    name: 'value-of-the-wrong-type',
    incident: 4,
    given: { 'config.rules': [paper] },
    breaks: edits(file, '"paper": true', '"paper": "yes"'),
    stage,
    code,
    says: /alpaca\.paper in config\.json must be true or false, but is a text/,
  },
  {
    name: 'value-that-is-not-allowed',
    incident: 4,
    given: { 'config.rules': [paper] },
    breaks: edits(file, '"paper": true', '"paper": false'),
    stage,
    code,
    says: /alpaca\.paper in config\.json must be true/,
  },
  {
    name: 'config-edited-on-the-host-is-kept',
    incident: 4,
    breaks: onHost(`sed -i s/EXAMPLE-sonar/EXAMPLE-edited/ ${legacy}`, ':'),
    outcome: 'shown',
    stage: 'claim',
    says: /\/opt\/argo-legacy\/config\.json was edited by hand at .* keeps a copy as \S+\.argo-previous/,
    afterwards: async (world) => {
      const found = await world.onHost(`grep -l EXAMPLE-edited ${legacy}* || true`);
      return found.trim() === `${legacy}.argo-previous`
        ? undefined
        : `the edit is not kept beside the config: ${found}`;
    },
  },
  {
    name: 'config-edited-while-people-decide',
    incident: 4,
    breaks: nothingYet(),
    meanwhile: async (world) =>
      void (await world.onHost(`sed -i s/EXAMPLE-sonar/EXAMPLE-edited/ ${legacy}`)),
    stage: 'recheck',
    code: 'drift',
    says: /\/opt\/argo-legacy\/config\.json was edited by hand/,
  },
];
