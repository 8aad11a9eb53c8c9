import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { calls } from '../api/calls';
import { queries, queryClient } from '../api/queries';
import { useFailure } from '../parts/Trouble';
import { useWords } from '../words';
import { Doorway } from './Doorway';

/** Asks for name and password. */
export function SignIn() {
  const words = useWords();
  const failure = useFailure();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => calls.signIn({ name, password }),
    onSuccess: () => queryClient.resetQueries({ queryKey: queries.session().queryKey }),
  });
  return (
    <Doorway title={words.signIn.title} onSubmit={() => signIn.mutate()}>
      {signIn.error && (
        <Alert color="red" variant="outline" role="alert">
          {failure(signIn.error)}
        </Alert>
      )}
      <TextInput
        label={words.signIn.name}
        autoComplete="username"
        autoCapitalize="none"
        autoFocus
        required
        withAsterisk={false}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        label={words.signIn.password}
        autoComplete="current-password"
        required
        withAsterisk={false}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Button type="submit" size="sm" loading={signIn.isPending}>
        {words.signIn.submit}
      </Button>
    </Doorway>
  );
}
