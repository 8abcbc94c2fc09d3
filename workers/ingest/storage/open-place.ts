import type { StoragePlace } from '../../../common/contract/storage-place.ts';
import { parseStorageAddress } from '../../../common/text/storage-address.ts';
import type { AzureContext } from './azure.ts';
import { openFolder } from './folder.ts';
import { openHttp } from './http.ts';
import type { OpenPlace } from './place.ts';

/** Opens a store; nothing is asked of it before the first call. The libraries of clouds are loaded when needed. */
export async function openPlace(
  place: StoragePlace,
  secret: string | undefined,
  context: AzureContext = {},
): Promise<OpenPlace> {
  switch (place.kind) {
    case 'azure':
      return (await import('./azure.ts')).openAzure(place, secret, context);
    case 's3':
      return (await import('./s3.ts')).openS3(place, secret);
    case 'http':
      return openHttp(place, secret);
    case 'folder':
      return openFolder(place);
  }
}

/** Opens what a connection string or address means; `key` is what stands behind the container. */
export async function openAddress(
  address: string,
  context: AzureContext = {},
): Promise<{ readonly place: OpenPlace; readonly key: string }> {
  const { place, key, secret } = parseStorageAddress(address);
  return { place: await openPlace(place, secret, context), key };
}
