import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { createProgram } from '../../src/cli/program.ts';
import { environmentNames, packageJson, read } from './support/files.ts';

/** No Docker engine is needed: what the files name must exist, and what the code needs must be named. */
const dockerfile = read('Dockerfile');
const shipped = ['src', 'jobs'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|js)$/.test(name))
    .map((name) => join(folder, name)),
);
const start = read('src/cli/start.ts');

function instructions(): { name: string; rest: string }[] {
  return dockerfile
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [name = '', ...rest] = line.split(' ');
      return { name, rest: rest.join(' ') };
    });
}

function all(name: string): string[] {
  return instructions()
    .filter((instruction) => instruction.name === name)
    .map(({ rest }) => rest);
}

describe('the image', () => {
  test('has instructions that Docker knows, FROM first', () => {
    const known = new Set(['FROM', 'RUN', 'WORKDIR', 'COPY', 'ENV', 'USER', 'CMD']);
    expect(instructions().filter(({ name }) => !known.has(name))).toEqual([]);
    expect(instructions()[0]?.name).toBe('FROM');
  });

  test('has the Node that the code is tested with', () => {
    const [major] = (packageJson.devDependencies['node'] ?? '').split('.');
    expect(all('FROM')).toEqual([`node:${major}-slim`]);
  });

  test('copies what exists and .dockerignore lets through', () => {
    const [everything, ...exceptions] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(everything).toBe('*');
    const copied = all('COPY').flatMap((rest) => rest.split(' ').slice(0, -1));
    expect(copied.filter((path) => !existsSync(path))).toEqual([]);
    expect(exceptions.map((line) => line.slice(1)).toSorted()).toEqual(copied.toSorted());
  });

  test('starts a command of the bot directly, not as root', () => {
    expect(all('USER')).toEqual(['node']);
    expect(all('CMD')).toHaveLength(1);
    expectCommand(JSON.parse(all('CMD')[0] ?? ''));
  });

  test('holds every file that its code imports', () => {
    const outside = importsOf(shipped)
      .filter(({ what }) => what.startsWith('.'))
      .map(({ file, what }) => normalize(join(file, '..', what)))
      .filter((path) => !existsSync(path) || !/^(src|jobs)\//.test(path));
    expect(outside).toEqual([]);
  });

  test('holds every package that its code imports', () => {
    const packages = importsOf(shipped)
      .filter(({ what }) => !/^(\.|node:)/.test(what))
      .map(({ what }) => what.match(/^(?:@[^/]+\/)?[^/]+/)?.[0] ?? what);
    const absent = packages.filter(
      (name) => !(name in packageJson.dependencies) && !builtinModules.includes(name),
    );
    expect(absent).toEqual([]);
  });

  test('has every program that its code starts; compose brings Redis', () => {
    const started = shipped.flatMap((file) =>
      [...read(file).matchAll(/\b(?:execFile|spawn|exec)(?:Sync)?\(\s*'([^']+)'/g)].map(
        ([, program]) => program ?? '',
      ),
    );
    const installed = /apt-get install ([^&]*)/.exec(dockerfile)?.[1]?.split(/\s+/) ?? [];
    expect(new Set(started)).toEqual(new Set(['git', 'redis-server', 'ssh']));
    expect(installed).toEqual(expect.arrayContaining(['git', 'openssh-client']));
    expect(Object.keys(compose.services)).toContain('redis');
  });
});

const Service = z.object({
  image: z.string(),
  build: z.string().optional(),
  command: z.array(z.string()),
  env_file: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  stop_grace_period: z.string(),
  restart: z.string(),
});
const compose = z
  .object({ services: z.record(z.string(), Service), volumes: z.record(z.string(), z.null()) })
  .parse(parse(read('docker-compose.yml'), { merge: true }));

describe('docker-compose.yml', () => {
  const { redis, ...parts } = compose.services;

  test('runs Redis, the bot and a worker', () => {
    expect(Object.keys(compose.services)).toEqual(['redis', 'bot', 'worker']);
    for (const { command } of Object.values(parts)) expectCommand(command);
  });

  test('keeps the records of Redis, and evicts none', () => {
    const command = redis?.command.join(' ');
    for (const setting of ['requirepass %s', 'appendonly yes', 'maxmemory-policy noeviction'])
      expect(command).toContain(`${setting}\\n`);
    expect(redis?.volumes).toEqual(['redis:/data']);
  });

  test('waits for Redis to be well', () => {
    expect(redis?.healthcheck?.test.join(' ')).toContain('redis-cli ping');
    for (const { depends_on } of Object.values(parts)) {
      expect(depends_on).toEqual({ redis: { condition: 'service_healthy' } });
    }
  });

  test('sets only what the bot reads, and what git takes', () => {
    const names = new Set(Object.values(parts).flatMap((part) => Object.keys(part.environment)));
    const strange = [...names].filter(
      (name) => !environmentNames().includes(name) && name !== 'GIT_SSH_COMMAND',
    );
    expect(strange).toEqual([]);
    // Without a password compose refuses to start, and says what to put where.
    expect(parts['bot']?.environment['REDIS_URL']).toMatch(
      /^redis:\/\/:\$\{REDIS_PASSWORD:\?Put REDIS_PASSWORD into \.env, .*\}@redis:6379$/,
    );
    for (const { env_file } of Object.values(parts)) expect(env_file).toBe('.env');
  });

  test('asks bot and worker for their health where they tell it', () => {
    for (const { environment, healthcheck } of Object.values(parts)) {
      expect(healthcheck?.test.slice(0, 3)).toEqual(['CMD', 'node', '--eval']);
      expect(healthcheck?.test[3]).toContain(`127.0.0.1:${environment['ARGO_HTTP']}/health`);
    }
  });

  test('gives nobody more than a look at argo.yml, keys and configs', () => {
    for (const { volumes, environment } of Object.values(parts)) {
      expect(volumes).toContain('/etc/argo-bot:/etc/argo-bot:ro');
      expect(environment['ARGO_CONFIG']).toMatch(/^\/etc\/argo-bot\//);
    }
  });

  test('declares the volumes it uses, and lets a stop finish', () => {
    const used = Object.values(compose.services)
      .flatMap(({ volumes }) => volumes.map((volume) => volume.split(':')[0] ?? ''))
      .filter((name) => !name.startsWith('/'));
    expect(Object.keys(compose.volumes).toSorted()).toEqual(used.toSorted());
    const longest = Number(/STOP_MS = ([\d_]+)/.exec(start)?.[1]?.replaceAll('_', '')) / 1_000;
    for (const { stop_grace_period } of Object.values(parts)) {
      expect(Number.parseInt(stop_grace_period, 10)).toBeGreaterThan(longest);
    }
  });
});

function expectCommand(command: unknown): void {
  const [program, file, verb, ...rest] = z.array(z.string()).parse(command);
  expect([program, file, rest]).toEqual(['node', 'src/argo-bot.js', []]);
  expect(createProgram().commands.map((known) => known.name())).toContain(verb);
}

const imported = /(?<!-)\b(?:from|import)\s*'([^']+)'|\bnew URL\('([^']+)', import\.meta\.url\)/g;

function importsOf(files: readonly string[]): { file: string; what: string }[] {
  return files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(imported)].map(([, module, beside]) => ({
      file,
      what: module ?? `./${beside}`,
    })),
  );
}
