// Stands between the bot and a real host, and records what the host does.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import ssh2, { type Client, type ServerChannel } from 'ssh2';
import type { TestHost } from '../../sandbox/host/host.ts';
import { createCallReader, type HostCall } from './call-reader.ts';
import { createLandmark, type Recording, takesFiles } from './recording.ts';
import { type Front, startFront } from './ssh-front.ts';

export interface Recorder extends Front {
  /** What happened since the last call of this. */
  take(): Recording;
}

export async function startRecorder(host: TestHost): Promise<Recorder> {
  let recording: Recording = { scripts: [], tunnels: [] };
  const landmark = createLandmark();
  let opening: Promise<Client> | undefined;
  const real = (): Promise<Client> => (opening ??= connectTo(host, () => (opening = undefined)));
  const front = await startFront({
    exec(channel, command) {
      void real().then((client) =>
        passScripts(client, channel, command, (call, rest) => {
          recording.scripts.push({ script: call.script, parameters: call.parameters, ...rest });
          landmark.pass(call.script);
        }),
      );
    },
    tunnel(port, accept, reject) {
      const { after } = landmark;
      const sinceMs = performance.now() - landmark.at;
      const push = (heard: Heard): number =>
        recording.tunnels.push({ port, after, sinceMs, ...heard });
      const open = async (): Promise<void> => {
        const client = await real();
        client.forwardOut('127.0.0.1', 0, '127.0.0.1', port, (error, inner) => {
          if (error === undefined) return passRequest(accept(), inner, push);
          push({ refused: true, request: '', response: '', ms: 0 });
          return reject();
        });
      };
      void open();
    },
  });
  return {
    ...front,
    take() {
      const taken = recording;
      recording = { scripts: [], tunnels: [] };
      return taken;
    },
    close() {
      front.close();
      void opening?.then((client) => client.end());
    },
  };
}

async function connectTo(host: TestHost, onClose: () => void): Promise<Client> {
  const client = new ssh2.Client();
  client.on('close', onClose);
  client.connect({
    host: host.address,
    username: 'root',
    privateKey: readFileSync(host.botKeyPath),
  });
  await once(client, 'ready');
  client.setNoDelay(true);
  return client;
}

type Ended = (
  call: HostCall,
  rest: { stdout: string; stderr: string; code: number; ms: number },
) => void;

function passScripts(client: Client, channel: ServerChannel, command: string, onEnd: Ended): void {
  const calls: HostCall[] = [];
  const read = createCallReader((call) => calls.push(call));
  const out = { stdout: '', stderr: '' };
  let startedAt = performance.now();
  let ended = 0;
  const end = (code: number): void => {
    const call = calls[ended];
    if (!call) return;
    const between = (text: string): string =>
      text.split(`${call.mark}\n`)[1]?.split(`${call.mark} `)[0] ?? '';
    const ms = performance.now() - startedAt;
    onEnd(call, { stdout: between(out.stdout), stderr: between(out.stderr), code, ms });
    startedAt = performance.now();
    ended += 1;
  };
  client.exec(command, (error, inner) => {
    if (error !== undefined) return channel.close();
    channel.on('data', (chunk: Buffer) => {
      read(chunk);
      inner.write(chunk);
    });
    channel.on('end', () => {
      const call = calls[ended];
      if (call && takesFiles(call)) startedAt = performance.now();
      inner.end();
    });
    inner.on('data', (chunk: Buffer) => {
      channel.write(chunk);
      out.stdout += chunk.toString();
      for (let call = calls[ended]; call?.followed === true; call = calls[ended]) {
        const code = new RegExp(`^${call.mark} (\\d+) .*\\n`, 'mu').exec(out.stdout)?.[1];
        if (code === undefined) break;
        end(Number(code));
      }
    });
    inner.stderr.on('data', (chunk: Buffer) => {
      channel.stderr.write(chunk);
      out.stderr += chunk.toString();
    });
    let exit = 0;
    inner.on('exit', (code: number | null) => (exit = code ?? 1));
    inner.on('close', () => {
      end(exit);
      channel.exit(exit);
      channel.end();
    });
  });
}

interface Heard {
  refused: boolean;
  request: string;
  response: string;
  ms: number;
}

function passRequest(
  channel: ServerChannel,
  inner: NodeJS.ReadWriteStream,
  push: (heard: Heard) => void,
): void {
  const startedAt = performance.now();
  let request = '';
  let response = '';
  channel.on('error', () => {});
  channel.on('data', (chunk: Buffer) => (request += chunk.toString('latin1')));
  inner.on('data', (chunk: Buffer) => (response += chunk.toString('latin1')));
  inner.on('end', () => {
    const ms = performance.now() - startedAt;
    push({ refused: false, request: request.split('\r\n')[0] ?? '', response, ms });
  });
  channel.pipe(inner).pipe(channel);
}
