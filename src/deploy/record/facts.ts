// Describes the facts of a deployment: what stages find out, kept in the journal for later stages.
import { z } from 'zod';
import { Blame, StageFailed } from './errors.ts';
import { Slot } from './events.ts';

const FileDiff = z.object({
  added: z.array(z.string()),
  changed: z.array(z.string()),
  deleted: z.array(z.string()),
});
export type FileDiff = z.infer<typeof FileDiff>;

/** Fingerprints of a key before and now; absent where the key is absent. */
export const ConfigChange = z.object({
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

/** A release in a slot. */
const Placement = z.object({ release: z.string(), slot: Slot });
export type Placement = z.infer<typeof Placement>;

/** How long users of a host got no good answer, from the beginning of the stop. */
const Downtime = z.object({
  ms: z.number(),
  /** The first good answer was not observed, so the downtime may have been shorter. */
  atMost: z.boolean(),
});
export type Downtime = z.infer<typeof Downtime>;

const Commit = z.object({
  sha: z.string(),
  author: z.string(),
  subject: z.string(),
  at: z.number(),
});

/** As the commit says, which is not proven. */
const Author = z.object({ name: z.string(), email: z.string() });
export type Author = z.infer<typeof Author>;

const byHost = <Of extends z.ZodType>(of: Of) => z.record(z.string(), of);

export const FactsSchema = z
  .object({
    /** The release's name: `20261123-160249-1a2b3c4`. */
    release: z.string(),
    commit: Commit,
    commits: z.array(Commit),
    /** Authors, committers and co-authors of these commits, if they must not approve. */
    authors: z.array(Author),
    /** Digest of the commit and of the checks that it passed. */
    checked: z.string(),
    /** The Python for which the commit was checked, `3.11`. */
    checkedFor: z.string(),
    fileCount: z.number(),
    fileBytes: z.number(),
    manifest: z.string(),
    diff: FileDiff,
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
    /** Since the live commit. An added package has no `before`, a removed one no `after`. */
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
    slot: Slot,
    hosts: byHost(HostFacts),
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
    /** systemd's restart count at the last good health check before the switch. */
    restarts: byHost(z.number()),
    /** Response times of the release before in milliseconds, right before the switch. */
    baseline: byHost(z.array(z.number())),
    /** When the traffic moved, Unix milliseconds. */
    switchedAt: z.number(),
    /** Downtime of the restart; absent if the service was not running before. */
    downtime: byHost(Downtime),
    /** Downtime of the restart that returned to the previous release. */
    downtimeBack: byHost(Downtime),
    /** The longest downtime of the last restart here, for the approver. */
    lastDowntimeMs: z.number(),
    /** Hosts that a rollback or cleanup could not reach, and why. */
    leftBehind: byHost(z.string()),
    /** Log lines that tell why the release was rolled back. */
    causes: byHost(z.string()),
    /** The new commit that this log points to. */
    blame: Blame,
    servedBefore: z.boolean(), // by a service from before argo-bot: the first release can be rolled back to it
    lockedAt: z.number(), // Unix milliseconds; of the lock that the rollback set
    /** The rollback target, the same on every host. */
    rollbackTo: Placement.extend({
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
      next: '`/argo deploy`.',
    });
  }
  return value;
}
