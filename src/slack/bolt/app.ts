// Starts and stops the Slack app, over Socket Mode or HTTP.
import { App, HTTPReceiver, type Logger, LogLevel, type Receiver } from '@slack/bolt';
import { Misconfigured } from '../../deploy/record/errors.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { register } from './register.ts';
import { createSockets, type Sockets } from './sockets.ts';
import { isBadToken, slackErrorOf } from '../api/errors.ts';

export type SlackAppOptions = {
  botToken: string;
  slackApiUrl?: string | undefined;
  ports: SlackPorts;
  /** Called when Slack refuses the app token: no request comes in until someone replaces it. */
  onFatal(error: unknown): void;
  onReconnect?: () => void;
} & (
  | { mode: 'socket'; appToken: string }
  | { mode: 'http'; host: string; port: number; signingSecret: string }
);

export interface SlackApp {
  start(): Promise<void>;
  /** Stops accepting requests, then waits for those in progress. */
  stop(): Promise<void>;
  /** Returns why requests from Slack cannot arrive; undefined when they can. */
  problem(): string | undefined;
  /** Returns how many sockets are open; undefined in HTTP mode, which has none. */
  sockets(): number | undefined;
}

export function createSlackApp(options: SlackAppOptions): SlackApp {
  const { ports, botToken, slackApiUrl } = options;
  const logger = boltLogger(ports);
  const running = new Set<Promise<void>>();
  const receiver = receiverOf(options, logger);
  const app = new App({
    receiver,
    logger,
    // With `token` instead, Bolt calls auth.test at start, and refuses all requests if that one call fails.
    authorize: () => Promise.resolve({ botToken }),
    ignoreSelf: false,
    convoStore: false,
    ...(slackApiUrl === undefined ? {} : { clientOptions: { slackApiUrl } }),
  });
  trackPending(app, running);
  register(app, ports);
  app.error((error) => {
    ports.log.error(
      { error: ports.redactor.clean(error.message) },
      'an unexpected error stopped a request from Slack, and the person got no answer; report this as a bug',
    );
    return Promise.resolve();
  });
  let listening = false;
  const sockets = () => ('connected' in receiver ? receiver.connected() : undefined);
  return {
    async start() {
      await checkToken(ports);
      await (options.mode === 'http'
        ? receiver.start({ host: options.host, port: options.port })
        : receiver.start());
      listening = true;
    },
    sockets,
    problem() {
      if (options.mode === 'http')
        return listening ? undefined : `nothing listens on ${options.host}:${options.port} yet`;
      return sockets() === 0 ? 'no socket to Slack is open; it is tried again' : undefined;
    },
    async stop() {
      await receiver.stop();
      await Promise.allSettled(running);
    },
  };
}

function receiverOf(options: SlackAppOptions, logger: Logger): Receiver | Sockets {
  const { ports, slackApiUrl } = options;
  if (options.mode === 'http') {
    const { signingSecret, port } = options;
    return new HTTPReceiver({ signingSecret, port, endpoints: '/slack/events', logger });
  }
  return createSockets({
    appToken: options.appToken,
    slackApiUrl,
    logger,
    onReconnect: options.onReconnect,
    onFatal(error) {
      const words = ports.redactor.clean(String(error));
      ports.log.error(
        { error: words },
        'Slack refuses the app token, so argo-bot gets no requests and ends: correct SLACK_APP_TOKEN and start it again',
      );
      options.onFatal(error);
    },
  });
}

/** Drops debug lines, because they contain whole payloads. */
export function boltLogger({ log, redactor }: Pick<SlackPorts, 'log' | 'redactor'>): Logger {
  const words = (parts: unknown[]) => redactor.clean(parts.map(String).join(' ')).slice(0, 500);
  return {
    debug() {},
    info() {},
    warn: (...parts) =>
      log.warn(
        { from: 'bolt' },
        `the Slack library warns, and argo-bot continues: ${words(parts)}`,
      ),
    error: (...parts) =>
      log.error(
        { from: 'bolt' },
        `the Slack library reports an error; if this repeats, report it as a bug: ${words(parts)}`,
      ),
    setLevel() {},
    getLevel: () => LogLevel.WARN,
    setName() {},
  };
}

/** Collects running listeners in `running`. `stop` waits for them, because Bolt's receivers do not. */
function trackPending(app: App, running: Set<Promise<void>>): void {
  const process = app.processEvent.bind(app);
  app.processEvent = (event) => {
    const done = process(event);
    running.add(done);
    void done.catch(() => {}).finally(() => running.delete(done));
    return done;
  };
}

/** Throws Misconfigured when Slack refuses the bot token. If Slack does not answer, only logs a warning. */
async function checkToken({ findWorkspace, log }: SlackPorts): Promise<void> {
  try {
    await findWorkspace();
  } catch (error) {
    const trouble = slackErrorOf(error);
    if (trouble?.kind === 'refused' && isBadToken(trouble.error)) {
      throw new Misconfigured(`Slack refuses the bot token: ${trouble.error}`, {
        code: 'bad-bot-token',
        next: 'Copy the bot token (xoxb-…) from the app’s OAuth page into SLACK_BOT_TOKEN.',
        cause: error,
      });
    }
    if (!trouble) throw error;
    log.warn(
      { trouble },
      'Slack did not answer, so the bot token is not checked yet; argo-bot starts and retries its calls',
    );
  }
}
