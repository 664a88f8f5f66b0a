import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseDocument } from 'yaml';
import { approve, ask, ending, inThread, threadOf } from '../../sandbox/acts.ts';
import { type Scene, startScene } from '../../sandbox/scene.ts';
import { setUpHosts } from '../../sandbox/set-up-hosts.ts';
import { readable } from '../../sandbox/transcript.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const production = ['services', 'argo-trading', 'environments', 'production'];

describeOnHosts('an environment whose strategy is changed in argo.yml', () => {
  let scene: Scene;

  const on = async (script: string): Promise<string> => {
    const answer = await scene.hosts[0]!.exec(script);
    return (answer.stdout + answer.stderr).trim();
  };
  const version = (port: number) =>
    on(`curl -s 127.0.0.1:${port}/api/v1/health | grep -o '"version":"[^"]*"' | cut -d'"' -f4`);

  /** Changes argo.yml as people do, and starts every part anew, since each reads it once. */
  const declare = async (changes: Record<string, unknown>): Promise<void> => {
    const file = scene.environment['ARGO_CONFIG'] ?? '';
    const document = parseDocument(await readFile(file, 'utf8'));
    for (const [key, value] of Object.entries(changes)) {
      const path = [...production, key];
      if (value === undefined) document.deleteIn(path);
      else document.setIn(path, document.createNode(value));
    }
    await writeFile(file, document.toString());
    await setUpHosts(file, scene.hosts);
    const parts = [...scene.workers.splice(0), scene.bot];
    for (const part of parts) part.kill('SIGTERM');
    await Promise.all(parts.map((part) => part.ended()));
    scene.workers.push(scene.startWorker());
    scene.bot = await scene.startBot();
  };
  const toRestart = { strategy: 'restart', port: 8000, slots: undefined, proxy: undefined };
  const deployed = async (): Promise<string> => {
    const root = await ask(scene, 'ada', 'deploy');
    await approve(scene, root);
    return ending(scene, root);
  };
  /** What the refusal tells people to type, typed as it stands. */
  const refused = async (words: string) => {
    const root = await ask(scene, 'ada', words);
    expect(await ending(scene, root)).toMatch(/which argo-bot wrote for another strategy/);
    await inThread(scene, root, /systemctl disable --now/);
    const said = threadOf(scene, root).map(readable).join('\n').replaceAll('&amp;', '&');
    return /systemctl disable --now .* former(?=`?, then)/.exec(said)?.[0] ?? '';
  };

  beforeAll(async () => {
    scene = await startScene({ watch: { checks: 2, interval_seconds: 0.2 } });
    expect(await deployed()).toMatch(/^✅/u);
  });
  afterAll(() => scene.stop());

  test('is refused while units of the other one run, and nothing is touched', async () => {
    const before = await version(8001);
    await declare(toRestart);
    expect(await refused('deploy')).toContain('argo-trading-blue.service');
    await refused('rollback users see errors');
    expect(await version(8001)).toBe(before);
    expect(await on('systemctl is-active argo-trading.service || true')).toBe('inactive');
  });

  test('deploys a first release once that was done which the refusal says', async () => {
    const remedy = await refused('deploy');
    expect(await on(`set -e; ${remedy}`)).not.toMatch(/error|cannot/i);
    expect(await deployed()).toMatch(/^✅/u);
    expect(await version(8000)).toMatch(/^\d{8}-/);
    expect(await on('systemctl list-units --plain --no-legend "argo-trading-*"')).toBe('');
  });
});
