import { AppError } from '../../../common/errors/app-error.ts';
import { isCommand } from '../commands/run-command.ts';
import { uniqueQueryId } from '../running-queries.ts';
import type { KustoCall } from './answer-kusto.ts';
import { framing } from './answer-options.ts';
import { AnswerWriter } from './answer-writer.ts';
import { writeV1 } from './query-v1.ts';
import { writeV2 } from './query-v2.ts';
import { isOn, type KustoRequest, type RequestOptions } from './request.ts';
import { ResultFeed } from './result-feed.ts';
import { serverTimeout } from './server-timeout.ts';
import { truncationOf, withoutTruncation } from './truncation.ts';

/** Runs a query or command and writes its answer; rows are on their way as soon as there are some. */
export async function answerQuery(
  call: KustoCall,
  version: 'v1' | 'v2',
  asked: KustoRequest,
): Promise<void> {
  const { host, context, gone } = call;
  const { handlers } = host;
  refuseUnknown(asked);
  const command = isCommand(asked.text);
  const { pieceRows, ...frames } = framing(asked.options);
  const truncation = truncationOf(asked.options, asked.text);
  const timeout = serverTimeout(asked.options);
  // Ends the query too when its answer can't be written to the end.
  const stop = new AbortController();
  const signal = AbortSignal.any([gone, timeout.signal, stop.signal]);
  const feed = new ResultFeed(async (emit) => {
    try {
      return await handlers['query.run'](
        {
          queryId: uniqueQueryId(asked.clientRequestId ?? '', context.activityId),
          text: asked.text,
          database: context.database,
          options: { ...withoutTruncation(asked.options) },
          parameters: { ...asked.parameters },
          record: false,
        },
        { signal, emit },
      );
    } catch (error) {
      throw timeout.signal.aborted ? timeout.error() : error;
    }
  });
  try {
    await feed.begun();
    const origin = {
      feed,
      handlers,
      jsonRows: host.jsonRows,
      truncation,
      signal,
      bitBools: version === 'v1' && !command,
      ...(pieceRows === undefined ? {} : { pieceRows }),
    };
    const options = { ...frames, origin, context, isCommand: command };
    const out = new AnswerWriter(call.request, call.response);
    await (version === 'v2' ? writeV2 : writeV1)(out, options);
  } finally {
    timeout.clear();
    stop.abort();
    await release(call, feed);
  }
}

/** Results stay in the engine until they are released; a query that was stopped has released its own. */
async function release({ host }: KustoCall, feed: ResultFeed): Promise<void> {
  const outcome = await feed.outcome().catch(() => undefined);
  if (!outcome) return;
  const resultIds = outcome.results.map((result) => result.resultId);
  const { signal } = new AbortController();
  await host.handlers['query.release']({ resultIds }, { signal, emit: () => {} });
}

const QUEUES = /^\s*\.get\s+(?:ingestion\s+resources|kusto\s+identity\s+token)\b/i;
const READING = /^(?:\s|\/\/[^\n]*\n)*\.show\b/i;

function refuseUnknown({ text, options }: KustoRequest): void {
  const language = String(options.query_language ?? 'kql').toLowerCase();
  if (language === 'sql')
    throw new AppError('unsupported', 'query_language', 'not implemented in Calypso: T-SQL', {
      hints: ['Ask in KQL.'],
    });
  if (language !== 'kql' && language !== 'csl')
    throw new AppError('input', 'bad_option', `query_language is kql or csl, not '${language}'.`);
  if (QUEUES.test(text))
    throw new AppError(
      'unsupported',
      'no_queues',
      'Calypso has no ingestion queues. Use the streaming ingestion client of your SDK (or a managed streaming one), or .ingest into table.',
    );
  if (readsOnly(options) && isCommand(text) && !READING.test(text))
    throw new AppError(
      'input',
      'request_readonly',
      'The request is read-only (request_readonly), and this command may change something.',
    );
}

function readsOnly(options: RequestOptions): boolean {
  return isOn(options.request_readonly) || isOn(options.request_readonly_hardline);
}
