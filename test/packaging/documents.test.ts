import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readPages } from '../../packaging/docs/check.ts';
import { createProgram } from '../../src/cli/program.ts';
import { isCommandName } from '../../src/slack/grammar/commands.ts';
import { packageJson, read } from './support/files.ts';

/** The command and the stage that ARCHITECTURE.md adds as an example. */
const invented = /\/(?:logs|migrate)\.(?:ts|sh)$/;

const metrics = read('docs/reference/metrics.md');
const isMetric = (name: string): boolean =>
  metrics.includes(`\`${name.replace(/_(?:bucket|sum|count)$/, '')}\``);

describe.each([...readPages()])('%s', (_, text) => {
  test('names files that exist', () => {
    const named = [...text.matchAll(/`((?:src|jobs|sandbox|test)\/[\w./-]*\w\.(?:ts|sh|tsx))`/g)];
    const paths = named.map(([, path]) => path ?? '').filter((path) => !invented.test(path));
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });

  test('runs scripts that exist', () => {
    const scripts = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? '');
    expect(scripts.filter((name) => !(name in packageJson.scripts))).toEqual([]);
  });

  test('names commands that exist', () => {
    const typed = [...text.matchAll(/`\/argo ([a-z]+)/g)].map(([, name]) => name ?? '');
    expect(typed.filter((name) => !isCommandName(name))).toEqual([]);
  });

  test('names metrics that exist', () => {
    const named = [...text.matchAll(/\bargo_[a-z_]+/g)].map(([name]) => name);
    expect(named.filter((name) => name !== 'argo_trading' && !isMetric(name))).toEqual([]);
  });

  test('names commands of the CLI that exist', () => {
    const known = new Set(['help', ...createProgram().commands.map((one) => one.name())]);
    const typed = [...text.matchAll(/(?:`argo-bot|npm run argo-bot --) ([a-z]+)/g)];
    expect(typed.map(([, name]) => name ?? '').filter((name) => !known.has(name))).toEqual([]);
  });
});
