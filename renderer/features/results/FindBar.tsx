import { Button, SearchBox, Switch } from '@fluentui/react-components';
import { ArrowDownRegular, ArrowUpRegular, DismissRegular } from '@fluentui/react-icons';
import { useEffect, useRef, useState } from 'react';
import { useServices } from '../../client/services.ts';
import { findNext } from './actions.ts';
import type { ResultView, ResultViewState } from './result-view.ts';
import { useView } from './result-views.ts';

/** Search in the rows of a view: hits are marked, Enter and Shift+Enter go on and back. */
export function FindBar({
  view,
  onClose,
}: {
  readonly view: ResultView;
  readonly onClose: () => void;
}) {
  const services = useServices();
  const [text, setText] = useState(view.getState().search);
  const [matches, setMatches] = useState<number>();
  const only = useView(view, (s: ResultViewState) => s.spec.search !== '') ?? false;
  const bar = useRef<HTMLElement>(null);

  useEffect(() => bar.current?.querySelector('input')?.focus(), []);
  useEffect(() => {
    const timer = setTimeout(() => {
      view.setSearch(text);
      if (view.getState().spec.search !== '') view.setSpec({ search: text });
      if (text === '') setMatches(undefined);
      else findNext(services, view, text, 'here').then(setMatches, view.fail);
    }, 200);
    return () => clearTimeout(timer);
  }, [services, view, text]);

  const close = (): void => {
    view.setSearch('');
    if (only) view.setSpec({ search: '' });
    onClose();
  };
  const go = (direction: 'next' | 'previous'): void => {
    if (text !== '') findNext(services, view, text, direction).then(setMatches, view.fail);
  };
  return (
    <search ref={bar} className="rs-find" aria-label="Search in results">
      <SearchBox
        size="small"
        placeholder="Search in results"
        value={text}
        onChange={(_event, data) => setText(data.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event.shiftKey ? 'previous' : 'next');
          else if (event.key === 'Escape') close();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <span className="rs-quiet" role="status">
        {matches === undefined
          ? ''
          : `${matches.toLocaleString('en-US')} matching ${matches === 1 ? 'row' : 'rows'}`}
      </span>
      <Button
        size="small"
        appearance="subtle"
        icon={<ArrowUpRegular />}
        aria-label="Previous match"
        onClick={() => go('previous')}
      />
      <Button
        size="small"
        appearance="subtle"
        icon={<ArrowDownRegular />}
        aria-label="Next match"
        onClick={() => go('next')}
      />
      <Switch
        label="Only matching rows"
        checked={only}
        onChange={(_event, data) => view.setSpec({ search: data.checked ? text : '' })}
      />
      <Button
        size="small"
        appearance="subtle"
        icon={<DismissRegular />}
        aria-label="Close the search"
        onClick={close}
      />
    </search>
  );
}
