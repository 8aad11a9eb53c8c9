import { Button, SegmentedControl, Select } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Problem } from '../api/problem';
import { useMay } from '../frame/reader';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { PageHead } from '../parts/PageHead';
import { Trouble } from '../parts/Trouble';
import { Moment } from '../time/Moment';
import classes from './Digest.module.css';
import { type Digest, type DigestSearch, digestQueries, MINE } from './digests';
import { useChangeWords } from './words';

const route = getRouteApi('/changes/digest');

/** What the next digest would say now, to whom and when; for administrators everybody's. */
export function DigestPage() {
  const w = useChangeWords();
  const { to, as } = route.useSearch();
  const navigate = useNavigate();
  const mayAll = useMay('admin');
  const all = useQuery({ ...digestQueries.all(), enabled: mayAll });
  // Who administers may well be nobody to whom digests go: the first that says something is shown.
  const first = all.data?.find((one) => one.changes > 0) ?? all.data?.[0];
  const whose = to ?? (mayAll ? first?.to : MINE);
  const found = useQuery({ ...digestQueries.one(whose ?? MINE), enabled: whose !== undefined });
  const set = (change: DigestSearch) =>
    navigate({
      to: '/changes/digest',
      search: (before) => ({ ...before, ...change }),
      replace: true,
    });
  const nobody =
    (found.error instanceof Problem && found.error.status === 404) ||
    (mayAll && all.data?.length === 0);
  return (
    <>
      <PageHead title={w.title}>
        <Button
          variant="default"
          leftSection={<IconArrowLeft size={14} aria-hidden="true" />}
          renderRoot={(props) => <Link to="/changes" {...props} />}
        >
          {w.back}
        </Button>
        {mayAll && all.data && all.data.length > 0 && (
          <Select
            w={300}
            searchable
            allowDeselect={false}
            aria-label={w.whose}
            data={[...new Map(all.data.map((one) => [one.to, one])).values()].map((one) => ({
              value: one.to,
              label: `${one.to} · ${one.changes > 0 ? w.summary(one.changes, one.cases) : w.empty}`,
            }))}
            value={whose ?? null}
            onChange={(next) => next && set({ to: next })}
          />
        )}
        {found.data?.text && (
          <SegmentedControl
            size="xs"
            aria-label={w.form}
            value={as ?? 'html'}
            onChange={(next) => set({ as: next === 'text' ? 'text' : undefined })}
            data={[
              { value: 'html', label: w.forms.html },
              { value: 'text', label: w.forms.text },
            ]}
          />
        )}
      </PageHead>
      <div className={`${pageClasses.body} ${classes.body}`}>
        {nobody && <Empty title={w.noneFor}>{w.noneForHelp}</Empty>}
        {found.error && !nobody && <Trouble error={found.error} again={() => found.refetch()} />}
        {found.isPending && !nobody && <Bars count={4} />}
        {found.data && (
          <>
            <Facts digest={found.data} subject={found.data.subject ?? undefined} />
            {found.data.channel && !found.data.channel_known && (
              <p className={classes.warning}>{w.unknown(found.data.channel)}</p>
            )}
            {found.data.text == null && <Empty title={w.none}>{w.noneHelp}</Empty>}
            {found.data.text != null && as === 'text' && (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
              <pre className={classes.text} tabIndex={0}>
                {found.data.text}
              </pre>
            )}
            {found.data.text != null && as !== 'text' && (
              <iframe
                className={classes.frame}
                sandbox=""
                referrerPolicy="no-referrer"
                title={w.frame(found.data.to)}
                src={digestQueries.html(found.data.to)}
              />
            )}
          </>
        )}
      </div>
    </>
  );
}

function Facts({ digest, subject }: { digest: Digest; subject?: string }) {
  const w = useChangeWords();
  return (
    <dl className={classes.facts}>
      <div>
        <dt>{w.to}</dt>
        <dd>{digest.to}</dd>
      </div>
      <div>
        <dt>{w.due}</dt>
        <dd>
          <Moment at={digest.due} />
        </dd>
      </div>
      {digest.channel && (
        <div>
          <dt>{w.by}</dt>
          <dd>{digest.channel}</dd>
        </div>
      )}
      <div>
        <dt>{w.says}</dt>
        <dd>
          {digest.changes > 0 ? w.summary(digest.changes, digest.cases) : w.nothing}
          {digest.later > 0 && <span className={classes.dim}> · {w.later(digest.later)}</span>}
        </dd>
      </div>
      {subject && (
        <div>
          <dt>{w.subject}</dt>
          <dd>{subject}</dd>
        </div>
      )}
    </dl>
  );
}
