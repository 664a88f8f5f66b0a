import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { createSource } from '../../../src/source/tree/git-source.ts';
import { repositoryAdvice } from '../../../src/source/git/repository-advice.ts';
import { readCurrentCommit } from '../../../src/source/git/current-commit.ts';
import { createRecentCommits } from '../../../src/source/commits/recent-commits.ts';
import { temporaryFolder } from '../repository.ts';

const { signal } = new AbortController();
const before = { ...process.env };
const closing: (() => void)[] = [];

afterEach(() => {
  process.env['GIT_SSH_COMMAND'] = before['GIT_SSH_COMMAND'];
  if (before['GIT_SSH_COMMAND'] === undefined) delete process.env['GIT_SSH_COMMAND'];
  process.env['PATH'] = before['PATH'];
  for (const close of closing.splice(0)) close();
});

/** A program that does nothing but this. */
function program(name: string, script: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

const sshThatSays = (line: string) => async (): Promise<string> => {
  process.env['GIT_SSH_COMMAND'] = join(program('ssh', `echo '${line}' >&2; exit 255`), 'ssh');
  return 'git@git.example:team/engine.git';
};

const serverThat = (answer: RequestListener) => async (): Promise<string> => {
  const server = createServer(answer).listen(0, '127.0.0.1');
  closing.push(
    () => void server.close(),
    () => server.closeAllConnections(),
  );
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return `http://127.0.0.1:${address.port}/team/engine.git`;
};

/** The three who read a repository: doctor, the source stage, and the form that offers commits. */
async function nextSteps(git: string): Promise<string[]> {
  const settings = { git, branch: 'main', directory: '.' };
  const stage = createSource({ dataDirectory: temporaryFolder() });
  const recent = createRecentCommits({ dataDirectory: temporaryFolder() });
  const asked = [
    readCurrentCommit(settings, signal),
    stage.resolve(settings, undefined, signal),
    recent(settings, signal),
  ];
  return Promise.all(
    asked.map((one) =>
      one.then(
        () => 'it could be read',
        (error: unknown) => {
          expect(error).toMatchObject({ code: 'source-unreachable' });
          return typeof error === 'object' && error !== null && 'next' in error
            ? String(error.next)
            : '';
        },
      ),
    ),
  );
}

test.each([
  [
    'whose server nobody knows',
    sshThatSays('Host key verification failed.'),
    /ssh-keyscan git\.example >> ~\/\.ssh\/known_hosts/,
  ],
  [
    'that takes none of our keys',
    sshThatSays('git@git.example: Permission denied (publickey).'),
    /deploy key with read access/,
  ],
  [
    'on a server without a name',
    sshThatSays('ssh: Could not resolve hostname git.example: Name or service not known'),
    /getent hosts git\.example/,
  ],
  [
    'that wants a token, and nobody is there to be asked for one',
    serverThat((_request, response) =>
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end(),
    ),
    /put a user and a token/,
  ],
  [
    'that is not there',
    serverThat((_request, response) => response.writeHead(404).end()),
    /there is no such repository/,
  ],
  ['whose folder is not there', async () => '/nowhere/engine.git', /let argo-bot read the folder/],
  [
    'on a port where nobody listens',
    async () => 'http://127.0.0.1:1/engine.git',
    /check the firewall/,
  ],
])('a repository %s: on which machine, as whom, and what to do', async (_what, make, expected) => {
  const git = await make();
  const steps = await nextSteps(git);
  const where = `Test it on ${hostname()}: \`sudo -Hu ${userInfo().username} git ls-remote ${git}\`.`;
  for (const next of steps) {
    expect(next).toContain(where);
    expect(next).toMatch(expected);
  }
  expect(steps).toHaveLength(3);
});

test('what nobody has seen before is left to git’s own words', () => {
  expect(repositoryAdvice('/srv/engine.git', 'fatal: bad luck')).toMatch(/correct what git says/);
});

test('a server that never answers is not waited for once nobody asks any more', async () => {
  const git = await serverThat(() => {})();
  const settings = { git, branch: 'main', directory: '.' };
  await expect(readCurrentCommit(settings, AbortSignal.timeout(200))).rejects.toMatchObject({
    code: 'interrupted',
  });
});

test('a git that is killed says on which machine, and where to look why', async () => {
  process.env['PATH'] = `${program('git', 'kill -9 $$')}:${before['PATH']}`;
  const settings = { git: '/srv/engine.git', branch: 'main', directory: '.' };
  await expect(readCurrentCommit(settings, signal)).rejects.toMatchObject({
    code: 'interrupted',
    message: expect.stringContaining(`was ended by SIGKILL on ${hostname()}`),
    next: expect.stringContaining('killed process'),
  });
});
