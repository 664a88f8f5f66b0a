import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { approvalCard, approve, ask, ending, inThread, liveSlot } from '../../sandbox/acts.ts';
import { deploys, people } from '../../sandbox/people.ts';
import { type Scene, startScene } from '../../sandbox/scene.ts';
import { readable } from '../../sandbox/transcript.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

/** What would be there if code of the commit had been installed, run or started. */
const traces =
  'ls -A /opt/argo-trading/venvs 2>/dev/null; ls /etc/systemd/system/argo-trading-* 2>/dev/null; pgrep -af uvicorn; true';

describeOnHosts('an approval before the start, by two people', () => {
  let scene: Scene;
  const host = () => scene.hosts[0]!;

  beforeAll(async () => {
    const { ada, ben, cleo } = people;
    scene = await startScene({
      watch: { checks: 2, interval_seconds: 0.2 },
      variants: async () => ({
        production: {
          approval: { before: 'start', approvers: 2 },
          access: {
            deploy: [ada.id],
            approve: [ben.id, cleo.id],
            rollback: [ben.id],
            unlock: [ben.id],
            break_glass: [ada.id],
            channels: [deploys],
          },
        },
      }),
    });
  });
  afterAll(() => scene.stop());

  test('nothing of the commit runs on the host before the second person has approved', async () => {
    const root = await ask(scene, 'ada', 'deploy');
    const card = await approvalCard(scene, root);
    expect(readable(card)).toMatch(/not checked yet:.*pre-flight checks.*smoke tests/i);
    expect((await host().exec(traces)).stdout.trim()).toBe('');
    await approve(scene, root);
    await inThread(scene, root, /1 of 2 approvals/);
    expect((await host().exec(traces)).stdout.trim()).toBe('');
    await scene.workspace.as(people.cleo.id).click(deploys, card.ts, 'Approve');
    expect(await ending(scene, root)).toMatch(/^✅/u);
    expect(await liveSlot(scene)).toBe('blue');
  });

  test('one person alone breaks the glass, and the channel is told why', async () => {
    const root = await ask(scene, 'ada', 'deploy');
    const card = await approvalCard(scene, root);
    const ada = scene.workspace.as(people.ada.id);
    await ada.click(deploys, card.ts, 'Break glass…');
    const view = await scene.workspace.waitFor(() => ada.openView());
    const short = await ada.submit(view.id, { reason: 'now' });
    expect(short.ok).toBe(false);
    await ada.submit(view.id, { reason: 'orders are stuck, nobody is awake' });
    const end = await ending(scene, root);
    expect(end).toMatch(/^✅.*approved alone by/su);
    const told = await inThread(scene, root, /approved .* alone .*orders are stuck/s);
    expect(told.subtype).toBe('thread_broadcast');
  });
});
