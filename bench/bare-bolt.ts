// Starts a Bolt app that only acknowledges /argo, in a process of its own, with a workspace of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { compiled } from '../sandbox/cache.ts';
import { manifested } from '../sandbox/manifest.ts';
import { people } from '../sandbox/people.ts';
import { startWorkspace, type Workspace } from '../sandbox/workspace/workspace.ts';

export interface BareBolt {
  workspace: Workspace;
  stop(): Promise<void>;
}

const tokens = {
  botToken: 'xoxb-bare-0123456789-abcdefghij',
  appToken: 'xapp-1-bare-0123456789-abcdefghij',
  signingSecret: 'bare-signing-secret-0123456789',
};
const CONNECTED_MS = 60_000;

export async function startBareBolt(): Promise<BareBolt> {
  const { ada, ben, cleo, operators, channels } = people;
  const workspace = await startWorkspace({
    users: [ada, ben, cleo],
    channels,
    userGroups: [operators],
    ...manifested(),
    ...tokens,
    delivery: 'socket',
  });
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-bolt-app.ts')], {
    env: {
      PATH: process.env['PATH'],
      ...compiled,
      SLACK_BOT_TOKEN: tokens.botToken,
      SLACK_APP_TOKEN: tokens.appToken,
      SLACK_API_URL: workspace.apiUrl,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    await end(child);
    await workspace.close();
  };
  try {
    await workspace.waitFor(() => workspace.connections() > 0, CONNECTED_MS);
    return { workspace, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
