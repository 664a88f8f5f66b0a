import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { temporaryFolder, writeFiles } from '../source/repository.ts';
import { argoBot } from './command.ts';

/** The example, whose one host is trading-1, and a second environment. */
const settings = parse(readFileSync('argo.yml', 'utf8'));
const { environments } = settings.services['argo-trading'];
environments.staging = structuredClone(environments.production);
environments.staging.hosts = ['stage-1', 'stage-2'].map((name, index) => ({
  ...environments.production.hosts[0],
  name,
  address: `192.0.2.${index + 20}`,
}));
const folder = temporaryFolder();
writeFiles(folder, { 'argo.yml': stringify(settings) });

const refused = (...words: string[]): string => {
  const { code, err } = argoBot(folder, ...words);
  expect(code).toBe(2);
  return err;
};

test('a host that is not declared is answered with those that are', () => {
  expect(refused('host', 'setup', '--host', 'nope')).toBe(
    'argo.yml declares no host nope. Its hosts: trading-1, stage-1, stage-2.\n',
  );
  expect(refused('host', 'setup', '--host', 'trading-1', '--env', 'staging')).toBe(
    'argo.yml declares no host trading-1 in staging. Its hosts: stage-1, stage-2.\n',
  );
});

test('a service or environment that is not declared is named, with those that are', () => {
  const declared = 'It declares argo-trading in production, argo-trading in staging.\n';
  expect(refused('host', 'setup', '--service', 'nope')).toBe(
    `argo.yml declares no service nope. ${declared}`,
  );
  expect(refused('doctor', '--env', 'prod')).toBe(
    `argo.yml declares no environment prod. ${declared}`,
  );
  expect(refused('doctor', '--service', 'argo-trading', '--env', 'prod')).toBe(
    `argo.yml declares no argo-trading in prod. ${declared}`,
  );
});

test('--print for several hosts names them', () => {
  expect(refused('host', 'setup', '--print')).toBe(
    'Name one of the hosts with --host: trading-1, stage-1, stage-2.\n',
  );
});

test('a setup that cannot be recorded says once that the audit does not have it, and that it continues', () => {
  const key = path.join(folder, 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  // Nothing listens on port 1 of this machine.
  const [host] = environments.production.hosts;
  Object.assign(host, { address: '127.0.0.1', port: 1, identity_file: key });
  writeFiles(folder, { 'argo.yml': stringify(settings) });
  const { code, err } = argoBot(folder, 'host', 'setup', '--host', 'trading-1', '--as', 'ada');
  expect(err.match(/.*The audit .*/g)).toEqual([
    expect.stringMatching(
      /^ {2}The audit does not have this setup of trading-1: The environment is not complete: - SLACK_BOT_TOKEN is not set.*\. The setup continues\.$/,
    ),
  ]);
  expect(err).toContain('trading-1 was not set up: ssh: connect to host 127.0.0.1 port 1: ');
  expect(code).toBe(1);
});
