import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { useState } from 'react';
import { asAppError } from '../../../common/errors/app-error.ts';
import { useServices } from '../../client/services.ts';
import { kindOfSource } from './kinds/index.ts';
import { StartChoice, type StartValue, startOf } from './StartChoice.tsx';
import { streamStore, useStream } from './stream-store.ts';
import './streams.css';

/** Reads again, or skips, from another place on. */
export function RewindDialog({
  name,
  onClose,
}: {
  readonly name: string;
  readonly onClose: () => void;
}) {
  const services = useServices();
  const info = useStream(name);
  const [value, setValue] = useState<StartValue>(() => ({
    from: 'earliest',
    time: new Date(Date.now() - 3_600_000).toISOString().slice(0, 19),
  }));
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const start = startOf(value);
  const starts = info ? (kindOfSource(info.definition.source)?.starts ?? []) : [];
  const rewind = async (): Promise<void> => {
    if (!start) return;
    setBusy(true);
    try {
      await services.host.call('streams.rewind', { name, start });
      streamStore(services).refresh();
      onClose();
    } catch (failure) {
      const { message, hints } = asAppError(failure);
      setError([message, ...hints].join(' '));
      setBusy(false);
    }
  };
  return (
    <Dialog open onOpenChange={onClose}>
      <DialogSurface aria-describedby={undefined} style={{ maxWidth: 480 }}>
        <DialogBody>
          <DialogTitle>Rewind {name}</DialogTitle>
          <DialogContent className="st-form">
            <StartChoice
              label="Read on from"
              starts={starts.length > 0 ? starts : ['earliest', 'latest', 'time']}
              value={value}
              onChange={setValue}
            />
            <p className="wz-note">
              Rows that are in {info?.definition.table ?? 'the table'} stay: records that are read
              again are in it again.
            </p>
            {error === '' ? null : <p className="st-error">{error}</p>}
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" disabled={!start || busy} onClick={() => void rewind()}>
              Rewind
            </Button>
            <Button onClick={onClose}>Cancel</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
