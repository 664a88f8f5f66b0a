import { z } from 'zod';
import { Blame, Slot } from './events.ts';

/** What stages learn and later stages, the approval card and the next worker need. Kept in the journal. */
const Diff = z.object({
  added: z.array(z.string()),
  changed: z.array(z.string()),
  deleted: z.array(z.string()),
});

/** Fingerprints of a key, there and now; one of them is absent where only the other has the key. */
const ConfigChange = z.object({
  key: z.string(),
  was: z.string().optional(),
  now: z.string().optional(),
});
export type ConfigChange = z.infer<typeof ConfigChange>;

/** A config on a host that is not what argo-bot wrote there last, found before it is replaced. */
export const ConfigDrift = z.object({
  path: z.string(),
  /** `foreign`: argo-bot has never written it, and would now. */
  kind: z.enum(['edited', 'removed', 'foreign']),
  /** From what was written to what is there; of a foreign one, from what is there to what comes. */
  changes: z.array(ConfigChange).optional(),
});
export type ConfigDrift = z.infer<typeof ConfigDrift>;

export const HostFacts = z.object({
  /** The slot that users are on; undefined where there is none, or no one slot. */
  live: Slot.optional(),
  slots: z.object({ blue: z.string().optional(), green: z.string().optional() }),
  /** Release in the live slot: what a rollback returns to. */
  liveRelease: z.string().optional(),
  freeMb: z.number(),
  /** Seconds its clock was ahead of ours, beyond what the question took; negative: behind. */
  clockOff: z.number().optional(),
  python: z.string().optional(),
  /** sha256 of the live release's manifest. */
  liveManifest: z.string().optional(),
  /** Configs that somebody has edited by hand; of the slots, the live one's only. */
  drift: z.array(ConfigDrift).optional(),
});
export type HostFacts = z.infer<typeof HostFacts>;

/** A host that has just joined: nothing is live on it, and it has nothing to go back to. */
export function isNew(facts: HostFacts | undefined): boolean {
  return facts !== undefined && !facts.live && !facts.slots.blue && !facts.slots.green;
}

/** How long a host's users got no good answer, from the beginning of the stop. */
const Downtime = z.object({
  ms: z.number(),
  /** The service was found well by somebody who had not seen it come: it may have been shorter. */
  atMost: z.boolean(),
});
export type Downtime = z.infer<typeof Downtime>;

export const SlotHealth = z.object({
  slot: Slot,
  /** Users are on it. */
  live: z.boolean(),
  release: z.string().optional(),
  state: z.enum(['healthy', 'degraded', 'unavailable', 'stopped']),
  ms: z.number(),
  detail: z.string(),
});
export type SlotHealth = z.infer<typeof SlotHealth>;

/** The host whose users waited longest. */
export function worstOf(of: Record<string, Downtime> | undefined): Downtime | undefined {
  return Object.values(of ?? {}).toSorted((a, b) => b.ms - a.ms)[0];
}

/** As a commit says it, which is not proven. */
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
    /** Of these commits, where they must not approve: authors, committers and co-authors. */
    authors: z.array(Author),
    /** What the checks have passed: a digest of the commit and of what was asked of it. */
    checked: z.string(),
    /** The Python that the commit was checked for, `3.11`. */
    checkedFor: z.string(),
    fileCount: z.number(),
    fileBytes: z.number(),
    manifest: z.string(),
    diff: Diff,
    /** By the release that hosts have now: how many files are new there. `diff` names those of the first. */
    fileChanges: z.array(
      z.object({
        hosts: z.array(z.string()),
        from: z.string().optional(),
        added: z.number(),
        changed: z.number(),
        deleted: z.number(),
      }),
    ),
    /** By the requirements of the live commit; `before` or `after` is absent where only the other names it. */
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
    /** What of the commit is not in the release, by reason; some of the paths. */
    leftOut: z.array(z.object({ by: z.string(), count: z.number(), paths: z.array(z.string()) })),
    configFingerprints: z.record(z.string(), z.string()),
    /** Of a .env file: as whose reader it was read, and so is what hosts have of it. */
    configDialect: z.enum(['systemd', 'dotenv']),
    configChanges: z.array(ConfigChange),
    /** By host, what its live release has and how the config of now differs; of `/argo config diff`. */
    configOnHosts: z.record(
      z.string(),
      z.object({
        release: z.string().optional(),
        changes: z.array(ConfigChange),
        drift: z.array(ConfigDrift).default([]),
      }),
    ),
    /** By host, how each slot is right now. */
    healthOnHosts: z.record(z.string(), z.array(SlotHealth)),
    slot: Slot,
    hosts: z.record(z.string(), HostFacts),
    venv: z.string(),
    unitDiff: z.string(),
    /** systemd's score of the unit on the worst host, and of the one it replaces: 0 to 10, lower is better. */
    exposure: z.object({ now: z.number(), before: z.number().optional() }),
    health: z.object({ ms: z.number(), status: z.string() }),
    /** The watch could not tell: the release is live, but nobody may call it good. */
    unwatched: z.boolean(),
    /** The watch found it not healthy: it is live, but never good, and nobody is offered it for a rollback. */
    unhealthy: z.object({
      checks: z.number(),
      of: z.number(),
      /** Of the first such check. */
      at: z.number(),
      side: z.enum(['slot', 'public']),
      restarts: z.number(),
      /** Of the worst one. */
      detail: z.string().optional(),
    }),
    /** By host, how often systemd had restarted the new release when it was last found well. */
    restarts: z.record(z.string(), z.number()),
    /** By host, milliseconds the release before took to answer, right before the traffic moved. */
    baseline: z.record(z.string(), z.array(z.number())),
    /** When the traffic moved, Unix milliseconds. */
    switchedAt: z.number(),
    /** By host, of the restart; a host whose service was not running before has none. */
    downtime: z.record(z.string(), Downtime),
    /** By host, of the restart that brought the previous release back. */
    downtimeBack: z.record(z.string(), Downtime),
    /** The longest of the last restart here, for whoever approves the next. */
    lastDowntimeMs: z.number(),
    /** Hosts that a rollback could not bring back, and why. */
    leftBehind: z.record(z.string(), z.string()),
    /** By host, the lines of its log that tell why a rollback left a release. */
    causes: z.record(z.string(), z.string()),
    /** The new commit that the log of that release leads to. */
    blame: Blame,
    /** Where a rollback goes, on every host. */
    rollbackTo: z.object({
      release: z.string(),
      slot: Slot,
      /** What its own watch had shown, where that was not good: an automatic rollback goes to it, a later button does not offer it. */
      doubt: z.string().optional(),
    }),
  })
  .partial();
export type Facts = z.infer<typeof FactsSchema>;
