// An automatic rollback brings the log of the release into the thread, with the cause and the commit it leads to.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploy } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { inThread, threadOf, told } from '../../sandbox/acts.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { startTraffic } from '../../sandbox/traffic.ts';
import { transcript } from '../../sandbox/transcript.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { until } from '../support/until.ts';

const SECRET = 'EXAMPLE-massive-key-not-real-032';
/** Every release of this test fails once this is there, so a test decides when. */
const FLAG = '/run/engine-fails';

describeOnHosts('an automatic rollback', () => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld({ watch: { checks: 20, interval_seconds: 0.2 } });
  });
  afterAll(() => world.stop());

  /** Deploys, and makes the release fail once users are on it. */
  const failsAfterSwitch = async () => {
    const colour = 'cat /opt/argo-trading/.current_color 2>/dev/null || true';
    const before = await world.onHost(colour);
    const ended = deploy(world);
    await until(async () => (await world.onHost(colour)) !== before);
    await world.onHost(`touch ${FLAG}`);
    const deployed = await ended;
    await world.onHost(`rm ${FLAG}`);
    return deployed;
  };

  test('names the exception, and the new commit that wrote the line', async () => {
    expect((await deploy(world)).line).toMatch(/^✅/u);
    await commit(world.scene.repository, {
      message: 'Count *every* signal',
      edits: [
        {
          path: 'argo/api/health.py',
          find: '    performance = metrics.snapshot()\n',
          replace: `    performance = metrics.snapshot()
    if os.path.exists("${FLAG}"):
        raise ValueError("no signals for ${SECRET}")
`,
        },
        { path: 'argo/api/health.py', find: 'from fastapi', replace: 'import os\nfrom fastapi' },
      ],
    });
    const { line, root, events } = await failsAfterSwitch();
    expect(line).toMatch(/^↩/u);
    await inThread(world.scene, root, /\[Show log.*ValueError: no signals for/s);
    await inThread(world.scene, root, /health\.py:\d+.*last changed.*Count .*every.*signal/s);
    await inThread(world.scene, root, /\[file .*attach-log\.log/);
    const thread = transcript(threadOf(world.scene, root));
    expect(thread + JSON.stringify(events)).not.toContain(SECRET);
  });

  test('names the exit status of the crash, and no commit where the lines are old', async () => {
    const { scene } = world;
    await scene.repository.git('revert', '--no-edit', 'HEAD');
    await commit(scene.repository, {
      message: 'Stop when the calendar is missing',
      files: {
        'behaviour.json': JSON.stringify({ after: 'proxy', exitAfterSeconds: 0.3 }),
      },
    });
    await told(scene, 'ben', 'unlock');
    const traffic = await startTraffic(`${world.host.publicUrl}/api/v1/signals`, { perSecond: 20 });
    const { line, root } = await deploy(world);
    await traffic.stop();
    expect(line).toMatch(/^↩/u);
    await inThread(scene, root, /ended (with |\()exit status 3/);
    await inThread(scene, root, /\[file .*attach-log\.log/);
    expect(transcript(threadOf(scene, root))).not.toContain('last changed');
  });
});
