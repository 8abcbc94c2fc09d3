import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { MappedColumn } from '../../../common/contract/ingest.ts';
import type { DatabaseInfo, TableInfo } from '../../../common/contract/schema.ts';
import type {
  PeekedRecord,
  StreamDefinition,
  StreamFormat,
  TopicInfo,
} from '../../../common/contract/stream.ts';
import { asAppError } from '../../../common/errors/app-error.ts';
import { useSchema, useServices } from '../../client/services.ts';
import { columnsForTable, columnsProblem, tableNameProblem } from '../mapping/index.ts';
import { formProblem, initialValues, secretOf } from './kinds/form-values.ts';
import type { SourceKind, Values } from './kinds/index.ts';
import { schemaFields, schemaOf } from './kinds/schema-fields.ts';
import { type StartValue, startOf } from './StartChoice.tsx';
import { streamStore } from './stream-store.ts';

export type SourceStep = 'connect' | 'inspect' | 'done';

/** When a batch is committed, as it stands in the fields. */
export interface FlushText {
  readonly seconds: string;
  readonly rows: string;
  readonly megabytes: string;
}

export interface Sample {
  readonly columns: readonly MappedColumn[];
  readonly preview: readonly (readonly (string | null)[])[];
  readonly records: readonly PeekedRecord[];
}

export interface SourceWizardState {
  readonly kind: SourceKind;
  readonly step: SourceStep;
  readonly values: Values;
  /** What is being waited for; '' if nothing is. */
  readonly busy: string;
  readonly error: string;
  readonly problem: string | undefined;
  readonly topics: readonly TopicInfo[] | undefined;
  readonly databases: readonly DatabaseInfo[];
  readonly database: string;
  readonly tables: readonly TableInfo[];
  readonly table: string;
  readonly existing: TableInfo | undefined;
  readonly name: string;
  readonly format: StreamFormat;
  readonly start: StartValue;
  readonly flush: FlushText;
  readonly sample: Sample;
  readonly columns: readonly MappedColumn[];
  readonly definition: StreamDefinition | undefined;
  setValue(id: string, text: string): void;
  setDatabase(name: string): void;
  setTable(name: string): void;
  setName(name: string): void;
  setFormat(format: StreamFormat): void;
  setStart(start: StartValue): void;
  setFlush(flush: FlushText): void;
  setColumns(columns: readonly MappedColumn[]): void;
  /** Tries the connection and lists what can be chosen. */
  browse(): void;
  /** Reads the last records and what their columns are, and goes on to the next step. */
  look(): void;
  create(): void;
  back(): void;
  cancel(): void;
}

const NO_SAMPLE: Sample = { columns: [], preview: [], records: [] };
const PEEKED_RECORDS = 50;

function flushOf({ seconds, rows, megabytes }: FlushText): StreamDefinition['flush'] | undefined {
  const [s, r, mb] = [Number(seconds), Number(rows), Number(megabytes)];
  const fits = s >= 0.1 && s <= 3_600 && Number.isInteger(r) && r >= 1 && mb >= 0.001;
  return fits ? { seconds: s, rows: r, bytes: Math.round(mb * 1024 * 1024) } : undefined;
}

/** The state of one source that is being set up, from the form to the running stream. */
export function useSourceWizard(
  kind: SourceKind,
  target: { readonly database: string | undefined; readonly table: string | undefined },
): SourceWizardState {
  const services = useServices();
  const schema = useSchema((s) => s.schema);
  const databases = useMemo(() => schema.databases.filter((d) => !d.readOnly), [schema]);
  const wanted = target.database ?? services.session.active()?.database;
  const [database, setDatabase] = useState(
    () => databases.find((d) => d.name === wanted)?.name ?? databases[0]?.name ?? '',
  );
  const [step, setStep] = useState<SourceStep>('connect');
  const [values, setValues] = useState<Values>(() => initialValues(kind.fields));
  const [busy, setBusy] = useState('');
  const [error, setError] = useState('');
  const [topics, setTopics] = useState<readonly TopicInfo[]>();
  const [table, setTable] = useState(target.table ?? '');
  const [name, setName] = useState('');
  const [format, setFormat] = useState<StreamFormat>(kind.formats[0] ?? 'json');
  const [start, setStart] = useState<StartValue>(() => ({
    from: kind.starts[0] ?? 'earliest',
    time: new Date(Date.now() - 3_600_000).toISOString().slice(0, 19),
  }));
  const [flush, setFlush] = useState<FlushText>({ seconds: '1', rows: '500000', megabytes: '64' });
  const [sample, setSample] = useState<Sample>(NO_SAMPLE);
  const [edited, setEdited] = useState<readonly MappedColumn[]>();
  const work = useRef<AbortController | undefined>(undefined);
  const tables = useMemo(
    () =>
      databases.find((d) => d.name === database)?.tables.filter((t) => t.kind === 'table') ?? [],
    [databases, database],
  );
  const existing = tables.find((t) => t.name === table);
  useEffect(() => () => work.current?.abort(), []);

  const attempt = useCallback(
    async (what: string, run: (signal: AbortSignal) => Promise<void>): Promise<void> => {
      work.current?.abort();
      const controller = new AbortController();
      const { signal } = controller;
      work.current = controller;
      setError('');
      setBusy(what);
      try {
        await run(signal);
      } catch (failure) {
        if (signal.aborted) return;
        const { message, hints } = asAppError(failure);
        setError([message, ...hints].join(' '));
      } finally {
        if (work.current === controller) setBusy('');
      }
    },
    [],
  );

  const secret = secretOf(kind.fields, values);
  const withSecret = secret === undefined ? {} : { secret };
  const connectProblem = formProblem(kind.fields, values);

  const definitionOf = (more: Partial<StreamDefinition> = {}): StreamDefinition => ({
    name,
    database,
    table,
    source: kind.source(values),
    format,
    ...schemaOf(format, values),
    start: startOf(start) ?? { from: 'earliest' },
    flush: flushOf(flush) ?? { seconds: 1, rows: 500_000, bytes: 64 * 1024 * 1024 },
    ...more,
  });

  const browse = (): void => {
    const { browse: how } = kind;
    if (!how) return;
    const problem = formProblem(kind.fields, values, how.field);
    if (problem !== undefined) {
      setError(problem);
      return;
    }
    void attempt('Connecting', async (signal) => {
      setTopics(undefined);
      const found = await services.host.call(
        'streams.browse',
        { source: how.source(values), ...withSecret },
        { signal },
      );
      setTopics(found.topics);
    });
  };

  const look = (as: StreamFormat): void => {
    if (connectProblem !== undefined) {
      setError(connectProblem);
      return;
    }
    const suggested = kind.suggest(values);
    const streamName = name === '' ? freeName(suggested || kind.id) : name;
    void attempt(kind.peeks ? 'Reading the last records' : 'Looking', async (signal) => {
      const definition = definitionOf({
        name: streamName,
        table: table === '' ? streamName : table,
        format: as,
        ...schemaOf(as, values),
      });
      const next = await sampled(definition, signal);
      if (signal.aborted) return;
      setSample(next);
      setEdited(undefined);
      setName(definition.name);
      setTable(definition.table);
      setStep('inspect');
    });
  };

  const sampled = async (definition: StreamDefinition, signal: AbortSignal): Promise<Sample> => {
    const { source } = definition;
    const [{ records }, { columns, preview }] = await Promise.all([
      kind.peeks
        ? services.host.call(
            'streams.peek',
            { source, ...withSecret, records: PEEKED_RECORDS },
            { signal },
          )
        : { records: [] },
      services.host.call('streams.inspect', { definition, ...withSecret }, { signal }),
    ]);
    return { records, columns, preview };
  };

  /** A name that no stream has, and no table whose rows others would be mixed with unasked. */
  const freeName = (wish: string): string => {
    const streams = streamStore(services).getState().items;
    const taken = (one: string): boolean => streams.has(one) || tables.some((t) => t.name === one);
    if (!taken(wish)) return wish;
    for (let n = 2; ; n++) if (!taken(`${wish}-${n}`)) return `${wish}-${n}`;
  };

  // An existing table takes what has the names of its columns, or, if nothing has, all by position.
  const byTable = existing ? columnsForTable(sample, existing) : sample.columns;
  const columns = edited ?? byTable;
  const problem =
    step === 'connect'
      ? connectProblem
      : name.trim() === ''
        ? 'The stream needs a name.'
        : streamStore(services).getState().items.has(name) && step === 'inspect'
          ? `There is a stream ${name} already.`
          : (tableNameProblem(table) ??
            formProblem(schemaFields(format), values) ??
            (startOf(start) === undefined ? 'The time to start from is missing.' : undefined) ??
            (flushOf(flush) === undefined
              ? 'Commits: 0.1 to 3,600 s, at least 1 row.'
              : undefined) ??
            (columns && columns.length > 0
              ? columnsProblem(columns)
              : existing
                ? undefined
                : 'There are no records yet that show the columns: add some, or choose a table.'));
  const definition =
    step === 'inspect' && problem === undefined
      ? definitionOf(columns && columns.length > 0 ? { columns: [...columns] } : {})
      : undefined;

  const create = (): void => {
    if (!definition) return;
    void attempt('Starting the stream', async (signal) => {
      await services.host.call('streams.create', { definition, ...withSecret }, { signal });
      // The page has no more use for passwords and keys.
      setValues(initialValues(kind.fields));
      streamStore(services).refresh();
      void services.schema.refresh();
      setStep('done');
    });
  };

  return {
    kind,
    step,
    values,
    busy,
    error,
    problem,
    topics,
    databases,
    database,
    tables,
    table,
    existing,
    name,
    format,
    start,
    flush,
    sample,
    columns: columns ?? [],
    definition,
    setValue: (id, text) => {
      setError('');
      setValues((now) => ({ ...now, [id]: text }));
    },
    setDatabase,
    setTable,
    setName,
    setFormat: (next) => {
      setFormat(next);
      // A format that needs a schema is read again once there is one.
      if (formProblem(schemaFields(next), values) === undefined) look(next);
    },
    setStart,
    setFlush,
    setColumns: setEdited,
    browse,
    look: () => look(format),
    create,
    back: () => {
      work.current?.abort();
      setBusy('');
      setError('');
      setStep('connect');
    },
    cancel: () => {
      work.current?.abort();
      setBusy('');
    },
  };
}
