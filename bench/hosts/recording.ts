// Describes what a real host did during a deployment: how long each script and each request took, and the answers.

export interface Recording {
  scripts: ScriptRecord[];
  tunnels: TunnelRecord[];
}

export interface ScriptRecord {
  script: string;
  parameters: Record<string, string>;
  stdout: string;
  stderr: string;
  code: number;
  /** From its start, or from the end of the files that were sent to it. */
  ms: number;
}

export interface TunnelRecord {
  port: number;
  /** The last script before it after which the host answers differently. */
  after: string;
  sinceMs: number;
  /** Nothing listened on the port. */
  refused: boolean;
  /** The first line of the request. */
  request: string;
  /** In latin1. */
  response: string;
  ms: number;
}

/** Scripts after which requests to the host are answered differently. */
const landmarks: ReadonlySet<string> = new Set(['start-slot', 'switch']);

export interface Landmark {
  after: string;
  at: number;
}

export function createLandmark(): Landmark & { pass(script: string): void } {
  return {
    after: '',
    at: performance.now(),
    pass(script) {
      if (!landmarks.has(script)) return;
      this.after = script;
      this.at = performance.now();
    },
  };
}

/** The only script that gets files without their size, until the end of its input. */
export const takesFiles = ({
  script,
  parameters,
}: Pick<ScriptRecord, 'script' | 'parameters'>): boolean =>
  script === 'upload' && parameters['payload_bytes'] === undefined;
