import {
  Menu,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  ToolbarButton,
} from '@fluentui/react-components';
import { ArrowClockwiseRegular, ErrorCircleRegular } from '@fluentui/react-icons';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useServices, useSession } from '../../client/services.ts';
import { refresherOf } from './refresher.ts';
import { ageText, INTERVALS } from './schedule.ts';

/** How often a tab's query runs again, how old what is shown is, and what went wrong last. */
export function RefreshControl({ documentId }: { readonly documentId: string }) {
  const services = useServices();
  const refresher = refresherOf(services);
  const refreshing = useStore(refresher, (s) => s[documentId]);
  const run = useSession((s) => s.runs[documentId]);
  const [now, setNow] = useState(Date.now());
  const on = refreshing !== undefined;
  useEffect(() => {
    if (!on) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [on]);
  if (!run) return null;
  const chosen = INTERVALS.find(({ ms }) => ms === refreshing?.everyMs);
  const age = ageText(now - run.startedAt - run.elapsedMs);
  const failed = refreshing !== undefined && refreshing.error !== '';
  return (
    <>
      {refreshing && (
        <span
          className={failed ? 'rs-error' : 'rs-quiet'}
          data-testid="refresh-age"
          title={failed ? refreshing.error : `Runs again ${chosen?.label} after it has ended`}
          {...(failed ? { role: 'alert' } : {})}
        >
          {failed ? `${refreshing.error} Rows of ${age}` : age}
        </span>
      )}
      <Menu
        checkedValues={{ every: [String(refreshing?.everyMs ?? 0)] }}
        onCheckedValueChange={(_event, data) =>
          refresher.set(documentId, Number(data.checkedItems[0] ?? 0))
        }
      >
        <MenuTrigger disableButtonEnhancement>
          <ToolbarButton
            icon={failed ? <ErrorCircleRegular /> : <ArrowClockwiseRegular />}
            aria-label="Refresh"
            title={chosen ? `Refreshes every ${chosen.label}` : 'Run again every few seconds'}
          >
            {chosen?.label}
          </ToolbarButton>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            <MenuItemRadio name="every" value="0">
              No refresh
            </MenuItemRadio>
            {INTERVALS.map(({ ms, label }) => (
              <MenuItemRadio key={ms} name="every" value={String(ms)}>
                Every {label}
              </MenuItemRadio>
            ))}
          </MenuList>
        </MenuPopover>
      </Menu>
    </>
  );
}
