// Describes checks in argo.yml: of Python files, and by commands of the team in a sandbox.
import { z } from 'zod';
import { OneLine, AbsolutePath, Seconds } from './names.ts';

const Files = z.enum(['all', 'changed']);

const PythonChecks = z.strictObject({
  /** `changed`: only files that differ from the commit that is live according to the records. */
  files: Files.default('all'),
  /** Level of findings of unbound names. undefined: an error if the code certainly fails there, else a warning. */
  unbound: z.enum(['error', 'warning', 'off']).optional(),
  /** Globs of files that are not checked, such as templates: paths, folders, or names at any depth. */
  exclude: z.array(OneLine).default([]),
  /** Python version to check for, in place of the version on the hosts. */
  version: z
    .string()
    .regex(/^3\.\d{1,2}$/, "use a version in quotes, such as '3.11'")
    .optional(),
});
export type PythonChecks = z.infer<typeof PythonChecks>;

const PythonChecksSchema = z.union([z.boolean(), Files, PythonChecks]).default(true);

/** Returns the Python checks with their defaults; undefined if Python is not checked. */
export function pythonChecks(
  declared: z.infer<typeof PythonChecksSchema> = true,
): PythonChecks | undefined {
  if (typeof declared === 'object') return declared;
  if (declared === false) return undefined;
  return PythonChecks.parse({ files: declared === true ? 'all' : declared });
}

export const TeamCommandSchema = z.strictObject({
  name: OneLine,
  run: z.array(OneLine).min(1),
  timeout_seconds: Seconds.default(600),
  /** True if the command may use the machine's network, with all local services. */
  network: z.boolean().default(false),
  /** Readable paths besides /usr and the checkout, such as a virtual environment. */
  read: z
    .array(
      AbsolutePath.refine(
        (path) => !/^\/(?:proc|sys|dev|etc|tmp|var|run|home|root|checkout)?\/*$/.test(path),
        {
          error: 'name the folder that is needed, not everything above it',
        },
      ),
    )
    .default([]),
  /** Memory limit for all processes and written files of the command together. */
  memory_mb: z.int().min(64).max(1_000_000).default(4_096),
});

export const ChecksSchema = z
  .strictObject({
    python: PythonChecksSchema,
    commands: z.array(TeamCommandSchema).default([]),
    /** True runs unapproved code with all rights of the bot. */
    dangerously_without_sandbox: z.boolean().default(false),
  })
  .prefault({});
