import { shownUri } from '../contract/external.ts';
import type { AzurePlace, StoragePlace } from '../contract/storage-place.ts';
import { AppError } from '../errors/app-error.ts';

export interface StorageAddress {
  readonly place: StoragePlace;
  /** Below the container, bucket or base; '' for the whole of it. Ends with `/` where the address does. */
  readonly key: string;
  readonly secret?: string;
}

const AZURE_HOST = /^([^.]+)\.(?:blob|dfs)\.(.+)$/i;
const FABRIC_HOST = /^([^.]*onelake)\.(?:blob|dfs)\.(fabric\..+)$/i;
const S3_VIRTUAL = /^(.+)\.s3[.-](?:dualstack\.)?([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/i;
const S3_PATH = /^s3(?:[.-](?:dualstack\.)?([a-z0-9-]+))?\.amazonaws\.com(?:\.cn)?$/i;
/** The account of Azurite and of the storage emulator before it. */
const EMULATED = 'devstoreaccount1';

/** Whether a text is the address of a store, and no path of this machine. */
export const isStorageAddress = (text: string): boolean =>
  /^(https?|abfss?|s3):\/\//i.test(text.trim());

/**
 * Reads an address with what it says about its secret (pages "Storage connection strings" and "Storage
 * authentication methods"), an Azure connection string (`AccountName=…;AccountKey=…`), `s3://bucket/key` or a path.
 * An identity of the cluster (`impersonate`, `managed_identity=…`) is whoever has signed in on this desk.
 */
export function parseStorageAddress(text: string): StorageAddress {
  const given = text.trim();
  if (/(^|;)\s*(AccountName|BlobEndpoint|UseDevelopmentStorage)\s*=/i.test(given))
    return parseConnectionString(given);
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(given)?.[1]?.toLowerCase();
  if (scheme === undefined) return { place: { kind: 'folder', path: given }, key: '' };
  const [address = '', ...rest] = given.split(';');
  const property = rest.join(';').trim();
  if (scheme === 'abfss' || scheme === 'abfs') return parseAbfss(address, property);
  if (scheme === 's3') return parseS3Scheme(address, property);
  if (scheme === 'http' || scheme === 'https') return parseWeb(address, property);
  throw new AppError(
    'unsupported',
    'unknown_storage',
    `${shownUri(given)}: ${scheme}: is no storage that Calypso reads.`,
    { hints: ['https, abfss, s3, file and plain paths are.'] },
  );
}

function parseWeb(address: string, property: string): StorageAddress {
  const [whole = '', ...queries] = address.split('?');
  const query = queries.join('?');
  const found = /^(https?:\/\/)([^/@]+)(?:\/(.*))?$/i.exec(whole);
  if (!found)
    throw new AppError('input', 'bad_address', `${shownUri(address)} is no address of a storage.`, {
      hints: ['A name and password can’t stand in front of the host.'],
    });
  const [, scheme = '', host = '', path = ''] = found;
  const azure = FABRIC_HOST.exec(host) ?? AZURE_HOST.exec(host);
  if (azure) {
    const service = `${scheme}${azure[1]}.blob.${azure[2]}`;
    return inAzure(service, azure[1] ?? '', path, azureSecret(query, property));
  }
  const virtual = S3_VIRTUAL.exec(host);
  const amazon = virtual ?? S3_PATH.exec(host);
  const aws = /^AwsCredentials=(.+)$/is.exec(property)?.[1];
  if (amazon || aws !== undefined) {
    const [bucket, key] = virtual ? [virtual[1], path] : firstPart(path);
    const region = (virtual ? virtual[2] : amazon?.[1]) ?? 'us-east-1';
    return {
      place: {
        kind: 's3',
        ...(amazon ? {} : { endpoint: `${scheme}${host}` }),
        region,
        ...(bucket ? { bucket } : {}),
        pathStyle: !virtual,
        auth: aws === undefined ? 'anonymous' : 'keys',
      },
      key: decoded(key ?? ''),
      ...(aws === undefined ? {} : { secret: aws }),
    };
  }
  const [account, below] = firstPart(path);
  // Whatever else answers with a key or a signature speaks Azure's language: the emulator, and Azure Stack.
  if (account === EMULATED || property !== '' || /(^|&)sig=/.test(query))
    return inAzure(`${scheme}${host}/${account}`, account, below, azureSecret(query, property));
  const cut = path.lastIndexOf('/') + 1;
  return {
    place: {
      kind: 'http',
      base: `${scheme}${host}/${path.slice(0, cut)}`,
      files: cut === path.length ? [] : [decoded(path.slice(cut))],
    },
    key: decoded(path.slice(cut)),
    ...(query === '' ? {} : { secret: query }),
  };
}

type AzureSecret = Pick<AzurePlace, 'auth'> & { readonly secret?: string };

function azureSecret(query: string, property: string): AzureSecret {
  if (property === '')
    return /(^|&)sig=/.test(query) ? { auth: 'sas', secret: query } : { auth: 'anonymous' };
  const named = /^([a-z_]+)(?:=(.*))?$/is.exec(property);
  const value = named?.[2] ?? '';
  switch (named?.[1]?.toLowerCase()) {
    case 'impersonate':
    case 'managed_identity':
      return { auth: 'entra' };
    case 'token':
      return { auth: 'token', secret: value };
    case 'sharedkey':
      // The page's own example has a signature here.
      return /(^|&)sig=|^sv=/.test(value)
        ? { auth: 'sas', secret: value }
        : { auth: 'key', secret: value };
    default:
      return { auth: 'key', secret: property };
  }
}

function inAzure(
  service: string,
  account: string,
  path: string,
  { secret, auth }: AzureSecret,
): StorageAddress {
  const [container, key] = firstPart(path);
  return {
    place: {
      kind: 'azure',
      service,
      account,
      ...(container === '' ? {} : { container: decoded(container) }),
      auth,
      signIn: 'cli',
    },
    key: decoded(key),
    ...(secret === undefined ? {} : { secret }),
  };
}

function parseAbfss(address: string, property: string): StorageAddress {
  const [whole = '', query = ''] = address.split('?');
  const found = /^abfss?:\/\/([^@/]+)@([^./]+)\.(?:dfs|blob)\.([^/]+)\/?(.*)$/i.exec(whole);
  if (!found)
    throw new AppError(
      'input',
      'bad_address',
      `${shownUri(address)} is not abfss://FILESYSTEM@ACCOUNT.dfs.core.windows.net/path.`,
    );
  const [, container = '', account = '', domain = '', path = ''] = found;
  return inAzure(
    `https://${account}.blob.${domain}`,
    account,
    `${container}/${path}`,
    azureSecret(query, property),
  );
}

function parseS3Scheme(address: string, property: string): StorageAddress {
  const [bucket, key] = firstPart(address.slice('s3://'.length));
  const secret = /^AwsCredentials=(.+)$/is.exec(property)?.[1];
  return {
    place: {
      kind: 's3',
      region: 'us-east-1',
      bucket,
      pathStyle: false,
      auth: secret === undefined ? 'anonymous' : 'keys',
    },
    key,
    ...(secret === undefined ? {} : { secret }),
  };
}

/** What the portal calls connection string: an account with its key or signature, no container. */
function parseConnectionString(text: string): StorageAddress {
  const parts = new Map(
    text
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map((part): [string, string] => {
        const at = part.indexOf('=');
        return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()];
      }),
  );
  const account = parts.get('accountname') ?? '';
  const protocol = parts.get('defaultendpointsprotocol') ?? 'https';
  const suffix = parts.get('endpointsuffix') ?? 'core.windows.net';
  const service = parts.get('blobendpoint') ?? `${protocol}://${account}.blob.${suffix}`;
  const key = parts.get('accountkey');
  const sas = parts.get('sharedaccesssignature');
  if (parts.get('usedevelopmentstorage') === 'true' || (account === '' && sas === undefined))
    throw new AppError(
      'input',
      'bad_connection_string',
      'The connection string names no account, or the one of an emulator that has no address.',
      {
        hints: ['It needs AccountName and AccountKey, or BlobEndpoint and SharedAccessSignature.'],
      },
    );
  const secret = key ?? sas?.replace(/^\?/, '');
  return {
    place: {
      kind: 'azure',
      service: service.replace(/\/+$/, ''),
      account: account || (/^https?:\/\/([^./]+)/.exec(service)?.[1] ?? ''),
      auth: key === undefined ? (sas === undefined ? 'anonymous' : 'sas') : 'key',
      signIn: 'cli',
    },
    key: '',
    ...(secret === undefined ? {} : { secret }),
  };
}

function firstPart(path: string): [string, string] {
  const at = path.indexOf('/');
  return at === -1 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)];
}

/** Keys of Azure and S3 are texts; in an address they may be percent-encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
