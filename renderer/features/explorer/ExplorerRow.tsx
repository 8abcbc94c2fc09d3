import {
  ChevronDownRegular,
  ChevronRightRegular,
  DatabaseRegular,
  FolderRegular,
  MathFormulaRegular,
  TableLightningRegular,
  TableLinkRegular,
  TableRegular,
} from '@fluentui/react-icons';
import type { MouseEvent, ReactNode } from 'react';
import type { KqlType } from '../../../common/types/kql-type.ts';
import { formatBytes, formatCount, shortCount } from '../../ui/numbers.ts';
import type { TreeRow } from './tree-model.ts';

/** A sign for each type, drawn before a column's name. */
const TYPE_SIGNS: Readonly<Record<KqlType, { sign: string; family: string }>> = {
  string: { sign: 'abc', family: 'string' },
  guid: { sign: 'id', family: 'other' },
  bool: { sign: '1/0', family: 'other' },
  int: { sign: '123', family: 'number' },
  long: { sign: '123', family: 'number' },
  real: { sign: '1.2', family: 'number' },
  decimal: { sign: '1.2', family: 'number' },
  datetime: { sign: '◷', family: 'time' },
  timespan: { sign: '⧗', family: 'time' },
  dynamic: { sign: '{ }', family: 'string' },
};

export interface Look {
  readonly icon: ReactNode;
  readonly detail: string;
  readonly tooltip: string;
  /** What a screen reader says; by default name and detail. */
  readonly spoken?: string;
  readonly state?: string;
  /** Shown in place of the detail while the pointer is on the row or the row is chosen. */
  readonly buttons?: ReactNode;
}

/** How a row looks whose state is in the tree itself; a stream's is its own to follow. */
export function lookOf({ node, label }: TreeRow): Look {
  switch (node.kind) {
    case 'database':
      return {
        icon: <DatabaseRegular />,
        detail: node.database.readOnly ? 'read only' : '',
        tooltip: node.database.name,
      };
    case 'group':
      return { icon: undefined, detail: String(node.count), tooltip: label };
    case 'folder':
      return { icon: <FolderRegular />, detail: '', tooltip: label };
    case 'table': {
      const { table } = node;
      return {
        icon:
          table.kind === 'materializedView' ? (
            <TableLightningRegular />
          ) : table.kind === 'externalTable' ? (
            <TableLinkRegular />
          ) : (
            <TableRegular />
          ),
        detail:
          table.rowCount < 0 || table.kind === 'externalTable' ? '' : shortCount(table.rowCount),
        tooltip: [
          table.name,
          ...(table.docstring === '' ? [] : [table.docstring]),
          table.kind === 'table'
            ? `${formatCount(table.rowCount)} rows, ${table.columns.length} columns, ${formatBytes(table.sizeBytes)} in ${formatCount(table.extentCount)} extents`
            : `${table.columns.length} columns`,
        ].join('\n'),
      };
    }
    case 'stream':
    case 'sync':
      return { icon: undefined, detail: '', tooltip: label };
    case 'function':
      return {
        icon: <MathFormulaRegular />,
        detail: '',
        tooltip: [
          `${node.fn.name}${node.fn.parameters}`,
          ...(node.fn.docstring === '' ? [] : [node.fn.docstring]),
          node.fn.body,
        ].join('\n'),
      };
    case 'column': {
      const { column } = node;
      const { sign, family } = TYPE_SIGNS[column.type];
      return {
        icon: (
          <span className="ex-type" data-family={family} aria-hidden="true">
            {sign}
          </span>
        ),
        detail: column.type,
        tooltip: [
          `${column.name}: ${column.type}`,
          ...(column.docstring ? [column.docstring] : []),
        ].join('\n'),
      };
    }
  }
}

export interface ExplorerRowProps {
  readonly row: TreeRow;
  readonly index: number;
  /** Pixels from the top of the tree. */
  readonly top: number;
  readonly focused: boolean;
  /** The database that the active tab asks. */
  readonly current: boolean;
  readonly onToggle: () => void;
  readonly onSelect: () => void;
  readonly onActivate: () => void;
  readonly onMenu: (event: MouseEvent) => void;
}

export function ExplorerRow(props: ExplorerRowProps & { readonly look: Look }) {
  const { row, index, top, focused, current } = props;
  const { icon, detail, tooltip, spoken, state, buttons } = props.look;
  return (
    // Keys are handled by the tree: its rows are named by aria-activedescendant.
    <div
      id={`ex-row-${index}`}
      className="ex-row"
      role="treeitem"
      tabIndex={-1}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-selected={focused}
      {...(row.expandable ? { 'aria-expanded': row.expanded } : {})}
      {...(current ? { 'aria-current': true } : {})}
      aria-label={spoken ?? (detail === '' ? row.label : `${row.label}, ${detail}`)}
      data-kind={row.node.kind}
      data-state={state}
      style={{ top, paddingLeft: 4 + (row.level - 1) * 14 }}
      title={tooltip}
      onClick={props.onSelect}
      onDoubleClick={props.onActivate}
      onContextMenu={props.onMenu}
      onKeyDown={() => {}}
      onMouseDown={(event) => {
        // The tree keeps the keyboard; a drag of text is not wanted here.
        if (event.detail > 1) event.preventDefault();
      }}
    >
      <span
        className="ex-chevron"
        role="none"
        onClick={(event) => {
          event.stopPropagation();
          props.onSelect();
          props.onToggle();
        }}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        {row.expandable ? row.expanded ? <ChevronDownRegular /> : <ChevronRightRegular /> : null}
      </span>
      {icon === undefined ? null : <span className="ex-icon">{icon}</span>}
      <span className="ex-label">{row.label}</span>
      <span className="ex-detail">{detail}</span>
      {buttons}
    </div>
  );
}
