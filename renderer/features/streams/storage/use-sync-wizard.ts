import { useEffect, useMemo, useRef, useState } from 'react';
import type { HostContract } from '../../../../common/contract/host.ts';
import type { ResultOf } from '../../../../common/contract/rpc.ts';
import type { DatabaseInfo, TableInfo } from '../../../../common/contract/schema.ts';
import { asAppError } from '../../../../common/errors/app-error.ts';
import { useSchema, useServices } from '../../../client/services.ts';
import { tableNameProblem } from '../../mapping/index.ts';
import { formProblem, initialValues } from '../kinds/form-values.ts';
import type { Values } from '../kinds/index.ts';
import {
  PLACE_FIELDS,
  placeOf,
  SYNC_FIELDS,
  suggestedName,
  syncOf,
  withoutSecret,
} from './sync-form.ts';
import { syncStore } from './sync-store.ts';

export type SyncStep = 'place' | 'target' | 'done';
export type StoreLevel = ResultOf<HostContract, 'storage.browse'>;

export interface SyncWizardState {
  readonly step: SyncStep;
  readonly values: Values;
  readonly busy: string;
  readonly error: string;
  readonly problem: string | undefined;
  /** What was found where one looks now. */
  readonly level: StoreLevel | undefined;
  readonly databases: readonly DatabaseInfo[];
  readonly database: string;
  readonly tables: readonly TableInfo[];
  /** Empty: the files are copied, and no table is filled. */
  readonly table: string;
  readonly name: string;
  setValue(id: string, text: string): void;
  setDatabase(name: string): void;
  setTable(name: string): void;
  setName(name: string): void;
  /** Lists one level of the store. */
  look(at?: { readonly container?: string; readonly prefix?: string }): void;
  more(): void;
  next(): void;
  create(): void;
  back(): void;
  cancel(): void;
}

/** The state of a storage that is being set up, from its address to the first run. */
export function useSyncWizard(target: {
  readonly database: string | undefined;
  readonly table: string | undefined;
}): SyncWizardState {
  const services = useServices();
  const schema = useSchema((s) => s.schema);
  const databases = useMemo(() => schema.databases.filter((d) => !d.readOnly), [schema]);
  const wanted = target.database ?? services.session.active()?.database;
  const [database, setDatabase] = useState(
    () => databases.find((d) => d.name === wanted)?.name ?? databases[0]?.name ?? '',
  );
  const [step, setStep] = useState<SyncStep>('place');
  const [values, setValues] = useState<Values>(() =>
    initialValues([...PLACE_FIELDS, ...SYNC_FIELDS]),
  );
  const [busy, setBusy] = useState('');
  const [error, setError] = useState('');
  const [level, setLevel] = useState<StoreLevel>();
  const [table, setTable] = useState(target.table ?? '');
  const [name, setName] = useState('');
  const work = useRef<AbortController | undefined>(undefined);
  const tables =
    databases.find((d) => d.name === database)?.tables.filter((t) => t.kind === 'table') ?? [];
  useEffect(() => () => work.current?.abort(), []);

  async function attempt(what: string, run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    work.current?.abort();
    const controller = new AbortController();
    work.current = controller;
    setError('');
    setBusy(what);
    try {
      await run(controller.signal);
    } catch (failure) {
      if (controller.signal.aborted) return;
      const { message, hints } = asAppError(failure);
      setError([message, ...hints].join(' '));
    } finally {
      if (work.current === controller) setBusy('');
    }
  }

  function list(given: Values, next?: string): void {
    const problem = formProblem(PLACE_FIELDS, given, 'container');
    if (problem !== undefined) {
      setError(problem);
      return;
    }
    void attempt('Listing', async (signal) => {
      const { place, secret, key } = placeOf(given);
      const prefix = given.prefix?.trim() || key;
      const found = await services.host.call(
        'storage.browse',
        {
          at: { place, ...(secret === undefined ? {} : { secret }) },
          prefix: prefix.slice(0, prefix.lastIndexOf('/') + 1),
          ...(next === undefined ? {} : { next }),
        },
        { signal },
      );
      setLevel((before) =>
        next === undefined || !before
          ? found
          : {
              ...found,
              folders: [...before.folders, ...found.folders],
              files: [...before.files, ...found.files],
            },
      );
    });
  }

  const placeProblem = formProblem(PLACE_FIELDS, values);
  const taken = syncStore(services).getState().items;
  const problem =
    step === 'place'
      ? placeProblem
      : step === 'target'
        ? name.trim() === ''
          ? 'The sync needs a name.'
          : taken.has(name)
            ? `There is a sync ${name} already.`
            : ((table === '' ? undefined : tableNameProblem(table)) ??
              formProblem(SYNC_FIELDS, values))
        : undefined;

  return {
    step,
    values,
    busy,
    error,
    problem,
    level,
    databases,
    database,
    tables,
    table,
    name,
    setValue: (id, text) => {
      setError('');
      setValues((now) => {
        const next = { ...now, [id]: text };
        // What was pasted comes at once; what is typed, letter by letter, may not be whole yet.
        const pasted = id === 'address' && text.length > (now.address?.length ?? 0) + 8;
        return pasted ? withoutSecret(next) : next;
      });
    },
    setDatabase,
    setTable,
    setName,
    look: (at = {}) => {
      const next = { ...withoutSecret(values), ...at };
      setValues(next);
      list(next);
    },
    more: () => list(values, level?.next),
    next: () => {
      if (placeProblem !== undefined) return;
      const wish = suggestedName(values);
      // Neither another sync's name nor a table whose rows would be mixed with these unasked.
      const used = (one: string): boolean => taken.has(one) || tables.some((t) => t.name === one);
      let free = wish;
      for (let n = 2; used(free); n++) free = `${wish}-${n}`;
      if (name === '') setName(free);
      if (table === '') setTable(free);
      setStep('target');
    },
    create: () => {
      void attempt('Starting the sync', async (signal) => {
        const { secret } = placeOf(values);
        await services.host.call(
          'storage.createSync',
          {
            definition: syncOf(values, {
              name,
              ...(table === '' ? {} : { table: { database, table } }),
            }),
            ...(secret === undefined ? {} : { secret }),
          },
          { signal },
        );
        // The page has no more use for a key.
        setValues((now) => ({ ...now, secret: '' }));
        syncStore(services).refresh();
        setStep('done');
      });
    },
    back: () => {
      setError('');
      setStep('place');
    },
    cancel: () => {
      work.current?.abort();
      setBusy('');
    },
  };
}
