import { z } from 'zod';
import type { Column } from '../../../../common/types/kql-type.ts';
import { BadBody, BODIES } from './bodies.ts';
import { logsRequest, otlpRows } from './otlp.ts';
import { parseOtlpProtobuf } from './otlp-protobuf.ts';
import { Refusal } from './receive.ts';

export const OTLP_PATH = '/v1/logs';
const PROTOBUF = 'application/x-protobuf';

export interface PostedRows {
  /** JSON texts, one per row. */
  readonly rows: readonly string[];
  /** What the client is told once they are stored. */
  readonly answer: { readonly type: string; readonly body: string };
}

/** The rows of a body by its path and media type. Throws Refusal. */
export function rowsOf(
  url: URL,
  contentType: string,
  body: Buffer,
  target: readonly Column[],
): PostedRows {
  const [media = '', ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map((p) => p.trim());
  try {
    if (url.pathname === OTLP_PATH) return logs(media, body);
    const read = BODIES[media === '' ? 'application/json' : media];
    if (!read) throw unknownMedia(media, Object.keys(BODIES));
    const header =
      parameters.includes('header=present') || url.searchParams.get('header') === 'true';
    const rows = read(textOf(body), target, header);
    const answer = JSON.stringify({ rows: rows.length });
    return { rows, answer: { type: 'application/json', body: answer } };
  } catch (error) {
    if (!(error instanceof BadBody)) throw error;
    const { message, row, column } = error;
    throw new Refusal(400, 'bad_body', `row ${row}, column ${column}: ${message}`, {
      details: { row, column },
    });
  }
}

function logs(media: string, body: Buffer): PostedRows {
  try {
    if (media === PROTOBUF)
      return { rows: otlpRows(parseOtlpProtobuf(body)), answer: { type: PROTOBUF, body: '' } };
    if (media !== 'application/json') throw unknownMedia(media, ['application/json', PROTOBUF]);
    const request = logsRequest.parse(JSON.parse(textOf(body)));
    return { rows: otlpRows(request), answer: { type: 'application/json', body: '{}' } };
  } catch (error) {
    if (error instanceof Refusal || error instanceof BadBody) throw error;
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new Refusal(400, 'bad_body', `This is no OTLP logs request: ${reason}`);
  }
}

function unknownMedia(media: string, known: readonly string[]): Refusal {
  return new Refusal(
    415,
    'bad_type',
    `The Content-Type ${media || '(none)'} can't be read here; ${known.join(', ')} can.`,
  );
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function textOf(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw new Refusal(400, 'bad_body', 'The body is no UTF-8 text.');
  }
}
