import { readFileSync } from 'node:fs';
import { z } from 'zod';

export const read = (path: string): string => readFileSync(path, 'utf8');

const Versions = z.record(z.string(), z.string());
export const packageJson = z
  .object({ bin: Versions, scripts: Versions, dependencies: Versions, devDependencies: Versions })
  .parse(JSON.parse(read('package.json')));

/** Every variable that the process reads: the keys of the schemas in environment.ts. */
export function environmentNames(): string[] {
  const names = read('src/argo-yml/environment.ts').matchAll(
    /\b([A-Z][A-Z_]+): (?:z\b|Secret|signing)/g,
  );
  return [...new Set([...names].map(([, name]) => name ?? ''))];
}
