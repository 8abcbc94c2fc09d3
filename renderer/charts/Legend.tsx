import { Button, SearchBox } from '@fluentui/react-components';
import { type MouseEvent, useState } from 'react';
import type { LegendEntry } from './chart-types.ts';

/**
 * The series with their colours, and a filter by them: a click shows one alone (again: all), Ctrl+click adds or takes
 * away one, Shift+click a range.
 */
export function Legend({
  entries,
  hidden,
  onChange,
}: {
  readonly entries: readonly LegendEntry[];
  readonly hidden: ReadonlySet<string>;
  readonly onChange: (hidden: ReadonlySet<string>) => void;
}) {
  const [search, setSearch] = useState('');
  const [last, setLast] = useState(0);
  const names = entries.map((entry) => entry.name);
  const press = (index: number, event: MouseEvent): void => {
    const name = names[index] ?? '';
    const next = new Set(hidden);
    if (event.shiftKey) {
      const range = new Set(names.slice(Math.min(index, last), Math.max(index, last) + 1));
      onChange(new Set(names.filter((n) => !range.has(n))));
    } else if (event.ctrlKey || event.metaKey) {
      if (!next.delete(name)) next.add(name);
      onChange(next);
    } else {
      const alone = names.every((n) => hidden.has(n) === (n !== name));
      onChange(alone ? new Set() : new Set(names.filter((n) => n !== name)));
    }
    setLast(index);
  };
  return (
    <aside className="ch-legend" aria-label="Legend">
      <div className="ch-legend-tools">
        <Button size="small" appearance="subtle" onClick={() => onChange(new Set())}>
          All
        </Button>
        <Button size="small" appearance="subtle" onClick={() => onChange(new Set(names))}>
          None
        </Button>
        <Button
          size="small"
          appearance="subtle"
          onClick={() => onChange(new Set(names.filter((n) => !hidden.has(n))))}
        >
          Invert
        </Button>
      </div>
      {entries.length > 8 && (
        <SearchBox
          size="small"
          placeholder="Find a series"
          value={search}
          onChange={(_event, data) => setSearch(data.value)}
        />
      )}
      <ul>
        {entries.map((entry, i) =>
          entry.name.toLowerCase().includes(search.toLowerCase()) ? (
            <li key={entry.name}>
              <button
                type="button"
                className="ch-entry"
                aria-pressed={!hidden.has(entry.name)}
                title={entry.name}
                onClick={(event) => press(i, event)}
              >
                <span
                  className="ch-swatch"
                  style={{ background: entry.color }}
                  aria-hidden="true"
                />
                <span>{entry.name}</span>
              </button>
            </li>
          ) : null,
        )}
      </ul>
    </aside>
  );
}
