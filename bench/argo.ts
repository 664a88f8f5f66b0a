// Lets people deploy with argo-bot in the sandbox's Slack.
import type { TestHost } from '../sandbox/host/host.ts';
import { approve, ask, ending, told } from '../sandbox/acts.ts';
import { lastJournal } from '../sandbox/journal.ts';
import type { Scene } from '../sandbox/scene.ts';
import { ARGO_BOT, type Contender, type Told } from './contender.ts';
import { toldBy } from './journal.ts';
import type { Connection } from '../src/redis/connection/connect.ts';

const wipeScript = `set -eu
for slot in blue green; do
  systemctl disable --quiet --now "argo-trading-$slot" 2>/dev/null || true
  rm -f "/etc/systemd/system/argo-trading-$slot.service"
done
systemctl daemon-reload
rm -rf /opt/argo-trading /opt/argo-legacy
mkdir /opt/argo-legacy
printf 'upstream argo_trading {\\n    server 127.0.0.1:8001;\\n    keepalive 16;\\n}\\n' >/etc/nginx/conf.d/argo-trading-upstream.conf
systemctl reload nginx
sync
`;

export interface ArgoBot {
  scene: Scene;
  redis: Connection;
  /** Of this environment, the only one. */
  host: TestHost;
  environment: string;
}

/** argo-bot as people use it: a slash command in the channel, a click on Approve as soon as it is there. */
export function argoBot(options: ArgoBot): Contender {
  const { scene, redis, host, environment } = options;
  const there = `--env ${environment}`;
  const ended = async (askedAt: number, line: string, wanted: RegExp): Promise<Told> => {
    if (!wanted.test(line)) throw new Error(`argo-bot did not make it: ${line}`);
    return toldBy(await lastJournal(redis, environment), askedAt);
  };
  return {
    name: ARGO_BOT,
    host,
    async wipe() {
      const wiped = await host.exec(wipeScript);
      if (wiped.code !== 0) throw new Error(`wiping ${host.name}: ${wiped.stderr}`);
    },
    async deploy() {
      const askedAt = Date.now();
      const root = await ask(scene, 'ada', `deploy ${there}`);
      await approve(scene, root);
      return ended(askedAt, await ending(scene, root), /^✅/u);
    },
    async goBack() {
      const askedAt = Date.now();
      const root = await ask(scene, 'ben', `rollback ${there} users see errors`);
      const story = await ended(askedAt, await ending(scene, root), /^↩/u);
      await told(scene, 'ben', `unlock ${there}`);
      return story;
    },
    signOf: ({ sha }) => `-${sha.slice(0, 7)}`,
  };
}
