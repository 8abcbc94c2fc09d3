import type { FileSource, StreamFormat, TopicInfo } from '../../../../common/contract/stream.ts';
import { readAt, readHead } from '../../files/byte-stream.ts';
import type { StreamRecord } from '../../streams/stream-source.ts';
import { cutRecords } from './cut-records.ts';
import { lookAtHead, textBegin } from './followed-file.ts';
import { layoutOf } from './layouts.ts';
import { type ListedFile, listFiles } from './list-files.ts';

const LOOK_BYTES = 262_144;

async function ownFiles(source: FileSource): Promise<ListedFile[]> {
  const listed = await listFiles(source.paths);
  return listed.filter((f) => f.own && f.bytes > 0);
}

/** The files that are followed, their bytes as positions. */
export async function browse(source: FileSource): Promise<TopicInfo[]> {
  const files = await ownFiles(source);
  return files
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, bytes }) => ({
      name: path,
      partitions: [{ partition: 0, low: '0', high: String(bytes), leader: -1 }],
      groups: [],
    }));
}

/** Records at an end of the files, the newest file first. */
export async function peek(
  source: FileSource,
  _: string | undefined,
  {
    count,
    from,
    format,
  }: {
    readonly count: number;
    readonly from: 'earliest' | 'latest';
    readonly format: StreamFormat;
  },
  signal: AbortSignal,
): Promise<StreamRecord[]> {
  const files = (await ownFiles(source)).toSorted((a, b) => b.modifiedAt - a.modifiedAt);
  const found: StreamRecord[] = [];
  for (const file of from === 'latest' ? files : files.toReversed()) {
    signal.throwIfAborted();
    if (found.length >= count) break;
    const records = await recordsOf(source, format, file, from);
    const rest = count - found.length;
    found.push(...(from === 'latest' ? records.slice(-rest).toReversed() : records.slice(0, rest)));
  }
  return found;
}

async function recordsOf(
  source: FileSource,
  format: StreamFormat,
  { path, bytes, modifiedAt }: ListedFile,
  from: 'earliest' | 'latest',
): Promise<StreamRecord[]> {
  const look = await lookAtHead(path);
  if (look.compression === 'zip') return [];
  const { encoding, offset } = textBegin(look.bytes, source.encoding);
  const layout = layoutOf(source, format);
  const cutting = layout.cutting(encoding);
  const head = await readHead({ path, name: path, compression: look.compression }, LOOK_BYTES);
  const first = cutRecords(head.subarray(offset), cutting, head.length < LOOK_BYTES).records;
  const begin = layout.take(first, undefined);
  let records = begin.records;
  let at = offset;
  if (from === 'latest' && look.compression === 'none' && bytes > LOOK_BYTES) {
    at = Math.floor((bytes - LOOK_BYTES) / 2) * 2;
    const tail = await readAt({ path, name: path }, at, LOOK_BYTES);
    // The first one is cut somewhere.
    const last = cutRecords(tail, cutting, false).records.slice(1);
    records = layout.take(last, begin.fields).records;
  }
  return records.map((record) => ({
    part: path,
    position: String(at + record.at),
    next: '',
    value: record.value,
    key: null,
    timestamp: modifiedAt,
    headers: {},
  }));
}
