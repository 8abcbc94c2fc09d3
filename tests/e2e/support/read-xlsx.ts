import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { fromBuffer, type ZipFile } from 'yauzl';

const openZip = promisify(
  (bytes: Buffer, done: (error: Error | null, zip?: ZipFile) => void): void =>
    fromBuffer(bytes, { lazyEntries: true }, done),
);

async function readParts(bytes: Buffer): Promise<Map<string, string>> {
  const zip = await openZip(bytes);
  if (!zip) throw new Error('no zip file');
  const parts = new Map<string, string>();
  await new Promise<void>((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', resolve);
    zip.on('entry', (entry) => {
      zip.openReadStream(entry, (error, stream) => {
        if (error || !stream) return reject(error);
        buffer(stream).then((content) => {
          parts.set(entry.fileName, content.toString('utf8'));
          zip.readEntry();
        }, reject);
      });
    });
    zip.readEntry();
  });
  return parts;
}

const plain = (xml: string): string =>
  xml
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

/** The cells of the first sheet as text, row by row: by the parts and elements of ECMA-376, part 1, 18.3. */
export async function readFirstSheet(bytes: Buffer): Promise<string[][]> {
  const parts = await readParts(bytes);
  const sheet = parts.get('xl/worksheets/sheet1.xml');
  if (sheet === undefined) throw new Error(`no sheet among ${[...parts.keys()].join(', ')}`);
  const shared = [...(parts.get('xl/sharedStrings.xml') ?? '').matchAll(/<si>(.*?)<\/si>/gs)].map(
    (match) => plain(match[1] ?? ''),
  );
  return [...sheet.matchAll(/<row\b[^>]*>(.*?)<\/row>/gs)].map((row) =>
    [...(row[1] ?? '').matchAll(/<c\b([^>]*)>(.*?)<\/c>/gs)].map((cell) => {
      const text = plain(cell[2] ?? '');
      return /\bt="s"/.test(cell[1] ?? '') ? (shared[Number(text)] ?? '') : text;
    }),
  );
}
