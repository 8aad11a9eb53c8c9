import { Button, Group } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { calls } from '../api/calls';
import { queries, refresh } from '../api/queries';
import { useTelling } from '../case/acts';
import { Value } from '../case/CustomFields';
import { moreQueries } from '../case/more';
import { useMay } from '../frame/reader';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { PageHead } from '../parts/PageHead';
import { Trouble } from '../parts/Trouble';
import { shown } from '../text/names';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './Review.module.css';

type Decision = { message: string; join: string | null };

/** Messages that quote the case of another account and wait for a person. */
export function ReviewPage() {
  const words = useWords();
  const { done, failed } = useTelling();
  const mayDecide = useMay('manager');
  const reviews = useQuery(queries.reviews());
  const decide = useMutation({
    mutationFn: ({ message, join }: Decision) => calls.decide(message, join),
    onSuccess: () => done(words.review.decided),
    onError: failed,
    onSettled: () => refresh(undefined),
  });
  const items = reviews.data?.items ?? [];
  return (
    <>
      <PageHead title={words.review.title} note={words.review.help} />
      <div className={pageClasses.body}>
        {reviews.error && <Trouble error={reviews.error} again={() => reviews.refetch()} />}
        {reviews.isPending && <Bars count={4} />}
        {reviews.data && items.length === 0 && <Empty title={words.review.empty} />}
        <ul className={classes.list}>
          {items.map((item) => (
            <li key={item.message} className={classes.item}>
              <div className={classes.what}>
                <Link
                  to="/cases/$case"
                  params={{ case: item.case }}
                  search={{ message: item.message }}
                >
                  {item.subject}
                </Link>
                <div className={classes.dim}>
                  {shown(item.from)} · <Moment at={item.at} />
                </div>
                <div>
                  {item.reason} · {words.review.quotes}{' '}
                  <Link to="/cases/$case" params={{ case: item.quoted_case }}>
                    {item.quoted_case}
                  </Link>
                </div>
              </div>
              {mayDecide && (
                <Group gap="xs">
                  <Button
                    variant="default"
                    onClick={() => decide.mutate({ message: item.message, join: null })}
                  >
                    {words.review.stay}
                  </Button>
                  <Button
                    variant="default"
                    onClick={() => decide.mutate({ message: item.message, join: item.quoted_case })}
                  >
                    {words.review.join}
                  </Button>
                </Group>
              )}
            </li>
          ))}
        </ul>
        <UndecidedFields />
      </div>
    </>
  );
}

/** Values of the teams' own fields that nobody has decided about. */
function UndecidedFields() {
  const words = useWords();
  const found = useQuery(moreQueries.fieldsToReview());
  const items = found.data?.items ?? [];
  if (found.error) return <Trouble error={found.error} again={() => found.refetch()} />;
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="undecided-fields" className={classes.fields}>
      <h2 id="undecided-fields">{words.review.fields(found.data?.total ?? 0)}</h2>
      <ul className={classes.list}>
        {items.map((value) => (
          <li key={value.id} className={classes.item}>
            <div className={classes.what}>
              <Link
                to="/cases/$case"
                params={{ case: value.case }}
                search={{ message: value.message }}
              >
                {value.account.name} · {value.case_title}
              </Link>
              <Value value={value} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
