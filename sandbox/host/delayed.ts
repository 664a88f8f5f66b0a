import type { Socket } from 'node:net';

/** One direction of a connection. */
export interface Delayed {
  resume(): void;
}

interface LinkState {
  readonly delayMs: number;
  readonly state: 'up' | 'cut' | 'frozen';
}

const mostWaiting = 4 << 20;

/** Hands on what arrives, in order, each piece its delay after it came. */
export function delayed(from: Socket, to: Socket, link: LinkState): Delayed {
  const waiting: { due: number; chunk: Buffer | 'end' }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let bytes = 0;

  const pass = () => {
    timer = undefined;
    while (link.state === 'up' && waiting[0] !== undefined && waiting[0].due <= performance.now()) {
      const { chunk } = waiting.shift() ?? { chunk: 'end' as const };
      if (chunk === 'end') to.end();
      else {
        bytes -= chunk.length;
        to.write(chunk);
      }
    }
    if (bytes < mostWaiting) from.resume();
    schedule();
  };
  const schedule = () => {
    const next = waiting[0];
    if (timer !== undefined || next === undefined || link.state !== 'up') return;
    timer = setTimeout(pass, Math.max(0, next.due - performance.now()));
  };
  const accept = (chunk: Buffer | 'end') => {
    waiting.push({ due: performance.now() + link.delayMs, chunk });
    schedule();
  };

  from.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes >= mostWaiting) from.pause();
    accept(chunk);
  });
  from.once('end', () => accept('end'));
  to.once('close', () => clearTimeout(timer));
  return { resume: pass };
}
