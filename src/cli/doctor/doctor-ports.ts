// Gives the doctor read-only access to this machine, Redis, the source and configs.
import { execFile } from 'node:child_process';
import { access, constants, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ownUser } from '../../deploy/untrusted/own-user.ts';
import { declaredConfig } from '../../deploy/config/config-reading.ts';
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import { fail, type Finding, ok, type Part, runPart, warn } from '../../doctor/finding.ts';
import type { HostPorts, KeyChecks } from '../../doctor/host/inspect-host.ts';
import type { MachineFacts } from '../../doctor/own-machine.ts';
import type { EnvironmentPorts } from '../../doctor/environment.ts';
import { redisFindings } from '../../doctor/redis.ts';
import { pinnedKeys } from '../../host/ssh/host-keys.ts';
import { readIdentity } from '../../host/ssh/identity.ts';
import { foreignFile } from '../../private-redis/foreign-file.ts';
import { findPrivateRedis } from '../../private-redis.ts';
import {
  hostsOf,
  readRedisUrl,
  type RedisAddress,
  secretsOf,
  unprotected,
} from '../../redis/connection/address.ts';
import { inspectServer } from '../../redis/connection/inspect-server.ts';
import { otherOwner } from '../refuse-root.ts';
import { createConfigSource } from '../../source/service-config/config-source.ts';
import { trySandbox } from '../../source/sandbox/try-sandbox.ts';
import { readCurrentCommit } from '../../source/git/current-commit.ts';

const run = promisify(execFile);

export const keyChecks: KeyChecks = {
  identity: async (host) => void (await readIdentity(host)),
  pinned: (host) => pinnedKeys(host).map(({ type }) => type),
};

export function inspectMachine(dataDirectory: string, targets: readonly Target[]): MachineFacts {
  return {
    node: process.versions.node,
    user: ownUser(),
    owner: otherOwner(resolve(dataDirectory)),
    needsGit: targets.length > 0,
    async version(command) {
      try {
        return (await run(command, ['--version'])).stdout.split('\n')[0]?.trim();
      } catch {
        return undefined;
      }
    },
    commands: {
      protected: servicesWith(targets, false),
      unprotected: servicesWith(targets, true),
    },
    sandbox: () => trySandbox(AbortSignal.timeout(SANDBOX_MS)),
    async data() {
      const folder = resolve(dataDirectory);
      const there = await nearestExisting(folder);
      const writable = await access(there, constants.W_OK).then(
        () => true,
        () => false,
      );
      // If root runs the doctor, the bot's user is the owner of the folder.
      const { uid } = await stat(there);
      const own = process.getuid?.() === 0 ? uid : undefined;
      return { folder, there, writable, foreign: foreignFile(join(folder, 'source'), own) };
    },
  };
}

const SANDBOX_MS = 20_000;

function servicesWith(targets: readonly Target[], withoutSandbox: boolean): string[] {
  const found = targets.filter(
    ({ settings: { checks } }) =>
      checks.commands.length > 0 && checks.dangerously_without_sandbox === withoutSandbox,
  );
  return [...new Set(found.map(({ service }) => service))];
}

/** Returns the path, or its nearest parent that exists. */
async function nearestExisting(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found || path === '/' ? path : nearestExisting(dirname(path));
}

export function environmentPorts(
  redactor: Redactor,
  signal: AbortSignal,
): EnvironmentPorts & Pick<HostPorts, 'keys' | 'now'> {
  // Any key will do, because the doctor shows no fingerprints of config values.
  const source = createConfigSource({ fingerprintKey: 'doctor' });
  return {
    now: Date.now,
    keys: keyChecks,
    currentCommit: (settings) => readCurrentCommit(settings, signal),
    async config(file, target) {
      const { problems, secrets } = await source.read(file, undefined, declaredConfig(target));
      redactor.learn(secrets);
      const { mode } = await stat(file);
      return { problems, openToOthers: (mode & 0o077) !== 0 };
    },
  };
}

/** Checks the Redis of REDIS_URL, or the bot's private Redis if it runs. Does not start it. */
export async function redisPart(
  url: string | undefined,
  dataDirectory: string,
  redactor: Redactor,
): Promise<Part> {
  return runPart('Redis', {
    async server() {
      if (url !== undefined) return describe(url, redactor);
      const own = await findPrivateRedis(dataDirectory);
      if (own !== undefined) return describe(own, redactor);
      const version = await inspectMachine(dataDirectory, []).version('redis-server');
      return version === undefined
        ? fail(
            'server',
            'REDIS_URL is not set, and there is no redis-server to start a private one',
            'apt-get install --yes redis-server, or set REDIS_URL',
          )
        : ok('server', `a private one starts with the bot (${version.split(' sha=')[0]})`);
    },
  });
}

const answersAt = {
  server: 'answers at',
  sentinel: 'the master answers, through the Sentinels at',
  cluster: 'the node with the records answers, through the cluster at',
} as const;

function unprotectedFinding(address: RedisAddress): Finding[] {
  const danger = unprotected(address);
  const fix =
    'rediss://user:password@host:6379 in REDIS_URL, with requirepass and tls-port in its redis.conf';
  return danger === undefined ? [] : [warn('protection', danger, fix)];
}

async function describe(url: string, redactor: Redactor) {
  const read = readRedisUrl(url);
  if (read.kind === 'wrong') {
    return fail('server', `REDIS_URL ${read.why}`, 'redis://user:password@host:6379');
  }
  const { address } = read;
  redactor.learn(secretsOf(address));
  const facts = await inspectServer(url);
  return [
    ok('server', `${answersAt[address.kind]} ${hostsOf(address)}`),
    ...unprotectedFinding(address),
    ...redisFindings(facts),
  ];
}
