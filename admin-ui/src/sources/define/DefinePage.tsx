import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Bars, Empty } from '../../parts/Empty';
import pageClasses from '../../parts/Page.module.css';
import { PageHead } from '../../parts/PageHead';
import { Trouble } from '../../parts/Trouble';
import { type DefinedSource, definitions } from './calls';
import { DefineForm } from './DefineForm';
import { useDefineWords } from './words';

const editing = getRouteApi('/sources/edit/$name');

/** A new source, in steps: what it is, where, who, whether it works. */
export function DefinePage() {
  const w = useDefineWords();
  return (
    <>
      <PageHead title={w.title} />
      <div className={pageClasses.body}>
        <div className={pageClasses.pad}>
          <DefineForm />
        </div>
      </div>
    </>
  );
}

/** A source that was defined in the page, changed by the same steps. */
export function EditPage() {
  const w = useDefineWords();
  const { name } = editing.useParams();
  const all = useQuery(definitions());
  const latest = all.data?.find((one) => one.name === name);
  // What is being edited stays as it was read, whatever others do meanwhile: they are told when it is
  // saved, and nothing that was typed is lost unseen.
  const [read, setRead] = useState<DefinedSource | undefined>(latest);
  useEffect(() => setRead((now) => now ?? latest), [latest]);
  const defined = read ?? latest;
  const readAgain = async () => {
    const { data } = await all.refetch();
    setRead(data?.find((one) => one.name === name));
  };
  return (
    <>
      <PageHead title={w.editTitle(name)} />
      <div className={pageClasses.body}>
        <div className={pageClasses.pad}>
          {all.error && <Trouble error={all.error} again={() => all.refetch()} />}
          {all.isPending && <Bars count={4} height={40} />}
          {all.data && !defined && <Empty title={w.unknown(name)} />}
          {defined?.file && <p>{w.inFile(defined.file)}</p>}
          {defined && !defined.file && (
            <DefineForm
              key={defined.version}
              defined={defined}
              readAgain={() => void readAgain()}
            />
          )}
        </div>
      </div>
    </>
  );
}
