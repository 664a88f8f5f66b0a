import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { approve, ask, ending, inThread, threadOf, told } from '../../sandbox/acts.ts';
import { withoutProxy } from '../../sandbox/argo-yml.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { type Scene, startScene } from '../../sandbox/scene.ts';
import { startTraffic } from '../../sandbox/traffic.ts';
import { readable } from '../../sandbox/transcript.ts';
import { bootTimeoutMs, describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { untilOnHost } from '../support/until.ts';
import { watchRecords } from './support/records.ts';

/** A release that is ill from the moment that this file is there; the one before it never looks. */
const ill = '/opt/ill';
const turnsIll = {
  message: 'Look at the market before answering',
  edits: [
    {
      path: 'argo/behaviour.py',
      find: 'def problem() -> Optional[str]:\n',
      replace: `def problem() -> Optional[str]:\n    if Path("${ill}").exists():\n        return "unhealthy"\n`,
    },
  ],
};
const health = { path: '/api/v1/health', status: 'status', version: 'version' };
const single = {
  ...withoutProxy,
  root: '/opt/argo-single',
  port: 8100,
  unit_name: 'argo-single',
  config_locations: [],
};
const roots = { production: '/opt/argo-trading', single: single.root };
type Environment = keyof typeof roots;

describeOnHosts('a bot that is away while a release turns ill', () => {
  let scene: Scene;

  const on = async (script: string): Promise<string> => {
    const answer = await scene.hosts[0]!.exec(script);
    return (answer.stdout + answer.stderr).trim();
  };
  const live = (where: Environment) =>
    on(`cd ${roots[where]} && basename "$(readlink "$(cat .current_color)")"`);
  const answers = (address: string) =>
    on(`curl -s ${address}/api/v1/health | grep -o '"version":"[^"]*"' | cut -d'"' -f4`);
  const endAll = async (): Promise<void> => {
    const parts = [...scene.workers.splice(0), scene.bot];
    for (const part of parts) part.kill('SIGKILL');
    await Promise.all(parts.map((part) => part.ended()));
  };
  const change = (name: string) =>
    commit(scene.repository, { message: name, files: { [`argo/${name}.json`]: '1\n' } });

  /** Deploys, ends every part of the bot in the watch, and makes the release ill. */
  const goneInTheWatch = async (where: Environment) => {
    await on(`rm -f ${ill}`);
    const before = await live(where);
    const root = await ask(scene, 'ada', `deploy --env ${where}`);
    await approve(scene, root);
    const watcher = await watchRecords(scene, where);
    try {
      const { facts, id } = await watcher.until(({ checks }) => checks.length > 0);
      await endAll();
      expect(await live(where)).toBe(facts.release);
      await on(`touch ${ill}`);
      return { before, root, id, release: facts.release };
    } finally {
      watcher.close();
    }
  };

  /** Somebody starts the bot again: it tells of one rollback, and says what the host says. */
  const tellsOfIt = async (
    where: Environment,
    { before, root, id, release }: Awaited<ReturnType<typeof goneInTheWatch>>,
  ) => {
    const verdict = `cat ${roots[where]}/releases/${release}/.argo/verdict`;
    await untilOnHost(async () => (await on(verdict)) === 'bad');
    scene.workers.push(scene.startWorker());
    scene.bot = await scene.startBot();
    expect(await ending(scene, root)).toMatch(/^↩.*rolled back/u);
    const rolledBack = /^↩️ \*?Rolled back argo/u;
    await inThread(scene, root, rolledBack);
    const said = threadOf(scene, root).map(readable);
    expect(said.filter((text) => rolledBack.test(text))).toHaveLength(1);
    expect(said.join('\n')).toContain(`rolled back automatically to ${before}`);
    const watcher = await watchRecords(scene, where);
    const record = await watcher.records.read(id);
    watcher.close();
    expect(record?.finished?.ending).toBe('rolled-back');
    expect(record?.facts.rollbackTo?.release).toBe(before);
    expect(
      record?.stages.filter(({ status }) => status === 'failed').map(({ name }) => name),
    ).toEqual(['watch']);
    expect(await live(where)).toBe(before);
    expect(await on(`grep -c guard-return ${roots[where]}/state/journal.jsonl`)).toMatch(/^[246]$/);
    expect(await on(`find /etc/systemd /run/systemd ${roots[where]}/state -name '*guard*'`)).toBe(
      '',
    );
    expect(await on(`systemctl list-units --all --plain --no-legend 'argo-guard*'`)).toBe('');
    expect(await told(scene, 'ben', `unlock --env ${where}`)).toMatch(/unlocked by/i);
  };

  beforeAll(async () => {
    scene = await startScene({
      watch: { checks: 20, interval_seconds: 0.5, guard_after_seconds: 5 },
      service: { health: { ...health, timeout_seconds: 30 } },
      variants: async () => ({ single }),
    });
    for (const where of ['production', 'single']) {
      const root = await ask(scene, 'ada', `deploy --env ${where}`);
      await approve(scene, root);
      expect(await ending(scene, root)).toMatch(/^✅/u);
    }
    await commit(scene.repository, turnsIll);
  }, bootTimeoutMs * 2);
  afterAll(() => scene.stop());

  test('users are brought back without it, and lose nothing', async () => {
    const traffic = await startTraffic(`${scene.hosts[0]!.publicUrl}/api/v1/signals`, {
      perSecond: 50,
      maxSeconds: 150,
    });
    const gone = await goneInTheWatch('production');
    await untilOnHost(async () => (await live('production')) === gone.before);
    expect(await answers('127.0.0.1')).toBe(gone.before);
    await tellsOfIt('production', gone);
    const { failures, sent } = await traffic.stop();
    expect(failures).toEqual([]);
    expect(sent).toBeGreaterThan(100);
  });

  test('also when the host was restarted meanwhile', async () => {
    await change('second');
    const gone = await goneInTheWatch('production');
    await scene.hosts[0]!.reboot('crash');
    await untilOnHost(async () => (await live('production')) === gone.before);
    expect(await answers('127.0.0.1')).toBe(gone.before);
    await tellsOfIt('production', gone);
  });

  test('also with one unit, and a host that was restarted', async () => {
    await change('third');
    const gone = await goneInTheWatch('single');
    await scene.hosts[0]!.reboot();
    await untilOnHost(async () => (await answers('127.0.0.1:8100')) === gone.before);
    await untilOnHost(async () =>
      (await on('ls /opt/argo-single/state/guard')).includes('returned'),
    );
    await tellsOfIt('single', gone);
  });
});
