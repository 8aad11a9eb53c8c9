/** The mark: a watch tower with its light. */
export function Brand({ size = 22 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#2a56a8" />
      <path
        d="M16 6 8.5 26h15zM12.8 15h6.400M10.8 20.500h10.4"
        fill="none"
        stroke="#fff"
        strokeWidth="2.2"
        strokeLinejoin="round"
      />
      <circle cx="16" cy="7" r="3.2" fill="#ffd166" />
    </svg>
  );
}
