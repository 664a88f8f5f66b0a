import { z } from 'zod';
import { AbsolutePath, OneLine, Seconds } from './names.ts';

/** A check of the team's own, which runs in a sandbox where the worker runs. */
export const TeamCommandSchema = z.strictObject({
  name: OneLine,
  run: z.array(OneLine).min(1),
  timeout_seconds: Seconds.default(600),
  /** The machine's network, with everything that listens on it. */
  network: z.boolean().default(false),
  /** What it may read besides /usr and the checkout, such as a virtual environment. */
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
  /** Of all its processes and files together. */
  memory_mb: z.int().min(64).max(1_000_000).default(4_096),
});
