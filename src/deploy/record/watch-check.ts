// Describes the result of one watch check of a host: the slot, the public address, and restarts.
import { z } from 'zod';

/** `unknown`: the host did not answer, so the service's health is unknown. */
const WatchState = z.enum(['healthy', 'degraded', 'unavailable', 'unknown']);

export const WatchCheck = z.object({
  at: z.number(),
  host: z.string(),
  state: WatchState,
  ms: z.number(),
  /** How often systemd restarted the service since the traffic moved. */
  restarts: z.number().optional(),
  detail: z.string().optional(),
  /** Result for the public address; absent if the slot itself has that address. */
  public: z
    .object({
      state: WatchState,
      ms: z.number(),
      detail: z.string().optional(),
      /** The release that answers at the public address, if that is not the release under watch. */
      other: z.string().optional(),
      /** Why a rollback would not help users, such as `the proxy is down`. */
      stuck: z.string().optional(),
    })
    .optional(),
  /** When the host rolled back without the bot: the time as the host wrote it. */
  returned: z.string().optional(),
});
export type WatchCheck = z.infer<typeof WatchCheck>;
