import { z } from 'zod';
import { OneLine } from './names.ts';

/** What is asked of the Python of a release: the short forms of old, or each thing by itself. */
const Files = z.enum(['all', 'changed']);

export const PythonChecksSchema = z
  .union([
    z.boolean(),
    Files,
    z.strictObject({
      /** `changed`: only files that differ from the commit that is live by the record. */
      files: Files.default('all'),
      /** Names that may be unbound: an error where a path certainly fails, else a warning; or always this. */
      unbound: z.enum(['error', 'warning', 'off']).optional(),
      /** Templates and test data that are not meant to run: paths, folders, or names at any depth, as globs. */
      exclude: z.array(OneLine).default([]),
      /** For a service whose hosts cannot be asked; otherwise their interpreter decides. */
      version: z
        .string()
        .regex(/^3\.\d{1,2}$/, "use a version in quotes, such as '3.11'")
        .optional(),
    }),
  ])
  .default(true);

export interface PythonChecks {
  files: 'all' | 'changed';
  unbound: 'error' | 'warning' | 'off' | undefined;
  exclude: readonly string[];
  version: string | undefined;
}

/** Undefined where Python is not checked. */
export function pythonChecks(
  declared: z.infer<typeof PythonChecksSchema> = true,
): PythonChecks | undefined {
  if (declared === false) return undefined;
  if (typeof declared === 'object') {
    const { files, exclude, unbound, version } = declared;
    return { files, exclude, unbound, version };
  }
  const files = declared === 'changed' ? 'changed' : 'all';
  return { files, unbound: undefined, exclude: [], version: undefined };
}
