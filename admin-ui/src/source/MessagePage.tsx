import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { queries } from '../api/queries';
import pageClasses from '../parts/Page.module.css';
import { PageHead } from '../parts/PageHead';
import { useWords } from '../words';
import { SourcePane } from './SourcePane';

const route = getRouteApi('/messages/$message');

/** One message by its address, with the way to its case. */
export function MessagePage() {
  const words = useWords();
  const { message } = route.useParams();
  const passage = route.useSearch();
  const found = useQuery(queries.message(message));
  return (
    <>
      <PageHead title={found.data?.subject || words.source.title} />
      <div className={pageClasses.body}>
        <SourcePane passage={{ ...passage, message }} />
      </div>
    </>
  );
}
