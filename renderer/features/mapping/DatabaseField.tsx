import { Dropdown, Field, Option } from '@fluentui/react-components';

/** Which database the rows go into. */
export function DatabaseField({
  wizard,
}: {
  readonly wizard: {
    readonly database: string;
    readonly databases: readonly { readonly name: string }[];
    readonly setDatabase: (name: string) => void;
  };
}) {
  const { database, databases, setDatabase } = wizard;
  return (
    <Field label="Database" size="small">
      <Dropdown
        size="small"
        value={database}
        selectedOptions={[database]}
        onOptionSelect={(_event, data) => setDatabase(data.optionValue ?? '')}
        style={{ minWidth: 0 }}
      >
        {databases.map((d) => (
          <Option key={d.name} value={d.name}>
            {d.name}
          </Option>
        ))}
      </Dropdown>
    </Field>
  );
}
