import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import './grid.css';
import type { GridModel, GridPort } from './grid-model.ts';
import { GridView } from './grid-view.ts';

export interface GridProps {
  readonly model: GridModel;
  readonly port: GridPort;
  /** Set while the grid is on the page. */
  readonly viewRef: RefObject<GridView | null>;
}

/** Holds a GridView on the page. React draws nothing inside of it. */
export function Grid({ model, port, viewRef }: GridProps) {
  const host = useRef<HTMLDivElement>(null);
  const latest = useRef(model);
  latest.current = model;

  useLayoutEffect(() => {
    if (!host.current) return;
    const view = new GridView(host.current, port, latest.current);
    viewRef.current = view;
    return () => {
      viewRef.current = null;
      view.destroy();
    };
  }, [port, viewRef]);

  useEffect(() => viewRef.current?.update(model), [model, viewRef]);

  return <div ref={host} style={{ position: 'relative', flex: 1, minHeight: 0 }} />;
}
