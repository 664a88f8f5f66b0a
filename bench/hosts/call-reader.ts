// Reads what the bot writes to a host: which scripts, with which parameters.

/** One script that the bot asks for. */
export interface HostCall {
  script: string;
  /** Printed on both outputs before the script, and at its end if another follows. */
  mark: string;
  version: string;
  followed: boolean;
  parameters: Record<string, string>;
}

interface Header extends Omit<HostCall, 'parameters' | 'followed'> {
  bytes: number;
  next: string | undefined;
}

/** Takes the input in pieces. After a script that no other follows, the rest is a payload and is ignored. */
export function createCallReader(onCall: (call: HostCall) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let header: Header | undefined;
  /** The mark of the next script; undefined if there is none. */
  let wanted: string | undefined = '';
  const step = (): boolean => {
    if (wanted === undefined) return false;
    if (header === undefined) {
      const end = rest.indexOf('\n');
      if (end === -1) return false;
      header = parseHeader(rest.toString('latin1', 0, end), wanted);
      rest = rest.subarray(end + 1);
      return true;
    }
    // Each parameter is a line, and an empty line ends them.
    const first = rest[header.bytes] === LINE_FEED;
    const last = first ? header.bytes : rest.indexOf('\n\n', header.bytes) + 1;
    if (last === 0 && !first) return false;
    const parameters = parseParameters(rest.toString('utf8', header.bytes, last));
    const after = last + 1 + Number(parameters['payload_bytes'] ?? 0);
    if (rest.length < after) return false;
    const { script, mark, version, next } = header;
    rest = rest.subarray(after);
    wanted = next;
    header = undefined;
    onCall({ script, mark, version, followed: next !== undefined, parameters });
    return true;
  };
  return (chunk) => {
    if (wanted === undefined) return;
    rest = Buffer.concat([rest, chunk]);
    while (step());
  };
}

const LINE_FEED = 10;

/** Other lines are for login shells, or what is left of a payload. */
function parseHeader(line: string, wanted: string): Header | undefined {
  const [word, bytes, mark = '', script = '', version = '', next = ''] = line.split(' ');
  if (word !== 'argo-bot' || (wanted !== '' && mark !== wanted)) return undefined;
  return { bytes: Number(bytes), mark, script, version, next: next === '' ? undefined : next };
}

function parseParameters(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
