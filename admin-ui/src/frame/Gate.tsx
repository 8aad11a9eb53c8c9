import { useQuery } from '@tanstack/react-query';
import { Problem } from '../api/problem';
import { queries } from '../api/queries';
import { Trouble } from '../parts/Trouble';
import { SetUp } from '../signin/SetUp';
import { SignIn } from '../signin/SignIn';
import { Frame } from './Frame';

/** Lets in who has signed in; else asks for it, or for the set-up where there is no user yet. */
export function Gate() {
  const session = useQuery(queries.session());
  const out = session.error instanceof Problem && session.error.status === 401;
  const setup = useQuery({ ...queries.setup(), enabled: out });
  if (session.data && !out) return <Frame session={session.data} />;
  if (!out) {
    if (!session.error) return null;
    return <Trouble error={session.error} again={() => session.refetch()} />;
  }
  if (setup.isPending) return null;
  if (setup.error) return <Trouble error={setup.error} again={() => setup.refetch()} />;
  return setup.data.needed ? <SetUp /> : <SignIn />;
}
