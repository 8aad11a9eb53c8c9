import {
  Button,
  getTreeExpandedState,
  TextInput,
  Tree,
  type TreeNodeData,
  useTree,
} from '@mantine/core';
import { IconChevronRight, IconFilePlus, IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import classes from './FileTree.module.css';
import { useRuleWords } from './words';

/** How a file stands beside the active set. */
export type FileMark = 'edited' | 'added' | 'removed' | 'failing' | 'active';

export type TreeFile = { path: string; mark: FileMark };

/** Nested folders of paths; folders first, both by name. */
export function nest(files: readonly TreeFile[], under = ''): TreeNodeData[] {
  const folders = new Map<string, TreeFile[]>();
  const here: TreeNodeData[] = [];
  for (const file of files) {
    const rest = file.path.slice(under.length);
    const slash = rest.indexOf('/');
    if (slash < 0) {
      here.push({ value: file.path, label: rest, nodeProps: { mark: file.mark } });
      continue;
    }
    const folder = rest.slice(0, slash);
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  const inner = [...folders.entries()].map(([folder, inside]) => ({
    value: `${under}${folder}/`,
    label: folder,
    nodeProps: { mark: gravest(inside), folder: true },
    children: nest(inside, `${under}${folder}/`),
  }));
  const byName = (a: TreeNodeData, b: TreeNodeData) => (a.value < b.value ? -1 : 1);
  return [...inner.sort(byName), ...here.sort(byName)];
}

function gravest(files: readonly TreeFile[]): FileMark {
  if (files.some((file) => file.mark === 'failing')) return 'failing';
  return files.some((file) => file.mark !== 'active') ? 'edited' : 'active';
}

/** The folders above a path. */
function above(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, i) => `${parts.slice(0, i + 1).join('/')}/`);
}

type Props = {
  files: readonly TreeFile[];
  chosen: string | undefined;
  onChoose: (path: string) => void;
  onNew: (() => void) | undefined;
};

/** The files of the set as a tree, each with how it stands. */
export function FileTree({ files, chosen, onChoose, onNew }: Props) {
  const w = useRuleWords();
  const [wanted, setWanted] = useState('');
  const matching = useMemo(() => {
    const needle = wanted.trim().toLowerCase();
    return needle === '' ? files : files.filter((file) => file.path.toLowerCase().includes(needle));
  }, [files, wanted]);
  const data = useMemo(() => nest(matching), [matching]);
  const tree = useTree({ initialExpandedState: { 'signals/': true, 'policies/': true } });
  const { expand, setExpandedState } = tree;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a file chosen opens the folders above it, once
  useEffect(() => {
    for (const folder of above(chosen ?? '')) expand(folder);
  }, [chosen]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a search opens every folder that it finds something in
  useEffect(() => {
    if (wanted !== '') setExpandedState(getTreeExpandedState(data, '*'));
  }, [wanted]);
  return (
    <div className={classes.side}>
      <div className={classes.head}>
        <TextInput
          size="xs"
          aria-label={w.findFile}
          placeholder={w.findFile}
          leftSection={<IconSearch size={14} aria-hidden="true" />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        {onNew && (
          <Button variant="default" leftSection={<IconFilePlus size={14} />} onClick={onNew}>
            {w.newFile}
          </Button>
        )}
      </div>
      {data.length === 0 && <p className={classes.none}>{w.noFile}</p>}
      <div className={classes.scroll}>
        <Tree
          data={data}
          tree={tree}
          levelOffset={14}
          aria-label={w.tabs.files}
          onKeyDown={(event) => {
            const at = (event.target as HTMLElement).dataset.value;
            if (event.key !== 'Enter' || !at || at.endsWith('/')) return;
            event.preventDefault();
            onChoose(at);
          }}
          renderNode={({ node, expanded, hasChildren, elementProps }) => {
            const { onClick, className, ...rest } = elementProps;
            const mark = (node.nodeProps?.mark ?? 'active') as FileMark;
            return (
              // biome-ignore lint/a11y/noStaticElementInteractions: the tree item around it has the role
              // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it has the keys
              <div
                {...rest}
                className={`${className} ${classes.node}`}
                data-chosen={node.value === chosen || undefined}
                data-mark={mark}
                data-file={hasChildren ? undefined : node.value}
                onClick={(event) => {
                  onClick(event);
                  if (!hasChildren) onChoose(node.value);
                }}
              >
                {hasChildren && (
                  <IconChevronRight
                    size={14}
                    className={classes.chevron}
                    data-open={expanded || undefined}
                    aria-hidden="true"
                  />
                )}
                <span className={classes.name}>{node.label}</span>
                {mark !== 'active' && (
                  <span className={classes.mark} title={w.marks[mark]}>
                    <span aria-hidden="true">{SIGNS[mark]}</span>
                    <span className="visually-hidden">{w.marks[mark]}</span>
                  </span>
                )}
              </div>
            );
          }}
        />
      </div>
    </div>
  );
}

const SIGNS: Record<Exclude<FileMark, 'active'>, string> = {
  edited: '●',
  added: '+',
  removed: '−',
  failing: '✕',
};
