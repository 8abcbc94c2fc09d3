import './wizard.css';
import {
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  MessageBar,
  MessageBarBody,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';

/** The large dialog of a wizard; a press beside it must not throw anything away. */
export function WizardDialog({
  testId,
  onEscape,
  children,
}: {
  readonly testId: string;
  readonly onEscape: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Dialog
      open
      modalType="modal"
      onOpenChange={(_event, data) => {
        if (!data.open && data.type !== 'backdropClick') onEscape();
      }}
    >
      <DialogSurface className="wz-surface" aria-describedby={undefined} data-testid={testId}>
        {children}
      </DialogSurface>
    </Dialog>
  );
}

export interface WizardFrameProps {
  readonly title: string;
  readonly steps: readonly string[];
  /** Place of the step that is shown, from 0. */
  readonly at: number;
  /** What went wrong and what would help; '' if nothing did. */
  readonly error: string;
  /** Why it can't go on yet. */
  readonly problem?: string | undefined;
  readonly actions: ReactNode;
  readonly children: ReactNode;
}

/** Title, steps, what went wrong, the step itself and its buttons. Stands in a `WizardDialog`. */
export function WizardFrame(props: WizardFrameProps) {
  const { title, steps, at, error, problem, actions, children } = props;
  return (
    <DialogBody className="wz-body">
      <DialogTitle>{title}</DialogTitle>
      <DialogContent className="wz-content">
        <ol className="wz-steps">
          {steps.map((label, i) => (
            <li
              key={label}
              data-done={i < at}
              {...(i === at ? { 'aria-current': 'step' as const } : {})}
            >
              <span aria-hidden="true">{i < at ? '✓' : i + 1}</span>
              {label}
            </li>
          ))}
        </ol>
        {error === '' ? null : (
          <MessageBar intent="error" layout="multiline" style={{ flex: 'none' }}>
            <MessageBarBody>{error}</MessageBarBody>
          </MessageBar>
        )}
        {children}
      </DialogContent>
      <DialogActions>
        {problem === undefined ? null : <span className="wz-problem">{problem}</span>}
        {actions}
      </DialogActions>
    </DialogBody>
  );
}
