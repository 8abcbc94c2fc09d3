import { externalFiles } from '../../../common/contract/external.ts';
import { formatName } from '../../../common/contract/ingest.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { nameReference } from '../../../common/text/kql-literal.ts';
import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import { NO_ROW } from '../bind/scope.ts';
import type { Value } from '../functions/define.ts';
import { isArray, isBag } from '../functions/value/dynamic.ts';
import { textOf } from '../functions/value/text.ts';
import type { HttpRequest, InferRequest, InferredColumn } from '../plan/outside.ts';
import { constant, type Expr, type Plan, type Row, type StepContext } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import type { Plugin, PluginCall } from './define.ts';
import { namedArgument, plugin } from './rows.ts';

/** One row of what the arguments are when the query runs: they may be computed. */
function argumentsPlan(
  call: PluginCall,
  wanted: readonly { readonly index: number; readonly name: string; readonly type: KqlType }[],
): Plan {
  const nodeOf = (index: number, name: string): SyntaxNode | undefined => {
    const positional = call.args[index];
    return (
      namedArgument(call, name) ??
      (positional?.type === 'SimpleNamedExpression' ? undefined : positional)
    );
  };
  const exprs = wanted.map(({ index, name, type }): Expr => {
    const node = nodeOf(index, name);
    return node
      ? call.context.expressions.bindAs(node, type, call.context.scope, NO_ROW)
      : constant(null, type);
  });
  return {
    op: 'rows',
    rows: [exprs],
    columns: wanted.map(({ name, type }) => ({ name, type })),
  };
}

async function onlyRow(source: AsyncIterable<readonly Row[]> | undefined): Promise<Row> {
  for await (const batch of source ?? []) if (batch[0]) return batch[0];
  return [];
}

/** A step that asks the outside once and answers with few rows. */
function asking(
  name: string,
  args: Plan,
  columns: readonly Column[],
  ask: (row: Row, context: StepContext) => Promise<readonly Row[]>,
): Plan {
  return {
    op: 'step',
    name,
    inputs: [args],
    columns,
    run: async function* ([source], context) {
      yield await ask(await onlyRow(source), context);
    },
  };
}

const textAt = (bag: Value | undefined, name: string): string | undefined => {
  if (!isBag(bag ?? null)) return undefined;
  const found = Object.entries(bag as Record<string, Value>).find(
    ([key]) => key.toLowerCase() === name,
  );
  const value = found?.[1];
  return value === undefined || value === null ? undefined : textOf(value, 'dynamic');
};

const valueAt = (bag: Value | undefined, name: string): Value | undefined =>
  isBag(bag ?? null)
    ? Object.entries(bag as Record<string, Value>).find(([key]) => key.toLowerCase() === name)?.[1]
    : undefined;

function badOptions(message: string): AppError {
  return new AppError('semantic', 'bad_options', `infer_storage_schema: ${message}`);
}

/** The bag of the page "infer_storage_schema plugin", its names whatever their case. */
export function inferRequest(options: Value | undefined): InferRequest {
  const containers = valueAt(options, 'storagecontainers');
  if (!isArray(containers ?? null) || (containers as readonly Value[]).length === 0)
    throw badOptions('the options need StorageContainers, an array of paths or folders.');
  const named = textAt(options, 'dataformat');
  const format = formatName.safeParse(named?.toLowerCase());
  if (named === undefined) throw badOptions('the options need a DataFormat.');
  if (!format.success)
    throw new AppError(
      'unsupported',
      'unknown_format',
      `not implemented in Calypso: the format '${named}'`,
    );
  const mode = (textAt(options, 'mode') ?? 'last').toLowerCase();
  if (mode !== 'any' && mode !== 'last' && mode !== 'all')
    throw badOptions(`there is no Mode '${mode}': any, last and all are.`);
  const header = textAt(valueAt(options, 'inferenceoptions'), 'usefirstrowasheader');
  const fileExtension = textAt(options, 'fileextension');
  const namePrefix = textAt(options, 'filenameprefix');
  return {
    mode,
    files: externalFiles.parse({
      uris: (containers as readonly Value[]).map((c) => textOf(c, 'dynamic')),
      format: format.data,
      headers: header?.toLowerCase() === 'true' ? 'all' : 'none',
      columns: [],
      ...(fileExtension ? { fileExtension } : {}),
      ...(namePrefix ? { namePrefix } : {}),
    }),
  };
}

const NUMERIC: ReadonlySet<KqlType> = new Set(['int', 'long', 'real', 'decimal']);
const SUMMABLE: ReadonlySet<KqlType> = new Set([...NUMERIC, 'datetime', 'timespan']);

const cslType = (type: KqlType): object => ({
  type,
  IsNumeric: NUMERIC.has(type),
  IsSummable: SUMMABLE.has(type),
});

/** What the page "infer_storage_schema_with_suggestions plugin" recommends of each column. */
export function suggestions(columns: readonly InferredColumn[]): string {
  const entries = columns.map(({ name, type, transform }) => {
    const isId = type === 'long' && /id$/i.test(name);
    const recommended: KqlType = isId ? 'string' : type === 'long' && transform ? 'datetime' : type;
    return {
      OriginalColumn: { Name: name, CslType: cslType(type) },
      RecommendedColumn: { Name: name, CslType: cslType(recommended) },
      ApplicableTransformationMapping:
        recommended === 'datetime' && type === 'long' ? transform : 'None',
    };
  });
  return JSON.stringify({ Columns: entries });
}

function inferring(name: string, answer: (columns: readonly InferredColumn[]) => string): Plugin {
  return plugin(name, (call, columns) =>
    asking(
      name,
      argumentsPlan(call, [{ index: 0, name: 'Options', type: 'dynamic' }]),
      columns,
      async ([options], { outside, signal }) => [
        [answer(await outside.infer(inferRequest(options), signal))],
      ],
    ),
  );
}

function requesting(name: string, method: HttpRequest['method']): Plugin {
  return plugin(name, (call, columns) => {
    const args = argumentsPlan(call, [
      { index: 0, name: 'Uri', type: 'string' },
      { index: 1, name: 'RequestHeaders', type: 'dynamic' },
      { index: 2, name: 'Options', type: 'dynamic' },
      { index: 3, name: 'Content', type: 'string' },
    ]);
    return asking(name, args, columns, async ([url, given, , content], { outside, signal }) => {
      const headers = isBag(given ?? null)
        ? Object.entries(given as Record<string, Value>).map(
            ([key, value]) => [key, textOf(value, 'dynamic')] as const,
          )
        : [];
      const answer = await outside.http(
        {
          method,
          url: String(url ?? ''),
          headers: Object.fromEntries(headers),
          body: method === 'POST' ? String(content ?? '') : undefined,
        },
        signal,
      );
      return [[answer.headers, answer.body]];
    });
  });
}

/** `evaluate python(typeof(…), script [, parameters])` (page "Python plugin"). */
const python: Plugin = plugin('python', (call, columns) => {
  const artifacts = namedArgument(call, 'external_artifacts') ?? positional(call, 3);
  if (artifacts)
    artifacts.fail(
      'unsupported',
      'not_implemented',
      'not implemented in Calypso: external_artifacts. The script may open files of this machine.',
    );
  const args = argumentsPlan(call, [
    { index: 1, name: 'script', type: 'string' },
    { index: 2, name: 'script_parameters', type: 'dynamic' },
  ]);
  return {
    op: 'step',
    name: 'python',
    inputs: [call.input, args],
    columns,
    run: async function* ([rows, given], { outside, signal }) {
      const [script, kargs] = await onlyRow(given);
      yield* outside.python(
        {
          script: String(script ?? ''),
          kargs: (kargs ?? null) as Parameters<typeof outside.python>[0]['kargs'],
          input: call.input.columns,
          output: columns,
        },
        rows ?? none(),
        signal,
      );
    },
  };
});

function positional(call: PluginCall, index: number): SyntaxNode | undefined {
  const arg = call.args[index];
  return arg?.type === 'SimpleNamedExpression' || arg?.scalarType === 'bool' ? undefined : arg;
}

async function* none(): AsyncGenerator<readonly Row[]> {}

/** The database that a connection string of this desk names, else the query's own. */
function databaseOf(call: PluginCall, index: number): string {
  const text = String(call.constant(index)?.value ?? '');
  const cluster = /(?:data source|addr|address|network address|server|cluster)\s*=\s*([^;]+)/i.exec(
    text,
  )?.[1];
  const target = cluster ?? (/^[^=;]+$/.test(text) ? text : '');
  const host = target.replace(/^[a-z]+:\/\//i, '').replace(/[:/].*$/, '');
  if (!['', '.', 'calypso', 'localhost', '127.0.0.1'].includes(host.toLowerCase()))
    return (call.args[index] ?? call.node).fail(
      'unsupported',
      'remote_cluster',
      `not implemented in Calypso: the cluster '${host}'. This desk is cluster 'calypso'.`,
    );
  const named = /(?:initial catalog|database)\s*=\s*([^;]+)/i.exec(text)?.[1]?.trim();
  const path = /^[a-z]+:\/\/[^/]+\/([^/;]+)/i.exec(target)?.[1];
  return named ?? path ?? call.context.database;
}

function constantText(call: PluginCall, index: number): string {
  return String(call.constant(index)?.value ?? '');
}

/** A query of its own on a database of this desk: it becomes a part of the plan. */
const executeQuery: Plugin = plugin(
  'execute_query',
  (call) =>
    call.context.query(constantText(call, 1), databaseOf(call, 0), call.args[1] ?? call.node),
  (call) => {
    const { columns } = call.context.query(
      constantText(call, 1),
      databaseOf(call, 0),
      call.args[1] ?? call.node,
    );
    return { plan: { op: 'rows', rows: [], columns: [] }, columns: () => columns };
  },
);

const SCHEMA_COLUMNS: readonly Column[] = [
  { name: 'name', type: 'string' },
  { name: 'type', type: 'string' },
];

/** A `.show` command, whose columns only its answer tells: it runs once for them and once for its rows. */
const executeShowCommand: Plugin = plugin(
  'execute_show_command',
  (call, columns) => {
    const [text, database] = [constantText(call, 1), databaseOf(call, 0)];
    return asking('execute_show_command', EMPTY, columns, async (_, { outside, signal }) => {
      const answer = await outside.showCommand(text, database, signal);
      const places = columns.map((c) => answer.columns.findIndex((a) => a.name === c.name));
      return answer.rows.map((row) => places.map((p) => row[p] ?? null));
    });
  },
  (call) => {
    const [text, database] = [constantText(call, 1), databaseOf(call, 0)];
    return {
      plan: asking(
        'execute_show_command',
        EMPTY,
        SCHEMA_COLUMNS,
        async (_, { outside, signal }) => {
          const answer = await outside.showCommand(text, database, signal);
          return answer.columns.map((c) => [c.name, c.type]);
        },
      ),
      columns: (rows) =>
        rows.map(([name, type]) => ({ name: String(name), type: String(type) as KqlType })),
    };
  },
);

const EMPTY: Plan = {
  op: 'rows',
  rows: [[constant(0n, 'long')]],
  columns: [{ name: 'n', type: 'long' }],
};

export const outsidePlugins: readonly Plugin[] = [
  inferring('infer_storage_schema', (columns) =>
    columns.map((c) => `${nameReference(c.name)}:${c.type}`).join(', '),
  ),
  inferring('infer_storage_schema_with_suggestions', suggestions),
  requesting('http_request', 'GET'),
  requesting('http_request_post', 'POST'),
  python,
  executeQuery,
  executeShowCommand,
];
