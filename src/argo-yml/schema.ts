import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { SettingsSchema } from '../deploy/settings/settings.ts';

/** The shape of argo.yml as JSON Schema, so that an editor completes and checks it while it is written. */
export function settingsJsonSchema(): z.core.JSONSchema.BaseSchema {
  const schema = z.toJSONSchema(SettingsSchema, {
    io: 'input',
    override({ jsonSchema }) {
      // Every integer has this limit in JavaScript; it says nothing about a setting.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return { ...schema, title: 'argo.yml' };
}

if (import.meta.main) {
  writeFileSync('argo.schema.json', `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`);
}
