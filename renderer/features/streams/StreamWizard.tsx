import { Button } from '@fluentui/react-components';
import { type ReactNode, type RefObject, useEffect } from 'react';
import { WizardFrame } from '../../ui/Wizard.tsx';
import { ConnectStep } from './ConnectStep.tsx';
import { DoneStep } from './DoneStep.tsx';
import { InspectStep } from './InspectStep.tsx';
import type { SourceKind } from './kinds/index.ts';
import { type SourceStep, useSourceWizard } from './use-source-wizard.ts';
import './streams.css';

const STEPS: readonly (readonly [SourceStep, string])[] = [
  ['connect', 'Source'],
  ['inspect', 'Configure and inspect'],
  ['done', 'Summary'],
];

export interface StreamWizardProps {
  readonly kind: SourceKind;
  readonly database: string | undefined;
  readonly table: string | undefined;
  /** The choice of other sources, beside the first step. */
  readonly sources: ReactNode;
  readonly leave: RefObject<(() => boolean) | undefined>;
  readonly onClose: () => void;
}

/** From a source to a stream that fills a table. */
export function StreamWizard({ kind, sources, leave, onClose, ...target }: StreamWizardProps) {
  const wizard = useSourceWizard(kind, target);
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
      problem={step === 'inspect' ? wizard.problem : undefined}
      actions={
        <>
          {step === 'inspect' ? <Button onClick={wizard.back}>Back</Button> : null}
          <Button
            onClick={() => {
              wizard.cancel();
              onClose();
            }}
          >
            {step === 'done' ? 'Close' : 'Cancel'}
          </Button>
          {step === 'connect' ? (
            <Button
              appearance="primary"
              disabled={wizard.problem !== undefined || busy !== ''}
              onClick={wizard.look}
            >
              Next
            </Button>
          ) : null}
          {step === 'inspect' ? (
            <Button
              appearance="primary"
              disabled={!wizard.definition || busy !== ''}
              onClick={wizard.create}
            >
              Start the stream
            </Button>
          ) : null}
        </>
      }
    >
      {step === 'connect' && <ConnectStep wizard={wizard} sources={sources} />}
      {step === 'inspect' && <InspectStep wizard={wizard} />}
      {step === 'done' && <DoneStep wizard={wizard} onClose={onClose} />}
    </WizardFrame>
  );
}
