// Decides what argo-bot audit export and argo-bot audit verify print, and their exit codes.
import { readEnvironment } from '../../argo-yml/environment.ts';
import { createVerifier, type Verifier } from '../../deploy/audit/chain.ts';
import { createRedactor } from '../../deploy/secrets/redactor.ts';
import { type Audit, createAudit } from '../../redis/records/audit.ts';
import { withRedis } from '../cli-redis.ts';
import { type Format, formats } from './audit-formats.ts';
import { Exit } from '../exit.ts';

interface ExportOptions {
  since?: number;
  format: Format;
}

/** Returns the exit code: `Exit.found` if somebody changed the chain. */
export function exportAudit({ since = 0, format }: ExportOptions): Promise<number> {
  return withAudit((kept) => writeEntries(kept, since, format), 'export');
}

export function verifyAudit({ head }: { head?: string }): Promise<number> {
  return withAudit((kept) => verifyChain(kept, head), 'verify');
}

function withAudit(act: (kept: Audit) => Promise<number>, verb: string): Promise<number> {
  return withRedis(readEnvironment(process.env), `argo-bot audit ${verb}`, async (writing) => {
    const kept = createAudit(writing);
    await kept.seal();
    return act(kept);
  });
}

/** Writes only entries to stdout; the report goes to stderr. */
async function writeEntries(kept: Audit, since: number, format: Format): Promise<number> {
  const verifier = createVerifier();
  const { heading, line } = formats[format];
  const redactor = createRedactor();
  // Each write reports its own error. Without this listener, the `error` event would end the process.
  process.stdout.on('error', () => {});
  if (!(await writeOut(heading))) return Exit.fine;
  for await (const page of kept.pages()) {
    let text = '';
    for (const json of page) {
      const entry = verifier.verifyNext(json);
      if (!entry || Date.parse(entry.at) < since) continue;
      text += line({
        ...entry,
        note: entry.note === undefined ? undefined : redactor.clean(entry.note),
      });
    }
    if (!(await writeOut(text))) return Exit.fine;
  }
  process.stderr.write(report(verifier));
  return verifier.misfit() ? Exit.found : Exit.fine;
}

async function verifyChain(kept: Audit, wanted: string | undefined): Promise<number> {
  const verifier = createVerifier(wanted);
  for await (const page of kept.pages()) for (const json of page) verifier.verifyNext(json);
  process.stdout.write(report(verifier));
  if (wanted !== undefined && !verifier.has(wanted)) {
    process.stdout.write(
      `No entry has the hash ${wanted}: entries at the end were removed, or the chain was written anew.\n`,
    );
    return Exit.found;
  }
  return verifier.misfit() ? Exit.found : Exit.fine;
}

function report(verifier: Verifier): string {
  const { n, hash } = verifier.head();
  if (n === 0) return 'The audit has no entries.\n';
  const entries = n === 1 ? '1 entry' : `${n} entries`;
  const misfit = verifier.misfit();
  if (misfit)
    return `The audit was changed. Entry ${misfit.n} of ${n} does not fit: ${misfit.why}.\nCompare the entries from there on with an earlier export.\n`;
  return `The chain of ${entries} is intact. Head: ${hash}\nKeep the head outside of Redis; later: argo-bot audit verify --head ${hash}\n`;
}

/** Writes to stdout. Returns false if the reader closed the pipe, as `| head` does. Fails for other errors. */
function writeOut(text: string): Promise<boolean> {
  return new Promise((done, failed) => {
    process.stdout.write(text, (error) => {
      if (!error) done(true);
      else if ('code' in error && error.code === 'EPIPE') done(false);
      else failed(error);
    });
  });
}
