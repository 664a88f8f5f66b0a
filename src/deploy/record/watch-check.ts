// Describes what one check of the watch saw of a host: the slot, the public address, and restarts.
import { z } from 'zod';

/** `unknown`: the host did not answer, so the service's health is unknown. */
const WatchState = z.enum(['healthy', 'degraded', 'unavailable', 'unknown']);

export const WatchCheck = z.object({
  at: z.number(),
  host: z.string(),
  state: WatchState,
  ms: z.number(),
  /** systemd's restarts since the traffic moved. */
  restarts: z.number().optional(),
  detail: z.string().optional(),
  /** The public address, if it is not the slot's own. */
  public: z
    .object({
      state: WatchState,
      ms: z.number(),
      detail: z.string().optional(),
      /** The release that answers there, if it is not the new one. */
      other: z.string().optional(),
      /** Why a rollback would not help users. */
      stuck: z.string().optional(),
    })
    .optional(),
  /** When the host rolled back alone, as it wrote the time. */
  returned: z.string().optional(),
});
export type WatchCheck = z.infer<typeof WatchCheck>;
