import { Button, Combobox, Field, Input, Option } from '@fluentui/react-components';
import { type ReactNode, type RefObject, useEffect } from 'react';
import { nameReference } from '../../../../common/text/kql-literal.ts';
import { useServices } from '../../../client/services.ts';
import { WizardFrame } from '../../../ui/Wizard.tsx';
import { DatabaseField } from '../../mapping/index.ts';
import { FormFields } from '../FormFields.tsx';
import { ask } from '../stream-actions.ts';
import { StoreBrowser } from './StoreBrowser.tsx';
import { SyncBadge, SyncFigures } from './SyncDetails.tsx';
import { PLACE_FIELDS, SYNC_FIELDS } from './sync-form.ts';
import { useSync } from './sync-store.ts';
import { type SyncStep, type SyncWizardState, useSyncWizard } from './use-sync-wizard.ts';
import '../streams.css';

const STEPS: readonly (readonly [SyncStep, string])[] = [
  ['place', 'Source'],
  ['target', 'Configure'],
  ['done', 'Summary'],
];

export interface SyncWizardProps {
  readonly database: string | undefined;
  readonly table: string | undefined;
  readonly sources: ReactNode;
  readonly leave: RefObject<(() => boolean) | undefined>;
  readonly onClose: () => void;
}

/** From a container, bucket or folder to a table that is kept as the store has it. */
export function SyncWizard({ sources, leave, onClose, ...target }: SyncWizardProps) {
  const wizard = useSyncWizard(target);
  const { step, busy } = wizard;
  useEffect(() => {
    leave.current = () => {
      wizard.cancel();
      return true;
    };
  });
  return (
    <WizardFrame
      title="Get data"
      steps={STEPS.map(([, label]) => label)}
      at={STEPS.findIndex(([id]) => id === step)}
      error={wizard.error}
      problem={step === 'target' ? wizard.problem : undefined}
      actions={
        <>
          {step === 'target' ? <Button onClick={wizard.back}>Back</Button> : null}
          <Button
            onClick={() => {
              wizard.cancel();
              onClose();
            }}
          >
            {step === 'done' ? 'Close' : 'Cancel'}
          </Button>
          {step === 'place' ? (
            <Button
              appearance="primary"
              disabled={wizard.problem !== undefined || busy !== ''}
              onClick={wizard.next}
            >
              Next
            </Button>
          ) : null}
          {step === 'target' ? (
            <Button
              appearance="primary"
              disabled={wizard.problem !== undefined || busy !== ''}
              onClick={wizard.create}
            >
              Start the sync
            </Button>
          ) : null}
        </>
      }
    >
      {step === 'place' && (
        <div className="in-choose">
          {sources}
          <div className="st-connect">
            <p className="wz-note">
              Keeps a copy of the files here and their rows in a table, as the store has them. What
              is here opens offline, and says how fresh it is.
            </p>
            <div className="st-connect-work">
              <form
                className="st-form st-connect-form"
                aria-label="Storage"
                autoComplete="off"
                onSubmit={(event) => {
                  event.preventDefault();
                  wizard.look();
                }}
              >
                <FormFields
                  fields={PLACE_FIELDS}
                  values={wizard.values}
                  onChange={wizard.setValue}
                />
              </form>
              <StoreBrowser wizard={wizard} />
            </div>
          </div>
        </div>
      )}
      {step === 'target' && <TargetStep wizard={wizard} />}
      {step === 'done' && <DoneStep wizard={wizard} onClose={onClose} />}
    </WizardFrame>
  );
}

function TargetStep({ wizard }: { readonly wizard: SyncWizardState }) {
  const { table, tables } = wizard;
  const existing = tables.some((t) => t.name === table);
  return (
    <div className="st-target">
      <div className="st-form">
        <Field label="Name of the sync" size="small">
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
          hint={
            table === ''
              ? 'No table: the files are copied and can be read in place.'
              : existing
                ? 'Rows are added to this table.'
                : 'A new table is made. Empty: the files are only copied.'
          }
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
      </div>
      <div className="st-form">
        <FormFields fields={SYNC_FIELDS} values={wizard.values} onChange={wizard.setValue} />
      </div>
    </div>
  );
}

function DoneStep({
  wizard,
  onClose,
}: {
  readonly wizard: SyncWizardState;
  readonly onClose: () => void;
}) {
  const services = useServices();
  const { name, database, table } = wizard;
  const info = useSync(name);
  return (
    <div className="wz-report st-done">
      <h3>{table === '' ? `${name} is kept here` : `${name} fills ${table}`}</h3>
      {info ? (
        <>
          <SyncBadge info={info} />
          <SyncFigures info={info} />
        </>
      ) : null}
      <p className="wz-quiet">
        It stands below {database} in the explorer, under Synced storage, with how fresh it is.
      </p>
      {table === '' ? null : (
        <div className="wz-row">
          <Button
            appearance="primary"
            disabled={(info?.rows ?? 0) === 0}
            onClick={() => {
              onClose();
              ask(services, database, `${nameReference(table)}\n| take 100`);
            }}
          >
            Query it
          </Button>
        </div>
      )}
    </div>
  );
}
