import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries';
import { Bars } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { Trouble } from '../parts/Trouble';
import classes from './Admin.module.css';
import { useAdminWords } from './words';

/** Which program this is, and what it is made of. */
export function About() {
  const w = useAdminWords();
  const status = useQuery(queries.status());
  if (status.error) return <Trouble error={status.error} again={() => status.refetch()} />;
  if (!status.data) return <Bars count={3} height={36} />;
  return (
    <>
      <div className={pageClasses.panel}>
        <dl className={classes.facts}>
          <div>
            <dt>{w.about.version}</dt>
            <dd>Watchkeeper {status.data.version}</dd>
          </div>
          <div>
            <dt>{w.about.rules}</dt>
            <dd className={classes.mono}>{status.data.rules}</dd>
          </div>
          <div>
            <dt>{w.about.api}</dt>
            <dd>
              <a href="/api/v1/openapi.json">openapi.json</a>
            </dd>
          </div>
          <div>
            <dt>{w.about.licence}</dt>
            <dd>
              <a href="/licences.txt">licences.txt</a>
            </dd>
          </div>
        </dl>
      </div>
      <p className={classes.help}>{w.about.offline}</p>
    </>
  );
}
