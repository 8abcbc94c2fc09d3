import {
  Button,
  Dropdown,
  Field as FluentField,
  Input,
  Option,
  Switch,
  Textarea,
} from '@fluentui/react-components';
import { FolderOpenRegular } from '@fluentui/react-icons';
import { useServices } from '../../client/services.ts';
import { fieldProblem, visible } from './kinds/form-values.ts';
import type { Field, Values } from './kinds/index.ts';
import { isRequired } from './kinds/source-kind.ts';

export interface FormFieldsProps {
  readonly fields: readonly Field[];
  readonly values: Values;
  readonly onChange: (id: string, text: string) => void;
}

/** The form of a source, as its kind describes it. */
export function FormFields({ fields, values, onChange }: FormFieldsProps) {
  const shown = fields.filter((field) => visible(field, values));
  const drawn = (advanced: boolean) =>
    shown
      .filter((field) => (field.advanced ?? false) === advanced)
      .map((field) => (
        <OneField key={field.id} field={field} values={values} onChange={onChange} />
      ));
  const more = drawn(true);
  return (
    <>
      {drawn(false)}
      {more.length > 0 ? (
        <details className="st-more">
          <summary>More settings</summary>
          <div className="st-form">{more}</div>
        </details>
      ) : null}
    </>
  );
}

function OneField({
  field,
  values,
  onChange,
}: {
  readonly field: Field;
  readonly values: Values;
  readonly onChange: (id: string, text: string) => void;
}) {
  const value = values[field.id] ?? '';
  if (field.kind === 'switch')
    return (
      <Switch
        label={field.label}
        checked={value === 'on'}
        onChange={(_event, data) => onChange(field.id, data.checked ? 'on' : '')}
      />
    );
  // A field that was not touched yet is no mistake.
  const problem = value === '' ? undefined : fieldProblem(field, values);
  return (
    <FluentField
      label={field.label}
      size="small"
      required={isRequired(field, values)}
      {...(problem === undefined
        ? { hint: field.hint ?? '' }
        : { validationMessage: problem, validationState: 'error' as const })}
    >
      <Control field={field} value={value} onChange={(text) => onChange(field.id, text)} />
    </FluentField>
  );
}

function Control({
  field,
  value,
  onChange,
  ...aria
}: {
  readonly field: Field;
  readonly value: string;
  readonly onChange: (text: string) => void;
}) {
  const placeholder = field.placeholder ?? '';
  switch (field.kind) {
    case 'choice':
      return (
        <Dropdown
          {...aria}
          size="small"
          value={field.options?.find((o) => o.value === value)?.label ?? ''}
          selectedOptions={[value]}
          onOptionSelect={(_event, data) => onChange(data.optionValue ?? '')}
          style={{ minWidth: 0 }}
        >
          {(field.options ?? []).map((option) => (
            <Option key={option.value} value={option.value}>
              {option.label}
            </Option>
          ))}
        </Dropdown>
      );
    case 'lines':
      return (
        <Textarea
          {...aria}
          size="small"
          rows={3}
          resize="vertical"
          spellCheck={false}
          placeholder={placeholder}
          value={value}
          onChange={(_event, data) => onChange(data.value)}
        />
      );
    case 'file':
    case 'folder':
      return (
        <PathInput {...aria} folders={field.kind === 'folder'} value={value} onChange={onChange} />
      );
    default:
      return (
        <Input
          {...aria}
          size="small"
          type={field.kind === 'secret' ? 'password' : 'text'}
          autoComplete={field.kind === 'secret' ? 'new-password' : 'off'}
          spellCheck={false}
          placeholder={placeholder}
          value={value}
          onChange={(_event, data) => onChange(data.value)}
        />
      );
  }
}

/** A path on the machine of the host; where the shell knows paths, it can be chosen. */
function PathInput({
  folders,
  value,
  onChange,
  ...aria
}: {
  readonly folders: boolean;
  readonly value: string;
  readonly onChange: (text: string) => void;
}) {
  const { shell } = useServices();
  const browse = async (): Promise<void> => {
    const [chosen] = await shell.openFiles({
      title: folders ? 'Choose a folder' : 'Choose a file',
      multiple: false,
      folders,
    });
    if (chosen?.kind === 'path') onChange(chosen.path);
  };
  return (
    <Input
      {...aria}
      size="small"
      spellCheck={false}
      placeholder={folders ? '/var/log/app' : '/var/log/app.log'}
      value={value}
      onChange={(_event, data) => onChange(data.value)}
      {...(shell.kind === 'electron'
        ? {
            contentAfter: (
              <Button
                size="small"
                appearance="transparent"
                icon={<FolderOpenRegular />}
                aria-label="Browse"
                onClick={() => void browse()}
              />
            ),
          }
        : {})}
    />
  );
}
