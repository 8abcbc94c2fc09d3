import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from '@fluentui/react-components';
import { useState } from 'react';
import { asAppError } from '../../../common/errors/app-error.ts';
import { useServices } from '../../client/services.ts';
import { SECRET_HINT } from './kinds/source-kind.ts';
import { streamStore } from './stream-store.ts';
import './streams.css';

/** Gives a stream another password, key or token, and resumes it. */
export function SecretDialog({
  name,
  onClose,
}: {
  readonly name: string;
  readonly onClose: () => void;
}) {
  const services = useServices();
  const [secret, setSecret] = useState('');
  const [error, setError] = useState('');
  const resume = async (): Promise<void> => {
    try {
      await services.host.call('streams.resume', { name, secret });
      streamStore(services).refresh();
      onClose();
    } catch (failure) {
      const { message, hints } = asAppError(failure);
      setError([message, ...hints].join(' '));
    }
  };
  return (
    <Dialog open onOpenChange={onClose}>
      <DialogSurface aria-describedby={undefined} style={{ maxWidth: 460 }}>
        <form
          autoComplete="off"
          onSubmit={(event) => {
            event.preventDefault();
            if (secret !== '') void resume();
          }}
        >
          <DialogBody>
            <DialogTitle>Secret of {name}</DialogTitle>
            <DialogContent className="st-form">
              <Field label="Password, key or token" hint={SECRET_HINT}>
                <Input
                  type="password"
                  autoComplete="new-password"
                  value={secret}
                  onChange={(_event, data) => setSecret(data.value)}
                />
              </Field>
              {error === '' ? null : <p className="st-error">{error}</p>}
            </DialogContent>
            <DialogActions>
              <Button type="submit" appearance="primary" disabled={secret === ''}>
                Save and resume
              </Button>
              <Button onClick={onClose}>Cancel</Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
