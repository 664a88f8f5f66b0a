import { expect, test } from '@jest/globals';
import type { Deployment } from '../../../../src/deploy/record/deployment.ts';
import { failureTitle } from '../../../../src/slack/views/parts/failure-titles.ts';
import { checklist } from '../../../../src/slack/views/thread/checklist.ts';
import { failureBlocks } from '../../../../src/slack/views/thread/failure.ts';
import { deployments, stateNamed } from '../table/deployments.ts';
import { targetOf } from '../table/drawn.ts';

const DOCS = 'https://git.example/argo/blob/main/docs';

function failedWith(code: string): Deployment {
  const d = stateNamed('failed');
  const stages = d.stages.map((stage) =>
    stage.failure ? Object.assign(stage, { failure: { ...stage.failure, code } }) : stage,
  );
  return { ...d, stages };
}

const shown = (code: string, docs: string | undefined): string =>
  JSON.stringify(failureBlocks(failedWith(code), { ...targetOf(), docs }));

test('a failure links to its entry in the docs, where argo.yml says where they are', () => {
  expect(shown('preflight', DOCS)).toContain(
    `<${DOCS}/reference/errors-release.md#preflight|About the error preflight>`,
  );
});

test.each([
  ['preflight', undefined],
  ['from-the-future', DOCS],
])('there is no link for %s with the docs at %s', (code, docs) => {
  expect(shown(code, docs)).not.toContain('About the error');
});

test('a stage that a person cancelled is not shown as failed', () => {
  const d = stateNamed('cancelled in a stage');
  const { blocks } = checklist(d, { target: targetOf(), style: 'plan' });
  const said = JSON.stringify(blocks);
  expect(said).toContain('"Checks cancelled');
  expect(said).not.toMatch(/failed|cancelled by|Next:/);
});

test('no reason in the tables repeats its headline', () => {
  for (const { stages } of Object.values(deployments()))
    for (const stage of stages.filter(({ failure }) => failure)) {
      const message = stage.failure?.message.toLowerCase() ?? '';
      expect(message.startsWith(failureTitle(stage).toLowerCase())).toBe(false);
    }
});

test('what happened on the host that failed does not name it again', () => {
  const d = stateNamed('failed');
  const stages = d.stages.map((stage) =>
    stage.failure
      ? Object.assign(stage, {
          failure: {
            ...stage.failure,
            host: 'host-1',
            message: 'engine crashed twice on host-1\nhost-1: the previous release is live again',
          },
        })
      : stage,
  );
  const host = { slots: {}, freeMb: 9_000 };
  const hosts = { 'host-1': host, 'host-2': host };
  const said = JSON.stringify(
    failureBlocks({ ...d, stages, facts: { ...d.facts, hosts } }, targetOf()),
  );
  expect(said).toContain('"The previous release is live again."');
  expect(said).not.toContain('host-1: ');
});

test.each([
  ['already-live', 'Nothing to roll back'],
  ['nothing-to-restart', 'Nothing to restart'],
])('the headline of %s is %s: no host was at fault', (code, headline) => {
  expect(failureTitle({ name: 'claim', noun: 'host reservation', failure: { code } })).toBe(
    headline,
  );
});

test.each(['not-started', 'unhealthy'])(
  'a rollback whose release ends as %s names another release before a new commit',
  (code) => {
    const d = stateNamed('rollback failed');
    const stages = d.stages.map((stage) =>
      stage.failure
        ? { ...stage, failure: { ...stage.failure, code, next: 'commit and push.' } }
        : stage,
    );
    const said = JSON.stringify(failureBlocks({ ...d, stages }, targetOf()));
    expect(said).toContain('`/argo rollback` with another release of `/argo history`');
    expect(said).not.toContain('*Next:* commit and push');
  },
);
