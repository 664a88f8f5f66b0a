import type { StageState } from '../../deploy/record/deployment.ts';
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import { cleanEnd } from '../../deploy/secrets/cut.ts';
import type { ThreadContext, PaintResult } from './thread-context.ts';
import { uploadFile } from './upload-file.ts';

const MAX_BYTES = 1_000_000;

/** Puts the full log of a failed stage, or the one that somebody asked for, into the thread, once. */
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

/** The end of a log is what tells. */
function bytesOf(text: string): Buffer<ArrayBuffer> {
  const all = Buffer.from(text);
  return all.length <= MAX_BYTES ? all : all.subarray(all.length - MAX_BYTES);
}
