import { beforeAll, expect, test } from '@jest/globals';
import { retry } from '../../../src/deploy/acts/retry.ts';
import { failureRecord } from '../../../src/deploy/engine/failure-record.ts';
import type { SourceSettings } from '../../../src/deploy/ports/ports.ts';
import { fold } from '../../../src/deploy/record/fold.ts';
import { createSource } from '../../../src/source/tree/git-source.ts';
import { messagesOf } from '../../../src/slack/views/messages.ts';
import { Repository, temporaryFolder, writeFiles } from '../../source/repository.ts';
import { failed, finished, phaseStarted } from '../../support/events.ts';
import { request } from '../../support/stage-context.ts';
import { targetOf } from '../../slack/views/table/drawn.ts';

const { signal } = new AbortController();
let repository: Repository;
let signers: string;

beforeAll(() => {
  repository = new Repository();
  repository.commit('Begin', { 'main.py': 'print(1)\n' });
  repository.git('branch', 'feature');
  repository.git('checkout', '--quiet', 'feature');
  repository.commit('Change on a feature branch');
  repository.git('checkout', '--quiet', 'main');
  const folder = temporaryFolder();
  writeFiles(folder, { signers: 'ada@example.com ssh-ed25519 AAAA\n' });
  signers = `${folder}/signers`;
});

async function refused(ref: string, rules: Partial<SourceSettings>): Promise<unknown> {
  const source = createSource({ dataDirectory: temporaryFolder() });
  const settings = { git: repository.folder, branch: 'main', directory: '.', ...rules };
  try {
    const { sha } = await source.resolve(settings, ref, signal);
    await source.admit(settings, sha, signal);
    return undefined;
  } catch (error) {
    return error;
  }
}

const rows: [string, string, string, Partial<SourceSettings>][] = [
  ['a ref that is not allowed', 'ref-not-allowed', 'feature', {}],
  ['an unsigned commit', 'not-signed', 'main', { require_signed: true }],
  ['a ref that does not exist', 'unknown-ref', 'mian', {}],
];

test.each(rows)(
  '%s is not retried, because it would fail again',
  async (_name, code, ref, rules) => {
    const all = rules.require_signed === true ? { ...rules, allowed_signers: signers } : rules;
    const failure = failureRecord(await refused(ref, all), { noun: 'source', timeoutMs: 1 }, 'd1');
    expect(failure.code).toBe(code);
    const d = fold([
      { type: 'requested', at: 0, id: 'd1', request: request() },
      phaseStarted('prepare'),
      ...failed('source', failure),
      finished('failed'),
    ]);
    expect(retry(d)).toEqual({ kind: 'refused', refusal: { kind: 'needs-commit' } });
    const shown = JSON.stringify(messagesOf(d, { target: targetOf(), style: 'plan' }));
    expect(shown).toContain('Next:');
    expect(shown).not.toContain('"Retry"');
  },
);
