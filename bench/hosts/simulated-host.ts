// Answers the bot as a recorded host did, with the same delays.
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServerChannel } from 'ssh2';
import { createCallReader, type HostCall } from './call-reader.ts';
import {
  createLandmark,
  type Recording,
  type ScriptRecord,
  takesFiles,
  type TunnelRecord,
} from './recording.ts';
import type { Visits } from './ssh-front.ts';

/** A host that is as it was before the recorded deployment. It can be deployed to once. */
export function simulateHost(recording: () => Recording): Visits {
  const landmark = createLandmark();
  const counts = new Map<string, number>();
  const renamed = new Map<string, string>();
  const nth = (script: string): ScriptRecord => {
    const count = counts.get(script) ?? 0;
    counts.set(script, count + 1);
    const all = recording().scripts.filter((one) => one.script === script);
    const found = all[count] ?? all.at(-1);
    if (!found) throw new Error(`the recorded host ran no ${script}`);
    return found;
  };
  const play = async (
    channel: ServerChannel,
    call: HostCall,
    sent: Promise<unknown>,
  ): Promise<number> => {
    const { mark, version, followed, parameters } = call;
    const record = nth(call.script);
    noteRenamed(renamed, record.parameters, parameters);
    const [stdout, stderr] = [record.stdout, record.stderr].map((text) => rename(renamed, text));
    let [head, tail] = ['', stdout ?? ''];
    if (takesFiles(call)) [head, tail] = afterFence(tail);
    channel.write(`${mark}\n${head}`);
    channel.stderr.write(`${mark}\n`);
    if (takesFiles(call)) await sent;
    await pause(record.ms);
    const last = followed ? `${mark} ${record.code} ${version}\n` : '';
    channel.write(withClock(tail) + last);
    channel.stderr.write((stderr ?? '') + last);
    landmark.pass(call.script);
    return record.code;
  };
  return {
    exec(channel) {
      const sent = once(channel, 'end');
      let last = Promise.resolve(0);
      const read = createCallReader((call) => {
        last = last.then((code) => (code === 0 ? play(channel, call, sent) : code));
        if (!call.followed) void last.then((code) => end(channel, code));
      });
      channel.on('data', read);
      channel.on('error', () => {});
    },
    tunnel(port, accept, reject) {
      const { after } = landmark;
      const sinceMs = performance.now() - landmark.at;
      const all = recording().tunnels.filter((one) => one.port === port && one.after === after);
      if (latest(all, sinceMs)?.refused !== false) return reject();
      const channel = accept();
      channel.on('error', () => {});
      channel.once('data', (chunk: Buffer) => {
        const request = chunk.toString('latin1').split('\r\n')[0] ?? '';
        const found = latest(
          all.filter((one) => one.request === request),
          sinceMs,
        );
        if (!found) return channel.close();
        const ms = Math.min(found.ms, SLOWEST_ANSWER_MS);
        setTimeout(() => channel.end(rename(renamed, found.response), 'latin1'), ms);
      });
    },
  };
}

/** The recording machine may have been busy. Repeated by 50 hosts, one slow answer would fail every watch. */
const SLOWEST_ANSWER_MS = 20;

function end(channel: ServerChannel, code: number): void {
  channel.exit(code);
  channel.end();
}

/** As a recorded host of that time would answer. */
export function latest(all: readonly TunnelRecord[], sinceMs: number): TunnelRecord | undefined {
  return all.findLast((one) => one.sinceMs <= sinceMs) ?? all[0];
}

const SHORTEST_NAME = 8;

/** Names of releases and deployments, and digests: what the recorded host was told, and what this one is told instead. */
export function noteRenamed(
  renamed: Map<string, string>,
  recorded: Record<string, string>,
  told: Record<string, string>,
): void {
  for (const [key, value] of Object.entries(recorded)) {
    const now = told[key];
    if (now !== undefined && now !== value && value.length >= SHORTEST_NAME)
      renamed.set(value, now);
  }
}

export function rename(renamed: ReadonlyMap<string, string>, text: string): string {
  return [...renamed].reduce((sum, [from, to]) => sum.replaceAll(from, to), text);
}

/** The bot sends files after this line. */
function afterFence(stdout: string): [string, string] {
  const at = stdout.indexOf(FENCE) + FENCE.length;
  return [stdout.slice(0, at), stdout.slice(at)];
}

const FENCE = 'fence\theld\n';

const withClock = (stdout: string): string =>
  stdout.replace(/^now\t\d+$/mu, `now\t${Math.floor(Date.now() / 1_000)}`);
