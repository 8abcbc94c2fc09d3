import { decodeBatch } from '../../../common/arrow/result-batch.ts';
import {
  ALERTS_TABLE,
  type AlertDefinition,
  type AlertEvent,
  alertEvent,
} from '../../../common/contract/alerts.ts';
import { plainText } from '../../../common/text/format-value.ts';
import { kqlLiteral, stringLiteral } from '../../../common/text/kql-literal.ts';
import type { KqlType } from '../../../common/types/kql-type.ts';
import type { HostContext } from '../context.ts';

/** The columns of the table of events, and what each holds. */
const COLUMNS: readonly (readonly [string, KqlType, (event: AlertEvent) => string])[] = [
  ['At', 'datetime', (e) => `datetime(${e.at})`],
  ['Alert', 'string', (e) => stringLiteral(e.alert)],
  ['Kind', 'string', (e) => stringLiteral(e.kind)],
  ['Incident', 'string', (e) => stringLiteral(e.incident)],
  ['Severity', 'string', (e) => stringLiteral(e.severity)],
  ['Message', 'string', (e) => stringLiteral(e.message)],
  ['Rows', 'long', (e) => `long(${e.rows})`],
  ['Value', 'real', (e) => (e.value === null ? 'real(null)' : kqlLiteral(e.value, 'real'))],
  ['Sample', 'dynamic', (e) => `parse_json(${stringLiteral(JSON.stringify(e.sample))})`],
];

/** A query that gives an event as the row of the table. */
export const eventQuery = (event: AlertEvent): string =>
  `print ${COLUMNS.map(([name, , value]) => `${name} = ${value(event)}`).join(', ')}`;

/** `{column}` stands for the value of the first row, `{rows}` for their number. */
export function messageOf(
  { message, name }: Pick<AlertDefinition, 'message' | 'name'>,
  rows: number,
  first: Readonly<Record<string, unknown>> | undefined,
): string {
  if (message === '') return `${name}: ${rows} ${rows === 1 ? 'row' : 'rows'}`;
  return message.replace(/\{([^{}]+)\}/g, (whole, key: string) => {
    if (key === 'rows') return String(rows);
    const value = first?.[key];
    if (value === undefined) return whole;
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

/** Events of the tables, newest first. */
export async function readEvents(
  host: HostContext,
  { database, name, limit }: { database?: string; name?: string; limit: number },
  signal: AbortSignal,
): Promise<AlertEvent[]> {
  const databases = host.catalog.databases
    .list()
    .filter((d) => database === undefined || d.name === database)
    .filter((d) => host.catalog.tables.find(d.name, ALERTS_TABLE));
  const found = await Promise.all(
    databases.map((d) => eventsOf(host, d.name, name, limit, signal)),
  );
  return found
    .flat()
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
    .slice(0, limit);
}

async function eventsOf(
  host: HostContext,
  database: string,
  name: string | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<AlertEvent[]> {
  const names = COLUMNS.map(([column]) => column);
  const only = name === undefined ? '' : `| where Alert == ${stringLiteral(name)} `;
  const outcome = await host.queryWorker.call(
    'query.run',
    {
      queryId: `alerts/${database}/events`,
      text: `${ALERTS_TABLE} ${only}| top ${limit} by At desc | project ${names.join(', ')}`,
      database,
      record: false,
    },
    { signal },
  );
  try {
    const [result] = outcome.results;
    if (!result) return [];
    const window = await host.queryWorker.call(
      'query.window',
      { resultId: result.resultId, offset: 0, limit },
      { signal },
    );
    const batch = decodeBatch(window.batch);
    return Array.from({ length: batch.rowCount }, (_, row) => {
      const text = (column: string): string => {
        const at = names.indexOf(column);
        const value = batch.cell(row, at);
        return value === null ? '' : plainText(value, COLUMNS[at]?.[1] ?? 'string');
      };
      return alertEvent.parse({
        alert: text('Alert'),
        database,
        kind: text('Kind'),
        incident: text('Incident'),
        severity: text('Severity'),
        message: text('Message'),
        at: text('At'),
        rows: Number(text('Rows')),
        value: text('Value') === '' ? null : Number(text('Value')),
        sample: JSON.parse(text('Sample') || '[]') as unknown,
      });
    });
  } finally {
    await host.queryWorker.call('query.release', {
      resultIds: outcome.results.map((r) => r.resultId),
    });
  }
}
