// Writes the JSON Schema of argo.yml, with which editors complete and check it.
import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { SettingsSchema } from '../deploy/settings/settings.ts';

/** Returns the schema of argo.yml as people write it, before defaults are filled in. */
export function settingsJsonSchema(): z.core.JSONSchema.BaseSchema {
  const schema = z.toJSONSchema(SettingsSchema, {
    io: 'input',
    override({ jsonSchema }) {
      // Remove the limit that zod adds to every integer.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return { ...schema, title: 'argo.yml' };
}

if (import.meta.main) {
  writeFileSync('argo.schema.json', `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`);
}
