import { getRouteApi } from '@tanstack/react-router';
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
  return (
    <>
      <PageHead title={words.source.title} />
      <div className={pageClasses.body}>
        <SourcePane passage={{ ...passage, message }} />
      </div>
    </>
  );
}
