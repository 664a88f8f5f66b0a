import { expect, test } from '@jest/globals';
import type { DeploymentEvent } from '../../../../src/deploy/record/events.ts';
import { fold } from '../../../../src/deploy/record/fold.ts';
import { messagesOf } from '../../../../src/slack/views/messages.ts';
import {
  DIGEST,
  done,
  exampleFacts,
  finished,
  phaseStarted,
  prepared,
} from '../../../support/events.ts';
import { request } from '../../../support/stage-context.ts';
import { targetWith, oneUnit } from '../../../support/target.ts';
import { asText } from '../../support/as-text.ts';

const target = targetWith({ environment: oneUnit });
const approved: DeploymentEvent = { type: 'approved', at: 1, by: 'U0BOB', digest: DIGEST };

/** Every message of a deployment without a proxy, by its key. */
function told(...events: DeploymentEvent[]): Record<string, string> {
  const asked = request({ strategy: 'restart' });
  const d = fold([{ type: 'requested', at: 0, id: 'd1', request: asked }, ...events]);
  const views = messagesOf(d, { target, style: 'plan' });
  return Object.fromEntries(views.map((view) => [view.key, asText(view)]));
}

test.each([
  [{ lastDowntimeMs: 2_140 }, 'Users will notice; the last restart took 2.1 s.'],
  [{}, 'Users will notice; how long is not known before the first restart.'],
])('the card says that users will notice, and what is known of how long', (more, said) => {
  const { approval = '' } = told(...prepared({ facts: { ...exampleFacts, ...more } }));
  expect(approval).toContain('is restarted with the new release');
  expect(approval).toContain(said);
  expect(approval).toContain('Restart the live service?');
  expect(approval).not.toMatch(/Traffic .* moves/);
});

test('the last message and the line in the channel say how long it was, on every host', () => {
  const downtime = {
    'host-1': { ms: 1_260, atMost: false },
    'host-2': { ms: 4_940, atMost: true },
  };
  const { summary = '', result = '' } = told(
    ...prepared(),
    approved,
    phaseStarted('release'),
    ...done('restart', 'users are on green', { facts: { switchedAt: 5_000, downtime } }),
    { type: 'phase-done', at: 1, phase: 'release' },
    finished('succeeded'),
  );
  expect(summary).toContain('no good answer for at most 4.9 s');
  expect(result).toContain(
    'During the restart, users got no good answer for 1.3 s on host-1, for at most 4.9 s on host-2',
  );
  expect(result).toMatch(/Restarted /);
  expect(result).not.toContain('Traffic switched');
});
