import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  approvalCard,
  approve,
  ask,
  ending,
  inThread,
  liveSlot,
  told,
} from '../../sandbox/acts.ts';
import { legacyConfig } from '../../sandbox/argo-yml.ts';
import { type Scene, startScene } from '../../sandbox/scene.ts';
import { readable } from '../../sandbox/transcript.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const root = '/opt/argo-trading';
const KEY = 'pk8Qz3vT1mXw7Yb2Nc5Rd9Le4Gh6Jf0S';
const TYPO = `${KEY.slice(0, 9)}Q${KEY.slice(10)}`;
const NEXT = 'qm4Wd7xV0aZr2Ks9Jt6Lp1Bn8Hc3Fg5Y';
const BY_HAND = 'handT1mXw7Yb2Nc5Rd9Le4Gh6Jf0Sq3z';

const config = (api_key: string): string =>
  JSON.stringify({ massive: { api_key }, alpaca: { paper: true } }, null, 2);

describeOnHosts('the config alone, from its source to a host and back', () => {
  let scene: Scene;
  let folder: string;
  let provider: Server;
  const taken = new Set([KEY]);

  const put = (api_key: string) => writeFileSync(join(folder, 'argo.json'), config(api_key));
  const on = async (script: string): Promise<string> => {
    const { stdout, stderr } = await scene.hosts[0]!.exec(script);
    return stdout + stderr;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'argo-config-'));
    put(KEY);
    provider = createServer(({ headers }, response) => {
      const key = String(headers['x-api-key']);
      response.writeHead(taken.has(key) ? 200 : 401).end();
    });
    provider.listen(0, '127.0.0.1');
    await once(provider, 'listening');
    const address = provider.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    scene = await startScene({
      watch: { checks: 2, interval_seconds: 0.2 },
      service: {
        config: {
          file: join(folder, 'argo.json'),
          rules: [{ key: 'massive.api_key', required: true, length: 32 }],
          probes: [
            {
              name: 'massive takes the key',
              key: 'massive.api_key',
              url: `http://127.0.0.1:${port}/v1/me`,
              headers: { 'X-Api-Key': '{value}' },
            },
          ],
        },
      },
    });
    await on(`printf '{"massive":{"api_key":"of old"}}' > ${legacyConfig}`);
  });
  afterAll(async () => {
    await scene.stop();
    provider.closeAllConnections();
    provider.close();
    rmSync(folder, { recursive: true });
  });

  test('a push before anything was deployed is refused', async () => {
    expect(await told(scene, 'ada', 'config push')).toContain('No release of argo-bot is live yet');
  });

  test('the first deployment shows what the location holds before it replaces it', async () => {
    const asked = await ask(scene, 'ada', 'deploy');
    expect(readable(await approvalCard(scene, asked))).toContain(
      'on host-1, which argo-bot has never written.',
    );
    await approve(scene, asked);
    expect(await ending(scene, asked)).toMatch(/^✅/u);
    expect(await on(`cat ${legacyConfig}`)).toBe(config(KEY));
    expect(await on(`cat ${legacyConfig}.argo-previous`)).toContain('of old');
  });

  test('check stops a typo of the right length, and passes the right key', async () => {
    put(TYPO);
    expect(await told(scene, 'ada', 'config check')).toMatch(
      /refused massive.api_key \(HTTP 401\)/,
    );
    put(KEY);
    expect(await told(scene, 'ada', 'config check')).toContain('2 values, all rules pass');
  });

  test('diff tells what the host lacks, and what was edited there by hand', async () => {
    await on(`sed -i s/${KEY}/${BY_HAND}/ ${legacyConfig} $(readlink -f ${root}/blue)/config.json`);
    taken.add(NEXT);
    put(NEXT);
    const said = (await told(scene, 'ada', 'config diff')).replaceAll('`', '');
    expect(said).toContain(
      'Somebody edited the config on host-1. The config on host-1 is not the config of the bot’s machine.',
    );
    expect(said).toContain('Config edited by hand');
    expect(said).toMatch(/~ massive\.api_key [0-9a-f]{8} → [0-9a-f]{8}/);
    expect(said).toContain(`${legacyConfig} on host-1: edited by hand; 1 changed`);
    expect(said).toContain(`${root}/blue/config.json on host-1: edited by hand`);
  });

  test('push brings it as a release of the same commit, with the edits shown before they go', async () => {
    const asked = await ask(scene, 'ada', 'config push');
    const card = readable(await approvalCard(scene, asked));
    expect(card).toContain('config push with');
    expect(card).toContain('This replaces config that somebody edited by hand on host-1: ');
    expect(card).toContain('1 config key');
    expect(await liveSlot(scene)).toBe('blue');
    await approve(scene, asked);
    expect(await ending(scene, asked)).toMatch(/^✅/u);
    expect(await liveSlot(scene)).toBe('green');
    expect(await on(`cat ${legacyConfig}`)).toBe(config(NEXT));
    expect(await on(`cat ${root}/green/config.json`)).toBe(config(NEXT));
    expect(await on(`cat ${legacyConfig}.argo-previous`)).toBe(config(BY_HAND));
    expect(
      await on(`cat ${root}/blue/.argo/commit ${root}/green/.argo/commit | uniq | wc -l`),
    ).toBe('1\n');
    await inThread(scene, asked, /keeps a copy as \S+\.argo-previous/);
  });

  test('a rollback brings the config of its release back to every location', async () => {
    await on(`sed -i s/${BY_HAND}/${KEY}/ $(readlink -f ${root}/blue)/config.json`);
    const asked = await ask(scene, 'ada', 'rollback users see errors');
    expect(await ending(scene, asked)).toMatch(/rolled back/i);
    expect(await on(`cat ${legacyConfig}`)).toBe(config(KEY));
  });

  test('and no key was told to anybody', () => {
    const messages = scene.workspace.messages('C0DEPLOYS');
    expect(messages.length).toBeGreaterThan(10);
    const logs = [scene.bot, ...scene.workers].map(({ log }) => readFileSync(log, 'utf8'));
    const said = JSON.stringify(messages) + logs.join('\n');
    for (const key of [KEY, TYPO, NEXT, BY_HAND]) expect(said).not.toContain(key.slice(12, 28));
  });
});
