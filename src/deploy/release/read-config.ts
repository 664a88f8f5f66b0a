// Reads the config from its source, and makes the redactor mask its secrets.
import { isAbsolute } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { declaredConfig } from '../config/config-reading.ts';
import type { ConfigReport } from '../ports/ports.ts';
import { CommitRefused, StageFailed } from '../record/errors.ts';
import { configFileOf } from '../settings/layout.ts';
import type { Target } from '../settings/settings.ts';
import type { HostContext } from '../step/stage.ts';
import { readTemplate } from './unit-template.ts';

/** Returns undefined if no config is declared. After this call, the config's secrets are redacted. */
export async function readConfig(
  { ports, target, signal }: Pick<HostContext, 'ports' | 'target' | 'signal'>,
  sha: string,
): Promise<ConfigReport | undefined> {
  const file = configFileOf(target);
  if (file === undefined) return undefined;
  const commit = await ports.source.files(target.settings.source, sha, signal);
  const declared = declaredConfig(target, await readTemplate(target, commit));
  const report = await ports.config.read(file, commit, declared);
  await ports.redactor.learnFromHost(report.secrets);
  return report;
}

/** Like `readConfig`, but fails with StageFailed `config-invalid` if the config has problems. */
export async function readValidConfig(
  context: Pick<HostContext, 'ports' | 'target' | 'signal'>,
  sha: string,
): Promise<ConfigReport | undefined> {
  const report = await readConfig(context, sha);
  if (!report || report.problems.length === 0) return report;
  const Failure = isCommitted(context.target) ? CommitRefused : StageFailed;
  throw new Failure(report.problems.join('\n'), {
    code: 'config-invalid',
    next: `${report.fix ?? 'correct'} ${howToFix(context.target)}`,
  });
}

/** True if the config is a file of the repository; false for a file on the bot's machine. */
const isCommitted = (target: Target): boolean => !isAbsolute(configFileOf(target) ?? '/');

/** Ends a sentence such as `correct …`: names the config file, and the command to type after the correction. */
export function howToFix(target: Target): string {
  const file = configFileOf(target) ?? 'the config';
  return isCommitted(target)
    ? `${file}, commit and push, then \`/argo deploy\`.`
    : `${file} on the bot's machine, then \`/argo retry\`.`;
}

/** Time limit for reading a config file from this machine's disk. */
const LEARN_MS = 1_000;

/** Makes the redactor mask the config's secrets when a worker takes over. Reads local files only, LEARN_MS at most. */
export async function learnConfigSecrets(
  context: Pick<HostContext, 'ports' | 'target' | 'signal' | 'facts'>,
): Promise<void> {
  const { ports, target, signal } = context;
  const { commit } = context.facts;
  const { source } = target.settings;
  const file = configFileOf(target);
  if (!commit || file === undefined) return;
  const read = async (): Promise<void> => {
    const files = isAbsolute(file) ? undefined : await ports.source.filesHere(source, commit.sha);
    if (!files && !isAbsolute(file)) return;
    const report = await ports.config.read(file, files, declaredConfig(target));
    await ports.redactor.learnFromHost(report.secrets);
  };
  try {
    await Promise.race([read(), wait(LEARN_MS, undefined, { signal, ref: false })]);
  } catch (error) {
    if (signal.aborted) return;
    const { service, environment } = target;
    ports.log.warn(
      { service, environment, sha: commit.sha, err: error },
      'the config could not be read, so Slack may show its secrets during this deployment; check the file',
    );
  }
}
