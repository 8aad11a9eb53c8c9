/** x */
export function AdminPage() {
  return null;
}
