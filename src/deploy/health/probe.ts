// Decides what one health answer means: healthy, degraded or unavailable, and whether it may serve.
import { isFailure } from '../record/errors.ts';
import { isOneOf, readStatus, describeStatus, describeUnexpected } from './health-answer.ts';
import { describeHttpStatus } from './http-status.ts';
import { atPath, parseJson } from '../untrusted/parse-json.ts';
import type { Host, HttpAnswer } from '../ports/ports.ts';
import { healthRequest, type HealthRequest } from './health-request.ts';
import type { HealthSettings } from '../settings/health.ts';
import type { Target } from '../settings/settings.ts';
import type { StageContext } from '../step/stage.ts';

export interface Health {
  state: 'healthy' | 'degraded' | 'unavailable';
  ms: number;
  /** How long the connection took: about one round trip to the host. It is part of `ms`. */
  connectMs?: number | undefined;
  /** The status or the error, as people see it. */
  detail: string;
  /** Like `detail`, but follows the service's name in a sentence: `answers HTTP 503`. */
  does: string;
  /** The release in the answer, if `health.version` is declared. */
  release: string | undefined;
  /** True if the connection was refused, because nothing listens on the port. */
  refused: boolean;
}

export interface NoAnswer {
  code: string;
  message: string;
}

/** Codes with which `Host.get` fails if the SSH connection works and the service does not. */
const serviceFailures = new Set(['connection-refused', 'no-answer', 'bad-answer']);

/** Returns the service's answer, or why there is none. Fails only if the connection to the host breaks. */
export async function requestAnswer(
  host: Host,
  url: URL,
  options: Parameters<Host['get']>[1],
): Promise<HttpAnswer | NoAnswer> {
  try {
    return await host.get(url, options);
  } catch (error) {
    if (!isFailure(error) || !serviceFailures.has(error.code)) throw error;
    return { code: error.code, message: error.message };
  }
}

export async function probe(
  host: Host,
  url: URL,
  target: Pick<Target, 'settings' | 'place'>,
  signal: AbortSignal,
): Promise<Health> {
  const began = performance.now();
  const question = healthRequest(target);
  const answer = await requestAnswer(host, url, { ...question, signal });
  if (!('message' in answer)) return assessAnswer(answer, url, target.settings.health, question);
  return {
    state: 'unavailable',
    ms: performance.now() - began,
    detail: answer.message,
    does: describeSilence(answer, url),
    release: undefined,
    refused: answer.code === 'connection-refused',
  };
}

function describeSilence({ code, message }: NoAnswer, url: URL): string {
  switch (code) {
    case 'connection-refused':
      return `takes no connections on port ${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
    case 'no-answer':
      return `accepts connections, but gives ${message} (health.request_timeout_ms)`;
    default:
      return `answers, but ${message}`;
  }
}

function assessAnswer(
  answer: HttpAnswer,
  url: URL,
  settings: HealthSettings,
  { headers }: HealthRequest,
): Health {
  const { status: code, body, ms, connectMs } = answer;
  const version =
    settings.version === undefined ? undefined : atPath(parseJson(body), settings.version);
  const release = typeof version === 'string' ? version : undefined;
  const { status: path } = settings;
  const said = path === undefined ? undefined : readStatus(answer, path);
  const is = (state: Health['state'], detail: string, does: string): Health => ({
    state,
    ms,
    connectMs,
    detail,
    does,
    release,
    refused: false,
  });
  const words =
    path !== undefined && said?.kind === 'value' ? describeStatus(said, path) : undefined;
  const says = path === '.' ? 'says that' : 'says its';
  if (said && words !== undefined && isOneOf(said, settings.degraded))
    return is('degraded', words, `${says} ${words}`);
  if (code < 200 || code > 299) {
    const http = `HTTP ${describeHttpStatus(answer, url, headers['host'])}`;
    return words === undefined
      ? is('unavailable', http, `answers ${http}`)
      : is('unavailable', `${http}, ${words}`, `answers ${http} and ${says} ${words}`);
  }
  const http = `HTTP ${code}`;
  if (!said) return is('healthy', http, `answers ${http}`);
  if (isOneOf(said, settings.healthy)) return is('healthy', words ?? http, `answers ${http}`);
  const wrong = describeUnexpected(said, settings);
  return is('unavailable', wrong, `answers, but ${wrong}`);
}

export function degradedRefused(detail: string): string {
  return `${detail}, which argo.yml does not allow`;
}

/** True if users may get a release in this state. A rollback target may be degraded even if argo.yml forbids that. */
export function mayServe(
  { deployment, facts, target }: StageContext,
  { state }: Health,
  release: string,
): boolean {
  if (state !== 'degraded') return state === 'healthy';
  const back = deployment.due === 'rollback' || release === facts.rollbackTo?.release;
  return back || target.settings.health.allow_degraded;
}
