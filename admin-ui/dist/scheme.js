// Sets the colour scheme before the first paint, so that a dark page never flashes white.
(() => {
  let wanted = 'auto';
  try {
    wanted = localStorage.getItem('watchkeeper.scheme') || 'auto';
  } catch {
    // A browser that refuses storage gets the scheme of its system.
  }
  const dark =
    wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
