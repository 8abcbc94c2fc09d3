import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Spinner,
  Tab,
  TabList,
} from '@fluentui/react-components';
import { useEffect, useMemo, useState } from 'react';
import { asAppError } from '../../../../common/errors/app-error.ts';
import type { Services } from '../../../client/services.ts';
import type { GridColumn } from '../../../grid/column-layout.ts';
import { addFiltersToQuery } from '../actions.ts';
import type { ResultView } from '../result-view.ts';
import { JsonTree } from './JsonTree.tsx';
import { jsonText, parseJson } from './json-tree.ts';

/** Text that is drawn at most; the rest can still be copied. */
const MAX_SHOWN = 1_000_000;

interface CellDialogProps {
  readonly services: Services;
  readonly view: ResultView;
  readonly row: number;
  readonly column: GridColumn;
  readonly onClose: () => void;
}

function copy(services: Services, text: string): void {
  navigator.clipboard.writeText(text).then(
    () => services.dialogs.notify({ intent: 'success', title: 'Copied' }),
    (error: unknown) =>
      services.dialogs.notify({
        intent: 'error',
        title: 'Nothing was copied',
        body: String(error),
      }),
  );
}

function CellDialog({ services, view, row, column, onClose }: CellDialogProps) {
  const [cell, setCell] = useState<{ text: string; isNull: boolean }>();
  const [error, setError] = useState('');
  const [mode, setMode] = useState<'tree' | 'text'>('tree');
  useEffect(() => {
    services.host
      .call('query.cell', { ...view.address(), row, column: column.name })
      .then(setCell, (failure: unknown) => setError(asAppError(failure).message));
  }, [services, view, row, column.name]);
  const json = useMemo(() => {
    if (!cell || cell.isNull || !/^\s*[[{]/.test(cell.text)) return undefined;
    return parseJson(cell.text);
  }, [cell]);
  const text = json !== undefined ? jsonText(json) : (cell?.text ?? '');
  return (
    <Dialog
      open
      onOpenChange={(_event, data) => {
        if (!data.open) onClose();
      }}
    >
      <DialogSurface style={{ maxWidth: 860 }}>
        <DialogBody>
          <DialogTitle>
            {column.name} <span className="rs-quiet">row {(row + 1).toLocaleString('en-US')}</span>
          </DialogTitle>
          <DialogContent>
            {error !== '' && <span role="alert">{error}</span>}
            {!cell && error === '' && <Spinner label="Reading the cell" />}
            {cell?.isNull && <em>null</em>}
            {json !== undefined && (
              <TabList
                size="small"
                selectedValue={mode}
                onTabSelect={(_event, data) => setMode(data.value === 'text' ? 'text' : 'tree')}
              >
                <Tab value="tree">Tree</Tab>
                <Tab value="text">Text</Tab>
              </TabList>
            )}
            {json !== undefined && mode === 'tree' && (
              <JsonTree
                column={column.name}
                root={json}
                onCopy={(path) => copy(services, path)}
                onFilter={(condition) => {
                  onClose();
                  addFiltersToQuery(services, [condition]);
                }}
              />
            )}
            {cell && !cell.isNull && (json === undefined || mode === 'text') && (
              <section aria-label="Text of the cell">
                <pre className="rs-cell-text">{text.slice(0, MAX_SHOWN)}</pre>
                {text.length > MAX_SHOWN && (
                  <p>
                    The first {MAX_SHOWN.toLocaleString('en-US')} of{' '}
                    {text.length.toLocaleString('en-US')} characters are shown.
                  </p>
                )}
              </section>
            )}
          </DialogContent>
          <DialogActions>
            <Button
              disabled={!cell || cell.isNull}
              onClick={() => copy(services, cell?.text ?? '')}
            >
              Copy
            </Button>
            <Button appearance="primary" onClick={onClose}>
              Close
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

/** Shows one whole cell: as a tree where it holds JSON, else as text. */
export function openCell(
  services: Services,
  view: ResultView,
  row: number,
  column: GridColumn,
): void {
  services.dialogs.show((close) => (
    <CellDialog services={services} view={view} row={row} column={column} onClose={close} />
  ));
}
