/** x */
export function PluginsPage() {
  return null;
}
