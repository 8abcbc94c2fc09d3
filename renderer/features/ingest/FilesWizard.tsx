import { Button } from '@fluentui/react-components';
import { type ReactNode, type RefObject, useEffect } from 'react';
import type { ChosenFile } from '../../client/shell.ts';
import { WizardFrame } from '../../ui/Wizard.tsx';
import { InspectStep } from './InspectStep.tsx';
import { SourceStep } from './SourceStep.tsx';
import { SummaryStep } from './SummaryStep.tsx';
import { type Step, useWizard } from './use-wizard.ts';

const STEPS: readonly (readonly [Step, string])[] = [
  ['source', 'Source'],
  ['inspect', 'Configure and inspect'],
  ['summary', 'Summary'],
];

export interface FilesWizardProps {
  readonly files: readonly ChosenFile[];
  readonly text: string;
  readonly database: string | undefined;
  readonly table: string | undefined;
  /** The choice of other sources, beside the first step. */
  readonly sources: ReactNode;
  /** Asked before the wizard goes away; false while it must not. */
  readonly leave: RefObject<(() => boolean) | undefined>;
  readonly onClose: () => void;
}

/** From files, a folder or text to a table. */
export function FilesWizard(props: FilesWizardProps) {
  const { files, text, sources, leave, onClose } = props;
  const wizard = useWizard(files, text, props);
  const at = STEPS.findIndex(([step]) => step === wizard.step);
  const close = (): void => {
    wizard.close();
    onClose();
  };
  useEffect(() => {
    leave.current = () => {
      if (!wizard.running) wizard.close();
      return !wizard.running;
    };
  });
  return (
    <WizardFrame
      title="Get data"
      steps={STEPS.map(([, label]) => label)}
      at={at}
      error={wizard.error}
      problem={wizard.step === 'inspect' ? wizard.problem : undefined}
      actions={
        <>
          {(wizard.step === 'inspect' ||
            (wizard.step === 'summary' && !wizard.report && !wizard.running)) && (
            <Button onClick={wizard.back}>Back</Button>
          )}
          <Button onClick={wizard.running ? wizard.cancel : close}>
            {wizard.report ? 'Close' : 'Cancel'}
          </Button>
          {wizard.step === 'inspect' && (
            <Button
              appearance="primary"
              disabled={!wizard.request || wizard.busy}
              onClick={wizard.run}
            >
              Import
            </Button>
          )}
        </>
      }
    >
      {wizard.step === 'source' && (
        <div className="in-choose">
          {wizard.busy || wizard.upload ? null : sources}
          <SourceStep wizard={wizard} />
        </div>
      )}
      {wizard.step === 'inspect' && <InspectStep wizard={wizard} />}
      {wizard.step === 'summary' && <SummaryStep wizard={wizard} onClose={close} />}
    </WizardFrame>
  );
}
