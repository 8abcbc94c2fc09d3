import {
  Button,
  Checkbox,
  Dropdown,
  Input,
  Option,
  Popover,
  PopoverSurface,
  SearchBox,
  Spinner,
} from '@fluentui/react-components';
import { AddRegular, DismissRegular } from '@fluentui/react-icons';
import { useEffect, useMemo, useState } from 'react';
import type { HostContract } from '../../../common/contract/host.ts';
import type { ViewFilter } from '../../../common/contract/query.ts';
import type { ResultOf } from '../../../common/contract/rpc.ts';
import { useServices } from '../../client/services.ts';
import type { GridColumn } from '../../grid/column-layout.ts';
import { isNumeric, type Point } from '../../grid/grid-model.ts';
import type { ResultView } from './result-view.ts';

type Profile = ResultOf<HostContract, 'query.columnProfile'>;
type Operator = ViewFilter['operator'];

const OPERATORS: Readonly<Record<Operator, string>> = {
  equals: 'equals',
  notEquals: 'does not equal',
  contains: 'contains',
  notContains: 'does not contain',
  startsWith: 'starts with',
  endsWith: 'ends with',
  less: 'is less than',
  lessOrEqual: 'is at most',
  greater: 'is greater than',
  greaterOrEqual: 'is at least',
  in: 'is one of',
  notIn: 'is none of',
  isEmpty: 'is empty',
  isNotEmpty: 'is not empty',
};
const TEXT: readonly Operator[] = [
  'contains',
  'notContains',
  'equals',
  'notEquals',
  'startsWith',
  'endsWith',
  'isEmpty',
  'isNotEmpty',
];
const ORDERED: readonly Operator[] = [
  'equals',
  'notEquals',
  'greater',
  'greaterOrEqual',
  'less',
  'lessOrEqual',
  'isEmpty',
  'isNotEmpty',
];

function operatorsFor(column: GridColumn): readonly Operator[] {
  const ordered =
    isNumeric(column.type) || column.type === 'datetime' || column.type === 'timespan';
  return ordered ? ORDERED : TEXT;
}

const needsValue = (operator: Operator): boolean =>
  operator !== 'isEmpty' && operator !== 'isNotEmpty';

interface Condition {
  readonly id: number;
  readonly operator: Operator;
  readonly value: string;
}

let nextId = 1;

/** Conditions on one column, joined by `and`, and its most frequent values to choose from. */
export function FilterPopover({
  view,
  column,
  at,
  onClose,
}: {
  readonly view: ResultView;
  readonly column: GridColumn;
  readonly at: Point;
  readonly onClose: () => void;
}) {
  const { host } = useServices();
  const operators = operatorsFor(column);
  const existing = view.getState().spec.filters.filter((f) => f.column === column.name);
  const chosenBefore = existing.find((f) => f.operator === 'in')?.values ?? [];
  const [conditions, setConditions] = useState<readonly Condition[]>(() => {
    const old = existing
      .filter((f) => f.operator !== 'in')
      .map((f) => ({ id: nextId++, operator: f.operator, value: f.values[0] ?? '' }));
    return old.length > 0 ? old : [{ id: nextId++, operator: operators[0] ?? 'equals', value: '' }];
  });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(chosenBefore));
  const [contains, setContains] = useState('');
  const [profile, setProfile] = useState<Profile>();
  const [error, setError] = useState('');
  const target = useMemo(
    () => ({ getBoundingClientRect: () => new DOMRect(at.x, at.y, 0, 0) }),
    [at.x, at.y],
  );

  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      // Of the result, not of the view: a value that is filtered out can be chosen again.
      host
        .call(
          'query.columnProfile',
          { resultId: view.resultId, column: column.name, contains, top: 200 },
          { signal: controller.signal },
        )
        .then(setProfile, (failure: unknown) => {
          if (!controller.signal.aborted)
            setError(failure instanceof Error ? failure.message : String(failure));
        });
    }, 120);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [host, view, column.name, contains]);

  const apply = (): void => {
    const filters: ViewFilter[] = conditions
      .filter((c) => !needsValue(c.operator) || c.value !== '')
      .map((c) => ({
        column: column.name,
        operator: c.operator,
        values: needsValue(c.operator) ? [c.value] : [],
      }));
    if (chosen.size > 0) filters.push({ column: column.name, operator: 'in', values: [...chosen] });
    view.setFilters(column.name, filters);
    onClose();
  };
  const change = (id: number, edit: Partial<Condition>): void =>
    setConditions((list) => list.map((c) => (c.id === id ? { ...c, ...edit } : c)));
  const toggle = (value: string, on: boolean): void =>
    setChosen((set) => {
      const next = new Set(set);
      if (on) next.add(value);
      else next.delete(value);
      return next;
    });

  return (
    <Popover
      open
      trapFocus
      positioning={{ target, position: 'below', align: 'start' }}
      onOpenChange={(_event, data) => {
        if (!data.open) onClose();
      }}
    >
      <PopoverSurface aria-label={`Filter ${column.name}`} className="rs-filter">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            apply();
          }}
        >
          <div className="rs-filter-title">
            <strong>{column.name}</strong>
            {profile && (
              <span className="rs-quiet">
                {profile.distinct.toLocaleString('en-US')} distinct,{' '}
                {profile.empty.toLocaleString('en-US')} empty
              </span>
            )}
          </div>
          {conditions.map((condition) => (
            <div key={condition.id} className="rs-filter-row">
              <Dropdown
                size="small"
                aria-label="Operator"
                value={OPERATORS[condition.operator]}
                selectedOptions={[condition.operator]}
                onOptionSelect={(_event, data) => {
                  const operator = operators.find((o) => o === data.optionValue);
                  if (operator) change(condition.id, { operator });
                }}
                style={{ minWidth: 140 }}
              >
                {operators.map((operator) => (
                  <Option key={operator} value={operator}>
                    {OPERATORS[operator]}
                  </Option>
                ))}
              </Dropdown>
              {needsValue(condition.operator) && (
                <Input
                  size="small"
                  aria-label="Value"
                  value={condition.value}
                  onChange={(_event, data) => change(condition.id, { value: data.value })}
                />
              )}
              {conditions.length > 1 && (
                <Button
                  size="small"
                  appearance="subtle"
                  icon={<DismissRegular />}
                  aria-label="Remove this condition"
                  onClick={() => setConditions((list) => list.filter((c) => c !== condition))}
                />
              )}
            </div>
          ))}
          <Button
            size="small"
            appearance="transparent"
            icon={<AddRegular />}
            onClick={() =>
              setConditions((list) => [
                ...list,
                { id: nextId++, operator: operators[0] ?? 'equals', value: '' },
              ])
            }
          >
            And
          </Button>
          <SearchBox
            size="small"
            placeholder="Find a value"
            value={contains}
            onChange={(_event, data) => setContains(data.value)}
            style={{ width: '100%', maxWidth: 'none' }}
          />
          <fieldset className="rs-values" aria-label="Values">
            {!profile && error === '' && <Spinner size="tiny" />}
            {error !== '' && <span role="alert">{error}</span>}
            {profile?.top.map(({ value, count }) => (
              <div key={value} className="rs-value">
                <Checkbox
                  size="medium"
                  label={value === '' ? '(empty)' : value}
                  checked={chosen.has(value)}
                  onChange={(_event, data) => toggle(value, data.checked === true)}
                />
                <span className="rs-bar" aria-hidden="true">
                  <span
                    style={{ width: `${(100 * count) / Math.max(1, profile.top[0]?.count ?? 1)}%` }}
                  />
                </span>
                <span className="rs-quiet">{count.toLocaleString('en-US')}</span>
              </div>
            ))}
          </fieldset>
          <div className="rs-filter-actions">
            <Button
              size="small"
              onClick={() => {
                view.setFilters(column.name, []);
                onClose();
              }}
            >
              Clear
            </Button>
            <Button size="small" appearance="primary" type="submit">
              Apply
            </Button>
          </div>
        </form>
      </PopoverSurface>
    </Popover>
  );
}
