import { FORMATS } from '../../../../common/contract/ingest.ts';
import { type SyncDefinition, syncDefinition } from '../../../../common/contract/storage.ts';
import type { StoragePlace } from '../../../../common/contract/storage-place.ts';
import { asAppError } from '../../../../common/errors/app-error.ts';
import {
  parseStorageAddress,
  type StorageAddress,
} from '../../../../common/text/storage-address.ts';
import {
  type Field,
  given,
  number,
  SECRET_HINT,
  type Values,
  whole,
} from '../kinds/source-kind.ts';

function parsed(text: string | undefined): StorageAddress | undefined {
  if ((text ?? '').trim() === '') return undefined;
  try {
    return parseStorageAddress(text ?? '');
  } catch {
    return undefined;
  }
}

const kindOf = (values: Values): StoragePlace['kind'] | undefined =>
  parsed(values.address)?.place.kind;
const usesSecret = (values: Values): boolean =>
  (kindOf(values) === 'azure' && ['key', 'sas', 'token'].includes(values.auth ?? '')) ||
  (kindOf(values) === 's3' && values.s3auth === 'keys');

/** Where the files are and how one gets in. */
export const PLACE_FIELDS: readonly Field[] = [
  {
    id: 'address',
    label: 'Address',
    kind: 'folder',
    required: true,
    placeholder: 'https://ACCOUNT.blob.core.windows.net/container',
    hint: 'Azure Blob or Data Lake, s3://bucket/prefix, a web server, or a folder. A connection string can be pasted.',
    check: (text) => {
      try {
        parseStorageAddress(text);
        return undefined;
      } catch (error) {
        const { message, hints } = asAppError(error);
        return [message, ...hints].join(' ');
      }
    },
  },
  {
    id: 'auth',
    label: 'Sign in',
    kind: 'choice',
    when: (values) => kindOf(values) === 'azure',
    options: [
      { value: 'anonymous', label: 'Nobody: it is public' },
      { value: 'key', label: 'Account key' },
      { value: 'sas', label: 'Shared access signature (SAS)' },
      { value: 'cli', label: 'Entra: as az login has signed in' },
      { value: 'browser', label: 'Entra: in the browser' },
      { value: 'device', label: 'Entra: with a code on another device' },
      { value: 'token', label: 'Access token' },
    ],
  },
  {
    id: 's3auth',
    label: 'Sign in',
    kind: 'choice',
    when: (values) => kindOf(values) === 's3',
    options: [
      { value: 'anonymous', label: 'Nobody: it is public' },
      { value: 'keys', label: 'Access keys' },
    ],
  },
  {
    id: 'secret',
    label: 'Key, signature or token',
    kind: 'secret',
    required: (values) => parsed(values.address)?.secret === undefined,
    when: usesSecret,
    placeholder: '',
    hint: SECRET_HINT,
  },
  {
    id: 'endpoint',
    label: 'Endpoint',
    kind: 'text',
    when: (values) => kindOf(values) === 's3',
    placeholder: 'https://minio.example:9000',
    hint: 'Of a store that is not Amazon’s own.',
  },
  {
    id: 'region',
    label: 'Region',
    kind: 'text',
    when: (values) => kindOf(values) === 's3',
    placeholder: 'us-east-1',
  },
  {
    id: 'container',
    label: 'Container',
    kind: 'text',
    when: (values) => {
      const place = parsed(values.address)?.place;
      return place?.kind === 'azure' && place.container === undefined;
    },
    required: true,
  },
  {
    id: 'prefix',
    label: 'Prefix',
    kind: 'text',
    placeholder: 'sales/2024/',
    hint: 'Only files whose path begins so; chosen in the list or typed.',
  },
  {
    id: 'glob',
    label: 'Files',
    kind: 'text',
    fallback: '**',
    placeholder: '**/*.parquet',
    hint: '** is any number of folders, * any part of a name.',
  },
];

/** How it is kept current. */
export const SYNC_FIELDS: readonly Field[] = [
  {
    id: 'interval',
    label: 'Look for changes every … seconds',
    kind: 'number',
    fallback: '300',
    hint: 'Empty: only by hand.',
    check: whole(1, 31_536_000),
  },
  {
    id: 'onOverwrite',
    label: 'When a file is overwritten',
    kind: 'choice',
    options: [
      { value: 'replace', label: 'its rows are replaced' },
      { value: 'keep', label: 'its old rows stay too' },
    ],
  },
  {
    id: 'onDelete',
    label: 'When a file is deleted',
    kind: 'choice',
    options: [
      { value: 'remove', label: 'its rows go too' },
      { value: 'keep', label: 'its rows stay' },
    ],
  },
  {
    id: 'format',
    label: 'Format',
    kind: 'choice',
    options: [
      { value: '', label: 'by each file' },
      ...FORMATS.map((format) => ({ value: format, label: format })),
    ],
  },
  {
    id: 'budget',
    label: 'Space for copies, MB',
    kind: 'number',
    advanced: true,
    placeholder: 'without limit',
    hint: 'What was least used goes first, and is fetched again when it is needed.',
    check: whole(0, 1_000_000_000),
  },
  {
    id: 'parallel',
    label: 'Downloads at a time',
    kind: 'number',
    fallback: '8',
    advanced: true,
    check: whole(1, 64),
  },
  {
    id: 'rate',
    label: 'At most … MB per second',
    kind: 'number',
    advanced: true,
    placeholder: 'without limit',
  },
  {
    id: 'queue',
    label: 'Storage queue of Event Grid',
    kind: 'text',
    advanced: true,
    hint: 'Name of a queue of the same account: new files are taken in as they are announced.',
  },
];

/** Takes the secret out of an address that was pasted with it. */
export function withoutSecret(values: Values): Values {
  const found = parsed(values.address);
  if (!found) return values;
  const { place, key, secret } = found;
  const own = authOf(place);
  if (secret === undefined) return { ...values, ...(own && values.auth === '' ? own : {}) };
  return { ...values, ...own, secret, address: shownAddress(place, key) };
}

function authOf(place: StoragePlace): Values {
  if (place.kind === 'azure') return { auth: place.auth === 'entra' ? place.signIn : place.auth };
  return place.kind === 's3' ? { s3auth: place.auth } : {};
}

function shownAddress(place: StoragePlace, key: string): string {
  switch (place.kind) {
    case 'azure':
      return [
        place.service,
        ...(place.container ? [place.container] : []),
        ...(key ? [key] : []),
      ].join('/');
    case 's3':
      return `s3://${place.bucket ?? ''}/${key}`;
    case 'http':
      return `${place.base}${key}`;
    case 'folder':
      return place.path;
  }
}

/** The place that the fields tell of, its secret, and where in it the address points. */
export function placeOf(values: Values): {
  readonly place: StoragePlace;
  readonly secret: string | undefined;
  readonly key: string;
} {
  const { place, key, secret } = parseStorageAddress(values.address ?? '');
  const typed = values.secret?.trim() ?? '';
  const known = usesSecret(values) && typed !== '' ? typed : secret;
  if (place.kind === 'azure') {
    const auth = values.auth ?? 'anonymous';
    const container = place.container ?? values.container?.trim();
    return {
      place: {
        ...place,
        ...(container ? { container } : {}),
        auth:
          auth === 'cli' || auth === 'browser' || auth === 'device'
            ? 'entra'
            : ((['key', 'sas', 'token'] as const).find((a) => a === auth) ?? 'anonymous'),
        signIn: auth === 'browser' || auth === 'device' ? auth : 'cli',
      },
      secret: known,
      key,
    };
  }
  if (place.kind === 's3')
    return {
      place: {
        ...place,
        ...given('endpoint', values.endpoint),
        ...given('region', values.region),
        ...(values.endpoint?.trim() ? { pathStyle: true } : {}),
        auth: values.s3auth === 'keys' ? 'keys' : 'anonymous',
      },
      secret: known,
      key,
    };
  return { place, secret: known, key };
}

/** The sync that the fields tell of. Throws what the contract says is wrong with it. */
export function syncOf(
  values: Values,
  target: { readonly name: string; readonly table?: SyncDefinition['table'] },
): SyncDefinition {
  const { place, key } = placeOf(values);
  const megabytes = (text: string | undefined): string =>
    text?.trim() ? String(Math.round(Number(text) * 1024 * 1024)) : '';
  const format = FORMATS.find((f) => f === values.format);
  const queue = values.queue?.trim() ?? '';
  return syncDefinition.parse({
    ...target,
    place,
    prefix: values.prefix?.trim() || key,
    glob: values.glob?.trim() || '**',
    ...(format ? { format } : {}),
    onOverwrite: values.onOverwrite === 'keep' ? 'keep' : 'replace',
    onDelete: values.onDelete === 'keep' ? 'keep' : 'remove',
    ...number('intervalSeconds', values.interval),
    ...number('budgetBytes', megabytes(values.budget)),
    ...number('parallel', values.parallel),
    ...number('bytesPerSecond', megabytes(values.rate)),
    ...(queue === '' ? {} : { queue: { name: queue } }),
  });
}

/** A name for the sync and its table: the last folder of the prefix, or the container. */
export function suggestedName(values: Values): string {
  const { place, key } = placeOf(values);
  const folder = (values.prefix?.trim() || key)
    .split('/')
    .findLast((p) => p !== '' && !p.includes('='));
  const whole =
    place.kind === 'azure'
      ? place.container
      : place.kind === 's3'
        ? place.bucket
        : place.kind === 'folder'
          ? place.path.split(/[\\/]/).findLast((p) => p !== '')
          : new URL(place.base).hostname;
  return (folder ?? whole ?? 'files').replace(/[^\p{L}\p{N}_.-]+/gu, '_');
}
