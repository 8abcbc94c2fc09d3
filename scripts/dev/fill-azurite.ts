import { BlobServiceClient } from '@azure/storage-blob';
import { AZURITE_ACCOUNT, AZURITE_KEY } from './azurite.ts';

/**
 * Puts a year of made-up sales into Azurite, one file a month, partitioned as exports are:
 * `npm run dev:fill-azurite -- [PORT]`, by default the one of `npm run dev:azurite`.
 */
const port = process.argv[2] ?? '10000';
const blobs = `http://127.0.0.1:${port}/${AZURITE_ACCOUNT}`;
const connection = `DefaultEndpointsProtocol=http;AccountName=${AZURITE_ACCOUNT};AccountKey=${AZURITE_KEY};BlobEndpoint=${blobs};`;
const container = BlobServiceClient.fromConnectionString(connection).getContainerClient('shop');
await container.createIfNotExists();

const ITEMS = ['tea', 'coffee', 'sugar', 'salt'];
for (let month = 1; month <= 12; month++) {
  const rows = Array.from({ length: 1_000 }, (_, i) => {
    const day = String(1 + (i % 28)).padStart(2, '0');
    const date = `2025-${String(month).padStart(2, '0')}-${day}`;
    return `${date},${ITEMS[i % ITEMS.length]},${1 + ((i * 7 + month) % 9)}\n`;
  });
  const key = `sales/year=2025/month=${month}/part-0.csv`;
  const text = `day,item,pieces\n${rows.join('')}`;
  await container.getBlockBlobClient(key).upload(text, Buffer.byteLength(text));
}
process.stdout.write(`12 files lie in the container shop at ${blobs}, below sales/.\n`);
