import { Alert, Button, PasswordInput, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { calls } from '../api/calls';
import { queryClient } from '../api/queries';
import { useFailure } from '../parts/Trouble';
import { useWords } from '../words';
import { Doorway } from './Doorway';

/** Makes the first administrator of whoever holds the one-time code, and signs them in. */
export function SetUp() {
  const words = useWords();
  const failure = useFailure();
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const setUp = useMutation({
    mutationFn: async () => {
      await calls.setUp({ code: code.trim(), name: name.trim(), password });
      await calls.signIn({ name: name.trim(), password });
    },
    onSuccess: () => queryClient.resetQueries({ queryKey: ['session'] }),
  });
  return (
    <Doorway title={words.signIn.setUpTitle} onSubmit={() => setUp.mutate()}>
      <Text c="dimmed">{words.signIn.setUpHelp}</Text>
      {setUp.error && (
        <Alert color="red" variant="outline" role="alert">
          {failure(setUp.error)}
        </Alert>
      )}
      <TextInput
        label={words.signIn.code}
        autoComplete="one-time-code"
        autoFocus
        required
        withAsterisk={false}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      <TextInput
        label={words.signIn.name}
        autoComplete="username"
        autoCapitalize="none"
        required
        withAsterisk={false}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        label={words.signIn.newPassword}
        description={words.signIn.newPasswordHelp}
        autoComplete="new-password"
        required
        withAsterisk={false}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Button type="submit" size="sm" loading={setUp.isPending}>
        {words.signIn.setUpSubmit}
      </Button>
    </Doorway>
  );
}
