// Sets up Node for processes that are idle most of the time. Must run before their code is imported.
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';

export function saveMemory(): void {
  limitNewSpace();
  keepCompiledCode(process.env);
}

/**
 * Keeps V8's space for new objects at its first size, 1 MB for each half. It grows to 16 MB during a deployment, and V8
 * does not give that memory back while the process is idle.
 */
function limitNewSpace(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * Stores compiled code in ARGO_DATA. The next start is faster and needs 25 MB less, because it loads no compiler for
 * TypeScript. Does not create the folder: the private Redis creates it at the first start, with the right mode.
 */
function keepCompiledCode(environment: NodeJS.ProcessEnv): void {
  const data = environment['ARGO_DATA'] || '.data';
  if (!existsSync(data)) return;
  // Child processes read this variable and use the same folder.
  environment['NODE_COMPILE_CACHE'] ??= resolve(data, 'compiled');
  enableCompileCache();
}
