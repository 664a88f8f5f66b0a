// Describes the facts of a deployment: what stages find out, kept in the journal for later stages.
import { z } from 'zod';
import { StageFailed } from './errors.ts';
import { Blame, Slot } from './events.ts';

const Diff = z.object({
  added: z.array(z.string()),
  changed: z.array(z.string()),
  deleted: z.array(z.string()),
});

/** Fingerprints of a key before and now; absent where the key is absent. */
const ConfigChange = z.object({
  key: z.string(),
  was: z.string().optional(),
  now: z.string().optional(),
});
export type ConfigChange = z.infer<typeof ConfigChange>;

/** A config on a host that was edited since argo-bot wrote it, found before it is replaced. */
export const ConfigDrift = z.object({
  path: z.string(),
  /** `foreign`: argo-bot never wrote it, and would overwrite it now. */
  kind: z.enum(['edited', 'removed', 'foreign']),
  /** From the written config to the one on the host; `foreign`: from the one on the host to the new one. */
  changes: z.array(ConfigChange).optional(),
});
export type ConfigDrift = z.infer<typeof ConfigDrift>;

export const HostFacts = z.object({
  /** The slot that users are on; undefined if there is none, or if several are. */
  live: Slot.optional(),
  slots: z.object({ blue: z.string().optional(), green: z.string().optional() }),
  /** The release in the live slot, to which a rollback returns. */
  liveRelease: z.string().optional(),
  freeMb: z.number(),
  /** Seconds its clock was ahead of the bot's (negative: behind), beyond the time of the request. */
  clockOff: z.number().optional(),
  python: z.string().optional(),
  /** sha256 of the live release's manifest. */
  liveManifest: z.string().optional(),
  /** Configs edited by hand; only of the live slot, and of further locations. */
  drift: z.array(ConfigDrift).optional(),
});
export type HostFacts = z.infer<typeof HostFacts>;

/** True for a new host: nothing is live on it, and there is no release to roll back to. */
export function isNewHost(facts: HostFacts | undefined): boolean {
  return facts !== undefined && !facts.live && !facts.slots.blue && !facts.slots.green;
}

/** How long users of a host got no good answer, from the beginning of the stop. */
const Downtime = z.object({
  ms: z.number(),
  /** The first good answer was not observed, so the downtime may have been shorter. */
  atMost: z.boolean(),
});
export type Downtime = z.infer<typeof Downtime>;

export const SlotHealth = z.object({
  slot: Slot,
  live: z.boolean(),
  release: z.string().optional(),
  state: z.enum(['healthy', 'degraded', 'unavailable', 'stopped']),
  ms: z.number(),
  detail: z.string(),
});
export type SlotHealth = z.infer<typeof SlotHealth>;

/** The longest downtime of the hosts. */
export function longestDowntime(of: Record<string, Downtime> | undefined): Downtime | undefined {
  return Object.values(of ?? {}).toSorted((a, b) => b.ms - a.ms)[0];
}

/** As the commit says, which is not proven. */
const Author = z.object({ name: z.string(), email: z.string() });
export type Author = z.infer<typeof Author>;

export const FactsSchema = z
  .object({
    /** The release's name: `20261123-160249-1a2b3c4`. */
    release: z.string(),
    commit: z.object({ sha: z.string(), author: z.string(), subject: z.string(), at: z.number() }),
    commits: z.array(
      z.object({ sha: z.string(), author: z.string(), subject: z.string(), at: z.number() }),
    ),
    /** Authors, committers and co-authors of these commits, if they must not approve. */
    authors: z.array(Author),
    /** Digest of the commit and of the checks that it passed. */
    checked: z.string(),
    /** The Python for which the commit was checked, `3.11`. */
    checkedFor: z.string(),
    fileCount: z.number(),
    fileBytes: z.number(),
    manifest: z.string(),
    diff: Diff,
    /** Counts of new files, by the release that hosts have now. `diff` names the files of the first group. */
    fileChanges: z.array(
      z.object({
        hosts: z.array(z.string()),
        from: z.string().optional(),
        added: z.number(),
        changed: z.number(),
        deleted: z.number(),
      }),
    ),
    /**
     * Compared with the live commit's requirements; `before` or `after` is absent for added or removed packages.
     */
    packageChanges: z.object({
      count: z.number(),
      some: z.array(
        z.object({
          package: z.string(),
          before: z.string().optional(),
          after: z.string().optional(),
        }),
      ),
    }),
    /** Files of the commit that are excluded from the release, by reason; some of the paths. */
    leftOut: z.array(z.object({ by: z.string(), count: z.number(), paths: z.array(z.string()) })),
    configFingerprints: z.record(z.string(), z.string()),
    /** Of a .env file: the reader whose rules apply to it, and to its copies on hosts. */
    configDialect: z.enum(['systemd', 'dotenv']),
    configChanges: z.array(ConfigChange),
    /** For `/argo config diff`, by host: how the live config differs from the current one. */
    configOnHosts: z.record(
      z.string(),
      z.object({
        release: z.string().optional(),
        changes: z.array(ConfigChange),
        drift: z.array(ConfigDrift).default([]),
      }),
    ),
    /** By host, the state of each slot. */
    healthOnHosts: z.record(z.string(), z.array(SlotHealth)),
    slot: Slot,
    hosts: z.record(z.string(), HostFacts),
    venv: z.string(),
    unitDiff: z.string(),
    /** systemd's exposure score on the worst host, now and of the replaced unit: 0 to 10, lower is better. */
    exposure: z.object({ now: z.number(), before: z.number().optional() }),
    health: z.object({ ms: z.number(), status: z.string() }),
    /** The watch had too few answers: the release is live, but must not count as good. */
    unwatched: z.boolean(),
    /** The watch found it unhealthy: it is live, but not offered for a rollback. */
    unhealthy: z.object({
      checks: z.number(),
      of: z.number(),
      /** Time of the first unhealthy check. */
      at: z.number(),
      side: z.enum(['slot', 'public']),
      restarts: z.number(),
      /** Detail of the worst check. */
      detail: z.string().optional(),
    }),
    /** By host, systemd's restart count at the last good health check before the switch. */
    restarts: z.record(z.string(), z.number()),
    /** By host, response times of the release before in milliseconds, right before the switch. */
    baseline: z.record(z.string(), z.array(z.number())),
    /** When the traffic moved, Unix milliseconds. */
    switchedAt: z.number(),
    /** By host, the downtime of the restart; absent if the service was not running before. */
    downtime: z.record(z.string(), Downtime),
    /** By host, the downtime of the restart that returned to the previous release. */
    downtimeBack: z.record(z.string(), Downtime),
    /** The longest downtime of the last restart here, for the approver. */
    lastDowntimeMs: z.number(),
    /** Hosts that a rollback or cleanup could not reach, and why. */
    leftBehind: z.record(z.string(), z.string()),
    /** By host, the log lines that tell why the release was rolled back. */
    causes: z.record(z.string(), z.string()),
    /** The new commit that this log points to. */
    blame: Blame,
    /** The rollback target, the same on every host. */
    rollbackTo: z.object({
      release: z.string(),
      slot: Slot,
      /** The verdict of its own watch, if not good: an automatic rollback still goes there, a button does not. */
      doubt: z.string().optional(),
    }),
  })
  .partial();
export type Facts = z.infer<typeof FactsSchema>;

/** A fact that an earlier stage recorded. Fails with StageFailed `damaged-journal` if it is missing. */
export function requireFact<K extends keyof Facts>(facts: Facts, key: K): NonNullable<Facts[K]> {
  const value = facts[key];
  if (value === undefined || value === null) {
    throw new StageFailed(`the journal does not say "${key}", which an earlier stage wrote`, {
      code: 'damaged-journal',
      next: 'Deploy again; nothing live was changed by this stage.',
    });
  }
  return value;
}
