import { DocumentTextRegular } from '@fluentui/react-icons';
import type { StreamFormat } from '../../../../common/contract/stream.ts';
import { given, namesOf, type SourceKind } from './source-kind.ts';

const FORMATS: readonly StreamFormat[] = ['txt', 'json', 'csv', 'tsv', 'psv', 'scsv'];

/** `/var/log/app.log*` → `app`: the name without its folders, endings and wildcards. */
export function nameOfPath(path: string): string {
  const last = path.split(/[\\/]/).findLast((part) => part !== '' && !/^[*?]+$/.test(part)) ?? '';
  const bare = last.replace(/[*?[\]{}].*$/, '').replace(/\.[A-Za-z0-9]{1,5}\.?$/, '');
  return bare.replace(/[^\p{L}\p{N}_.-]+/gu, '_').replace(/^[._]+|[._]+$/g, '');
}

export const file: SourceKind = {
  id: 'file',
  kind: 'file',
  label: 'Log files',
  Icon: DocumentTextRegular,
  about:
    'Follows text files as they grow, as tail -F does: through rotation by renaming, copying and compressing, each line once.',
  fields: [
    {
      id: 'paths',
      label: 'Files',
      kind: 'file',
      required: true,
      hint: 'A path or a pattern on this machine. Match the rotated files too: /var/log/app.log*',
    },
    {
      id: 'layout',
      label: 'What a file holds',
      kind: 'choice',
      options: [
        { value: 'lines', label: 'Records, one after the other' },
        { value: 'header', label: 'A first line with the names of the fields' },
        { value: 'w3c', label: 'W3C extended log (IIS and others)' },
      ],
    },
    {
      id: 'recordStart',
      label: 'A record begins with',
      kind: 'text',
      placeholder: '^\\d{4}-\\d\\d-\\d\\d',
      when: (values) => values.layout === 'lines',
      hint: 'A regular expression for records of several lines, such as stack traces; empty: each line is one.',
      check: (text) => {
        try {
          new RegExp(text);
          return undefined;
        } catch (error) {
          return (error as Error).message;
        }
      },
    },
    {
      id: 'encoding',
      label: 'Encoding',
      kind: 'choice',
      advanced: true,
      options: [
        { value: '', label: 'As the file says' },
        { value: 'utf-8', label: 'UTF-8' },
        { value: 'utf-16le', label: 'UTF-16, little endian' },
        { value: 'utf-16be', label: 'UTF-16, big endian' },
        { value: 'latin1', label: 'Latin 1' },
      ],
    },
  ],
  source: (values) => ({
    kind: 'file',
    paths: namesOf(values.paths),
    layout: LAYOUTS.find((layout) => layout === values.layout) ?? 'lines',
    ...(values.layout === 'lines' ? given('recordStart', values.recordStart) : {}),
    ...encodingOf(values.encoding),
  }),
  formats: FORMATS,
  starts: ['earliest', 'latest'],
  properties: [
    { name: 'File', type: 'string', path: '@file' },
    { name: 'Read', type: 'datetime', path: '@timestamp' },
  ],
  peeks: true,
  suggest: (values) => nameOfPath(namesOf(values.paths)[0] ?? '') || 'log',
};

const LAYOUTS = ['lines', 'header', 'w3c'] as const;
const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'latin1'] as const;

function encodingOf(text: string | undefined): { encoding?: (typeof ENCODINGS)[number] } {
  const encoding = ENCODINGS.find((e) => e === text);
  return encoding === undefined ? {} : { encoding };
}
