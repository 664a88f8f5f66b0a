import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pin-base-'));
  writeFileSync(join(folder, 'Dockerfile'), 'FROM node:24-slim\nRUN true\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** With a docker that answers so. */
function pinned(answer: string) {
  const docker = join(folder, 'docker');
  writeFileSync(docker, `#!/bin/sh\necho "$*" >>"${folder}/asked"\n${answer}\n`);
  chmodSync(docker, 0o755);
  const file = join(folder, 'Dockerfile');
  const { status, stderr } = spawnSync('sh', ['packaging/pin-base.sh', file], {
    encoding: 'utf8',
    env: { PATH: `${folder}:/usr/bin:/bin` },
  });
  return { status, stderr, text: readFileSync(file, 'utf8') };
}

test('the base is pinned by its digest, and again by a newer one', () => {
  const one = `sha256:${'a'.repeat(64)}`;
  expect(pinned(`echo ${one}`)).toMatchObject({
    status: 0,
    text: `FROM node:24-slim@${one}\nRUN true\n`,
  });
  const two = `sha256:${'b'.repeat(64)}`;
  expect(pinned(`echo ${two}`).text).toBe(`FROM node:24-slim@${two}\nRUN true\n`);
  expect(readFileSync(join(folder, 'asked'), 'utf8')).toMatch(/inspect node:24-slim --format/);
});

test.each(['exit 1', 'echo sha256:short', 'echo', "echo 'sha256:|x'"])(
  'a registry that answers %s changes nothing, and that is said',
  (answer) => {
    const { status, stderr, text } = pinned(answer);
    expect(status).toBe(1);
    expect(stderr).toMatch(/Dockerfile is as it was/);
    expect(text).toBe('FROM node:24-slim\nRUN true\n');
  },
);
