import { Fenced, OutcomeUnknown, StageFailed } from '../../src/deploy/record/errors.ts';
import { Slot } from '../../src/deploy/record/events.ts';
import type {
  Answer,
  GetOptions,
  Host,
  HttpAnswer,
  RunOptions,
  ScriptCall,
} from '../../src/deploy/ports/ports.ts';
import { parseAnswer } from '../../src/host/run/answer.ts';

export type Parameters = Record<string, string | number>;

/** What a script answers instead of the usual; it may throw. undefined: the usual after all. */
export type Reaction = (
  parameters: Parameters,
  options: RunOptions,
) => Promise<string[] | undefined> | string[] | undefined;

/** A host as the scripts of src/host/scripts leave it, without a host. */
export class MemoryHost implements Host {
  readonly name: string;
  live: Slot | undefined = 'blue';
  /** Where nginx sends users: where the colour file says, until a test or a hand says otherwise. */
  get proxied(): Slot | undefined {
    return this.byHand ?? this.live;
  }
  set proxied(slot: Slot | undefined) {
    this.byHand = slot;
  }
  private byHand: Slot | undefined;
  slots: Partial<Record<Slot, string>> = { blue: 'old' };
  active: Record<Slot, string> = { blue: 'active', green: 'inactive' };
  releases = new Map([['old', 'good']]);
  epoch = 0;
  restarts = 0;
  log: string[] = [];
  calls: { script: string; parameters: Parameters }[] = [];
  on: Record<string, Reaction> = {};
  /** What the service answers; the usual is healthy, under its own name. */
  answers: (release: string, url: URL) => Partial<HttpAnswer> = () => ({});

  constructor(name: string) {
    this.name = name;
  }

  get scripts(): string[] {
    return this.calls.map(({ script }) => script);
  }

  async run(script: string, parameters: Parameters, options: RunOptions): Promise<Answer> {
    options.signal.throwIfAborted();
    this.calls.push({ script, parameters });
    const own = await this.on[script]?.(parameters, options);
    if (!unfenced.has(script)) this.fence(Number(parameters['epoch']));
    const lines = own ?? this.usual(script, parameters);
    return parseAnswer({
      stdout: lines.map((line) => `${line}\n`).join(''),
      stderr: '',
      what: options.what,
      host: this.name,
    });
  }

  /** The scripts that were started early. Nothing is known early here, so each script runs again in its turn. */
  readonly early: string[] = [];

  runEarly(calls: readonly ScriptCall[]): void {
    this.early.push(...calls.map(({ script }) => script));
  }

  prepareChannel(): void {}

  async get(url: URL, { signal }: GetOptions): Promise<HttpAnswer> {
    signal.throwIfAborted();
    const slot = url.port === '8001' ? 'blue' : url.port === '8002' ? 'green' : this.proxied;
    const release = slot && this.slots[slot];
    if (!slot || !release || this.active[slot] !== 'active') throw refused(this.name, url);
    const usual = { status: 'healthy', version: release };
    const answer = this.answers(release, url);
    return { status: 200, headers: {}, body: JSON.stringify(usual), ms: 2, ...answer };
  }

  private fence(epoch: number): void {
    if (epoch < this.epoch) {
      throw new Fenced(`${this.name} follows epoch ${this.epoch}`, {
        code: 'fenced',
        next: 'Nothing.',
        host: this.name,
        cause: { epoch: this.epoch },
      });
    }
    this.epoch = epoch;
  }

  private usual(script: string, given: Parameters): string[] {
    const text = (key: string): string => String(given[key] ?? '');
    const slot = Slot.catch('blue').parse(text(script === 'switch' ? 'to' : 'slot'));
    const release = text('release');
    switch (script) {
      case 'inspect':
        return this.inspect();
      case 'slot-state':
        return this.slotState(slot, Number(given['lines']));
      case 'verify':
        this.releases.set(release, 'none');
        return ['files\t3'];
      case 'install-unit':
        if (this.live === slot) throw failed(this.name, `slot ${slot} is live`);
        if (this.proxied === slot && this.slots[slot] !== release) {
          throw failed(this.name, `nginx sends users to slot ${slot}`);
        }
        if (this.slots[slot] !== release) this.active[slot] = 'inactive';
        this.slots[slot] = release;
        return [];
      case 'start-slot':
        this.active[slot] = 'active';
        return ['pid\t42', 'restarts\t0'];
      case 'switch':
        if (this.slots[slot] !== release) throw failed(this.name, `slot ${slot} holds another`);
        if (this.active[slot] !== 'active') throw failed(this.name, `${slot} is not running`);
        this.live = slot;
        this.proxied = undefined;
        return [`live\t${slot}`];
      case 'unswitch':
        return [this.live === slot ? 'restored\tno' : 'restored\tunmoved'];
      case 'cleanup':
        this.takeAway(release);
        return [];
      case 'finish':
        this.releases.set(release, text('verdict') || 'good');
        return [`kept\t${this.releases.size}`];
      case 'verdict':
        this.releases.set(release, text('verdict'));
        return [];
      default:
        return [];
    }
  }

  private inspect(): string[] {
    const { live, slots } = this;
    return [
      ...(live ? [`live\t${live}`, 'live_manifest\tmanifest-of-old', 'live_commit\taaaa'] : []),
      ...(this.proxied ? [`proxied\t${this.proxied}`] : []),
      ...Object.entries(slots).map(([slot, release]) => `slot_${slot}\t${release}`),
      ...Object.entries(this.active).map(([slot, state]) => `active_${slot}\t${state}`),
      ...[...this.releases].map(([name, verdict]) => `release\t${name} ${verdict}`),
      'free_mb\t9000',
      `now\t${Math.round(Date.now() / 1_000)}`,
      'systemd\trunning',
      'python\t3.11.2',
    ];
  }

  private slotState(slot: Slot, lines: number): string[] {
    const release = this.slots[slot];
    return [
      `active\t${this.active[slot]}`,
      'exit_status\t1',
      `restarts\t${this.restarts}`,
      ...(release && !release.startsWith('adopted-') ? [`release\t${release}`] : []),
      ...(this.live ? [`live\t${this.live}`] : []),
      ...(lines > 0 ? this.log.slice(-lines).map((line) => `log\t${line}`) : []),
    ];
  }

  private takeAway(release: string): void {
    for (const slot of ['blue', 'green'] as const) {
      if (slot === this.live || this.slots[slot] !== release) continue;
      delete this.slots[slot];
      this.active[slot] = 'inactive';
    }
    if (!this.live || this.slots[this.live] !== release) this.releases.delete(release);
  }
}

const unfenced = new Set([
  'inspect',
  'examine',
  'slot-state',
  'read-manifest',
  'read-config',
  'look-config',
]);

export function failed(host: string, why: string): StageFailed {
  return new StageFailed(`it exited 1 on ${host}: ${why}`, {
    code: 'script-failed',
    next: 'Mend it.',
    host,
  });
}

export function refused(host: string, url: URL): OutcomeUnknown {
  return new OutcomeUnknown(`${url.host} on ${host} refuses connections`, {
    code: 'connection-refused',
    next: 'Look at the service.',
    host,
  });
}

export function linkLost(host: string): OutcomeUnknown {
  return new OutcomeUnknown(`the connection to ${host} was lost`, {
    code: 'link-lost',
    next: 'Look.',
    host,
  });
}
