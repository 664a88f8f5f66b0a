import { declaration, demoService } from './argo-yml.ts';
import { startDelayProxy, type DelayProxy } from './host/delay-proxy.ts';
import { type Scene, type SceneOptions, startScene } from './scene.ts';
import { brokenLinks } from './troubles/links.ts';
import { brokenProcesses, supervise } from './troubles/processes.ts';
import { badReleases } from './troubles/releases.ts';
import { brokenServices } from './troubles/services.ts';
import { brokenSlack } from './troubles/slack.ts';
import { startUsers, type Users } from './users.ts';
import type { Gauge } from './workspace/model.ts';

/** A scene whose page offers to break it, with users on the service and a supervisor for the processes. */
export interface Playground {
  readonly scene: Scene;
  readonly users: Users;
  stop(): Promise<void>;
}

type PlaygroundOptions = Pick<SceneOptions, 'port' | 'watch' | 'workers'>;

export async function openPlayground(options: PlaygroundOptions): Promise<Playground> {
  const links: DelayProxy[] = [];
  const scene = await startScene({
    workers: 2,
    service: demoService(),
    ...options,
    async variants([host]) {
      if (!host) throw new Error('the playground has no host');
      const link = await startDelayProxy({ host: host.address, port: host.port, delayMs: 0 });
      links.push(link);
      const behind = { ...declaration(host, 'root'), address: '127.0.0.1', port: link.port };
      return { production: { hosts: [behind] } };
    },
  });
  const [host] = scene.hosts;
  const [link] = links;
  if (!host || !link) throw new Error('the playground has no host');
  const supervisor = supervise(scene);
  const users = startUsers(`${host.publicUrl}/api/v1/signals`, () => scene.workspace.refresh());
  scene.workspace.offer(
    [
      ...brokenServices(host),
      ...brokenLinks(link),
      ...brokenProcesses(scene),
      ...brokenSlack(scene.workspace),
      ...badReleases(scene.repository),
    ],
    () => gauges(scene, users),
  );
  return {
    scene,
    users,
    async stop() {
      supervisor.stop();
      await users.stop();
      await scene.stop();
      await link.stop();
    },
  };
}

const count = (value: number): string => value.toLocaleString('en');

function gauges(scene: Scene, users: Users): Gauge[] {
  const glance = users.glance();
  const running = scene.workers.filter((worker) => worker.running()).length;
  const some = glance !== undefined;
  return [
    { label: 'Users are on', value: some ? glance.release : 'nothing yet', well: some },
    { label: 'Requests', value: some ? count(glance.sent) : '0', well: true },
    { label: 'Failed', value: some ? count(glance.failed) : '0', well: !glance?.failed },
    {
      label: 'Longest gap',
      value: some ? `${Math.round(glance.longestGapMs)} ms` : '–',
      well: !some || glance.longestGapMs < 1_000,
    },
    {
      label: 'Workers',
      value: `${running} of ${scene.workers.length}`,
      well: running === scene.workers.length,
    },
    {
      label: 'Bot',
      value: scene.bot.running() ? 'running' : 'down',
      well: scene.bot.running(),
    },
  ];
}
