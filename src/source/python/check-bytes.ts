// Checks one Python file by its bytes, and reports an encoding that Python cannot read.
import type { Finding } from '../../deploy/ports/ports.ts';
import type { FileCheck } from './check-file.ts';
import { decodeSource } from './decode-source.ts';

/** `path` is only used in findings. */
export function checkBytes(check: FileCheck, path: string, content: Buffer): Finding[] {
  const decoded = decodeSource(content);
  if ('source' in decoded) return check(path, decoded.source);
  const { line, column, message } = decoded;
  const told = `Python cannot read this: ${message}`;
  return [{ path, line, column, code: 'syntax', message: told, level: 'error' }];
}
