import type { Random } from './random.ts';
import type { Run } from './run.ts';
import type { World } from './world.ts';

/** Puts back what was broken; called once the deployment is over, or its own time is up. */
export type Mend = () => Promise<void> | void;

/** One way of breaking something while a deployment goes on. */
export interface Fault {
  name: string;
  /** The stages it may strike at; without it, any. */
  stages?: readonly [string, ...string[]];
  moments?: readonly [Moment, ...Moment[]];
  /** Whether a good release must go live all the same, or may also be called off. */
  harmless: boolean;
  /** The stage that may refuse to go on with it, and is right to. */
  stoppedBy?: string;
  /** What a person does on purpose ends as this instead. */
  endings?: readonly string[];
  /** The host itself goes off: nobody can answer then. */
  hostOff?: boolean;
  /** It clicks by itself; else Ben approves as soon as he can. */
  decides?: boolean;
  /** Somebody else asks for the same in the same instant. */
  rivals?: boolean;
  /** Breaks it; what has to be mended afterwards is returned. */
  strike(world: World, run: Run, random: Random): Promise<Mend | void>;
}

/** `mid` is when the host begins the script of the stage, or a drawn moment for a stage without one. */
export type Moment = 'begin' | 'mid' | 'end';
