// Keeps one SSH connection to each host during one run. It opens on demand, and again after a loss.
import type { Host, Hosts, HostSettings, Log } from '../deploy/ports/ports.ts';
import { connect, defaultTiming, type SshConnection, type Timing } from './ssh/connect.ts';
import { interruption, raceAbort } from './ssh/deadline.ts';
import { createAhead } from './run/ahead.ts';
import { runEarly } from './run/early.ts';
import { runScript, type ScriptHost } from './run/run-script.ts';
import { commandOf } from './run/script-text.ts';
import { getThroughTunnel } from './tunnel/tunnel.ts';
import { createSemaphore } from './ssh/semaphore.ts';

export interface HostsOptions {
  log: Log;
  /** Masks secrets in all text that a failure quotes. */
  redact?: (text: string) => Promise<string>;
  timing?: Partial<Timing>;
}

/** The most sessions at once on one connection. sshd allows 10 by default (MaxSessions). */
const channelsAtOnce = 8;

interface OpenHost {
  host: Host;
  openConnection: (stop: AbortSignal) => Promise<SshConnection>;
  close: () => Promise<void>;
}

/** The method `open` fails with HostUnreachable, Misconfigured or Interrupted. */
export function createHosts(options: HostsOptions): Hosts {
  const openHosts = new Map<string, OpenHost>();
  return {
    async open(settings, signal) {
      const key = JSON.stringify(settings);
      const opened = openHosts.get(key) ?? createOpenHost(settings, options);
      openHosts.set(key, opened);
      try {
        await opened.openConnection(signal);
      } catch (error) {
        if (!signal.aborted) throw error;
        throw interruption(signal, `connecting to ${settings.name}`);
      }
      return opened.host;
    },
    async closeAll() {
      const all = [...openHosts.values()];
      openHosts.clear();
      await Promise.all(all.map((opened) => opened.close()));
    },
  };
}

function createOpenHost(settings: HostSettings, options: HostsOptions): OpenHost {
  const { log, redact = (text: string) => Promise.resolve(text) } = options;
  const timing = { ...defaultTiming, ...options.timing };
  const closing = new AbortController();
  let current: Promise<SshConnection> | undefined;

  const connectAnew = (): Promise<SshConnection> => {
    const attempt = connect(settings, { log, timing, closing: closing.signal });
    void forgetWhenLost(attempt, () => {
      if (current === attempt) current = undefined;
    });
    return attempt;
  };

  /** All callers share one connection attempt. The attempt continues when only some of them give up. */
  const openConnection = (stop: AbortSignal): Promise<SshConnection> => {
    current ??= connectAnew();
    return raceAbort(current, stop);
  };

  const scriptHost: ScriptHost = {
    settings,
    openConnection,
    semaphore: createSemaphore(channelsAtOnce),
    ahead: createAhead(),
    redact,
    log,
  };
  return {
    openConnection,
    host: {
      name: settings.name,
      run: (script, parameters, run) => runScript(scriptHost, script, parameters, run),
      runEarly: (calls, run) => runEarly(scriptHost, calls, run),
      prepareChannel: () => {
        // If the connection fails, the next `run` reports it.
        openConnection(closing.signal)
          .then(({ spare }) => spare.prepare(commandOf(settings.user)))
          .catch(() => undefined);
      },
      get: (url, get) => getThroughTunnel(scriptHost, url, get),
    },
    async close() {
      closing.abort();
      const open = await current?.catch(() => undefined);
      open?.drop();
    },
  };
}

async function forgetWhenLost(opening: Promise<SshConnection>, forget: () => void): Promise<void> {
  try {
    const { lost } = await opening;
    if (lost.aborted) forget();
    else lost.addEventListener('abort', forget, { once: true });
  } catch {
    // The callers of `openConnection` already get this error.
    forget();
  }
}
