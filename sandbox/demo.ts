import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { demoService } from './argo-yml.ts';
import { canBootHosts } from './host/can-boot.ts';
import { openPlayground } from './playground.ts';
import { type Scene, startScene } from './scene.ts';
import { ensurePackages, sandboxPackages } from './setup.ts';
import { deploys } from './people.ts';
import { playStory } from './story.ts';
import { transcript } from './transcript.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** `npm run demo`: everything on this machine, to play with; `--headless` plays the story by itself. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      headless: { type: 'boolean', default: false },
      port: { type: 'string', default: '4390' },
    },
  });
  await ensurePackages(sandboxPackages);
  const able = canBootHosts();
  if (!able.ok) {
    say(`This machine cannot boot the sandbox's hosts: ${able.reason}`);
    return 1;
  }
  say('Starting Redis, a Slack workspace, a host, the bot and a worker …');
  return values.headless ? headless() : interactive(Number(values.port));
}

async function interactive(port: number): Promise<number> {
  // Listened for from the start: a Ctrl-C while things come up ends them once they are up.
  const end = interrupted();
  const playground = await openPlayground({
    port,
    watch: { checks: 24, interval_seconds: 2.5 },
  });
  const { scene } = playground;
  say(`
Slack, of a kind:   ${scene.workspace.url}
The service:        ${scene.hosts[0]?.publicUrl ?? ''}/api/v1/health
Its repository:     ${scene.repository.dir}
The bot's log:      ${scene.bot.log}

Open the page, be Ada, and type /argo deploy in #deploys. Then be Ben, and approve it.
Commit something to the repository and deploy again. Ctrl-C ends everything.
`);
  await end;
  say('Stopping …');
  await playground.stop();
  return 0;
}

async function headless(): Promise<number> {
  const end = interrupted();
  const scene = await startScene({
    service: demoService(),
    watch: { checks: 12, interval_seconds: 0.5 },
  });
  try {
    const told = await Promise.race([tellStory(scene), end.then(() => 130)]);
    if (told === 130) say('Stopping …');
    return told;
  } catch (error) {
    tellLogs(scene);
    throw error;
  } finally {
    await scene.stop();
  }
}

/** 0 only if all of it happened. */
async function tellStory(scene: Scene): Promise<number> {
  const { wrong, threads, traffic } = await playStory(scene, say);
  for (const thread of threads) say(`\n${'—'.repeat(72)}\n${thread}`);
  say(`\n${'—'.repeat(72)}`);
  const { sent, failed, retried, failures, longestGapMs } = traffic;
  say(
    `${sent} requests, ${failed} failed, ${retried} asked again on a new connection, longest gap ${Math.round(longestGapMs)} ms`,
  );
  for (const { afterMs, reason } of failures.slice(0, 50))
    say(`  failed after ${Math.round(afterMs)} ms: ${reason}`);
  say(wrong.length === 0 ? 'All of it happened.' : `Did not happen:\n  ${wrong.join('\n  ')}`);
  return wrong.length === 0 ? 0 : 1;
}

/** What a person would look at first when the story broke off. */
function tellLogs(scene: Scene): void {
  say(transcript(scene.workspace.messages(deploys)));
  for (const part of [scene.bot, ...scene.workers]) {
    const state = part.running() ? 'is running' : 'has ended';
    say(`${part.name} ${state}; it said:\n${readFileSync(part.log, 'utf8').slice(-3_000)}`);
  }
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

process.exit(await main());
