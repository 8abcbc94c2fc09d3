import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type {
  BadCells,
  IngestEvent,
  IngestReport,
  IngestRequest,
  IngestSource,
  Inspection,
  MappedColumn,
  ReadOptions,
} from '../../../common/contract/ingest.ts';
import type { DatabaseInfo, TableInfo } from '../../../common/contract/schema.ts';
import { asAppError } from '../../../common/errors/app-error.ts';
import { useSchema, useServices } from '../../client/services.ts';
import type { ChosenFile } from '../../client/shell.ts';
import { columnsForTable, columnsProblem, tableNameProblem } from '../mapping/index.ts';
import { dropUploads, sourceOf, type UploadProgress } from './upload.ts';

export type Step = 'source' | 'inspect' | 'summary';

export interface Wizard {
  readonly step: Step;
  readonly upload: UploadProgress | undefined;
  readonly inspection: Inspection | undefined;
  /** Something is being read; what is shown is about to change. */
  readonly busy: boolean;
  readonly error: string;
  readonly databases: readonly DatabaseInfo[];
  readonly database: string;
  readonly tables: readonly TableInfo[];
  readonly table: string;
  readonly existing: TableInfo | undefined;
  readonly options: ReadOptions;
  readonly columns: readonly MappedColumn[];
  readonly onBadCell: BadCells;
  readonly problem: string | undefined;
  readonly request: IngestRequest | undefined;
  readonly progress: IngestEvent | undefined;
  readonly running: boolean;
  readonly report: IngestReport | undefined;
  chooseFiles(files: readonly ChosenFile[]): void;
  paste(text: string): void;
  setDatabase(name: string): void;
  setTable(name: string): void;
  setOptions(change: ReadOptions): void;
  setColumns(columns: readonly MappedColumn[]): void;
  setOnBadCell(choice: BadCells): void;
  run(): void;
  cancel(): void;
  back(): void;
  /** Leaves nothing behind. */
  close(): void;
}

const PLAIN: ReadOptions = { nestedLevels: 1 };

/** The state of one import, from the choice of files to the report. */
export function useWizard(
  initial: readonly ChosenFile[],
  initialText: string,
  target: { readonly database: string | undefined; readonly table: string | undefined },
): Wizard {
  const services = useServices();
  const schema = useSchema((s) => s.schema);
  const databases = useMemo(() => schema.databases.filter((d) => !d.readOnly), [schema]);
  const active = target.database ?? services.session.active()?.database;
  const [database, setDatabase] = useState(
    () => databases.find((d) => d.name === active)?.name ?? databases[0]?.name ?? '',
  );
  const [source, setSource] = useState<IngestSource>();
  const [step, setStep] = useState<Step>('source');
  const [upload, setUpload] = useState<UploadProgress>();
  const [inspection, setInspection] = useState<Inspection>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const [table, setTable] = useState(target.table ?? '');
  const [options, setOptions] = useState<ReadOptions>(PLAIN);
  const [columns, setColumns] = useState<readonly MappedColumn[]>([]);
  const [edited, setEdited] = useState(false);
  const [onBadCell, setOnBadCell] = useState<BadCells>('widen');
  const [progress, setProgress] = useState<IngestEvent>();
  const [running, setRunning] = useState(false);
  const [report, setReport] = useState<IngestReport>();
  const work = useRef<AbortController | undefined>(undefined);
  const tables = useMemo(
    () =>
      databases.find((d) => d.name === database)?.tables.filter((t) => t.kind === 'table') ?? [],
    [databases, database],
  );
  const existing = tables.find((t) => t.name === table);

  useEffect(() => {
    if (database === '' && databases[0]) setDatabase(databases[0].name);
  }, [database, databases]);

  const begin = useCallback((): AbortController => {
    work.current?.abort();
    const controller = new AbortController();
    work.current = controller;
    setError('');
    return controller;
  }, []);

  const fail = useCallback((failure: unknown, signal: AbortSignal): void => {
    if (signal.aborted) return;
    const { message, hints } = asAppError(failure);
    setError([message, ...hints].join(' '));
  }, []);

  /** Looks at the files; without `mapping` the columns are inferred anew. */
  const inspect = useCallback(
    async (from: IngestSource, read: ReadOptions, mapping?: readonly MappedColumn[]) => {
      const { signal } = begin();
      setBusy(true);
      try {
        const seen = await services.host.call(
          'ingest.inspect',
          { source: from, options: read, ...(mapping ? { columns: [...mapping] } : {}) },
          { signal },
        );
        if (signal.aborted) return;
        setInspection(seen);
        if (!mapping) {
          setColumns(seen.columns);
          setEdited(false);
        }
        setTable((name) => (name === '' ? seen.suggestedTable : name));
        setStep('inspect');
      } catch (failure) {
        fail(failure, signal);
      } finally {
        if (!signal.aborted) setBusy(false);
      }
    },
    [services, begin, fail],
  );

  const start = useCallback(
    async (make: (signal: AbortSignal) => Promise<IngestSource>) => {
      const { signal } = begin();
      setBusy(true);
      try {
        const made = await make(signal);
        if (signal.aborted) {
          dropUploads(services, made);
          return;
        }
        setSource(made);
        setUpload(undefined);
        await inspect(made, PLAIN);
      } catch (failure) {
        setUpload(undefined);
        setBusy(false);
        fail(failure, signal);
      }
    },
    [services, begin, fail, inspect],
  );

  const chooseFiles = useCallback(
    (files: readonly ChosenFile[]): void => {
      if (files.length > 0) void start((signal) => sourceOf(services, files, signal, setUpload));
    },
    [services, start],
  );
  const paste = useCallback(
    (text: string): void => {
      if (text.trim() !== '')
        void start(() => Promise.resolve({ kind: 'text', text, name: 'pasted' }));
    },
    [start],
  );

  // What the wizard was opened with is taken once.
  const taken = useRef(false);
  useEffect(() => {
    if (taken.current) return;
    taken.current = true;
    chooseFiles(initial);
    paste(initialText);
  }, [initial, initialText, chooseFiles, paste]);

  // The preview follows the columns, a moment after the last stroke; once the import runs, it would cut that off.
  useEffect(() => {
    if (step !== 'inspect' || !edited || !source || columnsProblem(columns)) return;
    const timer = setTimeout(() => void inspect(source, options, columns), 500);
    return () => clearTimeout(timer);
  }, [step, edited, source, options, columns, inspect]);

  const mapped =
    existing && inspection && !edited ? columnsForTable(inspection, existing) : columns;
  const problem = tableNameProblem(table) ?? columnsProblem(columns);
  const request: IngestRequest | undefined =
    source && inspection && !problem
      ? {
          source,
          database,
          table,
          options: { ...options, format: inspection.format },
          ...(mapped ? { columns: [...mapped] } : {}),
          onBadCell,
          maxErrors: 1_000_000,
          tags: [],
        }
      : undefined;

  const run = async (): Promise<void> => {
    if (!request) return;
    const { signal } = begin();
    setRunning(true);
    setReport(undefined);
    setProgress(undefined);
    setStep('summary');
    try {
      const done = await services.host.call('ingest.run', request, {
        signal,
        onEvent: setProgress,
      });
      setReport(done);
      dropUploads(services, source);
      void services.schema.refresh();
    } catch (failure) {
      const { kind, message, hints } = asAppError(failure);
      if (kind === 'cancelled') setStep('inspect');
      else setError([message, ...hints].join(' '));
    } finally {
      setRunning(false);
    }
  };

  return {
    step,
    upload,
    inspection,
    busy,
    error,
    databases,
    database,
    tables,
    table,
    existing,
    options,
    columns,
    onBadCell,
    problem,
    request,
    progress,
    running,
    report,
    chooseFiles,
    paste,
    setDatabase,
    setTable,
    setOnBadCell,
    setOptions: (next) => {
      setOptions(next);
      if (source) void inspect(source, next);
    },
    setColumns: (next) => {
      setColumns(next);
      setEdited(true);
    },
    run: () => void run(),
    cancel: () => work.current?.abort(),
    back: () => {
      setError('');
      if (step === 'summary') setStep('inspect');
      else {
        dropUploads(services, source);
        setSource(undefined);
        setInspection(undefined);
        setTable(target.table ?? '');
        setOptions(PLAIN);
        setStep('source');
      }
    },
    close: () => {
      work.current?.abort();
      if (!report) dropUploads(services, source);
    },
  };
}
