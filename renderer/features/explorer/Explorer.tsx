import './explorer.css';
import { AddRegular, ArrowClockwiseRegular } from '@fluentui/react-icons';
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useSchema, useServices, useSession, useSetting } from '../../client/services.ts';
import type { Setting } from '../../client/settings-store.ts';
import { MenuAt } from '../../ui/MenuAt.tsx';
import { useStreamNames, useSyncNames } from '../streams/index.ts';
import { ExplorerRow, type ExplorerRowProps, lookOf } from './ExplorerRow.tsx';
import { insertText, menuOf, openAction } from './entity-actions.ts';
import { StreamRow, SyncRow } from './StreamRow.tsx';
import { treeKey } from './tree-keys.ts';
import { type TreeRow, treeRows } from './tree-model.ts';

const TOGGLED: Setting<readonly string[]> = {
  key: 'explorer.toggled',
  fallback: [],
  read: (stored) =>
    Array.isArray(stored) && stored.every((id) => typeof id === 'string') ? stored : undefined,
};

const ROW_HEIGHT = 22;
/** Rows drawn above and below what is seen. */
const OVERSCAN = 10;

/** The databases and what is in them. */
export function Explorer() {
  const services = useServices();
  const schema = useSchema((s) => s.schema);
  const state = useSchema((s) => s.state);
  const error = useSchema((s) => s.error);
  const database = useSession((s) => s.documents.find((d) => d.id === s.activeId)?.database ?? '');
  const [filter, setFilter] = useState('');
  const [toggledIds, setToggledIds] = useSetting(TOGGLED);
  const toggled = useMemo(() => new Set(toggledIds), [toggledIds]);
  const streams = useStreamNames();
  const syncs = useSyncNames();
  const rows = useMemo(
    () => treeRows(schema, { toggled, filter, streams, syncs }),
    [schema, toggled, filter, streams, syncs],
  );
  const [focusId, setFocusId] = useState('');
  const [menu, setMenu] = useState<{ row: TreeRow; x: number; y: number }>();
  const tree = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState({ top: 0, height: 600 });
  // Until something was chosen: the database of the tab.
  const wanted = focusId === '' ? database : focusId;
  const focused = Math.max(
    0,
    rows.findIndex((row) => row.id === wanted),
  );

  useEffect(() => {
    const element = tree.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setScroll({ top: element.scrollTop, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const first = Math.max(0, Math.floor(scroll.top / ROW_HEIGHT) - OVERSCAN);
  const last = Math.min(
    rows.length,
    Math.ceil((scroll.top + scroll.height) / ROW_HEIGHT) + OVERSCAN,
  );

  function toggle(row: TreeRow): void {
    if (!row.expandable) return;
    setToggledIds(
      toggled.has(row.id) ? toggledIds.filter((id) => id !== row.id) : [...toggledIds, row.id],
    );
  }

  function select(row: TreeRow): void {
    setFocusId(row.id);
    if (row.databaseName !== database)
      services.commands.execute('explorer.useDatabase', row.databaseName);
  }

  function activate(row: TreeRow): void {
    const open = openAction(services, row);
    if (open) {
      open();
      return;
    }
    const text = insertText(row);
    if (text === undefined || row.node.kind === 'database') toggle(row);
    else services.editor.insert(text);
  }

  function moveTo(index: number): void {
    const row = rows[index];
    const element = tree.current;
    if (!row || !element) return;
    setFocusId(row.id);
    const top = index * ROW_HEIGHT;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + ROW_HEIGHT > element.scrollTop + element.clientHeight)
      element.scrollTop = top + ROW_HEIGHT - element.clientHeight;
  }

  function openMenu(row: TreeRow, index: number): void {
    const box = tree.current?.getBoundingClientRect();
    if (!box) return;
    const y = box.top + (index + 1) * ROW_HEIGHT - (tree.current?.scrollTop ?? 0);
    setMenu({ row, x: box.left + row.level * 14 + 16, y });
  }

  function onKeyDown(event: KeyboardEvent): void {
    const row = rows[focused];
    if (!row) return;
    const done = treeKey(event, rows, focused, {
      moveTo,
      toggle,
      activate: (chosen) => {
        select(chosen);
        activate(chosen);
      },
      menu: openMenu,
      run: (label) => {
        const entry = menuOf(services, row)
          .flat()
          .find((e) => e.keys === label && e.disabled !== true);
        entry?.run();
        return entry !== undefined;
      },
    });
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <>
      <div className="ex-bar">
        <input
          type="search"
          placeholder="Filter"
          aria-label="Filter the explorer"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') tree.current?.focus();
            else if (event.key === 'Escape' && filter !== '') setFilter('');
            else return;
            event.preventDefault();
          }}
        />
        <button
          type="button"
          className="ca-icon"
          title="Import data"
          aria-label="Import data"
          onClick={() => services.commands.execute('ingest.open')}
        >
          <AddRegular />
        </button>
        <button
          type="button"
          className="ca-icon"
          title="Refresh"
          aria-label="Refresh the explorer"
          onClick={() => void services.schema.refresh()}
        >
          <ArrowClockwiseRegular />
        </button>
      </div>
      {state === 'failed' ? (
        <p className="ca-empty" role="alert">
          The databases could not be read: {error}
        </p>
      ) : null}
      <div
        ref={tree}
        className="ex-tree"
        role="tree"
        aria-label="Databases"
        aria-busy={state === 'loading'}
        aria-activedescendant={rows.length > 0 ? `ex-row-${focused}` : undefined}
        tabIndex={0}
        data-autofocus
        onScroll={(event) =>
          setScroll({
            top: event.currentTarget.scrollTop,
            height: event.currentTarget.clientHeight,
          })
        }
        onKeyDown={onKeyDown}
      >
        <div style={{ height: rows.length * ROW_HEIGHT, position: 'relative' }} role="none">
          {rows.slice(first, last).map((row, i) => {
            const props: ExplorerRowProps = {
              row,
              index: first + i,
              top: (first + i) * ROW_HEIGHT,
              focused: first + i === focused,
              current: row.node.kind === 'database' && row.databaseName === database,
              onToggle: () => toggle(row),
              onSelect: () => select(row),
              onActivate: () => activate(row),
              onMenu: (event: MouseEvent) => {
                event.preventDefault();
                setFocusId(row.id);
                setMenu({ row, x: event.clientX, y: event.clientY });
              },
            };
            if (row.node.kind === 'stream')
              return <StreamRow key={row.id} {...props} name={row.node.name} />;
            if (row.node.kind === 'sync')
              return <SyncRow key={row.id} {...props} name={row.node.name} />;
            return <ExplorerRow key={row.id} {...props} look={lookOf(row)} />;
          })}
        </div>
        {rows.length === 0 && state === 'ready' ? (
          <p className="ca-empty">
            {filter === '' ? 'There are no databases.' : 'Nothing matches.'}
          </p>
        ) : null}
      </div>
      {menu ? (
        <MenuAt
          x={menu.x}
          y={menu.y}
          groups={menuOf(services, menu.row)}
          onClose={() => {
            setMenu(undefined);
            tree.current?.focus();
          }}
        />
      ) : null}
    </>
  );
}
