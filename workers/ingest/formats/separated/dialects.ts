import { type Dialect, splitRecords } from './record-splitter.ts';

export type SeparatedName = 'csv' | 'tsv' | 'tsve' | 'psv' | 'scsv' | 'sohsv';

/** The separated formats (page "Data formats supported for ingestion"). */
export const DIALECTS: Readonly<Record<SeparatedName, Dialect>> = {
  csv: { delimiter: ',', quote: '"', backslash: false },
  tsv: { delimiter: '\t', quote: '"', backslash: false },
  tsve: { delimiter: '\t', quote: '', backslash: true },
  psv: { delimiter: '|', quote: '"', backslash: false },
  scsv: { delimiter: ';', quote: '"', backslash: false },
  sohsv: { delimiter: '\u0001', quote: '"', backslash: false },
};

export function isSeparated(format: string): format is SeparatedName {
  return Object.hasOwn(DIALECTS, format);
}

const CANDIDATES: readonly SeparatedName[] = ['csv', 'tsv', 'scsv', 'psv', 'sohsv'];
const RECORDS = 100;

/** How well a text fits a delimiter: the fields of a record, 0 unless nearly all records agree. */
function fieldsPerRecord(text: string, dialect: Dialect): number {
  const records = splitRecords(text, dialect, RECORDS);
  // The last record may be cut by the sample.
  const whole = records.length > 1 ? records.slice(0, -1) : records;
  const counts = Map.groupBy(whole, (record) => record.length);
  let best = 0;
  let most = 0;
  for (const [count, group] of counts)
    if (group.length > most) [best, most] = [count, group.length];
  return most >= whole.length * 0.8 ? best : 0;
}

/** The separated format that a text is written in; undefined when no delimiter makes regular records. */
export function detectDialect(text: string): SeparatedName | undefined {
  const head = text.slice(0, 262_144);
  let best: SeparatedName | undefined;
  let most = 1;
  for (const name of CANDIDATES) {
    const fields = fieldsPerRecord(head, DIALECTS[name]);
    if (fields > most) [best, most] = [name, fields];
  }
  return best;
}
