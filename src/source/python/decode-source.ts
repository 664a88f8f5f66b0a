// Decodes the bytes of a Python file by its BOM or coding line, as Python does.
import { commentsIn } from './ruff-tokens.ts';
import { lineStarts, place } from './tokens/places.ts';

/** The text, or the place and reason why Python cannot read the bytes. */
export type Decoded = { source: string } | { line: number; column: number; message: string };

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
/** The coding line (PEP 263): the first line, or the second if the first is blank or a comment. */
const CODING = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;
const BLANK = /^[ \t\f]*(?:#.*)?$/;

export function decodeSource(content: Buffer): Decoded {
  const marked = content.subarray(0, 3).equals(BOM);
  const bytes = marked ? content.subarray(3) : content;
  const nul = bytes.indexOf(0);
  if (nul !== -1) return at(bytes, nul, 'source code cannot contain null bytes');
  const declared = codingOf(bytes);
  if (marked && declared !== undefined && declared !== 'utf-8')
    return { line: 1, column: 1, message: `encoding problem: ${declared} with BOM` };
  if (declared === undefined || declared === 'utf-8') return utf8(bytes);
  if (declared === 'iso-8859-1') return { source: bytes.toString('latin1') };
  if (/^(?:us-)?ascii$/.test(declared)) return ascii(bytes);
  try {
    return { source: new TextDecoder(declared).decode(bytes) };
  } catch {
    // Python knows more encodings than Node. Python on the host reports an encoding that it does not know.
    return { source: bytes.toString('latin1') };
  }
}

function codingOf(bytes: Buffer): string | undefined {
  const [first = '', second = ''] = bytes.toString('latin1', 0, 1_000).split(/\r\n|\r|\n/, 2);
  const name = (CODING.exec(first) ?? (BLANK.test(first) ? CODING.exec(second) : null))?.[1];
  if (name === undefined) return undefined;
  const plain = name.toLowerCase().replaceAll('_', '-');
  if (/^utf-8(?:-|$)/.test(plain)) return 'utf-8';
  return /^(?:latin-1|iso-8859-1|iso-latin-1)(?:-|$)/.test(plain) ? 'iso-8859-1' : plain;
}

function utf8(bytes: Buffer): Decoded {
  try {
    return { source: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return badUtf8(bytes);
  }
}

const REPLACED = '\uFFFD';
const REPLACED_BYTES = '\u00EF\u00BF\u00BD';

/** Finds the first byte that Python refuses: one that is not UTF-8 in code or a string. In comments it is allowed. */
function badUtf8(bytes: Buffer): Decoded {
  // Decoding puts U+FFFD in place of each wrong byte. So first replace those that the file itself contains.
  const own = bytes.toString('latin1').replaceAll(REPLACED_BYTES, '???');
  const source = Buffer.from(own, 'latin1').toString('utf8');
  const comments = commentsIn(source);
  const starts = lineStarts(source);
  let found = source.indexOf(REPLACED);
  while (found !== -1) {
    const comment = comments.find(({ start, end }) => start <= found && found < end);
    if (!comment) {
      const message = 'a byte is not UTF-8, and no coding line says what it is';
      return { ...place(starts, found), message };
    }
    found = source.indexOf(REPLACED, comment.end);
  }
  return { source: bytes.toString('utf8') };
}

function ascii(bytes: Buffer): Decoded {
  const high = bytes.findIndex((byte) => byte > 127);
  if (high === -1) return { source: bytes.toString('latin1') };
  return at(bytes, high, 'a byte is not ASCII, as the coding line says');
}

function at(bytes: Buffer, offset: number, message: string): Decoded {
  return { ...place(lineStarts(bytes.toString('latin1')), offset), message };
}
