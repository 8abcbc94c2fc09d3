import type { StreamFormat, StreamSchema } from '../../../../common/contract/stream.ts';
import { type Field, given, SECRET_HINT, type Values } from './source-kind.ts';

/** Formats whose records say nothing without a schema. */
export const needsSchema = (format: StreamFormat): boolean =>
  format === 'avro' || format === 'protobuf';

/** What records were written with: a registry's schemas, or one that is given. */
export const schemaFields = (format: StreamFormat): readonly Field[] => [
  {
    id: 'registry',
    label: 'Schema registry',
    kind: 'text',
    advanced: !needsSchema(format),
    placeholder: 'https://registry.example:8081',
    required: (values) => needsSchema(format) && (values.schemaText ?? '').trim() === '',
    hint: needsSchema(format)
      ? 'Where records name their schema by its id; or give the schema below.'
      : 'Where JSON records were written through one.',
    check: (text) =>
      /^https?:\/\/[^\s/]+/.test(text.trim()) ? undefined : 'An address: http://host:8081.',
  },
  {
    id: 'registryUser',
    label: 'User name of the registry',
    kind: 'text',
    advanced: !needsSchema(format),
    when: (values) => (values.registry ?? '').trim() !== '',
  },
  {
    id: 'registryPassword',
    label: 'Password of the registry',
    kind: 'secret',
    advanced: !needsSchema(format),
    when: (values) => (values.registryUser ?? '').trim() !== '',
    hint: SECRET_HINT,
  },
  {
    id: 'schemaText',
    label: format === 'protobuf' ? 'Schema (.proto)' : 'Schema (Avro, JSON)',
    kind: 'lines',
    when: () => needsSchema(format),
  },
  {
    id: 'schemaMessage',
    label: 'Message',
    kind: 'text',
    placeholder: 'the first one',
    when: (values) => format === 'protobuf' && (values.schemaText ?? '').trim() !== '',
  },
];

/** The schema that the fields tell of, if any. */
export function schemaOf(format: StreamFormat, values: Values): { readonly schema?: StreamSchema } {
  const url = values.registry?.trim() ?? '';
  const schema: StreamSchema = {
    ...(url === ''
      ? {}
      : {
          registry: {
            url,
            ...given('username', values.registryUser),
            ...(values.registryPassword ? { password: values.registryPassword } : {}),
          },
        }),
    ...(needsSchema(format) ? given('text', values.schemaText) : {}),
    ...(format === 'protobuf' ? given('message', values.schemaMessage) : {}),
  };
  return Object.keys(schema).length === 0 ? {} : { schema };
}
