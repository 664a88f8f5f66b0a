// Runs `argo-bot doctor`: checks Slack, Redis, this machine and all hosts, read-only.
import { readSettings } from '../../argo-yml/argo-yml.ts';
import { type Environment, readEnvironment } from '../../argo-yml/environment.ts';
import { createRedactor, type Redactor } from '../../deploy/secrets/redactor.ts';
import type { Settings, Target } from '../../deploy/settings/settings.ts';
import { inspectEnvironment } from '../../doctor/host/inspect-environment.ts';
import { failureFinding, type Finding, ok, type Part } from '../../doctor/finding.ts';
import { machinePart } from '../../doctor/own-machine.ts';
import { reportJson, reportText, summaryOf } from '../../doctor/report.ts';
import { slackPart } from '../../doctor/slack.ts';
import { createHosts } from '../../host/hosts.ts';
import { diagnoseSlack } from '../../slack/entrance/diagnose.ts';
import { neededScopes } from '../../slack/api/scopes.ts';
import { noLog } from '../cli-redis.ts';
import { chosenTargets, type PlaceOptions } from '../chosen-targets.ts';
import { Exit, refuse } from '../exit.ts';
import { inspectMachine, environmentPorts, redisPart } from './doctor-ports.ts';

/** Time limit of the whole run, longer than that of any check. A check that still runs then counts as failed. */
const LIMIT_MS = 90_000;

/** Changes nothing: acquires no claim, takes no epoch, writes no file. Returns the exit code. */
export async function doctor(options: PlaceOptions & { json?: true }): Promise<number> {
  const redactor = createRedactor();
  const environment = attempt('environment', () => readEnvironment(process.env));
  const file = environment.value?.ARGO_CONFIG ?? (process.env['ARGO_CONFIG'] || 'argo.yml');
  const settings = attempt('argo.yml', () => readSettings(file));
  const chosen = settings.value && chosenTargets(file, settings.value, options);
  if (chosen?.kind === 'unknown') return refuse(chosen.why);
  const targets = chosen?.targets ?? [];
  const parts = await allParts({ environment, settings, file, targets, redactor });
  const report = options.json ? reportJson(parts) : reportText(parts);
  process.stdout.write(redactor.clean(report));
  return summaryOf(parts).fail > 0 ? Exit.found : Exit.fine;
}

interface Attempt<T> {
  value: T | undefined;
  finding: Finding | undefined;
}

/** Reads a value. An error becomes a finding, so that the other checks still run. */
function attempt<T>(what: string, read: () => T): Attempt<T> {
  try {
    return { value: read(), finding: undefined };
  } catch (error) {
    return { value: undefined, finding: failureFinding(what, error) };
  }
}

interface DoctorInput {
  environment: Attempt<Environment>;
  settings: Attempt<Settings>;
  file: string;
  targets: Target[];
  redactor: Redactor;
}

async function allParts(given: DoctorInput): Promise<Part[]> {
  const { environment, settings, file, targets, redactor } = given;
  // Read single variables of the environment, because one mistake must not prevent the other checks.
  const raw = process.env;
  const botToken = raw['SLACK_BOT_TOKEN'] ?? '';
  const appToken = raw['SLACK_APP_TOKEN'] ?? '';
  redactor.learn([botToken, appToken, raw['SLACK_SIGNING_SECRET'] ?? '']);
  const signal = AbortSignal.timeout(LIMIT_MS);
  const hosts = createHosts({ log: noLog, redact: (text) => redactor.cleanInSlices(text) });
  const dataDirectory = environment.value?.ARGO_DATA ?? (raw['ARGO_DATA'] || '.data');
  const count = Object.keys(settings.value?.services ?? {}).length;
  const read = [
    environment.finding ?? ok('environment', 'complete'),
    settings.finding ?? ok('argo.yml', `${file}, ${count} ${count === 1 ? 'service' : 'services'}`),
  ];
  try {
    const [machine, slack, redis, ...places] = await Promise.all([
      machinePart(read, inspectMachine(dataDirectory, targets)),
      botToken === ''
        ? []
        : slackPart(
            diagnoseSlack({
              botToken,
              appToken: raw['SLACK_MODE'] === 'http' || appToken === '' ? undefined : appToken,
              slackApiUrl: raw['SLACK_API_URL'] || 'https://slack.com/api/',
            }),
            neededScopes,
            targets.map(({ service, environment: name, place }) => ({
              place: `${service} in ${name}`,
              access: place.access,
            })),
          ),
      redisPart(raw['REDIS_URL'] || undefined, dataDirectory, redactor),
      ...targets.map((target) =>
        inspectEnvironment(target, { hosts, signal, ...environmentPorts(redactor, signal) }),
      ),
    ]);
    return [machine, slack, redis, ...places].flat();
  } finally {
    await hosts.closeAll();
  }
}
