import type { ReactNode } from 'react';
import { FormFields } from './FormFields.tsx';
import { TopicBrowser } from './TopicBrowser.tsx';
import type { SourceWizardState } from './use-source-wizard.ts';

/** Which source, how it is reached, and what of it is read. */
export function ConnectStep({
  wizard,
  sources,
}: {
  readonly wizard: SourceWizardState;
  readonly sources: ReactNode;
}) {
  const { kind, values } = wizard;
  return (
    <div className="in-choose">
      {sources}
      <div className="st-connect">
        <p className="wz-note">{kind.about}</p>
        <div className="st-connect-work">
          <form
            className="st-form st-connect-form"
            aria-label={kind.label}
            autoComplete="off"
            onSubmit={(event) => {
              event.preventDefault();
              if (kind.browse) wizard.browse();
              else wizard.look();
            }}
          >
            <FormFields fields={kind.fields} values={values} onChange={wizard.setValue} />
          </form>
          {kind.browse ? <TopicBrowser wizard={wizard} /> : null}
        </div>
      </div>
    </div>
  );
}
