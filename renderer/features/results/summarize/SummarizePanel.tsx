import { Button, Checkbox, Dropdown, Field, Option, SearchBox } from '@fluentui/react-components';
import { AddRegular, DismissRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import { asAppError } from '../../../../common/errors/app-error.ts';
import { useServices } from '../../../client/services.ts';
import { appendToQuery } from '../actions.ts';
import type { ResultView } from '../result-view.ts';
import { useView } from '../result-views.ts';
import { derive } from './derived.ts';
import {
  type Aggregate,
  aggregatesFor,
  type Grouping,
  groupingTitle,
  type Measure,
  summarizeText,
} from './summarize-text.ts';

const LABELS: Readonly<Record<Aggregate, string>> = {
  count: 'Count',
  dcount: 'Distinct',
  sum: 'Sum',
  avg: 'Average',
  min: 'Minimum',
  max: 'Maximum',
  stdev: 'Deviation',
  percentile_50: 'Median',
  percentile_95: '95th percentile',
  take_any: 'Any value',
};
const NOTHING: Grouping = { rows: [], measures: [] };
const NO_PIVOT = '\u0000none';

/** Groups the rows of a result, spreads a column over columns, sums up: by a query over the kept rows. */
export function SummarizePanel({
  view,
  onClose,
}: {
  readonly view: ResultView;
  readonly onClose: () => void;
}) {
  const services = useServices();
  const columns = useView(view, (s) => s.result.columns) ?? [];
  const grouping = useView(view, (s) => s.grouping) ?? NOTHING;
  const { rows, pivot, measures } = grouping;
  const setRows = (next: readonly string[]): void => view.setGrouping({ ...grouping, rows: next });
  const setPivot = (next: string | undefined): void =>
    view.setGrouping({ ...grouping, pivot: next });
  const setMeasures = (next: readonly Measure[]): void =>
    view.setGrouping({ ...grouping, measures: next });
  const [search, setSearch] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const text = summarizeText(grouping);
  const change = (at: number, measure: Measure): void => setMeasures(measures.with(at, measure));

  const apply = (): void => {
    setBusy(true);
    setError('');
    derive(services, view, { pipe: text, title: groupingTitle(grouping), by: rows })
      .catch((failure: unknown) => setError(asAppError(failure).message))
      .finally(() => setBusy(false));
  };

  return (
    <aside className="rs-columns rs-summarize" aria-label="Group and pivot">
      <header>
        <strong>Group and pivot</strong>
        <Button
          size="small"
          appearance="subtle"
          icon={<DismissRegular />}
          aria-label="Close the group panel"
          onClick={onClose}
        />
      </header>
      <Field label="Rows" size="small">
        <SearchBox
          size="small"
          placeholder="Find a column"
          value={search}
          onChange={(_event, data) => setSearch(data.value)}
          style={{ maxWidth: 'none' }}
        />
      </Field>
      <ul aria-label="Columns to group by">
        {columns
          .filter((c) => c.name.toLowerCase().includes(search.toLowerCase()))
          .map((c) => (
            <li key={c.name}>
              <Checkbox
                label={c.name}
                checked={rows.includes(c.name)}
                onChange={(_event, data) =>
                  setRows(
                    data.checked === true ? [...rows, c.name] : rows.filter((r) => r !== c.name),
                  )
                }
              />
              {rows.includes(c.name) && <span className="rs-rank">{rows.indexOf(c.name) + 1}</span>}
            </li>
          ))}
      </ul>
      <Field label="Columns" size="small">
        <Dropdown
          size="small"
          value={pivot ?? 'None'}
          selectedOptions={[pivot ?? NO_PIVOT]}
          onOptionSelect={(_event, data) =>
            setPivot(data.optionValue === NO_PIVOT ? undefined : data.optionValue)
          }
        >
          <Option value={NO_PIVOT}>None</Option>
          {columns.map((c) => (
            <Option key={c.name} value={c.name}>
              {c.name}
            </Option>
          ))}
        </Dropdown>
      </Field>
      <Field label={pivot === undefined ? 'Values' : 'Value'} size="small">
        {measures.slice(0, pivot === undefined ? undefined : 1).map((measure, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a measure has no other identity than its place
          <div key={at} className="rs-measure">
            <MeasureEditor
              measure={measure}
              columns={columns}
              onChange={(next) => change(at, next)}
            />
            <Button
              size="small"
              appearance="subtle"
              icon={<DismissRegular />}
              aria-label={`Remove value ${at + 1}`}
              disabled={measures.length === 1}
              onClick={() => setMeasures(measures.toSpliced(at, 1))}
            />
          </div>
        ))}
      </Field>
      {pivot === undefined && (
        <Button
          size="small"
          appearance="subtle"
          icon={<AddRegular />}
          className="rs-add"
          onClick={() => setMeasures([...measures, { aggregate: 'count', column: '' }])}
        >
          Value
        </Button>
      )}
      <pre className="rs-kql">| {text}</pre>
      {error !== '' && (
        <div role="alert" className="rs-error">
          {error}
        </div>
      )}
      <div className="rs-columns-actions">
        <Button size="small" onClick={() => appendToQuery(services, text)}>
          Add to the query
        </Button>
        <Button size="small" appearance="primary" disabled={busy} onClick={apply}>
          Show
        </Button>
      </div>
    </aside>
  );
}

function MeasureEditor({
  measure,
  columns,
  onChange,
}: {
  readonly measure: Measure;
  readonly columns: Parameters<typeof columnChoices>[0];
  readonly onChange: (measure: Measure) => void;
}) {
  const type = columns.find((c) => c.name === measure.column)?.type;
  const offered = type === undefined ? (['count'] as const) : aggregatesFor(type);
  return (
    <>
      <Dropdown
        size="small"
        aria-label="Column of the value"
        value={measure.column === '' ? 'Rows' : measure.column}
        selectedOptions={[measure.column]}
        onOptionSelect={(_event, data) => {
          const column = data.optionValue ?? '';
          const next = columns.find((c) => c.name === column)?.type;
          const fits = next === undefined ? (['count'] as const) : aggregatesFor(next);
          const aggregate = fits.find((a) => a === measure.aggregate && a !== 'count');
          const usual = fits.find((a) => a === 'sum') ?? fits.find((a) => a === 'dcount');
          onChange({ column, aggregate: aggregate ?? usual ?? 'count' });
        }}
      >
        {columnChoices(columns)}
      </Dropdown>
      <Dropdown
        size="small"
        aria-label="Aggregate"
        value={LABELS[measure.aggregate]}
        selectedOptions={[measure.aggregate]}
        onOptionSelect={(_event, data) => {
          const aggregate = offered.find((a) => a === data.optionValue);
          if (aggregate) onChange({ ...measure, aggregate });
        }}
      >
        {offered.map((aggregate) => (
          <Option key={aggregate} value={aggregate}>
            {LABELS[aggregate]}
          </Option>
        ))}
      </Dropdown>
    </>
  );
}

function columnChoices(columns: ReturnType<ResultView['getState']>['result']['columns']) {
  return [
    <Option key="" value="" text="Rows">
      Rows
    </Option>,
    ...columns.map((c) => (
      <Option key={c.name} value={c.name}>
        {c.name}
      </Option>
    )),
  ];
}
