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

/** A config key whose value changed. `was` and `now`: keyed hashes of the value; absent if a config lacks the key. */
export const ConfigChange = z.object({
  key: z.string(),
  was: z.string().optional(),
  now: z.string().optional(),
});
export type ConfigChange = z.infer<typeof ConfigChange>;

/** A config file on a host that differs from what argo-bot wrote there. Found before argo-bot replaces the file. */
export const ConfigDrift = z.object({
  path: z.string(),
  /** `foreign`: argo-bot never wrote this file, and would overwrite it now. */
  kind: z.enum(['edited', 'removed', 'foreign']),
  /** When the file was last changed, Unix milliseconds. */
  at: z.number().optional(),
  /** How the host's config differs from argo-bot's; if `foreign`, how the new config differs from the host's. */
  changes: z.array(ConfigChange).optional(),
});
export type ConfigDrift = z.infer<typeof ConfigDrift>;

export const HostFacts = z.object({
  /** The slot that users are on; undefined if users are on no slot or on both. */
  live: Slot.optional(),
  slots: z.object({ blue: z.string().optional(), green: z.string().optional() }),
  /** The release in the live slot. A rollback of this deployment returns to it. */
  liveRelease: z.string().optional(),
  freeMb: z.number(),
  /** Seconds by which the host's clock is ahead of the bot's (negative: behind), request time excluded. */
  clockOff: z.number().optional(),
  python: z.string().optional(),
  /** sha256 of the live release's manifest. */
  liveManifest: z.string().optional(),
  /** Configs that were edited by hand, in the live slot or in `config_locations`. */
  drift: z.array(ConfigDrift).optional(),
});
export type HostFacts = z.infer<typeof HostFacts>;

/** True for a new host: nothing is live on it, and there is no release to roll back to. */
export function isNewHost(facts: HostFacts | undefined): boolean {
  return facts !== undefined && !facts.live && !facts.slots.blue && !facts.slots.green;
}

const Placement = z.object({ release: z.string(), slot: Slot });
export type Placement = z.infer<typeof Placement>;

/** How long users of a host got no healthy answer, counted from when the service began to stop. */
const Downtime = z.object({
  ms: z.number(),
  /** True if the first healthy answer was not observed, so that the downtime may have been shorter. */
  atMost: z.boolean(),
});
export type Downtime = z.infer<typeof Downtime>;

const Commit = z.object({
  sha: z.string(),
  author: z.string(),
  /** First line of the commit message; untrusted text. */
  subject: z.string(),
  /** Unix milliseconds. */
  at: z.number(),
});
export type Commit = z.infer<typeof Commit>;

/** An author as the commit names them. Nothing proves that the name is true. */
const Author = z.object({ name: z.string(), email: z.string() });
export type Author = z.infer<typeof Author>;

const byHost = <Of extends z.ZodType>(of: Of) => z.record(z.string(), of);

export const FactsSchema = z
  .object({
    /** The release's name: `20261123-160249-1a2b3c4`. */
    release: z.string(),
    commit: Commit,
    commits: z.array(Commit),
    /** Authors, committers and co-authors of `commits`; recorded only if they must not approve. */
    authors: z.array(Author),
    /** Digest of the commit and of the checks that it passed. A retry skips checks with an equal digest. */
    checked: z.string(),
    /** The Python version for which the commit was checked, such as `3.11`. */
    checkedFor: z.string(),
    fileCount: z.number(),
    fileBytes: z.number(),
    manifest: z.string(),
    diff: FileDiff,
    /** Counts of changed files. Hosts with the same live release share an entry. `diff` belongs to the first entry. */
    fileChanges: z.array(
      z.object({
        hosts: z.array(z.string()),
        from: z.string().optional(),
        added: z.number(),
        changed: z.number(),
        deleted: z.number(),
      }),
    ),
    /** Python packages that differ from the live commit. An added one has no `before`, a removed one no `after`. */
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
    /** Files of the commit that the release excludes, grouped by reason. `paths` has only some of them. */
    leftOut: z.array(z.object({ by: z.string(), count: z.number(), paths: z.array(z.string()) })),
    configFingerprints: z.record(z.string(), z.string()),
    /** For a .env file: whether it is read as systemd does, or as dotenv libraries do. */
    configDialect: z.enum(['systemd', 'dotenv']),
    configChanges: z.array(ConfigChange),
    slot: Slot,
    hosts: byHost(HostFacts),
    venv: z.string(),
    unitDiff: z.string(),
    /** systemd's exposure score on the worst host, 0 (best) to 10; `before` is the score of the replaced unit. */
    exposure: z.object({ now: z.number(), before: z.number().optional() }),
    health: z.object({ ms: z.number(), status: z.string() }),
    /** True if the bot reached the hosts too rarely in the watch: the release is live, but must not count as good. */
    unwatched: z.boolean(),
    /** Set if the watch found the release unhealthy: it stays live, but is no rollback target. */
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
    /** Response times of the previous release in milliseconds, measured right before the switch. */
    baseline: byHost(z.array(z.number())),
    /** When the traffic moved, Unix milliseconds. */
    switchedAt: z.number(),
    /** Downtime of the restart; absent if the service was not running before. */
    downtime: byHost(Downtime),
    /** Downtime of the restart that returned to the previous release. */
    downtimeBack: byHost(Downtime),
    /** Longest downtime of a host in the previous restart of this service; shown to the approver. */
    lastDowntimeMs: z.number(),
    /** Hosts that a rollback or cleanup could not reach, each with the reason. */
    leftBehind: byHost(z.string()),
    /** For each host, the log lines that tell why the release was rolled back. */
    causes: byHost(z.string()),
    /** The deployed commit that last changed a line of the stack trace in `causes`. */
    blame: Blame,
    /** True if users had a service from before argo-bot, to which the first release can be rolled back. */
    servedBefore: z.boolean(),
    /** When the rollback locked the environment, Unix milliseconds. */
    lockedAt: z.number(),
    /** Commit subjects of the live releases and of the rollback target, by release. */
    subjects: z.record(z.string(), z.string()),
    /** The rollback target, the same on every host. */
    rollbackTo: Placement.extend({
      /** The watch's verdict on the target, if not good. An automatic rollback returns to it; no button offers it. */
      doubt: z.string().optional(),
    }),
  })
  .partial();
export type Facts = z.infer<typeof FactsSchema>;

/** Returns a fact that an earlier stage recorded. Fails with StageFailed `damaged-journal` if it is missing. */
export function requireFact<K extends keyof Facts>(facts: Facts, key: K): NonNullable<Facts[K]> {
  const value = facts[key];
  if (value === undefined || value === null) {
    throw new StageFailed(
      `the record of this deployment lacks "${key}", which an earlier stage writes`,
      { code: 'damaged-journal', next: '`/argo deploy`.' },
    );
  }
  return value;
}
