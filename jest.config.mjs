import { availableParallelism, totalmem } from 'node:os';

/** What a suite may take, with its host, its bot and its workers. */
const SUITE = 2 * 2 ** 30;

export default {
  testEnvironment: 'node',
  cacheDirectory: '<rootDir>/.cache/jest',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // Tests of hosts, Redis and Slack wait more than they work, and have theirs to themselves: one suite more than there
  // are cores, as far as memory goes. By itself jest would have one less than cores, and so only one where there are two.
  maxWorkers: Math.max(1, Math.min(availableParallelism() + 1, 8, Math.floor(totalmem() / SUITE))),
  testSequencer: '<rootDir>/test/support/longest-first.mjs',
  // Waits end when what they wait for is there; a machine that others use as well must not end them sooner.
  testTimeout: 30_000,
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
};
