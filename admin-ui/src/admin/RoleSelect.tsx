import { Select } from '@mantine/core';
import { useWords } from '../words';
import { ROLES, type Role } from './calls';
import { useAdminWords } from './words';

type Props = { role: Role; choose: (role: Role) => void; first?: boolean };

/** What somebody, or a program, may do. */
export function RoleSelect({ role, choose, first }: Props) {
  const w = useAdminWords();
  const words = useWords();
  return (
    <Select
      mt={first ? undefined : 'sm'}
      size="sm"
      label={w.users.role}
      allowDeselect={false}
      data-autofocus={first || undefined}
      data={ROLES.map((value) => ({
        value,
        label: `${words.roles[value] ?? value} – ${w.users.rights[value]}`,
      }))}
      value={role}
      onChange={(next) => choose((next ?? role) as Role)}
    />
  );
}
