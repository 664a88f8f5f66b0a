import type { Changes } from './changes.ts';
import type { Gauge, ShownTrouble } from './model.ts';

/** Something that whoever set this workspace up lets people break from the page, while they watch. */
export interface Trouble extends Pick<ShownTrouble, 'id' | 'group' | 'label' | 'about' | 'verb'> {
  /** What it says when it is done, where that is worth a line. */
  strike(): Promise<string | void>;
  /** Only of what stands until it is mended. */
  mend?(): Promise<string | void>;
}

interface State {
  on: boolean;
  busy: boolean;
  said?: string;
}

export class Backstage {
  private troubles: readonly Trouble[] = [];
  private measure: () => Gauge[] = () => [];
  private readonly states = new Map<string, State>();
  private readonly changes: Changes;

  constructor(changes: Changes) {
    this.changes = changes;
  }

  offer(troubles: readonly Trouble[], gauges: () => Gauge[]): void {
    this.troubles = troubles;
    this.measure = gauges;
    this.changes.emit('backstage');
  }

  gauges(): Gauge[] {
    return this.measure();
  }

  shown(): ShownTrouble[] {
    return this.troubles.map((trouble) => {
      const { id, group, label, about, verb } = trouble;
      return { id, group, label, about, verb, ...this.stateOf(id) };
    });
  }

  /** Breaks it, or mends it; one that is already at it is left to end. */
  async act(id: string, on: boolean): Promise<void> {
    const trouble = this.troubles.find((one) => one.id === id);
    if (!trouble) throw new Error(`nothing here breaks by the name of ${id}`);
    const before = this.stateOf(id);
    if (before.busy) return;
    this.become(id, { ...before, busy: true });
    try {
      const said = await (on ? trouble.strike() : trouble.mend?.());
      const stands = on && trouble.mend !== undefined;
      this.become(id, { on: stands, busy: false, ...(said !== undefined && { said }) });
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      this.become(id, { ...before, said: `It did not work: ${said}` });
    }
  }

  private stateOf(id: string): State {
    return this.states.get(id) ?? { on: false, busy: false };
  }

  private become(id: string, state: State): void {
    this.states.set(id, state);
    this.changes.emit('backstage');
  }
}
