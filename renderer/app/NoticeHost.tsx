import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { Notice } from '../client/dialogs.ts';
import { useServices } from '../client/services.ts';

const STAY_MS = 6_000;

/** Short messages in the corner. Errors stay until they are dismissed, all others for six seconds. */
export function NoticeHost() {
  const { dialogs } = useServices();
  const notices = useStore(dialogs, (s) => s.notices);
  return (
    <div className="ca-notices" role="log" aria-label="Notifications">
      {notices.map((notice) => (
        <NoticeBar key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function NoticeBar({ notice }: { readonly notice: Notice }) {
  const { dialogs } = useServices();
  const stays = notice.intent === 'error';
  useEffect(() => {
    if (stays) return;
    const timer = setTimeout(() => dialogs.dismiss(notice.id), STAY_MS);
    return () => clearTimeout(timer);
  }, [dialogs, notice.id, stays]);
  return (
    <MessageBar intent={notice.intent} layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{notice.title}</MessageBarTitle>
        {notice.body}
      </MessageBarBody>
      <MessageBarActions
        containerAction={
          <Button
            appearance="transparent"
            size="small"
            aria-label="Dismiss"
            icon={<DismissRegular />}
            onClick={() => dialogs.dismiss(notice.id)}
          />
        }
      />
    </MessageBar>
  );
}
