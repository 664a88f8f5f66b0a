import { parseEnv } from 'node:util';
import { expect, test } from '@jest/globals';
import { readEnvironment } from '../../src/argo-yml/environment.ts';
import { environmentNames, read } from './support/files.ts';

const example = parseEnv(read('.env.example'));

test('.env.example names every variable, apart from the one for the sandbox', () => {
  const names = environmentNames().filter((name) => name !== 'SLACK_API_URL');
  expect(names).toHaveLength(13);
  expect(Object.keys(example).toSorted()).toEqual(names.toSorted());
});

test('as it stands it is refused, and the tokens are named', () => {
  expect(() => readEnvironment(example)).toThrow(/SLACK_BOT_TOKEN is not set[^]*SLACK_APP_TOKEN/);
});

test('with the tokens filled in it is accepted, with the defaults it shows', () => {
  const filled = { ...example, SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };
  const given = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };
  expect(readEnvironment(filled)).toEqual(readEnvironment(given));
});
