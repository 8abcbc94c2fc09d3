import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  MessageBar,
  MessageBarBody,
} from '@fluentui/react-components';
import type { ChosenFile } from '../../client/shell.ts';
import { InspectStep } from './InspectStep.tsx';
import { SourceStep } from './SourceStep.tsx';
import { SummaryStep } from './SummaryStep.tsx';
import { type Step, useWizard } from './use-wizard.ts';
import './ingest.css';

const STEPS: readonly (readonly [Step, string])[] = [
  ['source', 'Source'],
  ['inspect', 'Configure and inspect'],
  ['summary', 'Summary'],
];

/** Get data: from files, a folder or text to a table. */
export function ImportWizard({
  files = [],
  text = '',
  onClose,
}: {
  readonly files?: readonly ChosenFile[];
  readonly text?: string;
  readonly onClose: () => void;
}) {
  const wizard = useWizard(files, text);
  const at = STEPS.findIndex(([step]) => step === wizard.step);
  const close = (): void => {
    wizard.close();
    onClose();
  };
  return (
    <Dialog
      open
      modalType="modal"
      onOpenChange={(_event, data) => {
        // A press beside the dialog must not throw an import away.
        if (!data.open && data.type !== 'backdropClick' && !wizard.running) close();
      }}
    >
      <DialogSurface className="in-surface" data-testid="import-wizard">
        <DialogBody className="in-body">
          <DialogTitle>Get data</DialogTitle>
          <DialogContent className="in-content">
            <ol className="in-steps">
              {STEPS.map(([step, label], i) => (
                <li
                  key={step}
                  data-done={i < at}
                  {...(i === at ? { 'aria-current': 'step' as const } : {})}
                >
                  <span aria-hidden="true">{i < at ? '✓' : i + 1}</span>
                  {label}
                </li>
              ))}
            </ol>
            {wizard.error !== '' && (
              <MessageBar intent="error" layout="multiline" style={{ flex: 'none' }}>
                <MessageBarBody>{wizard.error}</MessageBarBody>
              </MessageBar>
            )}
            {wizard.step === 'source' && <SourceStep wizard={wizard} />}
            {wizard.step === 'inspect' && <InspectStep wizard={wizard} />}
            {wizard.step === 'summary' && <SummaryStep wizard={wizard} onClose={close} />}
          </DialogContent>
          <DialogActions>
            {wizard.step === 'inspect' && wizard.problem && (
              <span className="in-problem">{wizard.problem}</span>
            )}
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
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
