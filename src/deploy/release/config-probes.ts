// Decides whether the API keys in a config work: sends them to their providers, and judges the answers.
import { StageFailed } from '../record/errors.ts';
import type { Host, ProbeAnswer, ProbeRequest } from '../ports/ports.ts';
import type { HostContext } from '../step/stage.ts';
import { howToFix } from './read-config.ts';

/** True if the provider is busy or failing, so that its answer says nothing about the key. */
const isOutage = (status: number): boolean => status >= 500 || status === 408 || status === 429;

interface Finding {
  severity: 'refused' | 'unclear' | 'warning';
  text: string;
}

/** Returns a warning for each provider outage that its probe tolerates. Else fails with all problems in one message. */
export async function runProbes(
  context: HostContext,
  requests: readonly ProbeRequest[],
): Promise<string[]> {
  const found = await Promise.all(requests.map((request) => runProbe(context, request)));
  const findings = found.flat();
  const wrong = findings.filter(({ severity }) => severity !== 'warning');
  if (wrong.length === 0) return findings.map(({ text }) => text);
  const refused = wrong.some(({ severity }) => severity === 'refused');
  throw new StageFailed(wrong.map(({ text }) => text).join('\n'), {
    code: refused ? 'key-refused' : 'probe-failed',
    next: refused
      ? `compare the key with the provider's page, and correct it in ${howToFix(context.target)}`
      : 'check the provider, and the probe in argo.yml (`config.probes`); then `/argo retry`.',
  });
}

async function runProbe(context: HostContext, request: ProbeRequest): Promise<Finding[]> {
  const { ports, signal } = context;
  if (request.probe.from === 'bot') {
    return assessAnswer(request, 'the bot', await ports.sendProbe(request, signal));
  }
  const hosts = await context.openHosts();
  const found = await Promise.all(
    hosts.map(async (host) =>
      assessAnswer(request, host.name, await sendFromHost(context, host, request)),
    ),
  );
  return found.flat();
}

const NO_ANSWER_REASONS: Record<string, string> = {
  'connection-refused': 'the host cannot connect to it',
  'no-answer': 'it took the connection and gave no answer in time',
  'bad-answer': 'it did not answer as HTTP',
};

async function sendFromHost(
  { signal }: HostContext,
  host: Host,
  { probe, url, headers, shown }: ProbeRequest,
): Promise<ProbeAnswer> {
  try {
    const secret = { headers, shown };
    const timeoutMs = probe.timeout_seconds * 1_000;
    const { status } = await host.get(url, { timeoutMs, signal, secret });
    return { kind: 'answered', status };
  } catch (error) {
    // A broken connection to the host says nothing about the provider, so the stage fails or is retried.
    if (!(error instanceof StageFailed) || error.code === 'tunnel-refused') throw error;
    return { kind: 'silent', why: NO_ANSWER_REASONS[error.code] ?? error.message };
  }
}

function assessAnswer(
  { probe, shown, url }: ProbeRequest,
  from: string,
  answer: ProbeAnswer,
): Finding[] {
  const { key, status: expected } = probe;
  const provider = url.host;
  const described = `Checked from ${from} with ${shown}`;
  const outageSeverity = probe.unreachable === 'stop' ? 'unclear' : 'warning';
  if (answer.kind === 'silent') {
    const text = `${key} could not be tried with ${provider}: ${answer.why}. ${described}`;
    return [{ severity: outageSeverity, text }];
  }
  const { status } = answer;
  if (expected.includes(status)) return [];
  if (probe.refused.includes(status)) {
    const orAddress = status === 403 ? ', or not allowed from this address' : '';
    const text = `${provider} refused ${key} (HTTP ${status}): its value is wrong or revoked${orAddress}. ${described}`;
    return [{ severity: 'refused', text }];
  }
  if (isOutage(status)) {
    const text = `${key} could not be tried with ${provider}: it answered HTTP ${status}. ${described}`;
    return [{ severity: outageSeverity, text }];
  }
  const elsewhere = status >= 300 && status < 400 ? ', a redirect, which is not followed' : '';
  const text = `${provider} answered HTTP ${status}${elsewhere}, expected ${expected.join(' or ')} for ${key}. ${described}`;
  return [{ severity: 'unclear', text }];
}
