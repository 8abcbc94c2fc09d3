import { Combobox, Dropdown, Field, Input, Option } from '@fluentui/react-components';
import { DatabaseField, tableNameProblem } from '../mapping/index.ts';
import { FormFields } from './FormFields.tsx';
import { needsSchema, schemaFields } from './kinds/schema-fields.ts';
import { StartChoice } from './StartChoice.tsx';
import type { FlushText, SourceWizardState } from './use-source-wizard.ts';

const FLUSH: readonly (readonly [keyof FlushText, string])[] = [
  ['seconds', 'seconds'],
  ['rows', 'rows'],
  ['megabytes', 'MB'],
];

/** Name, table, format, where it begins and when it is committed. */
export function TargetForm({ wizard }: { readonly wizard: SourceWizardState }) {
  const { kind, table, tables, existing, format, flush } = wizard;
  const nameProblem = tableNameProblem(table);
  return (
    <aside className="wz-config" aria-label="Configuration">
      <Field label="Name of the stream" size="small">
        <Input
          size="small"
          spellCheck={false}
          value={wizard.name}
          onChange={(_event, data) => wizard.setName(data.value)}
        />
      </Field>
      <DatabaseField wizard={wizard} />
      <Field
        label="Table"
        size="small"
        {...(nameProblem
          ? { validationMessage: nameProblem }
          : { hint: existing ? 'Rows are added to this table.' : 'A new table is made.' })}
      >
        <Combobox
          freeform
          size="small"
          value={table}
          selectedOptions={existing ? [table] : []}
          onChange={(event) => wizard.setTable(event.target.value)}
          onOptionSelect={(_event, data) => wizard.setTable(data.optionValue ?? table)}
          style={{ minWidth: 0 }}
        >
          {tables.map((t) => (
            <Option key={t.name} value={t.name}>
              {t.name}
            </Option>
          ))}
        </Combobox>
      </Field>
      {kind.formats.length > 1 ? (
        <Field label="Format of a record" size="small">
          <Dropdown
            size="small"
            value={format}
            selectedOptions={[format]}
            onOptionSelect={(_event, data) => {
              const chosen = kind.formats.find((f) => f === data.optionValue);
              if (chosen && chosen !== format) wizard.setFormat(chosen);
            }}
            style={{ minWidth: 0 }}
          >
            {kind.formats.map((f) => (
              <Option key={f} value={f}>
                {f}
              </Option>
            ))}
          </Dropdown>
        </Field>
      ) : null}
      {needsSchema(format) || (format === 'json' && kind.formats.includes('avro')) ? (
        <FormFields
          fields={schemaFields(format)}
          values={wizard.values}
          onChange={wizard.setValue}
        />
      ) : null}
      {kind.starts.length > 1 ? (
        <StartChoice
          label="Start with"
          starts={kind.starts}
          value={wizard.start}
          onChange={wizard.setStart}
        />
      ) : null}
      <fieldset className="st-flush">
        <legend>Commit rows after, whichever comes first</legend>
        {FLUSH.map(([id, unit]) => (
          <div key={id}>
            <Input
              size="small"
              inputMode="decimal"
              aria-label={`Commit after so many ${unit}`}
              value={flush[id]}
              onChange={(_event, data) => wizard.setFlush({ ...flush, [id]: data.value.trim() })}
            />
            {unit}
          </div>
        ))}
      </fieldset>
    </aside>
  );
}
