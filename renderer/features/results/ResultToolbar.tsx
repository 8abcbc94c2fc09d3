import {
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemCheckbox,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Toolbar,
  ToolbarButton,
  Tooltip,
} from '@fluentui/react-components';
import {
  ArrowExportRegular,
  ChartMultipleRegular,
  ColumnTripleRegular,
  CopyRegular,
  GroupListRegular,
  PanelRightRegular,
  SearchRegular,
  TableSettingsRegular,
} from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { useServices, useSetting } from '../../client/services.ts';
import { type CopyFormat, copySelection } from './clipboard.ts';
import { hideEmptyColumns, showAll, toggleCollapsed } from './columns-by-content.ts';
import { EXPORT_FORMATS, exportResult, FILE_FORMATS } from './export.ts';
import { GRID_SETTINGS } from './preferences.ts';
import type { ResultView } from './result-view.ts';
import { useView } from './result-views.ts';

const COPIES: readonly { label: string; format: CopyFormat }[] = [
  { label: 'Tab-separated with headers', format: 'tsv' },
  { label: 'CSV', format: 'csv' },
  { label: 'HTML table', format: 'html' },
  { label: 'Markdown table', format: 'markdown' },
  { label: 'datatable()', format: 'datatable' },
  { label: 'JSON', format: 'json' },
];

/** Lines that a row has when text wraps. */
export const WRAPPED_LINES = 4;

function IconButton(props: { label: string; icon: ReactElement; onClick?: () => void }) {
  return (
    <Tooltip content={props.label} relationship="label">
      <ToolbarButton icon={props.icon} onClick={props.onClick} />
    </Tooltip>
  );
}

/** Buttons over the grid. */
export function ResultToolbar({
  view,
  onFind,
  onColumns,
  onSummarize,
}: {
  readonly view: ResultView;
  readonly onFind: () => void;
  readonly onColumns: () => void;
  readonly onSummarize: () => void;
}) {
  const services = useServices();
  const [colours, setColours] = useSetting(GRID_SETTINGS.severityColours);
  const [thousands, setThousands] = useSetting(GRID_SETTINGS.thousands);
  const [lines, setLines] = useSetting(GRID_SETTINGS.lines);
  const distinct = useView(view, (s) => s.spec.distinct) ?? false;
  const collapsed = (useView(view, (s) => s.collapsed) ?? []).length > 0;
  const [busy, setBusy] = useState(false);
  const guarded = (work: () => Promise<number>, none: string): void => {
    setBusy(true);
    work()
      .then((changed) => {
        if (changed === 0 && none !== '') services.dialogs.notify({ intent: 'info', title: none });
      }, view.fail)
      .finally(() => setBusy(false));
  };
  return (
    <Toolbar size="small" aria-label="Results">
      <IconButton label="Search in results (Ctrl+F)" icon={<SearchRegular />} onClick={onFind} />
      <IconButton label="Columns" icon={<ColumnTripleRegular />} onClick={onColumns} />
      <IconButton label="Group and pivot" icon={<GroupListRegular />} onClick={onSummarize} />
      <Menu
        checkedValues={{
          view: [
            ...(colours ? ['colours'] : []),
            ...(thousands ? ['thousands'] : []),
            ...(lines > 1 ? ['wrap'] : []),
            ...(distinct ? ['distinct'] : []),
          ],
        }}
      >
        <MenuTrigger disableButtonEnhancement>
          <ToolbarButton
            icon={<TableSettingsRegular />}
            aria-label="View of the results"
            disabled={busy}
          />
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            <MenuItem
              onClick={() =>
                guarded(() => hideEmptyColumns(services.host, view), 'No column is empty')
              }
            >
              Hide empty columns
            </MenuItem>
            <MenuItem
              onClick={() =>
                guarded(
                  () => toggleCollapsed(services.host, view),
                  collapsed ? '' : 'No column holds a single value',
                )
              }
            >
              {collapsed ? 'Unfold single-value columns' : 'Fold single-value columns'}
            </MenuItem>
            <MenuItem onClick={() => showAll(view)}>Show all columns</MenuItem>
            <MenuItem onClick={() => view.resetLayout()}>Reset columns</MenuItem>
            <MenuDivider />
            <MenuItemCheckbox name="view" value="colours" onClick={() => setColours(!colours)}>
              Colour rows by severity
            </MenuItemCheckbox>
            <MenuItemCheckbox
              name="view"
              value="thousands"
              onClick={() => setThousands(!thousands)}
            >
              Thousands separators
            </MenuItemCheckbox>
            <MenuItemCheckbox
              name="view"
              value="wrap"
              onClick={() => setLines(lines > 1 ? 1 : WRAPPED_LINES)}
            >
              Wrap text
            </MenuItemCheckbox>
            <MenuItemCheckbox
              name="view"
              value="distinct"
              onClick={() => view.setSpec({ distinct: !distinct })}
            >
              Hide duplicate rows
            </MenuItemCheckbox>
          </MenuList>
        </MenuPopover>
      </Menu>
      <IconButton
        label="Chart of this result"
        icon={<ChartMultipleRegular />}
        onClick={() => services.panes.focus('chart')}
      />
      <IconButton
        label="Row details"
        icon={<PanelRightRegular />}
        onClick={() => services.panes.toggle('details')}
      />
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <ToolbarButton icon={<CopyRegular />} aria-label="Copy all rows" />
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {COPIES.map(({ label, format }) => (
              <MenuItem
                key={format}
                onClick={() =>
                  void copySelection(services, view, format, { headers: true, everything: true })
                }
              >
                {label}
              </MenuItem>
            ))}
          </MenuList>
        </MenuPopover>
      </Menu>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <ToolbarButton icon={<ArrowExportRegular />}>Export</ToolbarButton>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {FILE_FORMATS.map((format) => (
              <MenuItem key={format} onClick={() => void exportResult(services, view, format)}>
                {EXPORT_FORMATS[format].label}
              </MenuItem>
            ))}
          </MenuList>
        </MenuPopover>
      </Menu>
    </Toolbar>
  );
}
