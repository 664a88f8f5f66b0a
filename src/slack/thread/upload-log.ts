// Uploads the log of a stage into the thread: of a failed one, or one that somebody asked for.
import type { StageState } from '../../deploy/record/deployment.ts';
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import { cleanEnd } from '../../deploy/secrets/clean-ends.ts';
import type { ThreadContext, PaintResult } from './thread-context.ts';
import { uploadFile } from './upload-file.ts';

const MAX_BYTES = 1_000_000;

export async function uploadLog(
  thread: ThreadContext,
  stage: StageState,
  redactor: Redactor,
  threadTs: string,
): Promise<PaintResult> {
  const log = stage.failure?.log ?? stage.log;
  if (!log) return { kind: 'painted' };
  const file = {
    key: `log-${stage.name}`,
    name: `${thread.deployment.id}-${stage.name}.log`,
    title: `Log of the ${stage.noun}`,
  };
  return uploadFile(thread, threadTs, file, async () =>
    bytesOf(await cleanEnd((text) => redactor.cleanInSlices(text), log, MAX_BYTES)),
  );
}

/** Keeps the end of a log: the failure is there. */
function bytesOf(text: string): Buffer<ArrayBuffer> {
  const all = Buffer.from(text);
  return all.length <= MAX_BYTES ? all : all.subarray(all.length - MAX_BYTES);
}
