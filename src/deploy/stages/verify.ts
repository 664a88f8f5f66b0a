// Implements the stage that verifies each file on the hosts by sha256, and compiles the Python files.
import { requireFact } from '../record/facts.ts';
import {
  type Compiled,
  parseCompiled,
  excludedNames,
  refuseUncompiled,
} from '../python/compiled-on-host.ts';
import { StageFailed } from '../record/errors.ts';
import { userOf } from '../settings/layout.ts';
import { agreedOrEach, onEveryHost, runScript, scriptCall } from '../step/on-every-host.ts';
import type { Answer, Host, ScriptCall } from '../ports/ports.ts';
import { interpreterOf } from '../python/version.ts';
import { releaseContents } from '../release/release-contents.ts';
import { pythonChecks } from '../settings/checks.ts';
import type { Stage, StageContext } from '../step/stage.ts';

export const verify: Stage = {
  async run(context) {
    const leftOut = await excludedNames(context);
    const checked = await onEveryHost(context, (host) => verifyOn(context, host, leftOut));
    refuseUncompiled(checked);
    const each = (say: (one: Verified) => string): string => agreedOrEach(checked, say);
    return {
      summary: `${each(({ files }) => files)} files have the right sha256${each(({ compiled }) => compiled)}`,
      warnings: Object.values(checked).flatMap(({ warnings }) => warnings),
    };
  },
  async onlyScript(context) {
    return verifyCall(context, await excludedNames(context));
  },
};

type Verified = Compiled & { warnings: string[] };

async function verifyOn(context: StageContext, host: Host, leftOut: Buffer): Promise<Verified> {
  const first = await runVerify(context, host, leftOut);
  const edited = first.values('differs');
  if (edited.length === 0) return { ...parseCompiled(host, first), warnings: [] };
  // Files of the live release that were edited on the host were hard-linked into this release: send them again.
  await resend(context, host, edited);
  const second = await runVerify(context, host, leftOut);
  const still = second.values('differs');
  if (still.length > 0) throw keepsChangingFailure(host, still);
  const live = requireFact(context.facts, 'hosts')[host.name]?.liveRelease ?? 'the live release';
  const some = edited.slice(0, 3).join(', ');
  return {
    ...parseCompiled(host, second),
    warnings: [
      `${host.name}: somebody edited ${edited.length === 1 ? '1 file' : `${edited.length} files`} of the live release ${live} by hand (${some}). The new release does not have this edit. To keep the edit, reject and commit it`,
    ],
  };
}

async function runVerify(context: StageContext, host: Host, leftOut: Buffer): Promise<Answer> {
  const { script, parameters, payload } = verifyCall(context, leftOut);
  const ahead = await context.ahead?.(host);
  return runScript(context, host, script, parameters, { payload, ahead });
}

function verifyCall(context: StageContext, payload: Buffer): ScriptCall {
  const { target, facts } = context;
  const { checks, config, unit, entry } = target.settings;
  const parameters = {
    release: requireFact(facts, 'release'),
    user: userOf(target),
    config: config?.target ?? '',
    resend: 'yes',
    python: pythonChecks(checks.python) ? interpreterOf(target) : '',
    script: entry !== undefined && unit.exec_start?.includes(entry) === true ? entry : '',
  };
  return { ...scriptCall(context, 'verify', parameters), payload };
}

async function resend(context: StageContext, host: Host, paths: string[]): Promise<void> {
  const contents = await releaseContents(context);
  await runScript(
    context,
    host,
    'upload',
    { release: requireFact(context.facts, 'release'), base: 'resend', manifest: contents.digest },
    { payload: contents.pack(new Set(paths)) },
  );
}

function keepsChangingFailure(host: Host, paths: string[]): StageFailed {
  return new StageFailed(
    `${paths.length} files arrived damaged on ${host.name}, repeatedly: ${paths.slice(0, 5).join(', ')}`,
    {
      code: 'upload-differs',
      host: host.name,
      next: 'check the disk of that host: `sudo dmesg`, `sudo smartctl -a`.',
    },
  );
}
