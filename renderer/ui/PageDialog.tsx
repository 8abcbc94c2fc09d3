import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';

/** A dialog that shows something until it is closed; what is changed in it takes effect at once. */
export function PageDialog({
  title,
  width,
  className,
  actions,
  onClose,
  children,
}: {
  readonly title: string;
  /** Pixels, at most. */
  readonly width: number;
  readonly className?: string;
  /** Buttons before "Close". */
  readonly actions?: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Dialog open onOpenChange={onClose}>
      <DialogSurface aria-describedby={undefined} style={{ maxWidth: width }}>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent {...(className === undefined ? {} : { className })}>
            {children}
          </DialogContent>
          <DialogActions>
            {actions}
            <Button appearance={actions ? 'secondary' : 'primary'} onClick={onClose}>
              Close
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
