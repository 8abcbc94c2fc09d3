import { Button } from '@fluentui/react-components';
import { CopyRegular, FilterRegular } from '@fluentui/react-icons';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import {
  idOf,
  type JsonNode,
  type JsonValue,
  jsonText,
  kqlPath,
  leafText,
  pathCondition,
  previewOf,
  subtreeIds,
  visibleNodes,
} from './json-tree.ts';

/** Nodes drawn at once at most; more are reached by closing branches. */
const MAX_NODES = 5_000;

export interface JsonTreeProps {
  readonly column: string;
  readonly root: JsonValue;
  readonly onCopy: (text: string) => void;
  readonly onFilter: (condition: string) => void;
}

/**
 * A dynamic value as a tree. Arrow keys as in every tree; Ctrl+Up goes to the parent, Ctrl+Right and Ctrl+Left
 * open and close, `Ctrl+.` the whole subtree, `Ctrl+Shift+.` the parent's.
 */
export function JsonTree({ column, root, onCopy, onFilter }: JsonTreeProps) {
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(
    () => new Set(subtreeIds(root, [], 40)),
  );
  const [current, setCurrent] = useState('[]');
  const tree = useRef<HTMLDivElement>(null);
  const nodes = useMemo(() => visibleNodes(root, expanded), [root, expanded]);
  const at = Math.max(
    0,
    nodes.findIndex((node) => node.id === current),
  );
  const node = nodes[at];

  const show = (index: number): void => {
    const next = nodes[Math.min(Math.max(index, 0), nodes.length - 1)];
    if (!next) return;
    setCurrent(next.id);
    tree.current
      ?.querySelector(`[data-at="${nodes.indexOf(next)}"]`)
      ?.scrollIntoView({ block: 'nearest' });
  };
  const set = (ids: readonly string[], open: boolean): void =>
    setExpanded((before) => {
      const after = new Set(before);
      for (const id of ids) {
        if (open) after.add(id);
        else after.delete(id);
      }
      return after;
    });
  const parentOf = (of: JsonNode): number =>
    nodes.findIndex((n) => n.id === idOf(of.path.slice(0, -1)));
  const toggleSubtree = (of: JsonNode): void =>
    set(subtreeIds(of.value, of.path), !expanded.has(of.id));

  const press = (event: KeyboardEvent): void => {
    if (!node) return;
    const ctrl = event.ctrlKey || event.metaKey;
    const parent = nodes[parentOf(node)];
    if (ctrl && event.key === 'ArrowUp') show(parentOf(node));
    else if (ctrl && (event.key === '.' || event.key === '>'))
      toggleSubtree(event.shiftKey ? (parent ?? node) : node);
    else if (event.key === 'ArrowDown') show(at + 1);
    else if (event.key === 'ArrowUp') show(at - 1);
    else if (event.key === 'Home') show(0);
    else if (event.key === 'End') show(nodes.length - 1);
    else if (event.key === 'ArrowRight') {
      if (!node.expanded && node.childCount > 0) set([node.id], true);
      else if (node.childCount > 0) show(at + 1);
    } else if (event.key === 'ArrowLeft') {
      if (node.expanded) set([node.id], false);
      else show(parentOf(node));
    } else if (event.key === 'Enter') set([node.id], !node.expanded);
    else if (
      ctrl &&
      event.key.toLowerCase() === 'c' &&
      window.getSelection()?.isCollapsed !== false
    )
      onCopy(node.childCount > 0 ? jsonText(node.value) : leafText(node.value));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div>
      <div className="rs-json-tools">
        <code title="Path">{node ? kqlPath(column, node.path) : ''}</code>
        <Button
          size="small"
          icon={<CopyRegular />}
          onClick={() => node && onCopy(kqlPath(column, node.path))}
        >
          Copy path
        </Button>
        <Button
          size="small"
          icon={<FilterRegular />}
          onClick={() => node && onFilter(pathCondition(column, node.path, node.value))}
        >
          Add as filter
        </Button>
      </div>
      <div
        ref={tree}
        className="rs-json"
        role="tree"
        tabIndex={0}
        aria-label={`JSON of ${column}`}
        aria-activedescendant={node ? `json-${at}` : undefined}
        onKeyDown={press}
      >
        {nodes.slice(0, MAX_NODES).map((n, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys
          <div
            key={n.id}
            id={`json-${i}`}
            data-at={i}
            className="rs-json-node"
            role="treeitem"
            tabIndex={-1}
            aria-level={n.depth + 1}
            aria-selected={n.id === current}
            {...(n.childCount > 0 ? { 'aria-expanded': n.expanded } : {})}
            style={{ paddingLeft: 8 + n.depth * 16 }}
            onClick={() => {
              setCurrent(n.id);
              if (n.childCount > 0) set([n.id], !n.expanded);
            }}
          >
            <span className="rs-twisty" aria-hidden="true">
              {n.childCount === 0 ? '' : n.expanded ? '▾' : '▸'}
            </span>
            <span className="rs-key">{n.label}</span>
            {!n.expanded && <span data-kind={n.kind}>{previewOf(n.value)}</span>}
          </div>
        ))}
        {nodes.length > MAX_NODES && (
          <div className="rs-quiet">
            {(nodes.length - MAX_NODES).toLocaleString('en-US')} more are not drawn: close some
            branches
          </div>
        )}
      </div>
    </div>
  );
}
