// Describes what the processes of a run tell the bench.
import { z } from 'zod';

/** The process of the simulated hosts, when it listens. */
export const Started = z.object({ ports: z.array(z.number()), hostKey: z.string() });
export type Started = z.infer<typeof Started>;

/** A process of the bot, about the time since the last SIGUSR2. */
export const LoopDelay = z.object({
  /** Milliseconds between two turns of a timer of 10 ms. */
  p99: z.number(),
  max: z.number(),
  cpuMs: z.number(),
});
export type LoopDelay = z.infer<typeof LoopDelay>;
