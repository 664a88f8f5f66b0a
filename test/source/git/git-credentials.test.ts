import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { createSource } from '../../../src/source/tree/git-source.ts';
import { separateCredentials } from '../../../src/source/git/git-credentials.ts';
import { temporaryFolder } from '../repository.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** What `ps` shows to every user of this machine. */
function argumentsOfAll(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    });
}

test('a token in the address reaches the server, and no list of processes', async () => {
  const asked: { authorization: string | undefined; processes: string[] }[] = [];
  const server = createServer((request, response) => {
    asked.push({
      authorization: request.headers.authorization,
      processes: argumentsOfAll().filter((line) => line.includes(`127.0.0.1:${port()}`)),
    });
    response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  closing.push(() => server.close());
  await once(server, 'listening');
  const port = (): number => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  const settings = {
    git: `http://ada:t0ken%2Fwith%40marks@127.0.0.1:${port()}/engine.git`,
    branch: 'main',
    directory: '.',
  };
  const source = createSource({ dataDirectory: temporaryFolder() });
  const { signal } = new AbortController();
  await expect(source.resolve(settings, undefined, signal)).rejects.toMatchObject({
    code: 'source-unreachable',
    message: expect.not.stringContaining('t0ken'),
  });
  const [first] = asked;
  expect(first?.authorization).toBe(
    `Basic ${Buffer.from('ada:t0ken/with@marks').toString('base64')}`,
  );
  expect(first?.processes.some((line) => line.includes('git'))).toBe(true);
  expect(first?.processes.join('\n')).not.toContain('t0ken');
});

test.each([
  'https://git.example/x.git',
  'git@git.example:x.git',
  'ssh://git@git.example/x.git',
  '/srv/x.git',
])('%s is given to git as it is', (address) => {
  expect(separateCredentials(address)).toEqual({ address, env: {} });
});

test('a token in place of the user is a user without a password', () => {
  const { address, env } = separateCredentials('https://t0ken@git.example/x.git');
  expect(address).toBe('https://git.example/x.git');
  expect(env['GIT_CONFIG_KEY_0']).toBe('http.https://git.example/.extraHeader');
  expect(env['GIT_CONFIG_VALUE_0']).toBe(
    `Authorization: Basic ${Buffer.from('t0ken:').toString('base64')}`,
  );
});
