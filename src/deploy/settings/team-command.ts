// Describes a check command of the team in argo.yml, which runs in a sandbox.
import { z } from 'zod';
import { AbsolutePath, OneLine, Seconds } from './names.ts';

export const TeamCommandSchema = z.strictObject({
  name: OneLine,
  run: z.array(OneLine).min(1),
  timeout_seconds: Seconds.default(600),
  /** Access to the machine's network, with all local services. */
  network: z.boolean().default(false),
  /** Readable paths besides /usr and the checkout, such as a virtual environment. */
  read: z
    .array(
      AbsolutePath.refine(
        (path) => !/^\/(?:proc|sys|dev|etc|tmp|var|run|home|root|checkout)?\/*$/.test(path),
        {
          error: 'name the folder that is needed, not everything above it',
        },
      ),
    )
    .default([]),
  /** Limit for all its processes and files together. */
  memory_mb: z.int().min(64).max(1_000_000).default(4_096),
});
