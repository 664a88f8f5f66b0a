// Sets up Node for processes that are idle most of the time. Must run before their code is imported.
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';

export function saveMemory(): void {
  // V8's space for new objects stays at 2 x 1 MB. Else it grows in a deployment, and an idle process never shrinks it.
  setFlagsFromString('--semi-space-growth-factor=1');
  keepCompiledCode(process.env);
}

/** Stores compiled code in ARGO_DATA. The next start is faster and, without TypeScript's compiler, needs 25 MB less. */
function keepCompiledCode(environment: NodeJS.ProcessEnv): void {
  const data = environment['ARGO_DATA'] || '.data';
  // At the first start the private Redis creates the folder, with the right mode.
  if (!existsSync(data)) return;
  // Child processes read NODE_COMPILE_CACHE and use the same folder.
  environment['NODE_COMPILE_CACHE'] ??= resolve(data, 'compiled');
  enableCompileCache();
}
