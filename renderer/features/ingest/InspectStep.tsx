import {
  Combobox,
  Dropdown,
  Field,
  Input,
  Option,
  ProgressBar,
  Radio,
  RadioGroup,
  SpinButton,
  Switch,
  Tab,
  TabList,
} from '@fluentui/react-components';
import { useState } from 'react';
import {
  type BadCells,
  FORMATS,
  type FormatName,
  type ReadOptions,
} from '../../../common/contract/ingest.ts';
import { formatBytes, formatCount } from '../../ui/numbers.ts';
import { ColumnsTable, DatabaseField, isSeparated, tableNameProblem } from '../mapping/index.ts';
import { CommandViewer } from './CommandViewer.tsx';
import { PreviewTable } from './PreviewTable.tsx';
import type { Wizard } from './use-wizard.ts';

const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'latin1'] as const;

/** Where the data goes, how it is read, and what it looks like. */
export function InspectStep({ wizard }: { readonly wizard: Wizard }) {
  const [tab, setTab] = useState<'preview' | 'columns' | 'command'>('preview');
  const { inspection } = wizard;
  if (!inspection) return null;
  return (
    <div className="wz-inspect">
      <Configuration wizard={wizard} format={inspection.format} />
      <div className="wz-work">
        <div className="wz-row wz-tabs">
          <TabList
            size="small"
            selectedValue={tab}
            onTabSelect={(_event, data) => setTab(data.value as typeof tab)}
          >
            <Tab value="preview">Preview</Tab>
            <Tab value="columns">Columns ({wizard.columns.length})</Tab>
            <Tab value="command">Commands</Tab>
          </TabList>
          <span className="wz-space" />
          <span className="wz-quiet">
            {inspection.files.length === 1
              ? inspection.files[0]?.name
              : `${inspection.files.length} files`}
            , {formatBytes(inspection.files.reduce((sum, f) => sum + f.bytes, 0))}; types from{' '}
            {formatCount(inspection.rowsExamined)} rows
          </span>
        </div>
        {wizard.busy && <ProgressBar aria-label="Reading the preview" />}
        {inspection.notes.map((note) => (
          <p key={note} className="wz-note">
            {note}
          </p>
        ))}
        {tab === 'preview' && <PreviewTable wizard={wizard} inspection={inspection} />}
        {tab === 'columns' && (
          <ColumnsTable
            columns={wizard.columns}
            format={inspection.format}
            onChange={wizard.setColumns}
          />
        )}
        {tab === 'command' && <CommandViewer wizard={wizard} />}
      </div>
    </div>
  );
}

function Configuration({
  wizard,
  format,
}: {
  readonly wizard: Wizard;
  readonly format: FormatName;
}) {
  const { inspection, options } = wizard;
  const set = (change: Partial<ReadOptions>): void => wizard.setOptions({ ...options, ...change });
  const nameProblem = tableNameProblem(wizard.table);
  return (
    <aside className="wz-config" aria-label="Configuration">
      <DatabaseField wizard={wizard} />
      <Field
        label="Table"
        size="small"
        {...(nameProblem
          ? { validationMessage: nameProblem }
          : { hint: wizard.existing ? 'Rows are added to this table.' : 'A new table is made.' })}
      >
        <Combobox
          freeform
          size="small"
          value={wizard.table}
          selectedOptions={wizard.existing ? [wizard.table] : []}
          onChange={(event) => wizard.setTable(event.target.value)}
          onOptionSelect={(_event, data) => wizard.setTable(data.optionValue ?? wizard.table)}
          style={{ minWidth: 0 }}
        >
          {wizard.tables.map((t) => (
            <Option key={t.name} value={t.name}>
              {t.name}
            </Option>
          ))}
        </Combobox>
      </Field>
      <Field label="Format" size="small">
        <Dropdown
          size="small"
          value={format}
          selectedOptions={[format]}
          onOptionSelect={(_event, data) => {
            const chosen = FORMATS.find((f) => f === data.optionValue);
            if (chosen) set({ format: chosen });
          }}
          style={{ minWidth: 0 }}
        >
          {FORMATS.map((f) => (
            <Option key={f} value={f}>
              {f}
            </Option>
          ))}
        </Dropdown>
      </Field>
      {isSeparated(format) && (
        <>
          <Switch
            label="First row holds the names"
            checked={inspection?.header ?? false}
            onChange={(_event, data) => set({ header: data.checked })}
          />
          <Field label="Encoding" size="small">
            <Dropdown
              size="small"
              value={inspection?.encoding ?? 'utf-8'}
              selectedOptions={[inspection?.encoding ?? 'utf-8']}
              onOptionSelect={(_event, data) => {
                const encoding = ENCODINGS.find((e) => e === data.optionValue);
                if (encoding) set({ encoding });
              }}
              style={{ minWidth: 0 }}
            >
              {ENCODINGS.map((e) => (
                <Option key={e} value={e}>
                  {e}
                </Option>
              ))}
            </Dropdown>
          </Field>
        </>
      )}
      {(format === 'json' || format === 'multijson') && (
        <Field label="Nested levels that become columns" size="small">
          <SpinButton
            size="small"
            min={1}
            max={100}
            value={options.nestedLevels}
            onChange={(_event, data) => {
              const levels = data.value ?? Number(data.displayValue);
              if (Number.isInteger(levels) && levels >= 1 && levels <= 100)
                set({ nestedLevels: levels });
            }}
          />
        </Field>
      )}
      <Field label="A cell that does not fit its type" size="small">
        <RadioGroup
          value={wizard.onBadCell}
          onChange={(_event, data) => wizard.setOnBadCell(data.value as BadCells)}
        >
          <Radio value="widen" label="Widens the column" />
          <Radio value="keep" label="Becomes null and is kept aside" />
          <Radio value="stop" label="Stops the import" />
        </RadioGroup>
      </Field>
      {inspection && inspection.files.length > 1 && (
        <Field label="Files" size="small">
          <Input size="small" readOnly value={inspection.files.map((f) => f.name).join(', ')} />
        </Field>
      )}
    </aside>
  );
}
