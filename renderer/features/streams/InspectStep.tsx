import {
  Button,
  Menu,
  MenuButton,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  ProgressBar,
  Tab,
  TabList,
} from '@fluentui/react-components';
import { ArrowClockwiseRegular, CopyRegular } from '@fluentui/react-icons';
import { useMemo, useState } from 'react';
import type { PeekedRecord } from '../../../common/contract/stream.ts';
import { useServices } from '../../client/services.ts';
import { formatBytes, formatCount } from '../../ui/numbers.ts';
import { ColumnsTable, freeName, sourceText } from '../mapping/index.ts';
import { TargetForm } from './TargetForm.tsx';
import type { SourceWizardState } from './use-source-wizard.ts';

type View = 'records' | 'columns' | 'definition';

/** Where the rows go, what the last records are, and which columns they make. */
export function InspectStep({ wizard }: { readonly wizard: SourceWizardState }) {
  const { kind, sample, busy } = wizard;
  const [view, setView] = useState<View>('columns');
  return (
    <div className="wz-inspect">
      <TargetForm wizard={wizard} />
      <div className="wz-work">
        <div className="wz-row">
          <TabList
            size="small"
            selectedValue={view}
            onTabSelect={(_event, data) => setView(data.value as View)}
          >
            <Tab value="columns">Columns ({wizard.columns.length})</Tab>
            {kind.peeks ? (
              <Tab value="records">Last records ({formatCount(sample.records.length)})</Tab>
            ) : null}
            <Tab value="definition">Definition</Tab>
          </TabList>
          <span className="wz-space" />
          {kind.peeks ? (
            <Button
              size="small"
              icon={<ArrowClockwiseRegular />}
              disabled={busy !== ''}
              onClick={wizard.look}
            >
              Read again
            </Button>
          ) : null}
        </div>
        {busy === '' ? null : <ProgressBar aria-label={busy} />}
        {sample.columns.length === 0 ? (
          <p className="wz-note">
            The source holds no records now. Add the columns by hand, choose an existing table, or
            read again when some have come.
          </p>
        ) : null}
        {wizard.existing && wizard.columns.length === 0 ? (
          <p className="wz-note">
            No field has the name of a column of {wizard.table}: fields fill its columns by name or
            by position as they come.
          </p>
        ) : null}
        {view === 'records' && <Records records={sample.records} />}
        {view === 'columns' && <Columns wizard={wizard} />}
        {view === 'definition' && <DefinitionText wizard={wizard} />}
      </div>
    </div>
  );
}

function Columns({ wizard }: { readonly wizard: SourceWizardState }) {
  const { sample, columns, kind, format } = wizard;
  const examples = useMemo(
    () => new Map(sample.columns.map((c, i) => [sourceText(c), sample.preview[0]?.[i] ?? ''])),
    [sample],
  );
  const unused = kind.properties.filter((p) => !columns.some((c) => c.path === p.path));
  return (
    <ColumnsTable
      columns={columns}
      format={['csv', 'tsv', 'psv', 'scsv', 'sohsv'].includes(format) ? 'csv' : 'json'}
      examples={examples}
      onChange={wizard.setColumns}
      more={
        unused.length > 0 ? (
          <Menu>
            <MenuTrigger disableButtonEnhancement>
              <MenuButton size="small" appearance="subtle">
                Add a property of the record
              </MenuButton>
            </MenuTrigger>
            <MenuPopover>
              <MenuList>
                {unused.map((property) => (
                  <MenuItem
                    key={property.path}
                    secondaryContent={property.type}
                    onClick={() =>
                      wizard.setColumns([
                        ...columns,
                        { ...property, name: freeName(columns, property.name) },
                      ])
                    }
                  >
                    {property.path}
                  </MenuItem>
                ))}
              </MenuList>
            </MenuPopover>
          </Menu>
        ) : null
      }
    />
  );
}

function Records({ records }: { readonly records: readonly PeekedRecord[] }) {
  return (
    <div className="wz-preview">
      <table aria-label="The last records">
        <thead>
          <tr>
            {['Partition', 'Position', 'Time (UTC)', 'Key', 'Headers', 'Size', 'Value'].map(
              (head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <tr key={`${record.part} ${record.position}`}>
              <td>{record.part}</td>
              <td className="wz-number">{record.position}</td>
              <td>{record.timestamp.slice(0, 23).replace('T', ' ')}</td>
              <td>{record.key}</td>
              <td>
                {Object.keys(record.headers).length === 0 ? '' : JSON.stringify(record.headers)}
              </td>
              <td className="wz-number">{formatBytes(record.bytes)}</td>
              <td className="st-value" title={record.value}>
                {record.value}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Keys and passwords are kept as secrets: what is copied and shared has none. */
const withoutKeys = (name: string, value: unknown): unknown =>
  name === 'key' || name === 'password' ? undefined : value;

function DefinitionText({ wizard }: { readonly wizard: SourceWizardState }) {
  const { dialogs } = useServices();
  const text = wizard.definition
    ? JSON.stringify(wizard.definition, withoutKeys, 2)
    : (wizard.problem ?? '');
  return (
    <div className="wz-preview">
      <div className="wz-row">
        <span className="wz-quiet">
          The stream as it will be kept; passwords are no part of it.
        </span>
        <span className="wz-space" />
        <Button
          size="small"
          icon={<CopyRegular />}
          disabled={!wizard.definition}
          onClick={() => {
            navigator.clipboard.writeText(text).then(
              () => dialogs.notify({ intent: 'success', title: 'Copied' }),
              (error: unknown) =>
                dialogs.notify({
                  intent: 'error',
                  title: 'Nothing was copied',
                  body: String(error),
                }),
            );
          }}
        >
          Copy
        </Button>
      </div>
      <pre className="wz-script">{text}</pre>
    </div>
  );
}
