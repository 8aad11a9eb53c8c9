/** x */
export function ReportsPage() {
  return null;
}
