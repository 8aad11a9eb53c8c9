import { useDebouncedCallback } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { isChanged } from '../api/problem';
import { queryClient } from '../api/queries';
import { useTelling } from '../case/acts';
import { ruleCalls, ruleQueries } from './calls';

const PAUSE = 500;

/** Where what is typed stands: kept, on its way, or held back because the file changed elsewhere. */
export type Keeping = 'kept' | 'typing' | 'keeping' | 'failed' | 'conflict';

/**
 * The text of one file of the draft, kept as it is typed. Before anything is written the file is
 * looked at again: what came there from elsewhere meanwhile is shown, never overwritten.
 */
export function useDraftFile(path: string | undefined, enabled: boolean) {
  const { failed } = useTelling();
  const file = useQuery({
    queryKey: ['draft', 'file', path ?? ''],
    queryFn: () => ruleCalls.file(path ?? ''),
    enabled: enabled && path !== undefined,
    staleTime: 0,
    refetchOnWindowFocus: false,
  });
  const [text, setText] = useState<string | undefined>(undefined);
  const [keeping, setKeeping] = useState<Keeping>('kept');
  const [theirs, setTheirs] = useState<string | undefined>(undefined);
  const known = useRef<{ path: string; text: string } | undefined>(undefined);
  const latest = useRef<{ path: string; text: string } | undefined>(undefined);
  const running = useRef<Promise<void>>(Promise.resolve());

  const loaded = file.data?.text;
  useEffect(() => {
    if (path === undefined || loaded === undefined || file.isFetching) return;
    const shown = known.current;
    if (shown?.path === path && latest.current?.text !== shown.text) return;
    known.current = { path, text: loaded };
    latest.current = { path, text: loaded };
    setText(loaded);
    setKeeping('kept');
    setTheirs(undefined);
  }, [path, loaded, file.isFetching]);

  const write = async (mine: { path: string; text: string }): Promise<void> => {
    const before = known.current;
    if (!before || before.path !== mine.path || before.text === mine.text) return;
    setKeeping('keeping');
    try {
      const { data: stands, tag } = await ruleCalls.taggedFile(mine.path);
      if (stands.text !== before.text && stands.text !== mine.text) {
        setTheirs(stands.text);
        setKeeping('conflict');
        return;
      }
      const checked = await ruleCalls.putFile(mine.path, mine.text, tag);
      if (known.current?.path === mine.path) known.current = mine;
      queryClient.setQueryData(['draft', 'file', mine.path], { text: mine.text });
      queryClient.setQueryData(ruleQueries.checked().queryKey, checked);
      await queryClient.invalidateQueries({ queryKey: ['draft'], exact: true });
      setKeeping(latest.current?.text === mine.text ? 'kept' : 'typing');
    } catch (error) {
      if (isChanged(error)) return write(mine);
      setKeeping('failed');
      failed(error);
    }
  };
  const flush = () => {
    const mine = latest.current;
    if (mine) running.current = running.current.then(() => write(mine));
    return running.current;
  };
  const later = useDebouncedCallback(() => void flush(), PAUSE);
  // biome-ignore lint/correctness/useExhaustiveDependencies: leaving a file keeps what was typed into it
  useEffect(() => () => void flush(), [path]);

  const settle = (choice: 'mine' | 'theirs') => {
    if (theirs === undefined || path === undefined) return;
    known.current = { path, text: theirs };
    setTheirs(undefined);
    if (choice === 'theirs') {
      latest.current = { path, text: theirs };
      setText(theirs);
      setKeeping('kept');
    } else void flush();
  };
  return {
    file,
    text: path === known.current?.path ? text : undefined,
    keeping,
    theirs,
    settle,
    flush,
    type: (next: string) => {
      if (path === undefined || latest.current?.text === next) return;
      latest.current = { path, text: next };
      setText(next);
      if (theirs !== undefined) return;
      setKeeping('typing');
      later();
    },
  };
}

/** The tests of the draft, run when asked for and after every edit that leaves no error. */
export function useDraftTests() {
  return useMutation({
    mutationKey: ['draft', 'test'],
    mutationFn: async () => {
      const outcomes = await ruleCalls.test();
      queryClient.setQueryData(['draft', 'tested'], outcomes);
      return outcomes;
    },
  });
}

/** Brings a draft onto the active set: what only others changed is theirs, what only we changed ours. */
export async function bringUpToDate(
  base: string,
  choose: ReadonlyMap<string, 'mine' | 'theirs'>,
): Promise<void> {
  const [mine, theirs] = await Promise.all([
    ruleCalls.diff(base, 'draft'),
    ruleCalls.diff(base, 'active'),
  ]);
  const contested = new Set(theirs.map((one) => one.path));
  const keep = mine.filter((one) => !contested.has(one.path) || choose.get(one.path) === 'mine');
  const texts = await Promise.all(
    keep.map(async (one) => ({
      path: one.path,
      text: one.change === 'removed' ? undefined : (await ruleCalls.file(one.path)).text,
    })),
  );
  await ruleCalls.beginDraft('active');
  for (const { path, text } of texts) {
    if (text !== undefined) await ruleCalls.putFile(path, text);
    else await ruleCalls.deleteFile(path).catch(() => undefined);
  }
}
