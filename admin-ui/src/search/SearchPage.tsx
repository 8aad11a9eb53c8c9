import { Button, SegmentedControl, UnstyledButton } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { queries } from '../api/queries';
import { useKeys } from '../frame/keys';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { PageHead } from '../parts/PageHead';
import { Trouble } from '../parts/Trouble';
import { useLanguage } from '../words';
import { Facets } from './Facets';
import { Findings } from './Findings';
import { Hit } from './Hit';
import { OPERATORS } from './operators';
import { Saved } from './Saved';
import classes from './Search.module.css';
import { SearchField } from './SearchField';

const route = getRouteApi('/search');
const PAUSE = 180;

/** Search as you type; every hit opens its passage. */
export function SearchPage() {
  const { words } = useLanguage();
  const { q = '', sort = 'best' } = route.useSearch();
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const [typed, setTyped] = useState(q);
  const found = useInfiniteQuery(queries.search(q, sort));
  const ask = useDebouncedCallback(
    (next: string) =>
      navigate({
        to: '/search',
        search: (now) => ({ ...now, q: next.trim() === '' ? undefined : next }),
        replace: true,
      }),
    PAUSE,
  );
  const type = (next: string) => {
    setTyped(next);
    ask(next);
  };
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    if (document.activeElement !== field.current) setTyped(q);
  }, [q]);
  const step = (by: number) => {
    const links = [...(list.current?.querySelectorAll('a') ?? [])];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    links[Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
  };
  useKeys({ j: () => step(1), k: () => step(-1), '/': () => field.current?.focus() });
  const first = found.data?.pages[0];
  const hits = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHead
        title={words.search.title}
        note={first && q !== '' && words.search.total(first.total)}
      >
        <SegmentedControl
          size="xs"
          aria-label={words.search.sort}
          value={sort}
          onChange={(next) =>
            navigate({
              to: '/search',
              search: (now) => ({
                ...now,
                sort: next === 'newest' ? ('newest' as const) : undefined,
              }),
              replace: true,
            })
          }
          data={[
            { value: 'best', label: words.search.sorts.best },
            { value: 'newest', label: words.search.sorts.newest },
          ]}
        />
      </PageHead>
      <div className={classes.ask}>
        <SearchField
          field={field}
          value={typed}
          onChange={type}
          onDown={() => list.current?.querySelector('a')?.focus()}
        />
        <div className={classes.operators}>
          <span>{words.search.hint}</span>
          {OPERATORS.map(([operator, example]) => (
            <UnstyledButton
              key={operator}
              className={classes.operator}
              title={`${operator}${example}`}
              onClick={() => {
                type(`${typed.trimEnd()}${typed.trim() === '' ? '' : ' '}${operator}`);
                field.current?.focus();
              }}
            >
              {operator}
            </UnstyledButton>
          ))}
        </div>
        <Saved query={typed} newest={sort === 'newest'} onOpen={type} />
        {q !== '' && (
          <div className={classes.narrow}>
            {first && (
              <Facets
                query={q}
                hits={hits}
                whole={hits.length >= first.total}
                onAdd={(term) => type(`${typed.trimEnd()} ${term} `)}
              />
            )}
          </div>
        )}
        {first && q !== '' && <Findings query={q} found={first} />}
      </div>
      <div className={pageClasses.body} aria-busy={found.isFetching}>
        {found.error && <Trouble error={found.error} again={() => found.refetch()} />}
        {q === '' && <Empty title={words.search.start} />}
        {q !== '' && found.isPending && !found.error && <Bars count={6} height={72} />}
        {q !== '' && first && hits.length === 0 && (
          <Empty title={words.search.none(q)}>{words.search.noneHelp}</Empty>
        )}
        {q !== '' && hits.length > 0 && (
          <ol className={classes.hits} ref={list} aria-label={words.search.results}>
            {hits.map((hit) => (
              <Hit key={`${hit.message ?? hit.note}${hit.file?.sha256 ?? hit.kind}`} hit={hit} />
            ))}
          </ol>
        )}
        {q !== '' && found.hasNextPage && (
          <div className={classes.more}>
            <Button
              variant="default"
              loading={found.isFetchingNextPage}
              onClick={() => found.fetchNextPage()}
            >
              {words.search.more}
            </Button>
          </div>
        )}
      </div>
    </>
  );
}
